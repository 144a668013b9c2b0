"""What is a report made of? Plain blocks that a page, a paper and a workbook all can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pcf.text import Language

Scope = Literal["full", "public"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 or 3, with the name that links lead to."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `strong` ones are said first."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, where it leads to, the name that links lead to; `value` is its number."""

    text: str
    to: str = ""
    anchor: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `align` has one letter a column, l or r. `name` is what a workbook calls its sheet.

    `key` is what a reader of the page finds the table by, for comparison with the JSON.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: str
    name: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        """Hold each row to the columns that `align` names: a slip here would shift numbers."""
        wide = {len(self.align), *(len(row) for row in self.rows)}
        if self.headers:
            wide.add(len(self.headers))
        if len(wide) > 1:
            message = f"rows of {sorted(wide)} cells in one table {self.name!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as SVG, with the sentence under it."""

    svg: str
    caption: str


Block: TypeAlias = Heading | Paragraph | Table | Figure


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language: its title, what is marked on every page, and its blocks in order.

    `scope` is full, or public: then it holds no activity data and no derivation.
    """

    title: str
    subtitle: str
    language: Language
    scope: Scope
    marks: tuple[str, ...]
    blocks: tuple[Block, ...]


def facts(rows: list[tuple[str, str]], *, name: str = "", key: str = "") -> Table:
    """Return captions and texts as a table without headers.

    >>> facts([("period", "2024")]).rows[0][1].text
    '2024'
    """
    cells = tuple((Cell(caption), Cell(said)) for caption, said in rows if said)
    return Table((), cells, "ll", name, key)
