"""Where does every term stand, when sixteen draws are made at once? Arrays for the kernels.

A factor has a row (16 draws): first those of the links, in the order of the plan's consumers, then
those of what is emitted, then those of reference amounts that vary. A link of two exchanges is two
terms, so that each keeps its own factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.inventory.sampling import filling
from pcf.inventory.sampling import kernels as solving
from pcf.inventory.sampling.draws import COMPILED, NORMAL, Numbers, factors
from pcf.inventory.sampling.iteration import DEPTH, MOST
from pcf.inventory.sampling.philox import BATCH, key_of
from pcf.inventory.tearing import jit, wheel

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from pcf.inventory.sampling.montecarlo import Prepared
    from pcf.inventory.sampling.terms import Terms
    from pcf.inventory.tearing.compiled import Way
    from pcf.inventory.tearing.plan import Plan

    Positions = NDArray[np.int32]
    Vector = NDArray[np.float64]
    Floats = NDArray[np.float32]


class Grouped(NamedTuple):
    """Terms grouped by position k: starts[k] : starts[k + 1]; `order` picks them from a `Sum`."""

    order: NDArray[np.int64]
    starts: Positions
    weights: Vector


class Links(NamedTuple):
    """Links grouped by consumer: `starts`, who supplies (as the plan has it), `needs`."""

    starts: Positions
    suppliers: Positions
    needs: Vector


class Compiled(NamedTuple):
    """Factors that kernels draw: their numbers, and the rows that they fill."""

    identity: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    parameters: Floats
    rows: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A system's terms by position, relative to the sizes of a run; see `kernels`.

    `certain`, `varied`: the links. `base` (n): what is certain of what is emitted, `emissions` the
    rest, `gas` the row of the factor of each one's gas. `pivots`: positions whose reference amount
    varies, their static values, and which of the last rows add up to each. `rows`: how many factors
    a draw has. `others`: numbers that no kernel draws, the rows they fill and which fills each.
    `signed`: rows whose factors may be negative.
    """

    certain: Links
    varied: Links
    base: Vector
    emissions: Grouped
    gas: Positions
    pivots: NDArray[np.int64]
    pivot_terms: Grouped
    pivot_values: Vector
    rows: int
    compiled: Compiled
    others: Numbers
    other_rows: NDArray[np.int64]
    other_numbers: NDArray[np.int64]
    signed: NDArray[np.int64]


def layout_of(terms: Terms, plan: Plan, sizes: Vector) -> Layout:
    """Return the layout of `terms`; `sizes` (n) by position.

    No example: it only means something to the kernels.
    """
    n, links = plan.n, terms.technosphere
    consumer, supplier = _places(terms, plan)
    own, moved = consumer == supplier, links.number >= 0
    values = np.bincount(consumer[own], links.static[own], n)
    needs = -links.scale / (values * sizes)[consumer] * sizes[supplier]
    reads = np.arange(n, dtype=np.int32)
    reads[plan.torn] = n + np.arange(plan.h, dtype=np.int32)
    certain, varied = (
        _grouped(np.flatnonzero(~own & which), consumer, n, needs) for which in (~moved, moved)
    )
    per_run = terms.per_run
    position = plan.positions[terms.emitting[per_run.entry]]
    weights = per_run.scale / (values * sizes)[position]
    changes = (per_run.number >= 0) | (per_run.gas >= 0)
    emissions = _grouped(np.flatnonzero(changes), position, n, weights)
    pivots = np.unique(consumer[own & moved])
    index = np.searchsorted(pivots, consumer)
    parts = np.flatnonzero(own & np.isin(consumer, pivots))
    pivot_terms = _grouped(parts, index, len(pivots), links.scale)
    number = np.concatenate(
        [
            links.number[varied.order],
            per_run.number[emissions.order],
            links.number[pivot_terms.order],
        ]
    )
    compiled, others, other_rows, other_numbers = _drawn(terms.numbers, number)
    gas = np.where(per_run.gas < 0, len(terms.gases), per_run.gas)
    return Layout(
        certain=Links(certain.starts, reads[supplier[certain.order]], certain.weights),
        varied=Links(varied.starts, reads[supplier[varied.order]], varied.weights),
        base=np.bincount(position[~changes], weights[~changes], n).astype(np.float64),
        emissions=emissions,
        gas=gas[emissions.order].astype(np.int32),
        pivots=pivots,
        pivot_terms=pivot_terms,
        pivot_values=values[pivots],
        rows=len(number),
        compiled=compiled,
        others=others,
        other_rows=other_rows,
        other_numbers=other_numbers,
        signed=_signed(terms.numbers, number),
    )


