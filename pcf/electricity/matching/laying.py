"""How do flows between classes become legs between rows? Each class's rows share its flows.

A class is a run of rows that no rule tells apart. A flow is so many watt-hours from a class of
certificates to a class of readings. In a cell each class has one flow; elsewhere several.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.electricity.matching.amounts import (
    cell_starts,
    cell_sums,
    in_order,
    in_proportion,
    to_a_level,
)
from pcf.electricity.matching.pairing import Pieces, in_shares, side_by_side
from pcf.electricity.matching.sorting import sorted_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.policies import Policy


@dataclass(slots=True, eq=False)
class Book:
    """Legs as they come: rows of certificates and readings, positions, watt-hours.

    Columns grow ahead of what they hold; what is not written takes no memory.
    """

    columns: list[Whole] = field(default_factory=lambda: [np.empty(0, dtype=np.int64)] * 4)
    count: int = 0

    def reserve(self, more: int) -> None:
        """Make room for so many more legs, and then some."""
        wanted = self.count + more
        if wanted > len(self.columns[0]):
            room = max(wanted, len(self.columns[0]) * 3 // 2)
            for place, column in enumerate(self.columns):
                self.columns[place] = np.empty(room, dtype=np.int64)
                self.columns[place][: self.count] = column[: self.count]

    def write(self, *legs: Whole) -> None:
        """Add legs, column by column."""
        self.reserve(len(legs[0]))
        here = slice(self.count, self.count + len(legs[0]))
        for column, values in zip(self.columns, legs, strict=True):
            column[here] = values
        self.count = here.stop

    def read(self) -> tuple[Whole, Whole, Whole, Whole]:
        """Return the legs so far."""
        supply, demand, low, energy = (column[: self.count] for column in self.columns)
        return supply, demand, low, energy


@dataclass(slots=True, eq=False)
class Work:
    """What is free while a plan is made, the orders of its policy, and the legs so far.

    `free` are the watt-hours left of each certificate row, `open` of each reading. `order` is a key
    of certificates (smaller first), `weight` one of readings or None; `when` is each reading's
    start. A row of certificates is used from its first position on: `taken` is how far.
    """

    policy: Policy
    free: Whole
    open: Whole
    low: Whole
    order: Whole
    weight: Whole | None
    when: Whole
    taken: Whole | None = None
    legs: Book = field(default_factory=Book)
    tiers: dict[str, int] = field(default_factory=dict)
    gap: int = 0

    def so_far(self) -> Whole | None:
        """Return how much of each row of certificates is used; None before the first legs."""
        if self.taken is None and self.legs.count:
            self.taken = np.zeros(len(self.free), dtype=np.int64)
            supply, _, _, energy = self.legs.read()
            np.add.at(self.taken, supply, energy)
        return self.taken

    @property
    def shares(self) -> bool:
        """Whether every certificate gives the same share."""
        return self.policy.name == "pro_rata"


class Side(NamedTuple):
    """Rows in classes: `rows` sorted by class, and where each class begins."""

    rows: Whole
    starts: Whole

    def classes(self) -> Whole:
        """Return the class of each row."""
        return np.repeat(
            np.arange(len(self.starts), dtype=np.int64), np.diff(self.starts, append=len(self.rows))
        )


class Flows(NamedTuple):
    """Flow k: `energy[k]` Wh from class `giver[k]` of certificates to `taker[k]` of readings."""

    giver: Whole
    taker: Whole
    energy: Whole


def givers(work: Work, rows: Whole, keys: Sequence[Whole]) -> tuple[Side, Whole]:
    """Return rows of certificates in classes of equal keys, in the policy's order, and their keys.

    Keys belong to `rows`; the last of the columns returned are those of each class.

    No example: `match` shows it.
    """
    return _side(rows, keys, [work.order[rows]])


def takers(work: Work, rows: Whole, keys: Sequence[Whole]) -> tuple[Side, Whole]:
    """Return rows of readings in classes of equal keys, earlier ones first, and their keys.

    No example: `match` shows it.
    """
    weight = [] if work.weight is None else [work.weight[rows]]
    return _side(rows, keys, [*weight, work.when[rows]])


def _side(rows: Whole, keys: Sequence[Whole], inner: Sequence[Whole]) -> tuple[Side, Whole]:
    order = sorted_rows([*keys, *inner])
    new = np.zeros(len(order), dtype=np.bool_)
    if len(order):
        new[0] = True
    for key in keys:
        column = key[order]
        new[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(new)
    first = order[starts]
    return Side(rows[order], starts), np.array([key[first] for key in keys], dtype=np.int64)


def lay(work: Work, given: Side, got: Side, flows: Flows, tier: str) -> None:
    """Turn flows into legs of a tier: each class's rows give and get by the policy.

    What was used of the certificates before is `work.taken`: see `Work.so_far`.

    No example: `match` shows it.
    """
    used = _used(work, given, _sums(flows.giver, flows.energy, len(given.starts)))
    filled = _filled(work, got, _sums(flows.taker, flows.energy, len(got.starts)))
    pieces = _legs(work, (given, used), (got, filled), flows)
    supply = given.rows[pieces.giver]
    low = pieces.offset
    low += work.low[supply]
    if work.taken is not None:
        low += work.taken[supply]
        work.taken[given.rows] += used
    work.legs.write(supply, got.rows[pieces.taker], low, pieces.energy)
    work.tiers[tier] = work.tiers.get(tier, 0) + int(flows.energy.sum())
    work.free[given.rows] -= used
    work.open[got.rows] -= filled


def _sums(of: Whole, energy: Whole, count: int) -> Whole:
    found = np.zeros(count, dtype=np.int64)
    if (np.diff(of) > 0).all():
        found[of] = energy
    else:
        np.add.at(found, of, energy)
    return found


def _used(work: Work, given: Side, totals: Whole) -> Whole:
    energy = work.free[given.rows]
    part = in_proportion if work.shares else in_order
    return part(energy, given.starts, totals)


def _filled(work: Work, got: Side, totals: Whole) -> Whole:
    """Return what each reading gets of its class's total."""
    energy = work.open[got.rows]
    if work.policy.name == "equal_level":
        return to_a_level(energy, got.starts, totals)
    if work.weight is None:
        return in_proportion(energy, got.starts, totals)
    weight, class_ = work.weight[got.rows], got.classes()
    new = (weight[1:] != weight[:-1]) | (class_[1:] != class_[:-1])
    levels = np.concatenate(([0], np.flatnonzero(new) + 1))[: len(energy)]
    sums = cell_sums(energy, levels)
    return in_proportion(energy, levels, in_order(sums, cell_starts(class_[levels]), totals))


