"""The same question, answered slowly and apart: pairs judged one by one, and a linear program."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import linprog

from pcf.electricity.columns import demand_columns, supply_columns
from pcf.electricity.matching import Circumstances, match

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pcf.electricity.facts import ConsumptionRecord, Device, Leg, Lot
    from pcf.electricity.matching import Plan

    Fits = Callable[["Case", Lot, ConsumptionRecord], bool]


@dataclass(frozen=True)
class Case:
    """Lots, devices and readings, with what else is known."""

    lots: tuple[Lot, ...]
    devices: tuple[Device, ...]
    readings: tuple[ConsumptionRecord, ...]
    known: Circumstances = field(default_factory=Circumstances)

    def device(self, lot: Lot) -> Device:
        """Return the device of a lot."""
        return next(each for each in self.devices if each.id == lot.device)

    def plan(self, seed: int | None = None, **asked: object) -> Plan:
        """Return a plan; a seed puts lots, readings and their names in another order."""
        lots, readings = self.lots, self.readings
        if seed is not None:
            order = np.random.default_rng(seed)
            lots = tuple(lots[i] for i in order.permutation(len(lots)))
            readings = tuple(readings[i] for i in order.permutation(len(readings)))
        return match(
            supply_columns(lots, self.devices),
            demand_columns(readings),
            circumstances=self.known,
            **asked,  # type: ignore[arg-type]
        )


class Oracle:
    """What a plan must be, found by other means."""

    Case = Case

    def most(
        self, case: Case, fits: Fits, limits: Sequence[tuple[Callable[..., object], int]] = ()
    ) -> int:
        """Return the largest coverage: a linear program over all pairs that fit.

        Each limit is a function of a pair, which gives the corridor and period it takes up or None,
        and the most that goes through one.
        """
        pairs = [
            (i, j)
            for i, lot in enumerate(case.lots)
            for j, reading in enumerate(case.readings)
            if fits(case, lot, reading)
        ]
        if not pairs:
            return 0
        rows: dict[object, int] = {}
        caps: list[int] = []
        entries = []
        for column, (i, j) in enumerate(pairs):
            lot, reading = case.lots[i], case.readings[j]
            keys = [(("lot", i), lot.energy), (("reading", j), reading.energy)]
            for number, (key, most) in enumerate(limits):
                if key(lot, reading) is not None:
                    keys.append(((number, key(lot, reading)), most))
            for key_, cap in keys:
                if key_ not in rows:
                    rows[key_] = len(caps)
                    caps.append(cap)
                entries.append((rows[key_], column))
        matrix = np.zeros((len(caps), len(pairs)))
        for row, column in entries:
            matrix[row, column] = 1
        found = linprog(-np.ones(len(pairs)), A_ub=matrix, b_ub=caps)
        assert found.status == 0
        return round(-found.fun)

    def legs(self, plan: Plan) -> list[tuple[object, ...]]:
        """Return the legs as plain values, sorted: what no order may change."""
        return sorted(
            (str(leg.range), *leg.consumption.slice, leg.consumption.interval.start, leg.energy)
            for leg in plan.legs.rows()
        )

    def check(self, plan: Plan, case: Case, fits: Fits) -> None:
        """Hold what every plan must hold: nothing twice or beyond, all allowed, all told of."""
        legs: list[Leg] = list(plan.legs.rows())
        for one in legs:
            assert one.energy > 0
            (lot,) = [
                each
                for each in case.lots
                if each.series == one.range.series
                and each.range.low <= one.range.low
                and one.range.high <= each.range.high
            ]
            assert fits(case, lot, one.consumption), (lot, one.consumption)
        for one in legs:
            assert not any(one.range.overlaps(other.range) for other in legs if other is not one)
        for reading in case.readings:
            served = [each.energy for each in legs if each.consumption == reading]
            assert sum(served) <= reading.energy
        told = sum(each.energy for each in plan.refused)
        parts = plan.left_over.energy + plan.stranded.energy
        assert plan.covered + told + parts == sum(lot.energy for lot in case.lots)
        short = sum(each.energy for each in plan.unmet)
        assert plan.covered + short == sum(each.energy for each in case.readings)
        for refusal in (*plan.refused, *plan.unmet):
            assert refusal.says("zh") != refusal.says("en")


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """Return what finds the answer by other means."""
    return Oracle()


@pytest.fixture(scope="session")
def root_of_messages() -> Path:
    """Return the file of messages about matching."""
    root = Path(__file__).resolve().parents[3]
    return root / "pcf" / "messages" / "electricity.matching.toml"
