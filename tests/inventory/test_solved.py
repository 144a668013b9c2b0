"""A system is factorised once, and one near it by way of it; never with another result."""

from __future__ import annotations

import gc
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.analysis import footprint
from pcf.errors import SolveError
from pcf.inventory import solved, solver_of, unsure_products, vary
from pcf.inventory.tearing import solver as solving
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.nearby import Nearby
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem

SET = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8})
TREATMENTS = {
    "location": {"hall": (("grid", 1.0),)},
    "market": {"hall": (("wind", 0.7), ("grid", 0.3))},
}


def metal(*, lime: bool = False) -> ProductSystem:
    """A loop, a waste, a credit, metered electricity whose provider is metered itself."""
    rows = [
        unit_process(
            "smelter",
            ("ingot", "1 t"),
            takes={"alumina": "1.9 t", "remelt": "0.1 t"} | ({"lime": "0.1 t"} if lime else {}),
            sends={"dross": "20 kg"},
            emits={"CO2": "1.5 t"},
            meters={"hall": "13500 kWh"},
            avoids={"heat": "2 GJ"},
        ),
        unit_process("remelt", "1 t", takes={"ingot": "0.3 t"}, emits={"CO2": "0.2 t"}),
        unit_process("alumina", "1 t", emits={"CO2": "0.8 t", "CH4": "1 kg"}),
        unit_process("landfill", ("dross", "1 kg"), treats=True, emits={"CH4": "1 g"}),
        unit_process("heat", "1 GJ", takes={"grid": "3 kWh"}, emits={"CO2": "60 kg"}),
        unit_process("grid", "1 kWh", emits={"CO2": "0.6 kg"}, avoids={"heat": "0.001 GJ"}),
        unit_process("wind", "1 kWh", emits={"CO2": "10 g"}, meters={"hall": "0.02 kWh"}),
    ]
    if lime:
        rows.append(unit_process("lime", "1 t", emits={"CO2": "1 t"}))
    return product_system(rows)


def of(system: ProductSystem, near: ProductSystem | None = None):
    return footprint(system, ("1 t", "ingot"), SET, electricity=TREATMENTS, near=near)


