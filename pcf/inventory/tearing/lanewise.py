"""The passes with compiled kernels: one right-hand side, or sixteen at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing.lanes import LANES
from pcf.inventory.tearing.threads import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    from pcf.inventory.tearing.plan import Plan

    Vector = NDArray[np.float64]
    TornValues = Callable[[Vector, int], Vector]
    Links = tuple[NDArray[np.int32], NDArray[np.int32], Vector]

_MANY = 64
"""Torn processes from which on two threads are quicker than one."""


class Lanewise:
    """The passes of a plan with values: as `Passes` for vectors, and whole solves for columns.

    `inner` are the links within the core: starts, suppliers, needs.

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
        self.inner, self._out_of_torn = _split(plan, self._entries, kernels)

    def loops(self) -> Vector:
        """Return K = E'(I - L)^-1 R (h x h): what one unit of a torn needs of each torn."""
        h, links = self.plan.h, (*self.inner, *self._out_of_torn)
        found, half = np.empty((h, h)), h // 2

        def columns(first: int, last: int) -> None:
            self._kernels.loops(first, last, *links, self.plan.torn, found)

        if h < _MANY:
            columns(0, h)
        else:
            side_by_side(lambda: columns(0, half), lambda: columns(half, h))
        return found

    def core(self, b: Vector) -> Vector:
        """Return the first core_end rows of (I - L)^-1 b."""
        end = self.plan.core_end
        u, start = np.zeros(end), _first(b[:end])
        self._kernels.lower(start, end, *self.inner, b, u)
        return u

    def all(self, b: Vector, y: Vector) -> Vector:
        """Return (I - L)^-1 (b + R y)."""
        n = self.plan.n
        u = np.zeros(n + self.plan.h)
        start = 0 if y.any() else _first(b)
        u[n:] = y
        self._kernels.lower(start, n, *self._entries, b, u)
        return u[:n]

    def back(self, b: Vector) -> tuple[Vector, Vector]:
        """Return x = (I - L')^-1 b, and R' x (h): what x needs of the torn."""
        n = self.plan.n
        x = np.concatenate([b, np.zeros(self.plan.h)])
        self._kernels.upper(n, *self._entries, x)
        return x[:n], x[n:]

    def back_from_torn(self, s: Vector) -> Vector:
        """Return the first core_end rows of (I - L')^-1 E s."""
        x = np.zeros(self.plan.core_end)
        x[self.plan.torn] = s
        self._kernels.upper(self.plan.core_end, *self.inner, x)
        return x

    def adjoint(self, q: Vector, weights: Vector, sizes: Vector, torn_values: TornValues) -> Vector:
        """Return the l of A' l = q (n x k)."""
        plan, found, q = self.plan, np.empty(q.shape), np.require(q, requirements=["C", "W"])
        b, u = np.zeros((plan.n, LANES)), np.zeros((plan.n + plan.h, LANES))
        for start in range(0, q.shape[1], LANES):
            count = min(LANES, q.shape[1] - start)
            self._kernels.gather16(q, plan.order, weights, start, count, b)
            self._kernels.lower16(0, plan.core_end, *self.inner, b, u)
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
            self._kernels.upper16(plan.core_end, *self.inner, last)
            first[: plan.core_end] += last[: plan.core_end]
            self._kernels.scatter16(first, plan.order, weights, start, count, found)
        return found


def _split(plan: Plan, links: Links, kernels: ModuleType) -> tuple[Links, Links]:
    """Return the links within the core by consumer, and those out of the torn by torn process."""
    end, count = plan.core_end, int(plan.starts[plan.core_end])
    inner, torn = _room(end, count), _room(plan.h, count)
    kernels.split(plan.n, end, *links, *inner, *torn)
    return _filled(inner), _filled(torn)


def _room(groups: int, count: int) -> Links:
    return np.empty(groups + 1, np.int32), np.empty(count, np.int32), np.empty(count)


def _filled(links: Links) -> Links:
    starts, others, needs = links
    return starts, others[: starts[-1]].copy(), needs[: starts[-1]].copy()


def _first(b: Vector) -> int:
    """Return the first position that has something to pass on."""
    return int((b != 0).argmax()) if len(b) else 0
