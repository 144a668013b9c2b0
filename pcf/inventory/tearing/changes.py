"""What is another in a system: entries of its technosphere, burdens of its processes, processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int64]
    Matrix = csc_array[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Entries of a technosphere, and burdens of processes, that become others.

    A[rows, columns] becomes `values` (no place twice; zero takes a link away) and q[processes]
    becomes `burdens` (a row each, where q has several columns). `size` is the number of processes
    afterwards: those beyond the old ones are new, and their columns are among the entries.
    """

    size: int
    rows: Positions
    columns: Positions
    values: Vector
    processes: Positions
    burdens: Vector


def change_between(old: tuple[Matrix, Vector], new: tuple[Matrix, Vector]) -> Change:
    """Return what turns one pair of technosphere and burdens q (n, or n x g) into another.

    Both matrices are canonical. Processes keep their positions; the new pair may have more of them
    at its end.

    >>> from scipy.sparse import csc_array
    >>> old = csc_array([[1.0, -0.5], [0.0, 1.0]]), np.array([2.0, 0.0])
    >>> new = csc_array([[1.0, -0.4], [0.0, 1.0]]), np.array([2.0, 1.0])
    >>> change = change_between(old, new)
    >>> change.rows, change.columns, change.values, change.processes
    (array([0]), array([1]), array([-0.4]), array([1]))
    """
    (before, q), (after, wanted) = old, new
    size, n = after.shape[0], before.shape[0]
    places = places_of(after, size)
    if np.array_equal(before.indptr, after.indptr) and np.array_equal(
        before.indices, after.indices
    ):
        was, becomes = before.data, after.data
    else:
        places = np.union1d(places_of(before, size), places)
        was, becomes = entries_at(before, places, size), entries_at(after, places, size)
    differs = np.flatnonzero(was != becomes)
    columns, rows = np.divmod(places[differs], size)
    moved = np.concatenate([wanted[:n] != q, np.ones(wanted[n:].shape, dtype=np.bool_)])
    processes = np.flatnonzero(moved.reshape(size, -1).any(axis=1))
    return Change(size, rows, columns, becomes[differs], processes, wanted[processes])


def places_of(matrix: Matrix, size: int) -> Positions:
    """Return where a canonical matrix has entries: column x size + row, ascending.

    >>> from scipy.sparse import csc_array
    >>> places_of(csc_array([[1.0, 2.0], [0.0, 1.0]]), 10)
    array([ 0, 10, 11])
    """
    columns = np.repeat(np.arange(matrix.shape[1], dtype=np.int64), np.diff(matrix.indptr))
    return columns * size + matrix.indices


def found_at(places: Positions, wanted: Positions) -> tuple[Positions, NDArray[np.bool_]]:
    """Return the index of each wanted place among ascending `places`, and whether it is there.

    >>> found_at(np.array([2, 5]), np.array([5, 3]))
    (array([1, 1]), array([ True, False]))
    """
    if not len(places):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
    return at, places[at] == wanted


def entries_at(matrix: Matrix, places: Positions, size: int) -> Vector:
    """Return the entries of a canonical matrix at `places`; zero where it has none."""
    at, there = found_at(places_of(matrix, size), places)
    values = np.zeros(len(places))
    values[there] = matrix.data[at[there]]
    return values
