"""Does what goes in come out again? Balances of elements, mass and energy around a process.

`balance` compares named streams in and out; `Stream` is one of them.
"""

from pcf.methods.balances.closing import Balance, Stream, balance

__all__ = ["Balance", "Stream", "balance"]
