"""What becomes of rows that may not be passed on? They are aggregated, or left out and named.

A row with inputs can be aggregated: its whole inventory stands for its inputs. One without inputs
is its own inventory, so it is left out; what names it as a provider would then read as broken, and
is aggregated over it in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pcf.background.writing import row_fingerprint
from pcf.inventory import solve
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.model.systems import ELEMENTARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.background import Background, BackgroundProcess
    from pcf.model.amounts import Source
    from pcf.model.flows import ElementaryFlow
    from pcf.model.systems import ProductSystem

Handling = Literal["aggregated", "left out"]
"""What is asked for."""
Fate = Literal["aggregated", "left out", "unused"]
"""What a row became; nothing that was sealed asks for one that is unused."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A row that may not be passed on, what became of it, and the fingerprint of what it was."""

    id: str
    product: str
    handling: Fate
    document: str
    licence: str
    fingerprint: str

    def as_dict(self) -> dict[str, str]:
        """Return it as plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class _Fates:
    """What becomes of rows while it is decided: those that stand for others, those left out."""

    systems: list[ProductSystem]
    sources: Mapping[str, Source]
    handling: Handling
    made: dict[str, BackgroundProcess] = field(default_factory=dict)
    added: dict[str, Source] = field(default_factory=dict)
    left: dict[str, BackgroundProcess] = field(default_factory=dict)

    def decide(self, row: BackgroundProcess) -> None:
        """Aggregate a row where that is asked for and can be done, else leave it out."""
        source = self.sources.get(row.process.source)
        made = None
        if self.handling == "aggregated" and source is not None:
            made = _aggregated(row, source, self.systems)
        if made is None:
            self.left[row.id] = row
        else:
            self.made[row.id], self.added[made[1].id] = made


def withhold(
    background: Background,
    used: Iterable[str],
    licences: Mapping[str, str],
    systems: list[ProductSystem],
    handling: Handling,
) -> tuple[Background, list[BackgroundProcess], tuple[Withheld, ...]]:
    """Return the rows of `used` that travel, on a background with their sources, and the others.

    `licences` are the rows that may not be passed on, with what says so.
    No example: `seal_bundle` shows it at work.
    """
    rows = {row.id: row for row in filter(None, map(background.row, sorted(set(used))))}
    sources = {source.id: source for source in background.sources}
    fates, told = _Fates(systems, sources, handling), dict(licences)
    waiting = [rows[id_] for id_ in sorted(licences)]
    while waiting:
        fates.decide(waiting.pop())
        known = {*fates.made, *fates.left}
        for row in (row for row in rows.values() if row.id not in known):
            under = next((id_ for id_ in _providers(row) if id_ in fates.left), None)
            if under is not None and row not in waiting:
                told[row.id] = told[under]
                waiting.append(row)
    kept = [fates.made.get(id_, row) for id_, row in rows.items() if id_ not in fates.left]
    grown = replace(background, sources=(*background.sources, *fates.added.values()))
    withheld = tuple(
        Withheld(
            id_,
            rows[id_].process.product,
            became,
            sources[rows[id_].process.source].document
            if rows[id_].process.source in sources
            else "",
            told[id_],
            row_fingerprint(rows[id_]),
        )
        for id_, became in _told(rows, fates).items()
    )
    return grown, kept, withheld


def _told(rows: Mapping[str, BackgroundProcess], fates: _Fates) -> dict[str, Fate]:
    """Return what to call each: a row that only aggregates ask for is in them."""
    askers = {
        id_: [_askers(id_, system) for system in fates.systems if id_ in system.processes.ids]
        for id_ in fates.left
    }
    needed: set[str] = set()
    before = -1
    while len(needed) > before:
        before, apart = len(needed), {*fates.made, *(fates.left.keys() - needed)}
        needed |= {
            id_ for id_, found in askers.items() if any(not each or each - apart for each in found)
        }
    found: dict[str, Fate] = dict.fromkeys(fates.made, "aggregated")
    for id_, asked in askers.items():
        found[id_] = "left out" if id_ in needed else "aggregated" if asked else "unused"
    return {id_: found[id_] for id_ in rows if id_ in found}


def _askers(id_: str, system: ProductSystem) -> set[str]:
    """Return the processes that link to a row; none where a treatment of electricity does."""
    columns = system.exchanges
    linked = (columns.kind != ELEMENTARY) & (columns.target == system.index(id_))
    return {str(system.processes.ids[process]) for process in columns.process[linked].tolist()}


def _providers(row: BackgroundProcess) -> list[str]:
    return [each.provider for each in row.process.exchanges if each.provider]


def _aggregated(
    row: BackgroundProcess, source: Source, systems: list[ProductSystem]
) -> tuple[BackgroundProcess, Source] | None:
    """Return a row with its whole inventory in place of its inputs, and its source.

    None for a row without inputs, whose own numbers are all its inventory, and for one with a flow
    that a credit turned.
    """
    linked = [each for each in row.process.exchanges if each.kind in ("product", "waste", "credit")]
    system = next((each for each in systems if row.id in each.processes.ids), None)
    if not linked or system is None:
        return None
    amounts = solve(system, {row.id: _reference(row)}).flows.tolist()
    flows = [pair for pair in zip(system.elementary, amounts, strict=True) if pair[1]]
    if any(each.role not in ("emission", "resource") or _turned(each, v) for each, v in flows):
        return None
    whole = replace(
        source,
        id=f"aggregated: {source.id}",
        document=f"aggregated from {source.document}",
        licence="inventory of the whole chain; the row itself is withheld",
        note="",
    )
    exchanges = tuple(
        Exchange(
            flow.id,
            Amount(abs(amount), flow.unit, source=whole.id),
            flow.direction,
            "elementary",
            elementary=flow,
            id=f"{row.id}: {flow.id}",
            confidence=source.confidence,
        )
        for flow, amount in flows
    )
    process = replace(row.process, exchanges=exchanges, source=whole.id)
    return replace(row, process=process, judged=(), unverified=()), whole


def _reference(row: BackgroundProcess) -> float:
    amount = row.process.amount.value
    return 1.0 if amount is None else amount  # a process refuses to be built without one


def _turned(flow: ElementaryFlow, amount: float) -> bool:
    """Return whether an amount goes the other way than its flow, as a credit makes it."""
    return (amount < 0) == (flow.direction == "output")
