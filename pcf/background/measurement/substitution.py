"""What stands in for a missing hour? A named rule, and every hour that it filled is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import BackgroundError, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.background.measurement.series import Series
    from pcf.findings import Finding


@dataclass(frozen=True, slots=True)
class Substituted:
    """A series without gaps: `positions` were filled by `rule`; `share` of the sum is theirs."""

    series: Series
    rule: str
    positions: tuple[int, ...]
    share: float | None
    findings: tuple[Finding, ...]


def substituted(series: Series, rule: str) -> Substituted:
    """Return the series with its gaps filled by a rule of `RULES`.

    'mean of neighbours': the mean of the readings before and after the gap, at its ends the one
    there is (as 40 CFR 98.365). 'mean plus two deviations': the mean of all readings and twice
    their standard deviation, which errs high (Regulation (EU) 2018/2066, article 45). 'highest':
    the highest reading. Raises BackgroundError for another rule, or where nothing was read.

    >>> from pcf.background.measurement.series import Series
    >>> hours = Series("CO2", (10.0, None, 14.0), "t/h")
    >>> substituted(hours, "mean of neighbours").series.values
    (10.0, 12.0, 14.0)
    """
    if rule not in RULES:
        raise BackgroundError(problem("substitution-unknown", series.name, tuple(RULES), rule=rule))
    used = series.used
    known = [each for each in used if each is not None]
    if not known or (len(known) < 2 and series.gaps):
        raise BackgroundError(problem("readings-few", series.name, count=len(known)))
    filled: list[float | None] = list(used)
    for start, end in series.gaps:
        filled[start:end] = [RULES[rule](series, start, end)] * (end - start)
    positions = tuple(n for start, end in series.gaps for n in range(start, end))
    whole = replace(series, values=tuple(filled), excluded={})
    total = whole.total().known
    own = sum(each for n in positions if (each := filled[n]) is not None)
    share = own / total if total else None
    findings = list(series.findings)
    if positions:
        facts = {"count": len(positions), "rule": rule}
        said = "?" if share is None else f"{share:.1%}"
        findings.append(finding("series-substituted", series.name, **facts, share=said))
    return Substituted(whole, rule, positions, share, tuple(findings))


def _neighbours(series: Series, start: int, end: int) -> float:
    used = series.used
    sides = [used[n] for n in (start - 1, end) if 0 <= n < len(used)]
    return float(np.mean([each for each in sides if each is not None]))


def _two_deviations(series: Series, start: int, end: int) -> float:
    del start, end
    known = np.array([each for each in series.used if each is not None])
    return float(known.mean() + 2 * known.std(ddof=1))


def _highest(series: Series, start: int, end: int) -> float:
    del start, end
    return max(each for each in series.used if each is not None)


RULES: Mapping[str, Callable[[Series, int, int], float]] = {
    "mean of neighbours": _neighbours,
    "mean plus two deviations": _two_deviations,
    "highest": _highest,
}
"""The rules by name; each gives the value for a gap."""
