"""The changed system itself, entry by entry: against it every update is measured.

Its entries are those that the changes name, not old ones plus differences: where an amount shrinks
a millionfold, the difference holds none of its digits.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array

from pcf.errors import SolveError, problem
from pcf.inventory.tearing.changes import found_at
from pcf.inventory.tearing.solver import Factorised, backward_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pcf.inventory.tearing.changes import Change
    from pcf.inventory.tearing.solver import Solution

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int64]
    _Terms = tuple[Vector, NDArray[np.integer], Positions]


_FEW = 16
"""Changed burdens up to which each is better a column of the change."""


class Entries(NamedTuple):
    """What holds at some extent of the changes.

    The changed entries' `values`, and their `differences` from before; all burdens `q`, and by how
    much those of the touched columns moved (`burdens`).
    """

    values: Vector
    differences: Vector
    q: Vector
    burdens: Vector


class Varied:
    """A system under some changes: which entries move, and what the changed system is.

    `rows`, `columns` (e): the changed places, by column; `touched` (k): the columns with changes,
    those of changed burdens too where they are few (`has_burdens_inside`); `within` (e) which of
    them a place is in. New processes count as there before, each making one of its product and
    linked to nothing.

    No example: `Baseline` shows it at work.
    """

    def __init__(self, factorised: Factorised, q: Vector, changes: Sequence[Change]) -> None:
        """Take the changes together; raise ValueError when their sizes differ or are too small.

        Raises SolveError when one sets an amount or a burden that is no finite number.
        """
        sizes, n = {change.size for change in changes}, len(q)
        if len(sizes) != 1 or min(sizes) < n:
            message = f"changes lead from {n} processes to {sorted(sizes)}"
            raise ValueError(message)
        if not all(_is_finite(change) for change in changes):
            raise SolveError(problem("change-not-finite"))
        self.factorised, self.changes, self.n, self.size = factorised, changes, n, sizes.pop()
        new = np.zeros((self.size - n, *q.shape[1:]))
        self._q = np.concatenate([q, new]) if len(new) else q
        each = [change.columns * np.int64(self.size) + change.rows for change in changes]
        self._places, self._alone, self._where = _united(each)
        self.columns, self.rows = np.divmod(self._places, self.size)
        burdened = np.concatenate([change.processes for change in changes])
        self.has_burdens_inside = len(burdened) <= _FEW
        inside = burdened[self.has_burdens_inside | (burdened >= n)]
        self.touched: Positions = np.unique(np.concatenate([self.columns, inside]))
        self.within = np.searchsorted(self.touched, self.columns)
        self._inside = self._entries_of(self.touched[self.touched < n])
        old = factorised.technosphere
        places = old.indices[self._inside] + self._column_of(self._inside) * np.int64(self.size)
        at, self._there = found_at(places, self._places)
        self._moving = at[self._there]
        self._before = np.where((self.rows == self.columns) & (self.rows >= n), 1.0, 0.0)
        self._before[self._there] = old.data[self._inside[self._moving]]

    def entries(self, extents: Vector) -> Entries:
        """Return the entries with each change made to its extent; new processes come in full.

        No example: `Baseline` shows it at work.
        """
        values, q = self._before.copy(), self._q
        for change, where, extent in zip(self.changes, self._where, extents, strict=True):
            made = np.where(change.columns >= self.n, 1.0, extent)
            values[where] += made * (change.values - self._before[where])
        for change, where, extent in zip(self.changes, self._where, extents, strict=True):
            whole = ((change.columns >= self.n) | (extent == 1.0)) & self._alone[where]
            values[where[whole]] = change.values[whole]
        if any(len(change.processes) for change in self.changes):
            q = q.copy()
        for change, extent in zip(self.changes, extents, strict=True):
            q[change.processes] += self._share(change, extent) * self.moved(change)
        for change, extent in zip(self.changes, extents, strict=True):
            whole = (change.processes >= self.n) | (extent == 1.0)
            whole &= self._is_named_once(change.processes)
            q[change.processes[whole]] = change.burdens[whole]
        burdens = q[self.touched] - self._q[self.touched]
        if not self.has_burdens_inside:
            burdens[self.touched < self.n] = 0.0
        return Entries(values, values - self._before, q, burdens)

    def _is_named_once(self, processes: Positions) -> NDArray[np.bool_]:
        """Say whether one change alone gives each process another burden."""
        if len(self.changes) == 1:
            return np.ones(len(processes), dtype=np.bool_)
        named = np.concatenate([change.processes for change in self.changes])
        names, counts = np.unique(named, return_counts=True)
        return np.isin(processes, names[counts == 1])

    def differences_of(self, number: int) -> Vector:
        """Return by how much the entries of change `number`, made in full, differ from before."""
        before: Vector = self._before[self._where[number]]
        return self.changes[number].values - before

    def moved(self, change: Change) -> Vector:
        """Return by how much the burdens of its processes change in full."""
        before: Vector = self._q[change.processes]
        return change.burdens - before

    def _share(self, change: Change, extent: float) -> Vector:
        made = np.where(change.processes >= self.n, 1.0, extent)
        return made if self._q.ndim == 1 else made[:, None]

    def by_column(self, entries: Vector, values: Vector) -> Vector:
        """Return (k, or k x g) the sums over each touched column of entries (e) times `values`.

        No example: `Baseline` shows it at work.
        """
        return _summed((entries, self.rows, self.within), len(self.touched), values)

    def residual(self, entries: Entries, values: Vector) -> tuple[Vector, float]:
        """Return q - A' l of the changed system and its worst normwise backward error."""
        left = np.zeros_like(entries.q)
        left[: self.n] = np.asarray(self.factorised.turned @ values[: self.n])
        np.subtract(entries.q, left, out=left)
        left[self.touched] = self.left_where_touched(entries, values)
        scales = self.scales[::-1]
        return left, backward_error((left, values, entries.q), scales, self.norm(entries))

    def left_where_touched(self, entries: Entries, values: Vector) -> Vector:
        """Return q - A' l of the changed system in the touched columns (k, or k x g).

        No example: `Baseline` shows it at work.
        """
        sums: Vector = self._kept_sum(values) + self.by_column(entries.values, values)
        return entries.q[self.touched] - sums

    def norm(self, entries: Entries) -> float:
        """Return the largest scaled sum of a column of the changed system.

        No example: `Baseline` shows it at work.
        """
        sums = self._kept_sums + self.by_column(np.abs(entries.values), self.scales[0])
        here = sums * self.scales[1][self.touched]
        return max(self._elsewhere, float(here.max(initial=0.0)))

    def anew(self, entries: Entries) -> Solution:
        """Solve the changed system from the start, on the old plan where the structure is old.

        No example: `Baseline` shows it at work.
        """
        old = self.factorised.technosphere
        at = self._inside[self._moving]
        if self.size == self.n and self._there.all():
            data = old.data.copy()
            data[at] = entries.values
            matrix = csc_array((data, old.indices, old.indptr), old.shape)
            return Factorised(matrix, plan=self.factorised.plan).adjoint(entries.q)
        stays = np.ones(old.nnz, dtype=np.bool_)
        stays[at] = False
        columns = self._column_of(np.arange(old.nnz))
        data = np.concatenate([old.data[stays], entries.values])
        places = (
            np.concatenate([old.indices[stays], self.rows]),
            np.concatenate([columns[stays], self.columns]),
        )
        matrix = csc_array((data, places), shape=(self.size, self.size))
        matrix.eliminate_zeros()
        return Factorised(matrix).adjoint(entries.q)

    def _entries_of(self, columns: Positions) -> Positions:
        """Return the numbers of the entries in some columns, ascending."""
        ends = self.factorised.technosphere.indptr
        if len(columns) == 1:
            return np.arange(ends[columns[0]], ends[columns[0] + 1])
        starts = ends[columns].astype(np.int64)
        count = ends[columns + 1] - starts
        first = np.repeat(starts - np.cumsum(count) + count, count)
        entries: Positions = np.arange(count.sum()) + first
        return entries

    def _column_of(self, entries: Positions) -> Positions:
        starts = self.factorised.technosphere.indptr
        column: Positions = np.searchsorted(starts, entries.astype(starts.dtype), side="right") - 1
        return column

    def _kept_sum(self, values: Vector) -> Vector:
        """Return (k, or k x g) what stays as it is in the touched columns, times `values`."""
        return _summed(self._kept, len(self.touched), values)

    @cached_property
    def _kept(self) -> _Terms:
        old = self.factorised.technosphere
        data = old.data[self._inside]
        data[self._moving] = 0.0
        here = self.touched[self.touched < self.n]
        count = old.indptr[here + 1] - old.indptr[here]
        return data, old.indices[self._inside], np.repeat(np.arange(len(here)), count)

    @cached_property
    def scales(self) -> tuple[Vector, Vector]:
        """The scales of rows and columns, those of new processes by what one run makes."""
        scales, own = self.factorised.scales, np.ones(self.size - self.n)
        if not len(own):
            return scales.rows, scales.columns
        for change in self.changes:
            pivots = (change.rows == change.columns) & (change.columns >= self.n)
            own[change.columns[pivots] - self.n] = np.abs(change.values[pivots])
        own = np.exp2(-np.rint(np.log2(np.where(own == 0, 1.0, own))))
        ones = np.ones(len(own))
        return np.concatenate([scales.rows, own]), np.concatenate([scales.columns, ones])

    @cached_property
    def _kept_sums(self) -> Vector:
        data, rows, within = self._kept
        return _summed((np.abs(data), rows, within), len(self.touched), self.scales[0])

    @cached_property
    def _elsewhere(self) -> float:
        """The largest scaled sum of a column that no change touches."""
        sums, own = self.factorised.column_sums, self.touched[self.touched < self.n]
        largest = int(sums.argmax()) if len(sums) else -1
        if largest not in own:
            return self.factorised.scales.column_norm
        sums = sums.copy()
        sums[own] = 0.0
        return float(sums.max(initial=0.0))


