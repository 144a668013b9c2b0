"""How far may a number lie that was judged by scores? From a pedigree matrix to a spread.

Each indicator has a score from 1 (best) to 5. Each score adds a variance of the logarithm to the
basic variance of the kind of exchange: variances add, geometric deviations do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.model.amounts import Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

INDICATORS = ("reliability", "completeness", "temporal", "geographical", "technological")
SCORES = 5


@dataclass(frozen=True, slots=True)
class PedigreeTable:
    """Additional variances of the logarithm by indicator and score; `basic` where none is stated.

    `variances` has one row of five an indicator, in the order of `indicators`.
    """

    name: str
    indicators: tuple[str, ...]
    variances: tuple[tuple[float, ...], ...]
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse rows without five variances, and variances below zero."""
        for indicator, row in zip(self.indicators, self.variances, strict=True):
            if len(row) != SCORES or not all(0 <= each < math.inf for each in row):
                raise ModelError(problem("pedigree-row", self.name, indicator=indicator))


def from_squared_deviations(
    name: str, rows: Sequence[tuple[str, Sequence[float]]], source: str = ""
) -> PedigreeTable:
    """Return a table published as factors U of g squared: each is a variance of (ln U / 2)**2.

    >>> table = from_squared_deviations("own", [("reliability", (1, 1.05, 1.1, 1.2, 1.5))])
    >>> round(table.variances[0][4], 6)
    0.0411
    """
    return PedigreeTable(
        name,
        tuple(indicator for indicator, _ in rows),
        tuple(tuple((math.log(u) / 2) ** 2 for u in row) for _, row in rows),
        source,
    )


ECOINVENT_3 = PedigreeTable(
    "ecoinvent 3",
    INDICATORS,
    (
        (0.0, 0.0006, 0.002, 0.008, 0.04),
        (0.0, 0.0001, 0.0006, 0.002, 0.008),
        (0.0, 0.0002, 0.002, 0.008, 0.04),
        (0.0, 2.5e-5, 0.0001, 0.0006, 0.002),
        (0.0, 0.0006, 0.008, 0.04, 0.12),
    ),
    "Weidema et al. 2013, ecoinvent data quality guideline version 3, table 10.5",
)
ECOINVENT_2 = from_squared_deviations(
    "ecoinvent 2",
    (
        ("reliability", (1, 1.05, 1.1, 1.2, 1.5)),
        ("completeness", (1, 1.02, 1.05, 1.1, 1.2)),
        ("temporal", (1, 1.03, 1.1, 1.2, 1.5)),
        ("geographical", (1, 1.01, 1.02, 1.02, 1.1)),
        ("technological", (1, 1, 1.2, 1.5, 2)),
        ("sample size", (1, 1.02, 1.05, 1.1, 1.2)),
    ),
    "Frischknecht et al., ecoinvent 2, as in pedigree_matrix 0.2.2 (version 1)",
)
EMPIRICAL = from_squared_deviations(
    "empirical",
    (
        ("reliability", (1, 1.54, 1.61, 1.69, 1.69)),
        ("completeness", (1, 1.03, 1.04, 1.08, 1.08)),
        ("temporal", (1, 1.03, 1.1, 1.19, 1.29)),
        ("geographical", (1, 1.04, 1.08, 1.11, 1.11)),
        ("technological", (1, 1.18, 1.65, 2.08, 2.8)),
    ),
    "empirically based factors, as in pedigree_matrix 0.2.2 (version 2)",
)


@dataclass(frozen=True, slots=True)
class PedigreeVariance:
    """Variances of the logarithm, and the geometric standard deviation g that they give."""

    basic: float
    additional: float

    @property
    def total(self) -> float:
        """Basic and additional variance together."""
        return self.basic + self.additional

    @property
    def g(self) -> float:
        """The geometric standard deviation, e to the root of the total variance."""
        return math.exp(math.sqrt(self.total))

    @property
    def spread(self) -> Spread:
        """The lognormal spread of a number so judged."""
        return Spread("lognormal", self.g)


def pedigree(
    scores: Sequence[int], *, basic: float, table: PedigreeTable = ECOINVENT_3
) -> PedigreeVariance:
    """Return the variances of a number by its `scores`, one an indicator of `table`.

    `basic` is the basic variance of its kind, of the logarithm. Raises ModelError for scores that
    are not whole numbers from 1 to 5, one an indicator, or a variance below zero.

    >>> found = pedigree((1, 2, 3, 4, 5), basic=0.0006)
    >>> round(found.total, 10), round(found.g, 9)
    (0.1233, 1.420687625)
    """
    names = ", ".join(table.indicators)
    fits = len(scores) == len(table.indicators) and all(
        score in range(1, SCORES + 1) for score in scores
    )
    if not fits:
        given = ", ".join(map(str, scores))
        raise ModelError(problem("pedigree-scores", table.name, scores=given, indicators=names))
    if not 0 <= basic < math.inf:
        raise ModelError(problem("pedigree-basic", table.name, basic=basic))
    rows = zip(table.variances, scores, strict=True)
    return PedigreeVariance(basic, math.fsum(row[score - 1] for row, score in rows))
