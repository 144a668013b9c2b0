"""Errors: what is wrong, where, what was near, and what to do.

::

    PcfError                  the root: holds one or many problems
    ├── UnitError             a unit not in the list, or two that do not convert
    ├── ExpressionError       a formula outside the safe language, or one that cannot be evaluated
    ├── FileError             a file that cannot be read safely, or not written
    ├── ModelError            values that contradict each other
    │   └── AllocationError   shares that do not sum to one, properties that are missing
    ├── BackgroundError       a set, an edition or a row of background data that does not hold
    ├── LinkError             an input without exactly one provider
    ├── SolveError            a system that has no answer, with its diagnosis
    ├── LedgerError           an event that a ledger refuses, or a ledger that cannot be trusted
    ├── RuleError             a rule pack, a profile or a questionnaire that does not hold
    ├── DeclareError          what may not leave the house, or came from outside and does not hold
    └── StudyProblems         everything wrong with a study, together

Every error carries `Problem`s; a problem carries a stable code, its place, candidates and facts,
and says itself in English or Chinese from the one catalogue. Errors pickle.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pcf import text


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """The place of a problem: a file, a line or a cell, a column, a thing named in it.

    >>> str(Where(file="activity.csv", line=12, column="unit"))
    'activity.csv, line 12, unit'
    >>> str(Where(file="study.xlsx", sheet="活动数据", cell="F7"))
    'study.xlsx, 活动数据!F7'
    """

    file: str = ""
    sheet: str = ""
    line: int = 0
    cell: str = ""
    column: str = ""
    item: str = ""

    def says(self, language: text.Language = "en") -> str:
        """Return the place as one short phrase."""
        cell = f"{self.sheet}!{self.cell}" if self.sheet else self.cell
        line = {"en": f"line {self.line}", "zh": f"第{self.line}行"}[language]
        line = line if self.line and not self.cell else ""
        parts = (self.file, cell, line, self.column, self.item)
        return {"en": ", ", "zh": "，"}[language].join(part for part in parts if part)

    def __str__(self) -> str:
        """Return the English phrase."""
        return self.says("en")


_COLON = {"en": ": ", "zh": "："}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code of the catalogue, its place, near candidates, its facts."""

    code: str
    where: Where = Where()
    candidates: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict, hash=False)

    def says(self, language: text.Language = "en") -> str:
        """Return place, what is wrong, candidates and cure as text."""
        place = f"{self.where.says(language)}{_COLON[language]}" if str(self.where) else ""
        near = {"en": "Candidates: ", "zh": "候选："}[language]
        stop = {"en": ".", "zh": "。"}[language]
        candidates = f" {near}{text.listed(self.candidates)}{stop}" if self.candidates else ""
        cure = text.cure(self.code, self.facts, language)
        return f"{place}{text.says(self.code, self.facts, language)}{candidates} {cure}".strip()

    def __str__(self) -> str:
        """Return the English text with its code."""
        return f"[{self.code}] {self.says()}"


def problem(
    code: str,
    where: Where | str = "",
    candidates: tuple[str, ...] | list[str] = (),
    **facts: object,
) -> Problem:
    """Build a `Problem`; every fact becomes text; a `where` that is text names an item."""
    place = where if isinstance(where, Where) else Where(item=where)
    return Problem(code, place, tuple(candidates), {key: str(fact) for key, fact in facts.items()})


class PcfError(Exception):
    """The root of the library's errors: one problem or many.

    >>> error = UnitError(problem("unit-unknown", unit="mWh"))
    >>> error.problems[0].code
    'unit-unknown'
    """

    def __init__(self, *problems: Problem) -> None:
        """Hold the problems; they are also `args`, so the error pickles."""
        super().__init__(*problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems, in the order in which they were found."""
        return self.args

    def says(self, language: text.Language = "en") -> str:
        """Return all problems as text, one a line, numbered when there are several."""
        rows = [f"[{each.code}] {each.says(language)}" for each in self.problems]
        if len(rows) == 1:
            return rows[0]
        head = {"en": f"{len(rows)} problems:", "zh": f"共 {len(rows)} 个问题："}[language]
        return "\n".join([head, *(f"{i:>3}. {row}" for i, row in enumerate(rows, 1))])

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")


class UnitError(PcfError):
    """A unit that is not in the closed list, or two units that do not convert."""


class ExpressionError(PcfError):
    """A formula outside the safe language, or one that cannot be evaluated."""


class FileError(PcfError):
    """A file that cannot be read safely, or that was not written."""


class ModelError(PcfError):
    """Values that contradict each other."""


class AllocationError(ModelError):
    """Shares that do not sum to one, or a property that a product does not have."""


class BackgroundError(PcfError):
    """A set, an edition or a row of background data that does not hold."""


class LinkError(PcfError):
    """An input without exactly one provider."""


class SolveError(PcfError):
    """A system that has no answer, with its diagnosis."""


class LedgerError(PcfError):
    """An event that a ledger of certificates refuses, or a ledger that cannot be trusted."""


class RuleError(PcfError):
    """A rule pack, a profile or a questionnaire that does not hold."""


class DeclareError(PcfError):
    """What may not leave the house, or came from outside and does not hold."""


class StudyProblems(PcfError):
    """Everything that is wrong with a study, of reading and of linking together."""
