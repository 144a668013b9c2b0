"""A questionnaire decides its pack, asks nothing idle, and reads back into a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner

from pcf.background import open_background
from pcf.cli.main import build
from pcf.errors import FileError, RuleError
from pcf.rules import facts_from, rule_pack
from pcf.rules.facts import facts_of
from pcf.rules.judging import judge_facts
from pcf.rules.packs import shipped_folders
from pcf.rules.questionnaire import (
    needs_of,
    questionnaire,
    questions_of,
    read_questionnaire,
)
from pcf.rules.verdicts import trial_values, verdict_on
from pcf.study import read_study, reference_study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pcf.rules import Pack, Rule
    from pcf.rules.values import FactValue

SHIPPED = [folder.name for folder in shipped_folders()]


def values_of(pack: Pack, rule: Rule, given: Mapping[str, FactValue]) -> dict[str, object]:
    facts = {name: pack.kinds[name].plain(given.get(name)) for name in rule.facts}
    return {**facts, **pack.limits}


def completion(
    pack: Pack, rule: Rule, given: dict[str, FactValue], names: Sequence[str]
) -> dict[str, FactValue] | None:
    """Return values of the named facts that leave a rule open, or None where they all settle it."""
    values = values_of(pack, rule, given)
    if verdict_on(rule, values) != "cannot tell":
        return None
    if not names:
        return given
    first, rest = names[0], names[1:]
    for value in trial_values(rule, pack.kinds[first], values):
        found = completion(pack, rule, {**given, first: value}, rest)
        if found is not None:
            return found
    return None


def assert_none_is_idle(pack: Pack) -> int:
    unknown = facts_from(pack.kinds, {})
    missing = {
        each.rule.id: [kind.name for kind in each.missing] for each in judge_facts(pack, unknown)
    }
    questions = questions_of(pack)
    for question in questions:
        name = question.kind.name
        open_without = [
            completion(pack, rule, {}, [each for each in missing[rule.id] if each != name])
            for rule in question.rules
        ]
        assert any(found is not None for found in open_without), f"{name} is idle"
    return len(questions)


def assert_decided(pack: Pack) -> None:
    """With every question and every need answered, whatever the answers, no rule stays open."""
    wanted = {each.kind.name for each in (*questions_of(pack), *needs_of(pack))}
    for rule in pack.rules:
        names = [name for name in rule.facts if name in wanted]
        faulty = completion(pack, rule, {}, names)
        if faulty is not None:  # only where a condition cannot be computed, as x / 0
            full = {name: faulty.get(name) for name in rule.facts if name in wanted}
            assert None not in full.values()


def test_no_question_of_a_small_pack_is_idle(metal: Pack) -> None:
    assert assert_none_is_idle(metal) == 3
    assert {each.kind.name for each in questions_of(metal)} == {
        "review.done",
        "review.panel",
        "scrap.kinds",
    }
    assert {each.kind.name for each in needs_of(metal)} == {
        "boundary.kind",
        "excluded.share",
        "data.age",
        "period.end",
    }
    assert_decided(metal)


@pytest.mark.parametrize("category", SHIPPED)
def test_no_question_of_a_shipped_pack_is_idle(category: str) -> None:
    pack = rule_pack(category)
    assert assert_none_is_idle(pack) >= 1
    assert_decided(pack)


def test_only_what_is_open_is_asked(metal: Pack) -> None:
    facts = facts_from(
        metal.kinds,
        {"review.panel": True, "boundary.kind": "gate to gate", "data.age": 2.0,
         "period.end": "2024-12-31"},
    )  # fmt: skip
    assert [each.kind.name for each in questions_of(metal, facts)] == ["scrap.kinds"]
    assert needs_of(metal, facts) == ()
    decided = facts.changed({"data.age": 9.0})
    assert questions_of(metal, decided) == ()


def test_every_question_names_its_clauses_and_rules(metal: Pack) -> None:
    done = next(each for each in questions_of(metal) if each.kind.name == "review.done")
    assert done.clauses == ("ISO 14067:2018, 8",)
    assert [rule.id for rule in done.rules] == ["CO002"]


def filled(path: Path, answers: Mapping[str, str], evidence: str = "report 7, p. 3") -> None:
    """Answer as a person would: in the column 'value', beside the fact."""
    book = openpyxl.load_workbook(path)
    page = book["陈述 statements"]
    heads = [str(cell.value).split("\n")[-1] for cell in page[1]]
    at = {key: heads.index(key) + 1 for key in ("fact", "value", "evidence")}
    for row in range(2, page.max_row + 1):
        fact = page.cell(row, at["fact"]).value
        if fact in answers:
            page.cell(row, at["value"]).value = answers[str(fact)]
            page.cell(row, at["evidence"]).value = evidence
    book.save(path)


def offered(path: Path, fact: str) -> list[str]:
    """Return the words that the drop-down list of a question offers."""
    book = openpyxl.load_workbook(path)
    page = book["陈述 statements"]
    row = next(r for r in range(2, page.max_row + 1) if page.cell(r, 1).value == fact)
    column = next(c.column_letter for c in page[1] if str(c.value).endswith("\nvalue"))
    for each in page.data_validations.dataValidation:
        if f"{column}{row}" in str(each.sqref).split():
            letter = each.formula1.split("!$")[1][0]
            cells = book["# lists"][letter]
            return [str(cell.value) for cell in cells if cell.value]
    return []


def test_a_filled_workbook_reads_back(tmp_path: Path) -> None:
    pack = rule_pack("aluminium")
    path = tmp_path / "问卷.xlsx"
    questionnaire(pack, path)
    kinds = [each.kind for each in questions_of(pack)]
    truths = [kind.name for kind in kinds if kind.kind == "truth"]
    words = [kind.name for kind in kinds if kind.kind == "word"]
    assert offered(path, truths[0]) == ["是 yes", "否 no"]
    answers = dict.fromkeys(truths, "是 yes")
    for name in words:
        choices = offered(path, name)
        assert len(choices) == len(pack.kinds[name].words)
        answers[name] = choices[-1]
    filled(path, answers)
    found = read_questionnaire(path, pack)
    assert {each.fact for each in found.statements} == set(answers)
    assert {each.kind.name for each in found.open} == {k.name for k in kinds} - set(answers)
    assert found.needs
    study = found.given_to(reference_study("aluminium"))
    data = open_background("cn-public", edition="2026.1")
    facts = facts_of(study, study.footprint(data), background=data, pack=pack)
    assert all(facts[name].value is True for name in truths)
    assert all(facts[name].value == list(pack.kinds[name].words)[-1] for name in words)


def test_an_answer_without_evidence_is_not_believed(tmp_path: Path) -> None:
    pack = rule_pack("aluminium")
    path = tmp_path / "q.xlsx"
    questionnaire(pack, path)
    filled(path, {"offsets.subtracted": "否 no"}, evidence="")
    study = read_questionnaire(path, pack).given_to(reference_study("aluminium"))
    data = open_background("cn-public", edition="2026.1")
    footprint = study.footprint(data)
    assert facts_of(study, footprint, background=data)["offsets.subtracted"].value is None


def test_a_wrong_answer_is_told_with_its_cell(tmp_path: Path) -> None:
    pack = rule_pack("aluminium")
    path = tmp_path / "q.xlsx"
    questionnaire(pack, path)
    filled(path, {"offsets.subtracted": "perhaps"})
    with pytest.raises(RuleError) as error:
        read_questionnaire(path, pack)
    (told,) = error.value.problems
    assert told.code == "statement-value"
    assert told.where.sheet


def test_a_study_fills_the_workbook_and_is_read_back(tmp_path: Path) -> None:
    """`read_study` takes the whole workbook; what only a folder can hold stays away."""
    pack = rule_pack("aluminium")
    study = reference_study("aluminium")
    path = tmp_path / "q.xlsx"
    questionnaire(pack, path, study=study)
    back = read_study(path)
    assert back.activity == study.activity
    assert back.declared_unit == study.declared_unit
    assert {each.fact for each in back.statements} >= {
        each.kind.name for each in questions_of(pack)
    }
    assert all(
        each in back.statements
        for each in study.statements
        if each.fact not in {question.kind.name for question in questions_of(pack)}
    )


def test_the_same_pack_gives_the_same_workbook(metal: Pack, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        questionnaire(metal, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_filled_in_workbook_is_never_overwritten(metal: Pack, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    questionnaire(metal, path)
    with pytest.raises(FileError, match="workbook-exists"):
        questionnaire(metal, path)
    with pytest.raises(FileError, match="workbook-ending"):
        questionnaire(metal, tmp_path / "q.csv")


def test_the_workbook_speaks_both_languages(metal: Pack, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    questionnaire(metal, path)
    book = openpyxl.load_workbook(path)
    texts = {str(cell.value) for page in book for row in page for cell in row if cell.value}
    assert "是否经过评审？" in texts
    assert "Was it reviewed?" in texts
    assert any("ISO 14067:2018, 8" in each for each in texts)
    assert any("smelting" in each and "boundary.kind" in each for each in texts)
    assert any("excluded.share" in each for each in texts)


def test_the_command_asks_less_of_a_study_that_is_there(tmp_path: Path) -> None:
    folder = next(each for each in shipped_folders() if each.name == "aluminium")
    runner, app = CliRunner(), build()
    whole, less = str(tmp_path / "whole.xlsx"), str(tmp_path / "less.xlsx")
    first = runner.invoke(app, ["questionnaire", "铝", whole, "-l", "en"])
    study = ["--study", str(folder / "reference_study")]
    second = runner.invoke(app, ["questionnaire", "aluminium", less, *study, "-l", "en"])
    counts = [int(each.stdout.split(": ")[1].split()[0]) for each in (first, second)]
    assert 0 < counts[1] < counts[0]
