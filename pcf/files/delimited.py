"""Tables from CSV and to it."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Literal

from pcf.errors import problem
from pcf.files.assembly import Record, assemble, cleaned
from pcf.files.raw import LIMITS, Limits, decode, read_bytes
from pcf.files.tables import Heading, Table
from pcf.files.values import clean, exact_text, guarded, is_comment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pcf.errors import Problem
    from pcf.files.values import Scalar

_QUOTED = re.compile(r'"[^"]*"')
_OTHERS = re.compile(r"[;\t]")
_HEADINGS = 100_000  # characters, within which the headings end


def read_csv(
    path: Path, problems: list[Problem], *, name: str = "", limits: Limits = LIMITS
) -> Table:
    """Return the table of a CSV file: what could be read of it, the rest as problems.

    UTF-8 with or without BOM, GB18030, or UTF-16 with BOM; cells parted by commas, semicolons or
    tabs. The first row that is neither empty nor a comment ('# ...') holds the headings.
    """
    data = read_bytes(path, problems, name=name, limits=limits)
    name = name or path.name
    return Table(Heading(name)) if data is None else parse_csv(data, name, problems, limits=limits)


def parse_csv(data: bytes, name: str, problems: list[Problem], *, limits: Limits = LIMITS) -> Table:
    r"""Return the table of a CSV file's bytes, as `read_csv` does.

    >>> table = parse_csv("过程,数量\n焙烧,３．９\n".encode("gb18030"), "a.csv", [])
    >>> table.rows[0]["过程"], table.rows[0].line
    ('焙烧', 2)
    """
    text = decode(data, name, problems)
    if text is None:
        return Table(Heading(name))
    heading = Heading(name, separator=_separator(text))
    table = assemble(heading, _records(text, heading, problems), problems, limits)
    captions = table.heading.captions
    if len(captions) == 1 and "，" in captions[0]:
        problems.append(problem("csv-full-width-comma", table.heading.where(table.heading.line)))
        return Table(Heading(name))
    if not captions and not problems:
        problems.append(problem("file-empty", heading.where(0)))
    return table


def csv_text(
    columns: Sequence[str], rows: Iterable[Sequence[Scalar]], *, for_excel: bool = False
) -> str:
    r"""Return rows as CSV text, which `read_csv` reads back as the same values.

    Text that a spreadsheet would take for a formula gets a quote before it. `for_excel` sets the
    byte order mark without which Excel misreads Chinese. Raises FileError for a value that has no
    exact text.

    >>> csv_text(["name", "amount"], [["铝锭", 0.1], ["=1+1", None]])
    "name,amount\n铝锭,0.1\n'=1+1,\n"
    """
    stream = io.StringIO(newline="")
    if for_excel:
        stream.write("\ufeff")
    # Quoted headings cannot be taken for ones that semicolons or tabs part.
    quoting: Literal[0, 1] = (
        csv.QUOTE_ALL if _OTHERS.search("".join(columns)) else csv.QUOTE_MINIMAL
    )
    _rows_into(stream, [columns], quoting)
    _rows_into(stream, rows, csv.QUOTE_MINIMAL)
    return stream.getvalue()


def _rows_into(
    stream: io.StringIO, rows: Iterable[Sequence[Scalar]], quoting: Literal[0, 1]
) -> None:
    writer = csv.writer(stream, lineterminator="\n", quoting=quoting)
    for row in rows:
        writer.writerow(_written(value, first=not at) for at, value in enumerate(row))


def _written(value: Scalar, *, first: bool) -> str:
    text = exact_text(value).replace("\r\n", "\n").replace("\r", "\n")
    return guarded(text, first=first) if isinstance(value, str) else text


def _separator(text: str) -> str:
    """Return the separator that cuts the headings into most cells."""
    start = 0
    for line in io.StringIO(text, newline=""):
        cell = clean(line)
        if cell is not None and not is_comment(cell):
            break
        start += len(line)
    headings = re.split("[\r\n]", _QUOTED.sub("", text[start : start + _HEADINGS]), maxsplit=1)[0]
    return max(",;\t", key=headings.count)


def _records(text: str, heading: Heading, problems: list[Problem]) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=heading.separator, strict=True)
    line = 1
    try:
        for cells in reader:
            record = cleaned(line, cells)
            if record is not None:
                yield record
            line = reader.line_num + 1
    except csv.Error:
        problems.append(problem("csv-quote", heading.where(line)))
