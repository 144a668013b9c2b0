"""May the label be given? Eight steps, recomputed where a machine can, decided by what is met."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.declare.assessment.limits import limit_said, within_limit
from pcf.declare.assessment.steps import items
from pcf.declare.assessment.values import Assessment, Certificate, Item
from pcf.declare.naming import gap_names
from pcf.declare.results import TOLERANCE
from pcf.declare.rounding import declared_value
from pcf.errors import DeclareError, PcfError, problem
from pcf.rules.log import findings_log
from pcf.rules.showing import VERDICTS
from pcf.study.marks import MARKS, TWICE
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.background import Background
    from pcf.declare.assessment.steps import Asked
    from pcf.declare.assessment.values import Done, Record, State
    from pcf.declare.bundle import Case
    from pcf.rules.grading import Grade
    from pcf.rules.log import FindingsLog
    from pcf.rules.opinion import Opinion
    from pcf.text import Language

    Found = tuple[State, Name]


_TONGUES: tuple[Language, Language] = ("en", "zh")


def assess(
    case: Case,
    opinion: Opinion,
    record: Record,
    *,
    log: FindingsLog | None = None,
    background: Background | None = None,
) -> Assessment:
    """Return the assessment of a sealed case for a label.

    `opinion` is that of the product's rules on `case.study` and `case.footprint`, with its grade
    where a graded label is asked for; `log` holds what became of its findings (a fresh one, all
    open, unless given; what it leaves out is open too); `background` supplies rows that a licence
    kept out of the case. Items that a machine can find out are found out here and now; the others
    stand as the record says. There is a certificate only where every item is met. Raises
    DeclareError for a case that is not intact and for the log of another footprint.

    No example: tests/declare/test_assessment.py shows it whole.
    """
    case.require_intact()
    held = _held(findings_log(opinion, case.footprint), log)
    done = {each.item: each for each in record.done}
    found = _computed(case, opinion, record, held, background)
    lines = tuple(_item(asked, found, done) for asked in items())
    results = case.declared.results
    asked = case.footprint.declared_unit
    unit = Name(asked.says("en"), asked.says("zh"))
    gaps = gap_names((each.name for each in case.footprint.gaps), case.study, case.background)
    marks = tuple(case.marks)
    assessment = Assessment(
        record, lines, opinion.as_dict(), results, case.digest, marks, unit=unit, gaps=gaps
    )
    if assessment.decision != "approved":
        return assessment
    certificate = Certificate(
        number=record.number,
        scheme=record.scheme,
        product=case.study.title.zh or case.study.title.en,
        unit=unit,
        value=declared_value(case.declared.total),
        holder=record.applicant,
        body=record.body,
        issued=record.decided,
        digest=case.digest,
        grade=_shown_grade(case, opinion, record),
        marks=tuple(case.marks),
    )
    return replace(assessment, certificate=certificate)


def _shown_grade(case: Case, opinion: Opinion, record: Record) -> Name | None:
    grade = _declared_grade(case, opinion) if record.scheme == "grade" else None
    return None if grade is None else grade.name


def _held(fresh: FindingsLog, log: FindingsLog | None) -> FindingsLog:
    """Return the log given, with every finding that it leaves out open; refuse that of another."""
    if log is None:
        return fresh
    if log.footprint != fresh.footprint:
        raise DeclareError(problem("assess-log", log.study))
    known = {each.id for each in log.entries}
    left_out = tuple(each for each in fresh.entries if each.id not in known)
    return replace(log, entries=(*log.entries, *left_out))


def _item(asked: Asked, found: Mapping[str, Found], done: Mapping[str, Done]) -> Item:
    if asked.computed:
        return Item(asked.step, asked.id, asked.name, *found[asked.id])
    stated = done.get(asked.id)
    if stated is None or not stated.evidence.strip() or not stated.by.strip():
        return Item(asked.step, asked.id, asked.name, "open")
    said = ", ".join(
        each for each in (stated.date, stated.by, stated.evidence, stated.remark) if each
    )
    state: State = "met" if stated.ok else "not met"
    return Item(asked.step, asked.id, asked.name, state, Name(said, said))


def _computed(
    case: Case,
    opinion: Opinion,
    record: Record,
    log: FindingsLog,
    background: Background | None,
) -> dict[str, Found]:
    unsettled = [each for each in log.open if each.force == "shall"]
    share = log.misstated_share
    shown = "?" if share is None else f"{100 * share:.3g} %"
    limit = f"{100 * record.materiality:g} %"
    below: State = "open" if share is None else ("met" if share < record.materiality else "not met")
    return {
        "intact": ("met", Name(case.digest, case.digest)),
        "rules": _rules(opinion),
        "no-double-allocation": (
            "not met" if TWICE in case.marks else "met",
            Name(*(", ".join(MARKS[mark].says(to) for mark in case.marks) for to in _TONGUES)),
        ),
        "certifiable-electricity": (
            "not met" if case.footprint.planned else "met",
            Name(case.footprint.electricity, case.footprint.electricity),
        ),
        "recomputed": _recomputed(case, background),
        "two-recomputations": _twice(case, record),
        "misstatement": (below, Name(f"{shown} of at most {limit}", f"{shown}，上限 {limit}")),
        "findings-closed": (
            "not met" if unsettled else "met",
            Name(f"{len(unsettled)} open", f"{len(unsettled)} 项未关闭"),
        ),
        "within-limit": _LIMITS[record.scheme](case, opinion, record),
    }


def _rules(opinion: Opinion) -> Found:
    states: Mapping[str, State] = {"satisfied": "met", "violated": "not met"}
    en, zh = (
        ", ".join(f"{VERDICTS[verdict].says(to)} {n}" for verdict, n in opinion.counts.items())
        for to in _TONGUES
    )
    said = Name(f"{opinion.pack.name}: {en}", f"{opinion.pack.name}：{zh}")
    return states.get(opinion.verdict, "open"), said


def _recomputed(case: Case, background: Background | None) -> Found:
    try:
        again = case.recompute(background)
        again.require_equal(case.declared)
    except PcfError as error:
        return "not met", Name(error.problems[0].says("en"), error.problems[0].says("zh"))
    total = f"{again.footprint.total!r} kg CO2e"
    en, zh = (" ".join(each.says(to) for each in again.unchecked) for to in _TONGUES)
    return "met", Name(
        f"equal within 1e-9: {total}. {en}".rstrip(" ."),
        f"相差不超过 1e-9：{total}。{zh}".rstrip("。"),
    )


def _twice(case: Case, record: Record) -> Found:
    """Two different people, and totals equal to the declared one before any rounding."""
    declared = case.declared.total
    people = {text.fold(each.by) for each in record.recomputations if each.by.strip()}
    apart = [
        each
        for each in record.recomputations
        if not math.isclose(each.total, declared, rel_tol=TOLERANCE)
    ]
    said = "; ".join(
        f"{each.by}, {each.date}, {each.environment}: {each.total!r}"
        for each in record.recomputations
    )
    if apart:
        return "not met", Name(said, said)
    return ("met" if len(people) > 1 else "open"), Name(said, said)


def _no_limit(case: Case, opinion: Opinion, record: Record) -> Found:
    del case, opinion, record
    return "met", Name("the label shows the number, whatever it is", "标识只显示数值，不设限值")


def _low_carbon(case: Case, opinion: Opinion, record: Record) -> Found:
    """Hold the declared value against the limit, and the 95 % interval too; straddled, it is open.

    It is the declared value that the label shows, never below the computed one: a label above its
    own limit would contradict itself.
    """
    del opinion
    if record.limit is None:
        return "open", Name("no limit is given", "未给出限值")
    interval = case.footprint.interval
    said = limit_said(case.declared.total, record)
    if not within_limit(case.declared.total, record.limit):
        return "not met", said
    sure = interval is not None and interval.high <= record.limit
    return ("met" if sure else "open"), said


def _graded(case: Case, opinion: Opinion, record: Record) -> Found:
    del record
    grade = _declared_grade(case, opinion)
    if grade is None:
        return "open", Name("no table of grades is given", "未提供分级表")
    shown = declared_value(case.declared.total)
    said = Name(
        f"{grade.says('en')} (by the declared value {shown})",
        f"{grade.says('zh')}（按声明值 {shown}）",
    )
    if grade.name is None:
        return "not met", said
    return ("met" if grade.told else "open"), said


def _declared_grade(case: Case, opinion: Opinion) -> Grade | None:
    """Return the grade of the declared value: it may be a worse one than that of the computed."""
    grade: Grade | None = opinion.grade
    total = case.declared.total
    if grade is None or not total:
        return grade
    shown = grade.value * float(declared_value(total)) / total
    name = next((each.name for each in grade.table.grades if each.holds(shown)), None)
    return replace(grade, name=name)


_LIMITS: Mapping[str, Callable[[Case, Opinion, Record], Found]] = {
    "carbon footprint": _no_limit,
    "low-carbon": _low_carbon,
    "grade": _graded,
}
