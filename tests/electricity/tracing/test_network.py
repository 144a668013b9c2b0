"""Networks: what is refused, with which words, and what is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.electricity.tracing import (
    Store,
    network,
    network_from_matrix,
    signed_flows,
    trace,
    with_unmetered,
)
from pcf.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

FLOW = {("A", "B"): 30.0}
MADE = {"A": 100.0, "B": 50.0}

REFUSED: dict[str, Callable[[], object]] = {
    "network-empty": lambda: network({}),
    "series-unknown": lambda: network({"A": [1.0, float("inf")]}),
    "series-length": lambda: network({"A": [1.0, 2.0, 3.0], "B": [1.0, 2.0]}),
    "line-to-itself": lambda: network(MADE, {("A", "A"): 1.0}),
    "line-outside": lambda: network(MADE, {("X", "Y"): 1.0}),
    "line-not-sent": lambda: network(MADE, FLOW, received={("B", "A"): 1.0}),
    "zone-unknown": lambda: network(MADE, consumption={"C": 1.0}),
    "flow-negative": lambda: network(MADE, {("A", "B"): [-1.0, 2.0]}),
    "line-gains": lambda: network(MADE, FLOW, received={("A", "B"): 31.0}),
    "consumption-negative": lambda: network(MADE, {("A", "B"): 130.0}),
    "balance-broken": lambda: network(MADE, FLOW, consumption={"A": 60.0}),
    "store-numbers": lambda: network(MADE, stores=[Store("A", 1, 0, 1.1)]),
    "store-negative": lambda: network(MADE, stores=[Store("A", -1, 0, 0.9)]),
    "store-empty": lambda: network(MADE, stores=[Store("A", [1, 0], [0, 2], 0.9)]),
    "tracing-shape": lambda: network_from_matrix(["A", "B"], [1, 2], [[0, 0]]),
    "estimate-negative": lambda: with_unmetered(network(MADE), {"A": -1.0}),
    "coupling-unknown": lambda: trace(
        network(MADE),
        {"CO2": MADE},
        coupling="best",  # type: ignore[arg-type]
    ),
    "trace-empty": lambda: trace(network(MADE), {}),
    "traced-twice": lambda: trace(network(MADE), {"CO2": MADE}, mix={"CO2": MADE}),
    "carried-missing": lambda: trace(network(MADE), {"CO2": {"A": 90.0}}),
    "external-missing": lambda: trace(network(MADE, {("X", "A"): 1.0}), {"CO2": MADE}),
    "mix-total": lambda: trace(network(MADE), {}, mix={"coal": {"A": 100.0, "B": 49.0}}),
    "store-opening": lambda: trace(
        network(MADE, stores=[Store("A", 0, 1, 0.9, opening=5)]), {"CO2": MADE}
    ),
    "traced-unknown": lambda: trace(network(MADE), {"CO2": MADE}).factor("CH4", "A"),
    "mix-factor-missing": lambda: trace(network(MADE), {}, mix={"coal": MADE}).by_technology(
        {}, "A"
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused_in_both_languages(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    (found,) = caught.value.problems
    assert found.code == code
    assert re.search(r"[\u4e00-\u9fff]", found.says("zh"))
    assert not re.search(r"[\u4e00-\u9fff]", found.says("en"))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        network(MADE, {("A", "B"): -1.0, ("B", "A"): -2.0}, stores=[Store("A", 1, 0, 2.0)])
    codes = [each.code for each in caught.value.problems]
    assert codes == ["flow-negative", "flow-negative", "store-numbers"]


def test_a_zone_is_found_by_its_neighbours_in_an_error() -> None:
    with pytest.raises(ModelError) as caught:
        trace(network({"Gansu": 1.0}), {"CO2": {"Gansuu": 1.0}})
    assert caught.value.problems[0].candidates == ("Gansu",)


def test_consumption_is_what_is_left() -> None:
    grid = network(MADE, FLOW, received={("A", "B"): 27.0}, stores=[Store("B", 10, 0, 0.8)])
    assert grid.consumption.tolist() == [[70.0, 67.0]]
    assert grid.losses.tolist() == [[3.0]]


def test_negative_generation_becomes_consumption_and_is_told() -> None:
    grid = network({"A": [-2.0, 5.0], "B": 100.0}, {("B", "A"): 12.0})
    assert grid.generation.tolist() == [[0.0, 100.0], [5.0, 100.0]]
    assert grid.consumption.tolist() == [[12.0, 88.0], [17.0, 88.0]]
    (told,) = grid.findings
    assert (told.code, told.facts) == ("generation-negative", {"hours": "1", "total": "2"})


def test_signed_exchanges_of_both_ends_add_up_where_given_twice() -> None:
    flows = signed_flows({("A", "B"): [1.0, -2.0], ("B", "A"): [4.0, 0.0]})
    assert {line: flow.tolist() for line, flow in flows.items()} == {
        ("A", "B"): [1.0, 0.0],
        ("B", "A"): [4.0, 2.0],
    }


def test_unmetered_generation_raises_consumption_alike() -> None:
    grid = network(MADE, FLOW)
    more = with_unmetered(grid, {"B": 5.0})
    assert (more.consumption - grid.consumption).tolist() == [[0.0, 5.0]]
    assert more.findings[-1].facts["total"] == "5"


def test_arrays_of_a_network_and_a_trace_cannot_be_changed() -> None:
    traced = trace(network(MADE, FLOW), {"CO2": MADE})
    for array in (traced.network.generation, traced.network.sent, traced.values, traced.known):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_a_single_number_holds_in_every_hour() -> None:
    grid = network({"A": 100.0, "B": [50.0, 60.0]}, FLOW)
    assert grid.hours == 2
    assert np.array_equal(grid.sent, [[30.0], [30.0]])
