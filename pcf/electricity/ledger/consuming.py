"""May this consumption be recorded? A meter once for each time, parts within their whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.facts import MEASURED
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger.book import NO_WHOLE, UseRows
from pcf.electricity.ledger.entries import text, whole
from pcf.electricity.ledger.grouping import clashing, dense, groups, overlapping
from pcf.electricity.ledger.spans import kwh, span_hull, spans_of
from pcf.electricity.ledger.spelling import against_spelling
from pcf.errors import problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book
    from pcf.electricity.ledger.entries import Columns
    from pcf.electricity.ledger.registers import Cells
    from pcf.errors import Problem

    Whole = NDArray[np.int64]

_WORDS = ("meter", "line", "product", "consumer", "site", "place", "measured", "within")


def record_consumptions(book: Book, columns: Columns, problems: list[Problem]) -> None:
    """Record consumption; wholes come before their parts, as the entry has them ordered.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    energy, trial = whole(columns, "consumption.energy"), whole(columns, "consumption.trial")
    measured = text(columns, "consumption.measured")
    problems += [
        problem("measured-unknown", "", MEASURED, measured=name)
        for name in measured.names
        if name not in MEASURED
    ]
    if (energy < 0).any():
        problems.append(problem("energy-not-wh", "", (), energy=int(energy.min())))
    if problems:
        return
    slices = _slices(book, columns, trial, problems)
    if problems:
        return
    within = text(columns, "consumption.within")
    is_part = np.array([name != "" for name in within.names], dtype=np.bool_)[within.codes]
    for rows in (np.flatnonzero(~is_part), np.flatnonzero(is_part)):
        if len(rows) and not problems:
            _add(book, columns, slices, rows, problems)
    if not problems:
        start, end = whole(columns, "consumption.start"), whole(columns, "consumption.end")
        for slice_, rows in groups(slices):
            _refuse_beside_lines(book, slice_, (start[rows], end[rows]), problems)


def _slices(book: Book, columns: Columns, trial: Whole, problems: list[Problem]) -> Whole:
    """Return the slice of each row; a meter that changed hands or place is a problem."""
    texts = [text(columns, f"consumption.{name}") for name in _WORDS]
    code, first = dense(*(each.codes.astype(np.int64) for each in texts), trial)
    register = book.registers["slice"]
    numbers = []
    for row in first.tolist():
        wanted: Cells = (*(each[row] for each in texts), int(trial[row]))
        meter, line = wanted[:1], wanted[:3]
        problems += against_spelling(book, "slice", meter) or against_spelling(book, "slice", line)
        number = register.number_of(wanted)
        numbers.append(number)
        for name, new, old in zip((*_WORDS, "trial"), wanted, register[number], strict=True):
            if new != old:
                told = {"column": name, "old": old, "new": new}
                problems.append(problem("ledger-meter-differs", str(wanted[0]), (), **told))
    return np.array(numbers, dtype=np.int64)[code]


def _add(book: Book, columns: Columns, slices: Whole, rows: Whole, problems: list[Problem]) -> None:
    start = whole(columns, "consumption.start")[rows]
    end = whole(columns, "consumption.end")[rows]
    energy, of_slice = whole(columns, "consumption.energy")[rows], slices[rows]
    span = spans_of(book, start, end)
    for slice_, part in groups(of_slice):
        first, last = span_hull(book, int(start[part].min()), int(end[part].max()))
        old = book.uses_in_spans(slice_, first, last)
        _refuse_overlap(book, slice_, (start[part], end[part]), old.span, problems)
    found = _wholes(book, of_slice, (start, end), problems)
    if problems:
        return
    is_part = found != NO_WHOLE
    if is_part.any():
        _add_parts(book, found[is_part], energy[is_part], problems)
    number = np.arange(1, len(rows) + 1, dtype=np.int64) + book.use_count()
    none = np.zeros(len(rows), dtype=np.int64)
    if not problems:
        book.add_uses(UseRows(number, of_slice, span, energy, none, none, found))


