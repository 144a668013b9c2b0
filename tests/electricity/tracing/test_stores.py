"""Stores: a stock of its own for what is carried, against an hourly loop; orders of giving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.electricity.tracing import Store, discharge_factors, network, trace
from pcf.electricity.tracing.stores import POLICIES
from pcf.errors import ModelError, SolveError
from pcf.testing import assert_equal_numbers

if TYPE_CHECKING:
    from pcf.electricity.tracing.stores import Policy

seeds = st.integers(0, 2**32 - 1)


def test_night_wind_is_given_back_by_day_and_pays_for_the_loss() -> None:
    grid = network(
        {"A": [20.0, 10.0]}, stores=[Store("A", [10.0, 0.0], [0.0, 8.0], efficiency=0.8)]
    )
    traced = trace(grid, {"CO2": {"A": [2.0, 9.0]}})
    assert traced.values[:, 0, 0] == pytest.approx([0.1, (9 + 1) / 18])
    assert traced.stocks == pytest.approx(0.0)


def test_what_is_not_discharged_stays_in_the_stock() -> None:
    grid = network({"A": [20.0, 10.0]}, stores=[Store("A", [10.0, 0.0], [0.0, 4.0], 0.8)])
    traced = trace(grid, {"CO2": {"A": [2.0, 9.0]}})
    assert traced.stocks.tolist() == [[pytest.approx(0.5)]]
    emitted = (traced.values[:, 0, 0] * grid.consumption[:, 0]).sum()
    assert emitted + 0.5 == pytest.approx(11.0)


def test_an_opening_stock_brings_what_it_carries() -> None:
    store = Store("A", 0.0, 5.0, 1.0, opening=10.0, carried={"CO2": 8.0})
    traced = trace(network({"A": 5.0}, stores=[store]), {"CO2": {"A": 0.0}})
    assert traced.values[0, 0, 0] == pytest.approx(4 / 10)


def test_charged_and_discharged_in_one_hour_mix_in_that_hour() -> None:
    """x = (4 + z) / 15 with z = half of what was charged, 10 x: the stock keeps the other half."""
    store = Store("A", 10.0, 5.0, 1.0)
    traced = trace(network({"A": 10.0}, stores=[store]), {"CO2": {"A": 4.0}})
    assert traced.values[0, 0, 0] == pytest.approx(0.4)
    assert traced.stocks.tolist() == [[pytest.approx(2.0)]]


def test_a_store_that_only_turns_energy_round_is_refused() -> None:
    grid = network({"A": 0.0, "B": 1.0}, stores=[Store("A", 10.0, 10.0, 1.0)])
    with pytest.raises(SolveError) as caught:
        trace(grid, {"CO2": {"B": 1.0}})
    assert caught.value.problems[0].code == "store-turns-round"


@given(seeds, st.integers(1, 4), st.integers(1, 12))
def test_a_network_with_stores_is_what_an_hourly_loop_gives(
    seed: int, count: int, hours: int
) -> None:
    """Each hour solved alone by numpy, stocks carried by hand; conservation over all hours."""
    random = np.random.default_rng(seed)
    sent = random.uniform(0, 5, (hours, count, count)) * random.integers(0, 2, (count, count))
    sent[:, range(count), range(count)] = 0
    charge = random.uniform(0, 3, (hours, count)) * random.integers(0, 2, (hours, count))
    efficiency = random.uniform(0.6, 1.0, count)
    discharge = np.zeros((hours, count))
    held = np.zeros(count)
    for hour in range(hours):
        held += charge[hour]
        out = held * random.uniform(0, 0.9, count) * random.integers(0, 2, count)
        discharge[hour] = out * efficiency
        held -= out
    out_of, into = sent.sum(axis=1), sent.sum(axis=2)
    made = np.maximum(out_of + charge - into - discharge, 0) + random.uniform(
        0.5, 9, (hours, count)
    )
    emitted = made * random.uniform(0, 1, (hours, count))
    names = [f"z{i}" for i in range(count)]
    grid = network(
        dict(zip(names, made.T, strict=True)),
        {(names[j], names[i]): sent[:, i, j] for i in range(count) for j in range(count) if i != j},
        stores=[
            Store(names[i], charge[:, i], discharge[:, i], float(efficiency[i]))
            for i in range(count)
        ],
    )
    traced = trace(grid, {"CO2": dict(zip(names, emitted.T, strict=True))})
    energy, stock = np.zeros(count), np.zeros(count)
    for hour in range(hours):
        taken = discharge[hour] / efficiency
        full = energy + charge[hour]
        part = np.where(taken > 0, taken / np.where(full > 0, full, 1), 0)
        matrix = np.diag(made[hour] + discharge[hour] + into[hour]) - sent[hour]
        matrix -= np.diag(part * charge[hour])
        found = np.linalg.solve(matrix, emitted[hour] + part * stock)
        assert_equal_numbers(traced.values[hour, :, 0], found, largest=1.0)
        stock = (stock + charge[hour] * found) * (1 - part)
        energy = full - taken
    assert_equal_numbers(traced.stocks[:, 0], stock, largest=float(emitted.sum()))
    carried = (traced.values[:, :, 0] * grid.consumption).sum() + stock.sum()
    assert carried == pytest.approx(emitted.sum(), rel=1e-9)


def _movements(seed: int, count: int) -> tuple[list[float], list[float], list[float]]:
    """Return charge, its factors and what the stock gives, in whole numbers."""
    random = np.random.default_rng(seed)
    charge = random.integers(0, 20, count)
    taken, held = [], 0
    for amount in charge:
        held += int(amount)
        taken.append(int(random.integers(0, held + 1)))
        held -= taken[-1]
    return charge.tolist(), random.uniform(0, 1, count).tolist(), taken


def _by_units(
    charge: list[float], factors: list[float], taken: list[float], policy: Policy
) -> list[float]:
    """Return what each discharge carries by moving unit after unit through a list."""
    stock: list[float] = []
    given = []
    for amount, factor, wanted in zip(charge, factors, taken, strict=True):
        stock += [factor] * int(amount)
        take = int(wanted)
        if policy == "average":
            mean = sum(stock) / len(stock) if stock else 0.0
            given.append(take * mean)
            stock = [mean] * (len(stock) - take)
        elif policy == "fifo":
            given.append(sum(stock[:take]))
            stock = stock[take:]
        else:
            given.append(sum(stock[len(stock) - take :]))
            stock = stock[: len(stock) - take]
    return given


@given(seeds, st.integers(1, 15), st.sampled_from(POLICIES), st.sampled_from([1.0, 0.8]))
def test_a_store_gives_what_unit_after_unit_gives(
    seed: int, count: int, policy: Policy, efficiency: float
) -> None:
    charge, factors, taken = _movements(seed, count)
    discharge = [amount * efficiency for amount in taken]
    found, known = discharge_factors(
        charge, factors, discharge, efficiency=efficiency, policy=policy
    )
    carried = _by_units(charge, factors, taken, policy)
    assert_equal_numbers(found * discharge, carried, largest=sum(charge))
    assert known.tolist() == [amount > 0 for amount in discharge]


def test_what_a_store_cannot_do_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        discharge_factors([1, 2], [1, 1], [0, 0, 0], efficiency=1.2, policy="best")  # type: ignore[arg-type]
    assert [each.code for each in caught.value.problems] == [
        "policy-unknown",
        "store-numbers",
        "series-length",
    ]
    with pytest.raises(ModelError) as caught:
        discharge_factors([10], [1], [9.5], efficiency=0.9)
    assert caught.value.problems[0].code == "store-empty"
