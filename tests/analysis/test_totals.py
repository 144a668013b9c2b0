"""What the number is: lines, totals, gaps, credits, as DESIGN decides them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.analysis import footprint
from pcf.analysis.accounting import summed
from pcf.errors import ModelError, SolveError
from pcf.inventory import Factorised, as_process
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.declared import DeclaredUnit, Exclusion
from pcf.model.flows import ElementaryFlow, bound_flow
from pcf.model.processes import Exchange, UnitProcess, unit_process

GASES = {"CO2": 1, "CH4": 27.9, "N2O": 273, "CF4": 7380}
SETS = {
    convention: CharacterisationSet.of("AR6", GASES, convention=convention)
    for convention in ("0/0", "-1/+1")
}


def potato(carbon: str | None, uptake: str, burnt: str = "0 kg") -> tuple:
    field = unit_process(
        "field",
        ("potato", "1 kg"),
        emits={
            "CO2 taken up": uptake,
            "CO2 biogenic": burnt,
            "N2O biogenic": "0.4 g",
            "CO2": "40 g",
        },
    )
    stored = None if carbon is None else Amount.read(carbon)
    return product_system([field]), DeclaredUnit(Amount(1.0, "kg"), "potato", "", stored)


@pytest.mark.parametrize("convention", ["0/0", "-1/+1"])
def test_a_potato_is_positive_and_lower_by_exactly_its_carbon_when_uptake_counts(convention):
    system, unit = potato("0.09 kg", uptake="0.33 kg")
    got = footprint(system, unit, SETS[convention])
    assert got.total == pytest.approx(0.04 + 0.0004 * 273, rel=1e-12)
    assert got.total - got.total_including_uptake == pytest.approx(0.09 * 44 / 12, rel=1e-12)


def test_the_conventions_agree_when_the_carbon_closes():
    """What is taken up is stored or emitted again, methane's carbon included."""
    system, unit = potato("0.06 kg", uptake="0.33 kg", burnt="0.11 kg")
    totals = {c: footprint(system, unit, gases).total for c, gases in SETS.items()}
    assert totals["0/0"] == pytest.approx(totals["-1/+1"], rel=1e-12)
    methane = unit_process(
        "field",
        ("potato", "1 kg"),
        emits={"CO2 taken up": "0.11 kg", "CH4 biogenic": "0.04 kg"},
    )
    unit = DeclaredUnit(Amount(1.0, "kg"), "potato", "", Amount(0.0, "kg"))
    sides = {
        c: footprint(product_system([methane]), unit, gases).total for c, gases in SETS.items()
    }
    assert sides["0/0"] == pytest.approx(sides["-1/+1"], rel=1e-12)


def test_uptake_without_the_stored_carbon_is_refused():
    system, unit = potato(None, uptake="0.33 kg")
    with pytest.raises(ModelError) as caught:
        footprint(system, unit, SETS["0/0"])
    assert caught.value.problems[0].code == "stored-carbon-unknown"


OUT_OF_TOTAL = {
    "CO2 land management": "land management",
    "CO2 iLUC": "indirect land-use change",
    "technical removal": "technical removals",
}


@pytest.mark.parametrize("flow", OUT_OF_TOTAL)
def test_what_is_never_in_the_total_stands_on_its_own_line(flow):
    made = unit_process("p", "1 kg", emits={"CO2": "1 kg", flow: "0.5 kg"})
    got = footprint(product_system([made]), ("1 kg", "p"), SETS["0/0"])
    assert got.total == 1.0
    sign = -1 if "removal" in flow else 1
    assert got.lines[OUT_OF_TOTAL[flow]] == sign * 0.5


def test_each_line_of_the_total_counts_once():
    flows = ["CO2", "aircraft CO2", "CH4 biogenic", "N2O biogenic", "CO2 dLUC"]
    made = unit_process("p", "1 kg", emits=dict.fromkeys(flows, "1 kg"))
    got = footprint(product_system([made]), ("1 kg", "p"), SETS["0/0"])
    assert got.total == pytest.approx(1 + 1 + 27.9 + 273 + 1)
    assert got.lines["fossil"] == 1.0
    assert got.lines["aircraft"] == 1.0
    assert got.lines["biogenic CH4 and N2O"] == pytest.approx(300.9)


def test_a_record_without_gases_counts_whole_in_every_set(result, smelter):
    other = CharacterisationSet.of("other", {"CO2": 1, "CH4": 30, "CF4": 6630})
    treatment = {"location": {"potline": (("average", 1.0),)}}
    again = footprint(smelter, ("1 t", "ingot"), other, electricity=treatment)
    assert again.unsplit == result.unsplit == pytest.approx(13599 * 0.5777)
    assert result.unsplit_share == pytest.approx(13599 * 0.5777 / result.total)
    assert again.by_gas()["CO2e, not split"] == result.by_gas()["CO2e, not split"]


