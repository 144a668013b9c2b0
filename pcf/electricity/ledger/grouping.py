"""Which rows belong together, and which overlap? Questions about columns, answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.electricity.columns import Texts

    Whole = NDArray[np.int64]

_ROOM = 2**62


def dense(*columns: Whole) -> tuple[Whole, Whole]:
    """Return a number for each different row of some columns, and where each comes first.

    Numbers follow the order of the values. Values are not below zero.

    >>> dense(np.array([7, 7, 3]), np.array([1, 1, 5]))
    (array([1, 1, 0]), array([2, 0]))
    """
    code = columns[0]
    for column in columns[1:]:
        width = int(column.max()) + 1 if len(column) else 1
        if len(code) and (int(code.max()) + 1) * width > _ROOM:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
            column = np.unique(column, return_inverse=True)[1].astype(np.int64)  # noqa: PLW2901 - the same column, renumbered
            width = int(column.max()) + 1
        code = code * width + column
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return inverse.astype(np.int64), first.astype(np.int64)


def groups(code: Whole) -> Iterator[tuple[int, Whole]]:
    """Yield each value of a column with the rows that have it, in their order.

    >>> [(value, rows.tolist()) for value, rows in groups(np.array([5, 3, 5]))]
    [(3, [1]), (5, [0, 2])]
    """
    order = np.argsort(code, kind="stable")
    values, first = np.unique(code[order], return_index=True)
    if len(values):
        yield from zip(values.tolist(), np.split(order, first[1:]), strict=True)


def overlapping(start: Whole, end: Whole, old_start: Whole, old_end: Whole) -> Whole:
    """Return the rows whose interval overlaps one of the old intervals, which are disjoint.

    >>> columns = ([0, 10, 20], [10, 20, 30], [12], [13])
    >>> overlapping(*(np.array(column) for column in columns)).tolist()
    [1]
    """
    if not len(old_start):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(old_start)
    starts, ends = old_start[order], old_end[order]
    # The last old interval that begins before the end of the new one: earlier ones end before it.
    before = np.searchsorted(starts, end) - 1
    return np.flatnonzero((before >= 0) & (ends[np.maximum(before, 0)] > start))


def clashing(start: Whole, end: Whole) -> Whole:
    """Return the rows, after the first, whose interval overlaps one that begins before it.

    >>> clashing(np.array([0, 10, 5]), np.array([6, 20, 10])).tolist()
    [2]
    """
    order = np.lexsort((end, start))
    furthest = np.maximum.accumulate(end[order])
    late = np.flatnonzero(start[order][1:] < furthest[:-1]) + 1
    return np.sort(order[late])


def named(names: Texts, numbers: Whole) -> Whole:
    """Return `numbers`, one for each name of a column of text, for each row of the column."""
    return numbers[names.codes] if len(numbers) else np.zeros(0, dtype=np.int64)
