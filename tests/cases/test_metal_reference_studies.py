"""The reference studies of metals through the library equal their plain sums."""

from __future__ import annotations

import csv
import importlib.util
import io
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

import pcf
from pcf import resources
from pcf.declare.sealing import seal_bundle
from pcf.methods.coproducts.metals import metal_allocation
from pcf.methods.coproducts.prices import Price
from pcf.model.processes import CoProduct, MultiOutputProcess

EQUAL = {"rel": 1e-9}
RULES = resources.folder("product_rules")
ROOT = Path(__file__).parents[2]
PLAIN = {
    "aluminium": "test_aluminium_reference_variants_plain_sum.py",
    "copper": "test_copper_reference_plain_sum.py",
    "nickel": "test_nickel_reference_plain_sum.py",
    "steel": "test_steel_reference_plain_sum.py",
}


def _loaded(category):
    """Return the plain sums of a category: they import nothing of the library."""
    path = Path(__file__).with_name(PLAIN[category])
    spec = importlib.util.spec_from_file_location(f"plain_{category}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = {category: _loaded(category) for category in PLAIN}
STUDIES = [
    (category, variant) for category, module in MODULES.items() for variant in module.STUDIES
]
ALTERNATIVES = [
    (category, variant, name)
    for category, variant in STUDIES
    for name in MODULES[category].STUDIES[variant][1]
]
BOUNDED = [(category, variant) for category, variant in STUDIES if category != "aluminium"]
UNBOUNDED = {("copper", "sx_ew"), ("nickel", "jinchuan")}


def folder_of(category, variant):
    return RULES / category / f"reference_study{variant and '_'}{variant}"


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def studies():
    return {each: pcf.read_study(folder_of(*each)) for each in STUDIES}


@pytest.fixture(scope="module")
def footprints(studies, background):
    return {each: study.footprint(background) for each, study in studies.items()}


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_every_stage_equals_the_plain_sum(footprints, category, variant):
    found = footprints[category, variant]
    stages = MODULES[category].STUDIES[variant][0]()
    assert {part.name: part.value for part in found.by_stage()} == pytest.approx(stages, **EQUAL)
    assert found.total == pytest.approx(math.fsum(stages.values()), **EQUAL)


@pytest.mark.parametrize(("category", "variant", "name"), ALTERNATIVES)
def test_every_alternative_equals_its_plain_sum(studies, background, category, variant, name):
    study = studies[category, variant].varying(alternative=name)
    stages = MODULES[category].STUDIES[variant][0](name)
    assert study.footprint(background).total == pytest.approx(math.fsum(stages.values()), **EQUAL)


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_the_plain_sum_knows_every_alternative(studies, category, variant):
    names = {each.name for each in studies[category, variant].alternatives}
    assert names == set(MODULES[category].STUDIES[variant][1])


@pytest.mark.parametrize(("category", "variant"), BOUNDED)
def test_the_bounds_are_those_argued(footprints, category, variant):
    found = footprints[category, variant]
    bounds = MODULES[category].STUDIES[variant][2]
    told = {gap.name: gap.bound for gap in found.gaps}
    known = {name: bound for name, bound in bounds.items() if bound is not None}
    assert {name: told[name] for name in known} == pytest.approx(known, **EQUAL)
    assert {name for name, bound in told.items() if bound is None} == set(bounds) - set(known)
    assert all(len(gap.reason) > 20 for gap in found.gaps)


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_what_is_excluded_stays_under_the_cut_off_or_is_told_as_unknown(
    footprints, category, variant
):
    found = footprints[category, variant]
    if (category, variant) in UNBOUNDED:
        assert found.share_excluded is None
        assert any(each.code == "gap-unbounded" for each in found.findings)
    else:
        assert all(gap.share < 0.01 for gap in found.gaps)
        assert found.share_excluded <= 0.05


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_every_balance_that_is_stated_closes(studies, footprints, category, variant):
    stated = studies[category, variant].balances
    told = [each for each in footprints[category, variant].findings if "balance" in each.code]
    assert stated
    assert [each.code for each in told] == ["balance"] * len(stated)


@pytest.mark.parametrize(("category", "variant"), BOUNDED)
def test_a_balance_notices_ten_percent(studies, background, category, variant):
    """Ore or scrap ten percent off, its process's energy untouched, opens a balance."""
    study = studies[category, variant]
    row = {
        ("copper", ""): "c-ore",
        ("copper", "sx_ew"): "l-ore",
        ("nickel", ""): "c-ore",
        ("nickel", "jinchuan"): "c-ore",
        ("steel", ""): "b-sinter",
        ("steel", "electric_arc"): "f-scrap",
    }[category, variant]
    amount = next(each.amount for each in study.activity if each.id == row)
    found = study.varying(rows={row: amount.value * 1.1}).footprint(background)
    assert any(each.code == "balance-open" for each in found.findings)


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_every_number_has_a_source_and_a_locator(studies, category, variant):
    study = studies[category, variant]
    listed = {source.id for source in study.sources}
    for row in study.rows:
        assert row.source in listed, row.id
        assert row.locator, row.id
        assert row.confidence is not None, row.id
    for parameter in study.parameters:
        assert parameter.source in listed, parameter.name
    assert all(row.confidence != "primary" for row in study.rows)


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_recalled_rows_are_a_finding_each(studies, footprints, category, variant):
    study = studies[category, variant]
    recalled = {
        row.id for row in study.rows if row.confidence == "unverified" and not row.alternative
    }
    told = footprints[category, variant].findings
    assert {each.where.item for each in told if each.code == "unverified-used"} >= recalled


def _rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_the_wind_variant_is_the_default_study_but_for_its_electricity():
    default, wind = folder_of("aluminium", ""), folder_of("aluminium", "wind")
    for path in default.rglob("*.csv"):
        assert _rows(path) == _rows(wind / path.relative_to(default))


def test_the_captive_variant_differs_from_the_default_in_power_and_coal_alone():
    default, captive = (
        _rows(folder_of("aluminium", each) / "activity.csv") for each in ("", "captive_coal")
    )
    before = {row["row"]: row for row in default}
    after = {row["row"]: row for row in captive}
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert changed == {"a-ash", "e-electricity"}
    assert before.keys() - after.keys() == {"a-coal", "a-coal-apart", "a-electricity"}
    assert all(name[0] in "pae" for name in after.keys() - before.keys())


def test_wind_is_a_plan_and_captive_coal_is_not(footprints):
    assert footprints["aluminium", "wind"].planned
    assert not footprints["aluminium", "captive_coal"].planned


def test_the_credit_for_acid_stands_beside_the_total(studies, footprints, background):
    study = studies["copper", ""].varying(alternative="acid credited")
    found = study.footprint(background)
    assert found.total == footprints["copper", ""].total
    assert found.total - found.net == pytest.approx(3153.06 * 0.12, **EQUAL)


def test_base_metals_by_mass_and_precious_by_price_are_the_shares_of_the_method(studies):
    study = studies["nickel", "jinchuan"]
    named = "base metals by mass, precious by price"
    (choice,) = next(each for each in study.alternatives if each.name == named).allocations
    rows = [row for row in study.coproducts if row.process == "refining"]
    own = next(row for row in study.processes if row.id == "refining")
    products = [
        CoProduct(row.product, row.amount or own.amount, basis="metal contained") for row in rows
    ]
    prices = [
        Price(row.product, 2023, row.properties["price"], "mean", "NIC-PRICES") for row in rows
    ]
    found = metal_allocation(
        MultiOutputProcess("refining", tuple(products)),
        precious=[row.product for row in rows if row.product.startswith(("gold", "plat", "pall"))],
        prices=prices,
        years=[2023],
    )
    assert dict(choice.shares) == pytest.approx(dict(found.average.shares), **EQUAL)


def test_the_example_that_may_allocate_twice_says_so_everywhere(studies):
    study = studies["nickel", "jinchuan"]
    assert "may-allocate-twice" in study.id
    assert "MAY ALLOCATE TWICE" in study.title.en
    assert "可能重复分配" in study.title.zh
    assert "never a benchmark" in study.goal.en
    text = (folder_of("nickel", "jinchuan") / "README.md").read_text("utf-8")
    assert "**It may allocate twice.**" in text
    assert "**它可能重复分配。**" in text


@pytest.mark.parametrize(("category", "variant"), STUDIES)
def test_what_the_pages_print_is_what_comes_out(footprints, category, variant):
    """Totals, stages and bounds of the README and the comparison, in both languages."""
    found = footprints[category, variant]
    readme = (folder_of(category, variant) / "README.md").read_text("utf-8")
    for value in (found.total, *(part.value for part in found.by_stage())):
        if (category, variant) not in {("nickel", "jinchuan"), ("aluminium", "wind")}:
            assert readme.count(f"{value:,.1f}") >= 2, value
    assert readme.count(f"{found.total:,.1f}") >= 2
    page = ROOT / "docs" / "reference" / "reference_studies" / f"{category}.md"
    if (category, variant) not in {("nickel", "jinchuan"), ("aluminium", "wind")}:
        assert page.read_text("utf-8").count(f"{found.total:,.1f}") >= 2


SHIFTED = {
    ("copper", ""): ["ammonia"],
    ("copper", "sx_ew"): ["sulphuric-acid", "land-clearing"],
    ("nickel", ""): ["ammonia", "sulphur"],
    ("steel", ""): ["raw-coal"],
}


@pytest.mark.parametrize(("category", "variant"), SHIFTED)
def test_how_far_the_mean_of_the_draws_lies_from_the_value_stands_in_the_readme(
    footprints, category, variant
):
    """The whole shift and what brings most of it: ranges that reach to one side of the value."""
    found = footprints[category, variant].uncertain()
    names = SHIFTED[category, variant]
    most = sorted(found.numbers, key=lambda each: -each.shift)[: len(names)]
    assert [each.name.partition(":")[0] for each in most] == names
    readme = (folder_of(category, variant) / "README.md").read_text("utf-8")
    for shift in (found.shift, *(each.shift for each in most)):
        told = re.findall(rf"(?<![\d,.]){shift:,.1f}(?!\d)", readme)
        assert len(told) >= 2, f"{shift:,.1f} in both languages"


def test_the_example_that_may_allocate_twice_is_refused_for_a_label(
    studies, footprints, background, tmp_path
):
    each = ("nickel", "jinchuan")
    with pytest.raises(pcf.PcfError) as refused:
        seal_bundle(
            tmp_path / "label.pcf", studies[each], footprints[each], background, purpose="label"
        )
    assert "seal-twice" in {problem.code for problem in refused.value.problems}


# Steam that is returned has no burden, and no balance weighs it: its rows are words only.
SILENT = {
    ("steel", ""): {"b-steam", "i-steam", "o-steam"},
}


@pytest.mark.parametrize(("category", "variant"), BOUNDED)
def test_no_row_can_be_taken_away_unnoticed(studies, footprints, background, category, variant):
    """Each row that stands moves the total, a bound, a finding, or its absence is refused."""
    study, found = studies[category, variant], footprints[category, variant]
    told = [(each.code, tuple(each.facts.items())) for each in found.findings]
    unnoticed = set()
    for row in study.activity:
        if row.alternative:
            continue
        left = replace(study, activity=tuple(each for each in study.activity if each is not row))
        try:
            other = left.footprint(background)
        except pcf.PcfError:
            continue
        same = (other.total, other.share_excluded) == (found.total, found.share_excluded)
        again = [(each.code, tuple(each.facts.items())) for each in other.findings]
        if same and again == told:
            unnoticed.add(row.id)
    assert unnoticed == SILENT.get((category, variant), set())


@pytest.mark.parametrize(("category", "variant"), BOUNDED)
def test_no_leg_can_be_taken_away_unnoticed(studies, footprints, background, category, variant):
    study, found = studies[category, variant], footprints[category, variant]
    for leg in study.legs:
        left = replace(study, legs=tuple(each for each in study.legs if each is not leg))
        assert left.footprint(background).total < found.total, leg.id
