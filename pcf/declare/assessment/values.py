"""What is an assessment for a label? Its record, its items, its decision, its certificate."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from pcf.errors import DeclareError, problem
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal["met", "not met", "open"]
Decision = Literal["approved", "refused", "open"]
Level = Literal["reasonable", "limited"]
Scheme = Literal["carbon footprint", "low-carbon", "grade"]
SCHEMES: Mapping[str, Name] = {
    "carbon footprint": Name("carbon footprint label", "碳足迹标识"),
    "low-carbon": Name("low-carbon label", "低碳标识"),
    "grade": Name("graded label", "分级标识"),
}
LEVELS: Mapping[str, Name] = {
    "reasonable": Name("reasonable assurance", "合理保证"),
    "limited": Name("limited assurance", "有限保证"),
}
STATES: Mapping[str, Name] = {
    "met": Name("met", "符合"),
    "not met": Name("not met", "不符合"),
    "open": Name("open", "待定"),
    "approved": Name("approved", "批准"),
    "refused": Name("refused", "不予批准"),
}
MOST_MATERIALITY = 0.1
"""Above a tenth of the total nothing would be material; 5 for 5 % is caught by it."""
VALID_YEARS = 2
"""For how long a certificate holds (general rule of 2025-03-17)."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the body recorded of one item: when, who, by which evidence, and whether it is met."""

    item: str
    date: str
    by: str
    evidence: str
    ok: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One person's recomputation: who, when, in which environment, and the total that came out."""

    by: str
    date: str
    environment: str
    total: float


@dataclass(frozen=True, slots=True)
class Record:
    """What a certification body writes down of an assessment; `read_record` reads it from TOML.

    `number` is that of the certificate to be; `decided` the day of the decision. `limit` is the
    most that a low-carbon label allows, in kg CO2e per declared unit, with its `limit_source`.
    """

    number: str
    body: str
    applicant: str
    signatory: str
    decided: date
    level: Level = "reasonable"
    scheme: Scheme = "carbon footprint"
    materiality: float = 0.05
    limit: float | None = None
    limit_source: str = ""
    intended_user: str = ""
    done: tuple[Done, ...] = ()
    recomputations: tuple[Recomputed, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a record without names, with a materiality or a limit that decides nothing."""
        named = ("number", "body", "applicant", "signatory")
        problems = [
            problem("declare-missing", "record", field=key)
            for key in named
            if not getattr(self, key).strip()
        ]
        if not 0 < self.materiality <= MOST_MATERIALITY:
            value, most = f"{self.materiality:g}", f"{MOST_MATERIALITY:g}"
            problems.append(problem("assess-materiality", "materiality", value=value, most=most))
        if self.limit is not None and not 0 <= self.limit < math.inf:
            problems.append(problem("assess-limit", "limit"))
        if problems:
            raise DeclareError(*problems)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist: what is asked, how it stands, and on what that rests."""

    step: str
    id: str
    name: Name
    state: State
    evidence: Name = Name()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the label says, and until when; there is one only where the assessment approves.

    `value` is the declared value in kg CO2e per `unit`, `digest` that of the sealed case; `marks`
    are said wherever the certificate goes ('fictional').
    """

    number: str
    scheme: Scheme
    product: str
    unit: Name
    value: str
    holder: str
    body: str
    issued: date
    digest: str
    grade: Name | None = None
    marks: tuple[str, ...] = ()

    @property
    def valid_until(self) -> date:
        """The last day: two years from the day of issue."""
        return years_later(self.issued, VALID_YEARS) - timedelta(days=1)

    @property
    def surveillance(self) -> tuple[date, ...]:
        """By which days the body looks again: each year within the validity (our reading)."""
        return tuple(years_later(self.issued, year) for year in range(1, VALID_YEARS))


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment: its record, the checklist, the decision, the certificate where there is one.

    `result` holds what a reader needs of the footprint: total, stages, settings; `unit` is its
    declared unit in words, `gaps` the names of what was left out.
    """

    record: Record
    items: tuple[Item, ...]
    opinion: Mapping[str, object] = field(hash=False)
    result: Mapping[str, object] = field(hash=False)
    digest: str
    marks: tuple[str, ...] = ()
    certificate: Certificate | None = None
    unit: Name = Name()
    gaps: Mapping[str, Name] = field(default_factory=dict, hash=False)

    @property
    def decision(self) -> Decision:
        """Refused where an item is not met, open where one is, else approved."""
        states = {each.state for each in self.items}
        if "not met" in states:
            return "refused"
        return "open" if "open" in states else "approved"

    @property
    def exit_code(self) -> int:
        """0 approved, 1 refused, 2 open."""
        return {"approved": 0, "refused": 1, "open": 2}[self.decision]

    @property
    def unmet(self) -> tuple[Item, ...]:
        """What keeps it from being approved."""
        return tuple(each for each in self.items if each.state != "met")


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March.

    >>> years_later(date(2024, 2, 29), 1)
    datetime.date(2025, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
