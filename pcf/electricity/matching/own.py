"""What did a site's own plants give it? Power on site and by direct lines, reading by reading.

Such power needs no certificate to count by its own factor, as long as its attributes are not sold
(ISO 14067:2018, 6.4.9.4.2 and 6.4.9.4.3). What is sold is taken first from what was exported, then
from what the site used: those kWh are null power and count by the residual.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.matching.amounts import cell_starts, cell_sums, in_proportion
from pcf.electricity.matching.periods import interval_of, within_one
from pcf.electricity.matching.refusals import kwh
from pcf.errors import ModelError, Where, problem
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pcf.electricity.columns import DemandColumns
    from pcf.electricity.facts import Device, ProductionRecord
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.circumstances import Tie
    from pcf.electricity.profiles import Unit
    from pcf.errors import Problem


@dataclass(frozen=True, slots=True, eq=False)
class OwnPower:
    """Own power by reading: row k is `energy[k]` Wh of device `device[k]` at reading `demand[k]`.

    Of these `null[k]` have no attributes left. `names` are the devices; `ties` how they are tied.
    """

    demand: Whole
    device: Whole
    energy: Whole
    null: Whole
    names: tuple[str, ...]
    devices: Mapping[str, Device]
    ties: Mapping[str, Tie]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.energy)

    @property
    def claimable(self) -> Whole:
        """Watt-hours of each row that still have their attributes."""
        return self.energy - self.null


def own_power(  # noqa: PLR0913 - each is a different fact of a site
    demand: DemandColumns,
    records: Sequence[ProductionRecord],
    *,
    devices: Sequence[Device],
    ties: Sequence[Tie],
    sold: Mapping[str, int] | None = None,
    self_consumed_sellable: bool = False,
    unit: Unit = "hour",
) -> OwnPower:
    """Return what tied devices gave to the readings of their sites and meters.

    What is recorded of a device as self-consumed goes to the readings of the same period (`unit`)
    in proportion to what they use. `sold` are the watt-hours of each device whose attributes were
    sold; those beyond its exports leave null power, every reading the same share of it.
    `self_consumed_sellable` says that the scheme sells attributes of self-consumption: Chinese
    green certificates do not.

    Raises ModelError with every problem: records or readings that span several periods, more given
    than was used, more sold than there was to sell.

    >>> from pcf.electricity.columns import demand_columns
    >>> from pcf.electricity.facts import ConsumptionRecord, Device, ProductionRecord
    >>> from pcf.electricity.intervals import Interval
    >>> from pcf.electricity.matching.circumstances import Tie
    >>> hour = Interval.read("2025-06-01T04:00Z/2025-06-01T05:00Z")
    >>> site = [ConsumptionRecord(name, hour, energy, site="plant")
    ...         for name, energy in (("line 1", 30_000), ("line 2", 10_000))]
    >>> made = [ProductionRecord("roof", hour, 20_000, "self-consumed")]
    >>> roof = own_power(demand_columns(site), made, ties=[Tie("roof", site="plant")],
    ...                  devices=[Device("roof", "PV", connection="on-site")])
    >>> roof.energy.tolist(), roof.null.tolist()
    ([15000, 5000], [0, 0])
    """
    known = {device.id: device for device in devices}
    tied = {tie.device: tie for tie in ties if tie.device in known}
    problems: list[Problem] = []
    period, inside = within_one(demand.start, demand.end, unit)
    open_ = demand.energy.copy()
    parts = []
    for number, name in enumerate(sorted(tied)):
        rows = np.flatnonzero(_served(demand, tied[name]))
        if not inside[rows].all():
            meter = demand.meter[int(rows[~inside[rows]][0])]
            problems.append(problem("own-reading", name, (), meter=meter, unit=unit))
            continue
        given = _by_period(records, name, unit, problems)
        rows = rows[np.argsort(period[rows], kind="stable")]
        try:
            energy = _spread(given, period[rows], open_[rows], unit)
            exported = sum(each.energy for each in records if _is(each, name, "exported"))
            sales = (sold or {}).get(name, 0)
            null = _without(energy, sales, exported, self_consumed_sellable)
        except ModelError as error:
            problems += [replace(each, where=Where(item=name)) for each in error.problems]
            continue
        open_[rows] -= energy
        parts.append((rows, np.full(len(rows), number, dtype=np.int64), energy, null))
    if problems:
        raise ModelError(*problems)
    none = (np.zeros(0, dtype=np.int64),) * 4
    rows, device, energy, null = (np.concatenate(each) for each in zip(none, *parts, strict=True))
    return OwnPower(rows, device, energy, null, tuple(sorted(tied)), known, tied)


def _served(demand: DemandColumns, tie: Tie) -> NDArray[np.bool_]:
    """Return the readings that a tie serves."""
    column, name = (demand.site, tie.site) if tie.site else (demand.meter, tie.meter)
    fits = np.array([fold(each) == fold(name) for each in column.names], dtype=np.bool_)
    return fits[column.codes]


def _is(record: ProductionRecord, device: str, made: str) -> bool:
    return record.device == device and record.made == made


def _by_period(
    records: Sequence[ProductionRecord], device: str, unit: Unit, problems: list[Problem]
) -> dict[int, int]:
    """Return the self-consumed watt-hours of a device in each period."""
    found: dict[int, int] = {}
    for record in records:
        if not _is(record, device, "self-consumed"):
            continue
        edges = [np.array([each]) for each in (record.interval.start, record.interval.end)]
        period, inside = within_one(edges[0], edges[1], unit)
        if not inside[0]:
            told = {"interval": record.interval, "unit": unit}
            problems.append(problem("own-production", device, (), **told))
        found[int(period[0])] = found.get(int(period[0]), 0) + record.energy
    return found


def _spread(given: dict[int, int], period: Whole, used: Whole, unit: Unit) -> Whole:
    """Return what each of some readings, sorted by period, gets in proportion to its use."""
    starts = cell_starts(period)
    room = dict(zip(period[starts].tolist(), cell_sums(used, starts).tolist(), strict=True))
    totals = np.array([given.get(each, 0) for each in room], dtype=np.int64)
    wrong = [
        problem(
            *("own-too-much", "", ()),
            interval=interval_of(each, unit),
            given=kwh(given[each]),
            used=kwh(room.get(each, 0)),
        )
        for each in sorted(given)
        if given[each] > room.get(each, 0)
    ]
    if wrong:
        raise ModelError(*wrong[:5])
    return in_proportion(used, starts, totals)


def _without(energy: Whole, sold: int, exported: int, sellable: bool) -> Whole:
    """Return the part of each row whose attributes were sold."""
    total = int(energy.sum())
    null = max(sold - exported, 0)
    if null > (total if sellable else 0):
        most = kwh(exported + (total if sellable else 0))
        code = "own-sold-too-much" if sellable else "own-sold-beyond-export"
        raise ModelError(problem(code, "", (), sold=kwh(sold), most=most))
    if not len(energy):
        return energy
    return in_proportion(energy, np.zeros(1, dtype=np.int64), np.array([null], dtype=np.int64))
