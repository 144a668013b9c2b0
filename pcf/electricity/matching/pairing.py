"""Who gives whom? Two columns of equal sums become legs: in order, or in proportion.

The sums are equal cell by cell, so cells need no names: laid side by side, their edges meet.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.electricity.matching import kernels
from pcf.electricity.matching.amounts import cell_starts, in_proportion
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from types import ModuleType

    from pcf.electricity.matching.arrays import Whole


WORTH_COMPILING = 500_000
"""Rows from which on a loop compiled anew is faster than numpy."""
_AT_ONCE = 2**19
MOST_LEGS = 40_000_000
"""The most legs that in-proportion pairing makes: every certificate serves every reading."""


class Pieces(NamedTuple):
    """Row k: `giver[k]` gives `taker[k]` so many watt-hours, from `offset[k]` of its own on."""

    giver: Whole
    taker: Whole
    energy: Whole
    offset: Whole


def side_by_side(given: Whole, got: Whole, *, fast: bool | None = None) -> Pieces:
    """Return the pieces of two columns of equal sums, both in their order; no amount is zero.

    `fast` asks for the compiled loop, or against it; the answers are the same.

    >>> pieces = side_by_side(np.array([5, 3]), np.array([2, 6]))
    >>> pieces.giver.tolist(), pieces.taker.tolist(), pieces.energy.tolist()
    ([0, 0, 1], [0, 1, 1], [2, 3, 3])
    """
    if fast is None:
        fast = len(given) + len(got) >= WORTH_COMPILING and is_fast()
    if fast:
        loops = _compiled()
        count = loops.count_legs(given, got)
        pieces = Pieces(*(np.empty(count, dtype=np.int64) for _ in range(4)))
        loops.fill_legs(given, got, *pieces)
        return pieces
    return _in_slices(np.cumsum(given), np.cumsum(got))


def in_shares(given: Whole, givers: Whole, got: Whole, takers: Whole) -> Pieces:
    """Return the pieces of cells in which every giver serves every taker by the same share.

    `givers` and `takers` are the cells of both, sorted, with equal sums; no amount is zero. Takers
    are served one after another by the largest remainder, so that all sums are exact.

    Raises ModelError where it would be more than `MOST_LEGS`.

    >>> pieces = in_shares(np.array([438, 262, 350]), np.zeros(3, dtype=np.int64),
    ...                    np.array([600, 450]), np.zeros(2, dtype=np.int64))
    >>> pieces.energy.reshape(2, 3).tolist()
    [[250, 150, 200], [188, 112, 150]]
    """
    starts, first = cell_starts(givers), cell_starts(takers)
    sizes, counts = np.diff(starts, append=len(given)), np.diff(first, append=len(got))
    if int((sizes * counts).sum()) > MOST_LEGS:
        legs = f"{int((sizes * counts).sum()):,}"
        raise ModelError(problem("match-legs", "", (), legs=legs, most=f"{MOST_LEGS:,}"))
    rest = given.copy()
    found: list[tuple[Whole, ...]] = []
    cell = np.repeat(np.arange(len(starts)), sizes)
    for turn in range(int(counts.max()) if len(counts) else 0):
        open_ = counts > turn
        rows = np.flatnonzero(open_[cell])
        inner = cell_starts(cell[rows])
        taker = first[open_] + turn
        part = in_proportion(rest[rows], inner, got[taker])
        serves = part > 0
        whom = np.repeat(taker, sizes[open_])[serves]
        offset = (given[rows] - rest[rows])[serves]
        found.append((rows[serves], whom, part[serves], offset))
        rest[rows] -= part
    columns = [np.concatenate(each) for each in zip(*found, strict=True)] or [given[:0]] * 4
    return Pieces(*columns)


@cache
def is_fast() -> bool:
    """Say whether numba is installed.

    >>> is_fast() in (True, False)
    True
    """
    return importlib.util.find_spec("numba") is not None


@cache
def _compiled() -> ModuleType:
    import numba  # noqa: PLC0415 - an extra, and slow to load

    spec = importlib.util.find_spec(kernels.__name__)
    if spec is None or spec.loader is None:
        raise ImportError(kernels.__name__)
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    column = numba.int64[::1]
    copy.count_legs = numba.njit(numba.int64(column, column), nogil=True)(copy.count_legs)  # type: ignore[attr-defined] # a copy of the module
    copy.fill_legs = numba.njit(numba.void(*[column] * 6), nogil=True)(copy.fill_legs)  # type: ignore[attr-defined] # as above
    return copy


def _in_slices(given: Whole, got: Whole) -> Pieces:
    """Return the pieces between all edges of two running sums, a slice of givers at a time."""
    shared = 0
    for low in range(0, len(given), _AT_ONCE):
        edges = given[low : low + _AT_ONCE]
        place = np.searchsorted(got, edges)
        shared += int((got[np.minimum(place, len(got) - 1)] == edges).sum()) if len(got) else 0
    pieces = Pieces(*(np.empty(len(given) + len(got) - shared, dtype=np.int64) for _ in range(4)))
    done, before, taken = 0, 0, 0
    for low in range(0, len(given), _AT_ONCE):
        edges = given[low : low + _AT_ONCE]
        upto = int(np.searchsorted(got, edges[-1], side="right"))
        cuts = np.concatenate((edges, got[taken:upto]))
        cuts.sort(kind="stable")
        cuts = cuts[np.concatenate(([True], cuts[1:] != cuts[:-1]))]
        here = slice(done, done + len(cuts))
        energy = np.diff(cuts, prepend=before)
        giver = np.searchsorted(edges, cuts)
        pieces.giver[here] = giver + low
        pieces.taker[here] = np.searchsorted(got[taken : upto + 1], cuts) + taken
        pieces.energy[here] = energy
        pieces.offset[here] = cuts - energy - np.concatenate(([before], edges[:-1]))[giver]
        done, before, taken = here.stop, int(edges[-1]), upto
    return pieces
