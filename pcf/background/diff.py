"""Which numbers moved between two editions, and by how much? Also what came and what went.

A number is compared per unit of the reference product and in the new edition's unit, so that a row
restated per tonne has not moved. Facts without a number (place, period, provider ...) are apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.background.values import Background, BackgroundProcess
    from pcf.model.characterisation import CharacterisationFactor
    from pcf.model.processes import Exchange

_SAME = 1e-12
"""Relative difference that converting a unit and dividing may leave."""
_FACTS = ("product", "boundary", "family", "at", "technology", "place", "period", "standing")


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that moved, came (`old` None) or went (`new` None), in `unit`.

    `process` is the process or gas table that it belongs to, `row` its id.
    """

    process: str
    row: str
    flow: str
    unit: str
    old: float | None
    new: float | None

    @property
    def change(self) -> float | None:
        """The change relative to the old number; None where there is none or it was zero.

        >>> Moved("p", "r", "CO2, fossil", "kg/kg", 2.0, 2.5).change
        0.25
        """
        if self.old is None or self.new is None or self.old == 0:
            return None
        return self.new / self.old - 1


@dataclass(frozen=True, slots=True)
class Restated:
    """A fact about a process or a row that is not a number, and differs."""

    process: str
    row: str
    fact: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SetDifference:
    """What differs between two backgrounds: `moved` numbers, those that came and went, facts."""

    old: str
    new: str
    moved: tuple[Moved, ...]
    came: tuple[Moved, ...]
    went: tuple[Moved, ...]
    restated: tuple[Restated, ...]

    @property
    def processes(self) -> tuple[str, ...]:
        """The processes and gas tables that differ in any way."""
        numbers = {each.process for each in (*self.moved, *self.came, *self.went)}
        return tuple(sorted(numbers | {each.process for each in self.restated}))


def set_difference(old: Background, new: Background) -> SetDifference:
    """Return what differs from `old` to `new`, by ids of processes and rows.

    >>> from pcf.background.own import factor_set
    >>> old = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    >>> new = factor_set("own", {"lime": "1300 kg CO2e/t"}, source="letter")
    >>> [(each.old, each.new) for each in set_difference(old, new).moved]
    [(1200.0, 1300.0)]
    """
    before, after = _numbers(old), _numbers(new)
    moved, came, went = [], [], []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one is None and other is not None:
            came.append(_moved(key, other, None, other.value))
        elif other is None and one is not None:
            went.append(_moved(key, one, one.value, None))
        elif one is not None and other is not None:
            value = _converted(one, other)
            if value is None:
                went.append(_moved(key, one, one.value, None))
                came.append(_moved(key, other, None, other.value))
            elif not math.isclose(value, other.value, rel_tol=_SAME, abs_tol=0.0):
                moved.append(_moved(key, other, value, other.value))
    return SetDifference(
        old.name, new.name, tuple(moved), tuple(came), tuple(went), tuple(_restated(old, new))
    )


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    flow: str
    above: str
    below: str


def _moved(key: tuple[str, str], number: _Number, old: float | None, new: float | None) -> Moved:
    unit = f"{number.above}/{number.below}"
    return Moved(*key, flow=number.flow, unit=unit, old=old, new=new)


def _converted(one: _Number, other: _Number) -> float | None:
    """Return the old number in the new units, or None where they do not convert."""
    same = one.flow == other.flow and all(
        a == b or units.same_dimension(a, b)
        for a, b in ((one.above, other.above), (one.below, other.below))
    )
    if not same:
        return None
    above = 1.0 if one.above == other.above else units.factor(one.above, other.above)
    below = 1.0 if one.below == other.below else units.factor(one.below, other.below)
    return one.value * above / below


def _numbers(background: Background) -> Mapping[tuple[str, str], _Number]:
    found: dict[tuple[str, str], _Number] = {}
    for row in background.processes:
        reference = row.process.amount
        for exchange in row.process.exchanges:
            value = exchange.amount.value
            if value is not None and reference.value is not None:
                number = _Number(
                    value / reference.value, exchange.flow, exchange.amount.unit, reference.unit
                )
                found[row.id, exchange.id] = number
    for table in background.characterisations:
        for factor in table.factors:
            found[table.id, _gas(factor)] = _Number(factor.value, factor.gas, "kg CO2e", "kg")
    return found


def _gas(factor: CharacterisationFactor) -> str:
    narrowed = (factor.gas, factor.origin, factor.direction, factor.place)
    return ", ".join(each for each in narrowed if each)


def _restated(old: Background, new: Background) -> Iterator[Restated]:
    for row in new.processes:
        before = old.row(row.id)
        if before is None:
            continue
        for fact in _FACTS:
            one, other = _fact(before, fact), _fact(row, fact)
            if one != other:
                yield Restated(row.id, "", fact, one, other)
        rows = {each.id: each for each in before.process.exchanges}
        for exchange in row.process.exchanges:
            if exchange.id in rows:
                yield from _restated_row(row.id, rows[exchange.id], exchange)


def _restated_row(process: str, old: Exchange, new: Exchange) -> Iterator[Restated]:
    for fact in ("kind", "direction", "provider", "confidence"):
        one, other = (str(getattr(each, fact)) for each in (old, new))
        if one != other:
            yield Restated(process, new.id, fact, one, other)
    if old.amount.source != new.amount.source:
        yield Restated(process, new.id, "source", old.amount.source, new.amount.source)


def _fact(row: BackgroundProcess, fact: str) -> str:
    if fact == "product":
        return row.process.product
    if fact == "standing":
        return "default" if row.default else "alternative" if row.alternative else ""
    return str(getattr(row, fact))
