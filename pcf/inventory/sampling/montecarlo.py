"""What do the products of a system count, draw by draw? The run, its fallbacks, and any one draw.

Unknowns are the intensities relative to sizes near their static values. A draw is iterated on the
static structure (`iteration`, or sixteen at a time in `kernels`); one that does not converge is
factorised and solved for itself, and counted. Results do not depend on how draws are divided, on
threads, workers or what else is in the system.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.errors import ModelError, problem
from pcf.inventory.sampling.executors import each
from pcf.inventory.sampling.layout import layout_of
from pcf.inventory.sampling.philox import key_of
from pcf.inventory.sampling.solving import solver_of
from pcf.inventory.sampling.terms import Terms, terms_of
from pcf.inventory.tearing import compiled
from pcf.inventory.tearing.columns import column_of_entries
from pcf.inventory.tearing.solver import Factorised

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Executor

    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    from pcf.inventory.sampling.layout import Layout
    from pcf.inventory.sampling.solving import Solver
    from pcf.inventory.sampling.terms import Counting
    from pcf.inventory.tearing.columns import Columns
    from pcf.inventory.tearing.compiled import Way
    from pcf.inventory.tearing.plan import Plan
    from pcf.model.groups import Distributions
    from pcf.model.systems import ProductSystem

    Positions = NDArray[np.int64]
    Vector = NDArray[np.float64]
    Summarise = Callable[[Vector], object]

TOLERANCE = 1e-6
"""The largest estimated relative error of a draw."""
BLOCK = 256
"""Draws in one piece of work; results are told in whole pieces, from draw 0 on."""
MOST_TORN = 6_000
"""With more torn processes the dense preconditioner costs more than it saves."""
_COARSE = 2.0**12
_LEAST = 1e-3
PAYS = 20_000
"""Terms from which on kernels are worth loading numba for; the wheel's are there at once."""


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
class Prepared:
    """What draws are made from, wherever they are made.

    `asked` (p): positions in the plan of the products asked for, `weights` (p): scores over their
    unknowns, `static` (p): scores without uncertainty. `sizes`, `start` (n, by position): scale of
    each product and its static value over that scale. Without `plan` every draw is solved directly,
    without `layout` draw by draw with SciPy, else by the compiled loops that `way` names: wherever
    else draws are made, the same ones have to be there, for others round otherwise.
    """

    terms: Terms
    plan: Plan | None
    layout: Layout | None
    sizes: Vector
    start: Vector
    preconditioner: NDArray[np.float32]
    asked: NDArray[np.int32]
    weights: Vector
    static: Vector
    way: Way | None = None
    tolerance: float = TOLERANCE

    @property
    def products(self) -> NDArray[np.int32]:
        """The product (its row in the technosphere of `terms`) at each position."""
        own = np.arange(len(self.sizes), dtype=np.int32)
        return own if self.plan is None else self.plan.products


@dataclass(frozen=True, slots=True, eq=False)
class MonteCarlo:
    """A system ready to be drawn from, as `monte_carlo` was asked to; see there."""

    system: ProductSystem
    counting: Counting
    distributions: Distributions | None
    prepared: Prepared

    @property
    def static(self) -> Vector:
        """What the products asked for count without uncertainty (p)."""
        return self.prepared.static

    def sample(self, draw: int, seed: int) -> Sample:
        """Return the matrices of one draw of the whole system, from the definition of draws alone.

        No example: `monte_carlo` shows it.
        """
        terms = terms_of(self.system, self.counting, distributions=self.distributions)
        technosphere, per_run = terms.drawn(draw, seed)
        return Sample(technosphere.csc(), per_run)

    def blocks(
        self,
        draws: int,
        *,
        seed: int,
        executor: Executor | None = None,
        keep: Positions | None = None,
        summarise: Summarise | None = None,
    ) -> Generator[Block]:
        """Yield the blocks of draws 0 ... draws - 1 in order.

        `keep`: which of the products asked for come back draw by draw (None: all). `summarise` is
        called, where the draws are made, with the scores of all products (draws, p). Without an
        executor, compiled kernels run in as many threads as there are processors.

        Raises ModelError for a seed or a number of draws that cannot be, SolveError for a draw
        that has no answer. No example: `monte_carlo` shows it.
        """
        key_of(seed)
        if draws < 1:
            raise ModelError(problem("draws-range", draws=draws))
        spans = [(at, min(BLOCK, draws - at)) for at in range(0, draws, BLOCK)]
        if executor is not None:
            work = partial(_block, self.prepared, seed=seed, keep=keep, summarise=summarise)
            yield from each(work, spans, executor)
            return
        prepared = self.prepared
        threads = 1 if prepared.layout is None else min(len(spans), os.cpu_count() or 1)
        free: SimpleQueue[Solver] = SimpleQueue()
        for _ in range(threads):
            free.put(solver_of(prepared))

        def piece(span: tuple[int, int]) -> Block:
            solver = free.get()
            try:
                return _block(
                    prepared, span, seed=seed, keep=keep, summarise=summarise, solver=solver
                )
            finally:
                free.put(solver)

        if threads == 1:
            yield from map(piece, spans)
            return
        with ThreadPoolExecutor(threads) as pool, closing(each(piece, spans, pool)) as made:
            yield from made

    def block(self, first: int, count: int, seed: int) -> Block:
        """Return draws first ... first + count - 1, all products kept.

        No example: `blocks` does the same for many.
        """
        return _block(self.prepared, (first, count), seed=seed)


