"""How does a report look on paper? PDF by typst (extra `report`), with a font that is there.

Every text of the study goes in as a string, never as markup. typst prints boxes for characters that
a font lacks and only warns: any warning is an error here, and the font is looked for first.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from pcf.charts.labels import plain, width
from pcf.declare.report.blocks import Figure, Heading, Paragraph
from pcf.declare.report.html import anchor
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from pcf.declare.report.blocks import Block, Cell, Report, Table

FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)  # fmt: skip
"""The fonts that hold Chinese, in the order in which they are looked for."""
_SHORT = 28
"""Columns of text, half a Chinese character each, up to which a cell is never broken."""


def as_pdf(report: Report) -> bytes:
    """Return a report as PDF; the same report gives the same bytes.

    Raises DeclareError where the extra `report` or every font of `FONTS` is missing, and for any
    warning of typst.

    No example: it needs the extra `report`.
    """
    typst = _typst()
    written = _document(report, _font())
    strange = sorted({each for each in written if not _is_held(each)})
    if strange:
        codes = ", ".join(f"U+{ord(each):04X}" for each in strange[:8])
        raise DeclareError(problem("report-character", characters=codes))
    source = written.encode()
    try:
        made, warnings = typst.compile_with_warnings(source, format="pdf", timestamp=0)
    except typst.TypstError as error:
        raise DeclareError(problem("report-typst", reason=str(error)[:400])) from None
    if warnings:
        reasons = "; ".join(dict.fromkeys(str(each.message) for each in warnings))
        raise DeclareError(problem("report-typst", reason=reasons[:400]))
    data: bytes = made
    return data


def _is_held(character: str) -> bool:
    """Tell whether a font for Chinese may hold a character: typst prints a box and says nothing."""
    code = ord(character)
    pictures = 0x1F000 <= code <= 0x1FAFF
    return not pictures and unicodedata.category(character) not in {"Co", "Cn", "Cs"}


def _typst() -> Any:  # noqa: ANN401 - a module of the extra `report`
    try:
        import typst  # noqa: PLC0415 - of the extra `report`
    except ImportError:
        raise DeclareError(problem("extra-missing", extra="report", package="typst")) from None
    return typst


@cache
def _font() -> str:
    known = set(_typst().Fonts(include_system_fonts=True).families())
    found = next((font for font in FONTS if font in known), None)
    if found is None:
        raise DeclareError(problem("report-font", "", FONTS))
    return found


def _document(report: Report, font: str) -> str:
    language = {"en": "en", "zh": "zh"}[report.language]
    marks = " · ".join(report.marks)
    head = [
        f"#set document(title: {_text(report.title)}, date: none)",
        f'#set text(font: ("{font}",), lang: "{language}", size: 9.5pt)',
        _page(marks or report.subtitle),
        "#set table(stroke: (x, y) => (bottom: 0.4pt + luma(200)), inset: 4pt)",
        "#show heading: set block(above: 1.4em, below: 0.7em)",
        "#set par(justify: false)",
        f'#text(size: 18pt, weight: "bold", {_text(report.title)})',
        "",
        f"#text(size: 11pt, fill: luma(90), {_text(report.subtitle)})",
    ]
    head += [f"#block(inset: 8pt, stroke: 0.6pt, strong({_text(mark)}))" for mark in report.marks]
    anchors = _anchors(report)
    return "\n\n".join([*head, *(_block(block, anchors) for block in report.blocks)]) + "\n"


def _page(running: str) -> str:
    head = f"align(right, text(size: 8pt, fill: luma(90), {_text(running)}))"
    margin = "margin: (x: 18mm, y: 20mm)"
    return f'#set page(paper: "a4", {margin}, numbering: "1 / 1", header: {head})'


def _anchors(report: Report) -> frozenset[str]:
    """Return the names that something leads to and that are there."""
    found = {b.anchor for b in report.blocks if isinstance(b, Heading) and b.anchor}
    for block in report.blocks:
        for row in getattr(block, "rows", ()):
            found |= {cell.anchor for cell in row if cell.anchor}
    return frozenset(anchor(name) for name in found)


def _block(block: Block, anchors: frozenset[str]) -> str:
    if isinstance(block, Heading):
        named = f" #label({_text(anchor(block.anchor))})" if block.anchor else ""
        return f"#heading(level: {block.level - 1}, {_text(block.text)}){named}"
    if isinstance(block, Paragraph):
        said = _text(block.text)
        return f"#block(inset: 8pt, stroke: 0.6pt, strong({said}))" if block.strong else f"#{said}"
    if isinstance(block, Figure):
        picture = json.dumps(block.svg.replace("currentColor", "#1b1f24"), ensure_ascii=False)
        alt = _text(block.caption)
        return (
            f'#figure(image(bytes({picture}), format: "svg", width: 100%, alt: {alt}), '
            f"numbering: none, caption: {alt})"
        )
    return _table(block, anchors)


def _table(table: Table, anchors: frozenset[str]) -> str:
    columns = ", ".join(_width(table, at) for at in range(len(table.align)))
    sides = ", ".join("right" if side == "r" else "left" for side in table.align)
    heads = ", ".join(f"strong({_text(head)})" for head in table.headers)
    head = f"table.header({heads}), " if table.headers else ""
    cells = ", ".join(_cell(cell, anchors) for row in table.rows for cell in row)
    return f"#table(columns: ({columns},), align: ({sides},), {head}{cells})"


def _width(table: Table, at: int) -> str:
    """Return a column's width: numbers and short texts take what they need, the rest shares."""
    texts = [row[at].text for row in table.rows] + list(table.headers[at : at + 1])
    widest = max((width(each) for each in texts), default=0)
    return "auto" if table.align[at] == "r" or widest <= _SHORT else "1fr"


def _cell(cell: Cell, anchors: frozenset[str]) -> str:
    said = f"text({_text(cell.text)})"
    if cell.to and anchor(cell.to) in anchors:
        said = f"link(label({_text(anchor(cell.to))}), {said})"
    named = f" #label({_text(anchor(cell.anchor))})" if cell.anchor else ""
    return f"[#{said}{named}]"


def _text(said: str) -> str:
    """Return a text as a typst string: JSON's escapes but for the control characters."""
    quoted = plain(said).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
