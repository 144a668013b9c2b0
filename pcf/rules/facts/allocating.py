"""How are burdens shared among products? Allocations, their level, what another would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import PcfError
from pcf.methods.hierarchy import LEVELS, STEPS, find_method
from pcf.rules.facts.case import Case, Found, place, told, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcf.errors import Where
    from pcf.methods.hierarchy import Level
    from pcf.study import Study
    from pcf.study.values import AllocationChoice

METHODS = ("mass", "energy", "price", "equal", "given", "weights", "causes")
OTHERS = ("mass", "price", "energy")
"""The methods that are tried beside the chosen one."""


def count(case: Case) -> Found:
    """Return how many processes have several products that the study divides."""
    names = [each.process for each in case.standing.allocations]
    how = told("how-count", count=len(names), all=len(case.standing.processes), names=names)
    return Found(float(len(names)), how, _places(case))


def levels(case: Case) -> Found:
    """Return the levels of ISO 14044:2006, 4.3.4.2 at which processes are divided."""
    found = frozenset(_level(each) for each in case.standing.allocations)
    return Found(found, told("how-list", names=sorted(found)), _places(case))


def step(case: Case) -> Found:
    """Return the last step of the hierarchy that an allocation takes, 1 to 3; 0 without any.

    Unknown where shares are given and their level is not stated.
    """
    steps = {each.process: STEPS[_level(each)] for each in case.standing.allocations}
    silent = [name for name, value in steps.items() if value is None]
    if silent:
        return unknown("how-not-stated", _places(case), what=", ".join(silent))
    value = max((each for each in steps.values() if each is not None), default=0)
    return Found(float(value), told("how-list", names=list(steps)), _places(case))


def methods(case: Case) -> Found:
    """Return by what processes are divided: mass, energy, price ..., or another 'property'."""
    found = frozenset(
        method if (method := find_method(each.by).id) in METHODS else "property"
        for each in case.standing.allocations
    )
    return Found(found, told("how-list", names=sorted(found)), _places(case))


def reasons(case: Case) -> Found:
    """Return whether every allocation states a reason."""
    bare = [each.process for each in case.standing.allocations if not each.reason.strip()]
    how = told("how-count", count=len(bare), all=len(case.standing.allocations), names=bare)
    return Found(not bare, how, _places(case))


def sum_gap(case: Case) -> Found:
    """Return how far shares that the study gives are from one at most; 0 where it gives none.

    Shares that follow from a property sum to one by construction.
    """
    sums = {
        each.process: sum(table.values())
        for each in case.standing.allocations
        for table in (each.shares, *each.causes.values())
        if table
    }
    value = max((abs(each - 1) for each in sums.values()), default=0.0)
    return Found(value, told("how-list", names=list(sums)), _places(case))


def alternatives(case: Case) -> Found:
    """Return for how many divided processes the study names no other allocation.

    The same method with the same shares is no other, and one that cannot be computed is none.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    tried = {
        one.process
        for each in case.study.alternatives
        for one in each.allocations
        if _differs(case, one) and _computes(case, each.name)
    }
    bare = [each.process for each in case.standing.allocations if each.process not in tried]
    how = told("how-count", count=len(bare), all=len(case.standing.allocations), names=bare)
    return Found(float(len(bare)), how, _places(case))


def effect(case: Case) -> Found:
    """Return by how much another allocation would move the total at most, relative to it.

    Each divided process is divided by mass, by price and by energy in turn, where its products have
    the property, and as the alternatives of the study say: unknown where one of these cannot be
    computed. Needs the background data.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if not case.standing.allocations:
        return Found(0.0, told("how-list", names=[]))
    background, total = case.background, case.footprint.total
    if background is None or total == 0:
        return unknown("how-needs-background", _places(case))
    moved: dict[str, float] = {}
    for name, other in _others(case):
        try:
            moved[name] = abs(other.footprint(background).total - total) / abs(total)
        except PcfError:
            if any(each.name == name for each in case.study.alternatives):
                return unknown("how-no-other-allocation", _places(case))
    if not moved:
        return unknown("how-no-other-allocation", _places(case))
    name = max(moved, key=lambda each: moved[each])
    return Found(moved[name], told("how-largest", name=name, value=moved[name]), _places(case))


def _others(case: Case) -> Iterator[tuple[str, Study]]:
    for each in case.standing.allocations:
        for method in OTHERS:
            if method != find_method(each.by).id:
                yield (
                    f"{each.process}: {method}",
                    case.study.varying(allocation={each.process: method}),
                )
    for alternative in case.study.alternatives:
        differs = any(_differs(case, each) for each in alternative.allocations)
        if differs and alternative.name not in case.study.chosen:
            names = [*case.study.chosen, alternative.name]
            yield alternative.name, case.study.varying(alternative=names)


def _computes(case: Case, alternative: str) -> bool:
    """Return whether a study can be computed with an alternative, where it can be without."""
    if case.background is None or case.alternatives.get(alternative, 0.0) is not None:
        return True
    try:
        case.study.system(case.background)
    except PcfError:
        return True  # the study itself cannot: nothing is told of its alternatives
    return False


def _differs(case: Case, other: AllocationChoice) -> bool:
    """Return whether another allocation of a process divides it otherwise than the one it has."""
    return not any(
        (find_method(each.by).id, each.shares, each.causes)
        == (find_method(other.by).id, other.shares, other.causes)
        for each in case.standing.allocations
        if each.process == other.process
    )


def _level(choice: AllocationChoice) -> Level:
    stated = next((level for level in LEVELS if level == choice.level), None)
    return find_method(choice.by).levels[0] if stated is None else stated


def _places(case: Case) -> tuple[Where, ...]:
    return tuple(place(each.where, each.process) for each in case.standing.allocations)


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "allocation.count": count,
    "allocation.levels": levels,
    "allocation.step": step,
    "allocation.methods": methods,
    "allocation.reasoned": reasons,
    "allocation.sum_gap": sum_gap,
    "allocation.untried": alternatives,
    "allocation.effect": effect,
}
