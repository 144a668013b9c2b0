"""Provinces, prefectures and users: one system at every depth, and totals that must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given

from pcf.electricity.tracing import Store, network, refine, trace, user_factor
from pcf.errors import ModelError
from pcf.testing import assert_equal_numbers

from .conftest import Drawn, drawn_networks

if TYPE_CHECKING:
    from collections.abc import Callable

OUTER = network(
    {"Gansu": [100.0, 80.0], "Shaanxi": 50.0, "Ningxia": 40.0},
    {("Gansu", "Shaanxi"): [30.0, 10.0], ("Ningxia", "Gansu"): 5.0},
)
INNER = network(
    {"Jiuquan": [80.0, 60.0], "Lanzhou": 20.0},
    {
        ("Jiuquan", "Lanzhou"): 40.0,
        ("Lanzhou", "Shaanxi"): [20.0, 10.0],
        ("Jiuquan", "Shaanxi"): [10.0, 0.0],
        ("Ningxia", "Lanzhou"): 5.0,
    },
)
EMITTED = {"Jiuquan": [8.0, 6.0], "Lanzhou": 16.0, "Shaanxi": 40.0, "Ningxia": 36.0}


def test_prefectures_conserve_what_the_province_and_its_neighbours_emit() -> None:
    fine = refine(OUTER, "Gansu", INNER)
    traced = trace(fine, {"CO2": EMITTED})
    carried = (traced.values[:, :, 0] * fine.consumption).sum()
    assert carried == pytest.approx(14 + 2 * (16 + 40 + 36))


def test_the_windy_prefecture_is_cleaner_than_the_one_that_burns_coal() -> None:
    traced = trace(refine(OUTER, "Gansu", INNER), {"CO2": EMITTED})
    jiuquan, lanzhou = (traced.factor("CO2", zone).value for zone in ("Jiuquan", "Lanzhou"))
    assert jiuquan == pytest.approx(0.1)
    assert lanzhou is not None
    assert lanzhou > 0.3


def test_a_group_is_what_its_zones_consume_together() -> None:
    traced = trace(refine(OUTER, "Gansu", INNER), {"CO2": EMITTED})
    load = traced.network.consumption
    rows = [traced.network.zones.index(zone) for zone in ("Jiuquan", "Lanzhou")]
    carried = (load * traced.values[:, :, 0])[:, rows].sum()
    assert traced.group_factors("CO2")["Gansu"].value == pytest.approx(
        carried / load[:, rows].sum()
    )


@given(drawn_networks(loss=0.1, most=4))
def test_a_zone_of_one_prefecture_changes_nothing(drawn: Drawn) -> None:
    grid = drawn.network()
    lines = {
        tuple("only" if end == "zone 0" else end for end in line): place
        for place, line in enumerate(grid.lines)
        if "zone 0" in line
    }
    inner = network(
        {"only": grid.generation[:, 0]},
        {line: grid.sent[:, place] for line, place in lines.items()},
        received={line: grid.received[:, place] for line, place in lines.items()},
    )
    fine = refine(grid, "zone 0", inner)
    carried = drawn.carried()
    renamed = {("only" if zone == "zone 0" else zone): each for zone, each in carried.items()}
    plain, other = trace(grid, {"CO2": carried}), trace(fine, {"CO2": renamed})
    assert_equal_numbers(
        plain.intensity("CO2", "zone 0")[0], other.intensity("CO2", "only")[0], largest=1.0
    )


def test_a_store_may_move_to_a_prefecture() -> None:
    outer = network({"Gansu": [9.0, 9.0]}, stores=[Store("Gansu", [4, 0], [0, 3], 0.75)])
    inner = network({"Jiuquan": [9.0, 9.0]}, stores=[Store("Jiuquan", [4, 0], [0, 3], 0.75)])
    fine = refine(outer, "Gansu", inner)
    assert [store.zone for store in fine.stores] == ["Jiuquan"]


REFUSED: dict[str, Callable[[], object]] = {
    "zone-unknown": lambda: refine(OUTER, "Gansuu", INNER),
    "refine-units": lambda: refine(OUTER, "Gansu", network({"Jiuquan": 100.0})),
    "refine-zone": lambda: refine(OUTER, "Gansu", network({"Shaanxi": [100.0, 80.0]})),
    "refine-neighbour": lambda: refine(
        OUTER, "Gansu", network({"J": [100.0, 80.0]}, {("J", "Qinghai"): 1.0})
    ),
    "user-numbers": lambda: user_factor(
        trace(OUTER, {"CO2": {"Gansu": 1, "Shaanxi": 1, "Ningxia": 1}}), "CO2", "Gansu", -1
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_does_not_fit_is_refused(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].says("zh")


def test_every_total_that_differs_is_named() -> None:
    inner = network({"Jiuquan": [100.0, 81.0]}, {("Jiuquan", "Shaanxi"): [30.0, 11.0]})
    with pytest.raises(ModelError) as caught:
        refine(OUTER, "Gansu", inner)
    said = {each.facts["what"]: each.facts for each in caught.value.problems}
    assert set(said) == {"generation", "Gansu → Shaanxi", "Ningxia → Gansu"}
    assert (said["generation"]["outer"], said["generation"]["inner"]) == ("80", "81")


def test_a_user_is_a_zone_that_only_draws() -> None:
    """The helper and a user that stands in the network as a zone give the same."""
    drawn = np.array([6.0, 3.0])
    plain = trace(OUTER, {"CO2": {"Gansu": [9, 40], "Shaanxi": 40, "Ningxia": 36}})
    helped = user_factor(plain, "CO2", "Gansu", drawn)
    inner = network(
        {"rest": [100.0, 80.0], "user": 0.0},
        {("rest", "user"): drawn, ("rest", "Shaanxi"): [30.0, 10.0], ("Ningxia", "rest"): 5.0},
    )
    fine = trace(
        refine(OUTER, "Gansu", inner), {"CO2": {"rest": [9, 40], "Shaanxi": 40, "Ningxia": 36}}
    )
    assert helped.value == pytest.approx(fine.factor("CO2", "user").value)
    assert user_factor(plain, "CO2", "Gansu", 0).value is None
