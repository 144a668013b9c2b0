"""What must be known to judge an entry? A book: registers, lots, positions, consumption.

Two books keep the same: the tables of the database (`store`), and columns in memory (`memory`), in
which `audit` does the whole log again. The rules that judge entries read and write either of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.registers import Registers
    from pcf.electricity.ledger.segments import Segments

    Whole = NDArray[np.int64]

NO_WHOLE = 0
"""The `whole` of a consumption record that is not a part of another."""


@dataclass(frozen=True, slots=True, eq=False)
class LotRows:
    """Lots: their number, issue and span, the position in their series, their watt-hours."""

    number: Whole
    issue: Whole
    span: Whole
    low: Whole
    size: Whole

    def __len__(self) -> int:
        """Return the number of lots."""
        return len(self.number)

    def columns(self) -> tuple[Whole, ...]:
        """Return the columns."""
        return self.number, self.issue, self.span, self.low, self.size


@dataclass(frozen=True, slots=True, eq=False)
class UseRows:
    """Consumption records: number, slice and span, watt-hours consumed, claimed and in parts.

    `claimed` counts what covers the parts too; `whole` is the number of the record of which it is a
    part, or `NO_WHOLE`.
    """

    number: Whole
    slice: Whole
    span: Whole
    energy: Whole
    claimed: Whole
    parts: Whole
    whole: Whole

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.number)

    def columns(self) -> tuple[Whole, ...]:
        """Return the columns."""
        return (
            self.number,
            self.slice,
            self.span,
            self.energy,
            self.claimed,
            self.parts,
            self.whole,
        )


@dataclass(frozen=True, slots=True, eq=False)
class LegRows:
    """Legs: `energy` watt-hours from offset `low` of a lot for a consumption record."""

    lot: Whole
    low: Whole
    consumption: Whole
    energy: Whole

    def __len__(self) -> int:
        """Return the number of legs."""
        return len(self.lot)


class Book(Protocol):
    """Registers and the four columns of scale, as they are after the entries so far."""

    registers: Registers

    def lot_count(self) -> int:
        """Return the number of lots; they are numbered from one."""

    def lots(self, numbers: Whole) -> LotRows:
        """Return lots by their sorted numbers; fewer where some are unknown."""

    def lots_between(self, issue: int, low: int, high: int) -> LotRows:
        """Return the lots of an issue that have a position from `low` up to `high`."""

    def lots_in_spans(self, issue: int, first: int, last: int) -> LotRows:
        """Return the lots of an issue with spans numbered from `first` to `last`."""

    def add_lots(self, rows: LotRows, status: Whole) -> None:
        """Add lots, each as one segment with a status."""

    def segments(self, lots: Whole) -> Segments:
        """Return the segments of lots with these sorted numbers."""

    def replace(self, old: Segments, new: Segments) -> None:
        """Put the segments `new` in place of `old`, which are all segments of their lots."""

    def productions(self, source: int, first: int, last: int) -> tuple[Whole, Whole]:
        """Return spans and watt-hours of a source's records with spans from `first` to `last`."""

    def add_productions(self, source: Whole, span: Whole, energy: Whole) -> None:
        """Add production records."""

    def use_count(self) -> int:
        """Return the number of consumption records; they are numbered from one."""

    def uses(self, numbers: Whole) -> UseRows:
        """Return consumption records by their sorted numbers; fewer where some are unknown."""

    def uses_in_spans(self, slice_: int, first: int, last: int) -> UseRows:
        """Return a slice's consumption records with spans numbered from `first` to `last`."""

    def add_uses(self, rows: UseRows) -> None:
        """Add consumption records."""

    def add_parts(self, numbers: Whole, energy: Whole) -> None:
        """Add watt-hours of parts to the records of their wholes."""

    def add_claimed(self, numbers: Whole, energy: Whole) -> None:
        """Add watt-hours (or take them off) that claims cover of consumption records."""

    def legs(self, claim: int) -> LegRows:
        """Return the legs of a claim."""

    def keep_legs(self, claim: int, legs: LegRows) -> None:
        """Keep the legs of a claim that the log does not hold yet."""


def whole(values: object) -> Whole:
    """Return whole numbers as a column."""
    return np.array(values, dtype=np.int64)


def runs(numbers: Whole, gap: int = 8) -> list[tuple[int, int]]:
    """Return first and last of runs that hold sorted numbers, with few others between them.

    >>> runs(np.array([1, 2, 5, 90]))
    [(1, 5), (90, 90)]
    """
    if not len(numbers):
        return []
    breaks = np.flatnonzero(np.diff(numbers) > gap)
    first = numbers[np.concatenate(([0], breaks + 1))]
    last = numbers[np.concatenate((breaks, [len(numbers) - 1]))]
    return list(zip(first.tolist(), last.tolist(), strict=True))
