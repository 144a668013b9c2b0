"""What does the verification statement say? Its content after ISO 14064-3:2019, 9.3, in our words.

The standard's text could not be read here; the list of what a statement holds is recalled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf.analysis.labels import label
from pcf.declare.assessment.limits import limit_said
from pcf.declare.assessment.values import LEVELS, SCHEMES
from pcf.declare.naming import boundary_said
from pcf.declare.report.words import treatment_word
from pcf.declare.rounding import declared_value
from pcf.study.marks import MARKS
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.declare.assessment.values import Assessment
    from pcf.text import Language

_CONCLUSION = {
    "reasonable": Name(
        "In our opinion the declared footprint is, in all material respects, prepared by the"
        " criteria named above and fairly stated.",
        "我们认为，所声明的碳足迹在所有重大方面按上述准则编制，表述公允。",
    ),
    "limited": Name(
        "Nothing came to our attention that lets us believe that the declared footprint is not, in"
        " all material respects, prepared by the criteria named above.",
        "我们没有发现任何事项，使我们认为所声明的碳足迹在重大方面未按上述准则编制。",
    ),
}
_WITHHELD = Name(
    "No conclusion is given: the assessment has not approved the footprint.",
    "不给出结论：评审尚未批准该碳足迹。",
)


def statement(assessment: Assessment, language: Language = "en") -> list[tuple[str, str]]:
    """Return the statement as captions and texts, in order.

    No example: tests/declare/test_assessment.py shows it whole.
    """
    record, result = assessment.record, assessment.result
    pack: Any = assessment.opinion.get("pack", {})
    context: Any = result.get("context", {})
    approved = assessment.decision == "approved"
    conclusion = _CONCLUSION[record.level] if approved else _WITHHELD
    value = declared_value(_number(result, "total"))
    rows = [
        (Name("responsible party", "责任方"), record.applicant),
        (Name("verification body", "核查机构"), record.body),
        (Name("intended users", "预期使用者"), record.intended_user),
        (Name("subject", "对象"), f"{_text(result.get('title'), language)}"),
        (Name("declared unit", "声明单位"), assessment.unit.says(language)),
        (Name("criteria", "准则"), _criteria(pack, result, language)),
        (Name("boundary", "系统边界"), boundary_said(str(context.get("boundary", "")), language)),
        (Name("period", "时期"), str(context.get("period", ""))),
        (Name("result", "结果"), f"{value} kg CO2e / {assessment.unit.says(language)}"),
        (Name("by stage", "按阶段"), _stages(result, language)),
        (Name("level of assurance", "保证等级"), LEVELS[record.level].says(language)),
        (Name("materiality", "重要性"), f"{100 * record.materiality:g} %"),
        (Name("excluded", "排除项"), _gaps(assessment, language)),
        (Name("marks", "标记"), ", ".join(MARKS[mark].says(language) for mark in assessment.marks)),
        (Name("scheme", "标识类型"), SCHEMES[record.scheme].says(language)),
        (Name("limit", "限值"), _limit(assessment).says(language)),
        (Name("grade", "等级"), _grade(assessment).says(language)),
        (Name("sealed case", "封存文件"), f"SHA-256 {assessment.digest}"),
        (Name("responsibilities", "责任"), _RESPONSIBILITIES.says(language)),
        (Name("conclusion", "结论"), conclusion.says(language)),
        (Name("date", "日期"), record.decided.isoformat()),
        (Name("signatory", "签署人"), record.signatory),
    ]
    return [(caption.says(language), said) for caption, said in rows if said]


_RESPONSIBILITIES = Name(
    "The responsible party prepares the footprint and answers for its data; the body verifies it,"
    " independent of the party, and answers for this statement.",
    "责任方编制碳足迹并对其数据负责；核查机构独立核查并对本声明负责。",
)


def _limit(assessment: Assessment) -> Name:
    """Return the limit that a low-carbon label is decided by."""
    if assessment.record.scheme != "low-carbon":
        return Name()
    return limit_said(_number(assessment.result, "total"), assessment.record)


def _grade(assessment: Assessment) -> Name:
    """Return on what the grade rests, as the checklist has it."""
    if assessment.record.scheme != "grade":
        return Name()
    return next(each.evidence for each in assessment.items if each.id == "within-limit")


def _criteria(pack: Any, result: Any, language: Language) -> str:  # noqa: ANN401 - plain JSON
    draft = {"en": ", draft", "zh": "，草案"}[language] if pack.get("draft") else ""
    named = f"{_text(pack.get('title'), language)} ({pack.get('id')} {pack.get('edition')}{draft})"
    parts = ["ISO 14067:2018 / GB/T 24067-2024", named if pack else ""]
    parts.append(str(result.get("characterisation", "")))
    power = {"en": "electricity: ", "zh": "电力："}[language]
    used = str(result.get("electricity", ""))
    parts.append(power + treatment_word(used, language) if used else "")
    return "; ".join(each for each in parts if each)


def _stages(result: Any, language: Language) -> str:  # noqa: ANN401 - plain JSON
    stages = result.get("by_stage", {})
    said = "; ".join(f"{label(name, language)} {value:,.6g}" for name, value in stages.items())
    return f"{said} (kg CO2e)" if said else ""


def _gaps(assessment: Assessment, language: Language) -> str:
    result: Any = assessment.result
    gaps = [str(each.get("name", "")) for each in result.get("gaps", [])]
    unknown = {"en": "not known", "zh": "未知"}[language]
    share = result.get("share_excluded")
    head = unknown if share is None else f"{100 * share:.3g} %"
    known = assessment.gaps
    names = "; ".join(known[each].says(language) if each in known else each for each in gaps)
    return f"{head}: {names}" if names else ""


def _number(result: Any, key: str) -> float:  # noqa: ANN401 - plain JSON
    return float(result[key])


def _text(value: Any, language: Language) -> str:  # noqa: ANN401 - plain JSON
    if isinstance(value, dict):
        return str(value.get(language) or value.get("en") or next(iter(value.values()), ""))
    return str(value or "")
