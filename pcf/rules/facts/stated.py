"""What does the study state of itself, and is it to be believed? Only with evidence.

A statement without evidence (a file with its fingerprint, or the name of a document) is unknown,
and so is one whose file is gone or another. What is computed is never stated.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import PcfError, problem
from pcf.model.coverage import Period
from pcf.rules.facts.case import Case, Found, place, told, unknown
from pcf.rules.vocabulary import vocabulary
from pcf.study.columns import spellings
from pcf.study.statements import evidence_fault
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.errors import Problem
    from pcf.rules.values import FactKind, FactValue
    from pcf.study import Study
    from pcf.study.values import Statement


def statement_problems(
    study: Study, kinds: Mapping[str, FactKind] | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with the statements of a study: names, and values that are none.

    >>> from pcf.study.values import Statement, Study
    >>> study = Study("a", statements=(Statement("reveiw.done", "yes"),))
    >>> found = next(statement_problems(study))
    >>> found.code, found.candidates[0]
    ('statement-unknown', 'review.done')
    """
    kinds = vocabulary() if kinds is None else kinds
    for row in study.statements:
        where = replace(row.where, column="fact", item=row.fact)
        kind = kinds.get(row.fact)
        if kind is None:
            names = [name for name, each in kinds.items() if each.stated]
            yield problem("statement-unknown", where, text.nearest(row.fact, names), fact=row.fact)
        elif not kind.stated:
            yield problem("statement-computed", where, fact=row.fact)
        elif row.value and read(row, kind) is None:
            words = tuple(kind.words) or _EXAMPLES[kind.kind]
            near = text.nearest(row.value, words) or words
            where = replace(where, column="value")
            yield problem("statement-value", where, near, fact=row.fact, value=row.value[:60])


def stated(case: Case, kind: FactKind) -> Found:
    """Return the value of a stated fact: unknown without a statement, and without its evidence.

    No example: the tests of the facts remove each piece of evidence.
    """
    row = next((each for each in case.study.statements if each.fact == kind.name), None)
    if row is None or not row.value:
        return unknown("how-not-stated", what=kind.name)
    where = (place(row.where, row.fact),)
    fault = evidence_fault(row, case.study.folder)
    if fault:
        return unknown(_FAULTS[fault], where, file=row.evidence.file or "-")
    value = read(row, kind)
    if value is None:
        return unknown("how-unreadable", where, value=row.value)
    shown = row.evidence.text or row.evidence.file or row.source
    return Found(value, told("how-stated", value=row.value, evidence=shown), where)


def stated_number(case: Case, name: str) -> float | None:
    """Return the number of a stated fact, None where it is not known.

    No example: see `stated`.
    """
    value = stated(case, vocabulary()[name]).value
    return value if isinstance(value, float) else None


def read(row: Statement, kind: FactKind) -> FactValue:
    """Return the value of a statement as its kind has it; None where it cannot be read.

    Yes and no, words and days are read in Chinese and in English; words are parted by |.

    >>> from pcf.rules.values import FactKind
    >>> from pcf.study.values import Statement
    >>> read(Statement("a", "是"), FactKind("a", "truth"))
    True
    >>> read(Statement("a", "13.6", "t CO2e"), FactKind("a", "number", "kg CO2e"))
    13600.0
    """
    if kind.kind == "truth":
        return _truth(row.value)
    if kind.kind == "number":
        return _number(row, kind.unit)
    if kind.kind == "date":
        return _day(row.value)
    words = [_word(each, kind) for each in row.value.replace("、", "|").split("|")]
    if kind.kind == "word":
        return words[0] if len(words) == 1 else None
    return frozenset(each for each in words if each) if all(words) else None


def _truth(written: str) -> bool | None:
    known = {fold(form): key for form, key in spellings("yesno").items()}
    word = {"true": "yes", "false": "no"}.get(fold(written)) or known.get(fold(written))
    return None if word is None else word == "yes"


def _number(row: Statement, unit: str) -> float | None:
    """Return a number in the unit of its kind; without a unit it is a plain one."""
    written = f"{row.value} {row.unit}".strip()
    try:
        plain = _PLAIN.fullmatch(written)
        value, own = (float(written), "1") if plain else units.parse(written)
        return float(f"{value * units.factor(own, unit):.15g}")
    except PcfError:
        return None


def _day(written: str) -> str | None:
    try:
        period = Period.read(written)
    except PcfError:
        return None
    return period.start.isoformat() if period.days == 1 else None


def _word(written: str, kind: FactKind) -> str | None:
    for word, name in kind.words.items():
        forms = (word, name.en, name.zh, f"{name.zh} {name.en}")
        if fold(written) in {fold(each) for each in forms if each.strip()}:
            return word
    return None


_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_EXAMPLES = {
    "truth": ("yes", "no", "是", "否"),
    "number": ("0.5",),
    "date": ("2026-01-31",),
}
_FAULTS = {
    "none": "how-no-evidence",
    "no folder": "how-evidence-missing",
    "missing": "how-evidence-missing",
    "no fingerprint": "how-evidence-bare",
    "differs": "how-evidence-differs",
    "empty": "how-evidence-empty",
}