def test_treatments_differ_by_the_metered_kilowatt_hours_only(result):
    """13,599 x (0.5777 - 0.0651): no 0.0324 alone, no 0.0327 on the average."""
    change = result.treatments["location"] - result.treatments["market"]
    assert change == pytest.approx(13599 * (0.5777 - 0.0324 - 0.0327), rel=1e-12)
    assert result.total == result.treatments["location"]


def test_a_meter_without_a_treatment_is_refused(smelter):
    with pytest.raises(ModelError) as caught:
        footprint(smelter, ("1 t", "ingot"), SETS["0/0"])
    assert caught.value.problems[0].code == "treatment-missing"
    with pytest.raises(ModelError) as caught:
        footprint(smelter, ("1 t", "ingot"), SETS["0/0"], electricity={"market": {}})
    assert caught.value.problems[0].code == "meter-untreated"


def test_a_gas_that_the_set_does_not_know_is_refused(smelter):
    with pytest.raises(SolveError):
        footprint(smelter, ("1 t", "ingot"), CharacterisationSet.of("mine", {"CO2": 1}),
                  electricity={"location": {"potline": (("average", 1.0),)}})  # fmt: skip


def gapped(bound: float) -> tuple:
    flow = bound_flow("p: refractory")
    gap = UnitProcess(
        "gap: refractory",
        "refractory",
        Amount(1.0, "kg"),
        (Exchange(flow.id, Amount(bound, "kg CO2e"), "output", "elementary", elementary=flow),),
        foreground=False,
    )
    made = unit_process("p", "1 kg", takes={"refractory": "2 kg"}, emits={"CO2": "9900 kg"})
    return product_system([made, gap])


def test_one_percent_excluded_is_not_below_one_percent():
    exclusion = Exclusion("p", "refractory", Amount(50.0, "kg CO2e/kg"), "small")
    got = footprint(gapped(50.0), ("1 kg", "p"), SETS["0/0"], exclusions=[exclusion])
    assert got.total == 9900
    assert got.gaps[0].reason == "small"
    assert got.share_excluded == pytest.approx(100 / 10000, rel=1e-15)
    assert not got.share_excluded < 0.01
    ten = footprint(gapped(50.0), ("10 kg", "p"), SETS["0/0"], exclusions=[exclusion])
    assert ten.gaps[0].bound == pytest.approx(1000)
    assert ten.share_excluded == pytest.approx(got.share_excluded)


def test_a_gap_without_a_bound_makes_the_share_unknown():
    exclusions = [Exclusion("p", "paint", None, "no data")]
    got = footprint(gapped(50.0), ("1 kg", "p"), SETS["0/0"], exclusions=exclusions)
    assert got.share_excluded is None
    assert "gap-unbounded" in {each.code for each in got.findings}


def test_credits_stand_apart_and_gross_is_the_total():
    slag = unit_process("cement", "1 kg", emits={"CO2": "0.8 kg"})
    iron = unit_process("iron", "1 kg", emits={"CO2": "2 kg"}, avoids={"cement": "0.3 kg"})
    got = footprint(product_system([iron, slag]), ("1 kg", "iron"), SETS["0/0"])
    assert (got.total, got.credits) == (2.0, pytest.approx(-0.24))
    assert got.net == pytest.approx(1.76)
    without = replace(iron, exchanges=iron.exchanges[:1])
    plain = footprint(product_system([without, slag]), ("1 kg", "iron"), SETS["0/0"])
    assert plain.credits is None
    assert plain.net is None


@given(st.floats(1e-3, 1e3), st.sampled_from(["kg", "g", "t", "lb"]))
def test_scaling_the_declared_unit_scales_everything(amount, unit):
    made = unit_process("p", "1 kg", emits={"CO2": "1 kg", "CF4": "2 g"})
    system = product_system([made])
    one = footprint(system, DeclaredUnit(Amount(1.0, unit), "p"), SETS["0/0"])
    many = footprint(system, DeclaredUnit(Amount(amount, unit), "p"), SETS["0/0"])
    assert many.total == pytest.approx(amount * one.total, rel=1e-9)
    for line, value in one.lines.items():
        assert many.lines[line] == pytest.approx(amount * value, rel=1e-9)


def test_zero_is_a_finding_for_the_total_and_for_a_stage():
    idle = unit_process("idle", "1 kg", stage="waiting")
    made = unit_process("p", "1 kg", takes={"idle": "1 kg"}, emits={"CO2": "1 kg"}, stage="work")
    got = footprint(product_system([idle, made]), ("1 kg", "p"), SETS["0/0"])
    assert [(each.code, each.where.item) for each in got.findings] == [("stage-zero", "waiting")]
    nothing = footprint(product_system([idle]), ("1 kg", "idle"), SETS["0/0"])
    assert {"total-zero", "stage-zero"} == {each.code for each in nothing.findings}


