"""In which order? Rows by several keys, ties by position, as one sort of packed numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.columns import Texts
    from pcf.electricity.matching.arrays import Whole


_BITS = 63


def sorted_rows(keys: Sequence[Whole]) -> Whole:
    """Return the rows in the order of some keys, the first key first, ties by position.

    Keys that together need few bits are packed into one number with the position behind, whose
    plain sort is several times faster than a stable sort by each key.

    >>> sorted_rows([np.array([1, 0, 1, 0]), np.array([3, 9, 2, 9])]).tolist()
    [1, 3, 2, 0]
    """
    count = len(keys[0])
    bits = max(count - 1, 0).bit_length()
    packed = np.zeros(count, dtype=np.int64)
    for key in keys:
        low, step, width = _spread(key)
        bits += width.bit_length()
        if bits > _BITS:
            return np.lexsort(tuple(reversed(keys)))
        if width:
            packed *= 1 << width.bit_length()
            packed += (key - low) // step if step > 1 else key - low
    place = max(count - 1, 0).bit_length()
    if not packed.any() or bool((packed[1:] >= packed[:-1]).all()):
        return np.arange(count, dtype=np.int64)
    packed <<= place
    packed |= np.arange(count, dtype=np.int64)
    packed.sort()
    packed &= (1 << place) - 1
    return packed


def is_sorted(keys: Sequence[Whole]) -> bool:
    """Return whether rows stand in the order of some keys, no two of them alike.

    >>> is_sorted([np.array([0, 0, 1]), np.array([4, 5, 0])])
    True
    """
    before = np.zeros(max(len(keys[0]) - 1, 0), dtype=np.bool_)
    tied = ~before
    for key in keys:
        before |= tied & (key[:-1] < key[1:])
        tied &= key[:-1] == key[1:]
    return bool(before.all())


def ranked(column: Texts) -> Whole:
    """Return for each row the rank of its name among the names in order of their letters.

    >>> from pcf.electricity.columns import Texts
    >>> ranked(Texts.of(["b", "a", "b"])).tolist()
    [1, 0, 1]
    """
    ordered = sorted(range(len(column.names)), key=lambda code: column.names[code])
    rank = np.zeros(len(ordered), dtype=np.int32)
    rank[ordered] = np.arange(len(ordered), dtype=np.int32)
    return rank[column.codes]


def _spread(key: Whole) -> tuple[int, int, int]:
    """Return the least value of a key, the step between values, and the steps to the largest."""
    if not len(key):
        return 0, 1, 0
    low, high = int(key.min()), int(key.max())
    if low == high:
        return low, 1, 0
    if high - low < 2**12:
        return low, 1, high - low
    step = int(np.gcd.reduce(key - low))
    return low, step, (high - low) // step
