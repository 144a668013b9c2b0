"""A user's own numbers: how they become a set, and how it stands beside a public one.

A factor set is a few lines of Python; `join` is the explicit order in which sets are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pcf import text, units
from pcf.background.tables import gas_names
from pcf.background.values import (
    Background,
    BackgroundProcess,
    CharacterisationTable,
    Edition,
    names_of,
)
from pcf.errors import BackgroundError, PcfError, problem
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import WORLD, Coverage, find_place
from pcf.model.flows import UNSPLIT, ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.errors import Problem
    from pcf.model.coverage import Period

_ONE_GAS = re.compile(
    r"CO2(?![\s-]*(?:e|当量))|CH4|N2O|SF6|NF3|CF4|C2F6|二氧化碳(?!当量)|甲烷", re.IGNORECASE
)
"""A gas that stands in a factor which should be CO2e: CO2 is not CO2e, and CO2eq is."""
_NO_PRODUCT = frozenset({"ratio", "climate impact"})
"""Dimensions in which no product is counted."""

T = TypeVar("T", Source, CharacterisationTable)


def factor_set(
    id: str,  # noqa: A002 - the word users write
    factors: Mapping[str, str | Mapping[str, str]],
    *,
    source: str | Source,
    place: str = WORLD,
    period: Period | None = None,
) -> Background:
    """Return a user's own factors as a set of background data.

    A factor is written as amount per unit of the product. Written as one text it is CO2e, which
    stays 'not split'; written gas by gas it can be characterised. Raises BackgroundError with every
    factor that cannot be read, a gas that is not known, and units that do not fit.

    >>> own = factor_set("supplier 2024", {
    ...     "cement": "0.15 kg CO2e/kg",
    ...     "diesel": {"CO2": "2.6 kg/L", "CH4": "0.0001 kg/L"},
    ... }, source="supplier's letter of 2024-05-02")
    >>> [row.id for row in own.processes]
    ['supplier 2024: cement', 'supplier 2024: diesel']
    """
    said = source if isinstance(source, Source) else Source(source, source)
    coverage = Coverage(find_place(place), period)
    problems: list[Problem] = []
    rows = []
    for product in sorted(factors):
        factor = factors[product]
        gases = factor if isinstance(factor, Mapping) else {UNSPLIT: factor}
        read = [_exchange(f"{id}: {product}", gas, gases[gas], problems) for gas in sorted(gases)]
        exchanges = [each for each in read if each is not None]
        below = {unit for _, unit in exchanges}
        if not read or len(below) > 1:
            wrote = text.listed(gases.values())
            problems.append(problem("factor-units", product, product=product, factor=wrote))
        if below:
            row = _process(f"{id}: {product}", product, min(below), coverage)
            made = [each for each, _ in exchanges]
            rows.append(_row(row, made, said))
    if problems:
        raise BackgroundError(*problems)
    products = [ProductFlow(row.process.product, row.process.name, row.unit) for row in rows]
    edition = Edition(id, draft=False, title=text.Name(id, id))
    return Background((edition,), tuple(rows), tuple(products), (said,))


def _process(id_: str, product: str, unit: str, coverage: Coverage) -> UnitProcess:
    name = text.Name(en=product, zh=product)
    amount = Amount(1.0, unit)
    return UnitProcess(id_, product, amount, name=name, coverage=coverage, foreground=False)


def _row(process: UnitProcess, exchanges: list[Exchange], source: Source) -> BackgroundProcess:
    sourced = tuple(
        replace(each, amount=replace(each.amount, source=source.id), confidence=source.confidence)
        for each in exchanges
    )
    unverified = tuple(each.id for each in sourced if source.confidence == "unverified")
    whole = replace(process, exchanges=sourced, source=source.id)
    return BackgroundProcess(whole, "cradle to gate", unverified=unverified)


def _exchange(
    process: str, gas: str, factor: str, problems: list[Problem]
) -> tuple[Exchange, str] | None:
    """Read '2.6 kg/L' of a gas as an exchange and the unit below the line."""
    where = f"{process}: {gas}"
    flow = find_gas(gas)
    if flow is None:
        near = text.nearest(gas, gas_names())
        problems.append(problem("gas-unknown", where, near, flow=gas))
        return None
    above, _, below = text.fold_form(factor).replace(" per ", "/").partition("/")
    single = _ONE_GAS.search(above)
    if gas == UNSPLIT and single:
        problems.append(problem("factor-one-gas", where, factor=factor, gas=single[0]))
        return None
    try:
        amount, unit = Amount.read(above), units.unit(below)
        fits = units.same_dimension(amount.unit, flow.unit)
        fits &= units.dimension(unit) not in _NO_PRODUCT
        exchange = Exchange(
            flow.id, amount, flow.direction, "elementary", elementary=flow, id=where
        )
    except PcfError as error:
        problems.append(problem("factor-unreadable", where, factor=factor, unit=flow.unit))
        del error
        return None
    if not fits:
        problems.append(problem("factor-unreadable", where, factor=factor, unit=flow.unit))
        return None
    return exchange, unit


def join(first: Background, *others: Background) -> Background:
    """Return several sets as one background, such as a study's own beside a public one.

    A product that several sets list must mean the same in all: then it is one product under all its
    names. Raises BackgroundError naming both sets when the id of a process or of a row stands in
    two, or a product, a source or a characterisation table differs.

    >>> cement = factor_set("a", {"cement": "0.15 kg CO2e/kg"}, source="letter")
    >>> lime = factor_set("b", {"lime": "1.3 kg CO2e/kg"}, source="letter")
    >>> join(cement, lime).name
    'a + b'
    """
    joined = first
    problems: list[Problem] = []
    for other in others:
        problems += _clashes(joined, other)
        joined = Background(
            (*joined.editions, *other.editions),
            _sorted((*joined.processes, *other.processes)),
            _merged(joined.products, other.products),
            _united(joined.sources, other.sources),
            _united(joined.characterisations, other.characterisations),
            {**joined.homes, **_moved_in(other, len(joined.editions))},
        )
    if problems:
        raise BackgroundError(*problems)
    return joined


def _moved_in(other: Background, editions: int) -> dict[str, int]:
    """Return where the rows of another background are from, behind so many editions."""
    return {row.id: editions + other.homes.get(row.id, 0) for row in other.processes}


def _clashes(first: Background, other: Background) -> list[Problem]:
    """Return a problem for each id that stands in both and may not."""
    sets = {"first": first.name, "second": other.name}
    rows = _row_ids(first) & _row_ids(other)
    found = [problem("join-row", id_, (), **sets) for id_ in sorted(rows)]
    for product in other.products:
        mine = first.product(product.id)
        if mine is not None and not _same(mine, product):
            found.append(problem("join-product", product.id, (), **sets))
    sources = {source.id: source for source in first.sources}
    found += [
        problem("join-source", source.id, (), **sets)
        for source in other.sources
        if sources.get(source.id, source) != source
    ]
    tables = {table.id: table for table in first.characterisations}
    found += [
        problem("join-characterisation", table.id, (), **sets)
        for table in other.characterisations
        if tables.get(table.id, table) != table
    ]
    return found


def _row_ids(background: Background) -> set[str]:
    rows = {row.id for row in background.processes}
    return rows | {each.id for row in background.processes for each in row.process.exchanges}


def _same(one: ProductFlow, other: ProductFlow) -> bool:
    told = (one.basis, one.waste) == (other.basis, other.waste)
    return told and units.same_dimension(one.unit, other.unit)


def _merged(first: Iterable[ProductFlow], second: Iterable[ProductFlow]) -> tuple[ProductFlow, ...]:
    """Return the products of both, each once under all its names."""
    merged = {product.id: product for product in first}
    for product in second:
        mine = merged.get(product.id, product)
        names = {*mine.synonyms, *names_of(product)} - {mine.id, mine.name.en, mine.name.zh}
        merged[product.id] = replace(
            mine,
            synonyms=tuple(sorted(names)),
            cpc=mine.cpc or product.cpc,
            hs=mine.hs or product.hs,
            cn=mine.cn or product.cn,
            cbam=mine.cbam or product.cbam,
        )
    return tuple(merged[key] for key in sorted(merged))


def _united(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    united: dict[str, T] = {each.id: each for each in first + second}
    return tuple(united[key] for key in sorted(united))


def _sorted(rows: Iterable[BackgroundProcess]) -> tuple[BackgroundProcess, ...]:
    return tuple(sorted(rows, key=lambda row: row.id))
