"""The triangular passes with NumPy alone: positions that do not wait for each other, all at once.

Within its parts a plan stands by levels, so positions that can be computed together stand together:
some hundreds of such ranges in a process database. Where there are very many, as in one long
chain, SciPy's passes take fewer steps.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.inventory.tearing.columns import group_sums, offsets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.plan import Plan

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int32]
    _Links = tuple[Positions, Positions, Vector]

MOST = 4_000
"""Ranges up to which a pass costs no more than loading SciPy."""
_WIDTH = 32
"""Right-hand sides at a time: more would take memory for little."""


class Range(NamedTuple):
    """Positions start ... end - 1."""

    start: int
    end: int


def ranges_of(plan: Plan) -> list[Range] | None:
    """Return the ranges of positions that take nothing from each other; None if they are too many.

    >>> from pcf.inventory.tearing.columns import Columns
    >>> from pcf.inventory.tearing.structure import analyse
    >>> rows, columns = np.array([0, 1, 2, 0, 1]), np.array([0, 1, 2, 2, 2])
    >>> chain = Columns.summed((3, 3), rows, columns, np.array([1.0, 1.0, 1.0, -0.5, -0.5]))
    >>> ranges_of(analyse(chain, None))
    [Range(start=0, end=2), Range(start=2, end=3)]
    """
    found: list[Range] = []
    start, last = 0, _last_suppliers(plan)
    for part in (plan.up_end, plan.core_end, plan.n):
        while start < part:
            if len(found) == MOST:
                return None
            end = min(int(np.searchsorted(last, start)), part)
            found.append(Range(start, end))
            start = end
    return found


class Levelwise:
    """(I - L)^-1 and its transpose; see the package for the layout, and `Passes` for the meaning.

    >>> from pcf.inventory.tearing.columns import Columns
    >>> from pcf.inventory.tearing.structure import analyse
    >>> rows, columns = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    >>> ring = Columns.summed((2, 2), rows, columns, np.array([1.0, -0.5, -0.5, 1.0]))
    >>> plan = analyse(ring, None)
    >>> passes = Levelwise(plan, ranges_of(plan), np.array([0.5, 0.5]))
    >>> passes.loops()
    array([[0.25]])
    >>> passes.all(np.array([1.0, 1.0]), np.array([2.0]))
    array([2., 2.])
    """

    def __init__(self, plan: Plan, ranges: list[Range], needs: Vector) -> None:
        """Take the values of `plan.entries`."""
        self._plan, self._ranges, self._needs = plan, ranges, needs

    def loops(self) -> Vector:
        """Return K = E'(I - L)^-1 R (h x h): what one unit of a torn needs of each torn."""
        h, end = self._plan.h, self._plan.core_end
        starts, rows, needs = self._parted[1]
        found = np.empty((h, h))
        for start in range(0, h, _WIDTH):
            stop = min(start + _WIDTH, h)
            own, sides = slice(starts[start], starts[stop]), np.diff(starts[start : stop + 1])
            u = np.zeros((end, stop - start))
            u[rows[own], np.repeat(np.arange(stop - start), sides)] = needs[own]
            found[:, start:stop] = _pass(self._inner, u, end)[self._plan.torn]
        return found

    def core(self, b: Vector) -> Vector:
        """Return the first core_end rows of (I - L)^-1 b."""
        end = self._plan.core_end
        return _pass(self._inner, b[:end].copy(), end)

    def all(self, b: Vector, y: Vector) -> Vector:
        """Return (I - L)^-1 (b + R y)."""
        n, u = self._plan.n, self._with_torn(b)
        u[n:] = y
        return _pass(self._lower, u, n)[:n]

    def back(self, b: Vector) -> tuple[Vector, Vector]:
        """Return x = (I - L')^-1 b, and R' x (h): what x needs of the torn."""
        n, x = self._plan.n, self._with_torn(b)
        _pass(self._upper, x, n)
        given, needs, ends = self._turned
        first = int(ends[n])
        return x[:n], group_sums(_times(x[given[first:]], needs[first:]), ends[n:] - first)

    def back_from_torn(self, s: Vector) -> Vector:
        """Return the first core_end rows of (I - L')^-1 E s."""
        end = self._plan.core_end
        x = np.zeros((self._plan.n, *s.shape[1:]))  # what is down needs nothing of the torn's
        x[self._plan.torn] = s
        return _pass(self._upper, x, end)[:end]

    def _with_torn(self, b: Vector) -> Vector:
        return np.concatenate([b, np.zeros((self._plan.h, *b.shape[1:]))])

    @cached_property
    def _turned(self) -> tuple[Positions, Vector, Positions]:
        """Consumers and needs by supplier, and where those of each supplier start."""
        plan = self._plan
        order = np.argsort(plan.suppliers, kind="stable").astype(np.int32)
        ends = offsets(np.bincount(plan.suppliers, minlength=plan.n + plan.h))
        return plan.consumers[order], self._needs[order], ends

    @cached_property
    def _lower(self) -> list[_Step]:
        inputs = self._plan.suppliers, self._needs, self._plan.starts
        return [_step(each, *inputs) for each in self._ranges]

    @cached_property
    def _parted(self) -> tuple[_Links, _Links]:
        """The links within the core by consumer, and those out of the torn by torn process."""
        plan, end = self._plan, self._plan.core_end
        last = plan.starts[end]
        consumers, suppliers, needs = (
            plan.consumers[:last],
            plan.suppliers[:last],
            self._needs[:last],
        )
        inside, outside = np.flatnonzero(suppliers < plan.n), np.flatnonzero(suppliers >= plan.n)
        torn = suppliers[outside] - plan.n
        outside = outside[np.argsort(torn, kind="stable")]
        inner = offsets(np.bincount(consumers[inside], minlength=end))
        ends = offsets(np.bincount(torn, minlength=plan.h))
        return (inner, suppliers[inside], needs[inside]), (ends, consumers[outside], needs[outside])

    @cached_property
    def _inner(self) -> list[_Step]:
        starts, suppliers, needs = self._parted[0]
        end = self._plan.core_end
        return [_step(each, suppliers, needs, starts) for each in self._ranges if each.end <= end]

    @cached_property
    def _upper(self) -> list[_Step]:
        return [_step(each, *self._turned) for each in reversed(self._ranges)]


