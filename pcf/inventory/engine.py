"""How is A x = f solved, and its transpose, and how well: torn or factorised, refined, checked.

`pcf.inventory.tearing` holds the engine; this is the door to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.inventory.tearing import compiled
from pcf.inventory.tearing.solver import CONDITION, RESIDUAL, Factorised, Solution

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csc_array

    from pcf.inventory.tearing.columns import Columns

__all__ = ["CONDITION", "RESIDUAL", "Factorised", "Solution", "factorise"]

PAYS_ONCE = 1_000_000
"""Entries from which on even one solve is worth loading numba for."""


def factorise(technosphere: csc_array[np.float64] | Columns) -> Factorised:
    """Return `technosphere` (n x n) ready to be solved, for any number of right-hand sides.

    Large systems are torn, small ones factorised; `Factorised.method` says which, and
    `Factorised.fallback` why tearing was given up. Loading the compiled kernels takes longer than
    one solve without them, so they serve here only where they are loaded anyway, or the system is
    very large.

    Raises SolveError when the system is singular, or so nearly that no digit of an answer is sure.

    >>> import numpy as np
    >>> from scipy.sparse import csc_array
    >>> factorised = factorise(csc_array([[10.0, -400.0], [0.0, 1.0]]))
    >>> factorised.forward(np.array([0.0, 1.0])).values
    array([40.,  1.])
    >>> factorised.adjoint(np.array([9.0, 0.0])).values
    array([  0.9, 360. ])
    """
    pays = len(technosphere.data) >= PAYS_ONCE and compiled.is_at_hand()
    return Factorised(technosphere, accelerate=pays or compiled.are_loaded())
