"""What do readings at even steps sum up to? Gaps and what stands out are said with it.

Nothing is dropped in silence: a gap is counted and never zero, an outlier is shown and counts until
somebody gives a reason for leaving it out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf.background.measurement.quantities import Quantity
from pcf.errors import BackgroundError, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.findings import Finding

LIMIT = 3.5
"""Modified z-score above which a reading stands out (Iglewicz and Hoaglin 1993, section 3.2)."""


def outliers(readings: Sequence[float | None]) -> tuple[int, ...]:
    """Return the positions of readings that stand out of the others, by the modified z-score.

    0.6745 |x - median| / MAD above 3.5; where more than half are equal, the mean absolute deviation
    takes the place of the MAD. Fewer than five readings say nothing about one of them.

    >>> outliers([1.0, 1.1, 0.9, None, 1.0, 1.05, 7.0])
    (6,)
    """
    known = np.array([each for each in readings if each is not None], dtype=float)
    if len(known) < 5:
        return ()
    middle = float(np.median(known))
    away = np.abs(known - middle)
    spread, scale = float(np.median(away)), 0.6745
    if spread == 0:
        spread, scale = float(away.mean()), 1 / 1.253314
    if spread == 0:
        return ()
    limit = LIMIT * spread / scale
    return tuple(
        position
        for position, each in enumerate(readings)
        if each is not None and abs(each - middle) > limit
    )


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a series: over the readings there are, and how many there should have been.

    `known` is the sum of what was read; `value` is the sum of all and None while there are gaps.
    """

    known: float
    readings: int
    gaps: tuple[tuple[int, int], ...]
    findings: tuple[Finding, ...]

    @property
    def missing(self) -> int:
        """How many readings are missing."""
        return sum(end - start for start, end in self.gaps)

    @property
    def value(self) -> float | None:
        """The sum over the whole period, None where readings are missing."""
        return None if self.gaps else self.known


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of one instrument at even steps; None is a gap.

    `excluded` are positions left out, each with its reason: they become gaps, and are shown.
    """

    name: str
    values: tuple[float | None, ...]
    unit: str
    excluded: Mapping[int, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse values that are no numbers, and exclusions without a place or a reason."""
        bad = [
            n for n, each in enumerate(self.values) if each is not None and not math.isfinite(each)
        ]
        if bad:
            raise BackgroundError(problem("series-not-finite", self.name, position=bad[0]))
        for position, reason in self.excluded.items():
            if not 0 <= position < len(self.values) or not reason.strip():
                raise BackgroundError(problem("series-exclusion", self.name, position=position))

    @property
    def used(self) -> tuple[float | None, ...]:
        """The readings that count: None for gaps and for what is excluded."""
        return tuple(
            None if position in self.excluded else each for position, each in enumerate(self.values)
        )

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The runs of missing readings, each as first position and position after the last."""
        found: list[tuple[int, int]] = []
        for position, each in enumerate(self.used):
            if each is None and found and found[-1][1] == position:
                found[-1] = (found[-1][0], position + 1)
            elif each is None:
                found.append((position, position + 1))
        return tuple(found)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be weighed: gaps, outliers that count, readings left out with the reason."""
        found = []
        missing = sum(end - start for start, end in self.gaps)
        if missing:
            share = f"{missing / len(self.values):.1%}"
            facts = {"missing": missing, "count": len(self.values), "share": share}
            found.append(finding("series-gaps", self.name, **facts, runs=len(self.gaps)))
        for position in outliers(self.used):
            value = f"{self.values[position]:g} {self.unit}"
            found.append(finding("series-outlier", self.name, position=position, value=value))
        for position in sorted(self.excluded):
            facts = {"position": position, "reason": self.excluded[position]}
            found.append(finding("series-excluded", self.name, **facts))
        return tuple(found)

    def total(self) -> Total:
        """Return the sum with its gaps.

        >>> Series("meter", (1.0, None, 2.0), "kWh").total().value is None
        True
        """
        known = math.fsum(each for each in self.used if each is not None)
        count = sum(each is not None for each in self.used)
        return Total(known, count, self.gaps, self.findings)

    def quantity(self, *, relative: float, basis: str) -> Quantity:
        """Return the sum as a quantity; the instrument's error is the same in every reading.

        `relative` is the half-width that the instrument's class allows (rectangular): it does not
        shrink with the number of readings. Raises BackgroundError while readings are missing.

        >>> Series("meter", (40.0, 60.0), "kWh").quantity(relative=0.01, basis="class 1").value
        100.0
        """
        total = self.total().value
        if total is None:
            missing = self.total().missing
            raise BackgroundError(problem("series-incomplete", self.name, missing=missing))
        return Quantity(self.name, total, abs(total) * relative / math.sqrt(3), basis=basis)
