"""A plan with values: the dense system of the torn processes, and the solves built on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing import wheel
from pcf.inventory.tearing.columns import LEAST
from pcf.inventory.tearing.dense import TILE, Dense
from pcf.inventory.tearing.lanes import LANES
from pcf.inventory.tearing.lanewise import Lanewise
from pcf.inventory.tearing.levels import Levelwise, ranges_of
from pcf.inventory.tearing.whole import Scaled, Whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    from pcf.inventory.tearing.columns import Stored
    from pcf.inventory.tearing.passes import Passes
    from pcf.inventory.tearing.plan import Plan
    from pcf.inventory.tearing.scaling import Scales

    Vector = NDArray[np.float64]
    _Solver = Callable[[Vector, int], Vector]

_LOOPS = {"needs": "f8[] i4[] i4[] i4[] i4[] i4[] f8[] f8[]!"}
_ALONE = 2_000
"""Torn processes up to which one thread is quick enough."""


class TornError(ArithmeticError):
    """Tearing does not hold for these values: a pivot vanishes."""


def needs_of(plan: Plan, data: Vector, sizes: Vector) -> Vector:
    """Return (m) what one unit of each consumer needs, relative to `sizes` (n, by position).

    `data` is `technosphere.data`. Raises TornError where a paired entry is zero.

    >>> from scipy.sparse import csc_array
    >>> from pcf.inventory.tearing.structure import analyse
    >>> technosphere = csc_array([[2.0, -1.0], [0.0, 4.0]])
    >>> needs_of(analyse(technosphere, None), technosphere.data, np.ones(2))
    array([0.25])
    """
    if len(data) >= LEAST and wheel.is_at_hand():
        return _needs_by_wheel(plan, data, sizes)
    pivots = data[plan.pivots]
    if not pivots.all():
        raise TornError
    needs: Vector = data[plan.entries]
    np.negative(needs, out=needs)
    needs /= np.repeat(pivots * sizes, np.diff(plan.starts))
    needs *= sizes[plan.supplying]
    return needs


def _needs_by_wheel(plan: Plan, data: Vector, sizes: Vector) -> Vector:
    """Return the same, bit by bit."""
    needs = np.empty(len(plan.entries))
    places = plan.pivots, plan.starts, plan.suppliers, plan.entries, plan.torn
    if wheel.loops(_LOOPS)["needs"](np.ascontiguousarray(data), *places, sizes, needs):
        raise TornError
    return needs


class Torn:
    """Solves by tearing; neither refined nor checked.

    `plan`; `sizes` (n, by position): the scale of each product; `needs` (m) and `loops` (h x h)
    are relative to these sizes. See the package for the layout. With `kernels`, of `compiled`,
    `loops` and several right-hand sides go faster; without them passes are NumPy's or SciPy's
    (`by_scipy`), which are faster but have to be loaded. `whole` solves for one right-hand side by
    one call; only the wheel has that.

    >>> from scipy.sparse import csc_array
    >>> from pcf.inventory.tearing.scaling import scales_of
    >>> from pcf.inventory.tearing.structure import analyse
    >>> technosphere = csc_array([[1.0, -0.5], [-0.5, 1.0]])
    >>> torn = Torn(technosphere, analyse(technosphere, None), scales_of(technosphere))
    >>> torn.adjoint(np.array([3.0, 0.0])), torn.forward(np.array([3.0, 0.0]))
    (array([4., 2.]), array([4., 2.]))
    """

    def __init__(
        self,
        technosphere: Stored,
        plan: Plan,
        scales: Scales,
        kernels: ModuleType | None = None,
        *,
        by_scipy: bool = True,
    ) -> None:
        """Fill the plan with values; raise TornError when a pivot vanishes."""
        self.plan = plan
        self.sizes = scales.rows[plan.products]
        self.needs = needs_of(plan, technosphere.data, self.sizes)
        self._weights = 1.0 / (technosphere.data[plan.pivots] * self.sizes)
        self._passes = (
            _without_kernels(plan, self.needs, by_scipy=by_scipy)
            if kernels is None
            else Lanewise(plan, self.needs, kernels)
        )
        self.loops = self._passes.loops()
        self._torn_values, tiles = _solver_of(self.loops)
        self.whole: Whole | None = None
        if tiles is not None and isinstance(self._passes, Lanewise) and kernels is not None:
            self.whole = self._whole(tiles, self._passes, kernels, technosphere.data)

    def _whole(
        self, tiles: Vector, passes: Lanewise, kernels: ModuleType, data: Vector
    ) -> Whole | None:
        if not hasattr(kernels, "adjoint"):
            return None
        scaled = Scaled(self._weights, self.sizes, self.needs, passes.inner)
        return Whole(kernels, self.plan, scaled, tiles, data)

    def adjoint(self, q: Vector) -> Vector:
        """Return the l of A' l = q (n or n x k)."""
        if self.whole and q.ndim == 1:
            return self.whole.adjoint(q)
        plan = self.plan
        if isinstance(self._passes, Lanewise) and q.ndim == 2:
            return self._passes.adjoint(q, self._weights, self.sizes, self._torn_values)
        if q.ndim == 2 and q.shape[1] > LANES:
            return _in_parts(self.adjoint, q)
        b = _scaled(q[plan.order], self._weights)
        y = self._passes.core(b)[plan.torn]
        if y.any():
            y = self._torn_values(y, 0)
        found = np.empty(q.shape)
        found[plan.products] = _scaled(self._passes.all(b, y), self.sizes)
        return found

    def forward(self, f: Vector) -> Vector:
        """Return the x of A x = f (n or n x k)."""
        if self.whole and f.ndim == 1:
            return self.whole.forward(f)
        plan = self.plan
        if isinstance(self._passes, Lanewise) and f.ndim == 2:
            return self._passes.forward(f, self._weights, self.sizes, self._torn_values)
        if f.ndim == 2 and f.shape[1] > LANES:
            return _in_parts(self.forward, f)
        x, needed = self._passes.back(_scaled(f[plan.products], self.sizes))
        if plan.h:
            x[: plan.core_end] += self._passes.back_from_torn(self._torn_values(needed, 1))
        found = np.empty(f.shape)
        found[plan.order] = _scaled(x, self._weights)
        return found


