"""How is a system solved that differs from a solved one in a few columns, or in a few rows.

With the difference U V' of rank k, and A solved already,

    (A + U V')^-1 f = y - W (I + V'W)^-1 V'y,   y = A^-1 f,   W = A^-1 U

and likewise for the transpose (Woodbury; Hager 1989). Columns give V unit vectors, rows U: the
fewer are taken. Processes that only one of the two systems has stand in both by themselves. Every
answer is refined and measured in the changed system itself; one that does not hold is solved anew.
`updates` does the same for many variations of one set of burdens; here any right-hand side goes.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.linalg import lu_factor, lu_solve
from scipy.sparse import csc_array

from pcf.inventory.tearing.changes import entries_at, found_at, places_of
from pcf.inventory.tearing.scaling import Scales
from pcf.inventory.tearing.single import SHRINKS
from pcf.inventory.tearing.solver import REFINED, RESIDUAL, Factorised, Solution, backward_error
from pcf.inventory.tearing.updates import is_sure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int64]
    Matrix = csc_array[np.float64]

MOST = 16
"""Columns or rows up to which an update is cheaper than values on a known plan."""
_REFINEMENTS = 3


class Difference(NamedTuple):
    """U and V (N x k each, sparse), and the scales by which the k x k system is judged."""

    u: Matrix
    v: Matrix
    scales: Vector

    @property
    def rank(self) -> int:
        """The number of columns, or rows, that differ."""
        return int(self.u.shape[1])


def changed(base: Factorised, technosphere: Matrix, places: Positions) -> Factorised | Changed:
    """Return `technosphere` (canonical) ready to be solved, by way of `base` where that is cheaper.

    `places` (n): where each of its processes stands in `base`; those that are new there are
    numbered on from its end. The same matrix is `base` itself.

    Raises SolveError as `Factorised` does.

    >>> old = csc_array([[1.0, -0.5], [0.0, 1.0]])
    >>> new = changed(Factorised(old), csc_array([[1.0, -0.4], [0.0, 1.0]]), np.arange(2))
    >>> new.method, new.forward(np.array([0.0, 1.0])).values
    ('updated', array([0.4, 1. ]))
    """
    found = _difference(base, technosphere, places)
    n = technosphere.shape[0]
    if found.rank == 0 and np.array_equal(places, np.arange(n)) and base.technosphere.shape[0] == n:
        return base
    if found.rank <= MOST:
        update = Changed(base, technosphere, places, found)
        if update.is_sure:
            return update
    return _anew(base, technosphere)


class Changed:
    """A changed technosphere (n x n) ready to be solved through `base`; see `changed`.

    `method` says how the last answer came: by an update, or anew because that did not hold.
    """

    def __init__(
        self, base: Factorised, technosphere: Matrix, places: Positions, difference: Difference
    ) -> None:
        """Prepare nothing yet."""
        self.base, self.technosphere = base, technosphere
        self.method: Literal["updated", "anew"] = "updated"
        self._places, self._difference = places, difference
        self._size = difference.u.shape[0]

    @property
    def is_sure(self) -> bool:
        """Whether the change leaves the system far enough from singular for an update."""
        return is_sure(self._straight[1].T, self._difference.scales)

    def forward(self, f: Vector) -> Solution:
        """Return the x of A' x = f (n or n x g); raise SolveError when there is none."""
        return self._solve(f, turned=False)

    def adjoint(self, q: Vector) -> Solution:
        """Return the l of A'' l = q (n or n x g), A'' the transpose; raise SolveError."""
        return self._solve(q, turned=True)

    def _solve(self, b: Vector, *, turned: bool) -> Solution:
        b = np.asarray(b, dtype=np.float64)
        if self.method == "updated":
            found = self._updated(b, turned=turned)
            if found is not None:
                return found
            self.method = "anew"
        return self._fresh.adjoint(b) if turned else self._fresh.forward(b)

    def _updated(self, b: Vector, *, turned: bool) -> Solution | None:
        """Return the solution by an update, or None where that does not hold."""
        solved, inner = self._turned if turned else self._straight
        factors = lu_factor(np.eye(len(inner)) + inner, check_finite=False) if len(inner) else None
        weigh = (self._difference.u if turned else self._difference.v).T

        def step(right: Vector) -> tuple[Vector, bool]:
            """Return the solution, and whether a value shrank so far that digits were lost."""
            y = self._of_base(self._placed(right), turned=turned)
            found: Vector = y
            if factors is not None:
                weighed: Vector = np.asarray(weigh @ y)
                found = y - solved @ lu_solve(factors, weighed, check_finite=False)
            return found[self._places], bool((np.abs(y) > SHRINKS * np.abs(found)).any())

        values, lost = step(b)
        left, residual = self._residual(values, b, turned=turned)
        for number in range(_REFINEMENTS):
            if (residual <= REFINED and (number or not lost)) or not np.isfinite(residual):
                break
            values = values + step(left)[0]
            left, residual = self._residual(values, b, turned=turned)
        return Solution(values, residual, "") if residual <= RESIDUAL else None

    def _placed(self, b: Vector) -> Vector:
        wide = np.zeros((self._size, *b.shape[1:]))
        wide[self._places] = b
        return wide

    def _of_base(self, b: Vector, *, turned: bool) -> Vector:
        """Solve in the old technosphere, where new processes stand by themselves."""
        n = self.base.technosphere.shape[0]
        return np.concatenate([self.base.unchecked(b[:n], turned=turned), b[n:]])

    @cached_property
    def _straight(self) -> tuple[Vector, Vector]:
        """W and V'W."""
        w = self._of_base(self._difference.u.toarray(), turned=False)
        return w, np.asarray(self._difference.v.T @ w)

    @cached_property
    def _turned(self) -> tuple[Vector, Vector]:
        """What stands in the place of W and V'W for the transpose."""
        y = self._of_base(self._difference.v.toarray(), turned=True)
        return y, np.asarray(self._difference.u.T @ y)

    @cached_property
    def _fresh(self) -> Factorised:
        return _anew(self.base, self.technosphere)

    @cached_property
    def _scales(self) -> Scales:
        """Those of the old system; for new processes, powers of two of what one run makes."""
        n, old = self.base.technosphere.shape[0], self.base.scales
        new = self._places >= n
        known = np.where(new, 0, self._places)
        own = np.abs(self.technosphere.diagonal())
        own = np.exp2(-np.rint(np.log2(np.where(own == 0, 1.0, own))))
        rows, columns = np.where(new, own, old.rows[known]), np.where(new, 1.0, old.columns[known])
        size = abs(self.technosphere)
        return Scales(
            rows,
            columns,
            float((size @ columns * rows).max(initial=0.0)),
            float((size.T @ rows * columns).max(initial=0.0)),
        )

    def _residual(self, values: Vector, b: Vector, *, turned: bool) -> tuple[Vector, float]:
        scales, pair = self._scales, (self._scales.rows, self._scales.columns)
        matrix = self.technosphere.T if turned else self.technosphere
        left = b - np.asarray(matrix @ values)
        norm = scales.column_norm if turned else scales.row_norm
        return left, backward_error((left, values, b), pair[::-1] if turned else pair, norm)


