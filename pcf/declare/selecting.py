"""Which background rows does a study use, and how do they travel? With it, as sets of their own.

All that the study and its alternatives link to, what these name, and what the study names; nothing
else. Rows that may not be passed on are aggregated (their whole inventory stands for their inputs)
or left out, and a list says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf.background.writing import set_files
from pcf.declare.licences import restricted_rows
from pcf.declare.withholding import withhold
from pcf.errors import PcfError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.background import Background, BackgroundProcess
    from pcf.declare.withholding import Handling, Withheld
    from pcf.model.systems import ProductSystem
    from pcf.study import Study


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that travel: those of the public sets, those of the study's own, what is withheld.

    `own` is None where the study has none, or where its folder travels as it is.
    """

    shared: Background
    own: Background | None
    withheld: tuple[Withheld, ...]


def select(study: Study, background: Background, handling: Handling) -> Selection:
    """Return the background data of a study as it may leave the house.

    No example: `seal_bundle` shows it at work.
    """
    own = study.own_background
    systems = _systems(study, background)
    used = _named(study, background, _linked(systems))
    forbidden = restricted_rows(background, used)
    shared, told = _without(background, used, forbidden, systems, handling)
    shared = _with_leant_on(shared, background, own)
    if own is None:
        return Selection(shared, None, told)
    mine = [row.id for row in own.processes]
    forbidden = restricted_rows(own, mine)
    if not forbidden:
        return Selection(shared, None, told)
    kept, more = _without(own, mine, forbidden, systems, handling)
    return Selection(shared, kept, (*told, *more))


def background_files(shared: Background) -> dict[str, str]:
    """Return the files of the sets, one folder each, in the order in which they were joined.

    No example: `seal_bundle` writes them.
    """
    found: dict[str, str] = {}
    for at, edition in enumerate(shared.editions):
        rows = [row for row in shared.processes if shared.homes.get(row.id, 0) == at]
        tables = () if at else shared.characterisations
        group = subset(shared, rows, every_product=not at)
        written = set_files(replace(group, characterisations=tables), edition)
        found |= {f"{at + 1}/{name}": content for name, content in written.items()}
    return found


def _systems(study: Study, background: Background) -> list[ProductSystem]:
    """Return the system of the study, then those under its alternatives that can be built."""
    found = [study.system(background).system]
    for each in study.alternatives:
        if each.name in study.chosen:
            continue
        try:
            other = study.varying(alternative=[*study.chosen, each.name])
            found.append(other.system(background).system)
        except PcfError:
            continue  # an alternative that does not stand is not what is sealed
    return found


def _linked(systems: Iterable[ProductSystem]) -> set[str]:
    return {
        str(id_)
        for system in systems
        for id_, own in zip(system.processes.ids, system.processes.foreground, strict=True)
        if not own
    }


def _named(study: Study, background: Background, linked: set[str]) -> set[str]:
    """Return the rows linked or named by the study, and all providers that these name."""
    owners = {each.id: row.id for row in background.processes for each in row.process.exchanges}
    choices = [*study.links, *(link for each in study.alternatives for link in each.links)]
    names = {each.provider for each in choices}
    names |= {provider for mix in study.mixes for provider, _ in mix.shares}
    names |= {owners.get(name, name) for name in study.unverified}
    own = () if study.own_background is None else study.own_background.processes
    names |= {each.provider or "" for row in own for each in row.process.exchanges}
    waiting, found = [*linked, *names], set()
    while waiting:
        row = background.row(waiting.pop())
        if row is not None and row.id not in found:
            found.add(row.id)
            waiting += [each.provider for each in row.process.exchanges if each.provider]
    return found


def _without(
    background: Background,
    used: Iterable[str],
    forbidden: dict[str, str],
    systems: list[ProductSystem],
    handling: Handling,
) -> tuple[Background, tuple[Withheld, ...]]:
    """Return the rows used, without those that may not be passed on, and what became of each."""
    grown, kept, told = withhold(background, used, forbidden, systems, handling)
    return subset(grown, kept, every_product=False), told


def subset(
    background: Background, rows: list[BackgroundProcess], *, every_product: bool
) -> Background:
    """Return the rows with the products and the sources that they name.

    No example: `select` shows it at work.
    """
    flows = {each.flow for row in rows for each in row.process.exchanges}
    flows |= {row.process.product for row in rows}
    used = {row.process.source for row in rows}
    used |= {each.amount.source for row in rows for each in row.process.exchanges}
    texts = {
        said
        for table in background.characterisations
        for said in (table.source, *(factor.source for factor in table.factors))
    }
    return replace(
        background,
        processes=tuple(sorted(rows, key=lambda row: row.id)),
        products=tuple(p for p in background.products if every_product or p.id in flows),
        sources=tuple(
            s
            for s in sorted(background.sources, key=lambda source: source.id)
            if s.id in used or str(s) in texts or s.document in texts
        ),
    )


def _with_leant_on(shared: Background, whole: Background, own: Background | None) -> Background:
    """Return the rows with the products of the sets that the study's own rows name."""
    rows = () if own is None else own.processes
    flows = {each.flow for row in rows for each in row.process.exchanges}
    flows |= {row.process.product for row in rows}
    kept = {product.id for product in shared.products} | flows
    return replace(shared, products=tuple(p for p in whole.products if p.id in kept))
