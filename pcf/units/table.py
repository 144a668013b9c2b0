"""What does the closed list of units say? The rows of `pcf/units.txt`, read once when first asked.

The file explains its own columns. Nothing here knows how units are spelled or converted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from pcf import resources
from pcf.text import fold, fold_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_Value = TypeVar("_Value")
_REFUSALS = (
    "unit-annum",
    "unit-barrel",
    "unit-calorie",
    "unit-capital-t",
    "unit-fang",
    "unit-gallon",
    "unit-milli-or-mega",
    "unit-month",
    "unit-mt",
    "unit-standard-gas",
    "unit-ton",
    "unit-unit",
)
"""The messages that the list may give for a refused spelling."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the list: `number` of `of`; '-' starts a dimension, '=' writes a product."""

    name: str
    number: str
    of: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A spelling that has several readings: the message that says so, and the units to choose."""

    code: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis on which an amount is stated, and of what it can be said."""

    name: str
    said_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole list: `spellings`, `refused` and `bases` lead from every folded spelling."""

    dimensions: Mapping[str, str]
    composed: Mapping[str, str]
    units: Mapping[str, Row]
    spellings: Mapping[str, str]
    refused: Mapping[str, Refusal]
    bases: Mapping[str, Basis]


@cache
def table() -> Table:
    """Return the closed list, read from the package data on the first call.

    >>> table().units["mu"], table().spellings["亩"]
    (Row(name='mu', number='10000/15', of='m2'), 'mu')
    """
    sections = _sections(resources.text_of("units.txt"))
    units = {name: Row(name, number, of) for name, number, of, _ in sections["units"]}
    return Table(
        dimensions={row[0]: row[1] for row in sections["dimensions"]},
        composed={row[2]: row[0] for row in sections["dimensions"] if row[2]},
        units=units,
        spellings=_unique(
            (fold_form(spelling), name)
            for name, _, _, more in sections["units"]
            for spelling in _each(name, more)
        ),
        refused=_unique(
            (
                fold_form(spelling),
                Refusal(_REFUSALS[_REFUSALS.index(code)], tuple(_each(candidates))),
            )
            for spellings, code, candidates, _ in sections["refused"]
            for spelling in _each(spellings)
        ),
        bases=_unique(
            (fold(spelling), Basis(name, frozenset(_each(said_of))))
            for name, said_of, more, _ in sections["bases"]
            for spelling in _each(name, more)
        ),
    )


def _sections(text: str) -> dict[str, list[tuple[str, str, str, str]]]:
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            rows = sections.setdefault(line.strip("[]"), [])
            continue
        cells = [cell.strip() for cell in line.split("|")]
        name, second, third, fourth = (*cells, "", "", "")[:4]
        rows.append((name, second, third, fourth))
    return sections


def _each(*cells: str) -> Iterator[str]:
    return (item.strip() for cell in cells for item in cell.split(",") if item.strip())


def _unique(pairs: Iterator[tuple[str, _Value]]) -> dict[str, _Value]:
    found: dict[str, _Value] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            message = f"{key!r} has two meanings in units.txt"
            raise ValueError(message)
    return found
