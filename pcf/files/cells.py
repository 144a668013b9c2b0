"""What a cell holds: a number, a date, a choice or text.

Each function reads one cell of a row. None means that the cell is empty or that a problem with its
place was added to the list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date as day
from decimal import Decimal
from typing import TYPE_CHECKING

from pcf.errors import problem
from pcf.files.values import shown
from pcf.text import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.errors import Problem
    from pcf.files.tables import Row

FEW = 6
"""How many choices are all told as candidates, the nearest first."""
# Full-width forms only: NFKC would also turn 10² into 102.
_NARROW = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"　": " ", "−": "-"}
)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_COMMAS = re.compile(r"[+-]?[0-9][0-9.]*,[0-9,.]*")
_DATE = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日"
    r"|([0-9]{2})([0-9]{2}))(?:[ T]0?0:00(?::00)?)?"
)


def filled(row: Row, column: str, problems: list[Problem]) -> str | None:
    """Return the text of a cell that must not be empty."""
    text = row[column]
    if text is None and not row.is_broken(column):
        problems.append(problem("cell-empty", row.where(column), column=column))
    return text


def number(
    row: Row,
    column: str,
    problems: list[Problem],
    *,
    required: bool = False,
    percent: bool = False,
) -> float | None:
    """Return the number in a cell: 3900, 3,900.5, ３９００, 1e-7; with `percent` also 12 %.

    A comma parts thousands, in threes; never decimals. Where semicolons part the cells a comma
    may well be a decimal one, so there it is refused.
    """
    text = filled(row, column, problems) if required else row[column]
    if text is None:
        return None
    digits = narrow(text)
    share = percent and digits.endswith("%")
    if share:
        digits = digits[:-1].rstrip()
    code = _fault(digits, row.heading.separator)
    if code is None:
        exact = Decimal(digits.replace(",", "")).scaleb(-2 if share else 0)
        value = float(exact)
        if math.isfinite(value) and (value != 0) == (exact != 0):
            return value
        code = "number-range"
    problems.append(problem(code, row.where(column), text=shown(text)))
    return None


def date(row: Row, column: str, problems: list[Problem], *, required: bool = False) -> day | None:
    """Return the date in a cell: 2024-01-31, 2024/1/31, 2024.1.31, 20240131 or 2024年1月31日."""
    text = filled(row, column, problems) if required else row[column]
    if text is None:
        return None
    match = _DATE.fullmatch(narrow(text))
    if match:
        year, month, of_month = (int(part) for part in match.groups() if part and part.isdigit())
        with suppress(ValueError):
            return day(year, month, of_month)
    problems.append(problem("date-not", row.where(column), text=shown(text)))
    return None


def choice(
    row: Row,
    column: str,
    allowed: Mapping[str, str] | Iterable[str],
    problems: list[Problem],
    *,
    required: bool = False,
) -> str | None:
    r"""Return the key that a cell names, folded: `allowed` are keys, or what is written -> key.

    >>> from pcf.files.delimited import parse_csv
    >>> row = parse_csv("direction\n输入".encode(), "a.csv", []).rows[0]
    >>> choice(row, "direction", {"输入": "input", "input": "input"}, [])
    'input'
    """
    text = filled(row, column, problems) if required else row[column]
    if text is None:
        return None
    keys = dict(allowed) if isinstance(allowed, Mapping) else {key: key for key in allowed}
    key = {fold(form): key for form, key in keys.items()}.get(fold(text))
    if key is None:
        whole = tuple(dict.fromkeys(keys.values()))
        near = nearest(text, keys)
        if not near or len(whole) <= FEW:
            near = tuple(dict.fromkeys((*(keys[each] for each in near), *whole)))
        problems.append(problem("choice-not", row.where(column), near, text=shown(text)))
    return key


def narrow(text: str) -> str:
    """Return text with full-width letters, digits and signs narrowed, without outer space.

    Superscripts stay what they are, where NFKC would read 10² as 102.

    >>> narrow("－３．９"), narrow("10²")
    ('-3.9', '10²')
    """
    return text.translate(_NARROW).strip()


def _fault(digits: str, separator: str) -> str | None:
    if _PLAIN.fullmatch(digits):
        return None
    if _GROUPED.fullmatch(digits):
        return "number-comma" if separator == ";" else None
    if _COMMAS.fullmatch(digits):
        return "number-comma"
    return "number-percent" if digits.endswith("%") else "number-not"