def _refuse_overlap(
    book: Book, slice_: int, when: tuple[Whole, Whole], old: Whole, problems: list[Problem]
) -> None:
    starts, ends = book.registers.spans()
    start, end = when
    rows = set(clashing(start, end).tolist())
    rows |= set(overlapping(start, end, starts[old - 1], ends[old - 1]).tolist())
    meter, line, product, *_ = book.registers["slice"][slice_]
    name = " / ".join(str(each) for each in (meter, line, product) if each)
    for row in sorted(rows)[:20]:
        told = {"interval": Interval(int(start[row]), int(end[row])), "meter": name}
        problems.append(problem("overlapping-consumption", name, (), **told))


def _refuse_beside_lines(
    book: Book, slice_: int, when: tuple[Whole, Whole], problems: list[Problem]
) -> None:
    """Refuse a meter recorded as a whole and by its lines or products for the same time."""
    meter, line, product, *_ = (str(each) for each in book.registers["slice"][slice_][:3])
    starts, ends = book.registers.spans()
    first, last = span_hull(book, int(when[0].min()), int(when[1].max()))
    for other in book.registers.slices_of(meter):
        names = book.registers["slice"][other][1:3]
        pairs = zip((line, product), (str(each) for each in names), strict=True)
        if other == slice_ or not all(a == b or not a or not b for a, b in pairs):
            continue
        old = book.uses_in_spans(other, first, last).span
        for row in overlapping(*when, starts[old - 1], ends[old - 1])[:5].tolist():
            told = {"interval": Interval(int(when[0][row]), int(when[1][row])), "meter": meter}
            problems.append(problem("meter-beside-lines", meter, (), **told))


def _wholes(book: Book, slices: Whole, when: tuple[Whole, Whole], problems: list[Problem]) -> Whole:
    """Return for each row the number of the record that it is a part of."""
    found = np.full(len(slices), NO_WHOLE, dtype=np.int64)
    for slice_, rows in groups(slices):
        meter, *_, within, _ = book.registers["slice"][slice_]
        if not within:
            continue
        named = [
            number for number, row in enumerate(book.registers["slice"].rows, 1) if row[0] == within
        ]
        if len(named) != 1 or book.registers["slice"][named[0]][7]:
            problems.append(problem("ledger-whole", str(meter), (), meter=meter, whole=within))
            continue
        start, end = when[0][rows], when[1][rows]
        first, last = span_hull(book, int(start.min()), int(end.max()))
        found[rows] = _holding(book, book.uses_in_spans(named[0], first, last), start, end)
        for row in rows[found[rows] == NO_WHOLE][:5].tolist():
            interval = Interval(int(when[0][row]), int(when[1][row]))
            told = {"meter": within, "interval": interval}
            problems.append(problem("ledger-whole-missing", str(meter), (), **told))
    return found


def _holding(book: Book, wholes: UseRows, start: Whole, end: Whole) -> Whole:
    """Return the number of the record whose interval holds each interval, or `NO_WHOLE`."""
    starts, ends = book.registers.spans()
    order = np.argsort(starts[wholes.span - 1])
    low, high = starts[wholes.span[order] - 1], ends[wholes.span[order] - 1]
    if not len(order):
        return np.full(len(start), NO_WHOLE, dtype=np.int64)
    place = np.searchsorted(low, start, side="right") - 1
    holds = (place >= 0) & (high[np.maximum(place, 0)] >= end)
    return np.where(holds, wholes.number[order][np.maximum(place, 0)], NO_WHOLE)


def _add_parts(book: Book, wholes: Whole, energy: Whole, problems: list[Problem]) -> None:
    numbers, inverse = np.unique(wholes, return_inverse=True)
    total = np.zeros(len(numbers), dtype=np.int64)
    np.add.at(total, inverse, energy)
    rows = book.uses(numbers)
    for row in np.flatnonzero(rows.parts + total > rows.energy)[:20].tolist():
        meter = str(book.registers["slice"][int(rows.slice[row])][0])
        told = {
            "parts": kwh(int(rows.parts[row] + total[row])),
            "whole": kwh(int(rows.energy[row])),
        }
        problems.append(problem("parts-over-whole", meter, (), meter=meter, **told))
    if not problems:
        book.add_parts(numbers, total)
