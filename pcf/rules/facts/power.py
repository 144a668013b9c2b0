"""Which electricity was used, and as what does it count? Meters, cases, factors and losses.

The four cases are those of ISO 14067:2018, 6.4.9.4: own generation, a direct line, a contractual
instrument over the public grid, the grid without one. What is claimed is what the headline counts
as another technology than the average of the grid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf import units
from pcf.electricity.supply import AVERAGE, technology_called
from pcf.rules.facts.case import Case, Found, part, place, told, unknown, written
from pcf.study.names import ELECTRICITY
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcf.electricity.supply import Share, Supply
    from pcf.errors import Where

CASES = {
    "on-site": "own generation",
    "direct line": "direct line",
    "grid": "contractual instrument",
}
GRID = "grid"


def kwh(case: Case) -> Found:
    """Return the kilowatt-hours at the study's meters per declared unit."""
    total = sum(case.kwh.values())
    how = told("how-list", names=[f"{meter}: {each:,.6g} kWh" for meter, each in case.kwh.items()])
    return Found(total, how, _meters(case))


def per_kg(case: Case) -> Found:
    """Return the metered kilowatt-hours per kilogram of a product that is declared by mass."""
    kilograms = _kilograms(case)
    if kilograms is None:
        unit = case.footprint.declared_unit.amount.unit
        return unknown("how-not-a-mass", unit=unit)
    total = sum(case.kwh.values())
    return Found(total / kilograms, told("how-quotient", part=total, whole=kilograms),
                 _meters(case))  # fmt: skip


def share(case: Case) -> Found:
    """Return the share of the footprint that metered electricity brings."""
    ids = _metered_rows(case)
    return part(case, case.flags(lambda i: case.exchanges[i] in ids), "kWh")


def treatment(case: Case) -> Found:
    """Return the headline treatment: location, market or physical; unknown without a meter."""
    where = case.study.setting("electricity.treatment")
    if not case.kwh:
        return unknown("how-no-meter", (where,))
    return written(case.footprint.electricity.partition(":")[0] or None, where)


def cases(case: Case) -> Found:
    """Return which of the four cases occur under the headline treatment."""
    if not case.kwh:
        return Found(frozenset(), told("how-list", names=[]))
    found = {kind for kind, _, _ in _parts(case)}
    return Found(frozenset(found), told("how-list", names=sorted(found)), _supplies(case))


def claimed(case: Case) -> Found:
    """Return the share of the metered kWh that counts by a contractual instrument over the grid.

    Nothing is claimed where no electricity is metered.
    """
    return _of_kwh(case, lambda kind: kind == CASES[GRID])


def own(case: Case) -> Found:
    """Return the share of the metered kWh that counts as own generation or from a direct line."""
    return _of_kwh(case, lambda kind: kind in (CASES["on-site"], CASES["direct line"]))


def average(case: Case) -> Found:
    """Return the share of the metered kWh that counts by the average of the grid."""
    return _of_kwh(case, lambda kind: kind == GRID)


def _of_kwh(case: Case, test: Callable[[str], bool]) -> Found:
    total = sum(case.kwh.values())
    if not total:
        return Found(0.0, told("how-no-meter"))
    found = sum(energy for kind, energy, _ in _parts(case) if test(kind))
    return Found(found / total, told("how-part", part=found, whole=total, what="kWh"),
                 _supplies(case))  # fmt: skip


def planned(case: Case) -> Found:
    """Return whether the headline rests on electricity that is only planned, not certifiable."""
    return written(case.footprint.planned, case.study.setting("electricity.treatment"))


def evidenced(case: Case) -> Found:
    """Return, of the kWh claimed by instruments, the share whose supply names a cancellation.

    Unknown where nothing is claimed.
    """
    rows = [(energy, supply) for kind, energy, supply in _parts(case) if kind == CASES[GRID]]
    whole = sum(energy for energy, _ in rows)
    if not whole:
        return unknown("how-nothing-claimed", _supplies(case))
    found = sum(energy for energy, supply in rows if supply is not None and supply.evidence)
    return Found(found / whole, told("how-part", part=found, whole=whole, what="kWh"),
                 _supplies(case))  # fmt: skip


def location_shown(case: Case) -> Found:
    """Return whether the location-based total stands beside the headline."""
    names = list(case.footprint.treatments)
    return Found("location" in names, told("how-list", names=names))


def market_effect(case: Case) -> Found:
    """Return how far the headline is below the location-based total, relative to the latter."""
    location = case.footprint.treatments.get("location")
    if not location:
        return unknown("how-no-meter")
    value = (location - case.footprint.total) / location
    return Found(value, told("how-quotient", part=location - case.footprint.total, whole=location))


