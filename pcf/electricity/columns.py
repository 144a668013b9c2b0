"""How do ten million certificates and a year of meter hours stand in memory? As columns.

Matching reads `SupplyColumns` and `DemandColumns` and gives `Legs`; the ledger gives the first two
(`ledger.supply()`, `ledger.demand()`) and takes a `Claim` with its legs. Every number is a whole
one: watt-hours, seconds since 1970-01-01T00:00Z, positions. Text is interned: names once, codes in
the column. Unknown has its own code, never a number that could be meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.facts import ConsumptionRecord, Device, Leg, Lot, Made, WhRange
from pcf.electricity.gec import last_usable_day
from pcf.electricity.intervals import Interval, day_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

UNKNOWN, NO, YES = -1, 0, 1
"""Codes of a three-valued column."""

FOREVER = 2**62
"""The `usable_until` of what does not expire."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A column of text: `names`, each once, and for each row the position of its name.

    >>> column = Texts.of(["wind", "PV", "wind"])
    >>> column.names, column.codes.tolist(), column[2]
    (('wind', 'PV'), [0, 1, 0], 'wind')
    """

    names: tuple[str, ...]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, rows: Sequence[str]) -> Texts:
        """Return the column of these texts, names in the order in which they come first."""
        places: dict[str, int] = {}
        codes = [places.setdefault(row, len(places)) for row in rows]
        return cls(tuple(places), np.array(codes, dtype=np.int32))

    @classmethod
    def of_names(cls, names: Sequence[str], codes: Whole | NDArray[np.int32]) -> Texts:
        """Return the column with its names sorted, each once, and without those not used.

        >>> column = Texts.of_names(["b", "c", "a"], np.array([2, 0, 2]))
        >>> column.names, column.codes.tolist()
        (('a', 'b'), [0, 1, 0])
        """
        used = np.unique(codes)
        ordered = sorted({names[code] for code in used.tolist()})
        places = {name: place for place, name in enumerate(ordered)}
        table = np.zeros(len(names), dtype=np.int32)
        table[used] = [places[names[code]] for code in used.tolist()]
        return cls(tuple(ordered), table[codes])

    @classmethod
    def same(cls, text: str, count: int) -> Texts:
        """Return a column with one text in every row."""
        return cls((text,), np.zeros(count, dtype=np.int32))

    def take(self, rows: Whole | NDArray[np.bool_]) -> Texts:
        """Return the column of some rows."""
        return Texts(self.names, self.codes[rows])

    def __getitem__(self, row: int) -> str:
        """Return the text of a row."""
        return self.names[int(self.codes[row])]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)


@dataclass(frozen=True, slots=True, eq=False)
class SupplyColumns:
    """Ranges of certificates, one a row: what could be claimed, and what is known of it.

    `low` and `high` are positions of the `series` of a `scheme` (see `pcf.electricity.facts`);
    `start` and `end` the production; `made` and `state` are words; `usable_until` is the second at
    which it expires; `tradable` is three-valued; `bound` is the number of the green-power trade it
    came with, `cancellation` of the registry's record, empty where there is none. `devices` holds
    the devices by id. `lot` are the ledger's lot numbers where the rows come from the ledger
    `ledger`, else None.
    """

    scheme: Texts
    series: Texts
    low: Whole
    high: Whole
    device: Texts
    start: Whole
    end: Whole
    owner: Texts
    made: Texts
    state: Texts
    usable_until: Whole
    tradable: NDArray[np.int8]
    trades: NDArray[np.int32]
    bound: Texts
    cancellation: Texts
    devices: Mapping[str, Device] = field(default_factory=dict)
    lot: Whole | None = None
    ledger: str = ""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.low)

    @property
    def energy(self) -> Whole:
        """Watt-hours of each row."""
        return self.high - self.low

    def range(self, row: int) -> WhRange:
        """Return the range of a row."""
        low, high = int(self.low[row]), int(self.high[row])
        return WhRange(self.series[row], low, high, self.scheme[row])


@dataclass(frozen=True, slots=True, eq=False)
class DemandColumns:
    """Consumption records, one a row, with the watt-hours of each that claims cover already.

    `record` are the ledger's record numbers where the rows come from the ledger `ledger`.
    """

    meter: Texts
    line: Texts
    product: Texts
    start: Whole
    end: Whole
    energy: Whole
    claimed: Whole
    consumer: Texts
    site: Texts
    place: Texts
    measured: Texts
    within: Texts
    trial: NDArray[np.bool_]
    evidence: Texts
    record: Whole | None = None
    ledger: str = ""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Which watt-hours serve which consumption: row k is `energy[k]` Wh from position `low[k]`.

    `supply` and `demand` are rows of the columns that the legs were made from; a leg's range lies
    within the range of its supply row.
    """

    supply_columns: SupplyColumns
    demand_columns: DemandColumns
    supply: Whole
    demand: Whole
    low: Whole
    energy: Whole

    def __len__(self) -> int:
        """Return the number of legs."""
        return len(self.energy)

    @classmethod
    def of(cls, legs: Sequence[Leg]) -> Legs:
        """Return the legs written one by one, without devices."""
        consumptions = list(dict.fromkeys(leg.consumption for leg in legs))
        places = {each: row for row, each in enumerate(consumptions)}
        count = np.arange(len(legs), dtype=np.int64)
        return cls(
            _bare_supply([leg.range for leg in legs]),
            demand_columns(consumptions),
            count,
            np.array([places[leg.consumption] for leg in legs], dtype=np.int64),
            np.array([leg.range.low for leg in legs], dtype=np.int64),
            np.array([leg.energy for leg in legs], dtype=np.int64),
        )

    def rows(self) -> Iterator[Leg]:
        """Yield each leg as a value."""
        consumptions = consumption_rows(self.demand_columns)
        lots = self.supply_columns
        for supply, demand, low, energy in zip(
            self.supply.tolist(),
            self.demand.tolist(),
            self.low.tolist(),
            self.energy.tolist(),
            strict=True,
        ):
            span = WhRange(lots.series[supply], low, low + energy, lots.scheme[supply])
            yield Leg(span, consumptions[demand])


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """That the watt-hours of `legs` serve one beneficiary's consumption of one period.

    `profile` names the rules it was matched under, `purpose` what it is used for. A claim without
    the registry's cancellation record is a plan: the ledger takes none.

    >>> from pcf.electricity.facts import ConsumptionRecord, Leg, WhRange
    >>> march = Interval.read("2026-03")
    >>> meter = ConsumptionRecord("potline 1", march, 5_000_000, consumer="示例铝业有限公司")
    >>> claim = Claim("2026-03 potline 1", "示例铝业有限公司", march,
    ...               Legs.of([Leg(WhRange.of_serials("P1", 1, 5), meter)]))
    >>> claim.energy
    5000000
    """

    id: str
    beneficiary: str
    period: Interval
    legs: Legs
    profile: str = ""
    purpose: str = ""
    evidence: str = ""

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return int(self.legs.energy.sum())


