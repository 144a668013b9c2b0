"""The same question, answered slowly and apart: pairs judged one by one, a linear program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from pcf.electricity.facts import ConsumptionRecord, Device, Lot
from pcf.electricity.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIRM = "示例铝业有限公司"
OTHER = "另一家有限公司"


@dataclass(frozen=True)
class Case:
    """Lots with their devices, readings, and what may serve what."""

    lots: tuple[Lot, ...]
    devices: tuple[Device, ...]
    readings: tuple[ConsumptionRecord, ...]

    def device(self, lot: Lot) -> Device:
        """Return the device of a lot."""
        return next(each for each in self.devices if each.id == lot.device)


def months(interval: Interval) -> int:
    """Return the number of the month in which an interval begins."""
    day = interval.first_day
    return day.year * 12 + day.month - 1


def most(case: Case, fits: Callable[[Lot, ConsumptionRecord], bool]) -> int:
    """Return the largest coverage: a linear program over all pairs that fit."""
    pairs = [
        (i, j)
        for i, lot in enumerate(case.lots)
        for j, reading in enumerate(case.readings)
        if fits(lot, reading)
    ]
    if not pairs:
        return 0
    rows = len(case.lots) + len(case.readings)
    matrix = np.zeros((rows, len(pairs)))
    for column, (i, j) in enumerate(pairs):
        matrix[i, column] = matrix[len(case.lots) + j, column] = 1
    limits = [lot.energy for lot in case.lots] + [each.energy for each in case.readings]
    found = linprog(-np.ones(len(pairs)), A_ub=matrix, b_ub=limits)
    assert found.status == 0
    return round(-found.fun)


def legs_of(plan: object) -> list[tuple[object, ...]]:
    """Return the legs of a plan as plain values, sorted: what must not depend on any order."""
    legs = plan.legs  # type: ignore[attr-defined]
    return sorted(
        (str(leg.range), *leg.consumption.slice, leg.consumption.interval.start, leg.energy)
        for leg in legs.rows()
    )


def check(plan: object, case: Case, fits: Callable[[Lot, ConsumptionRecord], bool]) -> None:
    """Hold what every plan must hold: nothing twice, nothing beyond, every leg allowed."""
    used: dict[str, list[tuple[int, int]]] = {}
    covered: dict[tuple[object, ...], int] = {}
    for leg in plan.legs.rows():  # type: ignore[attr-defined]
        assert leg.energy > 0
        used.setdefault(leg.range.series, []).append((leg.range.low, leg.range.high))
        key = (*leg.consumption.slice, leg.consumption.interval)
        covered[key] = covered.get(key, 0) + leg.energy
        lots = [
            lot
            for lot in case.lots
            if lot.series == leg.range.series
            and lot.range.low <= leg.range.low
            and leg.range.high <= lot.range.high
        ]
        assert len(lots) == 1
        assert fits(lots[0], leg.consumption), (lots[0], leg.consumption)
    for ranges in used.values():
        ordered = sorted(ranges)
        assert all(a[1] <= b[0] for a, b in zip(ordered, ordered[1:], strict=False))
    for reading in case.readings:
        assert covered.get((*reading.slice, reading.interval), 0) <= reading.energy
    total = sum(lot.energy for lot in case.lots)
    refused = sum(each.energy for each in plan.refused)  # type: ignore[attr-defined]
    parts = plan.left_over.energy + plan.stranded.energy  # type: ignore[attr-defined]
    assert plan.covered + refused + parts == total  # type: ignore[attr-defined]
    short = sum(each.energy for each in plan.unmet)  # type: ignore[attr-defined]
    assert plan.covered + short == sum(each.energy for each in case.readings)  # type: ignore[attr-defined]


def shuffled(rows: Sequence[object], seed: int) -> list[object]:
    """Return rows in another order."""
    return [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
