"""Where on the paper does a value lie? A linear scale that holds zero, and round ticks on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from `low` to `high` (zero lies on it) laid over pixels `left` to `right`."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)

    def ticks(self, most: int = 6) -> list[float]:
        """Return at most `most` round values on the scale, zero among them.

        >>> Axis(-40.0, 230.0, 0.0, 100.0).ticks()
        [0.0, 50.0, 100.0, 150.0, 200.0]
        """
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 0.0
        if power == 0:
            return [0.0]
        step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [step * count for count in range(first, last + 1)]


def axis_over(values: Iterable[float], left: float, right: float) -> Axis:
    """Return the scale that holds `values` and zero; of nothing but zeros it runs to one.

    Raises PcfError for values that are not finite, or too far apart to be drawn.

    >>> axis_over([3.0, -1.0], 0, 100).at(0.0)
    25.0
    """
    found = [0.0, *values]
    low, high = min(found), max(found)
    if not all(map(math.isfinite, (*found, high - low))):
        worst = next((value for value in found if not math.isfinite(value)), high)
        raise PcfError(problem("number-not-finite", value=worst))
    return Axis(low, high if high > low else 1.0, left, right)
