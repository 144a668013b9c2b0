"""How large are products and processes: scales that bring all entries to like size.

So that neither the unit of a product nor the reference amount of a process decides the accuracy of
an answer or the size of its residual. Scales are powers of two, so that scaling rounds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int32]

_MEANS, _LARGEST = 6, 1


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """Scales of the rows and columns of a square matrix (n each), and norms of its scaled form.

    `row_norm` is the largest sum of absolute values in a row, `column_norm` in a column.
    """

    rows: Vector
    columns: Vector
    row_norm: float
    column_norm: float


def scales_of(matrix: csc_array[np.float64]) -> Scales:
    """Return scales that bring the entries of `matrix` (canonical, finite) to like size.

    Geometric means undo what units and run sizes did (Curtis and Reid 1972, by alternation), then
    the largest entries are brought near one (Ruiz 2001). Empty rows and columns keep their size.

    >>> scales = scales_of(csc_array([[1e6, -3e6], [0.0, 1.0]]))
    >>> scales.rows[:, None] * [[1e6, -3e6], [0.0, 1.0]] * scales.columns
    array([[ 0.95367432, -0.71525574],
           [ 0.        ,  1.        ]])
    """
    if not matrix.data.all():
        matrix = matrix.copy()
        matrix.eliminate_zeros()
    n, own = matrix.shape[0], np.arange(matrix.shape[0], dtype=np.int32)
    places = matrix.indices, np.repeat(own, np.diff(matrix.indptr))
    rows, columns = _powers(matrix, places)
    size = np.ldexp(np.abs(matrix.data), rows[places[0]] + columns[places[1]])
    return Scales(
        np.ldexp(1.0, rows),
        np.ldexp(1.0, columns),
        *(float(np.bincount(at, size, n).max(initial=0.0)) for at in places),
    )


def _powers(
    matrix: csc_array[np.float64], places: tuple[Positions, Positions]
) -> tuple[Positions, Positions]:
    """Return the powers of two of rows and columns; `places` are those of each entry."""
    n, size = matrix.shape[0], np.log2(np.abs(matrix.data))
    ones = csc_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), matrix.shape)
    counts = [np.maximum(np.bincount(at, minlength=n), 1) for at in places]
    sums = [np.bincount(at, size, n) for at in places]
    columns = np.zeros(n)
    for _ in range(_MEANS):
        rows = -(sums[0] + ones @ columns) / counts[0]
        columns = -(sums[1] + ones.T @ rows) / counts[1]
    scales = [rows, columns]
    for _ in range(_LARGEST):
        for axis, at in enumerate(places):
            largest = np.full(n, -np.inf)
            np.maximum.at(largest, at, size + scales[0][places[0]] + scales[1][places[1]])
            scales[axis] -= np.where(np.isfinite(largest), largest / 2, 0.0)
    rows, columns = (np.rint(each).astype(np.int32) for each in scales)
    return rows, columns
