"""When was it, in the registers? Spans are numbered intervals, shared by all that lies in them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.intervals import Interval
from pcf.electricity.ledger.grouping import dense

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book

    Whole = NDArray[np.int64]

_EARLIEST = -(2**40)


def spans_of(book: Book, start: Whole, end: Whole) -> Whole:
    """Return the number of each interval's span, adding those that are new, earlier ones first."""
    code, first = dense(start - _EARLIEST, end - start)
    register = book.registers["span"]
    pairs = zip(start[first].tolist(), end[first].tolist(), strict=True)
    return np.array([register.number_of(pair) for pair in pairs], dtype=np.int64)[code]


def span_interval(book: Book, span: int) -> Interval:
    """Return the interval of a span."""
    start, end = book.registers["span"][span]
    return Interval(int(start), int(end))


def span_hull(book: Book, start: int, end: int) -> tuple[int, int]:
    """Return the first and last number of the spans that overlap an interval; (1, 0): none."""
    starts, ends = book.registers.spans()
    numbers = np.flatnonzero((starts < end) & (ends > start)) + 1
    return (int(numbers[0]), int(numbers[-1])) if len(numbers) else (1, 0)


def kwh(energy: int) -> str:
    """Return watt-hours as kilowatt-hours, exactly.

    >>> kwh(1_234_500), kwh(1_000_000)
    ('1,234.5', '1,000')
    """
    exact = Decimal(energy).scaleb(-3)
    return f"{exact.normalize():,f}"