def _is_finite(change: Change) -> bool:
    return bool(np.isfinite(change.values).all() and np.isfinite(change.burdens).all())


def _united(
    each: Sequence[Positions],
) -> tuple[Positions, NDArray[np.bool_], list[Positions]]:
    """Return all places ascending, whether one change alone names each, where those of each are.

    One change whose places ascend is what most are, and asked for most often.
    """
    first = each[0]
    if len(each) == 1 and (first[1:] > first[:-1]).all():
        return first, np.ones(len(first), dtype=np.bool_), [np.arange(len(first))]
    places, counts = np.unique(np.concatenate(each), return_counts=True)
    return places, counts == 1, [np.searchsorted(places, some) for some in each]


def _summed(terms: _Terms, count: int, values: Vector) -> Vector:
    """Return (count, or count x g) the sums of entries times `values`, by the last of `terms`.

    `terms` are entries, their rows, and which sum each belongs to, ascending.
    """
    entries, rows, within = terms
    if count == 1 and values.ndim == 1:
        return np.array([entries @ values[rows]])
    if values.ndim == 1 or values.shape[1] == 1:
        sums = np.bincount(within, entries * values[rows].ravel(), count).astype(np.float64)
        return sums.reshape(count, *values.shape[1:])
    ends = np.searchsorted(within, np.arange(count + 1))
    return np.asarray(csr_array((entries, rows, ends), shape=(count, len(values))) @ values)