class _Step(NamedTuple):
    """Positions, up to `end`, to which the sums of `needs` times the values at `others` are added.

    `starts` says where the terms of each of `rows` start.
    """

    end: int
    rows: slice | NDArray[np.intp]
    others: Positions
    needs: Vector
    starts: NDArray[np.intp]


def _step(each: Range, others: Positions, needs: Vector, ends: Positions) -> _Step:
    own = ends[each.start : each.end + 1].astype(np.intp)
    first, last = int(own[0]), int(own[-1])
    full = own[1:] > own[:-1]
    rows: slice | NDArray[np.intp] = slice(each.start, each.end)
    if not full.all():
        rows = each.start + np.flatnonzero(full)
    return _Step(each.end, rows, others[first:last], needs[first:last], own[:-1][full] - first)


@np.errstate(invalid="ignore", over="ignore")  # what is no number is told by its residual
def _pass(steps: list[_Step], u: Vector, end: int) -> Vector:
    """Make the steps up to position `end`, in place; return u."""
    for step in steps:
        if step.end <= end and len(step.starts):
            taken = _times(u[step.others], step.needs)
            u[step.rows] += np.add.reduceat(taken, step.starts, axis=0)
    return u


def _last_suppliers(plan: Plan) -> Positions:
    """Return (n) the last position that supplies any up to each one; -1 where there is none."""
    within = np.where(plan.suppliers < plan.n, plan.suppliers, np.int32(-1))
    last = np.full(plan.n, -1, dtype=np.int32)
    full = plan.starts[1:] > plan.starts[:-1]
    if full.any():
        last[full] = np.maximum.reduceat(within, plan.starts[:-1][full])
    return np.maximum.accumulate(last)


def _times(rows: Vector, factors: Vector) -> Vector:
    """Multiply rows in place."""
    return np.multiply(rows, factors if rows.ndim == 1 else factors[:, None], out=rows)
