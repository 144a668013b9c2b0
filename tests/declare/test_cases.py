"""A sealed case: everything of the study travels, and the numbers follow from it alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pcf
from pcf.background import factor_set, join
from pcf.declare.archive import pack_parts
from pcf.declare.bundle import Case, open_bundle
from pcf.declare.disclosure import KEY as KEY_PART
from pcf.declare.recomputing import DeclaredResults
from pcf.declare.sealing import seal_bundle
from pcf.digest import canonical, fingerprint, fingerprint_file
from pcf.electricity import Share, Supply
from pcf.errors import DeclareError, FileError
from pcf.files import Limits
from pcf.model.amounts import Amount, Source
from pcf.model.processes import Exchange
from pcf.rules import rule_pack
from pcf.study import read_study, reference_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study

SMELTER = Path(__file__).resolve().parents[2] / "examples" / "fictional_smelter"
SEALED = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
KEY = bytes(range(32))


def reseal(case: Case, change: Callable[[dict[str, bytes], dict[str, object]], None]) -> Case:
    """Return the case with parts and manifest changed by someone who packs as we do."""
    parts = dict(case.archive.parts)
    facts = {k: v for k, v in case.manifest.items() if k not in ("parts", "format")}
    change(parts, facts)
    from pcf.declare.archive import read_parts  # noqa: PLC0415 - the other half of packing

    return Case(read_parts(pack_parts(facts, parts), "changed.pcf"))


def test_the_script_of_the_certification_body_runs_up_to_the_judge(sealed: Path) -> None:
    case = open_bundle(sealed)
    case.require_intact()
    case.recompute().require_equal(case.declared)
    assert case.footprint.total == case.declared.total


def test_the_study_travels_whole(case: Case, smelter: Study) -> None:
    assert case.study == smelter
    assert case.study.problems == ()
    assert case.marks == ("fictional",)
    evidence = case.study.folder / "evidence" / "electricity-2024.csv"
    (row,) = case.evidence
    assert (fingerprint_file(evidence), True) == (row["sha256"], row["included"])


def test_the_numbers_are_those_of_the_whole_edition(case: Case, footprint: Footprint) -> None:
    assert case.footprint.total == pytest.approx(footprint.total, rel=1e-12)
    assert case.footprint.treatments == pytest.approx(footprint.treatments, rel=1e-12)
    assert [each.code for each in case.footprint.findings] == [e.code for e in footprint.findings]


def test_only_the_rows_in_use_travel_and_they_are_the_same_rows(
    case: Case, background: Background
) -> None:
    ids = {row.id for row in case.background.processes}
    assert 0 < len(ids) < 30
    assert [background.row(row.id) for row in case.background.processes] == list(
        case.background.processes
    )
    assert "electricity-wind-2024" in ids  # of the treatment that is not the headline
    assert case.background.name == background.name


def test_every_alternative_of_the_study_can_be_computed_from_the_bundle(
    background: Background, tmp_path: Path
) -> None:
    """Alternatives of primary aluminium lead to rows that the study as it stands does not use."""
    study = reference_study("aluminium")
    used = {str(id_) for id_ in study.system(background).system.processes.ids}
    case = seal_bundle(tmp_path / "a.pcf", study, study.footprint(background), background)
    assert len(study.alternatives) > 5
    assert {row.id for row in case.background.processes} - used
    for each in study.alternatives:
        here = case.study.varying(alternative=each.name).footprint(case.background)
        there = study.varying(alternative=each.name).footprint(background)
        assert here.total == pytest.approx(there.total, rel=1e-12), each.name


def test_a_row_that_the_study_only_names_travels_too(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    """An unverified row that is allowed but not used must be known where the bundle is opened."""
    unsure = next(row for row in background.processes if row.unverified)
    study = replace(smelter, unverified=(*smelter.unverified, unsure.unverified[0]))
    case = seal_bundle(tmp_path / "a.pcf", study, study.footprint(background), background)
    case.recompute().require_equal(case.declared)
    assert case.background.row(unsure.id) == unsure


def test_the_same_inputs_give_the_same_bytes(
    sealed: Path, smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    again, later, other = (tmp_path / name for name in ("again.pcf", "later.pcf", "other.pcf"))
    seal_bundle(again, smelter, footprint, background, sealed=SEALED, key=KEY)
    assert again.read_bytes() == sealed.read_bytes()
    seal_bundle(later, smelter, footprint, background, sealed=SEALED.replace(hour=16), key=KEY)
    seal_bundle(other, smelter, footprint, background, sealed=SEALED, key=bytes(32))
    assert len({path.read_bytes() for path in (again, later, other)}) == 3


def test_the_folder_that_a_study_came_from_does_not_show(
    sealed: Path, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    copy = tmp_path / "另一个 folder"
    shutil.copytree(SMELTER, copy)
    path = tmp_path / "copy.pcf"
    seal_bundle(path, read_study(copy), footprint, background, sealed=SEALED, key=KEY)
    assert path.read_bytes() == sealed.read_bytes()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    share=st.floats(0.01, 0.99),
    anodes=st.floats(300, 900),
    treatment=st.sampled_from(["location", "physical", "market:as supplied"]),
    evidence=st.sampled_from(["included", "fingerprints"]),
)
def test_what_is_sealed_is_what_is_opened(
    *,
    share: float,
    anodes: float,
    treatment: str,
    evidence: str,
    smelter: Study,
    background: Background,
    tmp_path: Path,
) -> None:
    study = smelter.varying(parameters={"anode_use": f"{anodes!r} t"})
    study = study.varying(electricity={"potline 1": "wind"} if share > 0.5 else treatment)
    footprint, path = study.footprint(background), tmp_path / "law.pcf"
    seal_bundle(path, study, footprint, background, sealed=SEALED, key=KEY, evidence=evidence)
    case = open_bundle(path)
    case.require_intact()
    assert case.study == study
    assert case.declared.total == footprint.total
    assert case.recompute().differences(case.declared) == ()


def test_evidence_may_be_sealed_by_its_fingerprint_alone(
    smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    path = tmp_path / "bare.pcf"
    seal_bundle(path, smelter, footprint, background, evidence="fingerprints")
    case = open_bundle(path)
    assert not any("electricity-2024" in name for name in case.archive.parts)
    assert [row["included"] for row in case.evidence] == [False]
    assert case.study.problems == ()
    case.recompute().require_equal(case.declared)


def test_a_draft_is_not_sealed(
    smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    draft = replace(background, editions=(replace(background.editions[0], draft=True),))
    with pytest.raises(DeclareError) as told:
        seal_bundle(tmp_path / "a.pcf", smelter, footprint, draft)
    assert [each.code for each in told.value.problems] == ["seal-draft"]
    assert not (tmp_path / "a.pcf").exists()


def test_another_studys_footprint_is_not_sealed(
    smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    other = smelter.varying(parameters={"anode_use": "481 t"})
    with pytest.raises(DeclareError) as told:
        seal_bundle(tmp_path / "a.pcf", other, footprint, background)
    assert told.value.problems[0].code == "seal-other"
    assert not (tmp_path / "a.pcf").exists()


def test_what_may_allocate_twice_is_sealed_for_review_and_never_for_a_label(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    twice = replace(smelter, marks=("may allocate twice",))
    footprint, path = twice.footprint(background), tmp_path / "a.pcf"
    with pytest.raises(DeclareError) as told:
        seal_bundle(path, twice, footprint, background, purpose="label")
    assert [each.code for each in told.value.problems] == ["seal-twice"]
    assert seal_bundle(path, twice, footprint, background).marks == ("may allocate twice",)


def test_planned_electricity_is_not_sealed_for_a_label(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    planned = smelter.varying(electricity={"potline 1": "wind"})
    with pytest.raises(DeclareError) as told:
        seal_bundle(
            tmp_path / "a.pcf", planned, planned.footprint(background), background, purpose="label"
        )
    assert [each.code for each in told.value.problems] == ["seal-planned"]


def test_a_mark_is_shown_wherever_the_case_is(case: Case, tmp_path: Path) -> None:
    assert case.says("en").index("fictional") < case.says("en").index("total")
    assert "虚构" in case.says("zh")
    assert "fictional" in case.for_buyer(tmp_path / "b.pcf").says("en")
    assert case.footprint.as_dict()["context"]["marks"] == "fictional"


@pytest.mark.parametrize(("time", "key"), [("2026-11-20T15:00:00", KEY), (None, b"short")])
def test_a_time_without_offset_and_a_short_key_are_refused(
    *,
    time: str | None,
    key: bytes,
    smelter: Study,
    footprint: Footprint,
    background: Background,
    tmp_path: Path,
) -> None:
    moment = None if time is None else datetime.fromisoformat(time)
    with pytest.raises(DeclareError):
        seal_bundle(tmp_path / "a.pcf", smelter, footprint, background, sealed=moment, key=key)


def test_a_claim_travels_with_its_ledgers_digest(
    smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    content = {"kind": "claim of certificates, 1", "ledger": "a", "head": {"digest": "0" * 64}}
    claim = content | {"digest": fingerprint(content)}
    path = tmp_path / "a.pcf"
    case = seal_bundle(path, smelter, footprint, background, claims=[claim])
    assert case.claims == (claim,)
    with pytest.raises(DeclareError) as told:
        seal_bundle(path, smelter, footprint, background, claims=[claim | {"ledger": "b"}])
    assert [each.code for each in told.value.problems] == ["bundle-claim-digest"]

    def forge(parts: dict[str, bytes], _: dict[str, object]) -> None:
        parts["claims/001.json"] = canonical(claim | {"ledger": "b"})

    assert [each.code for each in reseal(case, forge).problems] == ["bundle-claim-digest"]


def test_a_changed_result_in_an_archive_packed_anew_does_not_recompute(case: Case) -> None:
    def lower(parts: dict[str, bytes], _: dict[str, object]) -> None:
        results = json.loads(parts["results.json"])
        results["total"] *= 0.99
        results["by_stage"]["casting"] -= 1.0
        parts["results.json"] = canonical(results)

    changed = reseal(case, lower)
    changed.require_intact()
    with pytest.raises(DeclareError) as told:
        changed.recompute().require_equal(changed.declared)
    places = {str(each.where) for each in told.value.problems[1:]}
    assert places == {"total", "by_stage/casting", "manifest.json#commitment/root"}
    assert "by_stage/casting" in changed.recompute().says(changed.declared, "zh")


def test_a_changed_amount_in_an_archive_packed_anew_is_told_by_place(case: Case) -> None:
    def more(parts: dict[str, bytes], _: dict[str, object]) -> None:
        old = parts["study/activity.csv"]
        parts["study/activity.csv"] = old.replace(b",18,", b",19,", 1)
        assert parts["study/activity.csv"] != old

    changed = reseal(case, more)
    changed.require_intact()
    places = [each.place for each in changed.recompute().differences(changed.declared)]
    assert "total" in places
    assert any(place.startswith("contributions/potroom | cf4") for place in places)


def test_a_difference_of_one_billionth_is_equal_and_ten_are_not(case: Case) -> None:
    results = dict(case.declared.results)
    near = DeclaredResults(results | {"total": results["total"] * (1 + 5e-10)})
    far = DeclaredResults(results | {"total": results["total"] * (1 + 1e-8)})
    assert case.recompute().differences(near) == ()
    assert [each.place for each in case.recompute().differences(far)] == ["total"]


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("results.json", b"{}"),
        ("results.json", b"[]"),
        ("results.json", b'{"total":NaN}'),
        ("evidence.json", b'[{"file":1}]'),
        ("withheld.json", b'{"a":1}'),
        ("versions.json", b"[1]"),
        ("claims/001.json", b"[]"),
        ("claims/001.json", b"[" * 100_000),
    ],
)
def test_a_part_without_its_form_is_refused(case: Case, part: str, content: bytes) -> None:
    def put(parts: dict[str, bytes], _: dict[str, object]) -> None:
        parts[part] = content

    changed = reseal(case, put)
    assert changed.problems
    with pytest.raises(DeclareError):
        _ = changed.study


@pytest.mark.parametrize("part", ["results.json", "evidence.json", "withheld.json", KEY_PART])
def test_a_part_that_is_missing_is_told(case: Case, part: str) -> None:
    def drop(parts: dict[str, bytes], _: dict[str, object]) -> None:
        del parts[part]

    assert [each.code for each in reseal(case, drop).problems] == ["bundle-part-missing"]


@pytest.mark.parametrize(
    "facts",
    [{"kind": "other"}, {"kind": ["full"]}, {"marks": [{}]}, {"marks": "fictional"},
     {"commitment": []}, {"sealed": 1}, {"more": 1}, {"study": {"id": 3, "title": {}}}],
)  # fmt: skip
def test_a_manifest_without_its_form_is_refused(case: Case, facts: dict[str, object]) -> None:
    def put(_: dict[str, bytes], manifest: dict[str, object]) -> None:
        manifest.update(facts)

    changed = reseal(case, put)
    assert [each.code for each in changed.problems] == ["bundle-part-form"]
    assert repr(changed)


def test_a_case_unpacks_into_a_new_folder_and_nowhere_else(case: Case, tmp_path: Path) -> None:
    case.unpack(tmp_path / "解包")
    again = read_study(tmp_path / "解包" / "study", background=case.background)
    assert replace(again, folder=None) == replace(case.study, folder=None)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["解包"]


def test_the_folder_of_a_case_goes_with_it(sealed: Path) -> None:
    case = open_bundle(sealed)
    folder = case.study.folder
    assert folder is not None
    assert folder.exists()
    del case
    assert not folder.exists()


RESTRICTED = Source(
    "db", "Commercial database 3.1", licence="no redistribution", confidence="secondary"
)


def _own(study: Study, background: Background, factors: dict[str, object]) -> Background:
    own = factor_set("bought", factors, source=RESTRICTED, place="CN", period=study.period)
    return join(background, own)


def test_a_row_whose_licence_forbids_it_is_left_out_and_told(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    study = replace(
        smelter,
        links=tuple(
            replace(each, provider="bought: anode") if each.provider == "anode-record" else each
            for each in smelter.links
        ),
    )
    wide = _own(study, background, {"anode": "1.5151515 kg CO2e/kg"})
    study = replace(
        study,
        activity=tuple(
            replace(row, flow="anode") if row.flow == "prebaked anodes" else row
            for row in study.activity
        ),
        links=tuple(
            replace(each, flow="anode") if each.flow == "prebaked anodes" else each
            for each in study.links
        ),
    )
    footprint = study.footprint(wide)
    seal_bundle(tmp_path / "a.pcf", study, footprint, wide)
    case = open_bundle(tmp_path / "a.pcf")
    case.require_intact()
    (row,) = case.withheld
    assert (row["id"], row["handling"]) == ("bought: anode", "left out")
    assert not _holds_in(case, b"1.5151515")
    with pytest.raises(DeclareError) as told:
        case.recompute()
    assert [each.code for each in told.value.problems] == ["withheld-row"]
    case.recompute(wide).require_equal(case.declared)
    other = _own(study, background, {"anode": "1.6 kg CO2e/kg"})
    with pytest.raises(DeclareError) as told:
        case.recompute(other)
    assert [each.code for each in told.value.problems] == ["withheld-differs"]


def _holds_in(case: Case, said: bytes) -> bool:
    return any(said in v for k, v in case.archive.parts.items() if "background" in k)


def _with_burner(study: Study, background: Background) -> tuple[Study, Background]:
    """Return the smelter with anodes of a restricted row that itself buys natural gas."""
    wide = _own(study, background, {"anode": {"CO2": "0.4 kg/kg", "CH4": "0.002 kg/kg"}})
    row = wide.row("bought: anode")
    gas = background.row("natural-gas-furnace")
    assert row is not None
    assert gas is not None
    fuel = Exchange(
        gas.process.product,
        Amount(3.75, "MJ", source="db"),
        provider=gas.id,
        id="bought: anode: gas",
        confidence="secondary",
    )
    exchanges = tuple(sorted((*row.process.exchanges, fuel), key=lambda each: each.id))
    whole = replace(row, process=replace(row.process, exchanges=exchanges))
    rows = tuple(whole if each.id == row.id else each for each in wide.processes)
    flow, renamed = "prebaked anodes", "anode"
    changed = replace(
        study,
        activity=tuple(
            replace(each, flow=renamed) if each.flow == flow else each for each in study.activity
        ),
        links=tuple(
            replace(each, flow=renamed, provider=row.id) if each.flow == flow else each
            for each in study.links
        ),
    )
    return changed, replace(wide, processes=rows)


@pytest.mark.parametrize("gases", ["AR6", "AR5"])
def test_a_row_whose_licence_forbids_it_is_aggregated_and_every_number_stands(
    gases: str, smelter: Study, background: Background, tmp_path: Path
) -> None:
    study, wide = _with_burner(smelter, background)
    footprint = study.footprint(wide)
    seal_bundle(tmp_path / "a.pcf", study, footprint, wide)
    case = open_bundle(tmp_path / "a.pcf")
    case.require_intact()
    assert [(each["id"], each["handling"]) for each in case.withheld] == [
        ("bought: anode", "aggregated")
    ]
    row = case.background.row("bought: anode")
    assert row is not None
    assert {each.kind for each in row.process.exchanges} == {"elementary"}
    case.recompute().require_equal(case.declared)
    here = case.study.varying(characterisation=gases).footprint(case.background)
    there = study.varying(characterisation=gases).footprint(wide)
    assert here.total == pytest.approx(there.total, rel=1e-12)
    source = next(e for e in case.background.sources if e.id == "aggregated: db")
    assert "withheld" in source.licence


def test_a_restricted_row_of_the_studys_own_folder_does_not_travel_either(
    background: Background, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    shutil.copytree(SMELTER, folder)
    about = folder / "background" / "set.toml"
    told = about.read_text(encoding="utf-8").replace("Apache-2.0", "不得转载")
    about.write_text(told, encoding="utf-8")
    study = read_study(folder)
    assert study.own_background is not None
    kept = tmp_path / "a.pcf"
    seal_bundle(kept, study, study.footprint(background), background)
    case = open_bundle(kept)
    left = {each["id"]: each["handling"] for each in case.withheld}
    own = {row.id: row for row in study.own_background.processes}
    assert set(left) == set(own)
    held = b"".join(v for k, v in case.archive.parts.items() if k.startswith("study/background"))
    for id_, row in own.items():
        value = row.process.exchanges[0].amount.value
        assert str(value).encode() not in held, id_
    case.recompute(join(background, study.own_background)).require_equal(case.declared)


def test_an_opinion_travels_with_its_rules_and_its_verdicts_show(
    smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    opinion = rule_pack("aluminium").judge(smelter, footprint)
    case = seal_bundle(tmp_path / "a.pcf", smelter, footprint, background, opinions=[opinion])
    case.require_intact()
    (said,) = case.opinions
    assert said["opinion"]["verdict"] == opinion.verdict
    held = case.rule_pack("aluminium")
    assert held.fingerprint == opinion.pack.fingerprint
    again = held.judge(case.study, case.footprint)
    assert [each.verdict for each in again.judgements] == [e.verdict for e in opinion.judgements]
    buyer = case.for_buyer(tmp_path / "b.pcf")
    buyer.require_intact()
    (shown,) = buyer.shown["verdicts"]
    assert shown["pack"] == "aluminium"
    assert shown["rules"] == {each.rule.id: each.verdict for each in opinion.judgements}
    assert opinion.verdict in buyer.says("en")
    case.confirm(buyer)
    with pytest.raises(DeclareError) as told:
        case.rule_pack("nickel")
    assert told.value.problems[0].code == "bundle-no-pack"


@pytest.mark.parametrize(
    "change",
    [
        {"study": {"id": "another"}},
        {"footprint": {"total": 1.0}},
        {"pack": {}},
        {"judgements": None},
    ],
)
def test_an_opinion_on_something_else_is_not_sealed(
    *,
    change: dict[str, object],
    smelter: Study,
    footprint: Footprint,
    background: Background,
    tmp_path: Path,
) -> None:
    opinion = {"study": {"id": smelter.id}, "footprint": {"total": footprint.total}}
    opinion |= {"pack": {"id": "a"}, "opinion": {"verdict": "satisfied"}, "judgements": []}
    changed = {key: said for key, said in (opinion | change).items() if said is not None}
    with pytest.raises(DeclareError) as told:
        seal_bundle(tmp_path / "a.pcf", smelter, footprint, background, opinions=[changed])
    assert told.value.problems[0].code == "seal-opinion"


def test_the_script_of_the_certification_body_runs_as_printed(
    sealed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """DESIGN, 'The code that users should be able to write', with the smelter's names."""
    case = pcf.open_bundle(sealed)
    case.require_intact()
    case.recompute().require_equal(case.declared)
    opinion = pcf.rule_pack("aluminium", edition="2026").judge(case.study, case.footprint)
    for finding in opinion.unmet:
        print(finding.clause, finding.says("zh"), finding.remedy("zh"))  # noqa: T201 - the script
    opinion.save(tmp_path / "opinion.html", language="zh")
    assert opinion.exit_code in (0, 1, 2)
    assert (tmp_path / "opinion.html").read_text(encoding="utf-8").strip().endswith("</html>")
    assert len(capsys.readouterr().out.splitlines()) == len(opinion.unmet)


