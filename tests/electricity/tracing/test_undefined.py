"""Zones that no supply reaches have no value: it is unknown, told, and never zero."""

from __future__ import annotations

import numpy as np
import pytest

from pcf.electricity.tracing import Coupling, Traced, network, trace
from pcf.electricity.tracing.coupling import COUPLINGS

couplings = pytest.mark.parametrize("coupling", COUPLINGS)


def codes(traced: Traced) -> list[tuple[str, str]]:
    """Return the findings of a trace, each with its zone."""
    return [(each.code, each.where.item) for each in traced.findings]


@couplings
def test_a_dead_zone_has_no_factor(coupling: Coupling) -> None:
    traced = trace(network({"A": 10, "B": 0}), {"CO2": {"A": 5}}, coupling=coupling)
    assert traced.factor("CO2", "A").value == 0.5
    assert traced.factor("CO2", "B").value is None
    assert codes(traced) == [("zone-dead", "B")]
    assert "not zero" in traced.findings[0].says("en")


@couplings
def test_a_zone_that_only_passes_on_is_what_it_passes(coupling: Coupling) -> None:
    grid = network({"A": 10, "B": 0, "C": 0}, {("A", "B"): 10, ("B", "C"): 4})
    traced = trace(grid, {"CO2": {"A": 5}}, coupling=coupling)
    assert traced.values[0, :, 0].tolist() == [0.5, 0.5, 0.5]
    assert traced.findings == ()


@couplings
def test_flows_that_only_go_round_are_told_and_the_rest_is_solved(coupling: Coupling) -> None:
    grid = network({"A": 0, "B": 0, "C": 10}, {("A", "B"): 3, ("B", "A"): 3})
    traced = trace(grid, {"CO2": {"C": 5}}, coupling=coupling)
    assert traced.known.tolist() == [[False, False, True]]
    assert traced.factor("CO2", "C").value == 0.5
    found = {code for code, _ in codes(traced)}
    assert found == ({"zone-dead"} if coupling == "net" else {"zone-loop"})


def test_a_loop_with_one_drop_of_supply_is_that_supply() -> None:
    grid = network({"A": 1e-6, "B": 0, "C": 10}, {("A", "B"): 3, ("B", "A"): 3})
    traced = trace(grid, {"CO2": {"A": 2e-6, "C": 5}})
    assert traced.values[0, :2, 0] == pytest.approx([2.0, 2.0], rel=1e-6)


def test_undefined_in_some_hours_only() -> None:
    """The year has a factor where nothing is consumed in the hours that have none."""
    grid = network({"A": [10, 10], "B": 0}, {("A", "B"): [4, 0]})
    traced = trace(grid, {"CO2": {"A": [5, 1]}})
    assert traced.known.tolist() == [[True, True], [True, False]]
    assert traced.factor("CO2", "B").value == 0.5
    assert traced.findings[0].facts == {"hours": "1", "first": "1"}


def test_a_load_of_ones_own_in_an_undefined_hour_makes_the_factor_unknown() -> None:
    grid = network({"A": [10, 10], "B": 0}, {("A", "B"): [4, 0]})
    traced = trace(grid, {"CO2": {"A": [5, 1]}})
    assert traced.factor("CO2", "B", load=[1, 1]).value is None
    assert traced.factor("CO2", "B", load=[1, 0]).value == 0.5


def test_emissions_of_a_zone_that_generates_nothing_go_with_what_it_receives() -> None:
    """Auxiliaries emit and net generation is below zero: it moves to consumption first."""
    grid = network({"A": -2, "B": 100}, {("B", "A"): 12})
    traced = trace(grid, {"CO2": {"A": 0.1, "B": 50}})
    assert traced.factor("CO2", "A").value == pytest.approx((0.1 + 12 * 0.5) / 12)
    assert traced.factor("CO2", "B").value == 0.5


@couplings
def test_equal_flows_both_ways_leave_self_supply_alone(coupling: Coupling) -> None:
    """0.1 + 0.2 - 0.2 is not 0.1: rounding must not feed the loop between the two."""
    grid = network({"A": 0.1, "B": 0.1}, {("A", "B"): 0.2, ("B", "A"): 0.2})
    traced = trace(grid, {"CO2": {"A": 0.1, "B": 0.0}}, coupling=coupling)
    expected = {"direct": [0.6, 0.4], "aggregated": [1.0, 0.0], "net": [1.0, 0.0]}[coupling]
    assert traced.values[0, :, 0] == pytest.approx(expected)


def test_emissions_where_nobody_consumes_are_unassigned_not_lost() -> None:
    traced = trace(network({"A": 10, "B": 0}), {"CO2": {"A": 5, "B": 2}})
    assert traced.unassigned == {"CO2": 2.0}


def test_zones_that_lose_all_they_generate_are_told() -> None:
    """A and B use up all in their lines: their equations have no answer, C is not touched."""
    lines = {("A", "B"): 10, ("B", "A"): 6, ("C", "A"): 1}
    arrived = {("A", "B"): 6, ("B", "A"): 4, ("C", "A"): 1}
    traced = trace(
        network({"A": 5, "B": 0, "C": 10}, lines, received=arrived),
        {"CO2": {"A": 4, "B": 0, "C": 5}},
    )
    assert traced.known.tolist() == [[False, False, True]]
    assert ("zone-lost", "A") in codes(traced)
    assert traced.unassigned["CO2"] == pytest.approx(4 + 0.5)


def test_values_of_unknown_zones_are_never_nan() -> None:
    traced = trace(network({"A": 10, "B": 0}), {"CO2": {"A": 5}})
    assert np.isfinite(traced.values).all()
