"""The passes with compiled kernels: one right-hand side, or sixteen at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing.lanes import LANES

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    from pcf.inventory.tearing.plan import Plan

    Vector = NDArray[np.float64]
    TornValues = Callable[[Vector, int], Vector]


class Lanewise:
    """The passes of a plan with values: as `Passes` for vectors, and whole solves for columns.

    `kernels` is the module `kernels`, plain or compiled. In `adjoint` and `forward`, `weights` and
    `sizes` (n) are by position, and `torn_values(g, trans)` solves for the torn.

    >>> from scipy.sparse import csc_array
    >>> from pcf.inventory.tearing import kernels
    >>> from pcf.inventory.tearing.structure import analyse
    >>> plan = analyse(csc_array([[1.0, -0.5], [-0.5, 1.0]]), None)
    >>> Lanewise(plan, np.array([0.5, 0.5]), kernels).loops()
    array([[0.25]])
    """

    def __init__(self, plan: Plan, needs: Vector, kernels: ModuleType) -> None:
        """Take the values of `plan.entries`."""
        self.plan = plan
        self._entries = (plan.starts, plan.suppliers, needs)
        self._kernels = kernels

    def loops(self) -> Vector:
        """Return K = E'(I - L)^-1 R (h x h): what one unit of a torn needs of each torn."""
        n, h, end = self.plan.n, self.plan.h, self.plan.core_end
        found, u, b = np.empty((h, h)), np.zeros((n + h, LANES)), np.zeros((end, LANES))
        for start in range(0, h, LANES):
            some = np.arange(start, min(start + LANES, h))
            u[n:] = 0.0
            u[n + some, some - start] = 1.0
            self._kernels.lower16(0, end, *self._entries, b, u)
            found[:, some] = u[self.plan.torn, : len(some)]
        return found

    def core(self, b: Vector) -> Vector:
        """Return the first core_end rows of (I - L)^-1 b."""
        return self._lower(self.plan.core_end, b, None)

    def all(self, b: Vector, y: Vector) -> Vector:
        """Return (I - L)^-1 (b + R y)."""
        return self._lower(self.plan.n, b, y)

    def back(self, b: Vector) -> tuple[Vector, Vector]:
        """Return x = (I - L')^-1 b, and R' x (h): what x needs of the torn."""
        n = self.plan.n
        x = np.concatenate([b, np.zeros(self.plan.h)])
        self._kernels.upper(n, *self._entries, x)
        return x[:n], x[n:]

    def back_from_torn(self, s: Vector) -> Vector:
        """Return the first core_end rows of (I - L')^-1 E s."""
        x = np.zeros(self.plan.n + self.plan.h)
        x[self.plan.torn] = s
        self._kernels.upper(self.plan.core_end, *self._entries, x)
        return x[: self.plan.core_end]

    def _lower(self, end: int, b: Vector, y: Vector | None) -> Vector:
        """Solve from the first position on that has something to pass on."""
        n = self.plan.n
        u = np.zeros(n + self.plan.h)
        start = int((b[:end] != 0).argmax()) if end else 0
        if y is not None and y.any():
            start, u[n:] = 0, y
        self._kernels.lower(start, end, *self._entries, b, u)
        return u[:end]

    def adjoint(self, q: Vector, weights: Vector, sizes: Vector, torn_values: TornValues) -> Vector:
        """Return the l of A' l = q (n x k)."""
        plan, found, q = self.plan, np.empty(q.shape), np.require(q, requirements=["C", "W"])
        b, u = np.zeros((plan.n, LANES)), np.zeros((plan.n + plan.h, LANES))
        for start in range(0, q.shape[1], LANES):
            count = min(LANES, q.shape[1] - start)
            self._kernels.gather16(q, plan.order, weights, start, count, b)
            u[plan.n :] = 0.0
            self._kernels.lower16(0, plan.core_end, *self._entries, b, u)
            u[plan.n :] = torn_values(u[plan.torn], 0)
            self._kernels.lower16(0, plan.n, *self._entries, b, u)
            self._kernels.scatter16(u, plan.products, sizes, start, count, found)
        return found

    def forward(self, f: Vector, weights: Vector, sizes: Vector, torn_values: TornValues) -> Vector:
        """Return the x of A x = f (n x k)."""
        plan, found, f = self.plan, np.empty(f.shape), np.require(f, requirements=["C", "W"])
        first, last = (np.zeros((plan.n + plan.h, LANES)) for _ in range(2))
        for start in range(0, f.shape[1], LANES):
            count = min(LANES, f.shape[1] - start)
            first[plan.n :] = last[:] = 0.0
            self._kernels.gather16(f, plan.products, sizes, start, count, first)
            self._kernels.upper16(plan.n, *self._entries, first)
            last[plan.torn] = torn_values(first[plan.n :], 1)
            self._kernels.upper16(plan.core_end, *self._entries, last)
            first[: plan.core_end] += last[: plan.core_end]
            self._kernels.scatter16(first, plan.order, weights, start, count, found)
        return found
