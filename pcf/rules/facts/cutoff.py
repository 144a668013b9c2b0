"""What was left out? Exclusions with their bounds, as shares of the footprint and the bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.rules.facts.case import Case, Found, told, unknown
from pcf.rules.facts.leftout import left_out
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.errors import Where
    from pcf.text import Name


def count(case: Case) -> Found:
    """Return how many inputs the study leaves out."""
    names = [each.name for each in case.standing.exclusions]
    how = told("how-count", count=len(names), all=len(names), names=names)
    return Found(float(len(names)), how, _places(case))


def share(case: Case) -> Found:
    """Return the share excluded: all bounds / (total + all bounds); unknown without a bound.

    100 kg of bounds beside 9,900 kg counted is 1 %, which is not below 1 %. What a provider at hand
    would bring takes the place of a bound that says less.
    """
    bare = _unbounded(case)
    if bare:
        return unknown("how-unbounded", _places(case), names=bare)
    parts = left_out(case)
    bounds = sum(parts.values())
    everything = case.footprint.total + bounds
    how = _how(case, parts)
    if not everything:
        return Found(None, how, _places(case))
    value = bounds / everything
    return Found(value, how, _places(case), -value / everything)


def largest(case: Case) -> Found:
    """Return the largest share of a single exclusion, its bound / (total + all bounds).

    A flow that several processes leave out is one. Unknown where a bound is; zero where nothing is
    left out.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    bare = _unbounded(case)
    if bare:
        return unknown("how-unbounded", _places(case), names=bare)
    parts = left_out(case)
    everything = case.footprint.total + sum(parts.values())
    flows = {each.name: each.flow for each in case.standing.exclusions}
    sums: dict[str, float] = {}
    for name, bound in parts.items() if everything else ():
        flow = fold(flows.get(name, name))
        sums[flow] = sums.get(flow, 0.0) + bound / everything
    worst = max(sums, key=lambda each: sums[each], default="-")
    value = sums.get(worst, 0.0)
    how = told("how-largest", name=worst, value=value)
    return Found(value, how, _places(case, worst))


def bounded(case: Case) -> Found:
    """Return whether every exclusion has an upper bound."""
    bare = _unbounded(case)
    how = told("how-count", count=len(bare), all=len(case.footprint.gaps), names=bare)
    return Found(not bare, how, _places(case))


def sourced(case: Case) -> Found:
    """Return whether every exclusion states its reason and names a listed source."""
    known = {source.id for source in case.standing.sources}
    bare = [
        each.name
        for each in case.standing.exclusions
        if not each.reason.strip() or each.source not in known
    ]
    how = told("how-count", count=len(bare), all=len(case.standing.exclusions), names=bare)
    return Found(not bare, how, _places(case))


def _unbounded(case: Case) -> list[str]:
    return [gap.name for gap in case.footprint.gaps if gap.bound is None]


def _how(case: Case, parts: Mapping[str, float]) -> Name:
    """Return the arithmetic, and which bounds a provider at hand exceeds."""
    said = {gap.name: gap.bound for gap in case.footprint.gaps}
    above = [name for name, each in parts.items() if (bound := said[name]) is None or each > bound]
    code, facts = ("how-excluded-above", {"names": above}) if above else ("how-excluded", {})
    return told(code, part=sum(parts.values()), total=case.footprint.total, **facts)


def _places(case: Case, flow: str = "") -> tuple[Where, ...]:
    rows = enumerate(case.standing.exclusions)
    return tuple(
        case.study.setting(f"exclusion[{at}]") for at, each in rows if flow in ("", fold(each.flow))
    )


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "excluded.count": count,
    "excluded.share": share,
    "excluded.largest": largest,
    "excluded.bounded": bounded,
    "excluded.sourced": sourced,
}
