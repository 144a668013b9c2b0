"""However a study is written, it is the same study: encodings, headings, digits, workbook."""

from __future__ import annotations

import csv
import io
import pickle
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from pcf import resources
from pcf.errors import FileError
from pcf.study import Study, read_study, reference_study
from pcf.study.columns import headings, table_columns, words
from pcf.study.template import study_workbook
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.background import Background

TABLES = ("processes", "coproducts", "activity", "legs", "site_totals", "statements", "sources")


def rewrite(path: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> None:
    """Rewrite a CSV table."""
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(change(rows))
    path.write_text(stream.getvalue(), "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_change_nothing(folder: Path, smelter: Study, encoding: str) -> None:
    for path in [*folder.glob("*.csv"), folder / "study.toml"]:
        path.write_bytes(path.read_text("utf-8").encode(encoding))
    study = read_study(folder)
    assert study.problems == ()
    assert study == smelter


def test_chinese_headings_change_nothing(folder: Path, smelter: Study) -> None:
    for table in TABLES:
        names = {column.key: column.caption.zh for column in table_columns(table)}
        rewrite(
            folder / f"{table}.csv",
            lambda rows, names=names: [[names.get(key, key) for key in rows[0]], *rows[1:]],
        )
    assert read_study(folder) == smelter


def test_full_width_digits_and_chinese_words_change_nothing(folder: Path, smelter: Study) -> None:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    said = {"input": "输入", "output": "输出", "product": "产品", "primary": "初级", "t": "吨"}
    numbers = {"amount", "opening_stock", "received", "sold", "closing_stock"}

    def change(rows: list[list[str]]) -> list[list[str]]:
        head = rows[0]
        return [head] + [
            [
                cell.translate(wide)
                if key in numbers
                else said.get(cell, cell)
                if key in ("direction", "kind", "confidence", "unit")
                else cell
                for key, cell in zip(head, row, strict=True)
            ]
            for row in rows[1:]
        ]

    rewrite(folder / "activity.csv", change)
    assert "１１５" in (folder / "activity.csv").read_text("utf-8")
    assert read_study(folder) == smelter


def test_order_of_rows_changes_no_number(
    folder: Path, smelter: Study, background: Background
) -> None:
    for table in TABLES:
        rewrite(folder / f"{table}.csv", lambda rows: [rows[0], *reversed(rows[1:])])
    turned = read_study(folder).footprint(background).total
    assert turned == pytest.approx(smelter.footprint(background).total, rel=1e-12)


def test_a_workbook_says_the_same_as_a_folder(
    folder: Path, smelter: Study, background: Background
) -> None:
    path = folder / "研究.xlsx"
    path.write_bytes(study_workbook(smelter))
    study = read_study(path)
    assert study.problems == ()
    assert study == smelter
    assert study.footprint(background).total == smelter.footprint(background).total


def test_a_problem_in_a_workbook_names_its_cell(folder: Path, smelter: Study) -> None:
    path = folder / "研究.xlsx"
    path.write_bytes(study_workbook(smelter))
    book = openpyxl.load_workbook(path)
    sheet = book["活动数据 activity"]
    captions = [str(cell.value).split("\n")[-1] for cell in sheet[1]]
    column = captions.index("amount") + 1
    line = next(row[0].row for row in sheet.iter_rows() if row[0].value == "cf4")
    sheet.cell(line, column).value = "eighteen"
    book.save(path)
    (found,) = read_study(path).problems
    assert found.code == "number-not"
    assert found.where.cell == f"F{line}"
    assert found.where.sheet == "活动数据 activity"


def test_a_study_and_its_problems_cross_a_process_boundary(folder: Path) -> None:
    with (folder / "activity.csv").open("a", encoding="utf-8") as stream:
        stream.write("bad,potroom,input,,alumina,x,ton" + "," * 20 + "\n")
    study = read_study(folder)
    assert len(study.problems) == 2
    assert pickle.loads(pickle.dumps(study)) == study  # noqa: S301 - our own bytes


def test_a_study_without_its_evidence_file_says_so_once_a_row(folder: Path) -> None:
    (folder / "evidence" / "electricity-2024.csv").unlink()
    codes = [each.code for each in read_study(folder).problems]
    assert codes == ["evidence-missing"] * 24


def test_a_missing_table_is_said_and_the_rest_is_read(folder: Path) -> None:
    (folder / "activity.csv").unlink()
    study = read_study(folder)
    assert [each.code for each in study.problems] == ["file-missing"]
    assert len(study.processes) == 2


def test_a_table_with_a_misspelt_name_is_not_passed_over(folder: Path) -> None:
    (folder / "legs.csv").rename(folder / "leg.csv")
    (folder / "#old.csv").write_text("a note", "utf-8")
    (told,) = read_study(folder).problems
    assert (told.code, told.where.file) == ("table-unknown", "leg.csv")
    assert "legs.csv" in told.candidates


def test_the_own_background_may_be_left_out(folder: Path, background: Background) -> None:
    shutil.rmtree(folder / "background")
    codes = {each.code for each in read_study(folder).check(background)}
    assert codes == {"link-provider-unknown", "link-unknown"}


def test_an_own_background_that_leans_on_a_changed_edition_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "editions"
    shutil.copytree(resources.folder("background_data"), data)
    with (data / "cn-public" / "2026.1" / "exchanges.csv").open("ab") as stream:
        stream.write(b"\n")
    before = read_study(folder)
    assert before.own_background is not None
    monkeypatch.setattr(resources, "folder", lambda _: data)
    after = read_study(folder)
    assert [each.code for each in after.problems] == ["edition-changed"]
    assert after.own_background is None


def test_reference_studies_have_no_problem(background: Background) -> None:
    assert reference_study("aluminium").check(background) == ()


@pytest.mark.parametrize("table", [*words("sheets")])
def test_no_two_columns_of_a_table_share_a_heading(table: str) -> None:
    folded: dict[str, str] = {}
    for form, key in headings(table).items():
        assert folded.setdefault(fold(form), key) == key, form


@pytest.mark.parametrize("table", [*words("sheets")])
def test_every_column_and_choice_is_named_in_both_languages(table: str) -> None:
    for column in table_columns(table):
        assert column.caption.zh
        assert column.caption.en
        assert bool(column.explanation.zh) == bool(column.explanation.en), column.key
        for name in column.choices.values():
            assert name.en


def test_a_variant_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(FileError, match="variant-unknown") as caught:
        reference_study("aluminium", variant="sunshine")
    assert "sunshine" in str(caught.value)
