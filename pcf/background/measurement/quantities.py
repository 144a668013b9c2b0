"""What goes into a measurement? Values with standard uncertainties, judged by type A or type B."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from pcf.errors import BackgroundError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Shape = Literal["normal", "rectangular", "triangular", "arcsine"]
_DIVISORS = {"rectangular": math.sqrt(3), "triangular": math.sqrt(6), "arcsine": math.sqrt(2)}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, its standard uncertainty and degrees of freedom; `type` is how it was judged.

    `basis` says what stands behind it: so many readings, a certificate, a class of instruments.
    """

    name: str
    value: float
    uncertainty: float
    freedom: float = math.inf
    type: Literal["A", "B"] = "B"
    basis: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no number, and an uncertainty below zero."""
        finite = math.isfinite(self.value) and math.isfinite(self.uncertainty)
        if not finite or self.uncertainty < 0 or not self.freedom > 0:
            facts = {"value": str(self.value), "uncertainty": str(self.uncertainty)}
            raise BackgroundError(problem("quantity-unfit", self.name, (), **facts))


def type_a(name: str, readings: Sequence[float]) -> Quantity:
    """Return the mean of independent readings (JCGM 100:2008, 4.2): s / sqrt(n), n - 1 degrees.

    Raises BackgroundError for fewer than two readings: their scatter is not known.

    >>> found = type_a("carbon", [0.55, 0.56, 0.57, 0.56])
    >>> round(found.value, 3), round(found.uncertainty, 5), found.freedom
    (0.56, 0.00408, 3)
    """
    if len(readings) < 2:
        raise BackgroundError(problem("readings-few", name, count=len(readings)))
    values = np.asarray(readings, dtype=float)
    deviation = float(values.std(ddof=1)) / math.sqrt(len(values))
    basis = f"{len(values)} readings"
    return Quantity(name, float(values.mean()), deviation, len(values) - 1, "A", basis)


def type_b(  # noqa: PLR0913 - the words of a certificate
    name: str,
    value: float,
    half_width: float,
    *,
    shape: Shape = "rectangular",
    coverage: float = 2.0,
    basis: str = "",
) -> Quantity:
    """Return a quantity known from a certificate or a class of instruments (JCGM 100:2008, 4.3).

    `half_width` is the half of the interval that is stated; of a normal one it is the expanded
    uncertainty with the factor `coverage`.

    >>> round(type_b("flow", 100.0, 1.5).uncertainty, 4)
    0.866
    """
    divisor = coverage if shape == "normal" else _DIVISORS[shape]
    return Quantity(name, value, half_width / divisor, basis=basis or f"{shape} ± {half_width:g}")


def type_a_together(
    readings: Mapping[str, Sequence[float]],
) -> tuple[tuple[Quantity, ...], dict[tuple[str, str], float]]:
    """Return quantities read at the same times, and how they correlate (JCGM 100:2008, 5.2.3).

    Raises BackgroundError where the numbers of readings differ or are below two.

    >>> quantities, correlations = type_a_together({"a": [1, 2, 3.0], "b": [2, 4, 6.0]})
    >>> round(correlations["a", "b"], 9)
    1.0
    """
    counts = {len(each) for each in readings.values()}
    if len(counts) > 1:
        raise BackgroundError(problem("readings-unpaired", "", counts=sorted(counts)))
    quantities = tuple(type_a(name, values) for name, values in readings.items())
    correlations = {}
    for one, other in combinations(readings, 2):
        first, second = (np.asarray(readings[each], dtype=float) for each in (one, other))
        spread = float(first.std() * second.std())
        covariance = float(((first - first.mean()) * (second - second.mean())).mean())
        correlations[one, other] = covariance / spread if spread > 0 else 0.0
    return quantities, correlations