def factor_age(case: Case) -> Found:
    """Return how many years the factors of electricity are off the period's last year, at most.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.study.period is None:
        return unknown("how-not-stated", what="period")
    heads, last = case.footprint.system.processes, case.study.period.last_year
    names = {process for meter in case.footprint.meters.values() for process, _ in meter}
    gaps = {}
    for name in sorted(names):
        end = heads.ends[case.footprint.system.index(name)]
        if np.isnat(end):
            return unknown("how-no-year")
        gaps[name] = abs(last - int((end - np.timedelta64(1, "D")).astype(object).year))
    if not gaps:
        return unknown("how-no-meter")
    name = max(gaps, key=lambda each: gaps[each])
    return Found(float(gaps[name]), told("how-largest", name=name, value=float(gaps[name])))


def combustion(case: Case) -> Found:
    """Return how many factors of electricity count combustion alone, and not the life cycle.

    Needs the background data.
    """
    if case.background is None:
        return unknown("how-needs-background")
    background = np.flatnonzero(~case.footprint.system.processes.foreground)
    rows = [case.provider(int(i)) for i in background]
    names = [row.id for row in rows if row is not None and row.family == "combustion"]
    return Found(float(len(names)), told("how-count", count=len(names), all=len(rows), names=names))


def unmetered(case: Case) -> Found:
    """Return the share of the footprint that rows of electricity without a meter bring."""
    rows = {
        row.id: row
        for row in case.standing.activity
        if not row.meter and row.direction == "input" and fold(row.flow) in ELECTRICITY
    }
    return part(case, case.flags(lambda i: case.exchanges[i] in rows), "kWh")


def losses(case: Case) -> Found:
    """Return how the losses of the grid count for claimed power: published, ignored ...

    Unknown where nothing is claimed through the grid, or where meters differ.
    """
    said = {
        supply.losses
        for kind, _, supply in _parts(case)
        if kind == CASES[GRID] and supply is not None
    }
    if len(said) != 1:
        return unknown("how-nothing-claimed", _supplies(case))
    return written(said.pop(), case.study.setting("electricity.losses"))


def claimed_parts(case: Case) -> dict[str, float]:
    """Return the kWh of the study's rows that count by an instrument over the grid, by meter.

    Of the rows themselves, whatever the declared unit. No example: `cancelled_share` uses it.
    """
    supplies = {each.meter: each.supply for each in case.standing.electricity.supplies}
    kind = case.footprint.electricity.partition(":")[0]
    found: dict[str, float] = {}
    for row, amount in case.used.items():
        supply = supplies.get(row.meter) if row.meter and kind == "market" else None
        if supply is None or amount is None or amount.value is None:
            continue
        part_ = sum(each.share for each in supply.shares if _case(each, kind) == CASES[GRID])
        energy = amount.value * units.factor(amount.unit, "kWh") * part_
        if energy:
            found[row.meter] = found.get(row.meter, 0.0) + energy
    return found


def _parts(case: Case) -> Iterator[tuple[str, float, Supply | None]]:
    """Yield the case, the kWh and the supply of every part of every meter, under the headline."""
    supplies = {each.meter: each.supply for each in case.standing.electricity.supplies}
    kind = case.footprint.electricity.partition(":")[0]
    for meter, energy in case.kwh.items():
        supply = None if kind == "location" else supplies.get(meter)
        if supply is None:
            yield GRID, energy, None
            continue
        for share_ in supply.shares:
            yield _case(share_, kind), energy * share_.share, supply


def _case(part_: Share, kind: str) -> str:
    if part_.connection == GRID and (
        kind == "physical" or technology_called(part_.technology) == AVERAGE
    ):
        return GRID
    return CASES[part_.connection]


def _kilograms(case: Case) -> float | None:
    from pcf.rules.facts.declared import mass  # noqa: PLC0415 - one number of another topic

    value = mass(case).value
    return value if isinstance(value, float) else None


def _metered_rows(case: Case) -> set[str]:
    return {row.id for row in case.standing.activity if row.meter}


def _meters(case: Case) -> tuple[Where, ...]:
    rows: dict[str, Where] = {}
    for row in case.standing.activity:
        if row.meter:
            rows.setdefault(row.meter, place(row.where, row.id))
    return tuple(rows.values())


def _supplies(case: Case) -> tuple[Where, ...]:
    return tuple(place(each.where, each.meter) for each in case.standing.electricity.supplies)


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "electricity.kwh": kwh,
    "electricity.per_kg": per_kg,
    "electricity.share": share,
    "electricity.treatment": treatment,
    "electricity.cases": cases,
    "electricity.claimed_share": claimed,
    "electricity.own_share": own,
    "electricity.average_share": average,
    "electricity.planned": planned,
    "electricity.evidence_share": evidenced,
    "electricity.location_shown": location_shown,
    "electricity.market_effect": market_effect,
    "electricity.factor_age": factor_age,
    "electricity.combustion_factors": combustion,
    "electricity.unmetered_share": unmetered,
    "electricity.losses": losses,
}
