"""How much is it, and is that plausible? The total, per kilogram, and what weighs most in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.rules.facts.case import Case, Found, told, unknown
from pcf.rules.facts.declared import mass
from pcf.rules.facts.stated import stated_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DIGITS = 3
"""How many significant digits a declared value has (DESIGN, 'What the number is', 9)."""


def total(case: Case) -> Found:
    """Return the total, kg CO2e per declared unit."""
    how = told("how-written", value=case.footprint.total)
    return Found(case.footprint.total, how, slopes=1.0)


def per_kg(case: Case) -> Found:
    """Return the total per kilogram of a product that is declared by mass."""
    kilograms = mass(case).value
    if not isinstance(kilograms, float):
        return unknown("how-not-a-mass", unit=case.footprint.declared_unit.amount.unit)
    how = told("how-quotient", part=case.footprint.total, whole=kilograms)
    return Found(case.footprint.total / kilograms, how, slopes=1 / kilograms)


def largest_share(case: Case) -> Found:
    """Return the share of the footprint that its largest row brings.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    sums: dict[str, float] = {}
    for name, weight in zip(case.exchanges, case.weights, strict=True):
        sums[name] = sums.get(name, 0.0) + float(weight)
    name = max(sums, key=lambda each: sums[each], default="")
    if not case.whole:
        return unknown("how-total-zero")
    value = sums[name] / case.whole
    which = case.flags(lambda i: case.exchanges[i] == name)
    return Found(value, told("how-largest", name=name, value=value), case.places(which))


def checks(case: Case) -> Found:
    """Return the worst of the footprint's own checks: residual, sum of parts, adjoint."""
    found = case.footprint.checks
    value = max(found.residual, found.parts, found.adjoint)
    return Found(value, told("how-written", value=value))


def findings(case: Case) -> Found:
    """Return how many findings the footprint has, each something that must be weighed."""
    codes = dict.fromkeys(each.code for each in case.footprint.findings)
    count = len(case.footprint.findings)
    return Found(float(count), told("how-count", count=count, all=count, names=codes))


def widened(case: Case) -> Found:
    """Return how many inputs are provided by data of a wider place than the study's own."""
    return _of_code(case, "place-widened")


def _of_code(case: Case, code: str) -> Found:
    rows = [each for each in case.footprint.findings if each.code == code]
    names = [each.where.item for each in rows]
    how = told("how-count", count=len(rows), all=len(case.footprint.findings), names=names)
    return Found(float(len(rows)), how, tuple(each.where for each in rows))


def rounded(case: Case) -> Found:
    """Return whether the value that is declared is the total, rounded up once to three digits.

    Unknown where the study does not state the value that it declares.
    """
    value = stated_number(case, "declared.value")
    if value is None:
        return unknown("how-not-stated", what="declared.value")
    right = rounded_up(case.footprint.total)
    how = told("how-declared", declared=value, total=case.footprint.total, right=right)
    return Found(math.isclose(value, right, rel_tol=1e-9), how)


def understated(case: Case) -> Found:
    """Return how far the declared value lies below the total, relative to it; 0 where it does not.

    Unknown where the study does not state the value that it declares.
    """
    value = stated_number(case, "declared.value")
    if value is None or case.footprint.total == 0:
        return unknown("how-not-stated", what="declared.value")
    gap = max((case.footprint.total - value) / abs(case.footprint.total), 0.0)
    return Found(gap, told("how-quotient", part=value, whole=case.footprint.total))


def rounded_up(value: float) -> float:
    """Return a value with three significant digits, never below it.

    >>> rounded_up(13580.78), rounded_up(1230.0), rounded_up(-1236.0)
    (13600.0, 1230.0, -1230.0)
    """
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1)
    return float(f"{math.ceil(round(value / step, 9)) * step:.12g}")


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "total.value": total,
    "total.per_kg": per_kg,
    "total.largest_share": largest_share,
    "total.checks": checks,
    "findings.count": findings,
    "findings.place_widened": widened,
    "declared.rounded": rounded,
    "declared.understated": understated,
}
