"""Which way is a system solved, and how well? Every answer is checked, refined, if need be redone.

Small systems go straight to SuperLU. Others are torn; where tearing does not hold, or leaves a
residual that refinement does not mend, SuperLU of the transpose takes its place, and that is said.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from pcf.errors import SolveError, problem
from pcf.inventory.memory import keep_freed
from pcf.inventory.tearing import compiled, wheel
from pcf.inventory.tearing.cache import SMALLEST, plan_of
from pcf.inventory.tearing.columns import LEAST, Columns
from pcf.inventory.tearing.scaling import scales_of
from pcf.inventory.tearing.schur import Torn, TornError
from pcf.inventory.tearing.threads import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array, csr_array

    from pcf.inventory.tearing.columns import Stored
    from pcf.inventory.tearing.direct import Direct
    from pcf.inventory.tearing.plan import Plan
    from pcf.inventory.tearing.scaling import Scales

    Vector = NDArray[np.float64]

Method = Literal["torn", "direct"]
Fallback = Literal["", "pivot", "residual"]
"""Why SuperLU took the place of tearing: a vanishing pivot, or a residual that stayed."""

RESIDUAL = 1e-12
"""The largest normwise backward error that a solution may have."""
CONDITION = 1e14
"""Beyond this condition no digit of a solution is sure: the system counts as singular."""
PAYS = 50_000
"""Entries from which on the compiled kernels are worth loading numba for."""
LARGEST_TORN = 20_000
"""More torn processes would fill the memory with a dense matrix."""
REFINED = 1e-13
"""A residual that needs no refinement."""
_REFINEMENTS = 5


class Solution(NamedTuple):
    """`values` solve the system (n, or n x k for k right-hand sides).

    `residual` is the worst normwise backward error |b - A x| / (|A| |x| + |b|) of the scaled
    system in the maximum norm (Rigal and Gaches 1967; Higham 2002, theorem 7.1). `fallback` says
    why SuperLU had to solve what tearing did not.
    """

    values: Vector
    residual: float
    fallback: Fallback


class Factorised:
    """A technosphere ready to be solved for any right-hand sides.

    Given as `Columns`, SciPy is loaded only where nothing else will do: for a small system, for one
    of very many levels, where tearing does not hold. Given as SciPy's, it serves as it is there.

    `method` is how; `fallback` why tearing was given up; `plan` its structure where it was torn;
    `condition` estimates the 1-norm condition of the scaled system.

    >>> from scipy.sparse import csc_array
    >>> factorised = Factorised(csc_array([[10.0, -400.0], [0.0, 1.0]]))
    >>> x = factorised.forward(np.array([0.0, 1.0])).values
    >>> factorised.method, x, factorised.residual(x, np.array([0.0, 1.0]), turned=False)[1]
    ('direct', array([40.,  1.]), 0.0)
    """

    def __init__(
        self,
        technosphere: csc_array[np.float64] | Columns,
        *,
        smallest: int = SMALLEST,
        plan: Plan | None = None,
        accelerate: bool | None = None,
    ) -> None:
        """Plan, tear or factorise; systems of fewer than `smallest` processes are not torn.

        `plan` is one of the same structure, where it is at hand. `accelerate` says whether to use
        the compiled kernels; None leaves it to the size of the system, so that the same system is
        always solved the same way.

        Raises SolveError when entries are not finite, when the system is singular or so nearly
        that no digit of an answer is sure, and when its loops are too many to be torn.
        """
        self._matrix = _canonical(technosphere)
        self.scales, self.plan = _prepared(self._matrix, plan, smallest)
        self.fallback: Fallback = ""
        self._direct: Direct | None = None
        self._accelerate = accelerate
        self.torn = self._tear() if self._matrix.shape[0] >= smallest else None
        self.condition = self._condition()
        if not self.condition <= CONDITION:
            said = f"{self.condition:.1e}"
            raise SolveError(problem("system-nearly-singular", condition=said))

    @property
    def method(self) -> Method:
        """How the system is solved."""
        return "direct" if self.torn is None else "torn"

    def adjoint(self, q: Vector) -> Solution:
        """Return the l of A' l = q (n or n x k); raise SolveError when a residual stays."""
        return self._solve(q, turned=True)

    def forward(self, f: Vector) -> Solution:
        """Return the x of A x = f (n or n x k); raise SolveError when a residual stays."""
        return self._solve(f, turned=False)

    def unchecked(self, b: Vector, *, turned: bool = True) -> Vector:
        """Return what solves the transpose (`turned`) or A itself as it comes, n or n x k.

        For whoever checks what it serves.
        """
        raw = self._raw()
        return raw.adjoint(b) if turned else raw.forward(b)

    @cached_property
    def technosphere(self) -> csc_array[np.float64]:
        """The technosphere, canonical."""
        return self._matrix.csc() if isinstance(self._matrix, Columns) else self._matrix

    @cached_property
    def turned(self) -> csr_array[np.float64]:
        """The transpose of the technosphere, a view of it."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - large, and not every solve needs it

        return csr_array(self.technosphere.T)

    @cached_property
    def column_sums(self) -> Vector:
        """The sums of absolute values in the columns of the scaled system (n)."""
        sums = abs(self.turned) @ self.scales.rows
        return np.asarray(sums * self.scales.columns)

    def residual(self, values: Vector, b: Vector, *, turned: bool) -> tuple[Vector, float]:
        """Return b - A x (of the transpose if `turned`) and its worst normwise backward error."""
        scales = self.scales.rows, self.scales.columns
        if not turned:
            left = _less(b, self._times(values))
            return left, backward_error((left, values, b), scales, self.scales.row_norm)
        columns, norm = self.columns, self.scales.column_norm
        if columns is not None and values.ndim == 1:
            left, largest = columns.left(values, b, *scales)
            return left, error_of(largest, norm)
        left = _less(b, self._turned_times(values))
        return left, backward_error((left, values, b), scales[::-1], norm)

    @property
    def columns(self) -> Columns | None:
        """The technosphere as the wheel's loops take it; None where they are not called."""
        matrix = self._matrix
        if len(matrix.data) < LEAST or not wheel.is_at_hand():
            return None
        return matrix if isinstance(matrix, Columns) else self._viewed

    @cached_property
    def _viewed(self) -> Columns:
        """SciPy's matrix on the same arrays."""
        matrix = self.technosphere
        n = matrix.shape[0]
        starts, rows = (
            np.ascontiguousarray(each, np.int32) for each in (matrix.indptr, matrix.indices)
        )
        return Columns((n, n), starts, rows, np.ascontiguousarray(matrix.data))

    def _times(self, values: Vector) -> Vector:
        matrix = self._matrix
        return matrix.times(values) if isinstance(matrix, Columns) else np.asarray(matrix @ values)

    def _turned_times(self, values: Vector) -> Vector:
        matrix = self._matrix
        if isinstance(matrix, Columns):
            return matrix.turned_times(values)
        return np.asarray(self.turned @ values)

    def _tear(self) -> Torn | None:
        plan = self.plan
        if plan is None:
            return None
        if plan.h > LARGEST_TORN:
            raise SolveError(problem("loops-too-many", torn=plan.h, limit=LARGEST_TORN))
        pays = len(plan.entries) >= PAYS and compiled.is_at_hand()
        if self._accelerate is not None:
            pays = self._accelerate
        kernels = compiled.kernels() if pays else None
        by_scipy = not isinstance(self._matrix, Columns)
        try:
            return Torn(self._matrix, plan, self.scales, kernels, by_scipy=by_scipy)
        except (TornError, RuntimeError):
            self.fallback = "pivot"
            return None

    def _raw(self) -> Torn | Direct:
        return self.torn or self._superlu()

    def _superlu(self) -> Direct:
        if self._direct is None:
            from pcf.inventory.tearing.direct import Direct  # noqa: PLC0415 - SciPy is large

            self._direct = Direct(self.technosphere, self.scales, self.plan)
        return self._direct

    def _solve(self, b: Vector, *, turned: bool) -> Solution:
        b = np.asarray(b, dtype=np.float64)
        if self.torn is not None:
            values, residual = self._refined(self.torn, b, turned=turned)
            if residual <= RESIDUAL:
                return Solution(values, residual, "")
        values, residual = self._refined(self._superlu(), b, turned=turned)
        if not residual <= RESIDUAL:
            raise SolveError(problem("solution-inaccurate", residual=f"{residual:.1e}"))
        return Solution(values, residual, self.fallback or ("residual" if self.torn else ""))

    def _refined(self, raw: Torn | Direct, b: Vector, *, turned: bool) -> tuple[Vector, float]:
        """Solve and refine until nothing is left to gain.

        SuperLU is refined at least once: one step in working precision makes its answer
        componentwise backward stable (Skeel 1980). Passes in the order of supply are so already.
        """
        solve = raw.adjoint if turned else raw.forward
        values = solve(b)
        left, residual = self.residual(values, b, turned=turned)
        if isinstance(raw, Torn) and residual <= REFINED:
            return values, residual
        for _ in range(_REFINEMENTS):
            better = values + solve(left)
            left, now = self.residual(better, b, turned=turned)
            if not np.isfinite(now):
                break
            values, residual = better, now
            if residual <= REFINED:
                break
        return values, residual

    def _condition(self) -> float:
        return self.scales.column_norm * _inverse_norm(self._raw(), self.scales)


