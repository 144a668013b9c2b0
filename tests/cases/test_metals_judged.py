"""Reference studies of metals are judged as their pages say; the fictional plants satisfy packs."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import pcf
from pcf import resources
from pcf.rules import rule_pack

ROOT = Path(__file__).parents[2]
RULES = resources.folder("product_rules")
EXAMPLES = ROOT / "examples"
METALS = ("aluminium", "copper", "nickel", "steel")
STUDIES = sorted(
    path.parent for metal in METALS for path in (RULES / metal).glob("reference_study*/study.toml")
)
GROUPS = {
    ("violated", "shall"): ("violated, shall", "违反，须"),
    ("violated", "should"): ("violated, should", "违反，宜"),
    ("cannot tell", "shall"): ("cannot tell, shall", "无法判断，须"),
    ("cannot tell", "should"): ("cannot tell, should", "无法判断，宜"),
}


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def plants(background):
    found = {}
    for metal in METALS:
        study = pcf.read_study(EXAMPLES / f"fictional_{metal}")
        found[metal] = (study, study.footprint(background))
    return found


def _told(page, words):
    """Return the rules that a page lists under a verdict."""
    row = re.search(rf"^\| {re.escape(words)} \| (.*) \|$", page, re.MULTILINE)
    return set() if row is None else set(row[1].split("; "))


@pytest.mark.parametrize("folder", STUDIES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_reference_study_is_judged_as_its_page_says(background, folder):
    page = (folder / "README.md").read_text("utf-8")
    (name,) = set(re.findall(r"pcf judge product_rules/\S+ --pack (\w+)", page))
    study = pcf.read_study(folder)
    opinion = rule_pack(name).judge(study, study.footprint(background), background=background)
    for (verdict, force), headings in GROUPS.items():
        rules = {
            f"{each.rule.id} {each.rule.name}"
            for each in opinion.judgements
            if (each.verdict, each.rule.force) == (verdict, force)
        }
        for words in headings:
            assert _told(page, words) == rules, words
    assert opinion.exit_code == 1  # no primary data


@pytest.mark.parametrize("metal", METALS)
def test_a_fictional_plant_satisfies_its_pack(plants, background, metal):
    page = (EXAMPLES / f"fictional_{metal}" / "README.md").read_text("utf-8")
    (name,) = set(re.findall(r"pcf judge examples/\S+ --pack (\w+)", page))
    study, footprint = plants[metal]
    opinion = rule_pack(name).judge(study, footprint, background=background)
    assert opinion.exit_code == 0
    unmet = {f"{each.rule.id} {each.rule.name}" for each in opinion.unmet}
    assert unmet == _told(page, "not met, should") == _told(page, "未满足，宜")


@pytest.mark.parametrize("metal", METALS)
def test_a_fictional_plant_is_marked_fictional_everywhere(plants, metal):
    study, _ = plants[metal]
    folder = EXAMPLES / f"fictional_{metal}"
    assert study.marks == ("fictional",)
    assert "all numbers invented" in study.title.en
    assert "数字均为虚构" in study.title.zh
    assert all("(fictional)" in source.document for source in study.sources)
    own = study.own_background
    assert all("(fictional)" in source.document for source in own.sources)
    assert all("fictional" in row.process.name.en for row in own.processes)
    for path in folder.rglob("*"):
        if path.suffix in (".md", ".txt", ".toml") or path.parent.name == "evidence":
            text = path.read_text("utf-8")
            assert "fictional" in text.casefold(), path
            assert "虚构" in text, path


@pytest.mark.parametrize("metal", METALS)
def test_every_evidence_is_there_and_is_that_file(plants, metal):
    study, _ = plants[metal]
    assert study.problems == ()
    rows = [*study.activity, *study.statements]
    assert all(row.evidence.file for row in rows)
    for row in rows:
        data = (study.folder / row.evidence.file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row.evidence.sha256


@pytest.mark.parametrize("metal", METALS)
def test_the_meters_sum_to_the_site_and_the_balances_close(plants, metal):
    study, footprint = plants[metal]
    codes = [each.code for each in footprint.findings]
    assert codes.count("balance") == len(study.balances) >= 1
    total = sum(row.amount.value for row in study.activity if row.meter)
    (site,) = study.site_totals
    assert (site.flow, site.amount.value) == ("electricity", total)
    months = {row.period for row in study.activity if row.meter}
    assert len(months) == 12


@pytest.mark.parametrize("metal", METALS)
def test_every_alternative_of_a_plant_computes_and_moves_something(plants, background, metal):
    study, footprint = plants[metal]
    totals = study.side_by_side(background).totals
    assert len(totals) > 2
    for name, total in totals.items():
        if name != study.id:
            assert total != pytest.approx(footprint.total, rel=1e-6), name


@pytest.mark.parametrize("metal", METALS)
def test_the_declared_value_is_never_below_the_computed_one(plants, metal):
    study, footprint = plants[metal]
    (stated,) = (row for row in study.statements if row.fact == "declared.value")
    declared = float(stated.value)
    assert footprint.total <= declared < footprint.total * 1.01
    assert float(f"{declared:.3g}") == declared
    page = (EXAMPLES / f"fictional_{metal}" / "README.md").read_text("utf-8")
    assert page.count(f"{footprint.total:,.1f}") == 2


@pytest.mark.parametrize("metal", METALS)
def test_a_plant_without_one_evidence_file_is_refused_or_told(plants, background, metal, tmp_path):
    """A stated fact whose file is gone is unknown again: a rule that asks for it cannot tell."""
    study, _ = plants[metal]
    target = tmp_path / "plant"
    target.mkdir()
    for path in study.folder.rglob("*"):
        if path.is_file() and path.name != "goal-and-scope.txt":
            copy = target / path.relative_to(study.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    without = pcf.read_study(target)
    opinion = rule_pack("iso_14067").judge(
        without, without.footprint(background), background=background
    )
    assert opinion.exit_code == 2


def test_every_setting_of_the_plants_is_toml():
    for metal in METALS:
        text = (EXAMPLES / f"fictional_{metal}" / "study.toml").read_text("utf-8")
        assert tomllib.loads(text)["study"]["marks"] == ["fictional"]
