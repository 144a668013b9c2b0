"""How does an assessment look? A page, text for a terminal, plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import charts
from pcf.charts.labels import markup
from pcf.charts.page import facts_table, page
from pcf.declare.assessment.certificate import certificate_data, code_svg
from pcf.declare.assessment.statement import statement
from pcf.declare.assessment.steps import steps
from pcf.declare.assessment.values import SCHEMES, STATES
from pcf.rules.rendering import colon
from pcf.study.marks import MARKS
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.declare.assessment.values import Assessment, Certificate
    from pcf.text import Language

_WORDS = {
    "title": Name("Assessment for a carbon footprint label", "产品碳足迹标识评审"),
    "decision": Name("decision", "决定"),
    "checklist": Name("Checklist", "检查表"),
    "step": Name("step", "步骤"),
    "item": Name("item", "事项"),
    "state": Name("state", "状态"),
    "evidence": Name("evidence", "依据"),
    "statement": Name("Verification statement", "核查声明"),
    "certificate": Name("Certificate", "证书"),
    "number": Name("number", "编号"),
    "holder": Name("holder", "持证方"),
    "body": Name("body", "机构"),
    "valid": Name("valid", "有效期"),
    "surveillance": Name("surveillance by", "监督日期"),
    "grade": Name("grade", "等级"),
    "scan": Name(
        "The code carries number, value, unit, validity and the digest of the sealed case.",
        "二维码含编号、数值、单位、有效期与封存文件摘要。",
    ),
}


_STYLE = ".state{white-space:nowrap}"


def as_text(assessment: Assessment, language: Language = "en") -> str:
    """Return the decision and what keeps it from being approved, for a terminal.

    No example: `pcf assess` prints it.
    """
    decided = STATES[assessment.decision].says(language)
    head = f"{_word('decision', language)}{colon(language)}{decided}"
    shown = assessment.items if assessment.decision == "approved" else assessment.unmet
    names = dict(steps())
    rows = [
        (
            names[each.step].says(language),
            each.name.says(language),
            STATES[each.state].says(language),
            each.evidence.says(language),
        )
        for each in shown
    ]
    headers = [_word(key, language) for key in ("step", "item", "state", "evidence")]
    return f"{head}\n\n{charts.text_table(headers, rows)}"


def as_dict(assessment: Assessment) -> dict[str, object]:
    """Return the assessment as plain JSON values, in both languages.

    No example: `pcf assess --json` prints it.
    """
    certificate = assessment.certificate
    return {
        "decision": assessment.decision,
        "digest": assessment.digest,
        "marks": list(assessment.marks),
        "items": [
            {
                "step": each.step,
                "item": each.id,
                "name": {"en": each.name.en, "zh": each.name.zh},
                "state": each.state,
                "evidence": {"en": each.evidence.en, "zh": each.evidence.zh},
            }
            for each in assessment.items
        ],
        "statement": {
            "en": dict(statement(assessment, "en")),
            "zh": dict(statement(assessment, "zh")),
        },
        "certificate": None if certificate is None else certificate_data(certificate),
    }


def as_html(assessment: Assessment, language: Language = "en") -> str:
    """Return the assessment as one page: certificate, statement, checklist.

    No example: `pcf assess --html` writes it.
    """
    parts = [_marks(assessment, language), _decision(assessment, language)]
    if assessment.certificate is not None:
        parts.append(_certificate(assessment.certificate, language))
    parts.append(f"<h2>{markup(_word('statement', language))}</h2>")
    parts.append(facts_table(statement(assessment, language)))
    parts.append(_checklist(assessment, language))
    return page(_word("title", language), parts, language, style=_STYLE)


def _marks(assessment: Assessment, language: Language) -> str:
    said = [MARKS[mark].says(language) for mark in assessment.marks]
    return "".join(f'<p class="card"><b>{markup(each)}</b></p>' for each in said)


def _decision(assessment: Assessment, language: Language) -> str:
    state = assessment.decision
    word = markup(_word("decision", language) + colon(language))
    return f'<p>{word}<b class="{state}">{markup(STATES[state].says(language))}</b></p>'


def _certificate(certificate: Certificate, language: Language) -> str:
    days = ", ".join(day.isoformat() for day in certificate.surveillance)
    rows = [
        (_word("number", language), certificate.number),
        (_word("holder", language), certificate.holder),
        (_word("body", language), certificate.body),
        (_word("valid", language), f"{certificate.issued} – {certificate.valid_until}"),
        (_word("surveillance", language), days),
    ]
    if certificate.grade is not None:
        rows.append((_word("grade", language), certificate.grade.says(language)))
    value = f"{markup(certificate.value)} kg CO2e / {markup(certificate.unit.says(language))}"
    return (
        f'<section class="card"><h2>{markup(_word("certificate", language))}{colon(language)}'
        f"{markup(SCHEMES[certificate.scheme].says(language))}</h2>"
        f"<p>{markup(certificate.product)}</p>"
        f'<p class="value">{value}</p>{facts_table(rows)}'
        f'<div class="qr">{code_svg(certificate)}</div>'
        f'<p class="soft">{markup(_word("scan", language))}</p></section>'
    )


def _checklist(assessment: Assessment, language: Language) -> str:
    heads = "".join(
        f'<th scope="col">{markup(_word(key, language))}</th>'
        for key in ("step", "item", "state", "evidence")
    )
    names = dict(steps())
    lines = "".join(
        f"<tr><td>{markup(names[each.step].says(language))}</td>"
        f"<td>{markup(each.name.says(language))}</td>"
        f'<td class="{each.state.replace(" ", "-")} state">'
        f"{markup(STATES[each.state].says(language))}</td><td>{markup(each.evidence.says(language))}</td></tr>"
        for each in assessment.items
    )
    head = markup(_word("checklist", language))
    return f"<h2>{head}</h2><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _word(key: str, language: Language) -> str:
    return _WORDS[key].says(language)
