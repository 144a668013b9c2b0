"""How does a report look as a workbook? Every table a sheet, numbers as numbers, no formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf import files
from pcf.declare.report.blocks import Table
from pcf.files import Column, Sheet
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.declare.report.blocks import Cell, Report
    from pcf.files import Scalar

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']+")


def as_workbook(report: Report) -> bytes:
    """Return the tables of a report as an Excel workbook; texts stay texts, whatever they hold.

    No example: `declaration.save("report.xlsx", format="xlsx")` writes it.
    """
    found: list[Sheet] = []
    named = [block for block in report.blocks if isinstance(block, Table) and block.name]
    for table in named:
        title = _title(table.name, {sheet.title.en for sheet in found})
        found.append(Sheet(Name(title, title), _columns(table), tuple(_rows(table))))
    return files.workbook(found)


def _title(name: str, taken: set[str]) -> str:
    plain = " ".join(_FORBIDDEN.sub(" ", name).split())[:28].strip() or "table"
    title, at = plain, 2
    while title.casefold() in {each.casefold() for each in taken}:
        title, at = f"{plain[:25]} {at}", at + 1
    return title


def _columns(table: Table) -> tuple[Column, ...]:
    heads = table.headers or ("", "")
    return tuple(
        Column(
            f"c{at}", Name(head or " ", head or " "), "number" if _is_number(table, at) else "text"
        )
        for at, head in enumerate(heads)
    )


def _is_number(table: Table, at: int) -> bool:
    return any(row[at].value is not None for row in table.rows)


def _rows(table: Table) -> list[Mapping[str, Scalar]]:
    return [{f"c{at}": _value(cell) for at, cell in enumerate(row)} for row in table.rows]


def _value(cell: Cell) -> Scalar:
    return (cell.text or None) if cell.value is None else cell.value
