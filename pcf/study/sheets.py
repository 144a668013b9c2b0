"""How do the sheets of a workbook say what study.toml says? The same document, with its cells.

A sheet of settings has one row a key; the lists of study.toml are sheets of their own. What is read
here is the document that `pcf.study.document` reads, so that both ways in are one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf.errors import problem
from pcf.study.cells import Cells, placed
from pcf.study.columns import spellings
from pcf.study.settings import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf import files
    from pcf.errors import Problem, Where

TABLES = (
    "processes",
    "coproducts",
    "activity",
    "legs",
    "methods",
    "site_totals",
    "statements",
    "sources",
)
"""Tables of rows: CSV files of a folder, sheets of a workbook."""


_LISTS = ("unverified.rows", "study.chosen", "study.marks")


class Document:
    """The document that the sheets of settings spell, and where each key stands."""

    def __init__(self, problems: list[Problem]) -> None:
        """Begin with nothing; what is wrong goes to `problems`."""
        self.content: dict[str, Any] = {}
        self.found: dict[str, Where] = {}
        self.problems = problems

    def set(self, path: str, value: object, where: Where) -> None:
        """Put a value at a dotted path."""
        *tables, key = path.split(".")
        table = self.content
        for name in tables:
            table = table.setdefault(name, {})
        table[key] = value
        self.found[path] = where

    def append(
        self, table: dict[str, Any], path: str, row: Mapping[str, Any], cells: Cells
    ) -> None:
        """Add a row to the list at the last name of `path` in `table`."""
        rows = table.setdefault(path.rpartition(".")[2], [])
        place = f"{path}[{len(rows)}]"
        rows.append(dict(row))
        self.found[place] = cells.where
        for key in row:
            if key in cells.row.heading.keys:
                self.found[f"{place}.{key}"] = cells.row.where(key)

    def alternative(self, name: str, where: Where) -> dict[str, Any]:
        """Return the table of an alternative, where there is one of that name."""
        alternatives = self.content.setdefault("alternatives", {})
        if name not in alternatives:
            near = tuple(alternatives)
            self.problems.append(problem("alternative-unknown", where, near, alternative=name))
            return {}
        found: dict[str, Any] = alternatives[name]
        return found


def read_sheets(
    tables: Mapping[str, files.Table], file: str, problems: list[Problem]
) -> tuple[dict[str, Any], Places]:
    """Return the document that the sheets of settings spell, and the places of its keys.

    No example: see `pcf.study.reading.read_study`.
    """
    document = Document(problems)
    for name, read in _READERS.items():
        if name in tables:
            for row in placed(tables[name], name, problems).rows:
                read(document, Cells(row, problems))
    return document.content, Places(file, document.found)


def _setting(document: Document, cells: Cells) -> None:
    path = cells.word("key", "settings", required=True)
    value = cells.text("value")
    if path and value:
        where = cells.row.where("value")
        parts = [part.strip() for part in value.split("|") if part.strip()]
        document.set(path, parts if path in _LISTS else value, where)


def _exclusion(document: Document, cells: Cells) -> None:
    names = ("process", "flow", "bound", "reason", "source")
    document.append(document.content, "exclusion", _texts(cells, names), cells)


def _link(document: Document, cells: Cells) -> None:
    row = _texts(cells, ("process", "flow", "provider"))
    table, path = _home(document, cells, "link", "links")
    document.append(table, path, row, cells)


def _mix(document: Document, cells: Cells) -> None:
    product = cells.text("product", required=True)
    share = _texts(cells, ("provider",)) | _number(cells, "share")
    for row in document.content.setdefault("mix", []):
        if row["product"] == product:
            row["shares"].append(share)
            return
    document.append(document.content, "mix", {"product": product, "shares": [share]}, cells)


def _allocation(document: Document, cells: Cells) -> None:
    row: dict[str, Any] = _texts(cells, ("process", "by", "level", "reason"))
    table, path = _home(document, cells, "allocation", "allocations")
    share = {cells.text("product"): value for value in _number(cells, "share").values()}
    for each in table.get(path.rpartition(".")[2], []):
        if each["process"] == row.get("process") and share:
            each.setdefault("shares", {}).update(share)
            return
    document.append(table, path, row | ({"shares": share} if share else {}), cells)


def _parameter(document: Document, cells: Cells) -> None:
    name = cells.text("name", required=True)
    row = _texts(cells, ("value", "formula", "source"))
    process, alternative = cells.text("process"), cells.text("alternative")
    if alternative:
        document.alternative(alternative, cells.row.where("alternative")).setdefault(
            "parameters", {}
        )[name] = row
        document.found[f"alternatives.{alternative}.parameters.{name}"] = cells.where
    elif process:
        document.set(f"process_parameters.{process}.{name}", row, cells.where)
    else:
        document.set(f"parameters.{name}", row, cells.where)


def _supply(document: Document, cells: Cells) -> None:
    meter = cells.text("meter", required=True)
    share = _texts(cells, ("technology",)) | _number(cells, "share") | _number(cells, "line_loss")
    connection = cells.word("connection", "connections")
    if connection:
        share["connection"] = connection
    electricity = document.content.setdefault("electricity", {})
    for row in electricity.get("supply", []):
        if row["meter"] == meter:
            row["shares"].append(share)
            return
    row = {"meter": meter, "shares": [share]} | _texts(cells, ("evidence",))
    document.append(electricity, "electricity.supply", row, cells)


def _alternative(document: Document, cells: Cells) -> None:
    name = cells.text("name", required=True)
    says = {"zh": cells.text("says_zh"), "en": cells.text("says_en")}
    rows = {key: _parts(cells.text(key)) for key in ("replaces", "by")}
    document.content.setdefault("alternatives", {})[name] = {"says": says, **rows}
    document.found[f"alternatives.{name}"] = cells.where


def _home(document: Document, cells: Cells, own: str, inside: str) -> tuple[dict[str, Any], str]:
    """Return the table that holds the list a row belongs to: the document, or an alternative."""
    name = cells.text("alternative")
    if not name:
        return document.content, own
    table = document.alternative(name, cells.row.where("alternative"))
    return table, f"alternatives.{name}.{inside}"


def _texts(cells: Cells, columns: tuple[str, ...]) -> dict[str, Any]:
    return {column: text for column in columns if (text := cells.text(column))}


def _number(cells: Cells, column: str) -> dict[str, float]:
    value = cells.number(column, percent=True)
    return {} if value is None else {column: value}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


# Alternatives come first: rows of other sheets may belong to one.
_READERS: dict[str, Callable[[Document, Cells], None]] = {
    "study": _setting,
    "alternatives": _alternative,
    "exclusions": _exclusion,
    "links": _link,
    "mixes": _mix,
    "allocations": _allocation,
    "parameters": _parameter,
    "electricity": _supply,
}
SHEETS: Mapping[str, str] = spellings("sheets")
"""What the titles of sheets may be -> their keys."""
