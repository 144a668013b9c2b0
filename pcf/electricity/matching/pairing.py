"""Who gives whom? Two columns of equal sums become legs: in order, or in proportion.

The sums are equal cell by cell, so cells need no names: laid side by side, their edges meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.electricity.matching.amounts import cell_starts, in_proportion
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from pcf.electricity.matching.arrays import Whole


MOST_LEGS = 40_000_000
"""The most legs that in-proportion pairing makes: every certificate serves every reading."""


class Pieces(NamedTuple):
    """Row k: `giver[k]` gives `taker[k]` so many watt-hours, from `offset[k]` of its own on."""

    giver: Whole
    taker: Whole
    energy: Whole
    offset: Whole


def side_by_side(given: Whole, got: Whole) -> Pieces:
    """Return the pieces of two columns of equal sums, both in their order; no amount is zero.

    >>> pieces = side_by_side(np.array([5, 3]), np.array([2, 6]))
    >>> pieces.giver.tolist(), pieces.taker.tolist(), pieces.energy.tolist()
    ([0, 0, 1], [0, 1, 1], [2, 3, 3])
    """
    outs, intos = np.cumsum(given), np.cumsum(got)
    cuts = np.concatenate((outs, intos))
    cuts.sort(kind="stable")  # two sorted runs, which a stable sort merges
    if len(cuts):
        cuts = cuts[np.concatenate(([True], cuts[1:] != cuts[:-1]))]
    energy = np.diff(cuts, prepend=0)
    giver, taker = np.searchsorted(outs, cuts), np.searchsorted(intos, cuts)
    return Pieces(giver, taker, energy, cuts - energy - (outs - given)[giver])


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