def _legs(work: Work, given: tuple[Side, Whole], got: tuple[Side, Whole], flows: Flows) -> Pieces:
    """Return pieces from positions in `given` to positions in `got`."""
    if (np.diff(flows.giver) > 0).all() and (np.diff(flows.taker) > 0).all():
        # One flow a class, both sides in the same order: their rows lie side by side.
        left, right = np.flatnonzero(given[1]), np.flatnonzero(got[1])
        out, into = given[1][left], got[1][right]
        if work.shares:
            cells = given[0].classes()[left], got[0].classes()[right]
            pieces = in_shares(out, cells[0], into, cells[1])
        else:
            pieces = side_by_side(out, into)
        return Pieces(left[pieces.giver], right[pieces.taker], pieces.energy, pieces.offset)
    outs = _split(work, given, flows.giver, flows.energy)
    intos = _split(work, got, flows.taker, flows.energy)
    by_flow, to_flow = (np.argsort(each.taker, kind="stable") for each in (outs, intos))
    out, into = outs.energy[by_flow], intos.energy[to_flow]
    if work.shares:
        pieces = in_shares(out, outs.taker[by_flow], into, intos.taker[to_flow])
    else:
        pieces = side_by_side(out, into)
    giver, taker = by_flow[pieces.giver], to_flow[pieces.taker]
    offset = outs.offset[giver] + pieces.offset
    return Pieces(outs.giver[giver], intos.giver[taker], pieces.energy, offset)


def _split(work: Work, side: tuple[Side, Whole], classes: Whole, energy: Whole) -> Pieces:
    """Return the pieces of rows that go into each flow; `taker` is the flow."""
    rows = np.flatnonzero(side[1])
    order = np.argsort(classes, kind="stable")
    if work.shares:
        pieces = in_shares(side[1][rows], side[0].classes()[rows], energy[order], classes[order])
    else:
        pieces = side_by_side(side[1][rows], energy[order])
    return Pieces(rows[pieces.giver], order[pieces.taker], pieces.energy, pieces.offset)
