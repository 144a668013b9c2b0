"""How large are products and processes: scales that bring all entries to like size.

So that neither the unit of a product nor the reference amount of a process decides the accuracy of
an answer or the size of its residual. Scales are powers of two, so that scaling rounds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

_MEANS, _LARGEST = 5, 2


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
    rows, columns = _powers(matrix)
    n, own = matrix.shape[0], np.arange(matrix.shape[0])
    each = np.repeat(own, np.diff(matrix.indptr))
    size = np.ldexp(np.abs(matrix.data), rows[matrix.indices] + columns[each])
    return Scales(
        np.ldexp(1.0, rows),
        np.ldexp(1.0, columns),
        float(np.bincount(matrix.indices, size, n).max(initial=0.0)),
        float(np.bincount(each, size, n).max(initial=0.0)),
    )


def _powers(matrix: csc_array[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the powers of two of rows and columns."""
    size = np.log2(np.abs(matrix.data))
    ones = csc_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), matrix.shape)
    by_row = csr_array(csc_array((size, matrix.indices, matrix.indptr), matrix.shape))
    of_rows, of_columns = np.diff(by_row.indptr), np.diff(matrix.indptr)
    in_rows = np.bincount(matrix.indices, size, len(of_rows))
    in_columns = np.bincount(by_row.indices, by_row.data, len(of_columns))
    columns = np.zeros(len(of_columns))
    for _ in range(_MEANS):
        rows = -(in_rows + ones @ columns) / np.maximum(of_rows, 1)
        columns = -(in_columns + ones.T @ rows) / np.maximum(of_columns, 1)
    for _ in range(_LARGEST):
        rows -= _excess(by_row.data + columns[by_row.indices], by_row.indptr, rows)
        columns -= _excess(size + rows[matrix.indices], matrix.indptr, columns)
    return np.rint(rows).astype(np.int32), np.rint(columns).astype(np.int32)


def _excess(scaled: Vector, starts: NDArray[np.int32], own: Vector) -> Vector:
    """Return by how much the scales `own` of groups of entries are too large."""
    filled = np.flatnonzero(np.diff(starts))
    excess = np.zeros_like(own)
    excess[filled] = (np.maximum.reduceat(scaled, starts[filled]) + own[filled]) / 2
    return excess
