"""The triangular passes with SciPy alone.

SuperLU factorises an already triangular matrix in its natural order: no fill, no search, the price
of a copy. The pattern is prepared once for a plan; `load` takes values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

from pcf.inventory.tearing.lanes import LANES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse.linalg import SuperLU as Factors

    SuperLU = Factors[np.float64]

    from pcf.inventory.tearing.plan import Plan

    Vector = NDArray[np.float64]


class Block(NamedTuple):
    """Some rows and columns: value k of the pattern is k's entry number + 2, or 1 for a one."""

    pattern: csc_array[np.int32]

    def filled(self, needs: Vector, sign: float) -> csc_array[np.float64]:
        """Return the block with `sign` times its needs, and ones on a unit diagonal."""
        pattern = self.pattern
        values, inputs = np.ones(pattern.nnz), np.flatnonzero(pattern.data > 1)
        values[inputs] = sign * needs[pattern.data[inputs] - 2]
        return csc_array((values, pattern.indices, pattern.indptr), pattern.shape)


class Passes:
    """(I - L)^-1 and its transpose for the values last loaded; see the package for the layout.

    Rows of right-hand sides and results are positions of the plan; they have n rows, or n x k.

    >>> from pcf.inventory.tearing.structure import analyse
    >>> technosphere = csc_array([[1.0, -0.5], [-0.5, 1.0]])
    >>> passes = Passes(analyse(technosphere, None)).load(np.array([0.5, 0.5]))
    >>> passes.loops()
    array([[0.25]])
    >>> passes.all(np.array([1.0, 1.0]), np.array([2.0]))
    array([2., 2.])
    """

    def __init__(self, plan: Plan) -> None:
        """Take the pattern of `plan` apart: core, down, from core to down, out of torn."""
        n, end = plan.n, plan.core_end
        consumers, inner = plan.consumers, plan.suppliers < n
        in_core = consumers < end
        self.plan = plan
        self._core = _block(plan, in_core & inner, (0, 0), (end, end), unit=True)
        self._down = _block(
            plan, ~in_core & (plan.suppliers >= end) & inner, (end, end), (n - end,) * 2, unit=True
        )
        self._across = _block(
            plan, ~in_core & (plan.suppliers < end), (end, 0), (n - end, end), unit=False
        )
        self._from_torn = _block(plan, ~inner, (0, n), (n, plan.h), unit=False)
        self._first: SuperLU | None = None
        self._last: SuperLU | None = None

    def load(self, needs: Vector, *, for_good: bool = False) -> Passes:
        """Take the values of `plan.entries`; return self. `for_good`: there will be no others."""
        end, n = self.plan.core_end, self.plan.n
        self._first = self._last = None  # before the next, so that there are never two of them
        self._first = triangular(self._core.filled(needs, -1.0)) if end else None
        self._last = triangular(self._down.filled(needs, -1.0)) if end < n else None
        self._r = self._from_torn.filled(needs, 1.0)
        self._x = self._across.filled(needs, 1.0)
        if for_good:
            del self._core, self._down, self._across, self._from_torn
        return self

    def loops(self) -> Vector:
        """Return K = E'(I - L)^-1 R (h x h): what one unit of a torn needs of each torn."""
        h = self.plan.h
        found = np.empty((h, h))
        for start in range(0, h, LANES):
            some = slice(start, min(start + LANES, h))
            right = self._r[: self.plan.core_end, some].toarray()
            found[:, some] = solved(self._first, right)[self.plan.torn]
        return found

    def core(self, b: Vector, y: Vector | None = None) -> Vector:
        """Return the first core_end rows of (I - L)^-1 (b + R y); without y, y is zero."""
        end = self.plan.core_end
        right = b[:end] if y is None else b[:end] + self._r[:end] @ y
        return solved(self._first, right)

    def all(self, b: Vector, y: Vector) -> Vector:
        """Return (I - L)^-1 (b + R y)."""
        end = self.plan.core_end
        right = b + self._r @ y if self.plan.h else b
        first = solved(self._first, right[:end])
        return np.concatenate([first, solved(self._last, right[end:] + self._x @ first)])

    def back(self, b: Vector) -> tuple[Vector, Vector]:
        """Return x = (I - L')^-1 b, and R' x (h): what x needs of the torn."""
        end = self.plan.core_end
        last = solved(self._last, b[end:], trans="T")
        first = solved(self._first, b[:end] + self._x.T @ last, trans="T")
        x = np.concatenate([first, last])
        return x, self._r.T @ x

    def back_from_torn(self, s: Vector) -> Vector:
        """Return the first core_end rows of (I - L')^-1 E s."""
        right = np.zeros((self.plan.core_end, *s.shape[1:]))
        right[self.plan.torn] = s
        return solved(self._first, right, trans="T")


def triangular(matrix: csc_array[np.float64]) -> SuperLU:
    """Let SuperLU take an already lower triangular matrix as it is.

    >>> triangular(csc_array([[2.0, 0.0], [1.0, 4.0]])).solve(np.array([2.0, 9.0]))
    array([1., 2.])
    """
    return splu(
        matrix,
        permc_spec="NATURAL",
        diag_pivot_thresh=0.0,
        relax=1,
        panel_size=1,
        options={"Equil": False},
    )


def solved(factors: SuperLU | None, right: Vector, *, trans: Literal["N", "T"] = "N") -> Vector:
    """Return the solution; a part without processes has an empty one."""
    if factors is None:
        return right
    return np.asarray(factors.solve(right, trans))  # type: ignore[call-overload]


def _block(
    plan: Plan,
    which: NDArray[np.bool_],
    corner: tuple[int, int],
    shape: tuple[int, int],
    *,
    unit: bool,
) -> Block:
    """Return rows and columns from `corner` on; the values of its pattern are entry numbers + 2."""
    entries = np.flatnonzero(which).astype(np.int32)
    rows, columns = plan.consumers[entries] - corner[0], plan.suppliers[entries] - corner[1]
    entries += 2
    if unit:
        own = np.arange(shape[0], dtype=np.int32)
        rows, columns = np.append(rows, own), np.append(columns, own)
        entries = np.append(entries, np.ones_like(own))
    return Block(csc_array((entries, (rows, columns)), shape=shape))
