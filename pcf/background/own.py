"""A user's own numbers: how they become a set, and how it stands beside a public one.

A factor set is a few lines of Python; `join` is the explicit order in which sets are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.background.tables import gas_names, placed
from pcf.background.values import (
    Background,
    BackgroundProcess,
    Edition,
    names_of,
)
from pcf.errors import BackgroundError, Where, problem
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import WORLD, Coverage, find_place
from pcf.model.flows import UNSPLIT, ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.background.values import CharacterisationTable
    from pcf.errors import Problem
    from pcf.model.coverage import Period

_ONE_GAS = re.compile(
    r"CO2(?![\s-]*(?:e|当量))|CH4|N2O|SF6|NF3|CF4|C2F6|二氧化碳(?!当量)|甲烷", re.IGNORECASE
)
"""A gas that stands in a factor which should be CO2e: CO2 is not CO2e, and CO2eq is."""
_NO_PRODUCT = frozenset({"ratio", "climate impact"})
"""Dimensions in which no product is counted."""


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
    read = _read_factor(factor, gas, flow.unit, where, problems)
    if read is not None:
        amount, unit = read
        with placed(Where(item=where), problems):
            made = Exchange(
                flow.id, amount, flow.direction, "elementary", elementary=flow, id=where
            )
            return made, unit
    return None


def _read_factor(
    factor: str, gas: str, wanted: str, where: str, problems: list[Problem]
) -> tuple[Amount, str] | None:
    """Read '2.6 kg/L' as an amount that converts to `wanted` and the unit below the line."""
    before = len(problems)
    above, slash, below = text.fold_form(factor).replace(" per ", "/").partition("/")
    single = _ONE_GAS.search(above) if gas == UNSPLIT else None
    if single:
        problems.append(problem("factor-one-gas", where, factor=factor, gas=single[0]))
        return None
    amount, unit = Amount(None, wanted), "1"
    if slash:
        with placed(Where(item=where), problems):
            amount = Amount.read(above)
        with placed(Where(item=where), problems):
            unit = units.unit(below)
    if len(problems) > before:
        return None
    if units.dimension(unit) in _NO_PRODUCT or not units.same_dimension(amount.unit, wanted):
        problems.append(problem("factor-unreadable", where, factor=factor, unit=wanted))
        return None
    return amount, unit


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
    sets = (first, *others)
    rows = {row.id: row for row in first.processes}
    ids = _row_ids(first)
    products = {each.id: each for each in first.products}
    sources = {each.id: each for each in first.sources}
    tables = {each.id: each for each in first.characterisations}
    editions, homes = first.editions, dict(first.homes)
    problems: list[Problem] = []
    for place, other in enumerate(others, 1):
        clashes = [*_repeated(ids, other), *_differing(products, sources, tables, other)]
        if clashes:
            before = " + ".join(each.name for each in sets[:place])
            facts = {"first": before, "second": other.name}
            problems += [problem(code, id_, (), **facts) for code, id_ in clashes]
        homes |= {row.id: len(editions) + other.homes.get(row.id, 0) for row in other.processes}
        editions = (*editions, *other.editions)
        rows |= {row.id: row for row in other.processes}
        ids |= _row_ids(other)
        for product in other.products:
            products[product.id] = _merged(products.get(product.id, product), product)
        sources |= {each.id: each for each in other.sources}
        tables |= {each.id: each for each in other.characterisations}
    if problems:
        raise BackgroundError(*problems)
    return Background(
        editions,
        tuple(rows[key] for key in sorted(rows)),
        tuple(products[key] for key in sorted(products)),
        tuple(sources[key] for key in sorted(sources)),
        tuple(tables[key] for key in sorted(tables)),
        homes,
    )


def _row_ids(background: Background) -> set[str]:
    rows = {row.id for row in background.processes}
    return rows | {each.id for row in background.processes for each in row.process.exchanges}


def _repeated(ids: set[str], other: Background) -> Iterator[tuple[str, str]]:
    """Yield code and id of each process or row of the other set that is there already."""
    for id_ in sorted(ids & _row_ids(other)):
        yield "join-row", id_


def _differing(
    products: Mapping[str, ProductFlow],
    sources: Mapping[str, Source],
    tables: Mapping[str, CharacterisationTable],
    other: Background,
) -> Iterator[tuple[str, str]]:
    """Yield code and id of what the other set calls like something that it is not."""
    for product in other.products:
        if not _same(products.get(product.id, product), product):
            yield "join-product", product.id
    for source in other.sources:
        if sources.get(source.id, source) != source:
            yield "join-source", source.id
    for table in other.characterisations:
        if tables.get(table.id, table) != table:
            yield "join-characterisation", table.id


def _same(one: ProductFlow, other: ProductFlow) -> bool:
    told = (one.basis, one.waste) == (other.basis, other.waste)
    return told and units.same_dimension(one.unit, other.unit)


def _merged(mine: ProductFlow, product: ProductFlow) -> ProductFlow:
    """Return a product of two sets, once under all its names."""
    names = {*mine.synonyms, *names_of(product)} - {mine.id, mine.name.en, mine.name.zh}
    return replace(
        mine,
        synonyms=tuple(sorted(names)),
        cpc=mine.cpc or product.cpc,
        hs=mine.hs or product.hs,
        cn=mine.cn or product.cn,
        cbam=mine.cbam or product.cbam,
    )
