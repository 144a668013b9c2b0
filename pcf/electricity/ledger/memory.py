"""A book in memory: what the log says, done again without a database.

Lots lie in chunks, so that a small entry touches little and a large one is a few array operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.ledger.book import LegRows, LotRows, UseRows
from pcf.electricity.ledger.growing import Column
from pcf.electricity.ledger.registers import Registers
from pcf.electricity.ledger.segments import Segments
from pcf.electricity.ledger.sets import among, distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_CHUNK = 2048
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(slots=True)
class MemoryBook:
    """A book in memory; see `Book` for what its methods mean.

    `claims` holds the legs of each claim by its number.
    """

    registers: Registers = field(default_factory=Registers)
    claims: dict[int, LegRows] = field(default_factory=dict)
    _lots: tuple[Column, ...] = field(default_factory=lambda: _columns(4))
    _uses: tuple[Column, ...] = field(default_factory=lambda: _columns(6))
    _by_issue: dict[int, tuple[Whole, Whole]] = field(default_factory=dict)
    _by_slice: dict[int, tuple[Column, Column]] = field(default_factory=dict)
    _made: dict[int, tuple[Column, Column]] = field(default_factory=dict)
    _chunks: dict[int, Segments] = field(default_factory=dict)

    def lot_count(self) -> int:
        """Return the number of lots."""
        return self._lots[0].count

    def lots(self, numbers: Whole) -> LotRows:
        """Return lots by number."""
        known = numbers[(numbers >= 1) & (numbers <= self.lot_count())]
        return LotRows(known, *(column.values()[known - 1] for column in self._lots))

    def lots_between(self, issue: int, low: int, high: int) -> LotRows:
        """Return the lots of an issue by position."""
        lows, numbers = self._by_issue.get(issue, (_NONE, _NONE))
        first = max(int(np.searchsorted(lows, low, side="right")) - 1, 0)
        rows = self.lots(np.sort(numbers[first : int(np.searchsorted(lows, high))]))
        keep = rows.low + rows.size > low
        return rows if keep.all() else LotRows(*(column[keep] for column in rows.columns()))

    def lots_in_spans(self, issue: int, first: int, last: int) -> LotRows:
        """Return the lots of an issue by span."""
        rows = self.lots(np.sort(self._by_issue.get(issue, (_NONE, _NONE))[1]))
        keep = (rows.span >= first) & (rows.span <= last)
        return LotRows(*(column[keep] for column in rows.columns()))

    def add_lots(self, rows: LotRows, status: Whole) -> None:
        """Add lots.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        for column, values in zip(self._lots, rows.columns()[1:], strict=True):
            column.extend(values)
        order = np.argsort(rows.issue, kind="stable")
        issues, first = np.unique(rows.issue[order], return_index=True)
        for issue, group in zip(issues.tolist(), np.split(order, first[1:]), strict=True):
            old = self._by_issue.get(issue, (_NONE, _NONE))
            lows = np.concatenate((old[0], rows.low[group]))
            numbers = np.concatenate((old[1], rows.number[group]))
            by_low = np.argsort(lows, kind="stable")
            self._by_issue[issue] = (lows[by_low], numbers[by_low])
        self._put(Segments(rows.number, np.zeros_like(rows.size), rows.size, status), fresh=True)

    def segments(self, lots: Whole) -> Segments:
        """Return the segments of lots."""
        parts = [self._chunks[each] for each in distinct(lots // _CHUNK).tolist()]
        found = _concatenated(parts)
        if not len(lots):
            return found
        place = np.minimum(np.searchsorted(lots, found.lot), len(lots) - 1)
        keep = lots[place] == found.lot
        return found if keep.all() else found.where(keep)

    def replace(self, old: Segments, new: Segments) -> None:
        """Put segments in place of others."""
        del old
        self._put(new, fresh=False)

    def all_segments(self) -> Segments:
        """Return the segments of every lot."""
        return _concatenated([self._chunks[each] for each in sorted(self._chunks)])

    def all_lots(self) -> LotRows:
        """Return every lot."""
        return self.lots(np.arange(1, self.lot_count() + 1, dtype=np.int64))

    def productions(self, source: int, first: int, last: int) -> tuple[Whole, Whole]:
        """Return production records."""
        if source not in self._made:
            return _NONE, _NONE
        span, energy = (column.values() for column in self._made[source])
        keep = (span >= first) & (span <= last)
        return span[keep], energy[keep]

    def add_productions(self, source: Whole, span: Whole, energy: Whole) -> None:
        """Add production records."""
        for each in distinct(source).tolist():
            columns = self._made.setdefault(each, (Column(), Column()))
            columns[0].extend(span[source == each])
            columns[1].extend(energy[source == each])

    def all_productions(self) -> tuple[Whole, Whole, Whole]:
        """Return every production record: source, span, watt-hours; sorted by both.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        found = []
        for source in sorted(self._made):
            span, energy = (column.values() for column in self._made[source])
            order = np.argsort(span)
            found.append((np.full(len(span), source), span[order], energy[order]))
        if not found:
            return _NONE, _NONE, _NONE
        source_, span_, energy_ = (np.concatenate(each) for each in zip(*found, strict=True))
        return source_, span_, energy_

    def use_count(self) -> int:
        """Return the number of consumption records."""
        return self._uses[0].count

    def uses(self, numbers: Whole) -> UseRows:
        """Return consumption records by number."""
        known = numbers[(numbers >= 1) & (numbers <= self.use_count())]
        return UseRows(known, *(column.values()[known - 1] for column in self._uses))

    def uses_in_spans(self, slice_: int, first: int, last: int) -> UseRows:
        """Return a slice's consumption records."""
        if slice_ not in self._by_slice:
            return self.uses(_NONE)
        span, number = (column.values() for column in self._by_slice[slice_])
        return self.uses(np.sort(number[(span >= first) & (span <= last)]))

    def add_uses(self, rows: UseRows) -> None:
        """Add consumption records."""
        for column, values in zip(self._uses, rows.columns()[1:], strict=True):
            column.extend(values)
        order = np.argsort(rows.slice, kind="stable")
        slices, first = np.unique(rows.slice[order], return_index=True)
        for slice_, group in zip(slices.tolist(), np.split(order, first[1:]), strict=True):
            columns = self._by_slice.setdefault(slice_, (Column(), Column()))
            columns[0].extend(rows.span[group])
            columns[1].extend(rows.number[group])

    def all_uses(self) -> UseRows:
        """Return every consumption record."""
        return self.uses(np.arange(1, self.use_count() + 1, dtype=np.int64))

    def add_parts(self, numbers: Whole, energy: Whole) -> None:
        """Add watt-hours of parts."""
        np.add.at(self._uses[4].values(), numbers - 1, energy)

    def add_claimed(self, numbers: Whole, energy: Whole) -> None:
        """Add claimed watt-hours."""
        np.add.at(self._uses[3].values(), numbers - 1, energy)

    def legs(self, claim: int) -> LegRows:
        """Return the legs of a claim."""
        return self.claims[claim]

    def keep_legs(self, claim: int, legs: LegRows) -> None:
        """Keep the legs of a claim."""
        self.claims[claim] = legs

    def _put(self, new: Segments, *, fresh: bool) -> None:
        """Store segments, which are all segments of their lots."""
        chunk = new.lot // _CHUNK
        names, first = np.unique(chunk, return_index=True)
        ends = [*first[1:].tolist(), len(new)]
        for name, start, end in zip(names.tolist(), first.tolist(), ends, strict=True):
            part = Segments(*(column[start:end] for column in new.columns()))
            old = self._chunks.get(name)
            if old is not None:
                part = _concatenated([old, part]) if fresh else _replaced(old, part)
            self._chunks[name] = part


def _columns(count: int) -> tuple[Column, ...]:
    return tuple(Column() for _ in range(count))


def _concatenated(parts: Sequence[Segments]) -> Segments:
    if len(parts) == 1:
        return parts[0]
    columns = [each.columns() for each in parts]
    if not columns:
        return Segments(_NONE, _NONE, _NONE, _NONE)
    return Segments(*(np.concatenate(each) for each in zip(*columns, strict=True)))


def _replaced(old: Segments, new: Segments) -> Segments:
    kept = old.where(~among(old.lot, new.lot))
    found = _concatenated([kept, new])
    return found.where(np.lexsort((found.low, found.lot)))
