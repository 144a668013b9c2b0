"""What stands in a cell, and how it is spelt exactly."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from numbers import Integral
from typing import TypeAlias

from pcf.errors import FileError, Where, problem

Scalar: TypeAlias = str | float | bool | date | None

# What a spreadsheet takes for the start of a formula, the full-width forms of Chinese keyboards
# included (OWASP, CSV injection); quotes before it are our own guard, see `guarded`.
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_COMMENT = re.compile(r"['\s]*[#＃](?:\s|$)")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ERROR_VALUES = frozenset(
    ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
)


def clean(text: str) -> str | None:
    r"""Return a cell's text without outer space and with plain line ends; None when empty.

    >>> clean(" a\r\nb "), clean("　")
    ('a\nb', None)
    """
    stripped = text.strip()
    if "\r" in stripped:
        stripped = stripped.replace("\r\n", "\n").replace("\r", "\n")
    return stripped or None


def is_comment(first_cell: str | None) -> bool:
    """Tell whether a row is a comment: '#' and a space, so that '#1 furnace' stays data.

    >>> is_comment("# an example"), is_comment("#1机组"), is_comment("#N/A")
    (True, False, False)
    """
    return first_cell is not None and first_cell[0] in "#＃" and bool(_COMMENT.match(first_cell))


def shown(text: str) -> str:
    r"""Return a text from outside on one line, cut short and harmless, as a message shows it.

    >>> shown("数量\namount"), len(shown("x" * 100))
    ('数量 amount', 80)
    """
    line = _CONTROL.sub(lambda match: ascii(match[0])[1:-1], " ".join(text.split()))
    return line if len(line) <= 80 else line[:79] + "…"


def has_control(text: str) -> bool:
    """Tell whether a text holds control characters or half of a surrogate pair."""
    return _CONTROL.search(text) is not None


def exact_text(value: Scalar) -> str:
    """Return the text that reads back as the same value; nothing for None.

    Raises FileError for what no reader would take: a number that is not finite, text with control
    characters, the error values of spreadsheets.

    >>> [exact_text(value) for value in (0.1, 3.0, 1e-7, True, date(2024, 1, 31), None)]
    ['0.1', '3', '1e-07', 'true', '2024-01-31', '']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if has_control(value):
            raise FileError(problem("cell-control", Where(item=shown(value))))
        if value.strip() in ERROR_VALUES:
            raise FileError(problem("cell-error-value", text=value.strip()))
        return value
    return _number_text(value)


def guarded(text: str, *, first: bool = False) -> str:
    """Return `text` so that no spreadsheet takes it for a formula, nor a reader for a comment.

    Numbers stay as they are. `unguarded` takes the quote away again. `first` says that the text
    stands in the first column, where '# ' begins a comment.

    >>> guarded("=1+1"), guarded("-5"), guarded("'=1"), guarded("# a", first=True)
    ("'=1+1", '-5', "''=1", "'# a")
    """
    return f"'{text}" if _needs_guard(text, first=first) else text


def unguarded(text: str, *, first: bool = False) -> str:
    """Take away the quote that `guarded`, or a user of a spreadsheet, set before a formula.

    >>> unguarded("'=1+1"), unguarded("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    quoted = text.startswith("'") and _marks(text[1:], first=first)
    return text[1:] if quoted else text


def _needs_guard(text: str, *, first: bool) -> bool:
    return _marks(text, first=first) and not _PLAIN_NUMBER.fullmatch(text)


def _marks(text: str, *, first: bool) -> bool:
    # Whatever holds of a text holds of it with a quote more, so that the guard can be undone.
    return bool(_FORMULA.match(text)) or (first and _COMMENT.match(text) is not None)


def _number_text(value: float) -> str:
    if isinstance(value, Integral):
        return str(int(value))
    number = float(value)
    if not math.isfinite(number):
        raise FileError(problem("cell-not-finite", Where(item=str(number))))
    if number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    return repr(number)
