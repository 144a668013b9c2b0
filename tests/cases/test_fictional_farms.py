"""The fictional farms: whole, evidenced, marked fictional everywhere, and fit for their packs."""

from __future__ import annotations

import csv
import math
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

import pcf
from pcf.study.calling import standing

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FARMS = {"potatoes": "fictional_potato_farm", "medicinal_herbs": "fictional_herb_farm"}


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def studies():
    return {category: pcf.read_study(EXAMPLES / name) for category, name in FARMS.items()}


@pytest.fixture(scope="module")
def results(studies, background):
    return {category: study.footprint(background) for category, study in studies.items()}


@pytest.mark.parametrize("category", FARMS)
def test_the_farm_has_no_problem(studies, background, category):
    assert studies[category].check(background) == ()


@pytest.mark.parametrize("category", FARMS)
def test_every_file_that_people_read_says_that_it_is_fictional(studies, category):
    folder = EXAMPLES / FARMS[category]
    assert studies[category].marks == ("fictional",)
    for path in [folder / "study.toml", folder / "README.md", *folder.glob("evidence/*")]:
        text = path.read_text("utf-8").casefold()
        assert "fictional" in text, path.name
        assert "虚构" in text, path.name
    for source in studies[category].sources:
        assert "fictional" in source.document


@pytest.mark.parametrize("category", FARMS)
def test_every_amount_is_primary_or_rests_on_what_is(studies, category):
    study = studies[category]
    kept = [row for row in study.activity if not row.alternative]
    assert {row.confidence for row in kept} == {"primary"}
    assert {row.confidence for row in study.methods} == {"primary", None}
    shown = [row for row in (*study.activity, *study.methods) if row.confidence == "primary"]
    excluded = {each.flow for each in study.exclusions}
    for row in shown:
        bare = getattr(row, "flow", "") in excluded
        assert (row.evidence.file and row.evidence.sha256) or bare, row.id


@pytest.mark.parametrize("category", FARMS)
def test_every_row_of_the_ledgers_is_in_its_evidence(studies, category):
    folder = EXAMPLES / FARMS[category]
    told = defaultdict(set)
    for path in folder.glob("evidence/*.csv"):
        for cells in csv.reader(path.read_text("utf-8").splitlines()[1:]):
            told[f"evidence/{path.name}"] |= set(cells)
    rows = [row for row in studies[category].activity if row.evidence.file and not row.formula]
    assert rows
    for row in rows:
        assert f"{row.amount.value:g}" in {
            f"{float(cell):g}" for cell in told[row.evidence.file] if _is_number(cell)
        }, row.id


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("category", FARMS)
def test_the_meters_sum_to_the_site(studies, category):
    study = studies[category]
    site = {each.flow: each.amount.value for each in study.site_totals}
    metered = math.fsum(row.amount.value for row in study.activity if row.meter)
    assert metered == site["electricity"]
    diesel = [row for row in study.activity if row.flow.startswith("diesel")]
    assert math.fsum(row.amount.value for row in diesel) == site[diesel[0].flow]


@pytest.mark.parametrize("category", FARMS)
def test_a_changed_evidence_is_noticed(category, background, tmp_path):
    folder = tmp_path / "farm"
    shutil.copytree(EXAMPLES / FARMS[category], folder)
    path = folder / "evidence" / "field-book-2024.csv"
    path.write_text(path.read_text("utf-8").replace("DAP", "DAP "), "utf-8")
    codes = {each.code for each in pcf.read_study(folder).check(background)}
    assert codes == {"evidence-differs"}


@pytest.mark.parametrize("category", FARMS)
def test_the_declared_value_is_rounded_once_upward(studies, results, category):
    [said] = [each for each in studies[category].statements if each.fact == "declared.value"]
    total = results[category].total
    step = 10 ** (math.floor(math.log10(total)) - 2)
    assert float(said.value) == math.ceil(total / step) * step
    assert f"{total:,.1f}" in (EXAMPLES / FARMS[category] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("category", FARMS)
def test_what_a_field_emits_is_computed_from_the_field_book(studies, results, category):
    emitted = [row for row in standing(studies[category]).activity if row.flow == "N2O, biogenic"]
    assert len(emitted) > 5
    typed = {row.id for row in studies[category].activity}
    assert not typed & {row.id for row in emitted}
    assert {part.name for part in results[category].by_stage()} >= {"field emissions"}


@pytest.mark.parametrize("category", FARMS)
def test_the_carbon_of_the_product_closes(results, category):
    biogenic = results[category].biogenic
    out = biogenic.emitted + biogenic.stored * 44 / 12
    assert out == pytest.approx(biogenic.taken_up, rel=0.02)


@pytest.mark.parametrize("category", FARMS)
@pytest.mark.parametrize("pack", ["its own", "iso_14067", "electricity"])
def test_the_farm_satisfies_its_pack(studies, results, background, category, pack):
    name = category if pack == "its own" else pack
    opinion = pcf.rule_pack(name).judge(studies[category], results[category], background=background)
    unmet = [each.rule.id for each in opinion.judgements if each.is_unmet]
    bound = {each.rule.id for each in opinion.judgements if each.rule.force == "shall"}
    assert [each for each in unmet if each in bound] == []
    assert opinion.verdict == "satisfied"
