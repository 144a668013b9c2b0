"""How are the quantiles of millions of values kept in little room? Counted by their first digits.

A bucket is what a float32 shows in its upper half: sign, exponent and seven bits of the mantissa.
Its middle is within 2**-8 (0.39 %) of every value in it. Buckets are the same for all, so sketches
merge by adding counts: exactly, in any order, whatever was counted where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Buckets = NDArray[np.uint16]

ERROR = 2.0**-8
"""The largest relative error of a quantile, for values from 1e-37 to 1e38 and for zero."""
_DROPPED = np.uint32(16)
_WINDOW = 512
"""Buckets of an item that have a counter of their own: from a quarter to four times its centre."""
_AT_ONCE = 1024


def buckets_of(values: Vector) -> Buckets:
    """Return the bucket of each value, in the order of the values.

    >>> low, high = buckets_of(np.array([-1.0, 1.0]))
    >>> bool(low < high)
    True
    """
    with np.errstate(over="ignore", under="ignore"):
        bits = np.asarray(values, dtype=np.float64).astype(np.float32).view(np.uint32)
    upper = (bits >> _DROPPED).astype(np.uint16)
    negative = upper >= 0x8000
    return np.where(negative, ~upper, upper | np.uint16(0x8000)).astype(np.uint16)


def middles_of(buckets: Buckets) -> Vector:
    """Return the value that stands for each bucket.

    >>> middles_of(buckets_of(np.array([0.0, 1.0, -1.0])))
    array([ 0.        ,  1.00390625, -1.00390625])
    """
    negative = buckets < 0x8000
    upper = np.where(negative, ~buckets, buckets & np.uint16(0x7FFF)).astype(np.uint32)
    bits = (upper << _DROPPED) | np.uint32(0x8000)
    found = bits.view(np.float32).astype(np.float64)
    return np.where(np.isin(buckets, _ZEROS), 0.0, found)


_ZEROS = buckets_of(np.array([0.0, -0.0]))


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """Counts of the values of several items, such as the scores of products.

    `count` values an item. `first` (p): the bucket that the first of an item's counters stands for;
    `counters` (p, 512). `others`, `times`: item x 65,536 + bucket of the values beyond, ascending,
    and how often.

    >>> sketch = Sketch.around(np.array([100.0]))
    >>> for block in (np.linspace(50, 150, 101), np.linspace(150, 900, 400)):
    ...     sketch = sketch.merged(Sketch.around(np.array([100.0])).adding(block[:, None]))
    >>> sketch.count, abs(sketch.quantiles([0.5])[0, 0] / 431.6 - 1) < 2**-7
    (501, np.True_)
    """

    count: int
    first: NDArray[np.int32]
    counters: NDArray[np.int32]
    others: NDArray[np.int64]
    times: NDArray[np.int64]

    @classmethod
    def around(cls, centres: Vector) -> Sketch:
        """Return an empty sketch for items whose values lie mostly near `centres` (p)."""
        first = buckets_of(centres).astype(np.int32) - _WINDOW // 2
        none = np.zeros(0, dtype=np.int64)
        return cls(0, first, np.zeros((len(first), _WINDOW), dtype=np.int32), none, none)

    def adding(self, values: Vector) -> Sketch:
        """Return the sketch with `values` (draws, p) counted too."""
        return self.counting(buckets_of(values))

    def counting(self, buckets: Buckets) -> Sketch:
        """Return the sketch with the values of `buckets` (draws, p) counted too."""
        items = len(self.first)
        place = buckets.astype(np.int64) - self.first
        inside = (place >= 0) & (place < _WINDOW)
        flat = (place + np.arange(items) * _WINDOW)[inside]
        counts = np.bincount(flat, minlength=items * _WINDOW).reshape(items, _WINDOW)
        keys = ((np.arange(items) << 16) + buckets)[~inside]
        other = Sketch(len(buckets), self.first, counts.astype(np.int32), keys, np.ones_like(keys))
        return self.merged(other)

    def merged(self, other: Sketch) -> Sketch:
        """Return both together; raise ModelError when they are not about the same items."""
        if not np.array_equal(self.first, other.first):
            raise ModelError(problem("sketches-differ"))
        keys, times = self.others, self.times
        if len(other.others):
            joined = np.concatenate([keys, other.others])
            keys, back = np.unique(joined, return_inverse=True)
            times = np.bincount(back, np.concatenate([times, other.times])).astype(np.int64)
        counters = self.counters + other.counters
        return Sketch(self.count + other.count, self.first, counters, keys, times)

    def quantiles(self, at: Sequence[float]) -> Vector:
        """Return (len(at), p): quantiles as `describe` defines them, each within `ERROR`.

        Raises ModelError for a sketch without values.
        """
        if self.count == 0:
            raise ModelError(problem("values-none"))
        ranks = (self.count - 1) * np.asarray(at, dtype=np.float64)
        below, above = np.floor(ranks).astype(np.int64), np.ceil(ranks).astype(np.int64)
        low, high = (self._ranked(each) for each in (below, above))
        found: Vector = low + (high - low) * (ranks - below)[:, None]
        return found

    def _ranked(self, ranks: NDArray[np.int64]) -> Vector:
        """Return (len(ranks), p): the values that stand for these ranks of each item."""
        items = len(self.first)
        found = np.empty((len(ranks), items))
        for start in range(0, items, _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            ends = np.cumsum(self.counters[some], axis=1)
            for row, rank in enumerate(ranks):
                place = (ends <= rank).sum(axis=1)
                buckets = np.clip(self.first[some] + place, 0, 2**16 - 1)
                found[row, some] = middles_of(buckets.astype(np.uint16))
        for item in np.unique(self.others >> 16).tolist():
            found[:, item] = self._ranked_of(item, ranks)
        return found

    def _ranked_of(self, item: int, ranks: NDArray[np.int64]) -> Vector:
        """Return the values of ranks of an item that has values outside its window."""
        own = np.flatnonzero(self.counters[item])
        begin, end = np.searchsorted(self.others, (item << 16, (item + 1) << 16))
        buckets = np.concatenate([own + self.first[item], self.others[begin:end] & 0xFFFF])
        counts = np.concatenate([self.counters[item][own], self.times[begin:end]])
        order = np.argsort(buckets)
        ends = np.cumsum(counts[order])
        return middles_of(buckets[order].astype(np.uint16))[np.searchsorted(ends, ranks, "right")]
