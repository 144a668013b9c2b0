"""SuperLU of the transpose: for small systems, and where tearing does not hold.

The transpose is factorised, never the technosphere itself: in process databases its factors have
several times fewer entries. With a plan, only the part up to the last loop is factorised; what
comes after it is triangular anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

from pcf.errors import SolveError, problem
from pcf.inventory.tearing.passes import solved, triangular

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.plan import Plan
    from pcf.inventory.tearing.scaling import Scales

    Vector = NDArray[np.float64]

_OWN = 0.1
"""A process is eliminated with its own product unless another entry is ten times larger: what is
zero by structure then stays so."""


class Direct:
    """Solves with SuperLU, in scaled form; neither refined nor checked.

    >>> from pcf.inventory.tearing.scaling import scales_of
    >>> technosphere = csc_array([[10.0, -400.0], [0.0, 1.0]])
    >>> direct = Direct(technosphere, scales_of(technosphere))
    >>> direct.adjoint(np.array([9.0, 0.0]))
    array([  0.9, 360. ])
    """

    def __init__(
        self, technosphere: csc_array[np.float64], scales: Scales, plan: Plan | None = None
    ) -> None:
        """Factorise; raise SolveError when the system is singular."""
        n = technosphere.shape[0]
        own = np.arange(n, dtype=np.int32)
        self._order, self._products = (own, own) if plan is None else (plan.order, plan.products)
        self._end = end = n if plan is None else plan.core_end
        self._rows = scales.rows[self._products]
        self._columns = scales.columns[self._order]
        turned = _turned(technosphere, scales, plan)
        self._across = turned[end:, :end]
        try:
            first = csc_array(turned[:end, :end])
            self._first = splu(first, diag_pivot_thresh=_OWN) if end else None
            self._last = triangular(csc_array(turned[end:, end:])) if end < n else None
        except RuntimeError:
            raise SolveError(problem("system-singular")) from None

    def adjoint(self, q: Vector) -> Vector:
        """Return the l of A' l = q (n or n x k)."""
        b = (q[self._order].T * self._columns).T
        first = solved(self._first, b[: self._end])
        last = solved(self._last, b[self._end :] - self._across @ first)
        return self._placed(np.concatenate([first, last]), self._products, self._rows)

    def forward(self, f: Vector) -> Vector:
        """Return the x of A x = f (n or n x k)."""
        b = (f[self._products].T * self._rows).T
        last = solved(self._last, b[self._end :], trans="T")
        first = solved(self._first, b[: self._end] - self._across.T @ last, trans="T")
        return self._placed(np.concatenate([first, last]), self._order, self._columns)

    @staticmethod
    def _placed(u: Vector, places: NDArray[np.int32], scales: Vector) -> Vector:
        found = np.empty(u.shape)
        found[places] = (u.T * scales).T
        return found


def _turned(
    technosphere: csc_array[np.float64], scales: Scales, plan: Plan | None
) -> csc_array[np.float64]:
    """Return the scaled transpose, its rows and columns in the order of the plan."""
    n = technosphere.shape[0]
    columns = np.repeat(np.arange(n, dtype=np.int32), np.diff(technosphere.indptr))
    rows = technosphere.indices
    values = technosphere.data * scales.rows[rows] * scales.columns[columns]
    if plan is not None:
        at = np.empty(n, dtype=np.int32)
        at[plan.products] = np.arange(n, dtype=np.int32)
        rows, columns = at[rows], plan.positions[columns]
    return csc_array((values, (columns, rows)), shape=(n, n))