def assert_same(one, other) -> None:
    """Hold every number of two footprints against each other, to ten digits."""
    for name in ("total", "net", "credits", "total_including_uptake", "unsplit"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-10)
    for name in ("lines", "treatments", "scaling"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-10)
    np.testing.assert_allclose(one.intensity, other.intensity, rtol=1e-10)
    np.testing.assert_allclose(one.contributions.value, other.contributions.value, rtol=1e-10)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by one with every factorisation."""
    made: list[int] = []
    before = solving.Factorised.__init__

    def watched(self, *args, **options) -> None:
        made.append(1)
        before(self, *args, **options)

    monkeypatch.setattr(solving.Factorised, "__init__", watched)
    return made


def test_a_second_footprint_factorises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    system, made = metal(), counting(monkeypatch)
    first = of(system)
    assert len(made) == 2  # gross and net
    second = of(system)
    footprint(system, ("3 kg", "alumina"), SET, electricity=TREATMENTS)
    assert len(made) == 2
    assert second.total == first.total


def test_a_system_without_credits_is_factorised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counting(monkeypatch)
    system = product_system([unit_process("power", "1 kWh", emits={"CO2": "1 kg"})])
    assert solver_of(system) is solver_of(system, credits=False)
    assert len(made) == 1


def test_what_is_kept_goes_with_its_system_and_cannot_be_left_behind() -> None:
    system = metal()
    solver_of(system)
    with pytest.raises(ValueError, match="read-only"):
        system.exchanges.amount[0] = 5.0
    key = id(system)
    assert key in solved._KEPT
    del system
    gc.collect()
    assert key not in solved._KEPT


@pytest.mark.parametrize("name", ["solve", "footprint"])
def test_a_system_that_was_solved_still_travels(name: str) -> None:
    system = metal()
    found = of(system)
    again = pickle.loads(pickle.dumps(found if name == "footprint" else system))  # noqa: S301 - own
    assert (again.system if name == "footprint" else again) == system


NAMES = ["smelter: alumina", "smelter: remelt", "remelt: ingot", "smelter: CO2, fossil"]


@settings(max_examples=30)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 0.9), max_size=3),
    st.booleans(),
    st.booleans(),
    st.data(),
)
def test_a_footprint_by_way_of_another_is_the_fresh_one(
    amounts: dict[str, float], elsewhere: bool, lime: bool, data: st.DataObject
) -> None:
    """Amounts, links, added processes, another order: through a base, and without one."""
    base = metal()
    before = solved.PAYS
    try:
        solved.PAYS = 0
        of(base)
        providers = {"heat: grid": "wind"} if elsewhere else {}
        system = vary(metal(lime=lime), amounts=amounts, providers=providers)
        if elsewhere:
            rows = list(system.rows())
            system = product_system(data.draw(st.permutations(rows)))
        nearby = of(system, base)
        again = of(product_system(list(system.rows())))
    finally:
        solved.PAYS = before
    order = [again.system.index(id_) for id_ in system.processes.ids.tolist()]
    assert order == list(range(len(order)))
    assert_same(nearby, again)


def test_a_large_system_near_another_is_updated_and_a_small_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = metal()
    of(base)
    varied = vary(base, amounts={"smelter: alumina": "1.8 t"})
    assert solver_of(varied, near=base).method == "direct"
    monkeypatch.setattr(solved, "PAYS", 0)
    large = vary(base, amounts={"smelter: alumina": "1.7 t"})
    assert solver_of(large, near=base).method == "updated"
    of_another = vary(large, amounts={"smelter: alumina": "1.6 t"})
    assert solver_of(of_another, near=large).method == "direct"  # only what was factorised is near
    unsolved = metal()
    assert solver_of(vary(base, amounts={}), near=unsolved).method == "direct"


def test_a_variation_of_nothing_is_the_same_to_the_last_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(solved, "PAYS", 0)
    base = metal()
    one = of(base)
    other = of(vary(base), base)
    assert other.total == one.total
    assert np.array_equal(other.intensity, one.intensity)


def test_a_loop_that_a_variation_closes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solved, "PAYS", 0)
    base = metal()
    of(base)
    with pytest.raises(SolveError) as caught:
        of(vary(base, amounts={"remelt: ingot": "10 t"}), base)
    assert caught.value.problems[0].code in ("loop-consumes", "loops-consume")


def test_nearby_knows_the_first_that_lives_and_travels_without_it() -> None:
    one, other, nearby = metal(), metal(), Nearby()
    nearby.keep(one)
    nearby.keep(other)
    assert nearby.system is one
    assert pickle.loads(pickle.dumps(nearby)).system is None  # noqa: S301 - own bytes
    del one
    gc.collect()
    assert nearby.system is None
    nearby.keep(other)
    assert nearby.system is other


def test_net_counts_what_is_avoided_behind_the_electricity_too() -> None:
    """By hand: everything per kWh and per tonne, with the credits that the grid itself has."""
    system = product_system(
        [
            unit_process("pot", ("ingot", "1 t"), meters={"hall": "1000 kWh"}),
            unit_process("grid", "1 kWh", emits={"CO2": "0.6 kg"}, avoids={"heat": "0.001 GJ"}),
            unit_process("heat", "1 GJ", emits={"CO2": "60 kg"}),
        ]
    )
    found = footprint(
        system, ("1 t", "ingot"), SET, electricity={"location": {"hall": (("grid", 1.0),)}}
    )
    assert found.total == pytest.approx(600)
    assert found.net == pytest.approx(600 - 1000 * 0.001 * 60)


def cancelled(small: float) -> ProductSystem:
    """Ash whose credit gives back all but a little of what it emits."""
    return product_system(
        [
            unit_process("heat", "1 GJ", emits={"CO2": "50 kg"}),
            unit_process(
                "ash", "1 t", emits={"CO2": f"{100 + small!r} kg"}, avoids={"heat": "2 GJ"}
            ),
            unit_process("power", "1 kWh", emits={"CO2": "0.6 kg"}),
        ]
    )


def test_a_total_that_credits_cancel_is_flagged_and_not_reported_as_precise() -> None:
    plain, credited = (footprint(cancelled(small), ("1 t", "ash"), SET) for small in (10.0, 1e-8))
    assert credited.net == pytest.approx(1e-8, rel=0.1)
    (found,) = [each for each in credited.findings if each.code == "credits-cancel"]
    assert found.facts["product"] == "ash"
    assert int(found.facts["digits"]) < 8
    assert not [each for each in plain.findings if each.code == "credits-cancel"]
    power = footprint(cancelled(1e-8), ("1 kWh", "power"), SET)
    assert not [each for each in power.findings if each.code == "credits-cancel"]
    assert [each.facts["product"] for each in unsure_products(cancelled(1e-8), SET)] == ["ash"]
    assert unsure_products(cancelled(1e-8), SET, credits=False) == ()