def _places(terms: Terms, plan: Plan) -> tuple[Positions, NDArray[np.int64]]:
    """Return the positions that take and that supply each term of the technosphere."""
    n, entry = plan.n, terms.technosphere.entry
    column = np.repeat(np.arange(n), np.diff(terms.indptr))[entry]
    place = np.empty(n, dtype=np.int64)
    place[plan.products] = np.arange(n)
    return plan.positions[column], place[terms.indices[entry]]


def _grouped(
    which: NDArray[np.int64],
    by: NDArray[np.int64] | NDArray[np.int32],
    count: int,
    scale: Vector,
) -> Grouped:
    order = which[np.argsort(by[which], kind="stable")]
    ends = np.cumsum(np.bincount(by[which], minlength=count))
    return Grouped(order, np.append(0, ends).astype(np.int32), scale[order])


def _drawn(
    numbers: Numbers, number: NDArray[np.int64]
) -> tuple[Compiled, Numbers, NDArray[np.int64], NDArray[np.int64]]:
    """Return what kernels draw, the other numbers, the rows of these and which fills each."""
    fast = np.append(np.isin(numbers.kind, COMPILED), False)
    rows = np.flatnonzero((number >= 0) & fast[number])
    of = number[rows]
    compiled = Compiled(
        numbers.identity[of],
        numbers.kind[of],
        numbers.parameters[of].astype(np.float32),
        rows.astype(np.int32),
    )
    slow = np.flatnonzero(~fast[:-1])
    index = np.full(len(numbers) + 1, -1, dtype=np.int64)
    index[slow] = np.arange(len(slow))
    others = Numbers(
        numbers.exchange[slow],
        numbers.identity[slow],
        numbers.kind[slow],
        numbers.value[slow],
        numbers.scale[slow],
        numbers.parameters[slow],
        numbers.tables,
        tuple(index[mix] for mix in numbers.mixes),
    )
    other_rows = np.flatnonzero((number >= 0) & ~fast[number])
    return compiled, others, other_rows, index[number[other_rows]]