def test_the_reference_flow_may_come_from_the_background():
    bought = replace(unit_process("b", "1 kg", emits={"CO2": "3 kg"}), foreground=False)
    got = footprint(product_system([bought]), ("2 kg", "b"), SETS["0/0"])
    assert got.total == 6.0
    assert sum(part.value for part in got.by_process()) == 6.0


def test_a_treated_waste_can_be_declared():
    landfill = unit_process("landfill", ("ash", "1 t"), emits={"CH4": "2 kg"}, treats=True)
    got = footprint(product_system([landfill]), ("3 t", "ash"), SETS["0/0"])
    assert got.total == pytest.approx(3 * 2 * 27.9)


def test_a_sub_system_that_gives_metered_electricity_back_counts_it_the_other_way():
    """A credit of metered power, folded into one process, turns the meter's row round."""
    power = unit_process("power", "1 kWh", meters={"m": "1 kWh"})
    kiln = unit_process("kiln", ("heat", "1 GJ"), emits={"CO2": "9 kg"}, avoids={"power": "4 kWh"})
    folded = as_process(product_system([power, kiln]), "kiln")
    average = replace(
        unit_process("average", "1 kWh", emits={"CO2e": "0.5 kg CO2e"}), foreground=False
    )
    treatment = {"location": {"m": (("average", 1.0),)}}
    for foreground in (True, False):
        system = product_system([replace(folded, foreground=foreground), average])
        got = footprint(system, ("1 GJ", "heat"), SETS["0/0"], electricity=treatment)
        assert got.total == pytest.approx(9 - 4 * 0.5)


def test_a_meter_whose_provider_is_metered_counts_both():
    """A captive plant that takes part of its own use from the grid through a meter of its own."""
    grid = replace(unit_process("grid", "1 kWh", emits={"CO2e": "0.5 kg CO2e"}), foreground=False)
    plant = unit_process("plant", "1 kWh", emits={"CO2": "0.8 kg"}, meters={"own use": "0.1 kWh"})
    made = unit_process("p", "1 kg", meters={"line": "10 kWh"})
    own = {"line": (("plant", 1.0),), "own use": (("grid", 1.0),)}
    got = footprint(
        product_system([grid, plant, made]), ("1 kg", "p"), SETS["0/0"], electricity={"own": own}
    )
    assert got.total == pytest.approx(10 * (0.8 + 0.1 * 0.5))
    assert got.scaling["grid"] == pytest.approx(1.0)


def test_a_set_of_costs_is_no_footprint():
    made = unit_process("p", "1 kg", emits={"CO2": "1 kg"})
    costs = replace(CharacterisationSet.of("costs", {"CO2": 1}), unit="CNY")
    with pytest.raises(ModelError) as caught:
        footprint(product_system([made]), ("1 kg", "p"), costs)
    assert caught.value.problems[0].code == "set-not-climate"


@pytest.mark.parametrize(("burnt", "told"), [("0.07 kg", False), ("0.01 kg", True)])
def test_biogenic_carbon_that_does_not_close_is_a_finding(burnt, told):
    system, unit = potato("0.06 kg", uptake="0.29 kg", burnt=burnt)
    codes = {each.code for each in footprint(system, unit, SETS["-1/+1"]).findings}
    assert ("biogenic-open" in codes) is told


def test_flows_that_count_nothing_cost_no_solve_and_stay_in_the_table(monkeypatch):
    """A database has thousands of them: what is solved for is what counts."""
    flows = {ElementaryFlow(f"metal {k} to soil"): "1 g" for k in range(50)}
    rows = [
        unit_process(
            "plant", ("thing", "1 t"), takes={"heat": "2 GJ"}, emits=flows | {"CO2": "9 kg"}
        ),
        unit_process("heat", "1 GJ", emits={"CO2": "60 kg"}),
    ]
    widths = []
    solve = Factorised.adjoint

    def watched(self, q):
        widths.append(1 if q.ndim == 1 else q.shape[1])
        return solve(self, q)

    monkeypatch.setattr(Factorised, "adjoint", watched)
    found = footprint(
        product_system(rows), ("1 t", "thing"), CharacterisationSet.of("a", {"CO2": 1})
    )
    assert max(widths) == 1
    assert found.total == 129
    assert found.intensity.tolist() == [129, 60]
    assert sum(found.table()["gas"].str.startswith("metal")) == 50


@given(seed=st.integers(0, 2**32 - 1), offset=st.integers(1, 7))
def test_a_sum_has_the_same_bits_wherever_its_arrays_lie(seed: int, offset: int) -> None:
    random = np.random.default_rng(seed)
    left, right = random.standard_normal(37), random.standard_normal((37, 5))
    moved = np.empty(37 * 5 + 8)[offset : offset + 37 * 5].reshape(37, 5)
    moved[:] = right
    first = summed(left, right)
    assert first.tolist() == summed(left, moved).tolist()
    assert first.tolist() == summed(left, np.asfortranarray(right)).tolist()
    np.testing.assert_allclose(first, left @ right, rtol=1e-12, atol=1e-12)
