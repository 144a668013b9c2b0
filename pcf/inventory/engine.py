"""How is A x = f solved, and its transpose, and how well: factors, refinement, residual.

The transpose is factorised, never A itself: in process databases its factors have several times
fewer entries. Rows and columns are first scaled to like size by powers of two, so that neither the
unit of a product nor the reference amount of a process decides the accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array, diags_array
from scipy.sparse.linalg import splu

from pcf.errors import SolveError, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.sparse.linalg import SuperLU

    Vector = NDArray[np.float64]

RESIDUAL = 1e-12
"""The largest normwise backward error that a solution may have."""
CONDITION = 1e14
"""Beyond this condition no digit of a solution is sure: the system counts as singular."""
_REFINEMENTS = 5
_MEANS, _LARGEST = 5, 4


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """`values` solve the system (n, or n x k for k right-hand sides).

    `residual` is the worst normwise backward error |b - A x| / (|A| |x| + |b|) of the scaled
    system in the maximum norm (Rigal and Gaches 1967; Higham 2002, theorem 7.1).
    """

    values: Vector
    residual: float


@dataclass(frozen=True, slots=True, eq=False)
class Factorised:
    """A factorised technosphere; `condition` estimates the 1-norm condition of its scaled form."""

    condition: float
    _scaled: csc_array[np.float64]
    _rows: Vector
    _columns: Vector
    _factors: SuperLU

    def forward(self, f: Vector) -> Solution:
        """Return x of A x = f: how often each process runs for the reference flow f (n or n x k).

        Raises SolveError when the residual stays beyond 1e-12.
        """
        norm = float(abs(self._scaled).sum(axis=1).max())
        solved = _refined(
            lambda y: np.asarray(self._scaled @ y),
            lambda b: _solve_transposed(self._factors, b),
            _times(self._rows, f),
            norm,
        )
        return Solution(_times(self._columns, solved.values), solved.residual)

    def adjoint(self, q: Vector) -> Solution:
        """Return the l of A' l = q: what one unit of each product counts (n or n x k).

        `q` is what one run of each process counts. Raises SolveError as `forward` does.
        """
        norm = float(abs(self._scaled).sum(axis=0).max())
        solved = _refined(
            lambda y: np.asarray(self._scaled.T @ y),
            self._factors.solve,
            _times(self._columns, q),
            norm,
        )
        return Solution(_times(self._rows, solved.values), solved.residual)


def factorise(technosphere: csc_array[np.float64]) -> Factorised:
    """Return `technosphere` (n x n) factorised, for any number of right-hand sides.

    Raises SolveError when it is singular, or so nearly that no digit of an answer is sure.

    >>> import numpy as np
    >>> from scipy.sparse import csc_array
    >>> factorised = factorise(csc_array([[10.0, -400.0], [0.0, 1.0]]))
    >>> factorised.forward(np.array([0.0, 1.0])).values
    array([40.,  1.])
    >>> factorised.adjoint(np.array([9.0, 0.0])).values
    array([  0.9, 360. ])
    """
    rows, columns = _equilibrated(technosphere)
    scaled = csc_array(diags_array(rows) @ technosphere @ diags_array(columns))
    try:
        factors = splu(csc_array(scaled.T))
    except RuntimeError:
        raise SolveError(problem("system-singular")) from None
    condition = float(abs(scaled).sum(axis=0).max()) * _inverse_norm(factors)
    if not condition <= CONDITION:
        raise SolveError(problem("system-nearly-singular", condition=f"{condition:.1e}"))
    return Factorised(condition, scaled, rows, columns, factors)


def _equilibrated(matrix: csc_array[np.float64]) -> tuple[Vector, Vector]:
    """Return scales of rows and columns that bring entries to like size, in powers of two.

    Geometric means undo what units and run sizes did (Curtis and Reid 1972, by alternation), then
    the largest entries are brought near one (Ruiz 2001). Powers of two round nothing.
    """
    entries = coo_array(matrix)
    some = entries.data != 0
    size = np.log2(np.abs(entries.data[some]))
    places = tuple(at[some] for at in entries.coords)
    scales = [np.zeros(length) for length in matrix.shape]
    for step in range(_MEANS + _LARGEST):
        for axis, at in enumerate(places):
            scaled = size + scales[0][places[0]] + scales[1][places[1]]
            if step < _MEANS:
                count = np.bincount(at, minlength=len(scales[axis]))
                shift = np.bincount(at, scaled, len(scales[axis])) / np.maximum(count, 1)
            else:
                shift = np.full(len(scales[axis]), -np.inf)
                np.maximum.at(shift, at, scaled)
                shift = np.where(np.isfinite(shift), shift / 2, 0.0)
            scales[axis] -= shift
    rows, columns = (np.exp2(np.round(each)) for each in scales)
    return rows, columns


def _inverse_norm(factors: SuperLU) -> float:
    """Return a lower bound, nearly always close, of the 1-norm of the inverse (Hager 1984)."""
    n = factors.shape[0]
    x, best = np.full(n, 1 / n), 0.0
    for _ in range(5):
        y = _solve_transposed(factors, x)
        norm = float(np.abs(y).sum())
        if not norm > best:
            return best if np.isfinite(norm) else np.inf
        best = norm
        z = factors.solve(np.where(y < 0, -1.0, 1.0))
        j = int(np.abs(z).argmax())
        if np.abs(z[j]) <= z @ x:
            return best
        x = np.zeros(n)
        x[j] = 1.0
    return best


def _solve_transposed(factors: SuperLU, b: Vector) -> Vector:
    solved: Vector = factors.solve(b, "T")  # type: ignore[call-overload] # scipy-stubs lack `trans`
    return solved


def _times(scales: Vector, values: Vector) -> Vector:
    return scales * values if values.ndim == 1 else scales[:, None] * values


def _refined(
    multiply: Callable[[Vector], Vector],
    solve: Callable[[Vector], Vector],
    b: Vector,
    norm: float,
) -> Solution:
    """Solve and refine: once always, for small entries, then until the residual is met.

    One step in working precision makes the answer componentwise backward stable (Skeel 1980).
    """
    y = solve(b)
    for _ in range(_REFINEMENTS):
        y = y + solve(b - multiply(y))
        residual = _backward_error(b - multiply(y), y, b, norm)
        if residual <= RESIDUAL:
            return Solution(y, residual)
    raise SolveError(problem("solution-inaccurate", residual=f"{residual:.1e}"))


def _backward_error(r: Vector, y: Vector, b: Vector, norm: float) -> float:
    above, size = (np.abs(each).max(axis=0, initial=0.0) for each in (r, y))
    below = norm * size + np.abs(b).max(axis=0, initial=0.0)
    return float(np.max(above / np.where(below == 0, 1.0, below), initial=0.0))
