"""What does a spread say in the words of others? Mean, standard deviation, median, mode, interval.

A lognormal's value is its median and its spread the geometric standard deviation g; others publish
g squared, the variance of the logarithm, or a mean with a coefficient of variation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from pcf.model.amounts import Spread


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, standard deviation and mode of a number, in its unit; `mode` None where all are alike.

    `low` and `high` hold about 95 %: value / g**2 and value x g**2 of a lognormal (95.45 %), mean
    -+ 2 deviations of a normal (95.45 %), and the ends of a bounded spread.
    """

    mean: float
    deviation: float
    mode: float | None
    low: float
    high: float

    @property
    def variation(self) -> float | None:
        """The coefficient of variation, standard deviation / |mean|; None for a mean of zero."""
        return self.deviation / abs(self.mean) if self.mean else None


def moments(spread: Spread, value: float) -> Moments:
    """Return the exact moments of a number with `spread` around `value`.

    Raises ModelError for a spread that cannot be, see `require_possible`.

    >>> from pcf.model.amounts import Spread
    >>> found = moments(Spread("lognormal", 1.3), 2.0)
    >>> round(found.mean, 6), round(found.mode, 6), round(found.variation, 6)
    (2.070033, 1.866961, 0.266945)
    """
    require_possible(spread, value)
    mean = spread.mean(value)
    if spread.kind == "lognormal":
        variance = math.log(spread.low) ** 2
        deviation = abs(mean) * math.sqrt(math.expm1(variance))
        ends = sorted((value / spread.low**2, value * spread.low**2))
        return Moments(mean, deviation, value * math.exp(-variance), ends[0], ends[1])
    deviation = spread.deviation(value)
    if spread.kind == "normal":
        return Moments(mean, deviation, value, value - 2 * deviation, value + 2 * deviation)
    mode = None if spread.kind == "uniform" else value
    return Moments(mean, deviation, mode, spread.low, _high(spread, value))


def require_possible(spread: Spread, value: float, where: str = "") -> None:
    """Raise ModelError unless numbers can have `spread` around `value`.

    A geometric deviation is at least 1 and has no second number, a standard deviation is not
    negative, ends are in order, a mode lies between them, and all are finite.

    >>> from pcf.model.amounts import Spread
    >>> require_possible(Spread("triangular", 1.0, 2.0), 3.0)
    Traceback (most recent call last):
    pcf.errors.ModelError: [spread-impossible] A triangular spread of 1.0 and 2.0 cannot lie ...
    """
    high = _high(spread, value)
    possible = {
        "lognormal": spread.low >= 1,
        "normal": spread.low >= 0,
        "uniform": spread.low <= high,
        "triangular": spread.low <= value <= high,
        "pert": spread.low <= value <= high,
    }[spread.kind]
    if not (possible and all(map(math.isfinite, (spread.low, high, value)))):
        low, high_end = spread.low, spread.high
        raise ModelError(
            problem(
                "spread-impossible", where, kind=spread.kind, low=low, high=high_end, value=value
            )
        )


def _high(spread: Spread, value: float) -> float:
    return value if spread.high is None else spread.high
