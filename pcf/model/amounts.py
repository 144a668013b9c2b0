"""How much, how surely, and who says so: amounts, spreads and sources."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pcf import units
from pcf.errors import ModelError, problem

Confidence = Literal["primary", "secondary", "derived", "assumption", "unverified"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
"""From the surest to the least sure; the position is the code stored in columns."""

SpreadKind = Literal["lognormal", "normal", "uniform", "triangular", "pert"]
SPREAD_KINDS: tuple[SpreadKind, ...] = get_args(SpreadKind)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a number may lie from its value.

    `lognormal`: `low` is the geometric standard deviation g > 1 and the value is the median (never
    g squared: readers convert). `normal`: `low` is the standard deviation in the amount's unit and
    the value is the mean. `uniform`, `triangular`, `pert`: `low` and `high` in the amount's unit;
    the value is the mode (for `uniform`, anywhere between).

    >>> Spread("lognormal", 1.1).deviation(100.0)
    9.53...
    """

    kind: SpreadKind
    low: float
    high: float | None = None

    def deviation(self, value: float) -> float:
        """Return the first-order standard deviation of a number with this spread around `value`.

        For a lognormal this is ln(g) x value, the leading term of its standard deviation; it
        serves the analytic interval (JCGM 100:2008, 5.1.2).
        """
        if self.kind == "lognormal":
            return math.log(self.low) * abs(value)
        if self.kind == "normal":
            return self.low
        high = value if self.high is None else self.high
        if self.kind == "uniform":
            return (high - self.low) / math.sqrt(12)
        if self.kind == "triangular":
            low = self.low
            terms = low**2 + high**2 + value**2 - low * high - low * value - high * value
            return math.sqrt(terms / 18)
        mean = (self.low + 4 * value + high) / 6
        return math.sqrt((mean - self.low) * (high - mean) / 7)

    def mean(self, value: float) -> float:
        """Return the mean of a number with this spread around `value`.

        >>> Spread("triangular", 1.0, 6.0).mean(2.0)
        3.0
        """
        if self.kind == "lognormal":
            return value * math.exp(math.log(self.low) ** 2 / 2)
        if self.kind == "normal":
            return value
        high = value if self.high is None else self.high
        weight = {"uniform": 0.0, "triangular": 1.0, "pert": 4.0}[self.kind]
        return (self.low + weight * value + high) / (2 + weight)

    def scaled(self, factor: float) -> Spread:
        """Return the spread of `factor` times the number; a geometric deviation has no unit."""
        if self.kind == "lognormal":
            return self
        high = None if self.high is None else self.high * factor
        return replace(self, low=self.low * factor, high=high)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, spread and source; `value` None is unknown, which is not zero.

    >>> Amount.read("3.9 万kWh").to("kWh").value
    39000.0
    """

    value: float | None
    unit: str
    spread: Spread | None = None
    source: str = ""

    @classmethod
    def read(cls, text: str, *, source: str = "") -> Amount:
        """Return the amount written in `text`; raise UnitError with candidates if unreadable."""
        value, unit = units.parse(text)
        return cls(value, unit, source=source)

    def to(self, unit: str) -> Amount:
        """Return the same amount in another unit; raise UnitError if they do not convert."""
        factor = 1.0 if unit == self.unit else units.factor(self.unit, unit)
        value = None if self.value is None else self.value * factor
        spread = None if self.spread is None else self.spread.scaled(factor)
        return replace(self, value=value, unit=unit, spread=spread)

    def __str__(self) -> str:
        """Return number and unit, `?` for unknown."""
        return f"{'?' if self.value is None else f'{self.value:,.6g}'} {self.unit}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: document, place in it, licence, three dates, confidence.

    `data_year` is the year the number speaks of, `published` when it was printed, `valid_until`
    the last year its publisher lets it stand. `fingerprint` is the SHA-256 of the file read.
    """

    id: str
    document: str
    locator: str = ""
    licence: str = ""
    data_year: int | None = None
    published: str = ""
    valid_until: str = ""
    confidence: Confidence = "secondary"
    fingerprint: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a confidence outside the five words."""
        if self.confidence not in CONFIDENCES:
            raise ModelError(
                problem("confidence-unknown", self.id, CONFIDENCES, confidence=self.confidence)
            )

    def __str__(self) -> str:
        """Return document and locator as one line."""
        return f"{self.document}, {self.locator}" if self.locator else self.document
