"""Which published value is meant? Parameter tables: data with sources, never constants in code.

A table is `pcf/methods/tables/<name>.csv`: id, value, low, high, unit, of, edition, source,
locator, confidence, note, and any further columns, which are criteria (climate, crop, soil ...).
A blank criterion stands for every case. Exactly one row answers, or there is an error with
candidates.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, get_args

from pcf import resources, text
from pcf.errors import ModelError, Problem, problem
from pcf.findings import Finding, finding
from pcf.model.amounts import Amount, Confidence, Spread

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_STANDARD = {"id", "value", "low", "high", "unit", "of", "edition"} | {
    "source",
    "locator",
    "confidence",
    "note",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A published value with its range and its source.

    `low` to `high` is the range its publisher gives, None where there is none. `of` says in words
    what the unit is a mass or ratio of, such as 'N2O-N per N'. `criteria` are for what it holds.
    """

    id: str
    value: float
    unit: str
    low: float | None
    high: float | None
    edition: str
    source: str
    locator: str
    confidence: Confidence
    of: str = ""
    note: str = ""
    criteria: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def amount(self) -> Amount:
        """The value with its unit, its range as a triangular spread, and its source."""
        spread = None
        if self.low is not None and self.high is not None:
            spread = Spread("triangular", self.low, self.high)
        return Amount(self.value, self.unit, spread, self.said_by)

    @property
    def said_by(self) -> str:
        """Document and place in it, as one line."""
        return f"{self.source}, {self.locator}" if self.locator else self.source

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader must weigh: a value whose source nobody has seen."""
        if self.confidence != "unverified":
            return ()
        return (finding("published-unverified-used", self.id, source=self.said_by),)


def look_up(
    table: str,
    id: str,  # noqa: A002 - the column's name
    *,
    edition: str,
    unverified: Collection[str] = (),
    **criteria: str,
) -> Parameter:
    """Return the one row of a table with this id and edition that meets the criteria.

    An unverified value (recalled, its source not seen) is refused unless `unverified` names its id.
    Raises ModelError with candidates: no such row, several rows, an unverified one.

    >>> look_up("crops", "EF5", edition="2019").value
    0.011
    """
    problems: list[Problem] = []
    found = find(table, id, problems, edition=edition, unverified=unverified, **criteria)
    if found is None:
        raise ModelError(*problems)
    return found


def find(
    table: str,
    id: str,  # noqa: A002 - the column's name
    problems: list[Problem],
    *,
    edition: str,
    unverified: Collection[str] = (),
    **criteria: str,
) -> Parameter | None:
    """Return the row as `look_up` does, or None with what is wrong added to `problems`.

    No example: `look_up` shows it.
    """
    rows = [row for row in read_table(table) if row.id == id]
    if not rows:
        near = text.nearest(id, {row.id for row in read_table(table)})
        problems.append(problem("published-unknown", table, near, id=id))
        return None
    wanted = {name: text.fold(value) for name, value in criteria.items()}
    met = [row for row in rows if row.edition == edition and _meets(row, wanted)]
    if len(met) != 1:
        asked = text.listed([f"edition {edition}", *(f"{k} {v}" for k, v in criteria.items())])
        code = "published-several" if met else "published-none"
        problems.append(
            problem(code, table, [_described(row) for row in met or rows][:12], id=id, asked=asked)
        )
        return None
    row = met[0]
    if row.confidence == "unverified" and id not in unverified:
        problems.append(
            problem("published-unverified", table, id=id, value=row.amount, source=row.said_by)
        )
        return None
    return row


@cache
def read_table(name: str) -> tuple[Parameter, ...]:
    """Return the rows of `pcf/methods/tables/<name>.csv`, in the order of the file.

    >>> {row.edition for row in read_table("crops")} >= {"2006", "2019"}
    True
    """
    rows = csv.DictReader(resources.text_of("methods", "tables", f"{name}.csv").splitlines())
    return tuple(map(_read, rows))


def combined_spread(value: float, *factors: Parameter) -> Spread | None:
    """Return the range of a product of independent factors around `value`, None if none has one.

    The relative half-ranges add in squares, below and above apart (IPCC 2006, Vol. 1, Ch. 3,
    eq. 3.1); the lower end stops at zero.

    >>> combined_spread(3.2, look_up("crops", "EF1", edition="2019", climate="wet",
    ...                              input="synthetic"))
    Spread(kind='triangular', low=2.6..., high=3.8...)
    """
    ranged = [each for each in factors if each.low is not None and each.high is not None]
    if not ranged or value == 0:
        return None
    below = math.hypot(*(_relative(each, each.low) for each in ranged))
    above = math.hypot(*(_relative(each, each.high) for each in ranged))
    return Spread("triangular", max(0.0, value * (1 - below)), value * (1 + above))


def _relative(row: Parameter, end: float | None) -> float:
    return 0.0 if end is None or row.value == 0 else (end - row.value) / row.value


def _meets(row: Parameter, wanted: Mapping[str, str]) -> bool:
    stated = {name: text.fold(value) for name, value in row.criteria.items() if value}
    return all(wanted.get(name) == value for name, value in stated.items())


def _described(row: Parameter) -> str:
    stated = [f"{name} {value}" for name, value in row.criteria.items() if value]
    return " ".join([row.edition, *stated])


def _read(row: Mapping[str, str]) -> Parameter:
    return Parameter(
        id=row["id"],
        value=float(row["value"]),
        unit=row["unit"],
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        edition=row["edition"],
        source=row["source"],
        locator=row["locator"],
        confidence=_confidence(row["confidence"]),
        of=row["of"],
        note=row["note"],
        criteria={name: value for name, value in row.items() if name not in _STANDARD},
    )


def _confidence(word: str) -> Confidence:
    return next(each for each in get_args(Confidence) if each == word)
