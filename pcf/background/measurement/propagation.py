"""How sure is a result of several quantities? The law of propagation of the GUM.

JCGM 100:2008: sensitivities (5.1.3), correlated inputs (5.2.2, equation 13), effective degrees of
freedom (G.4.1, Welch-Satterthwaite), coverage factor (G.3.4; degrees truncated, G.4.1). Inputs that
correlate enter the degrees of freedom as one part, with what they come to together (Willink 2007,
Metrologia 44, 340): what was read at the same times scatters as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import BackgroundError, problem
from pcf.model.amounts import Amount, Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pcf.background.measurement.quantities import Quantity

_STEP = 1e-4
"""Relative step of the central difference; its error is of the order of the step squared."""

_ROUNDING = 1e-9
"""So that four degrees computed as 3.9999999999 are not truncated to three."""


@dataclass(frozen=True, slots=True)
class Combined:
    """A result with its combined standard uncertainty.

    `contributions` are |c_i| u(x_i) by name, in the unit of the result; with inputs that correlate
    (`correlations`) they do not add up in squares. `factor` is the coverage factor for the level of
    confidence `level`.
    """

    value: float
    uncertainty: float
    freedom: float
    factor: float
    level: float
    contributions: Mapping[str, float]
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def expanded(self) -> float:
        """The expanded uncertainty U = k u."""
        return self.factor * self.uncertainty

    def amount(self, unit: str, source: str = "") -> Amount:
        """Return it as an amount with a normal spread; none where the uncertainty is zero."""
        spread = Spread("normal", self.uncertainty) if self.uncertainty > 0 else None
        return Amount(self.value, unit, spread, source)


def propagate(
    formula: Callable[[Mapping[str, float]], float],
    quantities: Sequence[Quantity],
    *,
    correlations: Mapping[tuple[str, str], float] | None = None,
    level: float = 0.95,
) -> Combined:
    """Return the result of `formula` with its uncertainty; pairs not named do not correlate.

    Raises BackgroundError for a name that stands twice or nowhere, correlations beyond +-1 or that
    cannot hold together, and a formula that gives no number.

    >>> from pcf.background.measurement.quantities import Quantity
    >>> inputs = [Quantity("a", 3.0, 0.3), Quantity("b", 4.0, 0.4)]
    >>> round(propagate(lambda x: x["a"] + x["b"], inputs).uncertainty, 6)
    0.5
    """
    at = {each.name: each.value for each in quantities}
    if len(at) < len(quantities):
        raise BackgroundError(problem("quantity-twice", "", sorted(at)))
    names = tuple(at)
    slopes = np.array([_slope(formula, at, each) for each in quantities])
    errors = slopes * np.array([each.uncertainty for each in quantities])
    table = _table(names, correlations or {})
    variance = float(errors @ table @ errors)
    uncertainty = math.sqrt(max(variance, 0.0))
    freedom = _freedom(errors, table, [each.freedom for each in quantities])
    parts = {name: abs(float(part)) for name, part in zip(names, errors, strict=True)}
    factor = _coverage(freedom, level)
    known = dict(correlations or {})
    return Combined(_value(formula, at), uncertainty, freedom, factor, level, parts, known)


def _slope(
    formula: Callable[[Mapping[str, float]], float], at: Mapping[str, float], by: Quantity
) -> float:
    step = _STEP * (abs(by.value) if by.value else by.uncertainty)
    if by.uncertainty == 0 or step == 0:
        return 0.0
    above = _value(formula, {**at, by.name: by.value + step})
    below = _value(formula, {**at, by.name: by.value - step})
    return (above - below) / (2 * step)


def _value(formula: Callable[[Mapping[str, float]], float], at: Mapping[str, float]) -> float:
    try:
        value = float(formula(at))
    except KeyError as error:
        facts = {"name": error.args[0]}
        raise BackgroundError(problem("quantity-unknown", "", sorted(at), **facts)) from error
    except ArithmeticError as error:
        raise BackgroundError(problem("quantity-no-result", reason=error)) from error
    if not math.isfinite(value):
        raise BackgroundError(problem("quantity-no-result", reason=value))
    return value


def _table(
    names: tuple[str, ...], correlations: Mapping[tuple[str, str], float]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    table = np.eye(len(names))
    for pair, value in correlations.items():
        one, other = pair
        if not {one, other} <= set(names) or one == other or not -1 <= value <= 1:
            facts = {"pair": ", ".join(pair), "value": value}
            raise BackgroundError(problem("correlation-unfit", "", names, **facts))
        first, second = names.index(one), names.index(other)
        table[first, second] = table[second, first] = value
    if names and float(np.linalg.eigvalsh(table).min()) < -1e-9:
        raise BackgroundError(problem("correlations-contradict"))
    return table


def _freedom(
    errors: np.ndarray[tuple[int], np.dtype[np.float64]],
    table: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    degrees: Sequence[float],
) -> float:
    """Return the effective degrees of freedom; a group has the fewest of those in it."""
    variance, below = 0.0, 0.0
    for group in _groups(table):
        own = max(float(errors[group] @ table[np.ix_(group, group)] @ errors[group]), 0.0)
        variance += own
        below += own**2 / min(degrees[each] for each in group)
    return math.inf if below == 0 else variance**2 / below


def _groups(table: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[list[int]]:
    """Return the inputs that correlate with one another, directly or through others."""
    waiting, groups = set(range(len(table))), []
    while waiting:
        group = [waiting.pop()]
        for one in group:
            met = {other for other in waiting if table[one, other] != 0}
            group += sorted(met)
            waiting -= met
        groups.append(group)
    return groups


def _coverage(freedom: float, level: float) -> float:
    from scipy import stats  # noqa: PLC0415 - large, and only a measurement needs it

    if math.isinf(freedom):
        return float(stats.norm.ppf((1 + level) / 2))
    whole = float(math.floor(freedom * (1 + _ROUNDING)))
    return float(stats.t.ppf((1 + level) / 2, max(whole, 1.0)))
