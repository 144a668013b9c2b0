"""What else may be known of numbers that vary? Beyond the spread that an exchange carries.

A number may take one of a few values, or one of those measured; numbers of one source may be wrong
together; the shares of a mix always sum to one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.model.amounts import Spread

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Discrete:
    """One of some values, each with its probability; in the unit of the exchange.

    >>> Discrete((1.0, 2.0), (0.9, 0.1)).mean
    1.1
    """

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse probabilities that do not go with the values or do not sum to one."""
        given = self.probabilities
        fits = len(given) == len(self.values) > 0 and all(0 <= p <= 1 for p in given)
        if not (fits and abs(math.fsum(given) - 1) <= _TOLERANCE and _finite(self.values)):
            total = f"{math.fsum(given):.6g}"
            raise ModelError(
                problem("discrete-impossible", "", values=len(self.values), total=total)
            )

    @property
    def mean(self) -> float:
        """The sum of values by probability."""
        return math.fsum(v * p for v, p in zip(self.values, self.probabilities, strict=True))


@dataclass(frozen=True, slots=True)
class Samples:
    """One of the values measured, each as likely; in the unit of the exchange."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse an empty list and values that are not finite."""
        if not (self.values and _finite(self.values)):
            raise ModelError(problem("samples-impossible"))

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return math.fsum(self.values) / len(self.values)


@dataclass(frozen=True, slots=True)
class OneSource:
    """All numbers with a spread that rest on `source` are wrong together, by one standard normal.

    `source` is the id of a source of the system, or what stands before its colon: 'S1' names
    'S1: Table 2.2' too.
    """

    source: str


@dataclass(frozen=True, slots=True)
class MixShares:
    """The product inputs of `process` are a mix: their shares vary, their sum does not.

    Shares are drawn from a Dirichlet distribution with the stated shares s as mean; the standard
    deviation of each is sqrt(s (1 - s) / (concentration + 1)). The inputs have one unit and no
    spread of their own.
    """

    process: str
    concentration: float

    def __post_init__(self) -> None:
        """Refuse a concentration that is not above zero."""
        if not 0 < self.concentration < math.inf:
            raise ModelError(
                problem("concentration-range", self.process, concentration=self.concentration)
            )


Group = OneSource | MixShares
Distribution = Spread | Discrete | Samples


@dataclass(frozen=True, slots=True)
class Distributions:
    """What is known of numbers beyond the columns of a system.

    `numbers`: distributions by exchange, its id or "process: flow", in place of its own spread.
    `groups`: numbers that vary together. `gases`: spreads of characterisation factors by gas,
    relative to a factor of one; without any, these factors are held fixed.

    >>> own = Distributions({"smelter: CO2, fossil": Samples((1.4, 1.5, 1.7))}, (OneSource("S1"),))
    >>> own.gases
    {}
    """

    numbers: Mapping[str, Distribution] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    gases: Mapping[str, Spread] = field(default_factory=dict)


def _finite(values: tuple[float, ...]) -> bool:
    return all(map(math.isfinite, values))
