"""Records of cells, of CSV or of a sheet, become a table; bad rows and cells become problems."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pcf.errors import problem
from pcf.files.raw import LIMITS, Limits
from pcf.files.tables import Heading, Row, Table
from pcf.files.values import ERROR_VALUES, clean, has_control, is_comment, shown, unguarded
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcf.errors import Problem


class Record(NamedTuple):
    """The cells of one line or row, without the empty ones at its end.

    `width` counts the empty ones too; `broken` are positions already reported as unreadable.
    """

    line: int
    cells: list[str | None]
    width: int
    broken: frozenset[int] = frozenset()


def cleaned(line: int, texts: Sequence[str], broken: frozenset[int] = frozenset()) -> Record | None:
    """Return a record of clean cells, or None for a comment row.

    The comment is told before the guard is taken away, so that guarded text stays data.
    """
    if texts and is_comment(clean(texts[0])):
        return None
    cells = [clean(unguarded(text, first=not at)) for at, text in enumerate(texts)]
    while cells and cells[-1] is None:
        del cells[-1]
    return Record(line, cells, len(texts), broken)


def assemble(
    heading: Heading,
    records: Iterable[Record],
    problems: list[Problem],
    limits: Limits = LIMITS,
) -> Table:
    """Return the table of the records: the first is its heading.

    `heading` names the file, the sheet and the separator. Of a sheet, cells right of the last
    caption lack a heading; a row of CSV with too many or too few cells is reported and left out,
    since its cells cannot be trusted to stand in their columns.

    No example: the readers of CSV and of workbooks show it.
    """
    bounded = _within(heading, records, problems, limits)
    head = next(bounded, None)
    if head is None:
        return Table(heading)
    heading = _headed(heading, head, problems, limits)
    rows = []
    unheaded: set[int] = set()
    before = len(problems)
    for record in bounded:
        if len(problems) - before >= limits.problems:
            problems.append(problem("table-hopeless", heading.where(record.line)))
            break
        _report_unheaded(heading, record, unheaded, problems)
        row = _row(heading, record, problems, limits)
        if row is not None:
            rows.append(row)
    return Table(heading, tuple(rows))


def cell_fault(text: str, limits: Limits = LIMITS) -> Problem | None:
    """Return why no reader can use the text of a cell; its place is the caller's to say.

    >>> print(cell_fault("3.9"), cell_fault("#N/A").code)
    None cell-error-value
    """
    if text in ERROR_VALUES:
        return problem("cell-error-value", text=text)
    if len(text) > limits.cell:
        return problem("cell-too-long", length=len(text), limit=limits.cell)
    return problem("cell-control") if has_control(text) else None


def _within(
    heading: Heading, records: Iterable[Record], problems: list[Problem], limits: Limits
) -> Iterator[Record]:
    """Yield the records that hold data, up to the limits."""
    found = 0
    for record in records:
        if len(record.cells) > limits.columns:
            where = heading.where(record.line)
            count = len(record.cells)
            problems.append(problem("table-too-wide", where, count=count, limit=limits.columns))
            return
        if not (record.cells or record.broken):
            continue
        found += 1
        if found > limits.rows + 1:
            where = heading.where(record.line)
            problems.append(problem("table-too-long", where, limit=limits.rows))
            return
        yield record


def _headed(heading: Heading, head: Record, problems: list[Problem], limits: Limits) -> Heading:
    named = replace(heading, line=head.line, captions=_captions(heading, head, problems, limits))
    keys: dict[str, int | None] = {}
    folded: set[str] = set()
    for position, caption in enumerate(named.captions):
        if not caption or caption.startswith("#"):
            continue
        if fold(caption) in folded:
            where = named.where(head.line, position)
            problems.append(problem("header-duplicate", where, column=shown(caption)))
            continue
        folded.add(fold(caption))
        keys[caption] = position
    return replace(named, keys=keys)


def _captions(
    heading: Heading, head: Record, problems: list[Problem], limits: Limits
) -> tuple[str, ...]:
    """Return the headings; one that cannot be read, already reported, becomes a comment."""
    captions = []
    for position, cell in enumerate(head.cells):
        caption = "" if cell is None else cell
        fault = cell_fault(caption, limits)
        if fault:
            problems.append(replace(fault, where=heading.where(head.line, position)))
        captions.append("#" if fault or position in head.broken else caption)
    return tuple(captions)


def _report_unheaded(
    heading: Heading, record: Record, seen: set[int], problems: list[Problem]
) -> None:
    """Report the first cell of each column without a caption, adding its position to `seen`."""
    cells, captions = record.cells, heading.captions
    end = len(cells) if heading.sheet else min(len(cells), len(captions))
    for position in range(end):
        named = position < len(captions) and captions[position]
        if not named and cells[position] is not None and position not in seen:
            seen.add(position)
            problems.append(problem("header-empty", heading.where(record.line, position)))


def _row(heading: Heading, record: Record, problems: list[Problem], limits: Limits) -> Row | None:
    cells, width = record.cells, len(heading.captions)
    if not heading.sheet and not len(cells) <= width <= record.width:
        code = "row-long" if len(cells) > width else "row-short"
        where = heading.where(record.line)
        problems.append(problem(code, where, count=record.width, expected=width))
        return None
    broken = set(record.broken)
    for position, cell in enumerate(cells[:width]):
        fault = None if cell is None else cell_fault(cell, limits)
        if fault:
            problems.append(replace(fault, where=heading.where(record.line, position)))
            broken.add(position)
    padded = (*cells[:width], *[None] * (width - len(cells)))
    if broken:
        padded = tuple(None if at in broken else cell for at, cell in enumerate(padded))
    return Row(heading, record.line, padded, frozenset(broken))
