"""How does one cell of a study's table become a value? With its place, or as a problem.

What cannot be read is a problem with its cell, and the row remembers the column in `unread`, so
that one mistake is reported once and not again by every later check.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pcf import files, units
from pcf.errors import PcfError, Where, problem
from pcf.model.amounts import Amount
from pcf.model.coverage import Period, find_place
from pcf.study.columns import headings, spellings, table_columns
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pcf.errors import Problem

T = TypeVar("T")


def attempt(read: Callable[[], T], where: Where, problems: list[Problem]) -> T | None:
    """Return what `read` returns; its problems are added with the place `where`, then None.

    >>> problems = []
    >>> attempt(lambda: units.unit("mWh"), Where(file="activity.csv", line=3), problems)
    >>> str(problems[0].where)
    'activity.csv, line 3'
    """
    try:
        return read()
    except PcfError as error:
        problems += [replace(each, where=where) for each in error.problems]
        return None


def placed(
    table: files.Table, name: str, problems: list[Problem], *, more: Sequence[str] = ()
) -> files.Table:
    """Return a table with its columns under their keys; `more` are headings that stand as they are.

    No example: it is `files.columns` with the columns of `columns.csv`.
    """
    columns = table_columns(name)
    return files.columns(
        table,
        problems,
        required=[column.key for column in columns if column.required],
        optional=[*(column.key for column in columns if not column.required), *more],
        aliases=dict(headings(name)),
    )


def _basis(written: str) -> str:
    """Return a basis written as the drop-down list shows it, or in any of its spellings."""
    shown = {fold(form): key for form, key in spellings("bases").items()}
    return units.basis(shown.get(fold(written), written))


class Cells:
    """The cells of one row while it is read; `unread` are the columns that could not be."""

    def __init__(self, row: files.Row, problems: list[Problem]) -> None:
        """Read from `row`; add what is wrong to `problems`."""
        self.row = row
        self.problems = problems
        self._unread: set[str] = set()

    @property
    def unread(self) -> frozenset[str]:
        """The columns that could not be read, each already reported."""
        return frozenset(self._unread)

    @property
    def where(self) -> Where:
        """The place of the row."""
        return self.row.where()

    def text(self, column: str, *, required: bool = False) -> str:
        """Return the text of a cell, empty where there is none."""
        text = self._text(column, required=required)
        return "" if text is None else text

    def number(self, column: str, *, required: bool = False, percent: bool = False) -> float | None:
        """Return a number that is not negative, or None.

        No example: `read_study` shows it.
        """
        if self._text(column, required=required) is None:
            return None
        value = self._noting(
            column, lambda: files.number(self.row, column, self.problems, percent=percent)
        )
        if value is not None and value < 0:
            self._refuse(column, problem("amount-negative", self.row.where(column), amount=value))
            return None
        return value

    def word(self, column: str, list_name: str, *, required: bool = False) -> str:
        """Return the key of a word of a list, or empty."""
        if self._text(column, required=required) is None:
            return ""
        allowed = dict(spellings(list_name))
        word = self._noting(column, lambda: files.choice(self.row, column, allowed, self.problems))
        return "" if word is None else word

    def unit(self, column: str, *, required: bool = True) -> str:
        """Return the canonical name of a unit."""
        return self._read(column, units.unit, required=required) or ""

    def amount(self, column: str, unit: str, *, required: bool = True) -> Amount:
        """Return number and unit from two cells; what could not be read is None or empty."""
        return Amount(self.number(column, required=required), self.unit(unit))

    def basis(self, column: str = "basis") -> str:
        """Return the canonical name of a basis, or empty."""
        return self._read(column, _basis) or ""

    def place(self, column: str = "place") -> str:
        """Return the code of a place, or empty."""
        return self._read(column, find_place) or ""

    def period(self) -> Period | None:
        """Return the period from the cells `start` and `end`, the last day included."""
        start, end = self.text("start"), self.text("end")
        if not start and not end:
            return None
        if not start:
            where = self.row.where("start")
            self._refuse("start", problem("cell-empty", where, column="start"))
            return None
        written = f"{start}/{end}" if end else start
        before = len(self.problems)
        period = attempt(lambda: Period.read(written), self.row.where("start"), self.problems)
        if len(self.problems) > before:
            self._unread.add("start")
        return period

    def _text(self, column: str, *, required: bool) -> str | None:
        if self.row.is_broken(column):
            self._unread.add(column)
            return None
        if self.row.heading.keys[column] is None and required:
            self._unread.add(column)  # the missing column was reported once, for the whole table
            return None
        if not required:
            return self.row[column]
        return self._noting(column, lambda: files.filled(self.row, column, self.problems))

    def _read(
        self, column: str, read: Callable[[str], str], *, required: bool = False
    ) -> str | None:
        text = self._text(column, required=required)
        if text is None:
            return None
        where = self.row.where(column)
        return self._noting(column, lambda: attempt(lambda: read(text), where, self.problems))

    def _noting(self, column: str, read: Callable[[], T]) -> T:
        before = len(self.problems)
        value = read()
        if len(self.problems) > before:
            self._unread.add(column)
        return value

    def _refuse(self, column: str, found: Problem) -> None:
        self._unread.add(column)
        self.problems.append(found)
