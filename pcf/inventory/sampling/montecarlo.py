"""What do the products of a system count, draw by draw? The run, its fallbacks, and any one draw.

Unknowns are the intensities relative to sizes near their static values. A draw is iterated on the
static structure (`iteration`, or sixteen at a time in `kernels`); one that does not converge is
factorised and solved for itself, and counted. Results do not depend on how draws are divided, on
threads, workers or what else is in the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.errors import ModelError, SolveError, problem
from pcf.inventory.sampling.draws import factors
from pcf.inventory.sampling.executors import each
from pcf.inventory.sampling.iteration import Solved, iterate
from pcf.inventory.sampling.philox import BATCH, key_of
from pcf.inventory.sampling.terms import Terms, terms_of
from pcf.inventory.tearing.passes import Passes
from pcf.inventory.tearing.schur import TornError, needs_of
from pcf.inventory.tearing.solver import Factorised

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from concurrent.futures import Executor

    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    from pcf.inventory.sampling.terms import Counting
    from pcf.inventory.tearing.plan import Plan
    from pcf.model.groups import Distributions
    from pcf.model.systems import ProductSystem

    Positions = NDArray[np.int64]
    Vector = NDArray[np.float64]

TOLERANCE = 1e-6
"""The largest estimated relative error of a draw."""
BLOCK = 256
"""Draws in one piece of work; results are told in whole pieces, from draw 0 on."""
MOST_TORN = 6_000
"""With more torn processes the dense preconditioner costs more than it saves."""
_COARSE = 2.0**12
_LEAST = 1e-3
_AT_ONCE = 2**18


class Block(NamedTuple):
    """What some draws gave, from draw `first` on.

    `scores` (draws, kept products). `error` (draws): estimated relative error. `passes` (draws).
    `direct`: solved by a factorisation of its own. `flipped`: a loop, or a product that was asked
    for, changed its sign. `negative`: an amount fell below zero. `summary`: what was made of the
    scores of all products where they are.
    """

    first: int
    scores: Vector
    error: Vector
    passes: NDArray[np.int64]
    direct: NDArray[np.bool_]
    flipped: NDArray[np.bool_]
    negative: NDArray[np.bool_]
    summary: object = None


class Sample(NamedTuple):
    """One draw as matrices: `technosphere` (n x n), `per_run` (n) what one run of each counts.

    Metered electricity stands among the purchases. With A' l = q, l is what each product counts.
    """

    technosphere: csc_array[np.float64]
    per_run: Vector


@dataclass(frozen=True, slots=True, eq=False)
class MonteCarlo:
    """A system ready to be drawn from; built by `monte_carlo`.

    `asked` (p): positions in the plan of the products asked for, `signs` (p) -1 for treatments,
    `static` (p) what they count without uncertainty. `sizes`, `start` (n, by position): scale of
    each product and its static value over that scale. Without `plan` every draw is solved directly.
    """

    system: ProductSystem
    counting: Counting
    distributions: Distributions | None
    origins: Mapping[str, tuple[str, str]] | None
    terms: Terms
    plan: Plan | None
    sizes: Vector
    start: Vector
    preconditioner: NDArray[np.float32]
    asked: Positions
    signs: Vector
    static: Vector
    tolerance: float = TOLERANCE

    def sample(self, draw: int, seed: int) -> Sample:
        """Return the matrices of one draw of the whole system, from the definition of draws alone.

        No example: `monte_carlo` shows it.
        """
        terms = terms_of(
            self.system, self.counting, distributions=self.distributions, origins=self.origins
        )
        return Sample(*terms.drawn(draw, seed))

    def blocks(
        self,
        draws: int,
        *,
        seed: int,
        executor: Executor | None = None,
        keep: Positions | None = None,
        summarise: Callable[[Vector], object] | None = None,
    ) -> Generator[Block]:
        """Yield the blocks of draws 0 ... draws - 1 in order.

        `keep`: which of the products asked for come back draw by draw (None: all). `summarise` is
        called, where the draws are made, with the scores of all products (draws, p).

        Raises ModelError for a seed or a number of draws that cannot be, SolveError for a draw
        that has no answer. No example: `monte_carlo` shows it.
        """
        key_of(seed)
        if draws < 1:
            raise ModelError(problem("draws-range", draws=draws))
        spans = ((at, min(BLOCK, draws - at)) for at in range(0, draws, BLOCK))
        work = partial(_reduced, self, seed=seed, keep=keep, summarise=summarise)
        yield from each(work, spans, executor)

    def block(self, first: int, count: int, seed: int) -> Block:
        """Return draws first ... first + count - 1, all products kept.

        No example: `blocks` calls it.
        """
        made = _Made.of(count, len(self.asked))
        solver = _Solver(self, seed)
        for lane, (data, q, negative) in enumerate(self._drawn(first, count, seed)):
            made.negative[lane] = negative
            solved, made.direct[lane] = solver.solve(first + lane, data, q)
            made.scores[lane] = self._scores(solved.unknowns)
            made.flipped[lane] = self._flipped(solved.unknowns)
            made.error[lane], made.passes[lane] = solved.error, solved.passes
        return Block(first, *made)

    def _drawn(self, first: int, count: int, seed: int) -> Iterator[tuple[Vector, Vector, bool]]:
        """Yield technosphere data, right-hand side and whether an amount is negative."""
        terms = self.terms
        at_once = max(1, _AT_ONCE // BATCH // max(1, len(terms.numbers)))
        batch, last = first // BATCH, (first + count - 1) // BATCH
        for start in range(batch, last + 1, at_once):
            batches = min(at_once, last + 1 - start)
            drawn, gases = (
                factors(some, seed, start, batches) for some in (terms.numbers, terms.gases)
            )
            begin = max(first - start * BATCH, 0)
            end = min(first + count - start * BATCH, batches * BATCH)
            negative = np.asarray((drawn < 0).any(axis=0))
            for lane in range(begin, end):
                of = drawn[:, lane].astype(np.float64), gases[:, lane].astype(np.float64)
                q = terms.counted(terms.per_run.values(*of))
                yield terms.technosphere.values(*of), q, bool(negative[lane])

    def _scores(self, unknowns: Vector) -> Vector:
        return self.signs * unknowns[self.asked] * self.sizes[self.asked]

    def _flipped(self, unknowns: Vector) -> bool:
        watched = self.asked
        if self.plan is not None:
            watched = np.append(watched, self.plan.torn)
        return bool((unknowns[watched] * self.start[watched] < 0).any())


class _Made(NamedTuple):
    """What a block holds, while it is filled."""

    scores: Vector
    error: Vector
    passes: NDArray[np.int64]
    direct: NDArray[np.bool_]
    flipped: NDArray[np.bool_]
    negative: NDArray[np.bool_]

    @classmethod
    def of(cls, count: int, products: int) -> _Made:
        flags = (np.zeros(count, dtype=np.bool_) for _ in range(3))
        none = np.zeros(count, dtype=np.int64)
        return cls(np.zeros((count, products)), np.zeros(count), none, *flags)


class _Solver:
    """Solves draw after draw with SciPy; one for each thread."""

    def __init__(self, run: MonteCarlo, seed: int) -> None:
        self._run, self._seed = run, seed
        self._passes = None if run.plan is None else Passes(run.plan)

    def solve(self, draw: int, data: Vector, q: Vector) -> tuple[Solved, bool]:
        """Return the solution of a draw, and whether it was factorised for itself."""
        run, plan, passes = self._run, self._run.plan, self._passes
        if plan is not None and passes is not None:
            try:
                passes.load(needs_of(plan, data, run.sizes))
                b = q[plan.order] / (data[plan.pivots] * run.sizes)
                torn = run.start[plan.torn]
                solved = iterate(passes, b, torn, run.preconditioner, run.tolerance)
            except (TornError, RuntimeError):
                pass
            else:
                if solved.error <= run.tolerance and np.isfinite(solved.unknowns).all():
                    return solved, False
        return directly(run, draw, self._seed, data, q), True


def directly(run: MonteCarlo, draw: int, seed: int, data: Vector, q: Vector) -> Solved:
    """Return the solution of one draw by a factorisation of its own.

    Its error is the correction that one more step of refinement would make. Raises SolveError
    where it has no answer. No example: runs fall back to it.
    """
    technosphere = run.terms.matrix(data)
    try:
        factorised = Factorised(technosphere, smallest=len(q) + 1)
        values = factorised.adjoint(q).values
        left, _ = factorised.residual(values, q, turned=True)
        rest = factorised.adjoint(left).values
    except SolveError as failed:
        reason = failed.problems[0].says()
        raise SolveError(problem("draw-unsolvable", draw=draw, seed=seed, reason=reason)) from None
    rows = _products(run)
    unknowns, rest = values[rows] / run.sizes, rest[rows] / run.sizes
    wrong = np.abs(rest) / np.maximum(1.0, np.abs(unknowns))
    return Solved(unknowns, float(wrong.max(initial=0.0)), 0)


def _products(run: MonteCarlo) -> NDArray[np.int32]:
    """Return the product at each position."""
    if run.plan is None:
        return np.arange(len(run.sizes), dtype=np.int32)
    return run.plan.products


def _reduced(
    run: MonteCarlo,
    span: tuple[int, int],
    *,
    seed: int,
    keep: Positions | None,
    summarise: Callable[[Vector], object] | None,
) -> Block:
    """Return one block, made where this is called, with the scores that are kept."""
    block = run.block(*span, seed)
    summary = None if summarise is None else summarise(block.scores)
    scores = block.scores if keep is None else block.scores[:, keep]
    return block._replace(scores=scores, summary=summary)


def monte_carlo(
    system: ProductSystem,
    counting: Counting,
    *,
    products: Positions | None = None,
    distributions: Distributions | None = None,
    origins: Mapping[str, tuple[str, str]] | None = None,
) -> MonteCarlo:
    """Return `system` ready to be drawn from, for the products of some processes (None: of all).

    A score is what one unit of a product (or treated waste) counts.

    Raises SolveError when the system has no answer, ModelError as `numbers_of` does.

    >>> from pcf.inventory.sampling.terms import Counting
    >>> from pcf.model.amounts import Amount, Spread
    >>> from pcf.model.building import product_system
    >>> from pcf.model.flows import find_gas
    >>> from pcf.model.processes import Exchange, UnitProcess
    >>> gas = find_gas("CO2")
    >>> row = Exchange(gas.id, Amount(9.0, "kg", Spread("lognormal", 1.1)), "output",
    ...                "elementary", elementary=gas)
    >>> power = UnitProcess("power", "power", Amount(10.0, "kWh"), (row,))
    >>> run = monte_carlo(product_system([power]), Counting(np.array([1.0])))
    >>> (block,) = run.blocks(200, seed=1)
    >>> round(float(np.median(block.scores)), 2), run.static
    (0.91, array([0.9]))
    >>> drawn = run.sample(17, seed=1)
    >>> bool(abs(drawn.per_run / 10 - block.scores[17]) < 1e-9)
    True
    """
    asked = np.arange(len(system.processes)) if products is None else np.asarray(products)
    terms = terms_of(
        system,
        counting,
        asked=None if products is None else asked,
        distributions=distributions,
        origins=origins,
    )
    technosphere = terms.matrix(terms.technosphere.values())
    q = terms.counted(terms.per_run.values())
    # A system without links has nothing to tear.
    static = Factorised(technosphere, smallest=0 if technosphere.nnz > len(q) else len(q) + 1)
    values = static.adjoint(q).values
    torn, plan = static.torn, static.plan
    if torn is None or plan is None or plan.h > MOST_TORN:
        plan, rows = None, np.arange(len(q), dtype=np.int32)
    else:
        rows = plan.products
    sizes = _sizes(technosphere, q, values)[rows]
    place = np.empty(len(q), dtype=np.int64)
    place[rows] = np.arange(len(q))
    at = np.searchsorted(terms.processes, asked)
    signs = np.where(system.processes.treats[asked], -1.0, 1.0)
    preconditioner = np.zeros((0, 0), dtype=np.float32)
    if plan is not None and torn is not None:
        ratio = (torn.sizes / sizes)[plan.torn]
        loops = torn.loops * ratio / ratio[:, None]
        preconditioner = _coarse(np.linalg.inv(np.eye(plan.h) - loops))
    return MonteCarlo(
        system=system,
        counting=counting,
        distributions=distributions,
        origins=origins,
        terms=terms,
        plan=plan,
        sizes=sizes,
        start=_coarse(values[rows] / sizes).astype(np.float64),
        preconditioner=preconditioner,
        asked=place[at],
        signs=signs,
        static=signs * values[at],
    )


def _sizes(technosphere: csc_array[np.float64], q: Vector, values: Vector) -> Vector:
    """Return (n) signed powers of two near the static values, by product.

    Powers of two round nothing; and where credits cancel what a product takes, its size is at
    least a thousandth of what was added and taken away, for no smaller part of it is sure.
    """
    moved = abs(technosphere.T) @ np.abs(values) + np.abs(q)
    own = np.abs(technosphere.diagonal())
    most = np.where(own > 0, moved / np.where(own > 0, own, 1.0), np.abs(values))
    size = np.maximum(np.abs(values), _LEAST * most)
    size[size == 0] = 1.0
    return np.where(values < 0, -1.0, 1.0) * np.exp2(np.rint(np.log2(size)))


def _coarse(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return `values` to 12 bits: what only steers an iteration must not carry rounding into it.

    The last bits of a dense inverse depend on the threads of BLAS; the first twelve do not.
    """
    mantissa, exponent = np.frexp(values)
    found: NDArray[np.float64] = np.ldexp(np.rint(mantissa * _COARSE) / _COARSE, exponent)
    return found.astype(np.float32)
