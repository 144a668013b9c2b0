"""What covers consumption, by hour, month and year? Coverage, null power, how well it coincides.

Everything here reads a plan, or claims that stand, and gives what a footprint and a report need.
What stands behind one line is in `behind`, lines without a meter are in `dividing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.electricity.matching.available import parts_of_wholes
from pcf.electricity.matching.circumstances import Circumstances
from pcf.electricity.matching.periods import interval_of, within_one
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pcf.electricity.columns import DemandColumns, Legs
    from pcf.electricity.intervals import Interval
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.plans import Plan
    from pcf.electricity.profiles import Unit


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

    @property
    def covered(self) -> int:
        """Watt-hours of consumption that certificates or own power cover."""
        own = 0 if self.own is None else int(self.own.claimable.sum())
        return int(self.legs.energy[self.of_own :].sum()) + own


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
    certified, own, null = per_reading(plan)
    numbers = np.unique(period[placed])
    place = np.searchsorted(numbers, period[placed])
    sums = np.zeros((4, len(numbers)), dtype=np.int64)
    for row, energy in zip(sums, (used, certified, own, null), strict=True):
        np.add.at(row, place, energy[placed])
    unplaced = int(used[mine & ~inside].sum())
    return Coverage(unit, numbers, sums[0], sums[1], sums[2], sums[3], unplaced)


def scores(plan: Plan | Claimed, *, of: str = "") -> Scores:
    """Return how much of what was consumed was made in the same hour, month and year.

    Each consumer's certificates and own power are set against its own consumption; `of` names a
    line, meter or site that is judged alone.

    No example: `match` makes plans; the tests of matching show it.
    """
    mine = rows_of(plan.legs.demand_columns, of)
    return Scores(*(_score(plan, unit, mine) for unit in ("hour", "month", "year")))


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


def per_reading(plan: Plan | Claimed) -> tuple[Whole, Whole, Whole]:
    """Return what certificates, and own power with and without attributes, give each reading.

    No example: `coverage` sums it.
    """
    count = len(plan.legs.demand_columns)
    certified, own, null = (np.zeros(count, dtype=np.int64) for _ in range(3))
    np.add.at(certified, plan.legs.demand[plan.of_own :], plan.legs.energy[plan.of_own :])
    if plan.own is not None:
        np.add.at(own, plan.own.demand, plan.own.claimable)
        np.add.at(null, plan.own.demand, plan.own.null)
    return certified, own, null


def _score(plan: Plan | Claimed, unit: Unit, mine: Flags) -> float | None:
    legs, demand = plan.legs, plan.legs.demand_columns
    supply = legs.supply_columns
    used = np.where(mine, consumption(demand), 0)
    own = np.where(mine, per_reading(plan)[1], 0)
    period, inside = within_one(demand.start, demand.end, unit)
    total = int(used.sum())
    chosen = np.flatnonzero(mine[legs.demand[plan.of_own :]]) + plan.of_own
    rows = legs.supply[chosen]
    made, whole = within_one(supply.start[rows], supply.end[rows], unit)
    if not total or not inside[used > 0].all() or not whole.all():
        return None
    consumer = demand.consumer.codes.astype(np.int64)
    low = min([int(each.min()) for each in (period, made) if len(each)])
    width = max([int(each.max()) for each in (period, made) if len(each)]) - low + 1
    cell = consumer * width + (period - low)
    served = consumer[legs.demand[chosen]] * width + (made - low)
    energy = legs.energy[chosen]
    none = np.zeros(len(energy), dtype=np.int64)
    both = coincident(
        np.concatenate((own, energy)),
        np.concatenate((used, none)),
        np.concatenate((cell, served)),
    )
    return both / total
