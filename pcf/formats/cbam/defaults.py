"""What default value holds for a good, by code, description or route, and country.

The table is the user's: it belongs to an instrument and a date, is corrected from time to time, and
is not shipped here. Rows of 4, 6, 8 and 10 digits stand side by side; a heading has no value. Where
a country's row has none, the whole row of the other countries and territories is taken, never a mix
of the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import files, text
from pcf.errors import DeclareError, problem
from pcf.formats.cbam.goods import find_good, markups

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = "Other countries and territories"
_NOTHING = frozenset({"", "-", "–", "—"})
_KEY = re.compile(r"([0-9]{4,10})-(.+)")


@dataclass(frozen=True, slots=True)
class Default:
    """A row of a table of default values: t CO2e per t, None where the row has no value."""

    country: str
    code: str
    description: str
    direct: float | None
    indirect: float | None
    total: float | None
    route: str

    @property
    def has_value(self) -> bool:
        """Whether the row says anything; a heading does not."""
        return self.direct is not None or self.total is not None


@dataclass(frozen=True, slots=True)
class DefaultTable:
    """Default values of one instrument at one date."""

    instrument: str
    date: str
    rows: tuple[Default, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A default value with where it stands, and its mark-up as a share for the year asked."""

    row: Default
    instrument: str
    date: str
    markup: float
    fell_back: bool

    @property
    def direct(self) -> float | None:
        """Specific direct emissions with the mark-up, t CO2e per t; None where there are none."""
        return None if self.row.direct is None else self.row.direct * (1 + self.markup)

    @property
    def indirect(self) -> float | None:
        """Specific indirect emissions with the mark-up, t CO2e per t; None where there are none."""
        return None if self.row.indirect is None else self.row.indirect * (1 + self.markup)


def read_defaults(path: Path, *, instrument: str, date: str) -> DefaultTable:
    """Return the default values of a CSV file.

    Columns: country_or_territory, good_key ('7601-unwrought-aluminium'), default_direct,
    default_indirect and default_total in t CO2e per t (their `_t_co2e_per_t` may follow),
    production_route_code. Raises DeclareError with everything that is wrong, row by row.

    No example: it reads a file.
    """
    suffix = "_t_co2e_per_t"
    numbers = ("default_direct", "default_indirect", "default_total")
    aliases = {f"{name}{suffix}": name for name in numbers}
    with files.collecting(DeclareError) as problems:
        found = files.columns(
            files.read_csv(path, problems),
            problems,
            required=["country_or_territory", "good_key", *numbers],
            optional=["production_route_code", "country_iso3"],
            aliases=aliases,
        )
        rows = []
        for row in found.rows:
            key = _KEY.fullmatch(row["good_key"] or "")
            if key is None:
                where = row.where("good_key")
                problems.append(problem("cbam-key", where, key=row["good_key"] or ""))
                continue
            values = [
                None if (row[name] or "") in _NOTHING else files.number(row, name, problems)
                for name in numbers
            ]
            country = row["country_or_territory"] or ""
            route = row["production_route_code"] or ""
            rows.append(Default(country, key[1], key[2], values[0], values[1], values[2], route))
    return DefaultTable(instrument, date, tuple(rows))


def default_value(
    table: DefaultTable, cn_code: str, *, country: str, year: int, which: str = ""
) -> Found:
    """Return the default value of a good made in a country, for a year.

    The row with the longest code that the good's begins with holds; a code alone is not a key,
    so that several rows (white and grey clinker) need `which`, words of the description or the
    letter of the route, to tell them apart.
    A row without a value gives way, whole, to that of the other countries and territories. Raises
    DeclareError: not a CBAM good, several rows, none at all.

    >>> rows = (Default("China", "7601", "unwrought-aluminium", 3.0, None, 3.0, "K"),)
    >>> found = default_value(DefaultTable("2025/2621", "2026-07", rows), "7601 10 00",
    ...     country="China", year=2026)
    >>> round(found.direct, 3), found.indirect, found.fell_back
    (3.3, None, False)
    """
    good = find_good(cn_code)
    code = re.sub(r"[\s.]", "", cn_code)
    own = _row(table, country, code, which)
    row = own if own is not None and own.has_value else _row(table, OTHERS, code, which)
    if row is None or not row.has_value:
        named = f"{table.instrument}, {table.date}"
        raise DeclareError(
            problem("cbam-no-default", cn_code, good=code, country=country, table=named)
        )
    return Found(row, table.instrument, table.date, _markup(good.sector, year), row is not own)


def _row(table: DefaultTable, country: str, code: str, which: str) -> Default | None:
    """Return the row of a country, perhaps without a value, or None; raise where several do."""
    mine = [
        row
        for row in table.rows
        if text.fold(row.country) == text.fold(country)
        and (code.startswith(row.code) or row.code.startswith(code))
        and _is_meant(row, which)
    ]
    covering = [row for row in mine if code.startswith(row.code)]
    longest = max((len(row.code) for row in covering), default=0)
    found = [row for row in covering if len(row.code) == longest] or mine
    if len(found) > 1:
        candidates = [f"{row.code} {row.description} {row.route}".strip() for row in found]
        raise DeclareError(
            problem("cbam-default-several", "", candidates, good=code, country=country)
        )
    return found[0] if found else None


def _is_meant(row: Default, which: str) -> bool:
    """Tell whether a row is of that route, a single letter, or has these words."""
    if len(which.strip()) == 1:
        return which.strip().upper() in re.split(r"[\s/,;]+", row.route.upper())
    return text.fold(which) in text.fold(row.description)


def _markup(sector: str, year: int) -> float:
    years = [known for of, known in markups() if of == sector]
    if not years or year < min(years):
        raise DeclareError(problem("cbam-markup", sector, sector=sector, year=year))
    return markups()[sector, min(year, max(years))]
