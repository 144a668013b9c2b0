"""Do measuring (CEMS) and calculating differ? Bias, agreement, and the test that says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import BackgroundError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.background.measurement.propagation import Combined

_SHOWS = 1.645
"""Standard errors above which a correlation from step to step shows (one-sided, 5 %)."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two results of the same thing: `bias` is measured less calculated.

    `score` is |E_n| = |bias| / U(bias) (ISO 13528:2022, 9.7): they differ when it exceeds 1.
    `relative` is the bias over the calculated value, None where that is zero.
    """

    bias: float
    relative: float | None
    expanded: float
    score: float

    @property
    def differ(self) -> bool:
        """Whether the two differ by more than their uncertainties explain."""
        return self.score > 1


def agreement(measured: Combined, calculated: Combined, *, correlation: float = 0.0) -> Agreement:
    """Return how two results with their uncertainties agree.

    `correlation` is that of their errors, where they share an input such as a flow meter.
    Raises BackgroundError where neither has an uncertainty, or the correlation is beyond +-1.

    >>> from pcf.background.measurement.propagation import Combined
    >>> one, other = (Combined(x, 2.0, 50.0, 2.0, 0.95, {}) for x in (105.0, 100.0))
    >>> found = agreement(one, other)
    >>> found.bias, found.relative, found.differ
    (5.0, 0.05, False)
    """
    if not -1 <= correlation <= 1:
        pair = "measured, calculated"
        raise BackgroundError(problem("correlation-unfit", pair=pair, value=correlation))
    one, other = measured.expanded, calculated.expanded
    expanded = math.sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0))
    if expanded == 0:
        raise BackgroundError(problem("agreement-no-uncertainty"))
    bias = measured.value - calculated.value
    relative = bias / calculated.value if calculated.value else None
    return Agreement(bias, relative, expanded, abs(bias) / expanded)


@dataclass(frozen=True, slots=True)
class PairedAgreement:
    """Pairs of the same hours or months: mean difference, its interval, and Student's test.

    An hour is like the one before: of differences that follow one another `independent` of the
    `pairs` count, n (1 - r) / (1 + r) with their correlation r from step to step where it shows
    (Bayley and Hammersley 1946, of first order). `limits` hold 95 % of single differences (Bland
    and Altman 1986). `chance` is the probability of a mean difference at least so large where there
    is no bias.
    """

    pairs: int
    missing: int
    independent: float
    bias: float
    relative: float | None
    deviation: float
    interval: tuple[float, float]
    limits: tuple[float, float]
    chance: float
    level: float = 0.95

    @property
    def differ(self) -> bool:
        """Whether the test says that the two differ, at the level of confidence."""
        return self.chance < 1 - self.level


def paired_agreement(
    measured: Sequence[float | None], calculated: Sequence[float | None], *, level: float = 0.95
) -> PairedAgreement:
    """Return the paired test of two series; a pair with a gap is counted as missing.

    Raises BackgroundError where lengths differ or fewer than three pairs are whole.

    >>> found = paired_agreement([10.1, 11.3, 9.8, 10.4], [10.0, 11.0, 10.0, 10.0])
    >>> round(found.bias, 3), found.differ
    (0.15, False)
    """
    from scipy import stats  # noqa: PLC0415 - large, and only a measurement needs it

    if len(measured) != len(calculated):
        counts = sorted((len(measured), len(calculated)))
        raise BackgroundError(problem("readings-unpaired", counts=counts))
    whole = [
        (one, other)
        for one, other in zip(measured, calculated, strict=True)
        if one is not None and other is not None
    ]
    if len(whole) < 3:
        raise BackgroundError(problem("readings-few", count=len(whole)))
    values = np.array(whole, dtype=float)
    apart = values[:, 0] - values[:, 1]
    bias, deviation = float(apart.mean()), float(apart.std(ddof=1))
    independent = _independent(measured, calculated)
    error = deviation / math.sqrt(independent)
    width = float(stats.t.ppf((1 + level) / 2, independent - 1)) * error
    if error > 0:
        chance = float(2 * stats.t.sf(abs(bias) / error, independent - 1))
    else:
        chance = 1.0 if bias == 0 else 0.0
    base = float(values[:, 1].mean())
    return PairedAgreement(
        pairs=len(whole),
        missing=len(measured) - len(whole),
        independent=independent,
        bias=bias,
        relative=bias / base if base else None,
        deviation=deviation,
        interval=(bias - width, bias + width),
        limits=(bias - 1.96 * deviation, bias + 1.96 * deviation),
        chance=chance,
        level=level,
    )


def _independent(measured: Sequence[float | None], calculated: Sequence[float | None]) -> float:
    """Return how many differences count as independent: two at least, all where none follow."""
    apart = [
        None if one is None or other is None else one - other
        for one, other in zip(measured, calculated, strict=True)
    ]
    known = np.array([each for each in apart if each is not None])
    middle, variance = float(known.mean()), float(known.var())
    steps = [
        (one - middle) * (other - middle)
        for one, other in pairwise(apart)
        if one is not None and other is not None
    ]
    if not steps or variance == 0:
        return float(len(known))
    follows = min(float(np.mean(steps)) / variance, 1.0)
    if follows <= _SHOWS / math.sqrt(len(steps)):
        return float(len(known))
    return max(len(known) * (1 - follows) / (1 + follows), 2.0)
