"""From rows to a product system: plain sums, providers, gaps, allocation, electricity, findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pcf.background import Background, factor_set, join
from pcf.errors import ModelError, StudyProblems
from pcf.model.amounts import Amount, Source
from pcf.model.characterisation import CharacterisationFactor
from pcf.model.coverage import Period
from pcf.model.declared import DeclaredUnit, Exclusion
from pcf.study import Study, reference_study
from pcf.study.values import (
    ActivityRow,
    AllocationChoice,
    CoProductRow,
    Leg,
    Mix,
    ProcessRow,
    ProviderChoice,
    StudyElectricity,
)

GRID, WIND, LOSSES = 0.5777, 0.0324, 0.0327


def made(*activity: ActivityRow, **more: object) -> Study:
    """Return a small study of one process that makes 2 t of metal."""
    rows = tuple(replace(row, source=row.source or "S", note=row.note or "why") for row in activity)
    study = Study(
        "small",
        place="CN",
        period=Period.read("2024"),
        characterisation="AR6",
        convention="0/0",
        declared_unit=DeclaredUnit(Amount(1.0, "t"), "metal"),
        processes=(ProcessRow("cell", "metal", Amount(2.0, "t"), stage="making"),),
        activity=rows,
        sources=(Source("S", "a source"),),
    )
    return replace(study, **more)  # type: ignore[arg-type]


def row(id_: str, flow: str, amount: str, **more: object) -> ActivityRow:
    return replace(ActivityRow(id_, "cell", flow, Amount.read(amount)), **more)


def emission(id_: str, flow: str, amount: str) -> ActivityRow:
    return row(id_, flow, amount, kind="elementary", direction="output")


@pytest.fixture(scope="module")
def own(background: Background) -> Background:
    """Return a few factors of a user's own, with the gas tables of the shipped edition."""
    factors = {
        "ore": "0.5 kg CO2e/kg",
        "coke": "3 kg CO2e/kg",
        "rail": "0.01 kg CO2e/tkm",
        "electricity": "0.6 kg CO2e/kWh",
    }
    found = factor_set("own", factors, source="letter", place="CN", period=Period.read("2024"))
    return replace(found, characterisations=background.characterisations)


def test_the_fictional_smelter_is_a_plain_sum(smelter: Study, background: Background) -> None:
    """Every number here is written again by hand: nothing of `pcf` computes it."""
    alumina = (120 + 1945 - 20 - 125) * (0.7 * 2400 + 0.3 * 2900)
    anodes = 480 * 376.0
    power = 13_600_000 * GRID
    carbon = (480 - 80) * 0.976 * 44 / 12 * 1000
    gases = 18 * 7380.0
    lining = 22 * 400.0
    rail, truck = 1940 * 850 * 0.008, 480 * 120 * 0.0978
    potroom = alumina + anodes + power + carbon + gases + lining + rail + truck
    casting = 96_000 * GRID
    gas_share = 990 * 19_000 / (990 * 19_000 + 20 * 6_000)
    footprint = smelter.footprint(background)
    intensity = footprint.total * 990
    gas = intensity / gas_share - potroom - casting
    assert gas / 1500 == pytest.approx(footprint_of_gas(background), rel=1e-9)
    wind = smelter.varying(electricity="market:as supplied").footprint(background)
    saved = 0.6 * 13_600_000 * (GRID - WIND - LOSSES) * gas_share / 990
    assert footprint.total - wind.total == pytest.approx(saved, rel=1e-12)


def footprint_of_gas(background: Background) -> float:
    """Return kg CO2e of a gigajoule of gas burnt, by a study of its own."""
    burnt = row("gas", "natural gas, burnt in industrial furnace", "2 GJ")
    burnt = replace(burnt, basis="lower heating value")
    return made(burnt).footprint(background).total


def test_own_factors_legs_and_emissions_add_up(own: Background) -> None:
    study = made(
        row("ore", "ore", "4 t"),
        emission("co2", "CO2", "100 kg"),
        emission("ch4", "CH4", "1 kg"),
        legs=(
            Leg(
                "leg", "cell", "ore", Amount(4000.0, "kg"), "rail", Amount(500.0, "km"), source="S"
            ),
        ),
    )
    footprint = study.footprint(own)
    expected = (4000 * 0.5 + 100 + 29.8 + 4 * 500 * 0.01) / 2
    assert footprint.total == pytest.approx(expected, rel=1e-12)
    assert footprint.by_stage()["transport"] == pytest.approx(10.0, rel=1e-12)


