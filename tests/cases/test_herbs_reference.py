"""The reference studies of dried medicinal roots through the library equal their plain sums."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import pcf

# Loaded by path: the plain sum imports nothing of the library, and tests are no package.
_SPEC = importlib.util.spec_from_file_location(
    "herbs_plain", Path(__file__).with_name("test_herbs_reference_plain_sum.py")
)
plain = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(plain)

EQUAL = {"rel": 1e-9, "abs": 1e-12}
VARIANTS = {"danggui": None, "huangqi": "huangqi", "dangshen": "dangshen"}
ALTERNATIVES = [(study, name) for study in VARIANTS for name in plain.ways(study)]


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def studies():
    return {
        name: pcf.reference_study("medicinal_herbs", variant=variant)
        if variant
        else pcf.reference_study("medicinal_herbs")
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


def test_land_use_change_is_a_line_of_its_own_and_in_the_total(studies, background, results):
    opened = studies["danggui"].varying(alternative="nursery on opened grassland")
    found = opened.footprint(background)
    lines = {part.name: part.value for part in found.by_line()}
    change = found.total - results["danggui"].total
    assert lines["direct land-use change"] == pytest.approx(change, rel=1e-9)
    assert change > 0


@pytest.mark.parametrize("name", VARIANTS)
def test_soil_carbon_is_shown_and_never_in_the_total(studies, background, results, name):
    gained = studies[name].varying(alternative="soil carbon of manure").footprint(background)
    lines = {part.name: part.value for part in gained.by_line()}
    assert lines["land management"] < 0
    assert gained.total == results[name].total


def test_a_heat_pump_is_metered_and_follows_the_treatment_of_electricity(studies, background):
    pump = studies["dangshen"].varying(alternative="heat pump")
    wind = pump.varying(electricity={"dryer": "wind"}).footprint(background)
    water, dried = 2000, 0.95 / 0.97 / 0.95
    kilowatt_hours = water * 1.52 * dried
    change = wind.total - pump.footprint(background).total
    assert change == pytest.approx(-kilowatt_hours * (0.5777 - 0.0651), rel=1e-9)


def test_a_wetter_root_takes_more_fuel(studies, background):
    for ratio in (3.0, 4.5):
        found = studies["danggui"].varying(parameters={"ratio": ratio}).footprint(background)
        assert found.total == pytest.approx(plain.plain_total("danggui", ratio=ratio), **EQUAL)


def test_the_product_holds_the_carbon_that_it_took_up(results):
    for found in results.values():
        stored = found.total - found.total_including_uptake
        assert stored == pytest.approx(880 * 0.45 * 44 / 12, rel=1e-12)


# What a slip would give instead: none of them may pass for the result.
SLIPS = {
    "manure nitrogen forgotten": {"manure_n": 0.0},
    "seed forgotten": {"seed": 0.0},
    "volatilised forgotten": {"ef4": 0.0},
    "all burden to the root": {"root": 1.0},
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_slip_is_far_from_the_result(results, name, slip):
    assert plain.plain_total(name, **SLIPS[slip]) != pytest.approx(results[name].total, rel=1e-3)


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


def test_the_page_of_published_totals_says_what_is_computed():
    page = Path(__file__).parents[2] / "docs" / "reference" / "reference_studies"
    text = (page / "medicinal_herbs.md").read_text("utf-8")
    for drying in ("sun", "wood", "pump", "coal"):
        for name in plain.STUDIES:
            assert text.count(f"{plain.plain_total(name, drying=drying):,.1f}") >= 2, (name, drying)


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