def supply_columns(lots: Sequence[Lot], devices: Sequence[Device] = ()) -> SupplyColumns:
    """Return lots as columns, all of them active and never traded.

    >>> lot = Lot("P1", 1, 2, "wind-1", Interval.read("2025-11"))
    >>> supply_columns([lot]).energy.tolist()
    [2000000]
    """
    ranges = [lot.range for lot in lots]
    bare = _bare_supply(ranges)
    return SupplyColumns(
        scheme=bare.scheme,
        series=bare.series,
        low=bare.low,
        high=bare.high,
        device=Texts.of([lot.device for lot in lots]),
        start=np.array([lot.interval.start for lot in lots], dtype=np.int64),
        end=np.array([lot.interval.end for lot in lots], dtype=np.int64),
        owner=Texts.of([lot.owner for lot in lots]),
        made=Texts.of([lot.made for lot in lots]),
        state=bare.state,
        usable_until=np.array([usable_until(lot) for lot in lots], dtype=np.int64),
        tradable=np.array([three_valued(lot.tradable) for lot in lots], dtype=np.int8),
        trades=bare.trades,
        bound=bare.bound,
        cancellation=bare.cancellation,
        devices={device.id: device for device in devices},
    )


def demand_columns(records: Sequence[ConsumptionRecord]) -> DemandColumns:
    """Return consumption records as columns, nothing of them covered.

    >>> record = ConsumptionRecord("potline 1", Interval.read("2026-03"), 5)
    >>> consumption_rows(demand_columns([record])) == [record]
    True
    """
    return DemandColumns(
        meter=Texts.of([record.meter for record in records]),
        line=Texts.of([record.line for record in records]),
        product=Texts.of([record.product for record in records]),
        start=np.array([record.interval.start for record in records], dtype=np.int64),
        end=np.array([record.interval.end for record in records], dtype=np.int64),
        energy=np.array([record.energy for record in records], dtype=np.int64),
        claimed=np.zeros(len(records), dtype=np.int64),
        consumer=Texts.of([record.consumer for record in records]),
        site=Texts.of([record.site for record in records]),
        place=Texts.of([record.place for record in records]),
        measured=Texts.of([record.measured for record in records]),
        within=Texts.of([record.within for record in records]),
        trial=np.array([record.trial for record in records], dtype=np.bool_),
        evidence=Texts.of([record.evidence for record in records]),
    )


