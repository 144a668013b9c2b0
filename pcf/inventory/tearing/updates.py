"""What if some amounts, columns or links of a solved system were others.

A change of k columns, or of k rows, is one of rank k: the transpose becomes M + U V', and with
l = M^-1 q of the new burdens

    l' = l - Y (I + V'Y)^-1 V' l,   Y = M^-1 U

(Sherman, Morrison and Woodbury; Hager 1989). Y is solved for once, and every new value costs a
k x k system. Columns give U unit vectors, rows give V unit vectors: the fewer are taken. Where too
many change, the changed system is solved anew. Either way the residual is that of the changed
system itself, and the answer is refined until it is met.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from pcf.inventory.tearing.single import CONDITION, SHRINKS, Single, is_one_sure
from pcf.inventory.tearing.solver import REFINED, RESIDUAL, Factorised
from pcf.inventory.tearing.varied import Varied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    from pcf.inventory.tearing.changes import Change
    from pcf.inventory.tearing.varied import Entries

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int64]

_FEWEST, _MOST, _SHARE = 16, 200, 50
"""Ranks up to n / 50, but at least 16 and at most 200, are cheaper to update than to solve anew."""
_REFINEMENTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Variation:
    """The intensities of a changed system: `values` (n, or n x g) and their `residual`.

    `method` says whether they were updated or solved for anew.
    """

    values: Vector
    residual: float
    method: Literal["updated", "anew"]


class Baseline:
    """A solved system whose variations are asked for: technosphere and burdens q (n, or n x g).

    >>> from scipy.sparse import csc_array
    >>> from pcf.inventory.tearing.changes import change_between
    >>> system = csc_array([[1.0, -0.5], [0.0, 1.0]]), np.array([2.0, 0.0])
    >>> baseline = Baseline(*system)
    >>> baseline.values
    array([2., 1.])
    >>> less = change_between(system, (csc_array([[1.0, -0.25], [0.0, 1.0]]), system[1]))
    >>> baseline.changed(less).values
    array([2. , 0.5])
    >>> [float(each.values[1]) for each in baseline.prepared(less).grid([0.0, 0.5, 1.0])]
    [1.0, 0.75, 0.5]
    """

    def __init__(self, technosphere: csc_array[np.float64], q: Vector) -> None:
        """Solve it; raise SolveError as `Factorised` does."""
        self.factorised = Factorised(technosphere)
        self.q = q
        self.values = self.factorised.adjoint(q).values
        self.single = Single(self.factorised, q, self.values)
        self._of_columns: dict[int, Vector] = {}

    def changed(self, change: Change) -> Variation:
        """Return the intensities after `change`; raise SolveError when there are none."""
        return self.prepared(change).at(1.0)

    def prepared(self, *changes: Change) -> Update:
        """Return an update by `changes`, each of which can then be made to any extent.

        Raises ValueError when they lead to different sizes, or to fewer processes than there are.
        """
        return Update(self, Varied(self.factorised, self.q, changes))

    def of_columns(self, columns: Positions) -> Vector:
        """Return (n x k) the intensities by a burden of one in each of k processes.

        No example: `Update` asks for it.
        """
        wanted = columns.tolist()
        kept = {j: y for j in wanted if (y := self._of_columns.get(j)) is not None}
        missing = [j for j in wanted if j not in kept]
        if missing:
            units = np.zeros((len(self.q), len(missing)))
            units[missing, np.arange(len(missing))] = 1.0
            solved = self.factorised.unchecked(units if len(missing) > 1 else units[:, 0])
            kept |= dict(zip(missing, np.atleast_2d(solved.T), strict=True))
            self._keep(kept)
        if len(wanted) == 1:
            return kept[wanted[0]][:, None]
        return np.stack([kept[j] for j in wanted], axis=1) if wanted else np.zeros((len(self.q), 0))

    def _keep(self, found: dict[int, Vector]) -> None:
        """Keep columns for the next change; another thread may ask for some meanwhile."""
        if len(self._of_columns.keys() | found.keys()) > _MOST:
            self._of_columns.clear()
        self._of_columns.update(found)


class Update:
    """Changes of a baseline, prepared so that each extent of them costs little. See `Baseline`."""

    def __init__(self, baseline: Baseline, varied: Varied) -> None:
        """Prepare nothing yet."""
        self._baseline, self._varied = baseline, varied

    def grid(self, *axes: Iterable[float]) -> Iterator[Variation]:
        """Yield the variation at every combination of extents, one axis for each change."""
        return (self.at(*extents) for extents in product(*axes))

    def at(self, *extents: float) -> Variation:
        """Return the variation with each change made to its extent: 0 not at all, 1 in full.

        Raises SolveError when the changed system has no answer. No example: see `Baseline`.
        """
        made = np.array(extents, dtype=np.float64)
        entries = self._varied.entries(made)
        if self._is_low_rank:
            single = self._baseline.single.changed(self._varied, entries)
            updated = Variation(*single, "updated") if single else self._updated(entries, made)
            if updated is not None:
                return updated
        solution = self._varied.anew(entries)
        return Variation(solution.values, solution.residual, "anew")

    @property
    def _is_low_rank(self) -> bool:
        return self._rank <= min(max(_FEWEST, self._varied.n // _SHARE), _MOST)

    @property
    def _rank(self) -> int:
        return min(len(self._varied.touched), self._rows_touched)

    @cached_property
    def _rows_touched(self) -> int:
        """How many rows the changes touch, each change by itself; new processes need columns."""
        varied = self._varied
        if varied.size > varied.n:
            return _MOST + 1
        return sum(len(np.unique(change.rows)) for change in varied.changes)

    @property
    def _by_rows(self) -> bool:
        return self._rows_touched < len(self._varied.touched)

    def _updated(self, entries: Entries, extents: Vector) -> Variation | None:
        """Return the variation by a low-rank update, or None where that does not hold."""
        varied = self._varied
        form = self._by_row(extents) if self._by_rows else self._by_column(entries)
        inner = form.weigh(form.y)
        if not is_sure(inner, form.scales):
            return None
        solve = _solver_of(inner)

        def moved(l: Vector, burdens: Vector) -> Vector:  # noqa: E741 - the letter of the formulas
            if not len(inner):
                return l
            weighed = form.weigh(l) + np.einsum("ij,j...->i...", inner, burdens)
            step = burdens - solve(weighed)
            found: Vector = np.einsum("ij,j...->i...", form.y, step)
            found += l
            return found

        before = self._before(extents)
        values = moved(before, form.burdens)
        left, residual = varied.residual(entries, values)
        lost = (np.abs(before) > SHRINKS * np.abs(values)).any()
        for step in range(_REFINEMENTS):
            if (residual <= REFINED and (step or not lost)) or not np.isfinite(residual):
                break
            values = values + moved(self._solved(left), np.zeros_like(form.burdens))
            left, residual = varied.residual(entries, values)
        return Variation(values, residual, "updated") if residual <= RESIDUAL else None

    def _by_column(self, entries: Entries) -> _Form:
        """Return the form for changes of k columns: Y by units, burdens where they stand."""
        varied = self._varied

        def weigh(l: Vector) -> Vector:  # noqa: E741 - the letter of the formulas
            return varied.by_column(entries.differences, l)

        return _Form(weigh, self._units, varied.scales[1][varied.touched], entries.burdens)

    def _by_row(self, extents: Vector) -> _Form:
        """Return the form for changes of k rows: Y by what each row adds, no burdens in it."""
        rows, of, y = self._rows
        made = extents[of]

        def weigh(l: Vector) -> Vector:  # noqa: E741 - the letter of the formulas
            return np.asarray((l[rows].T * made).T)

        none = np.zeros((len(rows), *self._baseline.q.shape[1:]))
        return _Form(weigh, y, 1.0 / self._varied.scales[0][rows], none)

    @cached_property
    def _units(self) -> Vector:
        """Y where columns change: the intensities by a burden of one in each touched process."""
        varied, n = self._varied, self._varied.n
        if varied.size == n:
            return self._baseline.of_columns(varied.touched)
        old = varied.touched[varied.touched < n]
        y = np.zeros((varied.size, len(varied.touched)))
        y[:n, : len(old)] = self._baseline.of_columns(old)
        y[varied.touched[len(old) :], np.arange(len(old), len(varied.touched))] = 1.0
        return y

    @cached_property
    def _rows(self) -> tuple[Positions, Positions, Vector]:
        """The rows that change, the change that each belongs to, and Y."""
        varied = self._varied
        rows, of, parts = [], [], []
        for number, change in enumerate(varied.changes):
            touched, within = np.unique(change.rows, return_inverse=True)
            part = np.zeros((varied.n, len(touched)))
            part[change.columns, within] = varied.differences_of(number)
            rows.append(touched)
            of.append(np.full(len(touched), number))
            parts.append(part)
        solved = self._baseline.factorised.unchecked(np.hstack(parts))
        return np.concatenate(rows), np.concatenate(of), solved

    @cached_property
    def _moves(self) -> list[Vector]:
        """What each change of burdens, made in full, adds before the technosphere changes."""
        varied, found = self._varied, []
        for change in varied.changes:
            old = change.processes < varied.n
            burdens = np.zeros(self._baseline.q.shape)
            burdens[change.processes[old]] = varied.moved(change)[old]
            found.append(self._baseline.factorised.unchecked(burdens))
        return found

    def _before(self, extents: Vector) -> Vector:
        """Return the intensities before columns or rows change, and burdens with them."""
        varied, values = self._varied, self._baseline.values
        if self._by_rows or not varied.has_burdens_inside:
            for extent, move in zip(extents, self._moves, strict=True):
                values = values + extent * move
        if varied.size == varied.n:
            return values
        new = np.zeros((varied.size - varied.n, *values.shape[1:]))
        return np.concatenate([values, new])

    def _solved(self, b: Vector) -> Vector:
        """Solve in the old technosphere, where new processes stand by themselves."""
        n = self._varied.n
        return np.concatenate([self._baseline.factorised.unchecked(b[:n]), b[n:]])


class _Form(NamedTuple):
    """A change as U V': what V' makes of intensities, Y, the scales and burdens of its equations.

    What the burdens (k, or k x g) of the k columns add in the old technosphere is Y times them.
    """

    weigh: Callable[[Vector], Vector]
    y: Vector
    scales: Vector
    burdens: Vector


def is_sure(inner: Vector, scales: Vector) -> bool:
    """Say whether I + `inner` (k x k), its unknowns scaled as its equations, is not singular.

    >>> is_sure(np.array([[0.5]]), np.ones(1)), is_sure(np.array([[-1.0]]), np.ones(1))
    (True, False)
    """
    if not len(inner):
        return True
    if len(inner) == 1:
        return is_one_sure(float(inner[0, 0]))
    scaled = inner * scales[:, None] / scales
    if not np.isfinite(scaled).all():
        return False
    least = np.linalg.svd(np.eye(len(scaled)) + scaled, compute_uv=False)[-1]
    return bool(least * CONDITION >= 1.0 + np.linalg.norm(scaled))


def _solver_of(inner: Vector) -> Callable[[Vector], Vector]:
    """Return what solves with I + `inner` (k x k); a column alone needs no factorisation."""
    if len(inner) <= 1:
        return lambda right: right / (1.0 + inner[0, 0])
    factors = lu_factor(np.eye(len(inner)) + inner, check_finite=False)
    return lambda right: np.asarray(lu_solve(factors, right, check_finite=False))
