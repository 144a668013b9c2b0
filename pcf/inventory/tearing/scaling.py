"""How large are products and processes: scales that bring all entries to like size.

So that neither the unit of a product nor the reference amount of a process decides the accuracy of
an answer or the size of its residual. Scales are powers of two, so that scaling rounds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing import wheel
from pcf.inventory.tearing.columns import Columns, column_of_entries, offsets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.columns import Stored

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int32]

_MEANS = 4
"""Rounds of means: those of a database do not move any more after three."""
_MOST = 1_000
"""The largest exponent of a scale: beyond it, it is no number."""
_LOOPS = {
    "scales": "n i4[] i4[] f8[] f8[]! f8[]!",
    "norms": "i4[] i4[] f8[] f8[] f8[] f8[]!",
}


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """Scales of the rows and columns of a square matrix (n each), and norms of its scaled form.

    `row_norm` is the largest sum of absolute values in a row, `column_norm` in a column.
    """

    rows: Vector
    columns: Vector
    row_norm: float
    column_norm: float


def scales_of(matrix: Stored) -> Scales:
    """Return scales that bring the entries of `matrix` (canonical, finite) to like size.

    Geometric means undo what units and run sizes did (Curtis and Reid 1972, by alternation), then
    the largest entries are brought near one (Ruiz 2001). Empty rows and columns keep their size.

    >>> from scipy.sparse import csc_array
    >>> scales = scales_of(csc_array([[1e6, -3e6], [0.0, 1.0]]))
    >>> scales.rows[:, None] * [[1e6, -3e6], [0.0, 1.0]] * scales.columns
    array([[ 0.95367432, -0.71525574],
           [ 0.        ,  1.        ]])
    """
    matrix = _without_zeros(matrix)
    found = _logarithms_by_wheel if wheel.is_at_hand() else _logarithms
    size = np.abs(matrix.data)
    exponents = found(matrix, np.log2(size, out=size))
    powers = [np.clip(np.rint(each), -_MOST, _MOST).astype(np.int32) for each in exponents]
    rows, columns = (np.ldexp(1.0, each) for each in powers)
    if wheel.is_at_hand():
        return Scales(rows, columns, *_norms_by_wheel(matrix, rows, columns))
    return Scales(rows, columns, *_norms(matrix, *powers))


def _without_zeros(matrix: Stored) -> Stored:
    kept = matrix.data != 0
    if kept.all():
        return matrix
    counts = np.bincount(column_of_entries(matrix)[kept], minlength=matrix.shape[1])
    rows = matrix.indices[kept].astype(np.int32)
    return Columns((matrix.shape[0], matrix.shape[1]), offsets(counts), rows, matrix.data[kept])


def _logarithms_by_wheel(matrix: Stored, size: Vector) -> list[Vector]:
    """Return the same as `_logarithms`, found by the compiled loops."""
    scales = [np.empty(matrix.shape[0]), np.empty(matrix.shape[0])]
    wheel.loops(_LOOPS)["scales"](_MEANS, *_places(matrix), size, *scales)
    return scales


def _logarithms(matrix: Stored, size: Vector) -> list[Vector]:
    """Return binary logarithms of the scales, for entries of such logarithms."""
    n, places = matrix.shape[0], (matrix.indices, column_of_entries(matrix))
    counts = [np.maximum(np.bincount(at, minlength=n), 1) for at in places]
    means = [np.bincount(at, size, n) / count for at, count in zip(places, counts, strict=True)]
    scales = [np.zeros(n), np.zeros(n)]
    for _ in range(_MEANS):
        for axis, at in enumerate(places):
            others = scales[1 - axis][places[1 - axis]]
            scales[axis] = -(means[axis] + np.bincount(at, others, n) / counts[axis])
    for axis, at in enumerate(places):
        largest = np.full(n, -np.inf)
        np.maximum.at(largest, at, size + scales[0][places[0]] + scales[1][places[1]])
        scales[axis] -= np.where(np.isfinite(largest), largest / 2, 0.0)
    return scales


def _norms_by_wheel(matrix: Stored, rows: Vector, columns: Vector) -> tuple[float, float]:
    """Return the same as `_norms`, found by the compiled loops."""
    found = np.empty(2)
    data = np.ascontiguousarray(matrix.data)
    wheel.loops(_LOOPS)["norms"](*_places(matrix), data, rows, columns, found)
    return float(found[0]), float(found[1])


def _norms(matrix: Stored, rows: Positions, columns: Positions) -> tuple[float, float]:
    """Return the largest sums of absolute values in a row and in a column, scaled by powers."""
    n, places = matrix.shape[0], (matrix.indices, column_of_entries(matrix))
    size = np.ldexp(np.abs(matrix.data), rows[places[0]] + columns[places[1]])
    in_row, in_column = (np.bincount(at, size, n).max(initial=0.0) for at in places)
    return float(in_row), float(in_column)


def _places(matrix: Stored) -> tuple[Positions, Positions]:
    indptr, indices = (
        np.ascontiguousarray(each, np.int32) for each in (matrix.indptr, matrix.indices)
    )
    return indptr, indices
