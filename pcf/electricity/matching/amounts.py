"""Who gets how many watt-hours? Whole parts of a total, exactly, for many cells at once.

A cell is a run of neighbouring rows; `starts` holds where each begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any, TypeVar

    from numpy.typing import NDArray

    from pcf.electricity.matching.arrays import Whole

    Kind = TypeVar("Kind", bound=np.generic[Any])


def cell_starts(cells: Whole) -> Whole:
    """Return where each cell begins in a sorted column of cells.

    >>> cell_starts(np.array([4, 4, 7])).tolist()
    [0, 2]
    """
    if not len(cells):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.flatnonzero(cells[1:] != cells[:-1]) + 1))


def cell_sums(energy: Whole, starts: Whole) -> Whole:
    """Return the sum of each cell."""
    return np.add.reduceat(energy, starts) if len(starts) else energy[:0]


def repeated(values: NDArray[Kind], starts: Whole, count: int) -> NDArray[Kind]:
    """Return the value of each row's cell."""
    return np.repeat(values, np.diff(starts, append=count))


def in_order(energy: Whole, starts: Whole, totals: Whole) -> Whole:
    """Return what each row gives when each cell gives a total, its first rows first.

    >>> in_order(np.array([5, 5, 7]), np.array([0, 2]), np.array([6, 3])).tolist()
    [5, 1, 3]
    """
    before = np.cumsum(energy)
    before -= energy
    before -= repeated(before[starts], starts, len(energy))
    left = repeated(totals, starts, len(energy))
    left -= before
    return np.clip(left, 0, energy, out=left)


def in_proportion(energy: Whole, starts: Whole, totals: Whole) -> Whole:
    """Return what each row gives when each cell gives a total and every row the same share.

    Parts are floors of energy x total / sum; what is missing goes one by one to the largest
    remainders, ties to the first. Sums stay below 2^56, so that all is exact: floating point only
    guesses the quotient, and whole numbers, which wrap around alike, correct it.

    >>> in_proportion(np.array([500, 300, 400]), np.array([0]), np.array([1050])).tolist()
    [438, 262, 350]
    """
    sums = cell_sums(energy, starts)
    parts = np.where(repeated(totals >= sums, starts, len(energy)), energy, 0)
    short = np.flatnonzero(repeated((totals < sums) & (totals > 0), starts, len(energy)))
    if not len(short):
        return parts
    cell = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(energy)))[short]
    own, total, whole = energy[short], totals[cell], sums[cell]
    part = np.floor(own * (total / whole)).astype(np.int64)
    rest = own * total - part * whole
    missed = rest // whole
    part += missed
    rest -= missed * whole
    inner = cell_starts(cell)
    extra = totals[cell[inner]] - cell_sums(part, inner)
    order = np.lexsort((-rest, cell))
    rank = np.arange(len(order)) - repeated(inner, inner, len(order))
    part[order] += rank < repeated(extra, inner, len(order))
    parts[short] = part
    return parts


def to_a_level(energy: Whole, starts: Whole, totals: Whole) -> Whole:
    """Return what each row gets when each cell is filled to one level.

    Rows below the level are filled; the others get the same, the first of them one more.

    >>> to_a_level(np.array([2, 9, 6]), np.array([0]), np.array([11])).tolist()
    [2, 5, 4]
    """
    count = len(energy)
    cell = np.repeat(np.arange(len(starts)), np.diff(starts, append=count))
    order = np.lexsort((energy, cell))
    sorted_ = energy[order]
    size = np.diff(starts, append=count)
    before = np.cumsum(sorted_) - sorted_
    before -= repeated(before[starts], starts, count)
    left = repeated(starts + size, starts, count) - np.arange(count)
    level = (repeated(totals, starts, count) - before) // left
    full = np.empty(count, dtype=np.bool_)
    full[order] = sorted_ <= level
    parts = np.where(full, energy, 0)
    open_ = cell_sums((~full).astype(np.int64), starts)
    rest = totals - cell_sums(parts, starts)
    each, more = np.divmod(rest, np.maximum(open_, 1))
    place = np.cumsum(~full) - 1
    place -= repeated(np.cumsum(open_) - open_, starts, count)
    shared = repeated(each, starts, count) + (place < repeated(more, starts, count))
    return np.where(full, energy, shared)
