"""Many studies in one run, and the commands on rules."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pcf import resources
from pcf.cli.commands import judge as judge_command
from pcf.cli.main import build
from pcf.electricity.intervals import day_start
from pcf.electricity.ledger import open_ledger
from pcf.model.coverage import Period
from pcf.rules import batch, read_pack
from pcf.rules.batch import Circumstances, exit_code_of, judge_studies
from pcf.rules.facts import LedgerEvidence
from pcf.rules.ledgers import about, ledger_evidence
from pcf.rules.log import read_log
from pcf.rules.sampling import read_plan
from pcf.study import reference_study

if TYPE_CHECKING:
    from pcf.rules import Pack

RULE = """
id = "{id}"
name = "{name}"
topic = "cut-off"
force = "shall"
clause = {{ document = "own", section = "1", known = "proposal" }}
requires = "{requires}"
says = {{ en = "Value {{{fact}}}.", zh = "数值 {{{fact}}}。" }}
remedy = {{ en = "Do.", zh = "做。" }}

[[example]]
title = "at the limit"
facts = {{ "{fact}" = 0.05 }}
verdict = "satisfied"
boundary = true

[[example]]
title = "above"
facts = {{ "{fact}" = 0.05001 }}
verdict = "violated"

[[example]]
title = "unknown"
verdict = "cannot tell"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a pack over the shipped vocabulary, satisfied by the aluminium study."""
    folder = tmp_path / "own"
    (folder / "rules").mkdir(parents=True)
    (folder / "editions").mkdir()
    (folder / "pack.toml").write_text(
        'id = "own"\ntitle = { en = "Own rules", zh = "自有规则" }\n[numbers]\ncutoff = 0.05\n',
        encoding="utf-8",
    )
    (folder / "editions/2026.toml").write_text(
        'edition = "2026"\npublished = "2026-01-01"\n', encoding="utf-8"
    )
    text = RULE.format(
        id="OW1",
        name="exclusions",
        requires="excluded.share <= limit.cutoff",
        fact="excluded.share",
    )
    (folder / "rules/exclusions.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def own(folder: Path) -> Pack:
    """Return the pack."""
    return read_pack(folder)


@pytest.fixture
def aluminium() -> Path:
    """Return the folder of the reference study."""
    return resources.folder("product_rules") / "aluminium" / "reference_study"


def test_one_unreadable_study_does_not_stop_the_others(
    own: Pack, aluminium: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "study.toml").write_text("[study\n", encoding="utf-8")
    found = list(judge_studies([broken, aluminium, tmp_path / "nowhere", aluminium], own))
    assert [each.exit_code for each in found] == [1, 0, 1, 0]
    assert found[0].problems[0].code == "toml-syntax"
    assert "toml-syntax" in found[0].says("zh")
    assert found[1].opinion is not None
    assert found[1].opinion == found[3].opinion
    assert exit_code_of(found) == 1
    assert exit_code_of(found[1:2]) == 0


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_gives_the_same_opinions(
    own: Pack, aluminium: Path, tmp_path: Path, pool: type[ThreadPoolExecutor]
) -> None:
    paths = [aluminium, tmp_path / "nowhere", aluminium]
    alone = list(judge_studies(paths, own))
    with pool(2) as executor:
        found = list(judge_studies(paths, own, executor=executor))
    assert found == alone
    opinions = [each.opinion for each in found if each.opinion is not None]
    assert all(each.pack is own for each in opinions)
    assert all(one.rule is own.rules[0] for each in opinions for one in each.judgements)


def test_electricity_and_background_may_be_chosen(own: Pack, aluminium: Path) -> None:
    under = Circumstances(background="cn-public@2026.1", electricity="physical")
    (found,) = judge_studies([aluminium], own, under)
    assert found.opinion is not None
    assert found.opinion.numbers["electricity"] == "physical"
    (bad,) = judge_studies([aluminium], own, Circumstances(background="cn-public@1999"))
    assert bad.exit_code == 1


def claim_on(meter: str, year: str, line: str = "line") -> dict[str, object]:
    period = Period.read(year)
    times = [day_start(period.start), day_start(period.end)]
    return {"consumption": [[meter, line, "ingot", "firm", "works", *times, "1", "1"]]}


def test_a_study_gets_the_claims_on_its_meters_in_its_period() -> None:
    claims = (claim_on("Potline", "2024"), claim_on("potline", "2025"), claim_on("other", "2024"))
    found = about(LedgerEvidence(claims), reference_study("aluminium"))
    assert found.statements == claims[:1]


def test_a_study_gets_the_claims_on_a_line_of_its_meters_name() -> None:
    claims = (claim_on("M1", "2024", "Potline"), claim_on("M1", "2024", "line 2"))
    found = about(LedgerEvidence(claims), reference_study("aluminium"))
    assert found.statements == claims[:1]


def test_ledgers_are_audited_once_for_all_studies(
    own: Pack, aluminium: Path, tmp_path: Path
) -> None:
    with open_ledger(tmp_path / "a.db") as one, open_ledger(tmp_path / "b.db") as other:
        evidence = ledger_evidence([one, other])
    assert evidence.audit is not None
    assert evidence.audit.ok
    (found,) = judge_studies([aluminium], own, Circumstances(evidence=evidence))
    assert found.exit_code == 0
    code, _, _ = run(
        "judge", str(aluminium), "-p", str(own.folder), "--ledger", str(tmp_path / "a.db")
    )
    assert code == 0


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(build(), list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_judge_prints_the_edition_and_an_opinion(folder: Path, aluminium: Path) -> None:
    code, told, aside = run("judge", str(aluminium), "-p", str(folder), "-l", "zh")
    assert code == 0
    assert "自有规则: own 2026（草案）" in aside
    assert "全部要求均已满足" in told


def test_judge_of_several_writes_pages_and_json(
    folder: Path, aluminium: Path, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    call = ["judge", str(aluminium), str(aluminium), str(tmp_path / "none"), "-p", str(folder)]
    code, told, _ = run(*call, "--json", "--html", str(pages))
    assert code == 1
    rows = json.loads(told)
    assert [row["exit_code"] for row in rows] == [0, 0, 1]
    assert rows[2]["opinion"] is None
    assert rows[2]["problems"]
    assert sorted(path.name for path in pages.iterdir()) == [
        "reference_study-2.html",
        "reference_study.html",
    ]


def test_a_verifiers_papers_are_handed_out(folder: Path, aluminium: Path, tmp_path: Path) -> None:
    place = tmp_path / "papers"
    call = [str(aluminium), str(aluminium), "-p", str(folder), "--papers", str(place)]
    code, _, _ = run("judge", *call)
    assert code == 0
    assert sorted(each.name for each in place.iterdir()) == [
        "reference_study-2-findings.csv",
        "reference_study-2-sampling.csv",
        "reference_study-findings.csv",
        "reference_study-sampling.csv",
    ]
    log = read_log(place / "reference_study-findings.csv")
    plan = read_plan(place / "reference_study-sampling.csv")
    assert log.study == plan.study == "aluminium-reference"
    assert log.total == plan.total


def test_names_of_files_never_meet() -> None:
    paths = [Path(each) for each in ("x/a", "y/a", "z/a-2", "w/a.xlsx", "v/b")]
    assert judge_command._names(paths) == ["a", "a-2", "a-2-2", "a-3", "b"]


def test_a_fault_of_ours_is_told_and_stops_nothing(
    own: Pack, aluminium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(path: Path) -> None:
        raise RecursionError(path.name)

    monkeypatch.setattr(batch, "read_study", fails)
    (found,) = judge_studies([aluminium], own)
    assert [each.code for each in found.problems] == ["judge-fault"]
    assert "RecursionError" in found.says("en")


def test_judge_under_a_profile_and_grades(folder: Path, aluminium: Path, tmp_path: Path) -> None:
    profile = tmp_path / "buyer.toml"
    profile.write_text('id = "buyer"\n[numbers]\ncutoff = 0.001\n', encoding="utf-8")
    grades = tmp_path / "grades.toml"
    grades.write_text(
        'id = "l"\ntitle = "标识"\nper = "1 t"\n[[grade]]\nname = "一级"\nlimit = 20000\n',
        encoding="utf-8",
    )
    call = ["judge", str(aluminium), "-p", str(folder), "--profile", str(profile), "-l", "zh"]
    code, told, aside = run(*call, "--grades", str(grades))
    assert code == 1
    assert "buyer" in aside
    assert "OW1 exclusions" in told
    assert "一级" in told


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_judge_in_parallel_says_the_same(folder: Path, aluminium: Path, jobs: str) -> None:
    _, told, _ = run("judge", *[str(aluminium)] * 3, "-p", str(folder), "-l", "en", "-j", jobs)
    assert told.count("Every demand is met.") == 3


def test_rules_are_listed_shown_and_checked(folder: Path) -> None:
    code, told, _ = run("rules", "list", str(folder), "-l", "en")
    assert code == 0
    assert "exclusions" in told
    _, told, _ = run("rules", "show", str(folder), "OW1", "-l", "zh")
    assert "excluded.share <= limit.cutoff" in told
    assert "恰为限值" in told
    _, told, _ = run("rules", "show", str(folder), "-l", "en")
    assert "limits" in told
    code, told, _ = run("rules", "check", str(folder), "--mutants", "-l", "en")
    assert code == 0
    assert "limit.cutoff = 0.05005" in told
    path = folder / "rules/exclusions.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("0.05001", "0.5"), encoding="utf-8")
    code, told, _ = run("rules", "check", str(folder), "-l", "zh")
    assert code == 1
    assert "没有示例能察觉: limit.cutoff = 0.05005" in told
    code, told, _ = run("rules", "check", str(folder), "--format", "json")
    assert json.loads(told)[0]["unnoticed"] >= 1


def test_all_shipped_packs_are_listed() -> None:
    code, told, _ = run("rules", "list", "--format", "json")
    assert code == 0
    assert isinstance(json.loads(told), list)
