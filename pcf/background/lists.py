"""Which table of a user's file is the list? One of CSV, or the one sheet that has its captions."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pcf import files, text
from pcf.errors import Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pcf.errors import Problem
    from pcf.files import Row, Table
    from pcf.text import Name

_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f]")
"""Marks, fillers and selectors that Unicode shows as nothing and does not call format."""


def read_list(
    path: Path, names: Mapping[str, Name], required: Sequence[str], problems: list[Problem]
) -> Table | None:
    """Return the table of a CSV file or workbook with its columns known; None where there is none.

    Of a workbook, the sheet that has most of the `required` captions. Two such sheets, be one of
    them hidden or a caption of it wrong, are a problem: neither is passed over.
    No example: it reads a file.
    """
    aliases = files.aliases_of(names)
    if path.suffix.lower() == ".xlsx":
        sheets = list(files.read_workbook(path, problems).values())
        lists = [each for each in sheets if _has(each, aliases, required)]
        if len(lists) > 1:
            titles = [each.heading.sheet for each in lists]
            where = Where(file=path.name)
            problems.append(problem("list-sheets", where, titles, sheets=text.listed(titles)))
            return None
        tables = lists or sheets[:1]
    else:
        tables = [files.read_csv(path, problems)]
    if not tables:
        return None
    optional = [key for key in names if key not in required]
    return files.columns(tables[0], problems, required=required, optional=optional, aliases=aliases)


def _has(table: Table, aliases: Mapping[str, str], required: Iterable[str]) -> bool:
    keys = {text.fold(name): key for name, key in aliases.items()}
    there = {keys.get(text.fold(caption)) for caption in table.heading.captions}
    return 2 * len(there & set(required)) > len(set(required))


def report_invisible(row: Row, columns: Iterable[str], problems: list[Problem]) -> None:
    r"""Report names that hold a character nobody sees: two of them look like one.

    No example: it reads a row of a file.
    """
    for column in columns:
        hidden = invisible(row[column] or "")
        if hidden:
            problems.append(problem("name-invisible", row.where(column), character=hidden))


def invisible(name: str) -> str:
    r"""Return the first character of a name that is not seen, as 'U+200B'; empty without one.

    Such are marks of zero width, fillers, selectors and those that turn the direction of writing.

    >>> invisible("铝\u200b锭"), invisible("铝锭")
    ('U+200B', '')
    """
    unseen = (each for each in name if unicodedata.category(each) == "Cf" or _UNSEEN.match(each))
    return next((f"U+{ord(each):04X}" for each in unseen), "")