def test_a_case_says_what_must_be_weighed(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    supply = Supply((Share("wind"),), evidence="CX-2025-001")
    study = smelter.varying(electricity={"potline 1": supply})
    footprint, path = study.footprint(background), tmp_path / "a.pcf"
    case = seal_bundle(path, study, footprint, background, evidence="fingerprints")
    codes = [each.code for each in case.findings]
    assert codes == ["case-fictional", "case-evidence-apart", "case-claim-missing"]
    assert "CX-2025-001" in case.says("zh")
    content = {"kind": "claim of certificates, 1", "cancellations": [{"number": "cx-2025-001"}]}
    claim = content | {"digest": fingerprint(content)}
    case = seal_bundle(path, study, footprint, background, claims=[claim])
    assert [each.code for each in case.findings] == ["case-fictional"]


def test_a_bundle_that_nobody_could_open_is_not_sealed(
    smelter: Study,
    footprint: Footprint,
    background: Background,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pcf.declare.sealing.LIMITS", Limits(bytes=1000))
    with pytest.raises(DeclareError) as told:
        seal_bundle(tmp_path / "a.pcf", smelter, footprint, background)
    assert told.value.problems[0].code == "seal-large"
    assert not (tmp_path / "a.pcf").exists()


HOSTILE = "\x1b]0;owned\x07\u202e<script>=HYPERLINK(1)"


def test_what_a_stranger_wrote_cannot_steer_a_terminal(case: Case) -> None:
    def put(parts: dict[str, bytes], manifest: dict[str, object]) -> None:
        manifest["study"] = {"id": "a", "title": {"en": HOSTILE, "zh": HOSTILE}}
        results = json.loads(parts["results.json"])
        results["by_stage"][HOSTILE] = 1.0
        results["declared_unit"]["product"] = HOSTILE
        parts["results.json"] = canonical(results)

    changed = reseal(case, put)
    changed.require_intact()
    for said in (changed.says("zh"), changed.recompute().says(changed.declared, "en")):
        assert "<script>" in said
        assert not {"\x1b", "\x07", "\u202e"} & set(said)


@pytest.mark.parametrize("name", ["../../../etc", "/etc", "nickel/../../.."])
def test_a_pack_named_like_a_path_leads_nowhere(
    name: str, smelter: Study, footprint: Footprint, background: Background, tmp_path: Path
) -> None:
    opinion = rule_pack("aluminium").judge(smelter, footprint)
    path = tmp_path / "a.pcf"
    case = seal_bundle(path, smelter, footprint, background, opinions=[opinion])

    def rename(parts: dict[str, bytes], _: dict[str, object]) -> None:
        said = json.loads(parts["opinions/001.json"])
        said["pack"]["id"] = name
        parts["opinions/001.json"] = canonical(said)

    changed = reseal(case, rename)
    changed.require_intact()
    with pytest.raises(FileError) as told:
        changed.rule_pack(name)
    assert told.value.problems[0].code == "name-unsafe"


def test_what_stands_on_a_row_that_is_left_out_is_aggregated_over_it(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    """Gas burnt in a furnace is ours to pass on, what it buys upstream is not: one row of both."""
    locked = "natural-gas-upstream"
    row = background.row(locked)
    assert row is not None
    source = replace(RESTRICTED, id="db: gas")
    exchanges = tuple(
        replace(each, amount=replace(each.amount, source=source.id))
        for each in row.process.exchanges
    )
    secret = replace(row, process=replace(row.process, exchanges=exchanges, source=source.id))
    rows = tuple(secret if each.id == locked else each for each in background.processes)
    licensed = replace(background.editions[0], set="licensed")
    wide = replace(
        background, editions=(licensed,), processes=rows, sources=(*background.sources, source)
    )
    footprint = smelter.footprint(wide)
    case = seal_bundle(tmp_path / "a.pcf", smelter, footprint, wide)
    fates = {each["id"]: each["handling"] for each in case.withheld}
    assert fates == {locked: "aggregated", "natural-gas-furnace": "aggregated"}
    assert case.background.row(locked) is None
    case.recompute().require_equal(case.declared)
    assert case.declared.total == pytest.approx(footprint.total, rel=1e-12)
    bare = seal_bundle(tmp_path / "b.pcf", smelter, footprint, wide, restricted="left out")
    fates = {each["id"]: each["handling"] for each in bare.withheld}
    assert fates["natural-gas-furnace"] == "left out"
    assert bare.background.row("natural-gas-furnace") is None
    bare.recompute(wide).require_equal(bare.declared)


def test_a_plant_is_judged_from_its_bundle_as_from_its_folder(
    background: Background, tmp_path: Path
) -> None:
    """Evidence, statements and rows travel, so every rule comes to the same verdict."""
    plant = read_study(SMELTER.with_name("fictional_aluminium"))
    footprint, pack = plant.footprint(background), rule_pack("aluminium")
    here = pack.judge(plant, footprint, background=background)
    path = tmp_path / "a.pcf"
    case = seal_bundle(path, plant, footprint, background, purpose="label", opinions=[here])
    there = case.rule_pack("aluminium").judge(
        case.study, case.footprint, background=case.background
    )
    assert [(e.rule.id, e.verdict) for e in there.judgements] == [
        (e.rule.id, e.verdict) for e in here.judgements
    ]
    assert here.verdict == "satisfied"
    bare = seal_bundle(path, plant, footprint, background, evidence="fingerprints")
    blind = pack.judge(bare.study, bare.footprint, background=bare.background)
    assert blind.verdict != "satisfied"  # what stood on evidence that is not there is not believed
