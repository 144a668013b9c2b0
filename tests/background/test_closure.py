"""What a system needs besides its own processes: closures, mixes and the providers of gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf.background import closure, gap, link, mix
from pcf.errors import LinkError, UnitError
from pcf.inventory import solve
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.coverage import Period
from pcf.model.declared import Exclusion
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from pcf.background import Background, Link
    from tests.background.conftest import Folder

Y2024 = Period.read("2024")
PITCH = Exclusion("anodes", "pitch", Amount(2.0, "kg CO2e/kg", source="S1"), "no factor found")


def lime_of(background: Background) -> Link:
    """Return the link of lime in Gansu in 2024."""
    return link("lime", unit="kg", background=background, place="CN-GS", period=Y2024)


def test_everything_that_a_provider_needs_comes_with_it(folder: Folder) -> None:
    background = folder.open()
    found = closure([lime_of(background)], background, period=Y2024)
    assert [each.id for each in found.processes] == ["coal-boiler", "coal-mine", "lime-cn"]
    providers = {
        (process.id, each.provider)
        for process in found.processes
        for each in process.exchanges
        if each.kind == "product"
    }
    assert providers == {("lime-cn", "coal-boiler"), ("coal-boiler", "coal-mine")}


def test_an_input_that_the_set_leaves_open_is_linked_and_weighed(folder: Folder) -> None:
    background = folder.open()
    found = closure([lime_of(background)], background, period=Y2024)
    assert [(each.code, each.where.item) for each in found.findings] == [
        ("data-age", "lime-cn: coal")
    ]


def test_a_closure_solves(folder: Folder) -> None:
    background = folder.open()
    found = closure([lime_of(background)], background, period=Y2024)
    system = product_system(found.processes, sources=background.sources)
    inventory = solve(system, {"lime": 1000.0})
    assert inventory.amount("CO2, fossil") == pytest.approx(800 + 4 * 94.6)
    assert inventory.amount("CO2e, not split") == pytest.approx(4 * 8)


def test_a_loop_in_the_background_ends(folder: Folder) -> None:
    folder.add("m2,coal-mine,product,input,coal,0.01,GJ,coal-boiler,S1,")
    background = folder.open()
    found = closure([lime_of(background)], background, period=Y2024)
    assert [each.id for each in found.processes] == ["coal-boiler", "coal-mine", "lime-cn"]


def test_the_order_of_links_changes_nothing(folder: Folder) -> None:
    background = folder.open()
    links = [
        lime_of(background),
        link("electricity", unit="kWh", background=background, place="CN", period=Y2024),
    ]
    forward = closure(links, background, period=Y2024)
    assert closure(links[::-1], background, period=Y2024) == forward
    assert forward.processes[-2].id == "grid-2024"


def test_electricity_of_the_background_is_of_the_study_s_year(folder: Folder) -> None:
    folder.add("l3,lime-cn,product,input,electricity,50,kWh,,S1,")
    background = folder.open()
    found = closure([lime_of(background)], background, period=Y2024)
    assert "grid-2024" in {each.id for each in found.processes}
    with pytest.raises(LinkError) as caught:
        closure([lime_of(background)], background, period=Period.read("2022"))
    (problem,) = caught.value.problems
    assert problem.code == "electricity-year"
    assert str(problem.where) == "small 1, lime-cn: electricity"


def test_a_waste_goes_to_its_treatment(folder: Folder) -> None:
    folder.add("l4,lime-cn,waste,output,slag,30,kg,,S1,")
    background = folder.open()
    found = closure([lime_of(background)], background, period=Y2024)
    system = product_system(found.processes, sources=background.sources)
    inventory = solve(system, {"lime": 1000.0})
    assert inventory.amount("CO2, fossil") == pytest.approx(800 + 4 * 94.6 + 0.030 * 20)


def test_an_unverified_row_upstream_must_be_named_too(folder: Folder) -> None:
    folder.row("exchanges", "m1")["source"] = "S2"
    background = folder.open()
    links = [lime_of(background)]
    with pytest.raises(LinkError) as caught:
        closure(links, background, period=Y2024)
    (problem,) = caught.value.problems
    assert (problem.code, problem.candidates) == ("link-unverified", ("coal-mine",))
    named = closure(links, background, period=Y2024, unverified=frozenset({"m1"}))
    assert "unverified-used" in [each.code for each in named.findings]


def test_a_combustion_factor_upstream_is_refused_even_by_name(folder: Folder) -> None:
    folder.row("processes", "grid-2024")["family"] = "combustion"
    folder.add("l3,lime-cn,product,input,electricity,50,kWh,grid-2024,S1,")
    background = folder.open()
    with pytest.raises(LinkError, match="electricity-combustion"):
        closure([lime_of(background)], background, period=Y2024)


def test_all_inputs_without_a_provider_come_together(folder: Folder) -> None:
    folder.row("exchanges", "l2")["flow"] = "slag"
    folder.row("exchanges", "l2").update(unit="kg", id="l2")
    folder.row("exchanges", "c3")["provider"] = ""
    folder.row("processes", "coal-mine")["place"] = "FR"
    background = folder.open()
    links = [
        lime_of(background),
        link("coal", unit="GJ", background=background, place="CN", period=Y2024),
    ]
    with pytest.raises(LinkError) as caught:
        closure(links, background, period=Y2024)
    assert {each.where.item for each in caught.value.problems} == {
        "lime-cn: slag",
        "coal-boiler: coal supply",
    }


def test_a_mix_buys_its_shares() -> None:
    steel = mix("steel", {"converter": 0.9, "arc": 0.1}, unit="t")
    own = [
        unit_process("converter", ("steel, converter", "1 t"), emits={"CO2": "2 t"}),
        unit_process("arc", ("steel, arc", "1000 kg"), emits={"CO2": "500 kg"}),
    ]
    inventory = solve(product_system([steel, *own]), {"steel": 1.0})
    assert inventory.flows == pytest.approx([0.9 * 2000 + 0.1 * 500])


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ({"a": 0.6, "b": 0.3}, "mix-sum"),
        ({"a": 0.6, "b": 0.4 + 1e-8}, "mix-sum"),
        ({"a": 1.2, "b": -0.2}, "mix-share"),
        ({"a": 1.0, "b": 0.0}, "mix-share"),
        ({}, "mix-sum"),
        ({"a": float("inf")}, "mix-share"),
    ],
)
def test_shares_that_are_no_shares_are_refused(shares: dict[str, float], code: str) -> None:
    with pytest.raises(LinkError) as caught:
        mix("steel", shares, unit="t")
    assert code in [each.code for each in caught.value.problems]
    assert "steel" in caught.value.says("zh") or code == "mix-share"


def test_shares_of_thirds_sum_to_one() -> None:
    assert len(mix("steel", dict.fromkeys("abc", 1 / 3), unit="t").exchanges) == 3


@pytest.mark.parametrize(("unit", "bound"), [("kg", 2.0), ("t", 2000.0), ("g", 0.002)])
def test_a_bound_scales_with_the_unit_of_the_flow(unit: str, bound: float) -> None:
    (row,) = gap(PITCH, unit).exchanges
    assert row.amount == Amount(pytest.approx(bound), "kg CO2e", source="S1")  # type: ignore[arg-type]
    assert row.elementary is not None
    assert (row.elementary.id, row.elementary.role) == ("upper bound of anodes: pitch", "bound")
    assert row.elementary.line == "outside"


def test_a_bound_scales_with_the_amount_excluded() -> None:
    anodes = unit_process("anodes", "1 t", takes={"pitch": "150 kg"}, emits={"CO2": "9 kg"})
    bare = Exclusion("anodes", "pitch", Amount(2.0, "kg CO2e/kg"), "no factor found")
    system = product_system([anodes, gap(bare, "kg")])
    flows = solve(system, {"anodes": 10.0}).flows
    rows = {flow.role: float(flows[i]) for i, flow in enumerate(system.elementary)}
    assert rows == {"emission": pytest.approx(90.0), "bound": pytest.approx(3000.0)}


def test_a_gap_without_a_bound_says_nothing_of_its_size() -> None:
    unknown = gap(replace(PITCH, bound=None), "kg")
    assert unknown.exchanges == ()


def test_a_waste_may_be_the_gap() -> None:
    assert gap(PITCH, "kg", treats=True).treats
    assert not gap(PITCH, "kg").treats


@pytest.mark.parametrize("unit", ["kWh", "m3"])
def test_a_bound_per_another_kind_of_unit_is_refused(unit: str) -> None:
    with pytest.raises(UnitError):
        gap(PITCH, unit)