def _signed(numbers: Numbers, number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a row of each number whose factor may fall below zero."""
    could = (numbers.kind == NORMAL) | (numbers.parameters[:, 0] < 0)
    rows = np.flatnonzero((number >= 0) & np.append(could, False)[number])
    return rows[np.unique(number[rows], return_index=True)[1]]


class Loops(NamedTuple):
    """The modules `filling` and `kernels`, plain or compiled."""

    filling: ModuleType
    solving: ModuleType


_FILLING = {"fill16": "u8[] u1[] f4[][] i4[] u u n f4[][16]!"}
_LINKS = "i4[] i4[] f8[]"
_SOLVING = {
    "sums16": "f8[] i4[] f8[] n f4[][16] i4[] f8[][16] f8[][16]!",
    "iterate16": f"i8[] {_LINKS} {_LINKS} f4[][16] f8[][16] f8[][16] i4[] f8[] f4[][] x i8[] "
    "f8[][16]! f8[]! i8[]!",
    "watch16": "i4[] f8[] f8[][16] f8[]! f8[]!",
    "scores16": "i4[] f8[] f8[][16] n n f8[][16]!",
}


def compiled_loops(way: Way) -> Loops:
    """Return the loops compiled; raise ImportError where they cannot be had in this `way`.

    No example: it needs the wheel or numba.
    """
    if way == "numba":
        return _of_numba()
    return Loops(wheel.module("filling", _FILLING), wheel.module("solving", _SOLVING))


@cache
def _of_numba() -> Loops:
    return Loops(
        jit.compile_module(filling, _try_filling), jit.compile_module(solving, _try_solving)
    )


class Lanes:
    """Sixteen draws at a time: room for their factors and unknowns; one for each thread.

    No example: runs use it.
    """

    def __init__(self, layout: Layout, plan: Plan, gases: Numbers, loops: Loops) -> None:
        """Make room."""
        n = plan.n
        self._layout, self._plan, self._gases, self._loops = layout, plan, gases, loops
        self.factors = np.ones((layout.rows, BATCH), dtype=np.float32)
        self.unknowns = np.zeros((n + plan.h, BATCH))
        self.error, self.passes = np.zeros(BATCH), np.zeros(BATCH, dtype=np.int64)
        self.negative = np.zeros(BATCH, dtype=np.bool_)
        self._b = np.zeros((n, BATCH))
        self._inverse = np.ones((n if len(layout.pivots) else 0, BATCH))
        self._bounds = np.array([n, plan.up_end, plan.core_end], dtype=np.int64)
        self._limits = np.array([MOST, DEPTH], dtype=np.int64)

    def solve(self, batch: int, seed: int, prepared: Prepared) -> None:
        """Fill unknowns, errors, passes and flags with the draws of `batch`."""
        layout, plan = self._layout, self._plan
        gases = self._draw(batch, seed)
        emissions = layout.emissions
        self._loops.solving.sums16(
            layout.base, emissions.starts, emissions.weights, len(layout.varied.needs),
            self.factors, layout.gas, gases, self._b,
        )  # fmt: skip
        self._invert()
        self._loops.solving.iterate16(
            self._bounds, *layout.certain, *layout.varied, self.factors, self._inverse, self._b,
            plan.torn, prepared.start[plan.torn], prepared.preconditioner, prepared.tolerance,
            self._limits, self.unknowns, self.error, self.passes,
        )  # fmt: skip

    def read(
        self, prepared: Prepared, scores: Vector, batches: int, batch: int
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Write the draws as rows p batches + batch of scores (p batches, 16).

        Return which of them flipped, and which are sure.
        """
        lowest, rest = np.zeros(BATCH), np.zeros(BATCH)
        for places in (self._plan.torn, prepared.asked):
            self._loops.solving.watch16(places, prepared.start, self.unknowns, lowest, rest)
        self._loops.solving.scores16(
            prepared.asked, prepared.weights, self.unknowns, batches, batch, scores
        )
        return lowest < 0, (rest == 0) & (self.error <= prepared.tolerance)

    def _draw(self, batch: int, seed: int) -> Vector:
        """Draw the factors; return those of gases, the last row being one."""
        layout = self._layout
        k0, k1 = key_of(seed)
        self._loops.filling.fill16(*layout.compiled, k0, k1, batch, self.factors)
        if len(layout.others):
            drawn = factors(layout.others, seed, batch)
            self.factors[layout.other_rows] = drawn[layout.other_numbers]
        self.negative[:] = (self.factors[layout.signed] < 0).any(axis=0)
        if not len(self._gases):
            return np.zeros((0, BATCH))
        gases = factors(self._gases, seed, batch) * self._gases.scale[:, None]
        return np.vstack([gases, np.ones((1, BATCH))])

    def _invert(self) -> None:
        """Set the inverse of each reference amount that varies, relative to its static value."""
        layout = self._layout
        if not len(layout.pivots):
            return
        first = len(layout.varied.needs) + len(layout.emissions.order)
        terms = layout.pivot_terms.weights[:, None] * self.factors[first:].astype(np.float64)
        amounts = np.add.reduceat(terms, layout.pivot_terms.starts[:-1])
        with np.errstate(divide="ignore"):
            self._inverse[layout.pivots] = layout.pivot_values[:, None] / amounts


def _try_filling(compiled: ModuleType) -> None:
    """Call the kernels on one number, with the types that `Lanes` gives."""
    one, narrow = np.zeros(1, dtype=np.int32), np.ones((1, BATCH), dtype=np.float32)
    parameters = np.zeros((1, 3), dtype=np.float32)
    compiled.fill16(
        np.zeros(1, np.uint64), np.ones(1, np.uint8), parameters, one, *key_of(0), 0, narrow
    )


def _try_solving(compiled: ModuleType) -> None:
    """Call the kernels on the smallest run, with the types that `Lanes` gives."""
    one = np.zeros(1, dtype=np.int32)
    starts = np.zeros(2, dtype=np.int32)
    rows, narrow = np.zeros((1, BATCH)), np.ones((1, BATCH), dtype=np.float32)
    error, passes = np.zeros(BATCH), np.zeros(BATCH, dtype=np.int64)
    compiled.sums16(np.zeros(1), starts, np.zeros(0), 0, narrow, one, rows, rows)
    links = (starts, one, np.zeros(1))
    compiled.iterate16(
        np.array([0, 0, 0]), *links, *links, narrow, rows, rows, np.zeros(0, dtype=np.int32),
        np.zeros(0), np.zeros((0, 0), dtype=np.float32), 1.0, np.array([1, 1]), rows, error, passes,
    )  # fmt: skip
    compiled.watch16(one, np.zeros(1), rows, error, error.copy())
    compiled.scores16(one, np.zeros(1), rows, 1, 0, rows)
