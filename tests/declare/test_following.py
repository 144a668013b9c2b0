"""What was changed in an archive packed anew is told by its place, and honest bundles pass."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pcf.declare.archive import pack_parts, read_parts
from pcf.declare.bundle import Case
from pcf.declare.disclosure import committed
from pcf.declare.parts import KEY
from pcf.declare.published import rows_apart, rules_apart
from pcf.declare.rejudging import opinions_apart
from pcf.declare.sealing import seal_bundle
from pcf.digest import canonical
from pcf.errors import DeclareError, PcfError
from pcf.rules import rule_pack
from pcf.rules.documents import open_shaped
from pcf.rules.editions import edition_fingerprint
from pcf.rules.shapes import EditionFile
from pcf.study import read_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study

    Parts = dict[str, bytes]
    Facts = dict[str, Any]
    Change = Callable[[Parts, Facts], None]

PLANT = Path(__file__).resolve().parents[2] / "examples" / "fictional_aluminium"
OPINION = "opinions/001.json"
ROWS = "background/1/"
ALUMINIUM = "rules/aluminium/"

HOUSE = """
id = "house"
title = { en = "House rules", zh = "内部规则" }
extends = ["iso_14067"]
[standard]
number = "H 1"
title = { en = "House rules", zh = "内部规则" }
status = "own"
read = "full"
[numbers.most]
value = 21
unit = "kg CO2e/kg"
says = { en = "at most", zh = "上限" }
"""
HOUSE_RULE = """
id = "HOU001"
name = "too-large-a-total"
topic = "plausibility"
force = "should"
clause = { document = "H 1", section = "1", known = "read" }
requires = "total.per_kg <= limit.most"
[says]
en = "The total is {total.per_kg:.2f} kg CO2e per kg."
zh = "总量为每千克 {total.per_kg:.2f} kg CO2e。"
[remedy]
en = "Look for what is counted twice."
zh = "请查找重复计算。"
"""


@pytest.fixture(scope="module")
def plant() -> Study:
    """Return a plant with evidence, statements, and a background of its own."""
    return read_study(PLANT)


@pytest.fixture(scope="module")
def made(plant: Study, background: Background) -> Footprint:
    """Return its footprint."""
    return plant.footprint(background)


@pytest.fixture(scope="module")
def judged(
    plant: Study, made: Footprint, background: Background, tmp_path_factory: pytest.TempPathFactory
) -> Case:
    """Return its bundle with an opinion."""
    path = tmp_path_factory.mktemp("judged") / "a.pcf"
    opinion = rule_pack("aluminium").judge(plant, made, background=background)
    return seal_bundle(path, plant, made, background, opinions=[opinion])


def repacked(case: Case, *changes: Change) -> Case:
    """Return a case with parts and facts changed by someone who commits and packs as we do."""
    parts = dict(case.archive.parts)
    facts = {k: v for k, v in case.manifest.items() if k not in ("parts", "format")}
    before = dict(facts)
    for change in changes:
        change(parts, facts)
    if facts["commitment"] == before["commitment"]:
        tree = committed(parts[KEY], parts)
        facts["commitment"] = {"root": tree.root.hex(), "leaves": tree.size}
    changed = Case(read_parts(pack_parts(facts, parts), "changed.pcf"))
    changed.require_intact()
    return changed


def swap(part: str, old: str, new: str) -> Change:
    """Return the change of one text within a part."""

    def change(parts: Parts, _: Facts) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode(), 1)

    return change


def alter(part: str, inside: Callable[[Any], object]) -> Change:
    """Return a change of a JSON part."""

    def change(parts: Parts, _: Facts) -> None:
        found = json.loads(parts[part])
        inside(found)
        parts[part] = canonical(found)

    return change


def test_every_key_of_the_manifest_and_of_the_evidence_is_told(judged: Case) -> None:
    def forge(_: Parts, facts: Facts) -> None:
        facts["marks"] = ["may allocate twice"]
        facts["study"] = {
            "id": "another",
            "title": {"en": "A", "zh": facts["study"]["title"]["zh"]},
        }
        facts["background"] = ["cn-public 2026.2"]
        facts["commitment"] = {"root": "0" * 64, "leaves": 5}

    def extra(parts: Parts, _: Facts) -> None:
        parts["study/evidence/new.txt"] = b"new"

    def list_(rows: list[dict[str, Any]]) -> None:
        by_name = {each["file"]: each for each in rows}
        by_name["evidence/declaration.txt"]["size"] = 1
        by_name["evidence/goal-and-scope.txt"]["sha256"] = "0" * 64
        by_name["evidence/meters-2024.csv"] |= {"included": False, "sha256": "1" * 64}

    changed = repacked(judged, forge, extra, alter("evidence.json", list_))
    places = {each.place for each in changed.recompute().differences(changed.declared)}
    assert places == {
        "manifest.json#marks/0",
        "manifest.json#study/id",
        "manifest.json#study/title/en",
        "manifest.json#background/0",
        "manifest.json#commitment/root",
        "manifest.json#commitment/leaves",
        "evidence.json#evidence/new.txt",
        "evidence.json#evidence/new.txt/size",
        "evidence.json#evidence/declaration.txt/size",
        "evidence.json#evidence/goal-and-scope.txt",
        "evidence.json#evidence/meters-2024.csv",
        "evidence.json#evidence/meters-2024.csv/size",
    }


def test_a_label_on_planned_electricity_is_told(
    plant: Study, background: Background, tmp_path: Path
) -> None:
    planned = plant.varying(electricity={"potline": "wind"})
    footprint = planned.footprint(background)
    case = seal_bundle(tmp_path / "a.pcf", planned, footprint, background)
    changed = repacked(case, lambda _, facts: facts.update(purpose="label"))
    (told,) = changed.recompute().differences(changed.declared)
    assert told.row()[:2] == ("manifest.json#purpose", "label")


def test_evidence_that_a_row_names_cannot_be_swapped_or_taken_out(judged: Case) -> None:
    name = "study/evidence/meters-2024.csv"
    for change in (swap(name, "2024-01", "2024-02"), lambda parts, _: parts.pop(name)):
        with pytest.raises(PcfError) as told:
            repacked(judged, change).recompute()
        assert "evidence/meters-2024.csv" in told.value.says()


@pytest.mark.parametrize(
    ("part", "old", "new", "place"),
    [
        ("exchanges.csv", ",0.5777,", ",0.4777,", "electricity-average-2024: CO2e/amount"),
        ("exchanges.csv", "1.0351747141329435", "1.2", "electricity-average-2024: CO2e/low"),
        ("processes.csv", "national average 2024", "wind 2024", "electricity-average-2024/en"),
        ("characterisation.csv", "AR5,CH4,28,", "AR5,CH4,20,", "AR5 CH4/value"),
        ("characterisation.toml", "methane 28 what", "methane 20 what", "set/0/note"),
        ("set.toml", "The pcf developers", "Somebody", "publisher"),
        (
            "sources.csv",
            ",2024,2025-10-23,",
            ",2024,2026-10-23,",
            "MEE-CFP-2024: attachment, 全国电力平均碳足迹因子/published",
        ),
    ],
)
def test_a_changed_row_or_gas_table_of_a_published_edition_is_told(
    part: str, old: str, new: str, place: str, judged: Case
) -> None:
    found = rows_apart(repacked(judged, swap(ROWS + part, old, new)))
    assert all(each.startswith(f"{ROWS}{part}#") for each in found)
    assert f"{ROWS}{part}#{place}" in found


def test_a_row_is_not_hidden_behind_the_list_of_withheld_rows(judged: Case) -> None:
    hidden = {"product": "electricity", "document": "d", "licence": "no", "fingerprint": "0" * 64}
    hide = alter(
        "withheld.json",
        lambda rows: rows.append(
            hidden | {"id": "electricity-average-2024", "handling": "aggregated"}
        ),
    )
    found = rows_apart(repacked(judged, hide, swap(f"{ROWS}exchanges.csv", ",0.5777,", ",0.4,")))
    assert set(found) == {
        "withheld.json#electricity-average-2024",
        f"{ROWS}exchanges.csv#electricity-average-2024: CO2e/amount",
    }


def test_an_edition_of_another_name_is_held_against_nothing_and_named(judged: Case) -> None:
    changed = repacked(
        judged,
        swap(f"{ROWS}set.toml", 'edition = "2026.1"', 'edition = "2031.1"'),
        swap(f"{ROWS}exchanges.csv", ",0.5777,", ",0.4777,"),
    )
    assert rows_apart(changed) == {}
    again = changed.recompute()
    told = {(each.code, str(each.where)) for each in again.unchecked}
    assert ("case-edition-unknown", "cn-public 2031.1") in told
    assert "cn-public 2031.1：本机没有" in again.says(changed.declared, "zh")


def relock(parts: Parts, folder: Path) -> None:
    """Make the lock in a bundle fit its aluminium rules, as a forger would."""
    for name, said in parts.items():
        if name.startswith(ALUMINIUM):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(said)
    opened = open_shaped(folder / ALUMINIUM, "editions/2026.toml", EditionFile, [])
    assert opened is not None
    print_ = edition_fingerprint(folder / ALUMINIUM, opened[1])
    lines = parts["rules/editions.lock"].decode().splitlines()
    kept = [each for each in lines if not each.endswith("aluminium/2026")]
    parts["rules/editions.lock"] = "".join(
        f"{each}\n" for each in [*kept, f"{print_}  aluminium/2026"]
    ).encode()


def test_a_changed_limit_is_told_though_lock_and_opinion_fit_and_an_edition_is_put_beside(
    judged: Case, background: Background, tmp_path: Path
) -> None:
    def loosen(parts: Parts, facts: Facts) -> None:
        swap(f"{ALUMINIUM}pack.toml", 'value = 5\nunit = "year"', 'value = 50\nunit = "year"')(
            parts, facts
        )
        relock(parts, tmp_path)
        edition = parts[f"{ALUMINIUM}editions/2026.toml"]
        parts[f"{ALUMINIUM}editions/2031.toml"] = edition.replace(b'"2026"', b'"2031"', 1)
        trial = Case(read_parts(pack_parts(facts, parts), "trial"))
        again = trial.rule_pack("aluminium").judge(
            trial.study, trial.footprint, background=trial.background
        )
        parts[OPINION] = canonical(again.as_dict())

    changed = repacked(judged, loosen)
    assert rules_apart(changed) == {f"{ALUMINIUM}pack.toml#numbers/data_age/value": ("50", "5")}
    assert opinions_apart(changed, changed.footprint, background) == ({}, [])
    unknown = [str(e.where) for e in changed.findings if e.code == "case-rules-unknown"]
    assert unknown == ["aluminium 2031"]


def test_a_rule_that_is_changed_added_or_missing_is_told(judged: Case) -> None:
    rule = f"{ALUMINIUM}rules/implausible-total.toml"
    second = f"{ALUMINIUM}rules/second.toml"

    def add(parts: Parts, _: Facts) -> None:
        parts[second] = parts[rule]

    assert set(rules_apart(repacked(judged, add))) == {second}
    assert set(rules_apart(repacked(judged, lambda parts, _: parts.pop(rule)))) == {rule}
    weaker = swap(rule, 'force = "should"', 'force = "may"')
    assert set(rules_apart(repacked(judged, weaker))) == {f"{rule}#force"}


def test_an_opinion_that_is_not_what_its_rules_say_is_told(
    judged: Case, background: Background
) -> None:
    def forge(opinion: dict[str, Any]) -> None:
        first, *_, last = opinion["judgements"]
        opinion["opinion"] = {"verdict": "violated", "exit_code": 1}
        opinion["counts"]["violated"] = 9
        opinion["unmet"].append("ISO001")
        opinion["study"]["title"]["en"] = "Another"
        opinion["footprint"]["electricity"] = "market:all green"
        opinion["pack"] |= {"draft": True, "extends": []}
        first |= {"verdict": "violated", "force": "may"}
        first["facts"][0]["value"] = not first["facts"][0]["value"]
        opinion["judgements"].append(last)

    changed = repacked(judged, alter(OPINION, forge))
    found, trusted = opinions_apart(changed, changed.footprint, background)
    count = len(judged.opinions[0]["judgements"])
    assert {place.partition("#")[2] for place in found} == {
        "opinion/verdict",
        "opinion/exit_code",
        "counts/violated",
        "unmet/1",
        "study/title/en",
        "footprint/electricity",
        "pack/draft",
        "pack/extends",
        "ISO001/verdict",
        "ISO001/force",
        "ISO001/facts/unit.product_made",
        f"rules/{count}",
    }
    assert trusted == []


def test_a_number_that_an_opinion_rests_on_is_told_beyond_rounding(
    judged: Case, background: Background
) -> None:
    def nudge(by: float) -> Change:
        def inside(opinion: dict[str, Any]) -> None:
            named = (fact for each in opinion["judgements"] for fact in each["facts"])
            fact = next(each for each in named if each["name"] == "excluded.share")
            fact["value"] += by

        return alter(OPINION, inside)

    near, far = repacked(judged, nudge(1e-13)), repacked(judged, nudge(1e-6))
    assert opinions_apart(near, near.footprint, background)[0] == {}
    (place,) = opinions_apart(far, far.footprint, background)[0]
    assert place.endswith("/facts/excluded.share")


def test_opinions_of_every_kind_recompute_without_an_alarm(
    plant: Study, made: Footprint, background: Background, tmp_path: Path
) -> None:
    """A profile, no background data, another pack, rules of one's own as value and as JSON."""
    profile = tmp_path / "buyer.toml"
    said = 'id = "buyer"\n[numbers]\ndata_age = 3\ncutoff_all = { value = 4, unit = "%" }\n'
    profile.write_text(said, encoding="utf-8")
    house = tmp_path / "packs" / "house"
    for name, content in {
        "pack.toml": HOUSE,
        "editions/1.toml": 'edition = "1"\nfollows = "H 1"\n',
        "rules/too-large-a-total.toml": HOUSE_RULE,
    }.items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(content, encoding="utf-8")
    own = rule_pack(house).judge(plant, made, background=background)
    case = seal_bundle(
        tmp_path / "a.pcf",
        plant,
        made,
        background,
        opinions=[
            rule_pack("aluminium", "2026", profile).judge(plant, made, background=background),
            rule_pack("aluminium").judge(plant, made),
            own,
        ],
    )
    again = case.recompute()
    again.require_equal(case.declared)
    assert [(e.code, str(e.where)) for e in again.unchecked] == [("case-rules-unknown", "house 1")]
    told = repacked(case, alter(OPINION, lambda o: o["profile"]["numbers"].update(data_age=4)))
    found, _ = opinions_apart(told, told.footprint, background)
    assert f"{OPINION}#pack/fingerprint" in found
    as_json = seal_bundle(tmp_path / "b.pcf", plant, made, background, opinions=[own.as_dict()])
    again = as_json.recompute()
    again.require_equal(as_json.declared)
    codes = [each.code for each in again.unchecked]
    assert codes == ["case-rules-unknown", "case-opinion-unchecked"]
    buyer = case.for_buyer(tmp_path / "buyer.pcf")
    case.confirm(buyer)


