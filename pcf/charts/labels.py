"""How much room does a text take, and is it safe to show? Labels of tables and charts.

Labels come from users' files: they may hold markup, line breaks, control characters that move a
terminal's cursor, or marks that turn the reading direction round.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from html import escape

_DIRECTION = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_WIDE, _NO_WIDTH = ("W", "F"), ("Mn", "Me", "Cf")


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes: a wide character, such as 吨, takes two.

    >>> width("t"), width("吨"), width("é")
    (1, 2, 1)
    """
    return sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def plain(text: str) -> str:
    r"""Return `text` on one line, without what a terminal or an XML reader would obey or refuse.

    >>> plain("potline\n\x1b[31m 1")
    'potline [31m 1'
    """
    return " ".join("".join(_safe(character) for character in text).split())


def _safe(character: str) -> str:
    if character in _DIRECTION:
        return ""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    refused_by_xml = category == "Cs" or ord(character) & 0xFFFE == 0xFFFE
    return "\N{REPLACEMENT CHARACTER}" if refused_by_xml else character


def markup(text: str) -> str:
    """Return `text` safe inside an element or a quoted attribute of HTML and SVG.

    >>> markup('<script>"')
    '&lt;script&gt;&quot;'
    """
    return escape(plain(text), quote=True)


def shortened(text: str, columns: int) -> str:
    """Return `text` cut to `columns` of width, the cut shown by an ellipsis.

    >>> shortened("alumina refinery", 8), shortened("氧化铝厂", 6), shortened("ok", 8)
    ('alumina…', '氧化…', 'ok')
    """
    return text if width(text) <= columns else _fitting(text, columns - 1).rstrip() + "…"


def _fitting(text: str, columns: int) -> str:
    """Return as much of the beginning of `text` as `columns` hold."""
    used = 0
    for position, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:position]
    return text


def wrapped(text: str, columns: int, lines: int) -> list[str]:
    """Return `text` on at most `lines` lines of `columns` width, broken at spaces where it has any.

    >>> wrapped("calcined petroleum coke", 10, 2)
    ['calcined', 'petroleum…']
    """
    rows: list[str] = []
    rest = text
    while rest and len(rows) < lines - 1 and width(rest) > columns:
        head = _fitting(rest, columns)
        space = len(head) if rest[len(head) :].startswith(" ") else head.rfind(" ")
        rows.append(head[:space] if space > 0 else head or rest[0])
        rest = rest[len(rows[-1]) :].lstrip()
    return [*rows, shortened(rest, columns)] if rest or not rows else rows
