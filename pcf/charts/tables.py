"""What does a table look like? In a terminal as text, in Jupyter and in a report as HTML.

Cells are texts, numbers or None, which is written as the word for unknown. Numbers stand right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.charts.labels import markup, plain, width
from pcf.charts.numbers import UNKNOWN, number
from pcf.errors import PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pcf.text import Language

Cell = str | float | None

_NUMERIC = re.compile(r"[<>≤≥±~]? ?[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?( ?%)?")
_NO_NUMBER = {"", "-", "–", "—", *UNKNOWN.values()}
_GAP = "  "

# Colours are taken from the page, so that the table is readable on a light and on a dark ground.
_LINE = "rgba(128,128,128,0.45)"
_TABLE = (
    "border-collapse:collapse;color:inherit;background:transparent;font-size:0.95em;"
    "font-variant-numeric:tabular-nums;margin:0.4em 0"
)
_CELL = "padding:0.2em 0.8em;border:0;background:transparent;vertical-align:baseline"


@dataclass(frozen=True, slots=True)
class Span:
    """A heading above `columns` headings of a table; an empty one leaves its place blank."""

    label: str
    columns: int


def text_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    align: str = "",
    emphasised: Collection[int] = (),
    language: Language = "en",
) -> str:
    """Return a table for a terminal; wide characters count two columns.

    `align` holds one of 'l' and 'r' a column; without it columns of numbers stand right.
    `emphasised` are the positions of rows with a line above, such as a total. Raises PcfError when
    a row has not one cell a heading.

    >>> print(text_table(["stage", "kg CO2e"], [["氧化铝", 1424.0], ["anode", None]]))
    stage   kg CO2e
    ------  -------
    氧化铝    1,424
    anode   unknown
    """
    texts = _texts(headers, rows, language)
    sides = align or _sides(texts, len(headers))
    heads = [plain(header) for header in headers]
    widths = [max(width(row[column]) for row in [heads, *texts]) for column in range(len(heads))]
    rule = _GAP.join("-" * each for each in widths)
    lines = [_line(heads, widths, sides), rule]
    for position, row in enumerate(texts):
        if position in emphasised:
            lines.append(rule)
        lines.append(_line(row, widths, sides))
    return "\n".join(lines)


def html_table(  # noqa: PLR0913 - each word is one trait of the look, and all may be left out
    headers: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    align: str = "",
    emphasised: Collection[int] = (),
    caption: str = "",
    spans: Sequence[Span] = (),
    language: Language = "en",
) -> str:
    """Return a table as HTML with its style inline; every text is escaped.

    `spans` are headings above the headings, from left to right; `emphasised` rows are bold with a
    line above. Raises PcfError when a row has not one cell a heading.

    >>> html_table(["gas", "kg"], [["<CO2>", 1.5]]).count("&lt;CO2&gt;")
    1
    """
    texts = _texts(headers, rows, language)
    sides = align or _sides(texts, len(headers))
    above = "".join(
        f'<th colspan="{span.columns}" scope="colgroup" style="{_CELL};text-align:center;'
        f'{_ruled("bottom", bool(span.label))}">{markup(span.label)}</th>'
        for span in spans
    )
    heads = "".join(
        f'<th scope="col" style="{_CELL};{_side(side)};{_ruled("bottom")}">{markup(header)}</th>'
        for header, side in zip(headers, sides, strict=True)
    )
    body = "".join(
        _html_row(row, sides, emphasised=position in emphasised)
        for position, row in enumerate(texts)
    )
    tag = "zh-CN" if language == "zh" else "en"
    title = (
        f'<caption style="text-align:left;padding:0.2em 0.8em;font-weight:bold">'
        f"{markup(caption)}</caption>"
        if caption
        else ""
    )
    return (
        f'<table lang="{tag}" style="{_TABLE}">{title}<thead>'
        f"{f'<tr>{above}</tr>' if above else ''}<tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _texts(
    headers: Sequence[str], rows: Sequence[Sequence[Cell]], language: Language
) -> list[list[str]]:
    ragged = [
        problem("table-ragged", row=position, cells=len(row), columns=len(headers))
        for position, row in enumerate(rows, 1)
        if len(row) != len(headers)
    ]
    if ragged:
        raise PcfError(*ragged)
    return [
        [plain(cell) if isinstance(cell, str) else number(cell, language=language) for cell in row]
        for row in rows
    ]


def _sides(texts: Sequence[Sequence[str]], columns: int) -> str:
    """Return 'r' for each column of numbers, unknown and absent ones too, 'l' for the others."""
    sides = ""
    for column in range(columns):
        cells = [row[column] for row in texts if row[column] not in _NO_NUMBER]
        numeric = bool(cells) and all(_NUMERIC.fullmatch(cell) for cell in cells)
        sides += "r" if numeric else "l"
    return sides


def _line(cells: Sequence[str], widths: Sequence[int], sides: str) -> str:
    padded = [
        " " * (wide - width(cell)) + cell if side == "r" else cell + " " * (wide - width(cell))
        for cell, wide, side in zip(cells, widths, sides, strict=True)
    ]
    return _GAP.join(padded).rstrip()


def _html_row(cells: Sequence[str], sides: str, *, emphasised: bool) -> str:
    extra = f";font-weight:bold;{_ruled('top')}" if emphasised else ""
    inside = "".join(
        f'<td style="{_CELL};{_side(side)}{extra}">{markup(cell)}</td>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f'<tr style="background:transparent">{inside}</tr>'


def _side(side: str) -> str:
    return "text-align:right;white-space:nowrap" if side == "r" else "text-align:left"


def _ruled(edge: str, drawn: bool = True) -> str:
    return f"border-{edge}:1px solid {_LINE if drawn else 'transparent'}"
