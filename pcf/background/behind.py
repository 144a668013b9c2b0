"""What stands behind a row besides its number? Scores, pedigree, a declaration, calibrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.model.pedigree import pedigree

if TYPE_CHECKING:
    from datetime import date

    from pcf.model.amounts import Spread

INDICATORS = ("technology", "geography", "time", "completeness", "reliability")
"""What is scored of the quality of a process, from 1 (best) to 5."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How well a process speaks for what it says it is: scores from 1 (best) to 5, or unknown."""

    technology: int | None = None
    geography: int | None = None
    time: int | None = None
    completeness: int | None = None
    reliability: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The pedigree of one row, from which its spread follows where none is stated.

    `scores` are those of `pcf.model.pedigree.INDICATORS`, `basic` the basic variance of its kind.
    """

    row: str
    scores: tuple[int, ...]
    basic: float

    @property
    def spread(self) -> Spread:
        """The lognormal spread by the variances of ecoinvent 3.

        >>> round(Judged("row", (2, 3, 1, 1, 3), 0.0006).spread.low, 4)
        1.1041
        """
        return pedigree(self.scores, basic=self.basic).spread


@dataclass(frozen=True, slots=True)
class Declared:
    """What a supplier declared of a footprint that was received: it cannot be computed again.

    `characterisation` and `convention` are those it was computed with; `valid_until` is the last
    day, `primary_share` a number from 0 to 1; None is not stated.
    """

    supplier: str
    characterisation: str
    convention: str
    verification: str
    verifier: str = ""
    valid_until: date | None = None
    primary_share: float | None = None

    @property
    def gas_table(self) -> str:
        """The declared gas table as characterisation sets are called.

        >>> Declared("Mill", "AR6", "0/0", "none").gas_table
        'AR6 (0/0)'
        """
        return f"{self.characterisation} ({self.convention})"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A calibration behind a measurement: instrument, certificate, laboratory, dates.

    `fingerprint` is the SHA-256 of the certificate's file.
    """

    instrument: str
    certificate: str
    laboratory: str
    calibrated: date
    valid_until: date
    fingerprint: str = ""
