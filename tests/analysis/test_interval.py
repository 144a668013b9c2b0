"""The first-order interval: one number is one number however often it is used."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pcf.analysis import footprint
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

GASES = CharacterisationSet.of("AR6", {"CO2": 1})
REACH = 1.959963984540054


def half_width(got):
    return (got.interval.high - got.interval.low) / 2


def test_a_shared_factor_adds_before_it_is_squared(spread_over):
    power = spread_over(unit_process("power", "1 kWh", emits={"CO2": "0.6 kg"}), 1.1)
    one = unit_process("one", "1 kg", takes={"power": "10 kWh"})
    two = unit_process("two", "1 kg", takes={"power": "20 kWh", "one": "1 kg"})
    got = footprint(product_system([power, one, two]), ("1 kg", "two"), GASES)
    assert half_width(got) == pytest.approx(REACH * 30 * 0.6 * math.log(1.1))
    assert (got.interval.with_spread, got.interval.numbers) == (1, 4)


def test_independent_numbers_add_in_squares(spread_over):
    made = spread_over(unit_process("p", "1 kg", emits={"CO2": "3 kg", "CO2 dLUC": "4 kg"}), 1.2)
    got = footprint(product_system([made]), ("1 kg", "p"), GASES)
    assert half_width(got) == pytest.approx(REACH * 5 * math.log(1.2))


def test_the_spread_of_an_electricity_factor_is_seen_through_its_meter(spread_over):
    power = replace(
        spread_over(unit_process("average", "1 kWh", emits={"CO2e": "0.5 kg CO2e"}), 1.05),
        foreground=False,
    )
    made = unit_process("p", "1 kg", meters={"m": "100 kWh"})
    got = footprint(
        product_system([power, made]),
        ("1 kg", "p"),
        GASES,
        electricity={"location": {"m": (("average", 1.0),)}},
    )
    assert half_width(got) == pytest.approx(REACH * 50 * math.log(1.05))


def test_it_agrees_with_draws_for_small_spreads(spread_over):
    power = spread_over(unit_process("power", "1 kWh", emits={"CO2": "0.6 kg"}), 1.02)
    made = spread_over(unit_process("p", "1 kg", takes={"power": "10 kWh"}), 1.03)
    got = footprint(product_system([power, made]), ("1 kg", "p"), GASES)
    draws = np.random.default_rng(1)
    sampled = 6 * np.exp(
        math.log(1.02) * draws.standard_normal(100_000)
        + math.log(1.03) * draws.standard_normal(100_000)
    )
    assert half_width(got) / REACH == pytest.approx(sampled.std(), rel=0.02)


@pytest.mark.parametrize(
    ("spread", "deviation"),
    [
        (Spread("normal", 0.3), 0.3),
        (Spread("uniform", 1.0, 4.0), 3 / math.sqrt(12)),
        (Spread("triangular", 1.0, 4.0), math.sqrt((1 + 16 + 4 - 4 - 2 - 8) / 18)),
        (Spread("pert", 1.0, 4.0), math.sqrt((13 / 6 - 1) * (4 - 13 / 6) / 7)),
    ],
)
def test_each_kind_of_spread_has_its_deviation(spread, deviation):
    made = unit_process("p", "1 kg", emits={"CO2": "2 kg"})
    row = replace(made.exchanges[0], amount=Amount(2.0, "kg", spread))
    got = footprint(product_system([replace(made, exchanges=(row,))]), ("1 kg", "p"), GASES)
    assert half_width(got) == pytest.approx(REACH * deviation)


def test_without_a_spread_it_is_not_computed():
    made = unit_process("p", "1 kg", emits={"CO2": "2 kg"})
    assert footprint(product_system([made]), ("1 kg", "p"), GASES).interval is None