def _prepared(matrix: Stored, plan: Plan | None, smallest: int) -> tuple[Scales, Plan | None]:
    """Return the scales of `matrix` and, where it is to be torn, its plan: found at once."""
    if len(matrix.data) >= PAYS:
        keep_freed()
    if plan is not None or matrix.shape[0] < smallest:
        return scales_of(matrix), plan
    return side_by_side(lambda: scales_of(matrix), lambda: plan_of(matrix))


def _canonical(matrix: csc_array[np.float64] | Columns) -> csc_array[np.float64] | Columns:
    if not np.isfinite(matrix.data).all():
        raise SolveError(problem("entries-not-finite"))
    if not isinstance(matrix, Columns) and not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    return matrix


def _less(b: Vector, product: Vector) -> Vector:
    """Return b - product, in the place of the product."""
    return np.subtract(b, product, out=product)


def backward_error(
    vectors: tuple[Vector, Vector, Vector], scales: tuple[Vector, Vector], norm: float
) -> float:
    """Return the worst |r| / (|A| |x| + |b|) of r, x and b (n, or n x k), in scaled maximum norms.

    `scales` are those of the equations and of the unknowns, `norm` that of the scaled matrix. What
    is too large to be counted, or no number, has an infinite error, not a small one.

    >>> r, x, b = np.array([0.0, 1.0]), np.array([4.0, 2.0]), np.array([2.0, 1.0])
    >>> backward_error((r, x, b), (np.ones(2), np.ones(2)), 2.0)
    0.1
    """
    left, values, b = vectors
    above, most = (_largest(each, np.multiply, scales[0]) for each in (left, b))
    below = norm * _largest(values, np.divide, scales[1]) + most
    errors = above / np.where(below == 0, 1.0, below)
    return float(np.max(np.where(np.isfinite(below), errors, np.inf), initial=0.0))


