"""How does a report look as a page? One file without network, scripts or fonts of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf.charts.labels import markup
from pcf.charts.page import page
from pcf.declare.report.blocks import Figure, Heading, Paragraph, Table

if TYPE_CHECKING:
    from pcf.declare.report.blocks import Block, Cell, Report

_STYLE = """
h3{margin:1.4rem 0 .3rem}figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.92em}
tbody tr:last-child td{font-weight:600}table.plain tbody tr:last-child td{font-weight:inherit}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.15em}
.subtitle{color:var(--soft);margin:-.6rem 0 1rem}
nav ol{columns:2;column-gap:3rem;padding-left:1.6rem}@media print{nav{display:none}}
.scroll{overflow-x:auto}td,th{overflow-wrap:break-word}td:first-child{min-width:5em}td.number,th.number{white-space:nowrap;overflow-wrap:normal}
table[data-key=derivation] :is(th,td):last-child{white-space:nowrap}
"""


def as_html(report: Report) -> str:
    """Return a report as one HTML page.

    No example: `declaration.save("report.html")` writes it.
    """
    body = [f'<p class="subtitle">{markup(report.subtitle)}</p>']
    body += [f'<p class="card"><b>{markup(mark)}</b></p>' for mark in report.marks]
    body.append(_contents(report))
    body += [_block(block) for block in report.blocks]
    return page(report.title, body, report.language, style=_STYLE)


def anchor(name: str) -> str:
    """Return a name as the id of an element: letters and digits stay, all else becomes a hyphen.

    >>> anchor("derivation-cast house"), anchor("derivation-铸造")
    ('derivation-cast-house', 'derivation-铸造')
    """
    return re.sub(r"[^\w-]+", "-", name)


def _contents(report: Report) -> str:
    heads = [b for b in report.blocks if isinstance(b, Heading) and b.level == 2 and b.anchor]
    rows = "".join(
        f'<li><a href="#{markup(anchor(head.anchor))}">{markup(head.text)}</a></li>'
        for head in heads
    )
    words = {"en": "Contents", "zh": "目录"}[report.language]
    return f'<nav aria-label="{words}"><ol>{rows}</ol></nav>'


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        named = f' id="{markup(anchor(block.anchor))}"' if block.anchor else ""
        return f"<h{block.level}{named}>{markup(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        said = markup(block.text)
        return f'<p class="card"><b>{said}</b></p>' if block.strong else f"<p>{said}</p>"
    if isinstance(block, Figure):
        return f"<figure>{block.svg}<figcaption>{markup(block.caption)}</figcaption></figure>"
    return _table(block)


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_side(table, at)}>{markup(head)}</th>'
        for at, head in enumerate(table.headers)
    )
    head = f"<thead><tr>{heads}</tr></thead>" if heads else ""
    lines = "".join(
        "<tr>" + "".join(_cell(cell, table, at) for at, cell in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    key = f' data-key="{markup(table.key)}"' if table.key else ""
    named = f' aria-label="{markup(table.name)}"' if table.name else ""
    kind = "" if table.key in {"by_stage", "by_gas"} else ' class="plain"'
    return (
        f'<div class="scroll" tabindex="0"><table{kind}{key}{named}>{head}<tbody>{lines}</tbody>'
        f"</table></div>"
    )


def _cell(cell: Cell, table: Table, at: int) -> str:
    said = markup(cell.text)
    if cell.to:
        said = f'<a href="#{markup(anchor(cell.to))}">{said}</a>'
    named = f' id="{markup(anchor(cell.anchor))}"' if cell.anchor else ""
    number = "" if cell.value is None else f' data-value="{cell.value!r}"'
    if not table.headers and at == 0:
        return f'<th scope="row"{named}>{said}</th>'
    return f"<td{_side(table, at)}{named}{number}>{said}</td>"


def _side(table: Table, at: int) -> str:
    return ' class="number"' if table.align[at] == "r" else ""