def test_months_and_their_sum_give_the_same_system(own: Background) -> None:
    whole = made(row("ore", "ore", "78 t"))
    months = [
        row(f"ore {m}", "ore", f"{m} t", period=Period.read(f"2024-{m:02}")) for m in range(1, 13)
    ]
    monthly = made(*months)
    systems = [each.system(own).system for each in (whole, monthly)]
    assert len(systems[1].exchanges) == len(systems[0].exchanges)
    assert monthly.footprint(own).total == whole.footprint(own).total


def test_an_own_process_goes_before_background_data(own: Background) -> None:
    mine = ProcessRow("mine", "ORE", Amount(1.0, "t"))
    dig = replace(emission("dig", "CO2", "7 kg"), process="mine")
    study = made(row("ore", "ore", "2 t"), dig)
    study = replace(study, processes=(*study.processes, mine))
    assert study.footprint(own).total == pytest.approx(7.0)
    named = replace(study, links=(ProviderChoice("cell", "ore", "own: ore"),))
    assert named.footprint(own).total == pytest.approx(500.0)


def test_a_mix_is_bought_by_its_shares(own: Background) -> None:
    study = made(
        row("fuel", "fuel", "2 kg"),
        mixes=(Mix("fuel", (("own: ore", 0.25), ("own: coke", 0.75))),),
    )
    assert study.footprint(own).total == pytest.approx(0.25 * 0.5 + 0.75 * 3)


def test_an_internal_stream_carries_no_burden_whatever_names_it(own: Background) -> None:
    by_kind = made(emission("e", "CO2", "2 kg"), row("scrap", "ore", "1 t", kind="internal"))
    by_link = made(
        emission("e", "CO2", "2 kg"),
        row("scrap", "ore", "1 t"),
        links=(ProviderChoice("", "ore", "internal"),),
    )
    assert by_kind.footprint(own).total == by_link.footprint(own).total == 1.0


def test_a_bound_scales_with_its_flow_and_with_the_declared_unit(own: Background) -> None:
    bound = Amount.read("2 kg CO2e/kg")
    study = made(
        emission("e", "CO2", "990 kg"),
        row("salt", "salt", "5 kg"),
        exclusions=(Exclusion("cell", "salt", bound, "little"),),
    )
    footprint = study.footprint(own)
    assert footprint.total == pytest.approx(495.0)
    assert footprint.share_excluded == pytest.approx(5 / 500)
    (gap,) = study.varying(rows={"salt": "10 kg"}, declared_unit="2 t").footprint(own).gaps
    assert gap.bound == pytest.approx(20.0)


def test_a_bound_for_a_whole_process_needs_no_row(own: Background) -> None:
    excluded = Exclusion("cell", "office paper", Amount.read("4 kg CO2e"), "little")
    footprint = made(emission("e", "CO2", "2 kg"), exclusions=(excluded,)).footprint(own)
    assert [gap.bound for gap in footprint.gaps] == [2.0]


def test_without_a_bound_the_share_is_unknown_and_not_zero(own: Background) -> None:
    excluded = Exclusion("cell", "salt", None, "no factor")
    study = made(emission("e", "CO2", "2 kg"), row("salt", "salt", "5 kg"), exclusions=(excluded,))
    assert study.footprint(own).share_excluded is None


def two_products(by: str, **more: object) -> Study:
    return made(
        emission("e", "CO2", "300 kg"),
        coproducts=(
            CoProductRow("cell", "metal", properties={"price": Amount(9.0, "CNY/kg")}),
            CoProductRow(
                "cell", "slag", Amount(1.0, "t"), properties={"price": Amount(2.0, "CNY/kg")}
            ),
        ),
        allocations=(AllocationChoice("cell", by, reason="why", **more),),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("by", "more", "share"),
    [
        ("mass", {}, 2 / 3),
        ("price", {}, 0.9),
        ("given", {"shares": {"metal": 0.6, "slag": 0.4}}, 0.6),
        ("causes", {"causes": {"e": {"metal": 0.7, "slag": 0.3}}}, 0.7),
    ],
)
def test_allocation_divides_what_a_process_emits(
    own: Background, by: str, more: dict[str, object], share: float
) -> None:
    study = two_products(by, **more)
    metal = study.footprint(own).total * 2
    assert metal == pytest.approx(300 * share)
    slag = replace(study, declared_unit=DeclaredUnit(Amount(1.0, "t"), "slag")).footprint(own).total
    assert metal + slag == pytest.approx(300)


