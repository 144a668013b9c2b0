"""How much is there to be matched? Of each reading, and of each certificate.

A part of a meter covers its whole too: a whole offers what it measured beyond its parts. What other
systems have taken of a device's production is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.facts import AttributeExclusion, ProductionRecord
    from pcf.electricity.matching.arrays import Whole


def open_energy(demand: DemandColumns) -> Whole:
    """Return the watt-hours of each reading that no claim covers and no part of it measures.

    >>> from pcf.electricity.columns import demand_columns
    >>> from pcf.electricity.facts import ConsumptionRecord
    >>> from pcf.electricity.intervals import Interval
    >>> march = Interval.read("2026-03")
    >>> plant = [ConsumptionRecord("main", march, 10),
    ...          ConsumptionRecord("line", march, 7, within="main")]
    >>> open_energy(demand_columns(plant)).tolist()
    [3, 7]
    """
    found = demand.energy - demand.claimed
    part, whole = parts_of_wholes(demand)
    np.subtract.at(found, whole, np.maximum(demand.energy - demand.claimed, 0)[part])
    np.maximum(found, 0, out=found)
    return found


def parts_of_wholes(demand: DemandColumns) -> tuple[Whole, Whole]:
    """Return the rows that are parts and the row of which each is one, where it is there.

    No example: `open_energy` shows it.
    """
    if not any(demand.within.names):
        none = np.zeros(0, dtype=np.int64)
        return none, none
    named = np.array([name != "" for name in demand.within.names], dtype=np.bool_)
    part = np.flatnonzero(named[demand.within.codes])
    meters = {name: code for code, name in enumerate(demand.meter.names)}
    codes = np.array([meters.get(name, -1) for name in demand.within.names], dtype=np.int64)
    wanted = codes[demand.within.codes[part]]
    order = np.lexsort((demand.start, demand.meter.codes))
    key = np.stack([demand.meter.codes[order].astype(np.int64), demand.start[order]])
    place = _last_upto(key, np.stack([wanted, demand.start[part]]))
    known = place >= 0
    row = order[np.maximum(place, 0)]
    fits = known & (demand.meter.codes[row] == wanted) & (demand.end[part] <= demand.end[row])
    return part[fits], row[fits]


def _last_upto(sorted_: Whole, wanted: Whole) -> Whole:
    """Return the last of some sorted pairs that is not after each wanted pair, or -1."""
    codes = np.unique(np.concatenate([sorted_[1], wanted[1]]))
    width = len(codes) + 1

    def packed(pairs: Whole) -> Whole:
        found: Whole = pairs[0] * width + np.searchsorted(codes, pairs[1])
        return found

    found: Whole = np.searchsorted(packed(sorted_), packed(wanted), side="right") - 1
    return found


def excluded_rows(
    supply: SupplyColumns,
    exclusions: Sequence[AttributeExclusion],
    productions: Sequence[ProductionRecord],
    free: Whole,
) -> list[tuple[AttributeExclusion, Whole]]:
    """Return exclusions with the rows that they take away; lessen `free` where volumes are apart.

    Volumes are apart where the exclusion states its part, the production of exactly its interval is
    metered and the rows lie within it: then only what is left of the production is there. What
    several exclusions take of it adds up, and what is claimed already comes first.

    No example: `match` shows it.
    """
    found = []
    is_claimed = np.array([name == "claimed" for name in supply.state.names], dtype=np.bool_)
    for each in exclusions:
        code = [at for at, name in enumerate(supply.device.names) if name == each.device]
        if not code:
            continue
        mine = supply.device.codes == code[0]
        rows = np.flatnonzero(
            mine & (supply.start < each.interval.end) & (supply.end > each.interval.start)
        )
        metered = sum(
            record.energy
            for record in productions
            if record.device == each.device and record.interval == each.interval
        )
        inside = (supply.start[rows] >= each.interval.start) & (
            supply.end[rows] <= each.interval.end
        )
        if each.energy is None or not metered or not inside.all():
            found.append((each, rows))
            continue
        left = max(metered - taken_within(each, exclusions), 0)
        rows = rows[np.argsort(~is_claimed[supply.state.codes[rows]], kind="stable")]
        before = np.cumsum(free[rows]) - free[rows]
        free[rows] = np.clip(left - before, 0, free[rows])
    return found


def taken_within(each: AttributeExclusion, exclusions: Sequence[AttributeExclusion]) -> int:
    """Return the watt-hours that exclusions of a device take within the interval of one of them.

    >>> from pcf.electricity.facts import AttributeExclusion
    >>> from pcf.electricity.intervals import Interval
    >>> year, march = Interval.read("2026"), Interval.read("2026-03")
    >>> all_ = [AttributeExclusion("CCER", "d", year, 40), AttributeExclusion("VCS", "d", march, 5)]
    >>> [taken_within(one, all_) for one in all_]
    [45, 5]
    """
    return sum(
        other.energy
        for other in exclusions
        if other.device == each.device and each.interval.holds(other.interval)
        if other.energy is not None
    )
