"""In which class is a footprint? A table of grades that the user supplies (分级评定).

A grade has an upper limit in kg CO2e per declared unit; the best grade stands first. The footprint
is not exact: where its 95 % interval lies across a limit the grade cannot be told, and the
probability of each grade is shown beside the grade of the value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import Field, StrictFloat

from pcf import files, text, units
from pcf.analysis.interval import NORMAL_95
from pcf.errors import RuleError, UnitError, problem
from pcf.rules.documents import open_shaped
from pcf.rules.vocabulary import named
from pcf.study.settings import Shape, Words
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.analysis.uncertainty import Uncertainty
    from pcf.rules.documents import Document
    from pcf.text import Language

OUTSIDE = Name("none: above every limit", "不入级：高于各级限值")


@dataclass(frozen=True, slots=True)
class GradeLimit:
    """A grade and the most that a footprint in it may be; `inclusive`: the limit itself is in."""

    name: Name
    limit: float
    inclusive: bool = True

    def holds(self, total: float) -> bool:
        """Return whether a total is not above the limit."""
        return total < self.limit or (
            self.inclusive and math.isclose(total, self.limit, rel_tol=1e-9)
        )


@dataclass(frozen=True, slots=True)
class GradeTable:
    """Grades from the best to the last, for one declared unit: kg CO2e per `unit` of `product`."""

    id: str
    title: Name
    product: str
    unit: str
    grades: tuple[GradeLimit, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a value, and how sure it is.

    `name` is that of the value, None above every limit; `told` is whether the 95 % interval lies in
    one grade (None: no interval); `probabilities` by grade in the order of the table, the last one
    for none.
    """

    table: GradeTable
    value: float
    name: Name | None
    told: bool | None
    probabilities: tuple[tuple[Name, float], ...] = field(default=())

    def says(self, language: Language = "en") -> str:
        """Return the grade with its probabilities, or why it cannot be told.

        No example: `grade` gives the value that says it.
        """
        facts = {
            "grade": (self.name or OUTSIDE).says(language),
            "table": self.table.title.says(language) or self.table.id,
            "chances": {"en": ", ", "zh": "，"}[language].join(
                f"{name.says(language)} {chance:.1%}" for name, chance in self.probabilities
            ),
        }
        if self.told is None:
            del facts["chances"]
            return text.says("grade-no-interval", facts, language)
        return text.says("grade-told" if self.told else "grade-cannot-tell", facts, language)

    def as_dict(self) -> dict[str, object]:
        """Return the grade as plain JSON values.

        No example: `grade` gives the value that has them.
        """
        return {
            "table": self.table.id,
            "source": self.table.source,
            "value": self.value,
            "grade": None if self.name is None else {"en": self.name.en, "zh": self.name.zh},
            "verdict": "told" if self.told else "cannot tell",
            "probabilities": [
                {"grade": {"en": name.en, "zh": name.zh}, "probability": chance}
                for name, chance in self.probabilities
            ],
            "says": {"en": self.says("en"), "zh": self.says("zh")},
        }


class GradeOf(Shape):
    """`[[grade]]` of a table."""

    name: str | Words
    limit: StrictFloat
    inclusive: bool = True


class GradeFile(Shape):
    """A table of grades: its product and the amount that limits speak of, such as '1 t'."""

    id: str
    title: str | Words = ""
    product: str = ""
    per: str
    source: str = ""
    grade: list[dict[str, Any]] = Field(default_factory=list)


def read_grades(path: Path) -> GradeTable:
    """Return the table of grades in a TOML file; raise RuleError with every problem.

    `per` is the amount that limits speak of ("1 t"), `[[grade]]` rows hold `name` and `limit` in kg
    CO2e, from the best grade to the last: limits must rise.
    No example: it depends on files.
    """
    with files.collecting(RuleError) as problems:
        opened = open_shaped(path.parent, path.name, GradeFile, problems)
        if opened is not None:
            document, file = opened
            rows = list(_rows(document, file))
            unit, factor = _per(document, file.per)
            grades = tuple(
                GradeLimit(named(row.name), row.limit / factor, row.inclusive) for row in rows
            )
            _check_rising(document, grades)
            title = named(file.title)
            found = GradeTable(file.id, title, file.product, unit, grades, file.source)
    return found