def test_facts_of_evidence_and_ledgers_that_do_not_travel_are_trusted_and_named(
    plant: Study, made: Footprint, background: Background, tmp_path: Path
) -> None:
    opinion = rule_pack("aluminium").judge(plant, made, background=background)
    facts = opinion.facts
    assert facts is not None
    path = tmp_path / "a.pcf"
    case = seal_bundle(path, plant, made, background, opinions=[opinion], evidence="fingerprints")
    again = case.recompute()
    again.require_equal(case.declared)
    (told,) = again.unchecked
    assert told.code == "case-facts-trusted"
    assert "declared.value" in told.says("zh")

    def deny(said: dict[str, Any]) -> None:
        for each in said["judgements"]:
            for fact in each["facts"]:
                if fact["name"] == "report.limitations":
                    fact["value"] = False

    denied = repacked(case, alter(OPINION, deny))
    found, _ = opinions_apart(denied, denied.footprint, background)
    assert f"{OPINION}#ISO052/verdict" in found


def test_rules_of_ones_own_may_not_bear_the_name_of_published_ones(
    plant: Study, made: Footprint, background: Background, judged: Case, tmp_path: Path
) -> None:
    mine = tmp_path / "aluminium"
    for name, said in judged.archive.parts.items():
        if name.startswith(ALUMINIUM):
            path = mine / name.removeprefix(ALUMINIUM)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(said.replace(b'value = 5\nunit = "year"', b'value = 9\nunit = "year"'))
    opinion = rule_pack(mine).judge(plant, made, background=background)
    with pytest.raises(DeclareError) as told:
        seal_bundle(tmp_path / "a.pcf", plant, made, background, opinions=[opinion])
    assert [each.code for each in told.value.problems] == ["seal-opinion-other", "recompute-place"]
    assert not (tmp_path / "a.pcf").exists()


