"""What are the tables of a study? Their columns, and the words that stand in them.

Captions, explanations and choices are data (`columns.csv`, `words.csv`), equal in Chinese and
English; readers take any of the spellings, the template shows both.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING

from pcf import files, resources
from pcf.text import Name, fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.files.sheets import Kind

KINDS: dict[str, Kind] = {"text": "text", "number": "number", "date": "date"}


@cache
def words(list_name: str) -> Mapping[str, Name]:
    """Return the words of a list by key, such as the five of `confidences`.

    >>> words("directions")["input"].says("zh")
    '输入'
    """
    rows = csv.DictReader(resources.text_of("study", "words.csv").splitlines())
    return {
        row["key"]: Name(en=row["en"], zh=row["zh"]) for row in rows if row["list"] == list_name
    }


@cache
def spellings(list_name: str) -> Mapping[str, str]:
    """Return what may be written for each word of a list -> its key.

    >>> spellings("directions")["输出"]
    'output'
    """
    return files.aliases_of(words(list_name))


def boundary_of(written: str) -> str | None:
    """Return the boundary that a text begins with; whatever follows is for the reader.

    >>> boundary_of("Cradle-to-gate: from the mine"), boundary_of("从摇篮到大门：自矿山起")
    ('cradle to gate', 'cradle to gate')
    >>> boundary_of("cradle to gateway") is None
    True
    """
    said = fold(written).replace("-", " ")
    for form, key in spellings("boundaries").items():
        first, rest = fold(form), said[len(fold(form)) :]
        goes_on = first[-1:].isascii() and rest[:1].isascii() and rest[:1].isalnum()
        if said.startswith(first) and not goes_on:
            return key
    return None


@cache
def table_columns(table: str) -> tuple[files.Column, ...]:
    """Return the columns of a table in their order.

    >>> [column.key for column in table_columns("mixes")]
    ['product', 'provider', 'share']
    """
    return tuple(_column(row) for row in _rows(table))


@cache
def headings(table: str) -> Mapping[str, str]:
    """Return what headings may stand for each column of a table -> its key.

    >>> headings("activity")["用量"], headings("activity")["数量 amount"]
    ('amount', 'amount')
    """
    also = {form: row["key"] for row in _rows(table) for form in row["also"].split("|") if form}
    return also | files.captions(table_columns(table))


def _rows(table: str) -> list[dict[str, str]]:
    rows = csv.DictReader(resources.text_of("study", "columns.csv").splitlines())
    return [row for row in rows if row["table"] == table]


def _column(row: Mapping[str, str]) -> files.Column:
    number = row["kind"] == "number" and row["example"]
    return files.Column(
        key=row["key"],
        caption=Name(en=row["en"], zh=row["zh"]),
        kind=KINDS[row["kind"]],
        explanation=Name(en=row["en_explanation"], zh=row["zh_explanation"]),
        choices=words(row["choices"]) if row["choices"] else {},
        example=float(row["example"]) if number else row["example"] or None,
        required=row["required"] == "yes",
    )