def test_waste_goes_to_its_treatment(own: Background) -> None:
    landfill = ProcessRow("landfill", "slag", Amount(1.0, "t"), treats=True)
    gas = replace(emission("gas", "CH4", "1 kg"), process="landfill")
    sent = row("slag", "slag", "500 kg", kind="waste", direction="output")
    study = made(sent, gas)
    study = replace(study, processes=(*study.processes, landfill))
    assert study.footprint(own).total == pytest.approx(0.5 * 29.8 / 2)


def test_a_credit_is_shown_and_not_in_the_total(own: Background) -> None:
    study = made(
        emission("e", "CO2", "10 kg"),
        row("saved", "coke", "1 kg", kind="credit", direction="output"),
    )
    footprint = study.footprint(own)
    assert footprint.total == 5.0
    assert footprint.credits == pytest.approx(-1.5)


def test_electricity_without_a_meter_is_an_input_like_others(background: Background) -> None:
    plain = made(row("power", "electricity", "2 MWh"))
    metered = made(
        row("power", "electricity", "2 MWh", meter="one"),
        electricity=StudyElectricity("location"),
    )
    assert plain.footprint(background).total == pytest.approx(1000 * GRID)
    assert metered.footprint(background).total == pytest.approx(1000 * GRID)
    wind = metered.varying(electricity={"one": "wind"}).footprint(background)
    assert wind.total == pytest.approx(1000 * (WIND + LOSSES))


def test_exchanges_carry_row_source_and_locator(smelter: Study, background: Background) -> None:
    system = smelter.system(background).system
    sources = {source.id: source for source in system.sources}
    found = {each.id: each for p in system.rows() for each in p.exchanges if each.id}
    cf4 = sources[found["cf4"].amount.source]
    assert (cf4.document, cf4.locator) == ("Plant data 2024 (fictional)", "sheet PFC")
    metered = sources[found["potline 2024-01"].amount.source]
    assert metered.locator == "potline 2024-01 ... potline 2024-12 (12)"
    assert found["potline 2024-01"].confidence == "primary"
    assert found["potline 2024-01"].amount.value == 13_600_000


def test_findings_name_unverified_rows_and_near_totals(
    smelter: Study, background: Background
) -> None:
    codes = [each.code for each in smelter.footprint(background).findings]
    assert codes.count("unverified-used") == 1
    assert codes.count("site-total-near") == 1
    assert "electricity-planned" not in codes
    wind = smelter.varying(electricity="market:GEC").footprint(background)
    assert wind.planned


def test_another_background_than_the_named_one_is_a_finding(own: Background) -> None:
    study = made(emission("e", "CO2", "2 kg"), background="cn-public 2026.1")
    assert "background-other" in [each.code for each in study.footprint(own).findings]


def test_problems_of_reading_checking_and_linking_come_together(own: Background) -> None:
    study = made(row("a", "nothing", "1 kg"), row("b", "ore", "1 kWh"), row("b", "coke", "1 kg"))
    with pytest.raises(StudyProblems) as caught:
        study.footprint(own)
    codes = [each.code for each in caught.value.problems]
    assert codes == ["row-id-twice", "link-unknown", "link-none"]
    assert study.check() == caught.value.problems[:1]


def test_uptake_needs_the_carbon_in_the_product(own: Background) -> None:
    study = made(row("u", "CO2 uptake", "3 kg", kind="elementary"))
    with pytest.raises(ModelError) as caught:
        study.footprint(own)
    assert caught.value.problems[0].code == "stored-carbon-unknown"


def test_the_demo_differs_by_the_potline_alone(background: Background) -> None:
    study = reference_study("aluminium")
    average = study.footprint(background)
    wind = study.varying(electricity={"potline": "wind"}).footprint(background)
    assert average.total - wind.total == pytest.approx(13_599 * (0.5777 - 0.0651), rel=1e-12)
    assert wind.treatments["location"] == average.total


def test_removing_any_row_of_the_own_background_is_noticed(background: Background) -> None:
    study = reference_study("aluminium")
    own = study.own_background
    assert own is not None
    for removed in own.processes:
        kept = tuple(each for each in own.processes if each is not removed)
        poorer = replace(study, own_background=replace(own, processes=kept))
        assert poorer.check(background) != (), removed.id


def test_a_custom_gas_table_comes_with_the_background(own: Background) -> None:
    table = own.characterisations[0]
    factors = (CharacterisationFactor("CO2", 1.0),)
    mine = replace(own, characterisations=(replace(table, id="mine", factors=factors),))
    study = made(emission("e", "CO2", "2 kg"), characterisation="mine")
    assert study.footprint(mine).total == 1.0


