"""How does a row of a study become an exchange? Linked, sourced, its months summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import PcfError
from pcf.model.amounts import Amount
from pcf.model.flows import find_gas, meter_flow
from pcf.model.processes import Exchange
from pcf.study.exclusions import excluded_rows, is_per_unit
from pcf.study.legs import work_of
from pcf.study.linking import INTERNAL, Asked
from pcf.study.months import at, series_of
from pcf.study.sourcing import least_sure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.model.declared import Exclusion
    from pcf.model.flows import ElementaryFlow
    from pcf.model.processes import Kind
    from pcf.study.linking import Linking
    from pcf.study.sourcing import Sourcing
    from pcf.study.values import ActivityRow, Leg

_NEEDED = frozenset({"flow", "unit", "kind", "direction", "process", "basis", "meter"})


@dataclass(frozen=True, slots=True)
class Target:
    """What an exchange points at: a provider, an elementary flow, or nothing."""

    kind: Kind
    provider: str | None = None
    elementary: ElementaryFlow | None = None


def exchanges_of(
    process: str, used: Mapping[ActivityRow, Amount | None], linking: Linking, sourcing: Sourcing
) -> tuple[Exchange, ...]:
    """Return the exchanges of a process: its rows, its legs, and what it leaves out.

    Rows of one series, such as the months of a year, become one exchange. A row that cannot be
    linked is reported and left out. No example: `pcf.study.system` shows it.
    """
    study = linking.study
    rows = [row for row in study.activity if row.process == process]
    found = [_of_rows(each, used, linking, sourcing) for each in _summed(rows, linking)]
    found += [_of_leg(leg, linking, sourcing) for leg in study.legs if leg.process == process]
    found += [_of_gap(each, linking) for each in study.exclusions if each.process == process]
    return tuple(exchange for exchange in found if exchange is not None)


def _summed(rows: list[ActivityRow], linking: Linking) -> list[list[ActivityRow]]:
    """Return the rows in their order, those of one series together unless one has a spread."""
    together: dict[str, list[ActivityRow]] = {}
    for series in series_of(rows, linking.period):
        members = [row for row, _ in series]
        if not any(row.spread for row in members) and len({_kept(row) for row in members}) == 1:
            together |= {row.id: members for row in members}
    found, done = [], set()
    for row in rows:
        members = together.get(row.id, [row])
        if members[0].id not in done:
            found.append(members)
        done.add(members[0].id)
    return found


def _kept(row: ActivityRow) -> tuple[str, ...]:
    """Return what rows must share to be summed into one exchange."""
    return (row.stage, row.source, row.alternative, row.amount.unit)


def _of_rows(
    rows: Sequence[ActivityRow],
    used: Mapping[ActivityRow, Amount | None],
    linking: Linking,
    sourcing: Sourcing,
) -> Exchange | None:
    row = rows[0]
    amounts = [used.get(each) for each in rows]
    unit = next((amount.unit for amount in amounts if amount is not None), row.amount.unit)
    if not unit or any(each.unread & _NEEDED for each in rows):
        return None
    target = _target(row, unit, linking)
    values = [amount.to(unit).value for amount in amounts if amount is not None]
    known = [value for value in values if value is not None]
    if target is None or len(known) < len(rows):
        return None
    flow = target.elementary
    return Exchange(
        flow=row.flow if flow is None else flow.id,
        amount=Amount(sum(known), unit, row.spread, sourcing.of_rows(rows)),
        direction=row.direction if flow is None or row.meter else flow.direction,
        kind=target.kind,
        provider=target.provider,
        elementary=flow,
        basis=row.basis,
        stage=row.stage,
        id=row.id,
        confidence=least_sure(rows),
        note=row.note,
    )


def _target(row: ActivityRow, unit: str, linking: Linking) -> Target | None:
    if row.meter:
        known = linking.is_electricity(row.flow, at(row, "meter"))
        return Target("elementary", elementary=meter_flow(row.meter)) if known else None
    if row.kind == "elementary":
        gas = find_gas(row.flow)
        return None if gas is None else Target("elementary", elementary=gas)
    if row.kind == "internal":
        return Target("internal")
    treats = row.kind == "waste" or (row.kind == "credit" and row.direction == "input")
    asked = Asked(row.process, row.flow, unit, at(row, "flow"), row.basis, treats)
    provider = linking.provider(asked)
    if provider is None:
        return None
    return Target("internal") if provider == INTERNAL else Target(row.kind, provider)


def _of_leg(leg: Leg, linking: Linking, sourcing: Sourcing) -> Exchange | None:
    if leg.unread & {"mode", "process"}:
        return None
    provider = linking.provider(Asked(leg.process, leg.mode, "tkm", at(leg, "mode")))
    whole = leg.load.unit and leg.distance.unit and not leg.unread
    if provider is None or not whole:
        return None
    try:
        work = work_of(leg)
    except PcfError:
        return None  # the checks say which unit does not fit
    if work.value is None:
        return None
    return Exchange(
        flow=leg.mode,
        amount=Amount(work.value, work.unit, source=sourcing.of_row(leg)),
        provider=provider,
        stage=leg.stage,
        id=leg.id,
        confidence=leg.confidence,
        note="; ".join(part for part in (leg.goods, leg.note) if part),
    )


def _of_gap(exclusion: Exclusion, linking: Linking) -> Exchange | None:
    """Return the exchange of something left out whose bound is for its whole process."""
    bound = exclusion.bound
    if bound is None or is_per_unit(bound) or excluded_rows(linking.study, exclusion):
        return None
    where = linking.study.setting("exclusion")
    provider = linking.provider(Asked(exclusion.process, exclusion.flow, "1", where))
    if provider is None:
        return None
    return Exchange(exclusion.flow, Amount(1.0, "1"), provider=provider, note=exclusion.reason)
