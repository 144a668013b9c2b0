"""Where and when: a tree of places and half-open periods.

Provinces lie in regional grids, grids in countries, countries in the world (`pcf/places.csv`).
Months and years of China are at the fixed offset +08:00; within this library a period is whole
days, so the offset matters only where hours are read (`pcf.electricity`).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from pcf import resources, text
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

WORLD = "GLO"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tree: its code (ISO 3166 where it has one), names, and the place around it."""

    id: str
    name: text.Name
    within: str


@cache
def places() -> Mapping[str, Place]:
    """Return the tree of places by code.

    >>> places()["CN-GS"].name.says("zh")
    '甘肃'
    """
    rows = csv.DictReader(resources.text_of("places.csv").splitlines())
    return {
        row["id"]: Place(row["id"], text.Name(en=row["en"], zh=row["zh"]), row["within"])
        for row in rows
    }


_RANK = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
"""What official names of provinces end in."""


@cache
def _codes() -> Mapping[str, str]:
    named = {}
    for place in places().values():
        for name in (place.id, place.name.en, place.name.zh):
            named[text.fold(name)] = place.id
    return named


def find_place(name: str) -> str:
    """Return the code of a place written as code or name; raise ModelError with candidates.

    >>> find_place("甘肃"), find_place("甘肃省"), find_place("china")
    ('CN-GS', 'CN-GS', 'CN')
    """
    folded = text.fold(name)
    code = _codes().get(folded) or _codes().get(_RANK.sub("", folded))
    if code is None:
        raise ModelError(problem("place-unknown", "", text.nearest(name, _codes()), place=name))
    return code


def widening(place: str) -> tuple[str, ...]:
    """Return the place and those around it, narrowest first.

    >>> widening("CN-GS")
    ('CN-GS', 'CN-GRID-NW', 'CN', 'GLO')
    """
    chain = [place]
    while chain[-1] != WORLD:
        chain.append(places()[chain[-1]].within)
    return tuple(chain)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to but without `end`.

    >>> Period.read("2024"), Period.read("2024-03").days
    (Period(start=datetime.date(2024, 1, 1), end=datetime.date(2025, 1, 1)), 31)
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.end <= self.start:
            raise ModelError(problem("period-empty", start=self.start, end=self.end))

    @classmethod
    def read(cls, written: str) -> Period:
        """Read `2024`, `2024-03`, `2024-03-05`, `2024-01-01/2024-12-31` (last day included).

        Chinese forms (`2024年`, `2024年3月`) are read too. Raises ModelError.
        """
        first, slash, last = text.fold_form(written).strip().partition("/")
        start, end = _span(first, written)
        return cls(start, _span(last, written)[1] if slash else end)

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.end - self.start).days

    @property
    def last_year(self) -> int:
        """The calendar year of the last day."""
        return (self.end - timedelta(days=1)).year

    def holds(self, other: Period) -> bool:
        """Return whether the other period lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def __str__(self) -> str:
        """Return the year or month where it is one, else both days, the last included."""
        last = self.end - timedelta(days=1)
        if (self.start.month, self.start.day, last.month, last.day) == (1, 1, 12, 31):
            years = (self.start.year, last.year)
            return str(years[0]) if years[0] == years[1] else f"{years[0]}/{years[1]}"
        if (self.start.day, self.end.day, self.days) == (1, 1, self.days) and self.days < 32:
            return f"{self.start:%Y-%m}"
        return f"{self.start}/{last}"


def _span(part: str, written: str) -> tuple[date, date]:
    form = r"\s*(\d{4})(?:[-年/.](\d{1,2})(?:[-月.](\d{1,2})日?)?月?)?年?\s*"
    match = re.fullmatch(form, part)
    try:
        year, month, day = (int(each) if each else 0 for each in match.groups())  # type: ignore[union-attr]
        if day:
            start = date(year, month, day)
            return start, start + timedelta(days=1)
        if month:
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        return date(year, 1, 1), date(year + 1, 1, 1)
    except (AttributeError, ValueError):
        raise ModelError(problem("period-unreadable", written=written)) from None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a process speaks for: a place of the tree and a period; None is unknown."""

    place: str = WORLD
    period: Period | None = None
