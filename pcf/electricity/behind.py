"""What stands behind a line's electricity? Its supply, its legs, the serials behind every kWh.

A line that is metered has what its meter was matched with; lines that are not metered share what is
left of their site, so that the lines of a site always sum to the site.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.columns import Legs
from pcf.electricity.coverage import Claimed, consumption, rows_of
from pcf.electricity.matching.kinds import certificates
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.ranges import merged
from pcf.electricity.supply import AVERAGE, Share, Supply, technology_called
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.electricity.columns import DemandColumns
    from pcf.electricity.evidence import SupplyEvidence
    from pcf.electricity.facts import Leg, WhRange
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.plans import Plan
    from pcf.electricity.supply import Connection, Losses

    Way = tuple[str, Connection, float | None]


def line_supply(plan: Plan | Claimed, line: str, *, losses: Losses = "published") -> Supply:
    """Return where the electricity of a line, meter, product or site came from.

    Shares are by technology and connection; what nothing covers, null power among it, is 'average'.
    The evidence is the registry's cancellation records, and None while a certificate behind the
    line is not cancelled: then the supply is a plan.

    Readings that are not metered share what their site's unmetered readings have.

    Raises ModelError for a name that no reading has, nothing consumed, a certificate of a device
    that is not known, and where earlier claims cover the line too, whose legs are not here.

    No example: `match` shows it.
    """
    demand = plan.legs.demand_columns
    mine = rows_of(demand, line)
    _refuse_other_claims(plan, mine, line)
    metered = np.array([name == "metered" for name in demand.measured.names], dtype=np.bool_)
    alone = mine & metered[demand.measured.codes]
    used = consumption(demand)
    amounts = _amounts(plan, alone, used, Fraction(1))
    behind = alone.copy()
    for pool, part in _pools(demand, mine & ~alone, metered[demand.measured.codes]):
        there = int(used[pool].sum())
        if there:
            weight = Fraction(int(used[part].sum()), there)
            for way, amount in _amounts(plan, pool, used, weight).items():
                amounts[way] = amounts.get(way, Fraction(0)) + amount
            behind |= pool
    total = sum(amounts.values(), Fraction(0))
    if not total:
        raise ModelError(problem("coverage-nothing", line, (), line=line))
    shares = tuple(
        Share(technology, float(amount / total), connection, loss)
        for (technology, connection, loss), amount in sorted(
            amounts.items(), key=lambda each: (each[0][0] == AVERAGE, *map(str, each[0]))
        )
        if amount
    )
    return Supply(shares, _evidence(plan, behind), losses)


def proved(supply: Supply, behind: SupplyEvidence) -> Supply:
    """Return a supply with the whole evidence behind it, which is bound to its shares.

    Records that the registry made before any claim prove no supply: a plan names none.

    No example: `pcf.electricity.ledger.Matched.supply` shows it.
    """
    evidence = None if behind.planned else supply.evidence
    return replace(supply, evidence=evidence, behind=replace(behind, shares=supply.shares))


def legs_of(plan: Plan | Claimed, line: str = "") -> Iterator[Leg]:
    """Yield which serials cover which consumption of a line, meter, product or site.

    No example: `match` makes plans; the tests of matching show it.
    """
    legs = plan.legs
    mine = rows_of(legs.demand_columns, line)[legs.demand]
    yield from _part(legs, np.flatnonzero(mine)).rows()


def serials(plan: Plan | Claimed, line: str = "") -> tuple[WhRange, ...]:
    """Return the ranges of serials behind a line, meter, product or site, neighbours merged.

    No example: `match` makes plans; the tests of matching show it.
    """
    legs = plan.legs
    rows = np.flatnonzero(rows_of(legs.demand_columns, line)[legs.demand])
    low = legs.low[rows]
    return merged(legs.supply_columns, legs.supply[rows], low, low + legs.energy[rows])


def _pools(demand: DemandColumns, rows: Flags, metered: Flags) -> Iterator[tuple[Flags, Flags]]:
    """Yield the unmetered readings of each site with a row in `rows`, and which rows those are."""
    if not rows.any():
        return
    code = demand.site.codes.astype(np.int64) * len(demand.consumer.names) + demand.consumer.codes
    for each in np.unique(code[rows]).tolist():
        here = code == each
        yield here & ~metered, here & rows


def _refuse_other_claims(plan: Plan | Claimed, rows: Flags, line: str) -> None:
    """Refuse a supply that leaves out what other claims cover of the line."""
    other = plan.legs.demand_columns.claimed.copy()
    if isinstance(plan, Claimed):
        np.subtract.at(other, plan.legs.demand, plan.legs.energy)
    missing = int(np.maximum(other, 0)[rows].sum())
    if missing:
        raise ModelError(problem("coverage-other-claims", line, (), line=line, energy=kwh(missing)))


def _amounts(
    plan: Plan | Claimed, rows: Flags, used: Whole, weight: Fraction
) -> dict[Way, Fraction]:
    """Return the watt-hours of some readings by technology, connection and loss, times a weight."""
    legs = plan.legs
    kind, kinds = certificates(legs.supply_columns, plan.circumstances)
    found: dict[Way, Fraction] = {}
    mine = np.flatnonzero(rows[legs.demand[plan.of_own :]]) + plan.of_own
    sums = np.zeros(len(kinds), dtype=np.int64)
    np.add.at(sums, kind[legs.supply[mine]], legs.energy[mine])
    for number in np.flatnonzero(sums).tolist():
        each = kinds[number]
        if each.device is None:
            raise ModelError(problem("coverage-device", each.device_id, (), device=each.device_id))
        loss = each.tie.line_loss if each.tie and each.instrument == "direct line" else None
        way = _way(each.device.technology, each.instrument, loss)
        found[way] = found.get(way, Fraction(0)) + weight * int(sums[number])
    own = plan.own
    if own is not None:
        chosen = np.flatnonzero(rows[own.demand])
        sums = np.zeros(len(own.names), dtype=np.int64)
        np.add.at(sums, own.device[chosen], own.claimable[chosen])
        for number in np.flatnonzero(sums).tolist():
            device, tie = own.devices[own.names[number]], own.ties[own.names[number]]
            way = _way(device.technology, device.connection, tie.line_loss)
            found[way] = found.get(way, Fraction(0)) + weight * int(sums[number])
    rest = weight * int(used[rows].sum()) - sum(found.values(), Fraction(0))
    plain: Way = (AVERAGE, "grid", None)
    found[plain] = found.get(plain, Fraction(0)) + rest
    return found


def _way(technology: str, instrument: str, loss: float | None) -> Way:
    name = technology_called(technology)
    if instrument == "direct line":
        return name, "direct line", loss
    return name, "on-site" if instrument in ("on-site", "off-grid") else "grid", None


def _evidence(plan: Plan | Claimed, rows: Flags) -> str | None:
    """Return the cancellation records behind some readings; None where one is missing."""
    legs = plan.legs
    column = legs.supply_columns.cancellation
    codes = np.unique(column.codes[legs.supply[rows[legs.demand]]]).tolist()
    records = {column.names[code] for code in codes}
    if "" in records:
        if not plan.evidence:
            return None
        records = (records - {""}) | set(plan.evidence)
    own = [] if plan.own is None else _own_names(plan.own, rows)
    return ", ".join([*sorted(records), *own]) or None


def _own_names(own: OwnPower, rows: Flags) -> list[str]:
    chosen = np.unique(own.device[rows[own.demand] & (own.claimable > 0)]).tolist()
    return [own.names[each] for each in chosen]


def _part(legs: Legs, rows: Whole) -> Legs:
    columns = (getattr(legs, each)[rows] for each in ("supply", "demand", "low", "energy"))
    return Legs(legs.supply_columns, legs.demand_columns, *columns)
