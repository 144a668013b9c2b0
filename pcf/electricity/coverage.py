"""What covers a line's electricity by the hour? Coverage, supplies, the serials behind a kWh.

Everything here reads a plan and gives what a footprint and a report need: the supply of a line for
its treatment, consumption and coverage by hour, month and year, null power, serials. A line that is
metered has what its meter was matched with; lines that are not metered share what is left of their
site, so that the lines of a site always sum to the site.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf import text
from pcf.electricity.columns import DemandColumns, Legs, Texts
from pcf.electricity.facts import Leg, WhRange
from pcf.electricity.matching.amounts import in_proportion
from pcf.electricity.matching.available import parts_of_wholes
from pcf.electricity.matching.circumstances import Circumstances
from pcf.electricity.matching.kinds import certificates
from pcf.electricity.matching.pairing import side_by_side
from pcf.electricity.matching.periods import interval_of, within_one
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.matching.sorting import ranked
from pcf.electricity.supply import AVERAGE, Share, Supply, technology_called
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeVar

    from numpy.typing import ArrayLike

    from pcf.electricity.intervals import Interval
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.plans import Plan
    from pcf.electricity.profiles import Unit
    from pcf.electricity.supply import Connection, Losses

    Divisible = TypeVar("Divisible", Plan, "Claimed")
    Way = tuple[str, Connection, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Consumption and what covers it by period, in watt-hours.

    `certified` is covered by certificates, `own` by own power with its attributes, `null` is own
    power whose attributes were sold. `unplaced` is consumption of readings longer than a period: it
    stands in no period, and `share` is unknown where there is some.
    """

    unit: Unit
    periods: Whole
    consumed: Whole
    certified: Whole
    own: Whole
    null: Whole
    unplaced: int

    @property
    def uncovered(self) -> Whole:
        """What nothing covers, null power among it."""
        return self.consumed - self.certified - self.own

    @property
    def share(self) -> float | None:
        """The covered part of consumption; None where it is not known or nothing is consumed."""
        total = int(self.consumed.sum())
        if self.unplaced or not total:
            return None
        return int(self.certified.sum() + self.own.sum()) / total

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The periods as intervals."""
        return tuple(interval_of(each, self.unit) for each in self.periods.tolist())


@dataclass(frozen=True, slots=True)
class Scores:
    """How much of consumption what was claimed for it was made in the same hour, month, year.

    None where a certificate or a reading is longer than the period, so that it cannot be told.
    A finer score is never above a coarser one.
    """

    hour: float | None
    month: float | None
    year: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Claimed:
    """Legs of claims that stand, with what they rest on: what a plan has, without its plan.

    Everything here takes it as it takes a plan. The first `of_own` legs prove own power; `evidence`
    are cancellation records of certificates whose columns name none.
    """

    legs: Legs
    circumstances: Circumstances = field(default_factory=Circumstances)
    own: OwnPower | None = None
    of_own: int = 0
    evidence: tuple[str, ...] = ()


def consumption(demand: DemandColumns) -> Whole:
    """Return what each reading measures beyond its parts.

    >>> from pcf.electricity.columns import demand_columns
    >>> from pcf.electricity.facts import ConsumptionRecord
    >>> from pcf.electricity.intervals import Interval
    >>> march = Interval.read("2026-03")
    >>> plant = [ConsumptionRecord("main", march, 10),
    ...          ConsumptionRecord("line", march, 7, within="main")]
    >>> consumption(demand_columns(plant)).tolist()
    [3, 7]
    """
    found = demand.energy.copy()
    part, whole = parts_of_wholes(demand)
    np.subtract.at(found, whole, demand.energy[part])
    return np.maximum(found, 0)


def coverage(plan: Plan | Claimed, unit: Unit = "month", *, of: str = "") -> Coverage:
    """Return consumption and coverage by hour, month or year; `of` names a line, meter or site.

    Raises ModelError for a name that no reading has.

    No example: `match` makes plans; the tests of matching show it.
    """
    demand = plan.legs.demand_columns
    mine = rows_of(demand, of)
    period, inside = within_one(demand.start, demand.end, unit)
    placed = mine & inside
    used = consumption(demand)
    certified, own, null = _per_reading(plan)
    numbers = np.unique(period[placed])
    place = np.searchsorted(numbers, period[placed])
    sums = np.zeros((4, len(numbers)), dtype=np.int64)
    for row, energy in zip(sums, (used, certified, own, null), strict=True):
        np.add.at(row, place, energy[placed])
    unplaced = int(used[mine & ~inside].sum())
    return Coverage(unit, numbers, sums[0], sums[1], sums[2], sums[3], unplaced)


def scores(plan: Plan | Claimed) -> Scores:
    """Return how much of what was consumed was made in the same hour, month and year.

    Each consumer's certificates and own power are set against its own consumption.

    No example: `match` makes plans; the tests of matching show it.
    """
    return Scores(_score(plan, "hour"), _score(plan, "month"), _score(plan, "year"))


def coincident(made: ArrayLike, used: ArrayLike, periods: ArrayLike) -> int:
    """Return how many watt-hours were made in the period in which they were used.

    `periods` numbers the period of each row; rows of one period count together.

    >>> coincident([0, 900, 900], [300, 400, 300], [1, 2, 3]), coincident([5], [3], [0])
    (700, 3)
    """
    number = np.unique(np.asarray(periods), return_inverse=True)[1].reshape(-1)
    sums = np.zeros((2, int(number.max()) + 1 if len(number) else 0), dtype=np.int64)
    for row, energy in zip(sums, (made, used), strict=True):
        np.add.at(row, number, np.asarray(energy, dtype=np.int64))
    return int(sums.min(axis=0).sum())


def carbon_free_share(load: ArrayLike, clean: ArrayLike, grid: ArrayLike) -> float:
    """Return the carbon-free part of a load: contracted, and what the grid's imports have of it.

    sum(min(load, clean) + import x grid's share) / sum(load), hour by hour; what is contracted
    beyond the load does not count (24/7 carbon-free energy; PyPSA 247-cfe).

    >>> round(carbon_free_share([10, 10, 10, 10], [4, 16, 12, 0], [0.3, 0.2, 0.4, 0.5]), 12)
    0.77
    """
    used, made, share = (np.asarray(each, dtype=np.float64) for each in (load, clean, grid))
    own = np.minimum(used, made)
    return float((own + (used - own) * share).sum() / used.sum())


def certificates_needed(energy: int, loss: Fraction | str) -> int:
    """Return the watt-hours of certificates for a use, where they cover the grid's losses too.

    energy / (1 - loss), rounded up: under `gross_up` each kWh takes 1 / (1 - loss) kWh.

    >>> certificates_needed(1_000_000, "0.05")
    1052632
    """
    kept = 1 - Fraction(loss)
    if not 0 < kept <= 1:
        raise ModelError(problem("coverage-loss", "", (), loss=loss))
    return -(-energy * kept.denominator // kept.numerator)


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
    supply = legs.supply[rows]
    columns = legs.supply_columns
    scheme, series = ranked(columns.scheme)[supply], ranked(columns.series)[supply]
    low, high = legs.low[rows], (legs.low + legs.energy)[rows]
    order = np.lexsort((low, series, scheme))
    if not len(order):
        return ()
    scheme, series, low, high = (each[order] for each in (scheme, series, low, high))
    new = np.concatenate(
        ([True], (scheme[1:] != scheme[:-1]) | (series[1:] != series[:-1]) | (low[1:] > high[:-1]))
    )
    first, last = np.flatnonzero(new), np.append(np.flatnonzero(new)[1:], len(low)) - 1
    chosen = supply[order][first].tolist()
    return tuple(
        WhRange(columns.series[row], start, end, columns.scheme[row])
        for row, start, end in zip(chosen, low[first].tolist(), high[last].tolist(), strict=True)
    )


def divided(plan: Divisible, meter: str, shares: Mapping[str, float | str]) -> Divisible:
    """Return the plan with the readings of a meter divided over lines that have no meter.

    `shares` say how much of the meter each line uses; they sum to one. Consumption, certificates
    and own power are divided in whole watt-hours by the largest remainder: the lines sum to the
    meter, serial by serial.

    Raises ModelError for an unknown meter and for shares that do not sum to one.

    No example: `match` makes plans; the tests of matching show it.
    """
    parts = {line: Fraction(str(share)) for line, share in shares.items()}
    demand = plan.legs.demand_columns
    known = demand.meter.names
    if meter not in known:
        raise ModelError(problem("coverage-line", meter, text.nearest(meter, known), line=meter))
    if sum(parts.values()) != 1 or min(parts.values()) < 0:
        total = float(sum(parts.values()))
        raise ModelError(problem("coverage-shares", meter, (), total=f"{total:.12g}"))
    rows = np.flatnonzero(demand.meter.codes == known.index(meter))
    scale = _scale(parts, int(demand.energy[rows].max()))
    lines = Lines(rows, _divided(demand.energy[rows], scale))
    finer, place = _with_lines(demand, lines, tuple(parts))
    own, given = _divided_own(plan.own, lines, place)
    legs, of_own = _divided_legs(plan, lines, given, (finer, place))
    return replace(plan, legs=legs, own=own, of_own=of_own)


def rows_of(demand: DemandColumns, name: str) -> Flags:
    """Return the readings of a meter, else line, product, site or consumer; all for no name.

    Raises ModelError for a name that no reading has.

    >>> from pcf.electricity.columns import demand_columns
    >>> from pcf.electricity.facts import ConsumptionRecord
    >>> from pcf.electricity.intervals import Interval
    >>> march = Interval.read("2026-03")
    >>> plant = [ConsumptionRecord("M1", march, 10, line="potline 1"),
    ...          ConsumptionRecord("M2", march, 7, line="casting")]
    >>> rows_of(demand_columns(plant), "casting").tolist()
    [False, True]
    """
    if not name:
        return np.ones(len(demand), dtype=np.bool_)
    columns = (demand.meter, demand.line, demand.product, demand.site, demand.consumer)
    for column in columns:
        fits = np.array([text.fold(each) == text.fold(name) for each in column.names], np.bool_)
        if fits.any():
            found = fits[column.codes]
            if found.any():
                return found
    names = {each for column in columns for each in column.names if each}
    raise ModelError(problem("coverage-line", name, text.nearest(name, names), line=name))


def _per_reading(plan: Plan | Claimed) -> tuple[Whole, Whole, Whole]:
    """Return what certificates, and own power with and without attributes, give each reading."""
    count = len(plan.legs.demand_columns)
    certified, own, null = (np.zeros(count, dtype=np.int64) for _ in range(3))
    np.add.at(certified, plan.legs.demand[plan.of_own :], plan.legs.energy[plan.of_own :])
    if plan.own is not None:
        np.add.at(own, plan.own.demand, plan.own.claimable)
        np.add.at(null, plan.own.demand, plan.own.null)
    return certified, own, null


def _score(plan: Plan | Claimed, unit: Unit) -> float | None:
    legs, demand = plan.legs, plan.legs.demand_columns
    supply = legs.supply_columns
    used, own = consumption(demand), _per_reading(plan)[1]
    period, inside = within_one(demand.start, demand.end, unit)
    total = int(used.sum())
    rows = legs.supply[plan.of_own :]
    made, whole = within_one(supply.start[rows], supply.end[rows], unit)
    if not total or not inside[used > 0].all() or not whole.all():
        return None
    consumer = demand.consumer.codes.astype(np.int64)
    low = min([int(each.min()) for each in (period, made) if len(each)])
    width = max([int(each.max()) for each in (period, made) if len(each)]) - low + 1
    cell = consumer * width + (period - low)
    served = consumer[legs.demand[plan.of_own :]] * width + (made - low)
    energy = legs.energy[plan.of_own :]
    none = np.zeros(len(energy), dtype=np.int64)
    both = coincident(
        np.concatenate((own, energy)),
        np.concatenate((used, none)),
        np.concatenate((cell, served)),
    )
    return both / total


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


def _scale(parts: Mapping[str, Fraction], most: int) -> Whole:
    """Return whole numbers in the ratio of the shares that sum to at least `most`."""
    common = np.lcm.reduce([share.denominator for share in parts.values()])
    numbers = [int(share * int(common)) for share in parts.values()]
    factor = max(-(-most // int(common)), 1)
    return np.array([number * factor for number in numbers], dtype=np.int64)


def _divided(energy: Whole, scale: Whole) -> Whole:
    """Return each amount divided in the ratio of some numbers: rows by lines."""
    starts = np.arange(0, len(energy) * len(scale), len(scale), dtype=np.int64)
    parts = in_proportion(np.tile(scale, len(energy)), starts, energy)
    return parts.reshape(len(energy), len(scale))


class Lines(NamedTuple):
    """Readings that are divided, and what each line uses of each: rows by lines."""

    rows: Whole
    used: Whole

    @property
    def starts(self) -> Whole:
        """Where each reading begins among the cells of the table."""
        return np.arange(0, self.used.size, self.used.shape[1], dtype=np.int64)

    def places(self, place: Whole, cell: Whole) -> Whole:
        """Return the new reading of a cell of the table, from the new place of each old one."""
        count = self.used.shape[1]
        found: Whole = place[self.rows][cell // count] + cell % count
        return found

    def number(self, demand: Whole, count: int) -> Whole:
        """Return which divided reading each of some readings is, or -1."""
        found = np.full(count, -1, dtype=np.int64)
        found[self.rows] = np.arange(len(self.rows))
        return found[demand]


def _with_lines(
    demand: DemandColumns, lines: Lines, names: tuple[str, ...]
) -> tuple[DemandColumns, Whole]:
    """Return readings with some rows divided over lines, and the first new place of every row."""
    count = np.ones(len(demand), dtype=np.int64)
    count[lines.rows] = len(names)
    place = np.cumsum(count) - count
    old = np.repeat(np.arange(len(demand), dtype=np.int64), count)
    new = lines.places(place, np.arange(lines.used.size))
    energy, claimed = demand.energy[old], demand.claimed[old]
    energy[new] = lines.used.reshape(-1)
    claimed[new] = in_proportion(energy[new], lines.starts, demand.claimed[lines.rows])
    texts = {
        each.name: getattr(demand, each.name).take(old)
        for each in fields(demand)
        if isinstance(getattr(demand, each.name), Texts)
    }
    texts["line"] = _renamed(texts["line"], new, names)
    texts["measured"] = _renamed(texts["measured"], new, ("profile",))
    return (
        DemandColumns(
            **texts,
            start=demand.start[old],
            end=demand.end[old],
            energy=energy,
            claimed=claimed,
            trial=demand.trial[old],
        ),
        place,
    )


def _renamed(column: Texts, rows: Whole, names: tuple[str, ...]) -> Texts:
    """Return a column with the names written into some rows, one after another, again and again."""
    codes = column.codes.astype(np.int64)
    codes[rows] = np.resize(np.arange(len(names)) + len(column.names), len(rows))
    every = tuple(dict.fromkeys((*column.names, *names)))
    table = np.array([every.index(name) for name in (*column.names, *names)], dtype=np.int32)
    return Texts(every, table[codes])


def _divided_own(own: OwnPower | None, lines: Lines, place: Whole) -> tuple[OwnPower | None, Whole]:
    """Return own power for the divided readings, and the claimable part of each line's use."""
    given = np.zeros_like(lines.used)
    if own is None:
        return None, given
    number = lines.number(own.demand, len(place))
    kept = np.flatnonzero(number < 0)
    columns = [
        [each[kept] for each in (place[own.demand], own.device, own.energy, own.null)],
    ]
    room = lines.used.copy()
    for row in np.flatnonzero(number >= 0).tolist():
        at = int(number[row])
        one = np.zeros(1, dtype=np.int64)
        part = in_proportion(room[at], one, own.energy[row : row + 1])
        null = in_proportion(part, one, own.null[row : row + 1])
        room[at] -= part
        given[at] += part - null
        new = place[own.demand[row]] + np.arange(len(part))
        columns.append([new, np.full(len(part), own.device[row]), part, null])
    joined = [np.concatenate(each) for each in zip(*columns, strict=True)]
    return replace(own, demand=joined[0], device=joined[1], energy=joined[2], null=joined[3]), given


def _divided_legs(
    plan: Plan | Claimed, lines: Lines, given: Whole, finer: tuple[DemandColumns, Whole]
) -> tuple[Legs, int]:
    """Return legs to the divided readings, and how many of them prove own power."""
    legs, (demand, place) = plan.legs, finer
    number = lines.number(legs.demand, len(place))
    kept = np.flatnonzero(number < 0)
    found = [(kept, place[legs.demand[kept]], legs.low[kept], legs.energy[kept])]
    prove = np.arange(len(legs)) < plan.of_own
    for chosen, room in ((prove, given), (~prove, lines.used - given)):
        mine = np.flatnonzero((number >= 0) & chosen)
        mine = mine[np.argsort(number[mine], kind="stable")]
        covered = np.zeros(len(lines.rows), dtype=np.int64)
        np.add.at(covered, number[mine], legs.energy[mine])
        got = in_proportion(room.reshape(-1), lines.starts, covered)
        some = np.flatnonzero(got)
        pieces = side_by_side(legs.energy[mine], got[some])
        leg = mine[pieces.giver]
        new = lines.places(place, some[pieces.taker])
        found.append((leg, new, legs.low[leg] + pieces.offset, pieces.energy))
    leg, new, low, energy = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.argsort(leg, kind="stable")
    columns = (each[order] for each in (legs.supply[leg], new, low, energy))
    return Legs(legs.supply_columns, demand, *columns), int(prove[leg].sum())
