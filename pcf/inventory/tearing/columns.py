"""A matrix by columns as plain arrays: what the engine needs of one, with NumPy alone.

The arrays have the names and the meaning that SciPy gives them, so that what is told by them alone
takes either; `csc` shows them as SciPy's own. With the compiled wheel products are its loops.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from pcf.inventory.tearing import wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int32]

LEAST = 2_000
"""Entries from which on the wheel's loops are called."""
_FULL = 0.9
"""Arrays this full are not worth copying for the room that they leave."""
_LOOPS = {
    "sum_entries": "n i4[] i4[] f8[] i4[]! i4[]! f8[]!",
    "left": "i4[] i4[] f8[] f8[] f8[] f8[] f8[] f8[]! f8[]!",
    "times": "i4[] i4[] f8[] f8[][] f8[][]!",
    "turned_times": "i4[] i4[] f8[] f8[][] f8[][]!",
}


class Stored(Protocol):
    """A matrix by columns, canonical: SciPy's `csc_array` or `Columns`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The numbers of rows and columns."""

    @property
    def indptr(self) -> Any:  # noqa: ANN401 - of 32 or 64 bits with SciPy
        """Column j holds the entries indptr[j] : indptr[j + 1]."""

    @property
    def indices(self) -> Any:  # noqa: ANN401 - as above
        """The row of each entry, ascending within a column."""

    @property
    def data(self) -> Any:  # noqa: ANN401 - SciPy tells no more
        """The value of each entry."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A matrix by columns: rows ascending within each, none twice; see `Stored` for the arrays.

    >>> rows, columns = np.array([0, 1, 0, 0]), np.array([0, 1, 1, 1])
    >>> found = Columns.summed((2, 2), rows, columns, np.array([1.0, 2.0, -3.0, -1.0]))
    >>> found.indices, found.data
    (array([0, 0, 1], dtype=int32), array([ 1., -4.,  2.]))
    >>> found.times(np.array([1.0, 1.0])), found.turned_times(np.array([1.0, 1.0]))
    (array([-3.,  2.]), array([ 1., -2.]))
    """

    shape: tuple[int, int]
    indptr: Positions
    indices: Positions
    data: Vector

    @classmethod
    def summed(
        cls,
        shape: tuple[int, int],
        rows: NDArray[np.integer],
        columns: NDArray[np.integer],
        values: Vector,
    ) -> Columns:
        """Return the matrix of some entries; those of one place add up in their order."""
        loops = _loops(len(rows))
        if loops:
            found = _summed(loops["sum_entries"], shape, (rows, columns), values)
            return cls(shape, *found)
        order = np.argsort(columns * np.int64(shape[0]) + rows, kind="stable")
        rows, columns = rows[order], columns[order]
        starts = np.ones(len(order), dtype=np.bool_)
        np.logical_or(rows[1:] != rows[:-1], columns[1:] != columns[:-1], out=starts[1:])
        first = np.flatnonzero(starts)
        data = values[order] if len(first) == len(order) else np.add.reduceat(values[order], first)
        counts = np.bincount(columns[first], minlength=shape[1])
        return cls(shape, offsets(counts), rows[first].astype(np.int32), data)

    @np.errstate(invalid="ignore", over="ignore")  # as with SciPy
    def times(self, values: Vector) -> Vector:
        """Return A v (v: n, or n x k)."""
        loops = _loops(len(self.data))
        if loops:
            return _by_loop(loops["times"], self, values, self.shape[0])
        if values.ndim > 1:
            return _each(self.times, values, self.shape[0])
        moved = np.repeat(values, np.diff(self.indptr))
        moved *= self.data
        return np.bincount(self.indices, moved, self.shape[0]).astype(np.float64, copy=False)

    @np.errstate(invalid="ignore", over="ignore")  # as with SciPy
    def turned_times(self, values: Vector) -> Vector:
        """Return A' v (v: n, or n x k)."""
        loops = _loops(len(self.data))
        if loops:
            return _by_loop(loops["turned_times"], self, values, self.shape[1])
        if values.ndim > 1:
            return _each(self.turned_times, values, self.shape[1])
        moved = values[self.indices]
        moved *= self.data
        return group_sums(moved, self.indptr)

    def left(
        self, values: Vector, b: Vector, rows: Vector, columns: Vector
    ) -> tuple[Vector, Vector]:
        """Return b - A' v (v: n) by the wheel's loop, and the largest |b - A' v|, |v| and |b| (3).

        Those are scaled: by `columns`, by one over `rows`, by `columns`. No example: it needs the
        wheel.
        """
        found, largest = np.empty(self.shape[1]), np.empty(3)
        given = (np.ascontiguousarray(each) for each in (values, b))
        loop = wheel.loops(_LOOPS)["left"]
        loop(self.indptr, self.indices, self.data, *given, rows, columns, found, largest)
        return found, largest

    def csc(self) -> csc_array[np.float64]:
        """Return the same matrix as SciPy's, on the same arrays."""
        from scipy.sparse import csc_array  # noqa: PLC0415 - large, and few solves need it

        found = csc_array((self.data, self.indices, self.indptr), self.shape)
        found.has_canonical_format = True
        return found


