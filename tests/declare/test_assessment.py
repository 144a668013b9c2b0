"""The label assessment: each item can hold it up, and only a whole one gives a certificate."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pcf.declare.assessment import (
    Done,
    Recomputed,
    Record,
    as_dict,
    as_html,
    as_text,
    assess,
    code_text,
    read_record,
    statement,
)
from pcf.declare.assessment.steps import items, stated_items, steps
from pcf.declare.assessment.values import years_later
from pcf.declare.rounding import declared_value
from pcf.errors import DeclareError
from pcf.rules import rule_pack
from pcf.rules.grading import GradeLimit, GradeTable, grade
from pcf.rules.log import findings_log
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.declare.bundle import Case
    from pcf.rules.opinion import Opinion


@pytest.fixture(scope="module")
def judged(case: Case) -> Opinion:
    return rule_pack("iso_14067").judge(case.study, case.footprint, background=case.background)


@pytest.fixture(scope="module")
def content(judged: Opinion) -> Opinion:
    """An opinion that finds nothing, so that the other items can be looked at alone."""
    met = tuple(each for each in judged.judgements if each.verdict == "satisfied")
    return replace(judged, judgements=met)


@pytest.fixture
def record(case: Case) -> Record:
    total = case.declared.total
    return Record(
        number="PCF-2026-001",
        body="示例认证",
        applicant="示例铝业有限公司",
        signatory="王某",
        decided=date(2026, 11, 20),
        done=tuple(Done(each.id, "2026-10-01", "李某", "seen") for each in stated_items()),
        recomputations=(
            Recomputed("李某", "2026-11-01", "Linux, Python 3.12", total),
            Recomputed("赵某", "2026-11-02", "Windows, Python 3.13", total * (1 + 1e-12)),
        ),
    )


def state(assessment: object, item: str) -> str:
    return next(each.state for each in assessment.items if each.id == item)  # type: ignore[attr-defined]


def cleared(case: Case, opinion: Opinion) -> object:
    """A log in which every finding is closed."""
    log = findings_log(opinion, case.footprint)
    for entry in log.open:
        log = log.closed(entry.id, "corrected", evidence="seen", on="2026-11-10")
    return log


def test_a_whole_assessment_gives_a_certificate(
    case: Case, content: Opinion, record: Record
) -> None:
    found = assess(case, content, record, log=cleared(case, content))  # type: ignore[arg-type]
    assert found.unmet == ()
    assert (found.decision, found.exit_code) == ("approved", 0)
    certificate = found.certificate
    assert certificate is not None
    assert certificate.valid_until == date(2028, 11, 19)
    assert certificate.surveillance == (date(2027, 11, 20),)
    assert float(certificate.value) >= case.declared.total
    assert len(certificate.value.replace(".", "").strip("0")) <= 3
    assert certificate.marks == ("fictional",)
    assert certificate.unit.zh == case.footprint.declared_unit.says("zh") != certificate.unit.en
    said = dict(statement(found, "zh"))
    assert said["声明单位"] == certificate.unit.zh
    assert said["结果"].endswith(certificate.unit.zh)
    assert said["标记"] == "虚构：数字均为虚构"
    assert content.pack.id in said["准则"]
    assert not re.search(r"satisfied|fictional", as_text(found, "zh"))
    code = json.loads(code_text(certificate))
    assert (code["n"], code["d"], code["m"]) == ("PCF-2026-001", case.digest, "fictional")


@pytest.mark.parametrize("item", [each.id for each in stated_items()])
def test_every_recorded_item_holds_it_up(
    case: Case, content: Opinion, record: Record, item: str
) -> None:
    log = cleared(case, content)
    without = replace(record, done=tuple(each for each in record.done if each.item != item))
    found = assess(case, content, without, log=log)  # type: ignore[arg-type]
    assert (found.decision, state(found, item), found.certificate) == ("open", "open", None)
    failed = tuple(replace(each, ok=each.item != item) for each in record.done)
    found = assess(case, content, replace(record, done=failed), log=log)  # type: ignore[arg-type]
    assert (found.decision, state(found, item)) == ("refused", "not met")
    bare = tuple(replace(each, evidence="" if each.item == item else "x") for each in record.done)
    found = assess(case, content, replace(record, done=bare), log=log)  # type: ignore[arg-type]
    assert state(found, item) == "open"


def test_rules_that_are_not_satisfied_hold_it_up(
    case: Case, judged: Opinion, record: Record
) -> None:
    found = assess(case, judged, record)
    wanted = {"satisfied": "met", "violated": "not met", "cannot tell": "open"}
    assert state(found, "rules") == wanted[judged.verdict]


def test_two_recomputations_are_of_two_people_and_equal(
    case: Case, content: Opinion, record: Record
) -> None:
    one, two = record.recomputations
    alone = replace(record, recomputations=(one,))
    assert state(assess(case, content, alone), "two-recomputations") == "open"
    same = replace(record, recomputations=(one, replace(two, by=one.by)))
    assert state(assess(case, content, same), "two-recomputations") == "open"
    apart = replace(record, recomputations=(one, replace(two, total=two.total * (1 + 1e-8))))
    assert state(assess(case, content, apart), "two-recomputations") == "not met"


def test_a_misstatement_holds_it_up_from_materiality_on(
    case: Case, judged: Opinion, record: Record
) -> None:
    from pcf.rules.log import findings_log  # noqa: PLC0415 - only here

    log = findings_log(judged, case.footprint)
    assert log.open
    first, *rest = log.open
    for entry in rest:
        log = log.closed(entry.id, "corrected", evidence="seen", on="2026-11-10")
    assert state(assess(case, judged, record, log=log), "misstatement") == "open"
    for share, wanted in ((0.0499, "met"), (0.0501, "not met")):
        known = log.misstated(first.id, share * case.footprint.total)
        assert state(assess(case, judged, record, log=known), "misstatement") == wanted


def test_a_low_carbon_label_needs_its_limit_and_a_sure_number(
    case: Case, content: Opinion, record: Record
) -> None:
    total, shown = case.footprint.total, float(declared_value(case.footprint.total))
    assert shown > total
    for limit, wanted in (
        (total * 0.99, "not met"), (total * 10, "met"), (shown, "open"), (total, "not met"),
        ((total + shown) / 2, "not met"),
    ):  # fmt: skip
        low = replace(record, scheme="low-carbon", limit=limit, limit_source="buyer")
        found = assess(case, content, low)
        assert state(found, "within-limit") == wanted
        said = dict(statement(found))
        assert ("above" in said["limit"]) is (shown > limit)
        assert declared_value(total) in said["limit"]
        assert declared_value(total) in said["result"]
        assert (wanted == "met") or said["conclusion"].startswith("No conclusion")


def test_a_grade_is_that_of_the_declared_value(
    case: Case, content: Opinion, record: Record
) -> None:
    """The computed number is in A, the declared one is not: the label says B."""
    unit, total = case.footprint.declared_unit.amount.unit, case.footprint.total
    per = case.footprint.declared_unit.quantity
    shown = float(declared_value(total))
    edge = (total + shown) / 2 / per
    grades = (GradeLimit(Name("A"), edge), GradeLimit(Name("B"), 3 * edge))
    exact = replace(case.footprint.interval, low=total * (1 - 1e-7), high=total * (1 + 1e-7))  # type: ignore[type-var]
    opinion = content.graded(
        grade(replace(case.footprint, interval=exact), GradeTable("g", Name("g"), "", unit, grades))
    )
    assert opinion.grade is not None
    assert opinion.grade.name == Name("A")
    graded = replace(record, scheme="grade")
    found = assess(case, opinion, graded, log=cleared(case, opinion))  # type: ignore[arg-type]
    assert found.certificate is not None
    assert found.certificate.grade == Name("B")
    assert declared_value(total) in dict(statement(found))["grade"]


def test_a_graded_label_needs_a_grade_that_can_be_told(
    case: Case, content: Opinion, record: Record
) -> None:
    graded = replace(record, scheme="grade")
    assert state(assess(case, content, graded), "within-limit") == "open"
    unit, total = case.footprint.declared_unit.amount.unit, case.footprint.total
    for limit, wanted in ((total * 10, "met"), (total * 0.5, "not met")):
        table = GradeTable("g", Name("g"), "", unit, (GradeLimit(Name("A"), limit),))
        opinion = content.graded(grade(case.footprint, table))
        assert state(assess(case, opinion, graded), "within-limit") == wanted


def test_the_page_says_everything_and_runs_nothing(
    case: Case, content: Opinion, record: Record
) -> None:
    hostile = replace(record, applicant="<script>alert(1)</script>", body="=HYPERLINK(1)\u202e")
    found = assess(case, content, hostile, log=cleared(case, content))  # type: ignore[arg-type]
    for language in ("zh", "en"):
        page = as_html(found, language)  # type: ignore[arg-type]
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert 'class="qr"' in page
        for _, name in steps():
            assert name.says(language) in page  # type: ignore[arg-type]


def test_a_statement_concludes_only_what_was_approved(
    case: Case, content: Opinion, record: Record
) -> None:
    open_ = assess(case, content, replace(record, done=()))
    assert "No conclusion" in dict(statement(open_, "en"))["conclusion"]
    log = cleared(case, content)
    for level, words in (("reasonable", "In our opinion"), ("limited", "Nothing came")):
        found = assess(case, content, replace(record, level=level), log=log)  # type: ignore[arg-type]
        said = dict(statement(found, "en"))
        assert said["conclusion"].startswith(words)
        assert case.digest in said["sealed case"]
    assert dict(statement(found, "zh"))["结论"]


def test_text_and_json_say_the_same(case: Case, content: Opinion, record: Record) -> None:
    found = assess(case, content, replace(record, done=()))
    plain = json.loads(json.dumps(as_dict(found)))
    assert plain["decision"] == "open"
    assert plain["certificate"] is None
    assert len(plain["items"]) == len(items())
    assert "待定" in as_text(found, "zh")


def test_a_record_is_read_with_every_mistake_at_once(tmp_path: Path) -> None:
    path = tmp_path / "评审.toml"
    path.write_text(
        'number = "1"\nbody = "b"\napplicant = "a"\nsignatory = "s"\ndecided = "2026-11-20"\n'
        'scheme = "low carbon"\n[[done]]\nitem = "busines-licence"\ndate = 2026-10-01\nby = "y"\n'
        'evidence = "z"\n',
        encoding="utf-8",
    )
    with pytest.raises(DeclareError) as caught:
        read_record(path)
    codes = [each.code for each in caught.value.problems]
    assert codes.count("declare-word") >= 1
    good = (
        path.read_text("utf-8")
        .replace("low carbon", "carbon footprint")
        .replace("busines-", "business-")
    )
    path.write_text(good, encoding="utf-8")
    found = read_record(path)
    assert (found.decided, found.done[0].item) == (date(2026, 11, 20), "business-licence")
    path.write_text(good.replace("carbon footprint", "low-carbon"), encoding="utf-8")
    with pytest.raises(DeclareError, match="assess-limit"):
        read_record(path)
    for day in ("2026-12-01", '"soon"'):
        path.write_text(good.replace("date = 2026-10-01", f"date = {day}"), encoding="utf-8")
        with pytest.raises(DeclareError, match="assess-date"):
            read_record(path)
    path.write_text(good.replace('"2026-11-20"', "2026-11-20T08:00:00"), encoding="utf-8")
    assert read_record(path).decided == date(2026, 11, 20)


@pytest.mark.parametrize("total", [float("nan"), float("inf"), -float("inf")])
def test_a_recomputation_without_a_number_is_not_equal(
    case: Case, content: Opinion, record: Record, total: float
) -> None:
    second = replace(record.recomputations[1], total=total)
    spoilt = replace(record, recomputations=(record.recomputations[0], second))
    found = assess(case, content, spoilt, log=cleared(case, content))  # type: ignore[arg-type]
    assert state(found, "two-recomputations") == "not met"


def test_one_person_spelt_twice_is_one_person(case: Case, content: Opinion, record: Record) -> None:
    first, second = record.recomputations
    one = (replace(first, by="Li Ming"), replace(second, by="LI  MING"))
    same = replace(record, recomputations=one)
    found = assess(case, content, same, log=cleared(case, content))  # type: ignore[arg-type]
    assert state(found, "two-recomputations") == "open"


def test_a_log_that_leaves_findings_out_closes_nothing(
    case: Case, judged: Opinion, record: Record
) -> None:
    whole = findings_log(judged, case.footprint)
    assert whole.entries
    bare = assess(case, judged, record, log=replace(whole, entries=()))
    fresh = assess(case, judged, record)
    assert state(bare, "findings-closed") == state(fresh, "findings-closed")
    assert state(bare, "misstatement") == state(fresh, "misstatement") != "met"
    with pytest.raises(DeclareError, match="assess-log"):
        assess(case, judged, record, log=replace(whole, footprint="0" * 64))


@pytest.mark.parametrize(
    "change",
    [
        {"number": " "}, {"signatory": ""}, {"materiality": 5.0}, {"materiality": float("nan")},
        {"materiality": 0.0}, {"limit": float("inf")}, {"limit": float("nan")},
    ],
)  # fmt: skip
def test_a_record_that_decides_nothing_is_refused(record: Record, change: dict[str, Any]) -> None:
    with pytest.raises(DeclareError):
        replace(record, **change)


def test_only_a_graded_label_shows_a_grade(case: Case, content: Opinion, record: Record) -> None:
    unit, total = case.footprint.declared_unit.amount.unit, case.footprint.total
    table = GradeTable("g", Name("g"), "", unit, (GradeLimit(Name("A"), 2 * total),))
    graded = content.graded(grade(case.footprint, table))
    found = assess(case, graded, record, log=cleared(case, graded))  # type: ignore[arg-type]
    assert found.certificate is not None
    assert found.certificate.grade is None


def test_eight_steps_and_leap_days() -> None:
    assert [each for each, _ in steps()] == list(dict.fromkeys(each.step for each in items()))
    assert len(steps()) == 8
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_command_says_why_and_how_it_ends(
    sealed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pcf.cli.main import main  # noqa: PLC0415 - only here

    record = tmp_path / "评审.toml"
    record.write_text(
        'number = "1"\nbody = "b"\napplicant = "a"\nsignatory = "s"\ndecided = 2026-11-20\n',
        encoding="utf-8",
    )
    page = tmp_path / "评审.html"
    call = ["assess", sealed, "-r", record, "-p", "iso_14067", "--html", page, "-l", "zh"]
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in call])
    out, _ = capsys.readouterr()
    assert ended.value.code in {1, 2}
    assert "营业执照" in out
    assert "检查表" in page.read_text(encoding="utf-8")
