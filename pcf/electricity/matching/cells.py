"""How are certificates matched where place and period must be the same? Cell by cell.

Within a cell every certificate may serve every reading: any order reaches the lesser of both sums,
so the policy is free and the result is an optimum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.matching.amounts import cell_sums
from pcf.electricity.matching.laying import Flows, givers, lay, takers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.matching.laying import Work

    Whole = NDArray[np.int64]


def fill_cells(work: Work, given: tuple[Whole, Whole], got: tuple[Whole, Whole], tier: str) -> None:
    """Match rows of certificates and readings with equal cells; `given` and `got` are rows, cells.

    No example: `match` shows it.
    """
    supply, supplied = givers(work, given[0], [given[1]])
    demand, asked = takers(work, got[0], [got[1]])
    _, left, right = np.intersect1d(supplied[0], asked[0], assume_unique=True, return_indices=True)
    energy = np.minimum(
        cell_sums(work.free[supply.rows], supply.starts)[left],
        cell_sums(work.open[demand.rows], demand.starts)[right],
    )
    keep = energy > 0
    if keep.any():
        lay(work, supply, demand, Flows(left[keep], right[keep], energy[keep]), tier)
