"""Does it add up? Balances of elements and mass, and rows against the totals of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.rules.facts.case import Case, Found, place, told, unknown
from pcf.study.names import ELECTRICITY
from pcf.study.totals import reconciled
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.errors import Where
    from pcf.methods.balances import Balance
    from pcf.study.values import ElementBalance

ELEMENTS = ("mass", "energy", "C", "N", "P", "S", "Al", "Fe", "Cu", "Ni", "Co")


def count(case: Case) -> Found:
    """Return how many balances the study states and that can be computed."""
    rows = case.balances
    names = [f"{stated.process}: {found.element}" for stated, found in rows]
    how = told("how-count", count=len(rows), all=len(case.standing.balances), names=names)
    return Found(float(len(rows)), how, _at(rows))


def uncomputed(case: Case) -> Found:
    """Return how many balances the study states that cannot be computed: a stream is not there."""
    done = {id(stated) for stated, _ in case.balances}
    names = [each.process for each in case.standing.balances if id(each) not in done]
    how = told("how-count", count=len(names), all=len(case.standing.balances), names=names)
    return Found(float(len(names)), how)


def elements(case: Case) -> Found:
    """Return of what there are balances: mass, energy, C, Fe ..., another one is 'other'."""
    found = frozenset(
        each.element if each.element in ELEMENTS else "other" for _, each in case.balances
    )
    return Found(found, told("how-list", names=sorted(found)), _at(case.balances))


def worst(case: Case) -> Found:
    """Return the largest relative difference between inputs and outputs of a balance.

    Unknown without a balance, and where an amount is.
    """
    rows = case.balances
    gaps = {f"{s.process}: {b.element}": b.share for s, b in rows}
    silent = [name for name, value in gaps.items() if value is None]
    known = {name: abs(value) for name, value in gaps.items() if value is not None}
    if silent or not known:
        return unknown("how-no-balance", _at(rows))
    name = max(known, key=lambda each: known[each])
    return Found(known[name], told("how-largest", name=name, value=known[name]), _at(rows))


def open_ones(case: Case) -> Found:
    """Return how many balances do not close within the tolerance that the study states."""
    rows = case.balances
    names = [f"{stated.process}: {found.element}" for stated, found in rows if not found.closes]
    how = told("how-count", count=len(names), all=len(rows), names=names)
    return Found(float(len(names)), how, _at(rows))


def main_process(case: Case) -> Found:
    """Return whether the process of the study that brings most has a balance."""
    sums: dict[str, float] = {}
    for process, weight in zip(case.processes, case.weights, strict=True):
        sums[process] = sums.get(process, 0.0) + float(weight)
    name = max(sums, key=lambda each: sums[each], default="")
    value = any(fold(stated.process) == fold(name) for stated, _ in case.balances)
    return Found(value, told("how-list", names=[name]), _at(case.balances))


def site_count(case: Case) -> Found:
    """Return how many totals of the site could be held against the rows of their flow."""
    rows = reconciled(case.standing, case.used)
    names = [each.total.flow for each in rows]
    how = told("how-count", count=len(rows), all=len(case.standing.site_totals), names=names)
    return Found(float(len(rows)), how, tuple(each.where for each in rows))


def site_worst(case: Case) -> Found:
    """Return the largest relative difference between the rows of a flow and the site's total.

    Unknown without a total that can be held against rows.
    """
    rows = reconciled(case.standing, case.used)
    gaps = {each.total.flow: abs(each.difference) for each in rows}
    places = tuple(each.where for each in rows)
    if not gaps:
        return unknown("how-no-total", places)
    name = max(gaps, key=lambda each: gaps[each])
    return Found(gaps[name], told("how-largest", name=name, value=gaps[name]), places)


def site_electricity(case: Case) -> Found:
    """Return whether the electricity of the rows is held against the total of the whole site."""
    flows = [each.total.flow for each in reconciled(case.standing, case.used)]
    return Found(any(fold(flow) in ELECTRICITY for flow in flows), told("how-list", names=flows))


def _at(rows: tuple[tuple[ElementBalance, Balance], ...]) -> tuple[Where, ...]:
    return tuple(place(stated.where, stated.process) for stated, _ in rows)


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "balance.count": count,
    "balance.uncomputed": uncomputed,
    "balance.elements": elements,
    "balance.worst": worst,
    "balance.open": open_ones,
    "balance.main_process": main_process,
    "site.count": site_count,
    "site.worst": site_worst,
    "site.electricity_checked": site_electricity,
}
