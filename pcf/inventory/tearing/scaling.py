"""How large are products and processes? Scales that bring all entries near one.

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

_ROUNDS = 4
_ABSENT = np.int32(-(2**20))


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
    """Return scales that bring the largest entry of each row and column near one (Ruiz 2001).

    `matrix` is canonical, its entries finite; empty rows and columns keep their size.

    >>> scales = scales_of(csc_array([[1e6, -3e6], [0.0, 1.0]]))
    >>> scales.rows[:, None] * [[1e6, -3e6], [0.0, 1.0]] * scales.columns
    array([[ 0.95367432, -1.43051147],
           [ 0.        ,  0.5       ]])
    """
    n = matrix.shape[0]
    by_row = csr_array(csc_array((np.arange(matrix.nnz), matrix.indices, matrix.indptr), (n, n)))
    exponents = np.where(matrix.data == 0, _ABSENT, np.frexp(matrix.data)[1]).astype(np.int32)
    columns, rows = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    row_of = matrix.indices
    column_of = np.repeat(np.arange(n, dtype=np.int32), np.diff(matrix.indptr))
    from_columns, column_of_row_entry = exponents[by_row.data], by_row.indices
    for _ in range(_ROUNDS):
        rows -= _half(_largest(from_columns + columns[column_of_row_entry], by_row.indptr) + rows)
        columns -= _half(_largest(exponents + rows[row_of], matrix.indptr) + columns)
    size = np.ldexp(np.abs(matrix.data), rows[row_of] + columns[column_of])
    return Scales(
        np.ldexp(1.0, rows),
        np.ldexp(1.0, columns),
        float(np.bincount(row_of, size, n).max(initial=0.0)),
        float(np.bincount(column_of, size, n).max(initial=0.0)),
    )


def _largest(exponents: NDArray[np.int32], starts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the largest exponent of each group; absent where the group has no entry."""
    padded = np.append(exponents, _ABSENT)
    largest = np.maximum.reduceat(padded, starts[:-1])
    largest[np.diff(starts) == 0] = _ABSENT
    return largest


def _half(exponents: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(exponents < _ABSENT // 2, 0, exponents // 2).astype(np.int32)
