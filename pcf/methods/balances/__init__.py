"""Does what goes in come out again? Balances of elements, mass and energy around a process.

`balance` compares named streams in and out, `process_balance` those of a unit process; `recovery`
says what share of a metal came out; `content` reads a formula; `dry_mass`, `on_basis` and
`on_mass_basis` convert between bases where the way is known.
"""

from pcf.methods.balances.closing import Balance, Stream, balance
from pcf.methods.balances.contents import CH4_PER_C, CO2_PER_C, content
from pcf.methods.balances.mass_bases import on_mass_basis
from pcf.methods.balances.moisture import dry_mass, on_basis
from pcf.methods.balances.processes import process_balance
from pcf.methods.balances.recovery import Recovery, recovery

__all__ = [
    "CH4_PER_C",
    "CO2_PER_C",
    "Balance",
    "Recovery",
    "Stream",
    "balance",
    "content",
    "dry_mass",
    "on_basis",
    "on_mass_basis",
    "process_balance",
    "recovery",
]
