"""CBAM: what crosses the boundary or burns inside is counted, answered or refused; by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import pcf
from pcf.declare import Capture, Company, Declaration, Product, declare_footprint
from pcf.declare.document import read_declaration
from pcf.errors import DeclareError
from pcf.formats.cbam import (
    Biomass,
    Captured,
    CbamDetails,
    Embedded,
    Fuel,
    PowerOut,
    Stated,
    WasteGas,
    embedded_emissions,
    emissions_report,
    find_good,
    read_details,
)
from pcf.formats.cbam.energy import EFFICIENCY, NATURAL_GAS
from pcf.formats.cbam.own import fuel_of
from pcf.model.amounts import Amount
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import ElementaryFlow, bound_flow, meter_flow
from pcf.model.processes import Exchange, UnitProcess
from pcf.study.values import ActivityRow, ElementBalance, Study

if TYPE_CHECKING:
    from pathlib import Path

GASES = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8, "N2O": 273, "CF4": 7380})
OWN = 0.350
"""t CO2 per t of billet that the furnace states: of its own, no fuel in it."""


def far(id_: str, product: tuple[str, str], **has: Any) -> UnitProcess:
    return replace(pcf.unit_process(id_, product, **has), foreground=False)


def background() -> list[UnitProcess]:
    burnt = "natural gas, burnt in industrial furnace"
    return [
        far("gas pipeline", ("natural gas", "1 Nm3"), emits={"CH4, fossil": "0.01 kg"}),
        far("gas", (burnt, "1 GJ"), emits={"CO2, fossil": "56 kg"}),
        far("gas by volume", (f"{burnt}, by normal volume", "1 Nm3"), takes={burnt: "0.0389 GJ"}),
        far("kiln", ("limestone, calcination", "1 kg"), emits={"CO2, fossil": "0.44 kg"}),
        far("mine", ("hard coal", "1 t"), emits={"CH4, fossil": "2 kg"}),
        far("boiler", ("steam", "1 GJ"), emits={"CO2, fossil": "70 kg"}),
        far("alloys", ("manganese alloys", "1 t"), emits={"CO2, fossil": "3000 kg"}),
        far("grid", ("electricity", "1 kWh"), emits={"CO2, fossil": "0.6 kg"}),
    ]


def billet(
    *more: Exchange,
    takes: dict[str, str] | None = None,
    emits: dict[str, str] | None = None,
    declared: dict[str, Any] | None = None,
) -> Declaration:
    """One tonne of billet from one furnace; `more` are exchanges that the builder does not make."""
    stated: dict[str | ElementaryFlow, str] = {"CO2, fossil": f"{1000 * OWN} kg"}
    stated.update(emits or {})
    furnace = pcf.unit_process(
        "furnace",
        ("steel billet", "1 t"),
        takes=takes or {},
        emits=stated,
        meters={"furnace": "400 kWh"},
    )
    furnace = replace(furnace, exchanges=(*furnace.exchanges, *more))
    system = pcf.product_system([furnace, *background()])
    found = pcf.footprint(
        system,
        ("1 t", "steel billet"),
        GASES,
        electricity={"location": dict.fromkeys(system.meters, (("grid", 1.0),))},
        context={"period": "2024", "place": "CN"},
    )
    return declare_footprint(
        found,
        product=Product("billet", cn_code="7207 11 11"),
        company=Company("示例", registration="91", address="Taiyuan"),
        valid="2025",
        created=datetime(2026, 11, 20, tzinfo=UTC),
        **(declared or {}),
    )


def direct(declaration: Declaration, **details: Any) -> float:
    return embedded_emissions(declaration, CbamDetails(**details)).direct


def refused(declaration: Declaration, **details: Any) -> set[str]:
    with pytest.raises(DeclareError) as caught:
        embedded_emissions(declaration, CbamDetails(**details))
    return {each.code for each in caught.value.problems}


def returned(flow: str, mj: float, direction: str) -> Exchange:
    amount = Amount(mj, "MJ")
    return Exchange(flow, amount, direction, "internal", id=f"r-{flow}", note="of the works")  # type: ignore[arg-type]


def with_rows(declaration: Declaration, *flows: str) -> Declaration:
    """Give the declaration a study whose rows tell the units of returned streams."""
    rows = tuple(
        ActivityRow(f"r-{flow}", "furnace", flow, Amount(1.0, "MJ"), kind="internal")
        for flow in flows
    )
    return replace(declaration, study=Study("s", activity=rows))


def test_a_fuel_by_volume_never_vanishes() -> None:
    bought = billet(takes={"natural gas": "300 Nm3"})
    assert refused(bought) == {"cbam-fuel"}
    factor = Fuel("natural gas", factor="2.2 kg CO2e/Nm3", source="laboratory 2024")
    assert direct(bought, fuels=(factor,)) == pytest.approx(OWN + 0.300 * 2.2, rel=1e-12)
    held = Fuel("natural gas", counted="flue gas is measured at the stack")
    found = embedded_emissions(bought, CbamDetails(fuels=(held,)))
    assert found.direct == pytest.approx(OWN, rel=1e-12)
    assert found.outside["natural gas"] == "flue gas is measured at the stack"


def test_a_fuel_that_the_process_states_more_than_it_could_make_is_held_by_it() -> None:
    little = billet(takes={"natural gas": "100 Nm3"})
    assert direct(little) == pytest.approx(OWN, rel=1e-12)
    coal = billet(takes={"hard coal": "140 kg"})
    assert refused(coal) == {"cbam-fuel"}, "140 kg make up to 374 kg CO2, 350 are stated"
    both = billet(takes={"hard coal": "100 kg", "natural gas": "100 Nm3"})
    assert refused(both) == {"cbam-fuel"}, "each alone would fit, both together do not"


def test_a_carbon_balance_of_the_study_holds_a_fuel() -> None:
    coal = billet(takes={"hard coal": "140 kg"})
    balance = ElementBalance("furnace", "C", (("hard coal", "0.6"),), (("CO2, fossil", "12/44"),))
    assert direct(replace(coal, study=Study("s", balances=(balance,)))) == pytest.approx(OWN)
    for other in (
        replace(balance, element="Fe"),
        replace(balance, process="caster"),
        replace(balance, outputs=(("slag", "0.1"),)),
        replace(balance, inputs=(("coke", "0.8"),)),
    ):
        assert refused(replace(coal, study=Study("s", balances=(other,)))) == {"cbam-fuel"}


def test_fuels_and_emissions_behind_rows_of_background_data_are_found_all_the_way() -> None:
    burnt = "natural gas, burnt in industrial furnace, by normal volume"
    assert direct(billet(takes={burnt: "100 Nm3"})) == pytest.approx(OWN + 3.89 * 0.056, rel=1e-12)
    lime = billet(takes={"limestone, calcination": "50 kg"})
    assert direct(lime) == pytest.approx(OWN + 0.050 * 0.44, rel=1e-12)


@pytest.mark.parametrize(
    ("flow", "is_one"),
    [
        ("natural gas", True), ("天然气", True), ("raw coal, with mine methane", True),
        ("coke breeze", True), ("焦炭（二级）", True), ("diesel", True), ("prebaked anodes", True),
        ("coal ash", False), ("hydrogen, from coal", False), ("lime", False),
        ("activated carbon, coal-based", False), ("steel scrap", False),
    ],
)  # fmt: skip
def test_what_is_a_fuel(flow: str, is_one: bool) -> None:
    assert (fuel_of(flow, None) is not None) is is_one


def test_a_fuel_is_known_by_the_code_of_its_row() -> None:
    data = pcf.open_background("cn-public", edition="2026.1")
    assert fuel_of("raw coal, with mine methane", data) is not None
    assert fuel_of("coal-tar pitch, aggregate", data) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fuel("gas"),
        lambda: Fuel("gas", factor="2 kg CO2e/Nm3", counted="stack", source="x"),
        lambda: Fuel("gas", factor="2 kg CO2e/Nm3"),
        lambda: Fuel("gas", factor="2 kg/Nm3", source="x"),
        lambda: Fuel("coal", factor="2500 kg CO2e/kg", source="x"),
        lambda: Fuel("gas", factor="56100 t CO2e/TJ", source="x"),
        lambda: Fuel("gas", factor="-2 kg CO2e/Nm3", source="x"),
        lambda: WasteGas("gas", 257000.0, counted=True, source="x"),
        lambda: WasteGas("gas", 257.0, counted=True, source=""),
        lambda: PowerOut(850.0, "x"),
        lambda: PowerOut(float("nan"), "x"),
        lambda: Captured("air", "x"),  # type: ignore[arg-type]
        lambda: Captured("storage", " "),
        lambda: Biomass(zero_rated=True),
        lambda: Stated("alloys", reason=""),
        lambda: Stated("alloys", reason="x", cn_code="72x"),
    ],
)
def test_answers_that_cannot_be_are_refused(make: Any) -> None:
    with pytest.raises(DeclareError):
        make()


def test_answers_about_what_is_not_there_are_refused() -> None:
    plain = billet()
    assert refused(plain, fuels=(Fuel("gas", counted="x"),)) == {"cbam-fuel-unused"}
    assert refused(plain, electricity_out=PowerOut(0.8, "x")) == {"cbam-precursor"}
    assert refused(plain, captured=Captured("storage", "x")) == {"cbam-captured-none"}
    assert refused(plain, biomass=Biomass(zero_rated=False)) == {"cbam-biomass-none"}
    assert refused(plain, inputs=(Stated("alloys", "x"),)) == {"cbam-precursor"}
    gas = WasteGas("converter gas", 180.0, counted=False, source="x")
    assert refused(plain, waste_gases=(gas,)) == {"cbam-precursor"}


def test_electricity_sent_out_is_deducted_by_the_factor_of_the_power_made() -> None:
    flow = replace(meter_flow("turbine"), direction="output")
    out = Exchange(flow.id, Amount(50.0, "kWh"), "output", "elementary", elementary=flow)
    sold = billet(out)
    assert refused(sold) == {"cbam-electricity-out"}
    found = embedded_emissions(sold, CbamDetails(electricity_out=PowerOut(0.9, "own gases")))
    assert found.direct == pytest.approx(OWN - 0.050 * 0.9, rel=1e-12)
    assert found.electricity == pytest.approx(0.400), "what is sold is not consumed less"
    assert "0.05 MWh/t" in emissions_report(sold, CbamDetails(), found)[10].answer.value
    much = replace(out, amount=Amount(500.0, "kWh"))
    assert refused(billet(much), electricity_out=PowerOut(0.9, "x")) == {"cbam-negative"}


def test_a_waste_gas_that_leaves_keeps_its_carbon_less_natural_gas() -> None:
    gone = with_rows(billet(returned("converter gas", 600.0, "output")), "converter gas")
    assert refused(gone) == {"cbam-heat-out"}
    gas = WasteGas("converter gas", 180.0, counted=True, source="laboratory")
    less = 0.0006 * NATURAL_GAS * EFFICIENCY
    assert direct(gone, waste_gases=(gas,)) == pytest.approx(OWN - less, rel=1e-12)
    absent = replace(gas, counted=False)
    assert direct(gone, waste_gases=(absent,)) == pytest.approx(OWN + 0.0006 * 180 - less)
    assert (NATURAL_GAS, EFFICIENCY) == (56.1, 0.667)


def test_a_waste_gas_taken_in_counts_as_natural_gas() -> None:
    taken = with_rows(billet(returned("coke-oven gas", 600.0, "input")), "coke-oven gas")
    assert refused(taken) == {"cbam-heat"}
    gas = WasteGas("coke-oven gas", 44.0, counted=True, source="laboratory")
    assert direct(taken, waste_gases=(gas,)) == pytest.approx(OWN + 0.0006 * (56.1 - 44))
    absent = replace(gas, counted=False)
    assert direct(taken, waste_gases=(absent,)) == pytest.approx(OWN + 0.0006 * 56.1)


def test_heat_that_leaves_is_deducted_and_what_stays_is_not() -> None:
    gone = with_rows(billet(returned("steam", 400.0, "output")), "steam")
    assert refused(gone) == {"cbam-heat-out"}
    assert direct(gone, heat={"steam": 65.0}) == pytest.approx(OWN - 0.0004 * 65, rel=1e-12)
    stays = (returned("steam", 400.0, "output"), returned("steam", 400.0, "input"))
    assert direct(with_rows(billet(*stays), "steam")) == pytest.approx(OWN, rel=1e-12)


def test_a_returned_stream_without_a_unit_is_no_number() -> None:
    assert refused(billet(returned("steam", 400.0, "output"))) == {"cbam-energy-unit"}
    crop = billet(Exchange("crop", Amount(30.0, "kg"), "input", "internal", note="returned"))
    assert "crop" in embedded_emissions(crop, CbamDetails()).outside


def test_captured_co2_goes_only_where_the_rules_let_it() -> None:
    caught = billet(emits={"CO2, technical removal": "60 kg"})
    assert refused(caught) == {"cbam-captured"}
    stored = Captured("storage", "示例封存场, transfer record 12")
    assert direct(caught, captured=stored) == pytest.approx(OWN - 0.060, rel=1e-12)
    bound = Captured("bound product", "carbonate works")
    assert direct(caught, captured=bound) == pytest.approx(OWN - 0.060, rel=1e-12)
    sold = Captured("elsewhere", "greenhouses")
    found = embedded_emissions(caught, CbamDetails(captured=sold))
    assert found.direct == pytest.approx(OWN, rel=1e-12)
    assert (
        "not deducted"
        in emissions_report(caught, CbamDetails(captured=sold), found)[9].answer.value
    )


def test_a_capture_that_the_study_deducted_is_added_where_the_rules_do_not_let_it_go() -> None:
    net = billet(declared={"capture": Capture("80 kg", "plant, store")})
    assert refused(net) == {"cbam-captured"}
    assert direct(net, captured=Captured("storage", "store")) == pytest.approx(OWN)
    assert direct(net, captured=Captured("elsewhere", "kiln")) == pytest.approx(OWN + 0.080)


def test_biogenic_co2_counts_where_it_is_not_sustainable_and_else_item_8_asks() -> None:
    wood = billet(emits={"CO2, biogenic": "90 kg"})
    items = emissions_report(wood, CbamDetails(), embedded_emissions(wood, CbamDetails()))
    assert (items[7].answer.state, "90 kg" in items[7].answer.text) == ("missing", True)
    assert direct(wood, biomass=Biomass(zero_rated=False)) == pytest.approx(OWN + 0.090)
    shown = CbamDetails(biomass=Biomass(zero_rated=True, evidence="certificate 7"))
    found = embedded_emissions(wood, shown)
    assert found.direct == pytest.approx(OWN)
    assert emissions_report(wood, shown, found)[7].answer.state == "value"


def exclusion(flow: str, kg: float, bound: float) -> tuple[Exchange, UnitProcess]:
    gap = bound_flow(f"furnace: {flow}")
    maker = far(f"bound of {flow}", (flow, "1 kg"))
    row = Exchange(gap.id, Amount(bound, "kg CO2e"), "output", "elementary", elementary=gap)
    return Exchange(flow, Amount(kg, "kg")), replace(maker, exchanges=(row,))


def left_out(flow: str, **details: Any) -> Embedded:
    taken, maker = exclusion(flow, 4.0, 3.67)
    furnace = pcf.unit_process(
        "furnace", ("steel billet", "1 t"), emits={"CO2, fossil": f"{1000 * OWN} kg"}
    )
    furnace = replace(furnace, exchanges=(*furnace.exchanges, taken))
    system = pcf.product_system([furnace, maker])
    found = pcf.footprint(
        system, ("1 t", "steel billet"), GASES, context={"period": "2024", "place": "CN"}
    )
    declaration = replace(billet(), footprint=found)
    return embedded_emissions(declaration, CbamDetails(**details))


def test_carbon_that_is_left_out_counts_with_its_bound() -> None:
    found = left_out("carbon of alloys")
    assert found.direct == pytest.approx(OWN + 0.004 * 3.67, rel=1e-12)
    (gap,) = found.left_out
    assert (gap.flow, gap.home, gap.counted) == ("carbon of alloys", "furnace", True)
    away = left_out("carbon of alloys", inputs=(Stated("carbon of alloys", "stays in the steel"),))
    assert away.direct == pytest.approx(OWN, rel=1e-12)
    assert away.left_out[0].why == "stays in the steel"


def test_a_material_that_is_left_out_is_named_with_its_bound() -> None:
    found = left_out("argon")
    assert found.direct == pytest.approx(OWN, rel=1e-12)
    assert found.left_out[0].bound == pytest.approx(4 * 3.67)
    assert "argon" not in found.outside


def test_what_an_input_is_must_be_told_where_its_heading_does_not() -> None:
    data = pcf.open_background("cn-public", edition="2026.1")
    flow = "manganese alloys, average"
    made = far("alloy maker", (flow, "1 t"), emits={"CO2, fossil": "3000 kg"})
    furnace = pcf.unit_process(
        "furnace", ("steel billet", "1 t"), takes={flow: "8 kg"}, emits={"CO2, fossil": "350 kg"}
    )
    found = pcf.footprint(
        pcf.product_system([furnace, made]),
        ("1 t", "steel billet"),
        GASES,
        context={"period": "2024", "place": "CN"},
    )
    bought = replace(billet(), footprint=found, background=data)
    with pytest.raises(DeclareError, match="cbam-input") as caught:
        embedded_emissions(bought, CbamDetails())
    assert "720211" in caught.value.problems[0].candidates
    answer = Stated(flow, "silicomanganese by the invoices", cn_code="7202 30 00")
    told = embedded_emissions(bought, CbamDetails(inputs=(answer,)))
    assert told.outside[flow] == "CN 7202 30 00: silicomanganese by the invoices"
    good = replace(answer, cn_code="7202 11 20")
    assert refused(bought, inputs=(good,)) == {"cbam-precursor-missing"}
    short = replace(answer, cn_code="7202")
    assert refused(bought, inputs=(short,)) == {"cbam-code-short"}
    assert (
        "非 CBAM 商品"
        in embedded_emissions(bought, CbamDetails(inputs=(Stated(flow, "no"),))).outside[flow]
    )


def test_what_is_a_good_by_its_row_cannot_be_said_to_be_none() -> None:
    data = pcf.open_background("cn-public", edition="2026.1")
    flow = "pig iron, for steelmaking"
    made = far("other works", (flow, "1 t"), emits={"CO2, fossil": "1900 kg"})
    furnace = pcf.unit_process(
        "furnace", ("steel billet", "1 t"), takes={flow: "80 kg"}, emits={"CO2, fossil": "350 kg"}
    )
    found = pcf.footprint(
        pcf.product_system([furnace, made]),
        ("1 t", "steel billet"),
        GASES,
        context={"period": "2024", "place": "CN"},
    )
    bought = replace(billet(), footprint=found, background=data)
    assert refused(bought, inputs=(Stated(flow, "no"),)) == {"cbam-stated-good"}


def test_by_products_carry_nothing() -> None:
    parts = [
        replace(
            pcf.unit_process(f"furnace: {product}", (product, amount), emits={"CO2, fossil": co2}),
            whole="furnace",
        )
        for product, amount, co2 in (
            ("steel billet", "1 t", "210 kg"), ("slag for cement", "0.2 t", "140 kg"),
        )
    ]  # fmt: skip
    found = pcf.footprint(
        pcf.product_system(parts),
        ("1 t", "steel billet"),
        GASES,
        context={"period": "2024", "place": "CN"},
    )
    assert found.total == pytest.approx(210)
    assert direct(replace(billet(), footprint=found)) == pytest.approx(0.350, rel=1e-12)


def test_item_5_gives_each_process_for_the_output_that_the_study_states() -> None:
    plain = billet()
    details = CbamDetails()
    found = embedded_emissions(plain, details)
    assert found.totals == {"furnace": pytest.approx(OWN)}
    state = emissions_report(plain, details, found)[4].answer
    assert state.state == "missing"
    known = emissions_report(replace(plain, study=Study("s")), details, found)[4].answer
    assert "together 0.35 t CO2e" in known.value


def test_items_that_follow_from_the_study_are_derived() -> None:
    plain = replace(billet(), study=Study("s"))
    found = embedded_emissions(plain, CbamDetails())
    states = {i.number: i.answer.state for i in emissions_report(plain, CbamDetails(), found)}
    assert {states[n] for n in (7, 8, 9, 10, 11)} == {"not applicable"}
    alone = {i.number: i.answer.state for i in emissions_report(billet(), CbamDetails(), found)}
    assert alone[11] == "missing"


def test_the_answers_are_read_from_a_document() -> None:
    said = {
        "electricity_out": {"value": 0.9, "source": "fuels"},
        "captured": {"to": "storage", "where": "store"},
        "biomass": {"zero_rated": True, "evidence": "certificate"},
        "fuel": [{"flow": "natural gas", "factor": "2.2 kg CO2e/Nm3", "source": "laboratory"}],
        "waste_gas": [{"flow": "gas", "factor": 180, "counted": False, "source": "laboratory"}],
        "input": [{"flow": "alloys", "cn_code": "7202 30 00", "reason": "invoices"}],
    }
    found = read_details(said)
    assert found.fuels[0].per("Nm3") == pytest.approx(2.2)
    assert found.waste_gases[0].factor == 180.0
    assert (found.captured, found.biomass) == (
        Captured("storage", "store"), Biomass(zero_rated=True, evidence="certificate"),
    )  # fmt: skip
    assert (found.inputs[0].cn_code, found.electricity_out) == (
        "7202 30 00",
        PowerOut(0.9, "fuels"),
    )
    for key in ("fuel", "waste_gas", "input"):
        with pytest.raises(DeclareError, match="declare-kind"):
            read_details({key: "gas"})
        with pytest.raises(DeclareError, match="declare-word"):
            read_details({key: [{"flo": "gas"}]})


def test_the_workbook_shows_energy_gaps_and_answers(tmp_path: Path) -> None:
    gone = with_rows(billet(returned("converter gas", 600.0, "output")), "converter gas")
    gas = WasteGas("converter gas", 180.0, counted=True, source="laboratory")
    path = tmp_path / "进口商.xlsx"
    replace(gone, annexes=(CbamDetails(waste_gases=(gas,)),)).save(path, format="CBAM 2026")
    book = openpyxl.load_workbook(path)
    texts = [str(cell.value) for page in book for row in page for cell in row if cell.value]
    assert any("converter gas out of furnace" in each for each in texts)
    assert find_good("7207 11 11").name in texts


def test_the_fictional_steelworks_by_hand(request: pytest.FixtureRequest) -> None:
    """2.7 kg of carbon left out, blast-furnace gas that leaves, coke-oven gas that comes in."""
    folder = request.config.rootpath / "examples" / "fictional_steel"
    data = pcf.open_background("cn-public", edition="2026.1")
    study = pcf.read_study(folder)
    asked = read_declaration(folder / "declaration.toml", annexes=("cbam",))
    declaration = declare_footprint(
        study.footprint(data), study=study, background=data, **dict(asked.said)
    )
    details = read_details(asked.annexes["cbam"])
    found = embedded_emissions(declaration, details)
    sold, runs = 3_000_000.0, {"gas out": 4235.95, "strand": 209.29, "converter": 67.1832}
    by_flow = {(each.home, each.flow): each.kg for each in found.crossing}
    gone = runs["gas out"] * (257.0 - NATURAL_GAS * EFFICIENCY) / sold * 1000
    assert by_flow["blast furnace", "blast-furnace gas"] == pytest.approx(gone, rel=1e-9)
    for home, key in (("sintering", "strand"), ("basic oxygen furnace", "converter")):
        taken = runs[key] * (NATURAL_GAS - 43.92) / sold * 1000
        assert by_flow[home, "coke-oven gas"] == pytest.approx(taken, rel=1e-9)
    plain = sum(each.kg_co2e for each in found.own if each.process == each.home)
    bound = next(each.bound for each in found.left_out if each.counted)
    crossed = sum(by_flow.values())
    assert 1000 * found.direct == pytest.approx(plain + bound + crossed, rel=1e-12)
    assert found.outside["manganese alloys, average"].startswith("CN 7202 30 00")
    assert not any("may be" in why for why in found.outside.values())
    assert sum(found.totals.values()) == pytest.approx(found.direct * sold, rel=1e-9)
