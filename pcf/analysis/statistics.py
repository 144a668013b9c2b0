"""What do draws say together? Mean, median, standard deviation, percentiles, and their precision.

Percentiles interpolate linearly between the two nearest draws (rank (n - 1) p, definition 7 of
Hyndman and Fan 1996); the standard deviation divides by n - 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

NORMAL_95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of `count` values, in their unit; `sd` is None for a single one."""

    count: int
    mean: float
    median: float
    sd: float | None
    p2_5: float
    p97_5: float


def describe(values: Sequence[float] | Vector) -> Statistics:
    """Return the statistics of `values`; raise ModelError when there is none.

    >>> describe([1.0, 2.0, 3.0])
    Statistics(count=3, mean=2.0, median=2.0, sd=1.0, p2_5=1.05, p97_5=2.95)
    """
    found = np.asarray(values, dtype=np.float64)
    if found.size == 0:
        raise ModelError(problem("values-none"))
    low, median, high = (float(each) for each in np.quantile(found, (0.025, 0.5, 0.975)))
    sd = float(found.std(ddof=1)) if found.size > 1 else None
    return Statistics(int(found.size), float(found.mean()), median, sd, low, high)


@dataclass(frozen=True, slots=True)
class Precision:
    """When to stop: the 95 % confidence interval of the mean, or of a quantile, is narrow enough.

    `relative`: half of its width over the estimate, at most. `quantile`: None for the mean, else
    from 0 to 1. The interval of a quantile is that between the draws of ranks n p -+ 1.96 root of
    n p (1 - p), which supposes nothing of the distribution.

    >>> Precision(0.01).reached(np.array([1.0, 1.1, 0.9])), Precision(0.1).reached(np.ones(8))
    (False, True)
    """

    relative: float
    quantile: float | None = None

    def __post_init__(self) -> None:
        """Refuse a width that is not above zero and a quantile outside 0 to 1."""
        inside = self.quantile is None or 0 < self.quantile < 1
        if not (0 < self.relative < math.inf and inside):
            said = "-" if self.quantile is None else self.quantile
            raise ModelError(problem("precision-range", relative=self.relative, quantile=said))

    def reached(self, values: Vector) -> bool:
        """Return whether `values` are as precise as this.

        No example: the class shows it.
        """
        n = len(values)
        if n < 2:
            return False
        if self.quantile is None:
            reach = NORMAL_95 * float(values.std(ddof=1)) / math.sqrt(n)
            return reach <= self.relative * abs(float(values.mean()))
        p = self.quantile
        off = NORMAL_95 * math.sqrt(n * p * (1 - p))
        first, last = math.floor(n * p - off), math.ceil(n * p + off)
        if first < 0 or last > n - 1:
            return False
        low, high = np.partition(values, (first, last))[[first, last]]
        return float(high - low) / 2 <= self.relative * abs(float(np.quantile(values, p)))
