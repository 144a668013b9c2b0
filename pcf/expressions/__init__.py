"""What does a formula mean? The one safe language: numbers with units, facts with three values.

Python's own spelling of arithmetic, comparison, `and or not in`, `a if c else b` and a few
functions: min, max, exp, log (natural), sqrt, abs, round, known. Text is an amount ('3 kWh') for
numbers and a text for facts. There is no `eval`; everything else is refused.
"""

from __future__ import annotations

from pcf.expressions.arithmetic import Quantity
from pcf.expressions.facts import judge
from pcf.expressions.language import is_name, names
from pcf.expressions.numbers import evaluate
from pcf.expressions.parameters import Parameter, in_scope, resolve

__all__ = [
    "Parameter",
    "Quantity",
    "evaluate",
    "in_scope",
    "is_name",
    "judge",
    "names",
    "resolve",
]
