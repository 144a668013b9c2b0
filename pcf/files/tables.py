"""What a table holds, and where each of its cells stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf.errors import Where, problem
from pcf.files.values import shown
from pcf.text import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.errors import Problem
    from pcf.text import Name


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a table stands and what its columns are called.

    `captions` are the headings as written; `keys` says at which position the cells of a column
    stand, or None for a known column that the table lacks. `separator` parts the cells of CSV.
    """

    file: str
    sheet: str = ""
    line: int = 0
    captions: tuple[str, ...] = ()
    keys: Mapping[str, int | None] = field(default_factory=dict, hash=False)
    separator: str = ","

    def where(self, line: int, position: int | None = None) -> Where:
        """Return the place of a row, or of its cell at `position`."""
        caption = "" if position is None else self._caption(position)
        if not self.sheet:
            return Where(file=self.file, line=line, column=caption)
        cell = f"{line}:{line}" if position is None else f"{letters(position)}{line}"
        return Where(file=self.file, sheet=self.sheet, cell=cell, column=caption)

    def _caption(self, position: int) -> str:
        known = position < len(self.captions)
        return shown(self.captions[position]) if known else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: cells of text, None where a cell is empty, and the row's place.

    Of CSV `line` is the line on which the row begins, of a workbook the row of the sheet.
    `broken` are positions of cells that hold something that could not be read, already reported.
    """

    heading: Heading
    line: int
    cells: tuple[str | None, ...]
    broken: frozenset[int] = frozenset()

    def __getitem__(self, column: str) -> str | None:
        """Return the text of a cell, None when it is empty or the table lacks the column."""
        position = self.heading.keys[column]
        return None if position is None else self.cells[position]

    def where(self, column: str = "") -> Where:
        """Return the place of the cell of `column`, or of the row."""
        position = self.heading.keys[column] if column else None
        return self.heading.where(self.line, position)

    def is_broken(self, column: str) -> bool:
        """Tell whether the cell could not be read, which has been reported."""
        return self.heading.keys[column] in self.broken


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and its rows. A table without captions could not be read: it was reported."""

    heading: Heading
    rows: tuple[Row, ...] = ()


def columns(
    table: Table,
    problems: list[Problem],
    *,
    required: Iterable[str],
    optional: Iterable[str] = (),
    aliases: Mapping[str, str] | None = None,
) -> Table:
    """Return the table with its columns under their keys; missing and unknown ones are problems.

    A heading stands for a key when, folded, it equals the key or one of the `aliases`
    (heading -> key, see `aliases_of`). Columns whose heading begins with '#' are comments.

    >>> heading = Heading("a.csv", line=1, captions=("数量", "note"), keys={"数量": 0, "note": 1})
    >>> table = Table(heading, (Row(heading, 2, ("3.9", None)),))
    >>> table = columns(table, [], required=["amount"], optional=["note"],
    ...                 aliases={"数量": "amount"})
    >>> table.rows[0]["amount"], str(table.rows[0].where("amount"))
    ('3.9', 'a.csv, line 2, 数量')
    """
    heading = table.heading
    needed = tuple(required)
    keys: dict[str, int | None] = dict.fromkeys((*needed, *optional))
    if not heading.captions:
        return replace(table, heading=replace(heading, keys=keys))
    names = {alias: key for alias, key in (aliases or {}).items() if key in keys}
    names |= {key: key for key in keys}
    unknown = _place(heading, {fold(name): key for name, key in names.items()}, keys, problems)
    for position in unknown:
        caption = heading.captions[position]
        where = heading.where(heading.line, position)
        problems.append(
            problem("column-unknown", where, nearest(caption, names), column=shown(caption))
        )
    strangers = [shown(heading.captions[position]) for position in unknown]
    for key in needed:
        if keys[key] is None:
            where = heading.where(heading.line)
            problems.append(problem("column-missing", where, nearest(key, strangers), column=key))
    placed = replace(heading, keys=keys)
    return Table(placed, tuple(replace(row, heading=placed) for row in table.rows))


def aliases_of(names: Mapping[str, Name]) -> dict[str, str]:
    """Return what may be written for each key: the key, and its name in either language or both.

    For headings, sheet titles and drop-down choices alike.

    >>> from pcf.text import Name
    >>> aliases_of({"input": Name(zh="输入", en="input")})
    {'input': 'input', '输入': 'input', '输入 input': 'input'}
    """
    return {
        form: key
        for key, name in names.items()
        for form in (key, name.en, name.zh, f"{name.zh} {name.en}".strip())
        if form
    }


def letters(position: int) -> str:
    """Return the letters of a sheet's column, counted from zero.

    >>> letters(0), letters(25), letters(26), letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    text = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        text = chr(65 + digit) + text
    return text


def _place(
    heading: Heading,
    known: Mapping[str, str],
    keys: dict[str, int | None],
    problems: list[Problem],
) -> list[int]:
    """Fill `keys` with positions and return the positions of captions that are not known."""
    unknown = []
    for position, caption in enumerate(heading.captions):
        if not caption or caption.startswith("#"):
            continue
        key = known.get(fold(caption))
        if key is None:
            unknown.append(position)
        elif keys[key] is None:
            keys[key] = position
        else:
            where = heading.where(heading.line, position)
            problems.append(problem("header-duplicate", where, column=shown(caption)))
    return unknown
