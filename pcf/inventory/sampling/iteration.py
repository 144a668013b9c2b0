"""How is one draw solved without factorising it? By correcting the torn values until they agree.

With the static system's K0 and P = (I - K0)^-1, the torn values y of a draw obey y = G(y), where G
is one pass over the processes in the order of supply (`pcf.inventory.tearing`). Each step takes

    r = P (G(y) - y),   y <- y + r - (dY + dF) gamma,   gamma = argmin |r - dF gamma|

(Anderson 1965; Walker and Ni 2011; dF and dY are the differences of r and y over the last steps).
Unknowns are relative to sizes near the static solution, so r is the relative error of the torn
values to first order. Here for one draw, with SciPy alone; `kernels` does the same for sixteen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.passes import Passes

    Vector = NDArray[np.float64]

DEPTH = 8
"""Steps that an acceleration looks back."""
MOST = 60
"""Passes after which a draw is given up, and solved directly."""
CAUTION = 3.0
"""How many times the last correction, and the slowness, an error may be: what is reported."""
REGULAR = 1e-14
"""What is added to the diagonal of the normal equations, relative to their trace."""


class Solved(NamedTuple):
    """Unknowns by position (n), their estimated relative error, and the passes it took."""

    unknowns: Vector
    error: float
    passes: int


def iterate(
    passes: Passes,
    b: Vector,
    start: Vector,
    preconditioner: NDArray[np.float32],
    tolerance: float,
) -> Solved:
    """Return the unknowns of one draw; `passes` hold its needs, `b` (n) its right-hand side.

    `start` (h): torn values to begin with. An error beyond `tolerance` means that it did not
    converge.

    >>> from scipy.sparse import csc_array
    >>> from pcf.inventory.tearing.passes import Passes
    >>> from pcf.inventory.tearing.structure import analyse
    >>> plan = analyse(csc_array([[1.0, -0.5], [-0.5, 1.0]]), None)
    >>> drawn = Passes(plan).load(np.array([0.6, 0.5]))
    >>> solved = iterate(drawn, np.ones(2), np.array([2.0]), np.array([[4 / 3]], "f4"), 1e-6)
    >>> abs(solved.unknowns - np.array([1.6, 1.5]) / 0.7).max() < 1e-6
    np.True_
    """
    torn = passes.plan.torn
    if not len(torn):
        return Solved(passes.all(b, start), 0.0, 1)
    y, made, slow = start, 0, 1.0
    steps: list[Vector] = []
    moves: list[Vector] = []
    before: tuple[Vector, Vector] | None = None
    while True:
        r = _correction(preconditioner, passes.core(b, y)[torn], y)
        made += 1
        if before is not None:
            steps = [*steps, r - before[0]][-DEPTH:]
            moves = [*moves, y - before[1]][-DEPTH:]
            slow = _slowness(slow, moves[-1], steps[-1])
        if not slow * _error(r, y) > tolerance or made >= MOST:
            break
        before = (r, y)
        y = y + (_accelerated(r, np.array(steps), np.array(moves)) if steps else r)
    y = y + r
    unknowns = passes.all(b, y)
    rest = _correction(preconditioner, unknowns[torn], y)
    return Solved(unknowns, _slowness(slow, r, rest - r) * _error(rest, y), made + 1)


def _correction(preconditioner: NDArray[np.float32], mapped: Vector, y: Vector) -> Vector:
    # Not `@`: what BLAS gives depends on how many threads it was given.
    change = (mapped - y).astype(np.float32)
    found: Vector = np.einsum("ij,j->i", preconditioner, change).astype(np.float64)
    return found


def _accelerated(r: Vector, steps: Vector, moves: Vector) -> Vector:
    """Return the step that the last ones suggest: r less what they explain of it."""
    gram = np.einsum("ai,bi->ab", steps, steps)
    gram[np.diag_indices(len(gram))] += REGULAR * np.trace(gram) + np.finfo(np.float64).tiny
    gamma = np.linalg.solve(gram, np.einsum("ai,i->a", steps, r))
    return np.asarray(r - np.einsum("a,ai->i", gamma, steps + moves))


def _slowness(slow: float, move: Vector, step: Vector) -> float:
    """Return how much larger than r the error of y is, by the slowest move seen so far.

    A step of r answers a move of y as r answers the error of y, with the opposite sign; where a
    draw brings a loop near its limit, a large move changes r by little.
    """
    change = float(np.abs(step).max())
    return max(slow, float(np.abs(move).max()) / change) if change > 0 else slow


def _error(r: Vector, y: Vector) -> float:
    """Return the estimated relative error; infinite where it is not a number."""
    found = float(np.max(np.abs(r) / np.maximum(1.0, np.abs(y))))
    return CAUTION * found if found < np.inf else np.inf
