"""Worked examples of flow tracing, through the public interface.

The networks of three zones are the project's own, each value worked out by hand in the comments.
Bialek's four nodes: J. Bialek, 'Tracing the flow of electricity', IEE Proc.-Gener. Transm. Distrib.
143(4), 1996, figure 1 and its gross flows (309.76 and 204.24 MW of 514 generated); the flows at
both ends of each line are restated, and their balance at every node is part of the test. The store
that loses (first in first out, 90 %) is worked out by hand from the specification's rule that d
discharged takes d / efficiency of what was charged.
"""

from __future__ import annotations

import numpy as np
import pytest

from pcf.electricity.tracing import (
    Coupling,
    discharge_factors,
    network,
    network_from_matrix,
    source_shares,
    trace,
)

EXACT = {"rel": 1e-12, "abs": 1e-12}


def test_three_zones_direct() -> None:
    zones, ratios = ["A", "B", "C"], [0.9, 0.1, 0.5]
    made = np.array([100.0, 50.0, 20.0])
    grid = network_from_matrix(zones, made, [[0, 0, 0], [30, 0, 0], [10, 40, 0]])
    assert grid.consumption.tolist() == [[60.0, 40.0, 70.0]]
    traced = trace(grid, {"CO2": dict(zip(zones, made * ratios, strict=True))})
    assert traced.values[0, :, 0] == pytest.approx([0.9, 0.4, 0.5], **EXACT)
    assert (traced.values[0, :, 0] * grid.consumption[0]).sum() == pytest.approx(105.0, **EXACT)
    shares, _ = source_shares(grid)
    expected = [[1, 0, 0], [0.375, 0.625, 0], [25 / 70, 25 / 70, 20 / 70]]
    assert shares[0] == pytest.approx(np.array(expected), **EXACT)


@pytest.mark.parametrize(
    ("coupling", "expected"),
    [("direct", [1.0, 0.5, 0.4]), ("aggregated", [1.0, 0.0, 110 / 150])],
)
def test_a_clean_zone_that_only_passes_coal_power_on(
    coupling: Coupling, expected: list[float]
) -> None:
    """B makes and uses 100 clean; 100 of coal power go from A through B to C.

    Aggregated, B's users keep their own; C has (50 x 0.2 + 100 x 1.0) / 150.
    """
    grid = network({"A": 200, "B": 100, "C": 50}, {("A", "B"): 100, ("B", "C"): 100})
    traced = trace(grid, {"CO2": {"A": 200, "B": 0, "C": 10}}, coupling=coupling)
    assert grid.consumption.tolist() == [[100.0, 100.0, 150.0]]
    assert traced.values[0, :, 0] == pytest.approx(expected, **EXACT)


def test_a_zone_without_supply_is_unknown_and_not_zero() -> None:
    traced = trace(network({"A": 10, "B": 0}), {"CO2": {"A": 5}})
    assert [each.value for each in traced.factors("CO2").values()] == [0.5, None]


def test_a_zone_without_plants_passes_on_what_it_gets() -> None:
    grid = network({"A": 10, "B": 0, "C": 0}, {("A", "B"): 10, ("B", "C"): 4})
    traced = trace(grid, {"CO2": {"A": 5}})
    assert traced.values[0, :, 0].tolist() == [0.5, 0.5, 0.5]
    assert traced.known.all()


def test_two_zones_that_only_wheel_to_each_other_are_told() -> None:
    grid = network({"A": 0, "B": 0, "C": 10}, {("A", "B"): 3, ("B", "A"): 3})
    traced = trace(grid, {"CO2": {"C": 5}})
    assert [each.value for each in traced.factors("CO2").values()] == [None, None, 0.5]
    assert [each.code for each in traced.findings] == ["zone-loop", "zone-loop"]


def test_negative_net_generation_is_consumption() -> None:
    grid = network({"A": -2, "B": 100}, {("B", "A"): 12})
    assert grid.consumption.tolist() == [[12.0, 88.0]]
    traced = trace(grid, {"CO2": {"A": 0.1, "B": 50}})
    carried = (traced.values[0, :, 0] * grid.consumption[0]).sum()
    assert carried == pytest.approx(50.1, **EXACT)


def test_bialeks_four_nodes_with_losses() -> None:
    """514 are generated, 500 consumed: gross, the loads take 309.76 and 204.24."""
    grid = network(
        {"1": 400, "2": 114, "3": 0, "4": 0},
        {
            ("1", "2"): 60,
            ("1", "3"): 225,
            ("1", "4"): 115,
            ("2", "4"): 173,
            ("4", "3"): 83,
        },
        received={
            ("1", "2"): 59,
            ("1", "3"): 218,
            ("1", "4"): 112,
            ("2", "4"): 171,
            ("4", "3"): 82,
        },
        consumption={"1": 0, "2": 0, "3": 300, "4": 200},
        unit="MWh",
    )
    assert grid.losses.sum() == 14
    shares, known = source_shares(grid)
    assert known.all()
    gross = shares[0].sum(axis=1) * grid.consumption[0]
    assert gross == pytest.approx([0, 0, 309.76, 204.24], abs=0.005)
    assert gross.sum() == pytest.approx(514.0, **EXACT)
    by_hand = 225 + 83 / 283 * (115 + 114 + 60)
    assert gross[2] == pytest.approx(by_hand, **EXACT)


def test_a_store_that_loses_gives_what_came_in_first() -> None:
    """100 at 0.1, then 100 at 0.5; 81 and 45 discharged at 90 % take 90 and 50 of what was charged.

    First in first out: 90 x 0.1 / 81, then (10 x 0.1 + 40 x 0.5) / 45. Last in first out: 90 x 0.5
    / 81, then (10 x 0.5 + 40 x 0.1) / 45. On average 0.3 / 0.9 both times. What the stock keeps and
    what it gave sum to what came in.
    """
    charge, factors, out = [100, 100, 0, 0], [0.1, 0.5, 0, 0], [0, 0, 81, 45]
    expected = {
        "fifo": [9 / 81, 21 / 45],
        "lifo": [45 / 81, 9 / 45],
        "average": [0.3 / 0.9, 0.3 / 0.9],
    }
    for policy, values in expected.items():
        found, known = discharge_factors(
            charge,
            factors,
            out,
            efficiency=0.9,
            policy=policy,  # type: ignore[arg-type]
        )
        assert known.tolist() == [False, False, True, True]
        assert found[2:] == pytest.approx(values, **EXACT)
