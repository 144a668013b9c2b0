"""How is a lot parted? Segments tile their lots; a change cuts, marks and merges them.

Positions here are offsets within a lot: zero up to its size. The segments of a set of lots, laid
end to end, are one sorted array of starts with a status each, so that cutting and marking a million
ranges is two searches in sorted arrays. That the segments tile the lots (invariant I1) is then a
property of the form: what is stored cannot overlap or leave a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.ledger.sets import distinct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Segments sorted by lot and `low`: lot number, offsets `low` up to `high`, status number."""

    lot: Whole
    low: Whole
    high: Whole
    status: Whole

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.lot)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Segments:
        """Return some of the segments, in their order."""
        return Segments(self.lot[rows], self.low[rows], self.high[rows], self.status[rows])

    def columns(self) -> tuple[Whole, Whole, Whole, Whole]:
        """Return the four columns."""
        return self.lot, self.low, self.high, self.status


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """Ranges sorted by lot and `low` that do not overlap: offsets `low` up to `high` of a lot."""

    lot: Whole
    low: Whole
    high: Whole

    def __len__(self) -> int:
        """Return the number of ranges."""
        return len(self.lot)

    @property
    def energy(self) -> Whole:
        """Watt-hours of each range."""
        return self.high - self.low


def tiles(segments: Segments, lots: Whole, sizes: Whole) -> bool:
    """Tell whether segments are disjoint and cover each of the `lots` exactly.

    >>> import numpy as np
    >>> one = np.array([1])
    >>> whole = Segments(one, np.array([0]), np.array([10]), one)
    >>> tiles(whole, one, np.array([10])), tiles(whole, one, np.array([11]))
    (True, False)
    """
    if not len(segments):
        return not len(lots)
    first = np.concatenate(([True], segments.lot[1:] != segments.lot[:-1]))
    last = np.concatenate((first[1:], [True]))
    return bool(
        np.array_equal(segments.lot[first], lots)
        and np.array_equal(segments.high[last], sizes)
        and not segments.low[first].any()
        and np.array_equal(segments.low[~first], segments.high[~last])
        and (segments.low < segments.high).all()
    )


def covered(segments: Segments, ranges: Ranges) -> Segments:
    """Return the parts of the segments that lie in the ranges, cut at the ranges' ends.

    The ranges lie within the segments' lots.

    >>> import numpy as np
    >>> lot = Segments(*map(np.array, ([1, 1], [0, 6], [6, 10], [7, 8])))
    >>> covered(lot, Ranges(*map(np.array, ([1], [4], [7])))).columns()
    (array([1, 1]), array([4, 6]), array([6, 7]), array([7, 8]))
    """
    cut, inside = _cut(segments, ranges)
    return cut.where(inside)


def changed(segments: Segments, ranges: Ranges, status_after: Mapping[int, int]) -> Segments:
    """Return the segments of the same lots with what lies in the ranges given a new status.

    `status_after` says which status follows which; neighbours of one status are merged.

    >>> import numpy as np
    >>> lot = Segments(*map(np.array, ([1, 1], [0, 6], [6, 10], [7, 8])))
    >>> changed(lot, Ranges(*map(np.array, ([1], [4], [6]))), {7: 8}).columns()
    (array([1, 1]), array([0, 4]), array([ 4, 10]), array([7, 8]))
    """
    cut, inside = _cut(segments, ranges)
    before = np.array(sorted(status_after), dtype=np.int64)
    after = np.array([status_after[each] for each in before.tolist()], dtype=np.int64)
    status = cut.status.copy()
    status[inside] = after[np.searchsorted(before, status[inside])]
    return _merged(Segments(cut.lot, cut.low, cut.high, status))


def joined(lot: Whole, low: Whole, high: Whole) -> tuple[Ranges, bool]:
    """Return ranges sorted, touching ones merged, and whether none overlapped another.

    >>> import numpy as np
    >>> found, disjoint = joined(*map(np.array, ([1, 1, 1], [4, 0, 8], [6, 4, 9])))
    >>> found.low.tolist(), found.high.tolist(), disjoint
    ([0, 8], [6, 9], True)
    """
    if not len(lot):
        return Ranges(lot, low, high), True
    if not _is_sorted(lot, low):
        order = np.lexsort((low, lot))
        lot, low, high = lot[order], low[order], high[order]
    same = lot[1:] == lot[:-1]
    disjoint = bool((~same | (low[1:] >= high[:-1])).all())
    if not disjoint:
        # A range may lie within an earlier, longer one: take the furthest end so far in each lot.
        high = _furthest(lot, high)
    first = np.concatenate(([True], ~same | (low[1:] > high[:-1])))
    last = np.concatenate((first[1:], [True]))
    return Ranges(lot[first], low[first], high[last]), disjoint


def _is_sorted(lot: Whole, low: Whole) -> bool:
    steps = lot[1:] - lot[:-1]
    return bool(((steps > 0) | ((steps == 0) & (low[1:] >= low[:-1]))).all())


def _furthest(lot: Whole, high: Whole) -> Whole:
    furthest = high.copy()
    for at in np.flatnonzero(lot[1:] == lot[:-1]) + 1:
        furthest[at] = max(furthest[at], furthest[at - 1])
    return furthest


def _cut(segments: Segments, ranges: Ranges) -> tuple[Segments, NDArray[np.bool_]]:
    """Cut segments at the ends of ranges; return them and which of them lie inside a range."""
    first = np.flatnonzero(np.concatenate(([True], segments.lot[1:] != segments.lot[:-1])))
    ends = np.concatenate((first[1:], [len(segments)]))
    bases = np.concatenate(([0], np.cumsum(segments.high[ends - 1])))
    base = np.repeat(bases[:-1], ends - first)
    starts = segments.low + base
    of_range = bases[_places(segments.lot[first], ranges.lot)]
    lows, highs = ranges.low + of_range, ranges.high + of_range
    cuts = distinct(np.concatenate((starts, lows, highs[highs < bases[-1]])))
    old = np.searchsorted(starts, cuts, side="right") - 1
    upto = np.concatenate((cuts[1:], bases[-1:]))
    within = np.searchsorted(lows, cuts, side="right") - 1
    inside = (within >= 0) & (cuts < highs[within])
    start = base[old]
    found = Segments(segments.lot[old], cuts - start, upto - start, segments.status[old])
    return found, inside


def _places(numbers: Whole, wanted: Whole) -> Whole:
    """Return where each wanted number stands among sorted numbers, which hold it."""
    whole = len(numbers) > 0 and int(numbers[-1] - numbers[0]) == len(numbers) - 1
    found: Whole = wanted - numbers[0] if whole else np.searchsorted(numbers, wanted)
    return found


def _merged(segments: Segments) -> Segments:
    lot, low, high, status = segments.columns()
    first = np.concatenate(([True], (lot[1:] != lot[:-1]) | (status[1:] != status[:-1])))
    last = np.concatenate((first[1:], [True]))
    return Segments(lot[first], low[first], high[last], status[first])
