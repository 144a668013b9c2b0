"""How does an opinion look as a page? One HTML file that needs no other, on paper and on screen.

Every text from a study, a pack or a profile is escaped; the page loads nothing and runs nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pcf.charts.labels import markup
from pcf.charts.page import facts_table
from pcf.charts.page import page as whole_page
from pcf.rules.rendering import (
    clause_text,
    colon,
    heading,
    headline,
    turn_text,
    word,
)
from pcf.rules.sentences import shown, shown_number
from pcf.rules.showing import FORCES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.rules.judging import Judgement
    from pcf.rules.opinion import Opinion
    from pcf.text import Language

_STYLE = """
.verdict{display:inline-block;padding:0 .55em;border:1px solid currentColor;border-radius:1em;
font-weight:600;white-space:nowrap}
.satisfied{color:var(--good)}.violated{color:var(--bad)}.cannot-tell{color:var(--open)}
.not-applicable{color:var(--idle)}
article{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--edge);
border-radius:4px;padding:.7rem 1rem;margin:.7rem 0;break-inside:avoid}
article.violated{--edge:var(--bad);color:inherit}article.cannot-tell{--edge:var(--open);color:inherit}
article p{margin:.25rem 0}
@media print{tr,article{break-inside:avoid}}
"""


def page(opinion: Opinion, language: Language = "en") -> str:
    """Return an opinion as one HTML page.

    No example: `Opinion.save` writes it.
    """
    body = [
        facts_table(heading(opinion, language)),
        _counts(opinion, language),
        *_unmet(opinion, language),
        _findings(opinion, language),
        _standards(opinion, language),
        _all_rules(opinion, language),
    ]
    return whole_page(headline(opinion, language), body, language, style=_STYLE)


def fragment(opinion: Opinion, language: Language = "en") -> str:
    """Return what is not met as a piece of HTML, for Jupyter, with its style inline.

    No example: Jupyter shows it.
    """
    rows = "".join(
        f'<tr style="background:transparent">{_cell(each.rule.id)}'
        f"{_cell(FORCES[each.rule.force].says(language))}"
        f"{_cell(VERDICTS[each.verdict].says(language))}{_cell(clause_text(each, language))}"
        f"{_cell(each.says(language))}{_cell(each.remedy(language))}</tr>"
        for each in opinion.unmet
    )
    captions = ("rule", "force", "verdict", "clause", "says", "remedy")
    heads = "".join(
        f'<th style="text-align:left">{markup(word(key, language))}</th>' for key in captions
    )
    counts = " · ".join(
        f"{VERDICTS[verdict].says(language)} {count}" for verdict, count in opinion.counts.items()
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    nothing = "" if rows else f"<p>{markup(word('nothing', language))}</p>"
    named = f"{opinion.pack.name}"
    return (
        f"<div><p><b>{markup(headline(opinion, language))}</b><br>{markup(named)} · "
        f"{markup(counts)}</p>{table}{nothing}</div>"
    )


def _cell(said: str) -> str:
    return f'<td style="text-align:left;vertical-align:top">{markup(said)}</td>'


def _badge(verdict: str, language: Language) -> str:
    said = markup(VERDICTS[verdict].says(language))
    return f'<span class="verdict {verdict.replace(" ", "-")}">{said}</span>'


def _counts(opinion: Opinion, language: Language) -> str:
    parts = (f"{_badge(verdict, language)} {count}" for verdict, count in opinion.counts.items())
    return f"<p>{' &nbsp; '.join(parts)}</p>"


def _unmet(opinion: Opinion, language: Language) -> Iterable[str]:
    unmet = opinion.unmet
    if not unmet:
        yield f"<p>{markup(word('nothing', language))}</p>"
        return
    yield f"<h2>{markup(word('unmet', language))} ({len(unmet)})</h2>"
    for each in unmet:
        yield _article(each, language)


def _article(judgement: Judgement, language: Language) -> str:
    rule = judgement.rule
    force = markup(FORCES[rule.force].says(language))
    badge = _badge(judgement.verdict, language)
    named = f"{markup(rule.id)} {markup(rule.name)}"
    clause = f"{markup(clause_text(judgement, language))}{_note(judgement, language)}"
    parts = [
        f'<h3>{named} {badge} <span class="soft">{force}</span></h3>',
        f'<p class="soft">{_caption("clause", language)}{clause}</p>',
        f"<p>{markup(judgement.says(language))}</p>",
        f'<p class="soft">{markup(judgement.reason(language))}</p>',
    ]
    if len(judgement.missing) > 1 and judgement.enough:
        names = ", ".join(each.name for each in judgement.enough)
        parts.append(f'<p class="soft">{_caption("enough", language)}{markup(names)}</p>')
    parts.append(
        f"<p><b>{_caption('remedy', language)}</b>{markup(judgement.remedy(language))}</p>"
    )
    parts += [_turns(judgement, language), _facts(judgement, language, opened=True)]
    return f'<article class="{judgement.verdict.replace(" ", "-")}">{"".join(parts)}</article>'


def _caption(key: str, language: Language) -> str:
    return markup(word(key, language)) + colon(language)


def _note(judgement: Judgement, language: Language) -> str:
    note = judgement.clause.note.says(language)
    return f" – {markup(note)}" if note else ""


def _turns(judgement: Judgement, language: Language) -> str:
    turns = judgement.turns
    if not turns:
        return ""
    rows = "".join(f"<li>{markup(turn_text(each, language))}</li>" for each in turns)
    return f'<p class="soft">{_caption("turns", language)}</p><ul class="soft">{rows}</ul>'


def _facts(judgement: Judgement, language: Language, *, opened: bool = False) -> str:
    """Return the facts with their places; `opened` ones are printed too."""
    captions = ("fact", "value", "evidence", "how")
    heads = "".join(f"<th>{markup(word(key, language))}</th>" for key in captions)
    rows = [
        (
            f"{fact.name}\n{fact.kind.question.says(language)}",
            shown(fact.kind, fact.value, language),
            "; ".join(each.says(language) for each in fact.evidence),
            fact.how.says(language),
        )
        for fact in judgement.facts
    ]
    rows += [
        (
            f"limit.{each.name}\n{each.says.says(language)}",
            shown_number(each.value, each.unit, "", language),
            each.source,
            "",
        )
        for each in judgement.limits
    ]
    cells = "".join(
        f"<tr>{''.join(f'<td>{markup(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f"<details{' open' if opened else ''}><summary>{markup(word('facts', language))}</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table></details>"
    )


def _findings(opinion: Opinion, language: Language) -> str:
    """Return what no rule decides, each with what could be done about it, rare kinds first."""
    kinds = Counter(each.code for each in opinion.findings)
    rows = "".join(
        f'<li>{markup(each.says(language))} <span class="soft">{markup(each.remedy(language))}'
        "</span></li>"
        for each in sorted(opinion.findings, key=lambda each: kinds[each.code])
    )
    title = f"{markup(word('weigh', language))} ({len(opinion.findings)})"
    return f"<h2>{title}</h2><ul>{rows}</ul>" if rows else ""


def _standards(opinion: Opinion, language: Language) -> str:
    rows = [
        (
            each.number,
            " – ".join(
                part
                for part in (
                    each.title.says(language),
                    each.status,
                    each.read,
                    each.note.says(language),
                )
                if part
            ),
        )
        for each in opinion.pack.standards
    ]
    return f"<h2>{markup(word('standards', language))}</h2>{facts_table(rows)}" if rows else ""


def _all_rules(opinion: Opinion, language: Language) -> str:
    captions = ("rule", "force", "clause", "says", "verdict")
    heads = "".join(f'<th scope="col">{markup(word(key, language))}</th>' for key in captions)
    rows = "".join(
        f"<tr><td>{markup(each.rule.id)} {markup(each.rule.name)}</td>"
        f"<td>{markup(FORCES[each.rule.force].says(language))}</td>"
        f"<td>{markup(clause_text(each, language))}</td>"
        f"<td>{markup(each.says(language))}{_turns(each, language)}{_facts(each, language)}</td>"
        f"<td>{_badge(each.verdict, language)}</td></tr>"
        for each in opinion.judgements
    )
    return (
        f"<h2>{markup(word('all', language))} ({len(opinion.judgements)})</h2>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
