"""How are certificates matched where place and period must be the same? Cell by cell.

Within a cell every certificate may serve every reading: any order reaches the lesser of both sums,
so the policy is free and the result is an optimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.matching.amounts import cell_sums
from pcf.electricity.matching.laying import Flows, givers, lay, takers

if TYPE_CHECKING:
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.laying import Work


AT_ONCE = 2**20
"""About how many rows are matched at once."""


def fill_cells(work: Work, given: Cells, got: Cells, tier: str) -> None:
    """Match certificates and readings of equal cells, so many cells at once that memory is small.

    No example: `match` shows it.
    """
    work.so_far()
    edges = _blocks(given, got)
    work.legs.reserve(given.rows + got.rows)
    for low, high in pairwise(edges):
        _fill_block(work, given.between(low, high), got.between(low, high), tier)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cell of each row, from 0 on; -1 for rows that take no part."""

    cell: Whole

    @property
    def rows(self) -> int:
        """The number of rows that take part."""
        return int((self.cell >= 0).sum())

    def between(self, low: int, high: int) -> tuple[Whole, Whole]:
        """Return the rows with cells from `low` up to but without `high`, and their cells."""
        rows = np.flatnonzero((self.cell >= low) & (self.cell < high))
        return rows, self.cell[rows]


def _blocks(given: Cells, got: Cells) -> list[int]:
    """Return the cells at which blocks of about `AT_ONCE` rows begin, and the end."""
    most = max(int(each.cell.max(initial=-1)) for each in (given, got)) + 1
    blocks = min(-(-(given.rows + got.rows) // AT_ONCE), most)
    return [most * number // max(blocks, 1) for number in range(max(blocks, 1) + 1)]


def _fill_block(
    work: Work,
    given: tuple[Whole, Whole],
    got: tuple[Whole, Whole],
    tier: str,
) -> None:
    supply, supplied = givers(work, given[0], [given[1]])
    demand, asked = takers(work, got[0], [got[1]])
    _, left, right = np.intersect1d(supplied[0], asked[0], assume_unique=True, return_indices=True)
    energy = np.minimum(
        cell_sums(work.free[supply.rows], supply.starts)[left],
        cell_sums(work.open[demand.rows], demand.starts)[right],
    )
    keep = energy > 0
    if keep.any():
        flows = Flows(left[keep], right[keep], energy[keep])
        lay(work, supply, demand, flows, tier)
