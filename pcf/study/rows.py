"""What is wrong with a row of activity data? By itself, or beside one that says the same."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import PcfError, problem
from pcf.model.flows import find_gas, greenhouse_gases
from pcf.study.months import at
from pcf.study.values import ActivityRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.errors import Problem
    from pcf.model.amounts import Amount
    from pcf.study.values import Leg, Study

_DIRECTIONS = {"product": ("input",), "waste": ("output",)}
_IDENTITY = {"id", "where", "unread", "note"}


def repeated_rows(study: Study) -> tuple[list[Problem], list[ActivityRow]]:
    """Return rows whose id or whose whole content stands twice, and the rows of the second kind.

    No example: `pcf.study.checks` shows it.
    """
    problems: list[Problem] = []
    doubles: list[ActivityRow | Leg] = []
    ids: set[str] = set()
    contents: dict[tuple[object, ...], str] = {}
    for row in study.rows:
        if not row.id:
            continue
        content = tuple(
            getattr(row, each.name) for each in fields(row) if each.name not in _IDENTITY
        )
        if content in contents and not row.unread:
            problems.append(problem("row-repeated", at(row), other=contents[content]))
            doubles.append(row)
        elif row.id in ids:
            problems.append(problem("row-id-twice", at(row, "row")))
        ids.add(row.id)
        contents.setdefault(content, row.id)
    return problems, [row for row in doubles if isinstance(row, ActivityRow)]


def row_problems(study: Study) -> list[Problem]:
    """Return what is wrong with each row of activity data by itself.

    No example: `pcf.study.checks` shows it.
    """
    confidences = {source.id: source.confidence for source in study.sources}
    named = None if study.is_unread("unverified") else study.unverified
    return [
        each
        for row in study.activity
        for each in (
            *_missing_source(row),
            *_kind(row),
            *_meter(row),
            *_volume(row),
            *_unverified(row, named, confidences),
        )
    ]


def _missing_source(row: ActivityRow) -> Iterator[Problem]:
    if not row.source and not str(row.evidence) and not row.unread & {"source", "evidence"}:
        yield problem("row-no-source", at(row, "source"))


def _kind(row: ActivityRow) -> Iterator[Problem]:
    if row.unread & {"kind", "direction", "flow"}:
        return
    wanted = _DIRECTIONS.get(row.kind, (row.direction,))
    gas = find_gas(row.flow) if row.kind == "elementary" else None
    if row.kind == "elementary":
        if gas is None:
            near = text.nearest(row.flow, greenhouse_gases())
            yield problem("gas-unknown", at(row, "flow"), near, flow=row.flow)
            return
        wanted = (gas.direction,)
    if row.direction not in wanted:
        what = gas.id if gas else row.kind
        facts = {"direction": row.direction, "what": what, "wanted": wanted[0]}
        yield problem("direction-unfit", at(row, "direction"), wanted, **facts)
    elif gas is not None and not _converts(row, gas.unit):
        facts = {"unit": row.amount.unit, "other": gas.unit, "flow": gas.id}
        yield problem("unit-unfit", at(row, "unit"), (gas.unit,), **facts)
    if row.kind == "internal" and not row.note and not row.locator:
        yield problem("internal-no-reason", at(row, "note"), flow=row.flow)


def _converts(row: ActivityRow, unit: str) -> bool:
    """Return whether a row's unit converts; one that is not written or not read is passed over."""
    if not row.amount.unit or "unit" in row.unread:
        return True
    return units.same_dimension(row.amount.unit, unit)


def _meter(row: ActivityRow) -> Iterator[Problem]:
    if not row.meter or "meter" in row.unread:
        return
    if row.kind != "product" or row.direction != "input":
        yield problem("meter-kind", at(row, "meter"), meter=row.meter, kind=row.kind)
    elif not _converts(row, "kWh"):
        facts = {"unit": row.amount.unit, "other": "kWh", "flow": row.flow}
        yield problem("unit-unfit", at(row, "unit"), ("kWh",), **facts)


def _volume(row: ActivityRow) -> Iterator[Problem]:
    """Ask at which temperature the volume of a fuel gas was measured."""
    name = text.fold(row.flow)
    is_gas = any(word in name for word in ("natural gas", "天然气", "coke oven gas", "焦炉煤气"))
    if not is_gas or not row.amount.unit or "unit" in row.unread:
        return
    try:
        units.require_gas_volume(row.amount.unit, row.flow)
    except PcfError as error:
        told = error.problems[0]
        yield problem(told.code, at(row, "unit"), told.candidates, **told.facts)


def spread_problems(study: Study, used: Mapping[ActivityRow, Amount | None]) -> list[Problem]:
    """Return spreads that do not fit the amount that was `used`, as stocks and formulas give it.

    No example: `pcf.study.checks` shows it.
    """
    return [each for row in study.activity for each in _spread(row, used.get(row))]


def _spread(row: ActivityRow, amount: Amount | None) -> Iterator[Problem]:
    spread, value = row.spread, None if amount is None else amount.value
    if spread is None or value is None:
        return
    two = spread.kind in ("uniform", "triangular", "pert")
    high = spread.high
    if two:
        fits = high is not None and spread.low < high and spread.low <= value <= high
    else:
        fits = high is None and spread.low > (1 if spread.kind == "lognormal" else 0)
    if not fits:
        yield problem("spread-numbers", at(row, "low"), kind=spread.kind)


def _unverified(
    row: ActivityRow, named: tuple[str, ...] | None, confidences: Mapping[str, str]
) -> Iterator[Problem]:
    """Recalled numbers are never a silent default: the study names each that it leans on."""
    if named is None:
        return
    confidence = row.confidence or confidences.get(row.source)
    if confidence == "unverified" and row.id not in named:
        yield problem("row-unverified", at(row, "confidence"))
