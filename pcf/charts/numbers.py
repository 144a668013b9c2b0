"""How is a number written for people? Grouped by thousands, rounded, never to nothing.

What is rounded here is only shown; the value that was computed is elsewhere and whole.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.text import Language

UNKNOWN: dict[Language, str] = {"en": "unknown", "zh": "未知"}

# Outside these magnitudes a row of zeros is harder to read than a power of ten.
_SMALLEST, _LARGEST = 1e-6, 1e15


def number(value: float | None, digits: int = 4, language: Language = "en") -> str:
    """Return `value` with `digits` significant digits, or more where the integer part is longer.

    None is the word for unknown. Raises PcfError for NaN and infinities: they are no results.

    >>> number(12403.46), number(0.0327), number(-1500), number(2.5e-9), number(0)
    ('12,403', '0.0327', '-1,500', '2.5e-09', '0')
    >>> number(None, language="zh")
    '未知'
    """
    if value is None:
        return UNKNOWN[language]
    written = _written(value, digits - 1 - _magnitude(value, digits), digits)
    if "." in written and "e" not in written:
        written = written.rstrip("0").rstrip(".")
    return written


def number_column(
    values: Sequence[float | None], digits: int = 4, language: Language = "en"
) -> list[str]:
    """Return a column of numbers with the same decimals, so that they can be compared and added.

    The largest gets `digits` significant digits. A number that would be rounded to zero keeps one
    significant digit: only zero is written as zero. Raises PcfError as `number` does.

    >>> number_column([12403.46, 1424.0, 0.0357, None, 0])
    ['12,403', '1,424', '0.04', 'unknown', '0']
    >>> number_column([2.5, 10.25])
    ['2.50', '10.25']
    """
    known = [_magnitude(value, digits) for value in values if value is not None and value != 0]
    decimals = digits - 1 - max(known, default=digits - 1)
    return [
        UNKNOWN[language] if value is None else _written(value, decimals, digits)
        for value in values
    ]


def _magnitude(value: float, digits: int) -> int:
    """Return the power of ten of the first digit, after rounding to `digits` digits."""
    if not math.isfinite(value):
        raise PcfError(problem("number-not-finite", value=value))
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def _written(value: float, decimals: int, digits: int) -> str:
    if value == 0:
        return f"{0:.{max(decimals, 0)}f}"
    size = abs(value)
    if not _SMALLEST <= size < _LARGEST:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"
    written = f"{value:,.{max(decimals, 0)}f}"
    return (
        written if float(written.replace(",", "")) != 0 else f"{value:,.{-_magnitude(value, 1)}f}"
    )
