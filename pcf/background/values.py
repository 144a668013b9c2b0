"""What is a set of background data, once it is read? Frozen values that find and explain nothing.

A row is a unit process with what linking must know of it: boundary, family, where it stands in the
chain of electricity, technology, and whether it is the default among its alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text
from pcf.background.behind import Scores
from pcf.errors import BackgroundError, problem
from pcf.findings import finding
from pcf.model.amounts import CONFIDENCES
from pcf.model.characterisation import CharacterisationSet, Convention

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.background.behind import Calibration, Declared, Judged
    from pcf.findings import Finding
    from pcf.model.amounts import Confidence, Source
    from pcf.model.characterisation import CharacterisationFactor
    from pcf.model.coverage import Period
    from pcf.model.flows import ProductFlow
    from pcf.model.processes import UnitProcess

Family = Literal["life cycle", "combustion"]
FAMILIES: tuple[Family, ...] = get_args(Family)
"""The combustion family counts CO2 at power plants, for accounts; products take the life cycle."""

At = Literal["", "generator", "delivered", "transmission"]
AT: tuple[At, ...] = get_args(At)
"""Where a row of electricity stands: at the generator, delivered, or the way between."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a set; a draft may still change and is named as one in every result."""

    set: str
    id: str = ""
    draft: bool = True
    title: text.Name = text.Name()
    publisher: str = ""
    licence: str = ""
    coverage: str = ""
    boundary: str = ""
    follows: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Set and edition as a study writes them.

        >>> Edition("cn-public", "2026.1").name
        'cn-public 2026.1'
        """
        return f"{self.set} {self.id}".strip()


@dataclass(frozen=True, slots=True)
class BackgroundProcess:
    """A unit process of background data, with what linking judges it by.

    Among rows that fit equally the `default` is taken; an `alternative` is taken only by its name,
    so that it never stands in for a row that is missing.

    `unverified` are the ids of its rows that lean on an unverified source: a study must name them
    (or the process) before it may use it. `declared` is what came with a received footprint,
    `calibrations` stand behind a measured one, and `told` is what whoever uses it must weigh.
    """

    process: UnitProcess
    boundary: str
    family: Family = "life cycle"
    at: At = ""
    technology: str = ""
    default: bool = False
    alternative: bool = False
    unverified: tuple[str, ...] = ()
    note: str = ""
    scores: Scores = Scores()
    judged: tuple[Judged, ...] = ()
    declared: Declared | None = None
    calibrations: tuple[Calibration, ...] = ()
    told: tuple[Finding, ...] = ()

    @property
    def id(self) -> str:
        """The id of the process."""
        return self.process.id

    @property
    def unit(self) -> str:
        """The unit of its reference product."""
        return self.process.amount.unit

    @property
    def place(self) -> str:
        """The code of the place it speaks for."""
        return self.process.coverage.place

    @property
    def period(self) -> Period | None:
        """The period its data speak of, or None where it is unknown."""
        return self.process.coverage.period

    @property
    def year(self) -> int | None:
        """The last year its data speak of, or None where it is unknown."""
        return None if self.period is None else self.period.last_year


@dataclass(frozen=True, slots=True)
class CharacterisationTable:
    """A dated gas table and the conventions it may be used with."""

    id: str
    factors: tuple[CharacterisationFactor, ...]
    conventions: tuple[Convention, ...]
    title: text.Name = text.Name()
    edition: str = ""
    source: str = ""
    note: str = ""

    def under(self, convention: Convention) -> CharacterisationSet:
        """Return the table with one of its conventions."""
        return CharacterisationSet(
            self.id, self.factors, convention, self.edition, source=self.source
        )


@dataclass(frozen=True)
class Background:
    """Sets of background data as one value: rows, products, sources, characterisation tables.

    `editions` are the sets it was joined from, the first one first; `homes` leads from the id of a
    row that is not from the first to the position of its own. Two backgrounds with the same rows
    are equal, in whatever order their files listed them.
    """

    editions: tuple[Edition, ...]
    processes: tuple[BackgroundProcess, ...]
    products: tuple[ProductFlow, ...]
    sources: tuple[Source, ...] = ()
    characterisations: tuple[CharacterisationTable, ...] = ()
    homes: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        """Return the editions and how much they hold; the rows are not for one line."""
        counts = f"{len(self.processes)} processes, {len(self.sources)} sources"
        return f"Background({self.name}: {counts})"

    @property
    def id(self) -> str:
        """The id of the first set."""
        return self.editions[0].set

    @property
    def edition(self) -> str:
        """The edition of the first set; empty for a user's own."""
        return self.editions[0].id

    @property
    def draft(self) -> bool:
        """Whether an edition in it may still change."""
        return any(each.draft for each in self.editions)

    @property
    def name(self) -> str:
        """The sets and editions it was joined from."""
        return " + ".join(each.name for each in self.editions)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One finding for each edition that is still a draft."""
        drafts = [each.name for each in self.editions if each.draft]
        return tuple(finding("edition-draft", name, edition=name) for name in drafts)

    @cached_property
    def _rows(self) -> Mapping[str, BackgroundProcess]:
        return {row.id: row for row in self.processes}

    @cached_property
    def _products(self) -> Mapping[str, ProductFlow]:
        return {product.id: product for product in self.products}

    @cached_property
    def _named(self) -> Mapping[str, tuple[str, ...]]:
        """Folded names and synonyms, each with the ids of the products so called."""
        named: dict[str, set[str]] = {}
        for product in self.products:
            for name in names_of(product):
                named.setdefault(text.fold(name), set()).add(product.id)
        return {name: tuple(sorted(ids)) for name, ids in named.items()}

    @cached_property
    def _makers(self) -> Mapping[str, tuple[BackgroundProcess, ...]]:
        makers: dict[str, list[BackgroundProcess]] = {}
        for row in self.processes:
            makers.setdefault(row.process.product, []).append(row)
        return {product: tuple(rows) for product, rows in makers.items()}

    def origin(self, process: str) -> tuple[str, str]:
        """Return the set and the edition that the row of that id is from."""
        edition = self.editions[self.homes.get(process, 0)]
        return edition.set, edition.id

    def row(self, process: str) -> BackgroundProcess | None:
        """Return the row of that id, or None."""
        return self._rows.get(process)

    def product(self, product: str) -> ProductFlow | None:
        """Return the product of that id, or None."""
        return self._products.get(product)

    def rows_by_confidence(self) -> dict[Confidence, int]:
        """Return how many rows (exchanges) there are of each confidence, the surest first.

        >>> from pcf.background.own import factor_set
        >>> factor_set("own", {"lime": "1 kg CO2e/kg"}, source="letter").rows_by_confidence()
        {'primary': 0, 'secondary': 1, 'derived': 0, 'assumption': 0, 'unverified': 0}
        """
        said = [each.confidence for row in self.processes for each in row.process.exchanges]
        return {confidence: said.count(confidence) for confidence in CONFIDENCES}

    def products_called(self, name: str) -> tuple[str, ...]:
        """Return the ids of the products called `name`: its id alone, else names and synonyms.

        Names are compared whole after folding, never by likeness.
        """
        if name in self._products:
            return (name,)
        return self._named.get(text.fold(name), ())

    def makers_of(self, product: str) -> tuple[BackgroundProcess, ...]:
        """Return the rows whose reference product has that id."""
        return self._makers.get(product, ())

    def near(self, name: str) -> tuple[str, ...]:
        """Return ids of products called like `name`: candidates for an error, never an answer."""
        called = {each: row.id for row in self.products for each in names_of(row)}
        return tuple(dict.fromkeys(called[each] for each in text.nearest(name, called, most=10)))

    def find(self, words: str) -> tuple[BackgroundProcess, ...]:
        """Return the rows in whose id, names, product or technology every word occurs.

        Words are folded and may be parts of names or single characters. Rows whose product is
        called so exactly come first, then those whose name begins so, each by id.

        >>> from pcf.background.editions import open_background
        >>> background = open_background(edition="2026.1")
        >>> [row.id for row in background.find("烧碱")]
        ['sodium-hydroxide', 'sodium-hydroxide-allocated']
        """
        wanted = text.fold(words).split()
        found = []
        for row in self.processes:
            product = self._products[row.process.product]
            names = [text.fold(name) for name in names_of(product)]
            own = (row.id, row.process.name.en, row.process.name.zh, row.technology)
            hay = " ".join([*names, *map(text.fold, own)])
            if wanted and all(word in hay for word in wanted):
                whole = " ".join(wanted)
                begins = any(name.startswith(whole) for name in names)
                found.append((whole not in names, not begins, row.id, row))
        return tuple(row for *_, row in sorted(found, key=lambda each: each[:3]))

    def characterisation(self, id: str | None, convention: str | None) -> CharacterisationSet:  # noqa: A002 - the word users write
        """Return a gas table under a convention; there is no silent default.

        Raises BackgroundError with the tables and their conventions when either is None or unknown.
        """
        return choose_characterisation(self.characterisations, id, convention)


def names_of(product: ProductFlow) -> tuple[str, ...]:
    """Return id, names and synonyms of a product, without empty ones."""
    names = (product.id, product.name.en, product.name.zh, *product.synonyms)
    return tuple(dict.fromkeys(name for name in names if name))


def choose_characterisation(
    tables: tuple[CharacterisationTable, ...], wanted: str | None, convention: str | None
) -> CharacterisationSet:
    """Return the table called `wanted` under `convention`; raise BackgroundError with the list.

    No example: `characterisation_set` shows it at work.
    """
    listed = [f"{table.id} ({each})" for table in tables for each in table.conventions]
    if wanted is None or convention is None:
        raise BackgroundError(problem("characterisation-missing", "", listed))
    found = [table for table in tables if text.fold(table.id) == text.fold(wanted)]
    if not found:
        raise BackgroundError(problem("characterisation-unknown", "", listed, wanted=wanted))
    for each in found[0].conventions:
        if each == convention:
            return found[0].under(each)
    allowed = [f"{found[0].id} ({each})" for each in found[0].conventions]
    facts = {"wanted": found[0].id, "convention": convention}
    raise BackgroundError(problem("convention-unknown", "", allowed, **facts))