def error_of(largest: Vector, norm: float) -> float:
    """Return the backward error of the largest r, x and b (3), scaled as in `backward_error`.

    >>> error_of(np.array([1.0, 4.0, 2.0]), 2.0)
    0.1
    """
    left, values, b = largest.tolist()
    below = norm * values + b
    if not np.isfinite(below):
        return float("inf")
    return float(left / below if below else left)


def _largest(values: Vector, scale: np.ufunc, scales: Vector) -> Vector:
    """Return the largest size in each column, scaled."""
    sizes = np.abs(values)
    scale(sizes, scales if sizes.ndim == 1 else scales[:, None], out=sizes)
    return np.asarray(sizes.max(axis=0, initial=0.0))


def _inverse_norm(raw: Torn | Direct, scales: Scales) -> float:
    """Return a lower bound, nearly always close, of the scaled inverse's 1-norm (Hager 1984)."""
    n = len(scales.rows)
    x, best = np.full(n, 1 / max(n, 1)), 0.0
    for _ in range(5):
        y = raw.forward(x / scales.rows) / scales.columns
        norm = float(np.abs(y).sum())
        if not norm > best:
            return best if np.isfinite(norm) else np.inf
        best = norm
        z = raw.adjoint(np.where(y < 0, -1.0, 1.0) / scales.columns) / scales.rows
        j = int(np.abs(z).argmax())
        if np.abs(z[j]) <= (z * x).sum():
            return best
        x = np.zeros(n)
        x[j] = 1.0
    return best
