"""Which line without a meter used what? A meter divided over lines by shares, to the watt-hour."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf import text
from pcf.electricity.columns import DemandColumns, Legs, Texts
from pcf.electricity.matching.amounts import in_proportion
from pcf.electricity.matching.pairing import side_by_side
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from pcf.electricity.coverage import Claimed
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.plans import Plan

    Divisible = TypeVar("Divisible", Plan, "Claimed")


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
