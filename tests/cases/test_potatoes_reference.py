"""The reference studies of potatoes through the library equal their plain sums."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import pcf
from pcf.methods.crops import n2o_direct, n2o_leached, n2o_volatilised, nitrogen
from pcf.model.amounts import Amount

# Loaded by path: the plain sum imports nothing of the library, and tests are no package.
_SPEC = importlib.util.spec_from_file_location(
    "potatoes_plain", Path(__file__).with_name("test_potatoes_reference_plain_sum.py")
)
plain = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(plain)

EQUAL = {"rel": 1e-9, "abs": 1e-12}
VARIANTS = {"rain-fed": None, "irrigated": "irrigated"}
ALTERNATIVES = [(study, name) for study in VARIANTS for name in plain.ways(study)]


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def studies():
    return {
        name: pcf.reference_study("potatoes", variant=variant)
        if variant
        else pcf.reference_study("potatoes")
        for name, variant in VARIANTS.items()
    }


@pytest.fixture(scope="module")
def results(studies, background):
    return {name: study.footprint(background) for name, study in studies.items()}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_stage_equals_the_plain_sum(results, name):
    stages = {part.name: part.value for part in results[name].by_stage()}
    assert stages == pytest.approx(plain.plain_stages(name), **EQUAL)
    assert results[name].total == pytest.approx(plain.plain_total(name), **EQUAL)


@pytest.mark.parametrize(("name", "way"), ALTERNATIVES)
def test_every_alternative_equals_its_plain_sum(studies, background, name, way):
    total = studies[name].varying(alternative=way).footprint(background).total
    assert total == pytest.approx(plain.plain_total(name, **plain.ways(name)[way]), **EQUAL)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_plain_sum_knows_every_alternative(studies, name):
    assert {each.name for each in studies[name].alternatives} == set(plain.ways(name))


@pytest.mark.parametrize("name", VARIANTS)
def test_the_bounds_are_those_argued_and_stay_under_the_cut_off(results, name):
    bounds = {gap.name.partition(": ")[2]: gap.bound for gap in results[name].gaps}
    assert bounds == pytest.approx(plain.plain_bounds(name), **EQUAL)
    assert all(gap.reason and gap.share < 0.01 for gap in results[name].gaps)
    assert results[name].share_excluded <= 0.05


def test_nitrous_oxide_and_methane_stand_on_their_own_line(results):
    lines = {part.name: part.value for part in results["rain-fed"].by_line()}
    use = plain.RAIN_FED
    hectares, _ = plain.shares(use)
    urea = (use["n"] - use["p"] * 18 / 46) / 0.4665 * 0.2 * 44 / 12
    store = plain.plain_stages("rain-fed")["harvest and storage"]
    living = hectares * (plain.field_emissions(use) - urea) + store
    assert lines["biogenic CH4 and N2O"] == pytest.approx(living, rel=1e-9)
    for name in ("direct land-use change", "land management", "technical removals"):
        assert lines[name] == 0


def test_soil_carbon_is_shown_and_never_in_the_total(studies, background, results):
    gained = studies["rain-fed"].varying(alternative="soil carbon of manure").footprint(background)
    lines = {part.name: part.value for part in gained.by_line()}
    hectares, _ = plain.shares(plain.RAIN_FED)
    stored = 43 * 0.77 * (1.37 - 1) / 20 * 1000 * 44 / 12
    assert lines["land management"] == pytest.approx(-stored * hectares, rel=1e-9)
    assert gained.total == results["rain-fed"].total


@pytest.mark.parametrize("name", VARIANTS)
def test_uptake_leaves_the_total_but_for_the_carbon_of_methane(studies, background, name):
    """What is taken up is in the product, or lost in the cellar: -1/+1 moves methane alone."""
    zero = studies[name].footprint(background)
    one = studies[name].varying(convention="-1/+1").footprint(background)
    rot = 0.175 / 0.825 / 2 * 1000
    assert one.total - zero.total == pytest.approx(rot * 0.004 * 44 / 16, rel=1e-9)
    assert zero.total - zero.total_including_uptake == pytest.approx(97.68 * 44 / 12, rel=1e-12)


def test_the_arithmetic_of_the_field_is_shown(results):
    shown = str(results["rain-fed"].because_of("direct 1"))
    assert "N2O = sum (N_i x EF1_i) x 44/28" in shown
    assert "EF1 0.005" in shown
    assert "n-urea" in shown


def test_a_better_harvest_lowers_what_a_tonne_takes(studies, background, results):
    better = studies["rain-fed"].varying(parameters={"harvest": "16.6 t/ha"}).footprint(background)
    expected = plain.plain_total("rain-fed", harvest=16.6)
    assert better.total == pytest.approx(expected, **EQUAL)
    assert better.total < results["rain-fed"].total


# What a slip would give instead: none of them may pass for the result.
SLIPS = {
    "residues forgotten": {"residue": (0.0, 0.0)},
    "manure nitrogen forgotten": {"manure": 0.0},
    "seed not taken off the harvest": {"seed": 0.0},
    "volatilised forgotten": {"ef4": 0.0},
    "aggregated factors": {"ef1": {"synthetic": 0.01, "organic": 0.01, "residues": 0.01}},
    "storage loss forgotten": {"loss": 0.0},
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_slip_is_far_from_the_result(results, name, slip):
    assert plain.plain_total(name, **SLIPS[slip]) != pytest.approx(results[name].total, rel=1e-3)


def test_published_totals_hold_the_result():
    """0.11 to 0.344 kg/kg of the Chinese records end at the field; so the store is taken off."""
    for name in VARIANTS:
        at_field = plain.plain_total(name, loss=0.0)
        assert 110 < at_field < 344


@pytest.mark.parametrize(
    ("climate", "edition", "expected"),
    [("dry", "2019", 125), ("wet", "2006", 160), ("wet", "2019", 192)],
)
def test_fertiliser_and_its_n2o_of_smallholders_in_shaanxi(climate, edition, expected):
    """19.8 t/ha with 209, 125 and 110 kg of N, P2O5 and K2O: kg CO2e per tonne as worked out."""
    put = nitrogen("synthetic", Amount(209.0, "kg/ha"), basis="nutrient")
    found = [
        n2o_direct([put], climate=climate, edition=edition),
        n2o_volatilised([put], climate=climate, edition=edition),
        n2o_leached([put], climate=climate, irrigation="none", edition=edition),
    ]
    nitrous = sum(row.amount.value for each in found for row in each.exchanges)
    made = 209 * 7.76 + 125 * 2.33 + 110 * 0.66
    assert round((made + nitrous * 273) / 19.8) == expected


@pytest.mark.parametrize("name", VARIANTS)
def test_the_readme_says_what_is_computed(studies, background, results, name):
    text = (studies[name].folder / "README.md").read_text("utf-8")
    for part in results[name].by_stage():
        assert text.count(f" {part.value:,.1f} |") >= 2, part.name
    total = results[name].total
    assert text.count(f"**{total:,.1f}**") == 2
    for way in plain.ways(name):
        change = studies[name].varying(alternative=way).footprint(background).total - total
        shown = f"{change:+,.1f}" if abs(change) > 1e-9 else "0"
        row = rf"\| {re.escape(way)}[^|]*\| {re.escape(shown)} \|"
        assert len(re.findall(row, text)) == 2, (way, shown)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_study_is_judged_as_its_readme_says(studies, results, background, name):
    text = (studies[name].folder / "README.md").read_text("utf-8")
    table = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", text, re.MULTILINE)
    said = {pack: (violated, untold) for pack, violated, untold in table}
    assert "iso_14067" in said
    assert [table.count(row) for row in table] == [2] * len(table)  # alike in both languages
    for pack, unmet in said.items():
        opinion = pcf.rule_pack(pack).judge(studies[name], results[name], background=background)
        found = {
            verdict: {
                each.rule.name
                for each in opinion.judgements
                if each.is_unmet and each.verdict == verdict
            }
            for verdict in ("violated", "cannot tell")
        }
        listed = [set() if each == "-" else set(each.split(", ")) for each in unmet]
        assert [found["violated"], found["cannot tell"]] == listed, pack