def _without_kernels(plan: Plan, needs: Vector, *, by_scipy: bool) -> Levelwise | Passes:
    """Return the passes of NumPy where they will do, else those of SciPy."""
    ranges = None if by_scipy else ranges_of(plan)
    if ranges is not None:
        return Levelwise(plan, ranges, needs)
    from pcf.inventory.tearing.passes import Passes  # noqa: PLC0415 - SciPy is large

    return Passes(plan).load(needs, for_good=True)


def _solver_of(loops: Vector) -> tuple[_Solver, Vector | None]:
    """Return what solves with I - `loops` (1: its transpose), and its tiles where it has any.

    Raises TornError where it is singular.
    """
    h = len(loops)
    if h == 0:
        return lambda g, _: g, np.empty((0, TILE))
    matrix = np.negative(loops)
    matrix.ravel()[:: h + 1] += 1.0
    if h > _ALONE:
        return _by_lapack(matrix), None
    try:
        dense = Dense(matrix)
    except np.linalg.LinAlgError:
        raise TornError from None
    return lambda g, trans: dense.solve(g, turned=bool(trans)), dense.tiles


def _by_lapack(matrix: Vector) -> _Solver:
    from scipy.linalg.lapack import dgetrf, dgetrs  # noqa: PLC0415 - large, for large matrices

    lu, swaps, info = dgetrf(matrix.T, overwrite_a=1)  # of the transpose, which lies as it wants
    if info != 0 or not np.isfinite(lu).all():
        raise TornError
    return lambda g, trans: np.asarray(dgetrs(lu, swaps, g, trans=1 - trans)[0])


def _in_parts(solve: Callable[[Vector], Vector], right: Vector) -> Vector:
    """Solve for some columns at a time, which stay in the cache."""
    found = np.empty(right.shape)
    for start in range(0, right.shape[1], LANES):
        found[:, start : start + LANES] = solve(right[:, start : start + LANES])
    return found


def _scaled(values: Vector, scales: Vector) -> Vector:
    """Scale rows in place."""
    return np.multiply(values, scales if values.ndim == 1 else scales[:, None], out=values)
