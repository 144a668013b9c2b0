"""Everything written reads back equal: folders, workbooks, the template filled in."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.electricity import Share, Supply
from pcf.errors import FileError, StudyProblems, problem
from pcf.model.amounts import Amount, Source, Spread
from pcf.model.coverage import Period
from pcf.model.declared import DeclaredUnit, Exclusion
from pcf.study import Study, read_study, write_study, write_template
from pcf.study.call_rows import CallRow
from pcf.study.template import study_workbook
from pcf.study.values import (
    ActivityRow,
    AllocationChoice,
    Alternative,
    CoProductRow,
    Evidence,
    Leg,
    MeterSupply,
    Mix,
    Parameter,
    ProcessRow,
    ProviderChoice,
    SiteTotal,
    Statement,
    Stock,
    StudyElectricity,
)
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import Background

words = st.text(st.sampled_from("abc 铝锭=+-'\"#,;|\n电0.5%"), min_size=1, max_size=8).map(
    lambda text: f"x{text}".replace("|", "/").strip()
)
maybe = st.one_of(st.just(""), words)
numbers = st.floats(0, 1e12, allow_nan=False).filter(lambda value: value == 0 or value > 1e-12)
units = st.sampled_from(["t", "kg", "kWh", "万kWh", "kg CO2e", "m3@20C"])
amounts = st.builds(Amount, numbers, units)
periods = st.sampled_from([None, *map(Period.read, ("2024", "2024-03", "2024-02-05/2024-02-09"))])
names = st.builds(Name, maybe, maybe)
confidences = st.sampled_from([None, "primary", "secondary", "derived", "assumption", "unverified"])
shares = st.dictionaries(words, st.floats(0.01, 1), min_size=1, max_size=3)
rows = st.builds(
    ActivityRow,
    words,
    words,
    words,
    amounts,
    direction=st.sampled_from(["input", "output"]),
    kind=st.sampled_from(["product", "waste", "elementary", "credit", "internal"]),
    formula=maybe,
    stock=st.one_of(st.none(), st.builds(Stock, numbers, numbers, numbers, numbers)),
    period=periods,
    basis=st.sampled_from(["", "dry", "lower heating value"]),
    meter=maybe,
    stage=maybe,
    confidence=confidences,
    spread=st.sampled_from([None, Spread("lognormal", 1.1), Spread("pert", 0.0, 3.5)]),
    evidence=st.builds(Evidence, text=maybe),
    source=maybe,
    locator=maybe,
    alternative=maybe,
    note=maybe,
)
processes = st.builds(
    ProcessRow,
    words,
    words,
    amounts,
    name=names,
    stage=maybe,
    place=st.sampled_from(["", "CN-GS"]),
    period=periods,
    treats=st.booleans(),
    controlled=st.sampled_from([None, True, False]),
)
coproducts = st.builds(
    CoProductRow,
    words,
    words,
    st.one_of(st.none(), amounts),
    treats=st.booleans(),
    properties=st.dictionaries(
        st.sampled_from(["price", "水分"]), st.builds(Amount, numbers, st.just("CNY/kg"))
    ),
)
legs = st.builds(
    Leg, words, words, words, st.builds(Amount, numbers, st.just("t")), words,
    st.builds(Amount, numbers, st.just("km")), confidence=confidences, source=maybe, note=maybe,
)  # fmt: skip
links = st.builds(ProviderChoice, maybe, words, words)
parameters = st.one_of(
    st.builds(Parameter, words, amounts, source=maybe),
    st.builds(Parameter, words, formula=words, source=maybe),
)
local = st.builds(Parameter, words, amounts, process=words)
allocations = st.builds(
    AllocationChoice, words, words, st.sampled_from(["", "physical"]), maybe, shares
)
supplies = st.builds(
    lambda meter, losses, evidence: MeterSupply(
        meter,
        Supply((Share("wind", 0.25, "direct line", 0.02), Share("PV", 0.75)), evidence, losses),
    ),
    words,
    st.sampled_from(["published", "gross_up"]),
    st.one_of(st.none(), words),
)
calls = st.builds(
    CallRow, words, words, words, words, maybe, st.sampled_from(["", "kg/ha"]), maybe, maybe,
    confidence=confidences, evidence=st.builds(Evidence, text=maybe), source=maybe, note=maybe,
)  # fmt: skip
sources = st.builds(
    Source, words, words, data_year=st.one_of(st.none(), st.integers(1900, 2100)), note=maybe,
    confidence=st.sampled_from(["primary", "unverified"]),
)  # fmt: skip


def few(strategy: st.SearchStrategy, key: str = "") -> st.SearchStrategy:
    """Return tuples of up to two values, told apart by `key`."""
    unique = (lambda each: getattr(each, key)) if key else None
    return st.lists(strategy, max_size=2, unique_by=unique).map(tuple)


alternatives = st.builds(
    Alternative, words, names, few(words), few(words), few(links), few(parameters, "name"),
    few(allocations, "process"),
)  # fmt: skip
studies = st.builds(
    Study,
    words,
    names,
    names,
    place=st.sampled_from(["CN", "CN-GS"]),
    period=periods.filter(bool),
    boundary=st.sampled_from(["cradle to gate", "cradle to gate: 全部"]),
    background=maybe,
    characterisation=maybe,
    convention=st.sampled_from(["0/0", "-1/+1"]),
    declared_unit=st.builds(
        DeclaredUnit,
        amounts.filter(lambda amount: amount.value > 0),
        words,
        st.sampled_from(["", "dry"]),
        st.one_of(st.none(), amounts),
        names,
    ),
    electricity=st.builds(StudyElectricity, maybe, supplies=few(supplies, "meter")),
    processes=st.lists(processes, min_size=1, max_size=2).map(tuple),
    coproducts=few(coproducts),
    activity=st.lists(rows, min_size=1, max_size=3).map(tuple),
    legs=few(legs),
    methods=few(calls),
    site_totals=few(st.builds(SiteTotal, words, amounts, periods, maybe)),
    statements=few(
        st.builds(Statement, words, maybe, maybe, st.builds(Evidence, text=maybe), maybe, maybe)
    ),
    sources=few(sources, "id"),
    exclusions=few(st.builds(Exclusion, maybe, words, st.one_of(st.none(), amounts), words, maybe)),
    unverified=few(words),
    links=few(links),
    mixes=few(st.builds(Mix, words, shares.map(lambda table: tuple(table.items()))), "product"),
    allocations=few(allocations, "process"),
    parameters=few(st.one_of(parameters, local), "name"),
    alternatives=few(alternatives, "name"),
    chosen=few(words),
)


@settings(max_examples=25)
@given(study=studies)
def test_a_folder_reads_back_equal(study: Study) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_study(study, Path(place, "碳足迹 测试"))
        found = read_study(Path(place, "碳足迹 测试"))
    assert found.problems == ()
    assert found == replace(study, parameters=_sorted(study))


def _sorted(study: Study) -> tuple[Parameter, ...]:
    """Return the global parameters before those of processes, as study.toml lists them."""
    return tuple(sorted(study.parameters, key=lambda each: bool(each.process)))


def test_the_smelter_reads_back_equal_with_its_evidence(
    smelter: Study, tmp_path: Path, background: Background
) -> None:
    write_study(smelter, tmp_path / "copy")
    copy = read_study(tmp_path / "copy")
    assert copy == smelter
    assert copy.footprint(background).total == smelter.footprint(background).total


@pytest.mark.parametrize("name", ["more anodes", "dross by mass"])
def test_a_variation_reads_back_equal(smelter: Study, tmp_path: Path, name: str) -> None:
    varied = smelter.varying(
        alternative=name, electricity={"potline 1": "PV"}, rows={"metal": "999 t"}
    )
    write_study(varied, tmp_path / "copy")
    assert read_study(tmp_path / "copy") == varied


def test_a_study_with_problems_is_not_written(smelter: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyProblems):
        write_study(replace(smelter, problems=(problem("study-missing"),)), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_folder_that_is_not_empty_is_left_alone(smelter: Study, folder: Path) -> None:
    before = (folder / "study.toml").read_bytes()
    with pytest.raises(FileError):
        write_study(smelter.varying(period="2023"), folder)
    assert (folder / "study.toml").read_bytes() == before


def test_evidence_without_a_folder_is_not_lost_silently(smelter: Study, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        write_study(replace(smelter, folder=None), tmp_path / "copy")
    assert caught.value.problems[0].code == "study-no-folder"


def test_the_empty_template_reads_and_says_what_is_missing(tmp_path: Path) -> None:
    write_template(tmp_path / "模板.xlsx")
    study = read_study(tmp_path / "模板.xlsx")
    missing = {each.facts.get("key") for each in study.problems}
    assert {"id", "place", "period", "amount", "product"} <= missing


def test_the_template_explains_every_column_and_offers_choices(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["活动数据 activity"]
    heads = [cell.value for cell in sheet[1]]
    assert "数量\namount" in heads
    assert all(cell.value for cell in sheet[2])
    assert sheet.cell(3, 1).value.startswith("# 例 e.g.")
    offered = {each.promptTitle for each in sheet.data_validations.dataValidation}
    assert {"单位 unit", "数据类型 confidence", "类型 kind", "阶段 stage"} <= offered
    assert {title.split()[-1] for title in book.sheetnames} >= {"study", "exclusions", "legs"}


def test_a_template_filled_in_by_hand_gives_a_footprint(
    tmp_path: Path, background: Background
) -> None:
    """As an exporter does it: captions in Chinese, drop-down words in both languages."""
    path = tmp_path / "示例.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    settings_of = {
        "研究编号": "demo",
        "地点": "甘肃",
        "时期": 2024,
        "系统边界": "从摇篮到大门",
        "背景数据": "cn-public 2026.1",
        "特征化集": "AR6",
        "生物源二氧化碳约定": "0/0",
        "声明单位数量": "1 t",
        "声明产品": "石灰石粉",
        "电力处理方式": "location",
    }
    for row in book["研究 study"].iter_rows(min_row=2):
        name = str(row[0].value).split()[0]
        if name in settings_of:
            row[1].value = settings_of.pop(name)
    assert settings_of == {}
    fill(book["过程 processes"], 过程="磨机", 产品="石灰石粉", 基准数量=100, 单位="吨")
    fill(
        book["活动数据 activity"], 行号="1", 过程="磨机", 方向="输入 input", 流="电力", 数量=0.5,
        单位="万kWh", 电表="一号表", 数据类型="初级 primary", 证据="电费单",
    )  # fmt: skip
    fill(
        book["活动数据 activity"], 行号="2", 过程="磨机", 方向="输出 output", 流="二氧化碳", 数量=1,
        单位="吨", 证据="化验单",
    )  # fmt: skip
    book.save(path)
    study = read_study(path)
    assert study.check(background) == ()
    assert study.footprint(background).total == pytest.approx((5000 * 0.5777 + 1000) / 100)


def fill(sheet: openpyxl.worksheet.worksheet.Worksheet, **cells: object) -> None:
    """Write a row under those that are there, by the Chinese caption of each column."""
    captions = [str(cell.value).split("\n")[0] for cell in sheet[1]]
    line = sheet.max_row + 1
    for caption, value in cells.items():
        sheet.cell(line, captions.index(caption) + 1).value = value


def test_the_same_study_gives_the_same_workbook(smelter: Study) -> None:
    assert study_workbook(smelter) == study_workbook(smelter)


def test_a_template_never_takes_the_place_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plant.xlsx"
    path.write_bytes(b"filled in")
    for target, code in ((path, "workbook-exists"), (tmp_path / "plant.txt", "workbook-ending")):
        with pytest.raises(FileError) as caught:
            write_template(target)
        assert caught.value.problems[0].code == code
    assert path.read_bytes() == b"filled in"
    assert [each.name for each in tmp_path.iterdir()] == ["plant.xlsx"]