def test_a_product_that_background_data_makes_too_is_told_apart(own: Background) -> None:
    """Scrap of the same product is bought: the declared unit is still the study's own product."""
    bought = row("bought", "coke", "1 t")
    links = (ProviderChoice("cell", "coke", "own: coke"),)
    study = made(bought, emission("e", "CO2", "2 kg"), links=links)
    cell = replace(study.processes[0], product="coke")
    study = replace(study, processes=(cell,), declared_unit=DeclaredUnit(Amount(1.0, "t"), "Coke"))
    assert study.footprint(own).total == pytest.approx((3000 + 2) / 2)


def test_a_leg_can_be_left_out_with_a_bound(own: Background) -> None:
    leg = Leg("l", "cell", "ore", Amount(4.0, "t"), "donkey", Amount(50.0, "km"), source="S")
    excluded = Exclusion("cell", "donkey", Amount.read("0.1 kg CO2e/tkm"), "hay")
    study = made(emission("e", "CO2", "2 kg"), legs=(leg,), exclusions=(excluded,))
    assert [gap.bound for gap in study.footprint(own).gaps] == [pytest.approx(10.0)]


@pytest.mark.parametrize("bound", ["-2 kg CO2e/kg", "-4 kg CO2e"])
def test_a_negative_bound_is_refused_and_not_left_out(bound: str, own: Background) -> None:
    """A bound that cannot be built must never read as a share excluded of zero."""
    flows = (row("salt", "salt", "5 kg"),) if "/" in bound else ()
    excluded = Exclusion("cell", "salt", Amount.read(bound), "little")
    study = made(emission("e", "CO2", "2 kg"), *flows, exclusions=(excluded,))
    assert [each.code for each in study.check(own)] == ["exclusion-bound"]


@pytest.mark.parametrize("bound", ["2 kg CO2e/kg", None])
def test_an_exclusion_of_all_processes_keeps_its_reason(bound: str | None, own: Background) -> None:
    amount = None if bound is None else Amount.read(bound)
    study = made(
        emission("e", "CO2", "2 kg"),
        row("salt", "salt", "5 kg"),
        exclusions=(Exclusion("", "salt", amount, "little"),),
    )
    (gap,) = study.footprint(own).gaps
    assert (gap.name, gap.reason) == ("salt", "little")


def test_a_provider_named_for_metered_electricity_is_not_ignored(background: Background) -> None:
    metered = row("power", "electricity", "2 MWh", meter="one")
    study = made(
        metered,
        electricity=StudyElectricity("location"),
        links=(ProviderChoice("", "electricity", "electricity-co2-cn-2023"),),
    )
    assert [each.code for each in study.check(background)] == ["link-metered"]
    plain = replace(study.activity[0], id="plain", amount=Amount(1.0, "MWh"), meter="")
    both = replace(study, activity=(*study.activity, plain))
    assert [each.code for each in both.check(background)] == ["electricity-combustion"]


def test_gas_with_a_gas_meter_is_never_electricity(background: Background) -> None:
    gas = row("gas", "natural gas, burnt in industrial furnace", "9 GJ", meter="gas meter")
    study = made(gas, electricity=StudyElectricity("location"))
    (told,) = study.check(background)
    assert (told.code, told.where.item) == ("meter-flow", "gas")
    called = [
        made(replace(gas, flow=name), electricity=study.electricity) for name in ("网电", "电")
    ]
    assert [each.footprint(background).total for each in called] == [pytest.approx(1250 * GRID)] * 2


def test_every_process_knows_whose_data_it_is(smelter: Study, background: Background) -> None:
    """Set and edition of background data, the study's id for its own: draws are known by them."""
    own = factor_set("letter", {"packaging": "0.5 kg CO2e/kg"}, source="a letter")
    found = smelter.system(join(background, own)).system
    rows = list(found.rows())
    origins = {row.id: row.origin for row in rows}
    theirs = {row.id for row in background.processes}
    assert {origins[row.id] for row in rows if row.id in theirs} == {("cn-public", "2026.1")}
    assert {origins[row.id] for row in rows if row.foreground} == {(smelter.id, "")}
    joined = join(own, background)
    assert joined.origin("letter: packaging") == ("letter", "")
    (some,) = list(theirs)[:1]
    assert joined.origin(some) == ("cn-public", "2026.1")
    third = factor_set("invoice", {"tape": "0.1 kg CO2e/kg"}, source="an invoice")
    assert join(third, joined).origin("letter: packaging") == ("letter", "")
    assert join(third, joined).origin(some) == ("cn-public", "2026.1")
