"""Which values are there, and are these among those? By sorting, which whole numbers do fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


def distinct(values: Whole) -> Whole:
    """Return the different values, sorted; NumPy's own hashes them, and is slow on runs.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    if not len(values):
        return values
    steps = np.diff(values)
    if (steps < 0).any():
        values = np.sort(values)
        steps = np.diff(values)
    return values[np.concatenate(([True], steps > 0))]


def among(values: Whole, wanted: Whole) -> NDArray[np.bool_]:
    """Tell which values are among the `wanted`, which are sorted.

    >>> among(np.array([5, 1, 9]), np.array([1, 5])).tolist()
    [True, True, False]
    """
    if not len(wanted):
        return np.zeros(len(values), dtype=np.bool_)
    place = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    found: NDArray[np.bool_] = wanted[place] == values
    return found
