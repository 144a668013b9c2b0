"""How is a piece of a run solved? Draw by draw with SciPy, sixteen at a time, or one for itself.

Either way a draw depends on nothing but itself: not on where a piece begins or what else is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from pcf.errors import SolveError, problem
from pcf.inventory.sampling.draws import factors
from pcf.inventory.sampling.iteration import Solved, iterate
from pcf.inventory.sampling.layout import Lanes, compiled_loops
from pcf.inventory.sampling.philox import BATCH
from pcf.inventory.tearing.schur import TornError, needs_of
from pcf.inventory.tearing.solver import Factorised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.inventory.sampling.layout import Layout, Loops
    from pcf.inventory.sampling.montecarlo import Prepared
    from pcf.inventory.tearing.plan import Plan

    Vector = NDArray[np.float64]

_AT_ONCE = 2**18
"""Factors that are drawn together with NumPy."""


class Piece(NamedTuple):
    """What some draws gave, one row each, as `Block` has it; scores lie product by product."""

    scores: Vector
    error: Vector
    passes: NDArray[np.int64]
    direct: NDArray[np.bool_]
    flipped: NDArray[np.bool_]
    negative: NDArray[np.bool_]

    @classmethod
    def of(cls, scores: Vector) -> Piece:
        """Return room for the draws of `scores`."""
        count = len(scores)
        flags = (np.zeros(count, dtype=np.bool_) for _ in range(3))
        none = np.zeros(count, dtype=np.int64)
        return cls(scores, np.zeros(count), none, *flags)

    def those(self, rows: slice) -> Piece:
        """Return some of the draws."""
        return Piece(
            self.scores[rows],
            self.error[rows],
            self.passes[rows],
            self.direct[rows],
            self.flipped[rows],
            self.negative[rows],
        )

    def put(self, row: int, run: Prepared, solved: Solved) -> None:
        """Write one solved draw into a row.

        No example: the solvers use it.
        """
        unknowns = solved.unknowns
        self.scores[row] = run.weights * unknowns[run.asked]
        watched = run.asked if run.plan is None else np.append(run.asked, run.plan.torn)
        self.flipped[row] = (unknowns[watched] * run.start[watched] < 0).any()
        self.error[row], self.passes[row] = solved.error, solved.passes


class Solver(Protocol):
    """Solves pieces of a run, one after the other; each thread has its own."""

    def piece(self, first: int, count: int, seed: int, *, reuse: bool = False) -> Piece:
        """Return draws first ... first + count - 1; if `reuse`, the next piece overwrites them."""


def solver_of(run: Prepared) -> Solver:
    """Return a solver with room of its own.

    No example: `montecarlo` uses it.
    """
    if run.plan is None or run.layout is None or run.way is None:
        return _OneByOne(run)
    return _Sixteen(run, run.plan, run.layout, compiled_loops(run.way))


class _Room:
    """Room for scores; what is made anew for every piece costs more than filling it."""

    def __init__(self, products: int) -> None:
        self._products = products
        self._kept = np.zeros((products, 0))

    def scores(self, count: int, *, reuse: bool) -> Vector:
        """Return room for `count` draws, (products, draws)."""
        if not reuse:
            return np.empty((self._products, count))
        if self._kept.shape[1] != count:
            self._kept = np.empty((self._products, count))
        return self._kept


class _OneByOne:
    """With SciPy alone."""

    def __init__(self, run: Prepared) -> None:
        from pcf.inventory.tearing.passes import Passes  # noqa: PLC0415 - SciPy is large

        self._run, self._room = run, _Room(len(run.asked))
        self._passes = None if run.plan is None else Passes(run.plan)

    def piece(self, first: int, count: int, seed: int, *, reuse: bool = False) -> Piece:
        run, found = self._run, Piece.of(self._room.scores(count, reuse=reuse).T)
        for row, (data, q, negative) in enumerate(self._drawn(first, count, seed)):
            solved = self._iterated(data, q)
            if solved is None:
                solved = directly(run, first + row, seed, data, q)
                found.direct[row] = True
            found.put(row, run, solved)
            found.negative[row] = negative
        return found

    def _drawn(self, first: int, count: int, seed: int) -> Iterator[tuple[Vector, Vector, bool]]:
        """Yield technosphere data, right-hand side and whether an amount is negative."""
        terms = self._run.terms
        at_once = max(1, _AT_ONCE // BATCH // max(1, len(terms.numbers)))
        batch, last = first // BATCH, (first + count - 1) // BATCH
        for start in range(batch, last + 1, at_once):
            batches = min(at_once, last + 1 - start)
            drawn = factors(terms.numbers, seed, start, batches)
            gases = factors(terms.gases, seed, start, batches) * terms.gases.scale[:, None]
            begin = max(first - start * BATCH, 0)
            end = min(first + count - start * BATCH, batches * BATCH)
            negative = np.asarray((drawn < 0).any(axis=0))
            for lane in range(begin, end):
                of = drawn[:, lane].astype(np.float64), gases[:, lane]
                q = terms.counted(terms.per_run.values(*of))
                yield terms.technosphere.values(*of), q, bool(negative[lane])
            del drawn  # before the next, so that there are never two of them

    def _iterated(self, data: Vector, q: Vector) -> Solved | None:
        """Return the solution of a draw, or None where the iteration does not find it."""
        run, plan, passes = self._run, self._run.plan, self._passes
        if plan is None or passes is None:
            return None
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                passes.load(needs_of(plan, data, run.sizes))
                b = q[plan.order] / (data[plan.pivots] * run.sizes)
                torn = run.start[plan.torn]
                solved = iterate(passes, b, torn, run.preconditioner, run.tolerance)
        except (TornError, RuntimeError):  # a pivot that vanishes; SuperLU says so in its own way
            return None
        sure = solved.error <= run.tolerance and np.isfinite(solved.unknowns).all()
        return solved if sure else None


class _Sixteen:
    """With compiled kernels."""

    def __init__(self, run: Prepared, plan: Plan, layout: Layout, loops: Loops) -> None:
        self._run, self._room = run, _Room(len(run.asked))
        self._lanes = Lanes(layout, plan, run.terms.gases, loops)

    def piece(self, first: int, count: int, seed: int, *, reuse: bool = False) -> Piece:
        run, lanes = self._run, self._lanes
        batch = first // BATCH
        batches = (first + count - 1) // BATCH + 1 - batch
        every = Piece.of(self._room.scores(batches * BATCH, reuse=reuse).T)
        scores = every.scores.T.reshape(-1, BATCH)
        for at in range(batches):
            rows = slice(at * BATCH, (at + 1) * BATCH)
            lanes.solve(batch + at, seed, run)
            every.flipped[rows], sure = lanes.read(run, scores, batches, at)
            every.error[rows], every.passes[rows] = lanes.error, lanes.passes
            every.negative[rows], every.direct[rows] = lanes.negative, ~sure
        found = every.those(slice(first - batch * BATCH, first - batch * BATCH + count))
        for row in np.flatnonzero(found.direct).tolist():
            technosphere, q = run.terms.drawn(first + row, seed)
            found.put(row, run, directly(run, first + row, seed, technosphere.data, q))
        return found


def directly(run: Prepared, draw: int, seed: int, data: Vector, q: Vector) -> Solved:
    """Return the solution of one draw by a factorisation of its own.

    Its error is the correction that one more step of refinement would make. Raises SolveError
    where it has no answer. No example: the solvers fall back to it.
    """
    try:
        factorised = Factorised(run.terms.matrix(data), smallest=len(q) + 1)
        values = factorised.adjoint(q).values
        left, _ = factorised.residual(values, q, turned=True)
        rest = factorised.adjoint(left).values
    except SolveError as failed:
        reason = failed.problems[0].says()
        raise SolveError(problem("draw-unsolvable", draw=draw, seed=seed, reason=reason)) from None
    rows = run.products
    unknowns, rest = values[rows] / run.sizes, rest[rows] / run.sizes
    wrong = np.abs(rest) / np.maximum(1.0, np.abs(unknowns))
    return Solved(unknowns, float(wrong.max(initial=0.0)), 0)
