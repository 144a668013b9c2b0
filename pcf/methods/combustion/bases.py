"""On which basis is a fuel's number stated? The one that the equations mean, or an error."""

from __future__ import annotations

from pcf import units
from pcf.errors import Problem, UnitError, problem

LOWER = "lower heating value"


def require_lower(basis: str, problems: list[Problem]) -> None:
    """Add a problem unless the heating value is said to be the lower one.

    Heating values of the tables and equations are lower (IPCC 2006, Vol. 2, Ch. 1, 1.4.1.2).

    >>> problems = []
    >>> require_lower("高位发热量", problems)
    >>> problems[0].code
    'fuel-higher-heating-value'
    """
    try:
        found = units.basis(basis, of="heating value")
    except UnitError as error:
        problems += error.problems
        return
    if found != LOWER:
        problems.append(problem("fuel-higher-heating-value", basis=found))


def require_same(quantity: str, analysis: str, problems: list[Problem]) -> None:
    """Add a problem unless a fuel's quantity and its analysis are on one basis.

    >>> problems = []
    >>> require_same("收到基", "dry", problems)
    >>> problems[0].code
    'fuel-bases-differ'
    """
    found = []
    for basis in (quantity, analysis):
        try:
            found.append(units.basis(basis, of="coal"))
        except UnitError as error:
            problems += error.problems
    if len(set(found)) > 1:
        problems.append(problem("fuel-bases-differ", quantity=found[0], analysis=found[1]))
