"""Whole solves by one call of the compiled wheel, for one right-hand side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from pcf.inventory.tearing.lanewise import Links
    from pcf.inventory.tearing.plan import Plan

    Vector = NDArray[np.float64]


class Scaled(NamedTuple):
    """What a torn system is relative to: `weights` and `sizes` (n), `needs` (m), `inner` links."""

    weights: Vector
    sizes: Vector
    needs: Vector
    inner: Links


class Whole:
    """A torn system as the wheel's loops take it; see `Torn`, which does the same step by step.

    No example: it needs the wheel.
    """

    def __init__(
        self, kernels: ModuleType, plan: Plan, scaled: Scaled, tiles: Vector, data: Vector
    ) -> None:
        """Take `kernels` of the wheel, `tiles` of the dense system, `technosphere.data`."""
        self._kernels, self._plan, self._sizes, self._data = kernels, plan, scaled.sizes, data
        own = plan.order, plan.products, scaled.weights, scaled.sizes, plan.torn
        links = *scaled.inner, plan.starts, plan.suppliers, scaled.needs
        self._system = (*own, *links, tiles)

    def adjoint(self, q: Vector) -> Vector:
        """Return the l of A' l = q (n)."""
        found = np.empty(len(q))
        self._kernels.adjoint(*self._system, np.ascontiguousarray(q), found)
        return found

    def forward(self, f: Vector) -> Vector:
        """Return the x of A x = f (n)."""
        found = np.empty(len(f))
        self._kernels.forward(*self._system, np.ascontiguousarray(f), found)
        return found

    def measured(self, process: int) -> tuple[Vector, Vector]:
        """Return the l of A' l = e for a burden of one in a process alone (n), and e - A' l.

        What is left is measured in the same pass, against the entries of the technosphere.
        """
        found, left = np.empty((2, self._plan.n))
        position = int(self._plan.positions[process])
        self._kernels.measured(*self._system, *self._measuring, position, found, left)
        return found, left

    @cached_property
    def _measuring(self) -> tuple[Vector, Vector]:
        """The paired entries by position and the others, times the sizes of their products."""
        plan = self._plan
        entries: Vector = self._data[plan.entries]
        entries *= self._sizes[plan.supplying]
        return self._data[plan.pivots] * self._sizes, entries