def _anew(base: Factorised, technosphere: Matrix) -> Factorised:
    """Factorise, on the plan of `base` where the structure is the same."""
    same = _same_structure(base.technosphere, technosphere)
    return Factorised(technosphere, plan=base.plan if same else None)


def _same_structure(one: Matrix, other: Matrix) -> bool:
    return np.array_equal(one.indptr, other.indptr) and np.array_equal(one.indices, other.indices)


def _difference(base: Factorised, technosphere: Matrix, places: Positions) -> Difference:
    """Return what turns the old technosphere into the new one, among the processes of both."""
    old, n = base.technosphere, base.technosphere.shape[0]
    size = max(n, int(places.max(initial=-1)) + 1)
    wide = _united(old, technosphere, places, size)
    where, was, becomes = _compared(old, wide, size)
    columns, rows = np.divmod(where, size)
    was = np.where((columns == rows) & (rows >= n), 1.0, was)
    differs = np.flatnonzero(was != becomes)
    return _factored(base, (rows[differs], columns[differs], (becomes - was)[differs]), size)


def _compared(old: Matrix, wide: Matrix, size: int) -> tuple[Positions, Vector, Vector]:
    """Return where entries may differ, and what stands there before and after."""
    if _same_structure(old, wide):
        differs = np.flatnonzero(old.data != wide.data)
        at = np.searchsorted(old.indptr, differs, side="right") - 1
        return at * size + old.indices[differs], old.data[differs], wide.data[differs]
    where = np.union1d(places_of(old, size), places_of(wide, size))
    return where, entries_at(old, where, size), entries_at(wide, where, size)


def _factored(
    base: Factorised, entries: tuple[Positions, Positions, Vector], size: int
) -> Difference:
    """Return the difference by columns or by rows, whichever are fewer."""
    rows, columns, values = entries
    n, scales = base.technosphere.shape[0], base.scales
    own = np.ones(size)
    by_column, by_row = np.unique(columns), np.unique(rows)
    touched, others, within = by_column, rows, columns
    judged = own.copy()
    judged[:n] = scales.columns
    if len(by_row) < len(by_column):
        touched, others, within = by_row, columns, rows
        judged = own.copy()
        judged[:n] = 1.0 / scales.rows
    k = len(touched)
    at = found_at(touched, within)[0]
    moved = csc_array((values, (others, at)), shape=(size, k))
    units = csc_array((np.ones(k), (touched, np.arange(k))), shape=(size, k))
    pair = (moved, units) if touched is by_column else (units, moved)
    return Difference(*pair, judged[touched])


def _united(old: Matrix, new: Matrix, places: Positions, size: int) -> Matrix:
    """Return `new` (canonical) among the processes of both; those it has not stay as before."""
    n = old.shape[0]
    gone = np.ones(n, dtype=np.bool_)
    gone[places[places < n]] = False
    if size == new.shape[0] and np.array_equal(places, np.arange(size)):
        return new
    columns = np.repeat(np.arange(new.shape[1]), np.diff(new.indptr))
    of_old = np.repeat(np.arange(n), np.diff(old.indptr))
    stays = gone[of_old]
    rows = np.concatenate([places[new.indices], old.indices[stays]])
    at = np.concatenate([places[columns], of_old[stays]])
    data = np.concatenate([new.data, old.data[stays]])
    return csc_array((data, (rows, at)), shape=(size, size))
