"""How sure is the result, and what would move it? The interval, and the alternatives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.rules.facts.case import Case, Found, part, place, told, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcf.errors import Where
    from pcf.study.values import Alternative


def interval_known(case: Case) -> Found:
    """Return whether the footprint has a 95 % interval, that is, a number states its spread."""
    interval = case.footprint.interval
    reach = None if interval is None else [interval.low, interval.high]
    return Found(interval is not None, told("how-list", names=reach or []))


def width(case: Case) -> Found:
    """Return half the width of the 95 % interval relative to the total; unknown without one."""
    interval, total = case.footprint.interval, case.footprint.total
    if interval is None or total == 0:
        return unknown("how-no-interval")
    half = (interval.high - interval.low) / 2
    return Found(half / abs(total), told("how-quotient", part=half, whole=total))


def spread_share(case: Case) -> Found:
    """Return the share of the footprint whose activity data state a spread."""
    table = case.footprint.contributions
    spread = table.system.exchanges.spread
    which = case.flags(lambda i: table.exchange[i] >= 0 and int(spread[table.exchange[i]]) >= 0)
    return part(case, which, "spread", inside=case.weights > 0)


def count(case: Case) -> Found:
    """Return how many alternatives the study names, beside those that stand.

    With the background data only those that change the total: an alternative that says the same
    again tests nothing.
    """
    names = [each.name for each in _open(case)]
    how = told("how-count", count=len(names), all=len(case.study.alternatives), names=names)
    return Found(float(len(names)), how, _places(case))


def kinds(case: Case) -> Found:
    """Return what the alternatives vary: amounts, factors, parameters, allocation, electricity.

    Electricity is varied where the total under another treatment stands beside the headline.
    """
    found = {kind for each in _open(case) for kind in _kinds(each)}
    if len(case.footprint.treatments) > 1:
        found.add("electricity")
    return Found(frozenset(found), told("how-list", names=sorted(found)), _places(case))


def largest(case: Case) -> Found:
    """Return by how much an alternative would move the total at most, relative to it.

    Each alternative alone, treatments of electricity included; needs the background data.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    total, background = case.footprint.total, case.background
    if background is None or total == 0:
        return unknown("how-needs-background", _places(case))
    moved = {
        name: abs(value - total) / abs(total) for name, value in case.footprint.treatments.items()
    }
    for name, other in case.alternatives.items():
        if other is None:
            return unknown("how-no-other", _places(case), name=name)
        moved[name] = abs(other - total) / abs(total)
    name = max(moved, key=lambda each: moved[each], default="-")
    value = moved.get(name, 0.0)
    return Found(value, told("how-largest", name=name, value=value), _places(case))


def _open(case: Case) -> list[Alternative]:
    """Return the alternatives that do not stand and would change the total, as far as is known."""
    total, others = case.footprint.total, case.alternatives
    return [
        each
        for each in case.study.alternatives
        if each.name not in case.study.chosen
        and not math.isclose(others.get(each.name) or math.inf, total, rel_tol=1e-12)
    ]


def _kinds(alternative: Alternative) -> Iterator[str]:
    if alternative.replaces or alternative.by:
        yield "amounts"
    if alternative.links:
        yield "factors"
    if alternative.parameters:
        yield "parameters"
    if alternative.allocations:
        yield "allocation"


def _places(case: Case) -> tuple[Where, ...]:
    return tuple(place(each.where, each.name) for each in case.study.alternatives)


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "uncertainty.known": interval_known,
    "uncertainty.relative": width,
    "uncertainty.spread_share": spread_share,
    "sensitivity.count": count,
    "sensitivity.kinds": kinds,
    "sensitivity.largest": largest,
}