def _block(  # noqa: PLR0913 - what `blocks` is asked for
    prepared: Prepared,
    span: tuple[int, int],
    *,
    seed: int,
    keep: Positions | None = None,
    summarise: Summarise | None = None,
    solver: Solver | None = None,
) -> Block:
    """Return one block, made where this is called, with the scores that are kept."""
    first, count = span
    solver = solver_of(prepared) if solver is None else solver
    found = solver.piece(first, count, seed, reuse=keep is not None)
    summary = None if summarise is None else summarise(found.scores)
    scores = found.scores if keep is None else found.scores[:, keep]
    return Block(first, scores, *found[1:], summary)


def monte_carlo(
    system: ProductSystem,
    counting: Counting,
    *,
    products: Positions | None = None,
    distributions: Distributions | None = None,
    accelerate: bool | None = None,
) -> MonteCarlo:
    """Return `system` ready to be drawn from, for the products of some processes (None: of all).

    A score is what one unit of a product (or treated waste) counts. `accelerate`: with compiled
    kernels or without; None is with those of the wheel, or of numba where the system is large.

    Raises SolveError when the system has no answer, ModelError as `numbers_of` does, ImportError
    for kernels without the wheel or numba.

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
    )
    technosphere = terms.matrix(terms.technosphere.values())
    q = terms.counted(terms.per_run.values())
    way = _way(terms, accelerate=accelerate)
    # A system without links has nothing to tear.
    smallest = 0 if len(technosphere.data) > len(q) else len(q) + 1
    static = Factorised(technosphere, smallest=smallest, accelerate=way is not None)
    values = static.adjoint(q).values
    plan = static.plan
    if static.torn is None or plan is None or plan.h > MOST_TORN:
        plan = None
    rows = np.arange(len(q), dtype=np.int32) if plan is None else plan.products
    sizes = _sizes(technosphere, q, values)[rows]
    place = np.empty(len(q), dtype=np.int32)
    place[rows] = np.arange(len(q))
    at = np.searchsorted(terms.processes, asked)
    signs = np.where(system.processes.treats[asked], -1.0, 1.0)
    prepared = Prepared(
        terms=terms,
        plan=plan,
        layout=layout_of(terms, plan, sizes) if way is not None and plan is not None else None,
        sizes=sizes,
        start=_coarse(values[rows] / sizes).astype(np.float64),
        preconditioner=_preconditioner(static, sizes) if plan is not None else _coarse(np.eye(0)),
        asked=place[at],
        weights=signs * sizes[place[at]],
        static=signs * values[at],
        way=None if plan is None else way,
    )
    return MonteCarlo(system, counting, distributions, prepared)


def _way(terms: Terms, *, accelerate: bool | None) -> Way | None:
    """Return which compiled loops to draw with: those that are asked for, or that pay."""
    if accelerate is False:
        return None
    way = compiled.way()
    if accelerate:
        return way or "numba"
    count = len(terms.technosphere.static) + len(terms.per_run.static)
    return way if way == "pcf-kernels" or count >= PAYS else None


def _preconditioner(static: Factorised, sizes: Vector) -> NDArray[np.float32]:
    """Return (I - K)^-1 (h x h) relative to `sizes` (n, by position)."""
    torn, plan = static.torn, static.plan
    if torn is None or plan is None:
        return _coarse(np.eye(0))
    ratio = (torn.sizes / sizes)[plan.torn]
    loops = torn.loops / ratio
    loops *= -ratio[:, None]
    loops.ravel()[:: plan.h + 1] += 1.0
    return _coarse(np.linalg.inv(loops))


def _sizes(technosphere: Columns, q: Vector, values: Vector) -> Vector:
    """Return (n) signed powers of two near the static values, by product.

    Powers of two round nothing; and where credits cancel what a product takes, its size is at
    least a thousandth of what was added and taken away, for no smaller part of it is sure.
    """
    size = replace(technosphere, data=np.abs(technosphere.data))
    moved = size.turned_times(np.abs(values)) + np.abs(q)
    own = np.zeros(len(q))
    on = technosphere.indices == column_of_entries(technosphere)
    own[technosphere.indices[on]] = size.data[on]
    most = np.where(own > 0, moved / np.where(own > 0, own, 1.0), np.abs(values))
    scale = np.maximum(np.abs(values), _LEAST * most)
    scale[scale == 0] = 1.0
    return np.where(values < 0, -1.0, 1.0) * np.exp2(np.rint(np.log2(scale)))


def _coarse(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return `values` to 12 bits: what only steers an iteration must not carry rounding into it.

    The last bits of a dense inverse depend on the threads of BLAS; the first twelve do not.
    """
    found, exponent = np.frexp(values)
    found *= _COARSE
    np.rint(found, out=found)
    found /= _COARSE
    np.ldexp(found, exponent, out=found)
    coarse: NDArray[np.float32] = found.astype(np.float32)
    return coarse