def grade(
    footprint: Footprint, table: GradeTable, *, uncertainty: Uncertainty | None = None
) -> Grade:
    """Return the grade of a footprint by its total, with the probability of each grade.

    Probabilities are shares of the draws where an `uncertainty` is given, else those of a normal
    distribution with the footprint's first-order interval; without either there are none and the
    grade stands by the value alone, which is said. Raises RuleError when the table is for another
    unit or product.
    No example: it takes a footprint.
    """
    value = _per_unit(footprint, table)
    scale = value / footprint.total if footprint.total else 1.0
    name = next((each.name for each in table.grades if each.holds(value)), None)
    if uncertainty is not None:
        draws = [float(each) * scale for each in uncertainty.draws]
        ends = (uncertainty.p2_5 * scale, uncertainty.p97_5 * scale)
        chances = [sum(each.holds(draw) for draw in draws) / len(draws) for each in table.grades]
    elif footprint.interval is not None:
        interval = footprint.interval
        ends = (interval.low * scale, interval.high * scale)
        middle, deviation = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / (2 * NORMAL_95)
        chances = [_below(each.limit, middle, deviation) for each in table.grades]
    else:
        return Grade(table, value, name, None)
    told = len({_class_of(table, each) for each in (value, *ends)}) == 1
    return Grade(table, value, name, told, _apart(table, chances))


def _apart(table: GradeTable, below: list[float]) -> tuple[tuple[Name, float], ...]:
    """Turn the chances of being under each limit into those of being in each grade."""
    pairs = zip(table.grades, [0.0, *below], below, strict=False)
    found = [(each.name, upper - lower) for each, lower, upper in pairs]
    return (*found, (OUTSIDE, 1.0 - (below[-1] if below else 0.0)))


def _class_of(table: GradeTable, value: float) -> int:
    found = (place for place, each in enumerate(table.grades) if each.holds(value))
    return next(found, len(table.grades))


def _below(limit: float, middle: float, deviation: float) -> float:
    if deviation == 0:
        return float(middle <= limit)
    return 0.5 * math.erfc((middle - limit) / (deviation * math.sqrt(2)))


def _per_unit(footprint: Footprint, table: GradeTable) -> float:
    """Return kg CO2e per unit of the table."""
    declared = footprint.declared_unit
    same = not table.product or text.fold(table.product) in {
        text.fold(each) for each in (declared.product, declared.name.en, declared.name.zh)
    }
    where = f"{table.id}"
    if not same:
        facts = {"wanted": table.product, "found": declared.product}
        raise RuleError(problem("grade-product", where, (), **facts))
    try:
        amount = declared.amount.to(table.unit).value
    except UnitError as error:
        raise RuleError(*error.problems) from None
    if not amount:
        raise RuleError(problem("grade-product", where, (), wanted=table.unit, found=str(declared)))
    return footprint.total / amount


def _per(document: Document, written: str) -> tuple[str, float]:
    try:
        value, unit = units.parse(written)
    except UnitError as error:
        where = document.where("per")
        document.tell(
            *(problem(each.code, where, each.candidates, **each.facts) for each in error.problems)
        )
        return "kg", 1.0
    if value <= 0:
        document.tell(problem("grade-limits", document.where("per"), ()))
        return unit, 1.0
    return unit, value


def _rows(document: Document, file: GradeFile) -> list[GradeOf]:
    shaped = (
        document.shaped(GradeOf, row, f"grade[{position}]")
        for position, row in enumerate(file.grade)
    )
    return [each for each in shaped if each is not None]


def _check_rising(document: Document, grades: tuple[GradeLimit, ...]) -> None:
    limits = [each.limit for each in grades]
    if not limits or limits != sorted(set(limits)):
        document.tell(problem("grade-limits", document.where("grade"), ()))
