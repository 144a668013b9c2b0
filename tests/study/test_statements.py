"""What a study states of itself: read, checked, written, varied, believed only with evidence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import openpyxl

from pcf.study import Study, read_study, write_study, write_template
from pcf.study.statements import evidence_fault
from pcf.study.template import study_workbook
from pcf.study.values import Evidence, Statement

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background import Background

HEAD = "事实,内容,单位,证据文件,文件指纹,证据,来源,出处,备注"


def state(folder: Path, *rows: str, head: str = HEAD) -> Study:
    """Return the smelter with these statements."""
    (folder / "statements.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return read_study(folder)


def test_statements_are_read_under_chinese_and_english_headings(folder: Path) -> None:
    row = "review.done,是,,,,第12号鉴定性评审报告,,第3页,示例"
    expected = Statement(
        "review.done",
        "是",
        evidence=Evidence(text="第12号鉴定性评审报告"),
        locator="第3页",
        note="示例",
    )
    english = "fact,value,unit,evidence file,SHA-256,evidence,source,locator,note"
    for head in (HEAD, english):
        study = state(folder, row, head=head)
        assert study.problems == ()
        assert study.statements == (expected,)


def test_a_fact_stated_twice_is_one_problem_with_its_line(folder: Path) -> None:
    study = state(folder, "review.done,yes,,,,no. 12,,,", "review.done,no,,,,no. 13,,,")
    (told,) = study.check()
    assert (told.code, told.where.line, told.where.column) == ("statement-twice", 3, "fact")


def test_an_unanswered_row_is_no_problem(folder: Path) -> None:
    study = state(folder, "review.done,,,,,,,,")
    assert study.check() == ()
    assert study.statements[0].value == ""


def test_a_source_that_is_not_listed_is_told(folder: Path) -> None:
    study = state(folder, "review.done,yes,,,,,S99,,")
    assert [(each.code, each.where.column) for each in study.check()] == [
        ("source-unknown", "source")
    ]


def test_evidence_outside_the_folder_is_told(folder: Path) -> None:
    study = state(folder, f"review.done,yes,,../secret.pdf,{'0' * 64},,,,")
    assert [each.where.column for each in study.check()] == ["evidence_file"]
    assert evidence_fault(study.statements[0], folder) == "missing"


def test_evidence_is_the_file_that_it_says(folder: Path) -> None:
    proof = folder / "evidence" / "review.txt"
    proof.write_bytes(b"reviewed")
    sha = hashlib.sha256(b"reviewed").hexdigest()
    good = state(folder, f"review.done,yes,,evidence/review.txt,{sha.upper()},,,,").statements[0]
    bare = state(folder, "review.done,yes,,evidence/review.txt,,no. 12,,,").statements[0]
    assert evidence_fault(good, folder) == ""
    assert evidence_fault(good, None) == "no folder"
    assert evidence_fault(bare, folder) == "no fingerprint"
    proof.write_bytes(b"reviewed!")
    assert evidence_fault(good, folder) == "differs"
    proof.unlink()
    assert evidence_fault(good, folder) == "missing"


def test_an_empty_file_shows_nothing_and_nor_does_an_empty_word(folder: Path) -> None:
    (folder / "evidence" / "empty.txt").write_bytes(b"")
    sha = hashlib.sha256(b"").hexdigest()
    study = state(
        folder,
        f"review.done,yes,,evidence/empty.txt,{sha},the report,,,",
        "review.independent,yes,,,,—,,,",
        "pcr.followed,yes,,,,暂无,,,",
    )
    faults = [evidence_fault(each, study.folder) for each in study.statements]
    assert faults == ["empty", "none", "none"]


def test_what_stands_in_the_folder_is_written_with_its_evidence(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "evidence" / "review.csv").write_bytes(b"reviewed\n")
    sha = hashlib.sha256(b"reviewed\n").hexdigest()
    study = state(folder, f"review.done,yes,,evidence/review.csv,{sha},,,,")
    write_study(study, tmp_path / "again")
    again = read_study(tmp_path / "again")
    assert again == study
    assert evidence_fault(again.statements[0], again.folder) == ""


def test_a_workbook_holds_the_statements(smelter: Study, folder: Path) -> None:
    path = folder / "study.xlsx"
    path.write_bytes(study_workbook(smelter))
    assert smelter.statements
    assert read_study(path).statements == smelter.statements


def test_the_template_has_a_sheet_to_state_on(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    sheet = next(each for each in book.worksheets if "statements" in each.title)
    sheet.append(["review.done", "yes", None, None, None, "no. 12"])
    book.save(path)
    assert read_study(path).statements[-1].fact == "review.done"


def test_statements_change_no_number(smelter: Study, background: Background) -> None:
    other = smelter.varying(statements=[Statement("review.done", "yes")])
    assert other != smelter
    assert smelter.varying(statements=smelter.statements) == smelter
    assert other.footprint(background) == smelter.footprint(background)
