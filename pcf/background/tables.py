"""What the tables of one folder share while they are read: ids, units, products, sources."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import files, text, units
from pcf.background import layout
from pcf.background.lists import report_invisible
from pcf.errors import PcfError, problem
from pcf.model.amounts import CONFIDENCES, Source
from pcf.model.flows import CBAM, ProductFlow, greenhouse_gases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcf.background.values import Background
    from pcf.errors import Problem, Where
    from pcf.files import Row


@contextmanager
def placed(where: Where, problems: list[Problem]) -> Iterator[None]:
    """Give the problems of an error raised inside the block this place, and collect them."""
    try:
        yield
    except PcfError as error:
        problems += [replace(each, where=where) for each in error.problems]


def gas_names() -> tuple[str, ...]:
    """Return what a greenhouse gas may be called: the candidates where one is not known."""
    return tuple(
        name
        for flow in greenhouse_gases().values()
        for name in (flow.gas, flow.id, flow.name.en, flow.name.zh)
    )


@dataclass
class Reading:
    """What the tables of one folder share while they are read."""

    folder: Path
    problems: list[Problem]
    beside: Background | None = None
    products: dict[str, ProductFlow] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    used: dict[str, Source] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    _lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table; one of sources or products that is not there has none.

        No example: it reads a file of a folder.
        """
        path, before = self.folder / f"{table}.csv", len(self.problems)
        needed = table in ("processes", "exchanges", "characterisation")
        if not path.exists() and not needed:
            return ()
        read = files.read_csv(path, self.problems)
        read = files.columns(
            read,
            self.problems,
            required=layout.REQUIRED[table],
            optional=layout.OPTIONAL[table],
            aliases=layout.ALIASES,
        )
        if not read.rows and len(self.problems) > before:
            self.unread.add(table)  # its own problem says why; no row is blamed for naming it
        return read.rows

    def new_id(self, table: str, row: Row) -> str | None:
        """Return the id of a row if it stands for the first time in its table.

        No example: it reads a row of a file.
        """
        id_ = files.filled(row, "id", self.problems)
        if id_ is None:
            return None
        report_invisible(row, ("id",), self.problems)
        first = self._lines.setdefault((table, id_), row.line)
        if first != row.line:
            self.problems.append(problem("id-twice", row.where("id"), id=id_, line=first))
            return None
        return id_

    def stands(self, table: str, id_: str | None) -> bool:
        """Tell whether a row of that id was met, be it one that could not be read.

        No example: it looks at a file that was read.
        """
        return table in self.unread or (table, id_) in self._lines

    def unit(self, row: Row) -> str | None:
        """Return the canonical unit of a row."""
        written = files.filled(row, "unit", self.problems)
        if written is not None:
            with placed(row.where("unit"), self.problems):
                return units.unit(written)
        return None

    def source_of(self, row: Row) -> Source | None:
        """Return the source that a row names, with the row's locator, and keep it as used."""
        id_ = row["source"]
        return None if id_ is None else self.source(id_, row["locator"], row.where("source"))

    def source(self, id_: str, locator: str | None, where: Where) -> Source | None:
        """Return a source of `sources.csv` at a locator in it, and keep it as used."""
        found = self.sources.get(id_)
        if found is None:
            if not self.stands("sources", id_):
                near = text.nearest(id_, self.sources)
                self.problems.append(problem("source-unknown", where, near, source=id_))
            return None
        if locator is not None:
            found = replace(found, id=f"{id_}: {locator}", locator=locator)
        return self.used.setdefault(found.id, found)

    def product(self, id_: str) -> ProductFlow | None:
        """Return a product of this set or of the one beside it."""
        if id_ in self.products:
            return self.products[id_]
        return None if self.beside is None else self.beside.product(id_)

    def known_products(self) -> tuple[str, ...]:
        """Return the ids of all products that rows may name."""
        beside = () if self.beside is None else tuple(each.id for each in self.beside.products)
        return (*self.products, *beside)

    def read_sources(self) -> None:
        """Read `sources.csv`.

        No example: it fills `sources` from a file of a folder.
        """
        for row in self.rows("sources"):
            id_ = self.new_id("sources", row)
            document = files.filled(row, "document", self.problems)
            allowed = layout.CONFIDENCES
            said = files.choice(row, "confidence", allowed, self.problems, required=True)
            year = files.number(row, "data_year", self.problems)
            if year is not None and not year.is_integer():
                facts = {"key": "data_year", "kind": "2024"}
                self.problems.append(problem("set-field", row.where("data_year"), (), **facts))
            elif id_ is not None and document is not None and said is not None:
                rest = ("locator", "licence", "published", "valid_until", "fingerprint", "note")
                self.sources[id_] = Source(
                    id=id_,
                    document=document,
                    data_year=None if year is None else int(year),
                    confidence=next(each for each in CONFIDENCES if each == said),
                    **{key: row[key] or "" for key in rest},
                )

    def read_products(self) -> None:
        """Read `products.csv`.

        No example: it fills `products` from a file of a folder.
        """
        for row in self.rows("products"):
            id_ = self.new_id("products", row)
            unit = self.unit(row)
            names = {key: files.filled(row, key, self.problems) for key in ("en", "zh")}
            report_invisible(row, ("en", "zh", "synonyms"), self.problems)
            waste = files.choice(row, "waste", layout.YES, self.problems) == "yes"
            cbam = files.choice(row, "cbam", layout.CBAM, self.problems)
            basis = ""
            if row["basis"] is not None:
                with placed(row.where("basis"), self.problems):
                    basis = units.basis(row["basis"])
            if id_ is not None and unit is not None:
                self.products[id_] = ProductFlow(
                    id=id_,
                    name=text.Name(en=names["en"] or "", zh=names["zh"] or ""),
                    unit=unit,
                    basis=basis,
                    synonyms=_parted(row["synonyms"]),
                    waste=waste,
                    cpc=row["cpc"] or "",
                    hs=row["hs"] or "",
                    cn=row["cn"] or "",
                    cbam=next((each for each in CBAM if each == cbam), ""),
                )


def _parted(cell: str | None) -> tuple[str, ...]:
    parts = (part.strip() for part in (cell or "").split("|"))
    return tuple(sorted({part for part in parts if part}))