def column_of_entries(matrix: Stored) -> Positions:
    """Return the column of each entry.

    >>> column_of_entries(Columns((1, 2), np.array([0, 1, 2]), np.array([0, 0]), np.ones(2)))
    array([0, 1], dtype=int32)
    """
    return np.repeat(np.arange(matrix.shape[1], dtype=np.int32), np.diff(matrix.indptr))


def group_sums(values: Vector, starts: NDArray[np.integer]) -> Vector:
    """Return the sum of values[starts[k] : starts[k + 1]] for each k; of none it is zero.

    `values` may have columns (m x k), which are summed each by itself.

    >>> group_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 2, 3]))
    array([3., 0., 4.])
    """
    full = starts[1:] > starts[:-1]
    values = values[: starts[-1]]
    if len(full) and full.all():
        return np.asarray(np.add.reduceat(values, starts[:-1], axis=0))
    found = np.zeros((len(full), *values.shape[1:]))
    if full.any():
        found[full] = np.add.reduceat(values, starts[:-1][full], axis=0)
    return found


def offsets(counts: NDArray[np.integer]) -> Positions:
    """Return where groups of so many start, and the end of the last.

    >>> offsets(np.array([2, 0, 1]))
    array([0, 2, 2, 3], dtype=int32)
    """
    found = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=found[1:])
    return found


def _loops(entries: int) -> Mapping[str, Callable[..., int]]:
    """Return the wheel's loops, for a matrix as large as that of a database.

    What is smaller is a study: its last digit is the same with the wheel and without.
    """
    return wheel.loops(_LOOPS) if entries >= LEAST and wheel.is_at_hand() else {}


def _summed(
    loop: Callable[..., int],
    shape: tuple[int, int],
    places: tuple[NDArray[np.integer], NDArray[np.integer]],
    values: Vector,
) -> tuple[Positions, Positions, Vector]:
    """Return the three arrays of a matrix; where much room is left over, it is given back."""
    count = len(values)
    indptr, indices = np.empty(shape[1] + 1, dtype=np.int32), np.empty(count, dtype=np.int32)
    data = np.empty(count)
    rows, columns = (np.ascontiguousarray(each, dtype=np.int32) for each in places)
    taken = loop(shape[0], rows, columns, np.ascontiguousarray(values), indptr, indices, data)
    indices, data = indices[:taken], data[:taken]
    if taken < _FULL * count:
        indices, data = indices.copy(), data.copy()
    return indptr, indices, data


def _by_loop(loop: Callable[..., int], matrix: Columns, values: Vector, count: int) -> Vector:
    width = 1 if values.ndim == 1 else values.shape[1]
    found = np.empty((count, width))
    given = np.ascontiguousarray(values, dtype=np.float64).reshape(len(values), width)
    loop(matrix.indptr, matrix.indices, matrix.data, given, found)
    return found.reshape(count, *values.shape[1:])


def _each(product: Callable[[Vector], Vector], values: Vector, count: int) -> Vector:
    found = np.empty((count, *values.shape[1:]))
    for column in range(values.shape[1]):
        found[:, column] = product(np.ascontiguousarray(values[:, column]))
    return found