def test_a_bundle_sealed_with_other_versions_recomputes_and_says_so(judged: Case) -> None:
    older = alter("versions.json", lambda said: said.update(pcf="0.0.9", numpy="1.26.0"))
    fewer = alter("results.json", lambda said: said.pop("by_data"))
    changed = repacked(judged, older, fewer)
    again = changed.recompute()
    again.require_equal(changed.declared)
    assert {each.place for each in again.versions} == {"pcf", "numpy"}
    changed = repacked(judged, fewer)
    places = [each.place for each in changed.recompute().differences(changed.declared)]
    assert places
    assert all(place.startswith("by_data/") for place in places)


def test_a_bundle_of_an_edition_that_is_not_at_hand_recomputes_and_says_so(
    plant: Study, background: Background, tmp_path: Path
) -> None:
    """As an older edition would, once it no longer ships, or a newer one in an older library."""
    (edition,) = background.editions
    other = replace(background, editions=(replace(edition, id="2031.1"),))
    study = replace(plant, background="cn-public 2031.1")
    case = seal_bundle(tmp_path / "a.pcf", study, study.footprint(other), other)
    again = case.recompute()
    again.require_equal(case.declared)
    assert [(e.code, str(e.where)) for e in again.unchecked] == [
        ("case-edition-unknown", "cn-public 2031.1")
    ]