def consumption_rows(demand: DemandColumns) -> list[ConsumptionRecord]:
    """Return columns as consumption records."""
    return [
        ConsumptionRecord(
            meter=demand.meter[row],
            interval=Interval(start, end),
            energy=energy,
            consumer=demand.consumer[row],
            site=demand.site[row],
            place=demand.place[row],
            line=demand.line[row],
            product=demand.product[row],
            measured=demand.measured[row],  # type: ignore[arg-type] # words were checked on the way in
            within=demand.within[row],
            trial=trial,
            evidence=demand.evidence[row],
        )
        for row, (start, end, energy, trial) in enumerate(
            zip(
                demand.start.tolist(),
                demand.end.tolist(),
                demand.energy.tolist(),
                demand.trial.tolist(),
                strict=True,
            )
        )
    ]


def usable_until(lot: Lot) -> int:
    """Return the second at which a lot expires: the end of its last usable Chinese day."""
    day = lot.expires or last_usable_day(lot.interval, lot.scheme)
    return FOREVER if day is None else day_start(day) + 86400


def three_valued(value: bool | None) -> int:
    """Return the code of a three-valued fact.

    >>> three_valued(None), three_valued(False), three_valued(True)
    (-1, 0, 1)
    """
    return UNKNOWN if value is None else int(value)


def _bare_supply(ranges: Sequence[WhRange]) -> SupplyColumns:
    """Return ranges as columns of which nothing else is known."""
    count = len(ranges)
    none = Texts.same("", count)
    made: Made = "exported"
    return SupplyColumns(
        scheme=Texts.of([each.scheme for each in ranges]),
        series=Texts.of([each.series for each in ranges]),
        low=np.array([each.low for each in ranges], dtype=np.int64),
        high=np.array([each.high for each in ranges], dtype=np.int64),
        device=none,
        start=np.zeros(count, dtype=np.int64),
        end=np.zeros(count, dtype=np.int64),
        owner=none,
        made=Texts.same(made, count),
        state=Texts.same("active", count),
        usable_until=np.full(count, FOREVER, dtype=np.int64),
        tradable=np.full(count, UNKNOWN, dtype=np.int8),
        trades=np.zeros(count, dtype=np.int32),
        bound=none,
        cancellation=none,
    )
