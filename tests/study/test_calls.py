"""A study calls published methods: what they find becomes rows, and mistakes are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.errors import StudyProblems
from pcf.methods.declaration import Estimate
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import Period
from pcf.model.declared import DeclaredUnit
from pcf.study import Study, read_study, write_study
from pcf.study.call_rows import CallRow
from pcf.study.callable_methods import FUNCTIONS, called
from pcf.study.calling import computed, given_confidences
from pcf.study.values import (
    Alternative,
    Evidence,
    Parameter,
    ProcessRow,
    StudyElectricity,
)

if TYPE_CHECKING:
    from pcf.background import Background

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "methods_in_a_study.md"
N2O = 273 * 44 / 28  # kg CO2e per kg N2O-N, AR6


def call(
    id_: str, method: str, need: str, value: str = "", unit: str = "", **more: object
) -> CallRow:
    """Return one row of a call in the field; numbers name the source F1."""
    source = "F1" if unit or more.get("formula") else ""
    given = {"source": source, **more}
    return CallRow(id_, "field", method, need, value, unit, **given)  # type: ignore[arg-type]


def nitrogen(id_: str, kind: str, amount: str, **more: object) -> list[CallRow]:
    """Return a call of 'nitrogen applied' with nutrient mass."""
    name = "nitrogen applied"
    return [
        call(id_, name, "kind", kind),
        call(id_, name, "basis", "nutrient"),
        call(id_, name, "amount", amount, "kg/ha", **more),
    ]


def direct(id_: str, inputs: list[str], climate: str = "dry", **more: object) -> list[CallRow]:
    """Return a call of direct N2O on one hectare."""
    name = "direct N2O from soils"
    rows = [call(id_, name, "inputs", taken=each, **more) for each in inputs]
    return [
        *rows,
        call(id_, name, "climate", climate, **more),
        call(id_, name, "edition", "2019", **more),
    ]


RESIDUES = [
    call("residues", "crop residues", "crop", "potato"),
    call("residues", "crop residues", "harvest", formula="harvest"),
    call("residues", "crop residues", "basis", "wet"),
    call("residues", "crop residues", "dry_matter", "0.22", "1"),
    call("residues", "crop residues", "edition", "2019"),
]


@pytest.fixture
def field() -> Study:
    """Return a field of potatoes whose nitrogen is all that it emits."""
    harvest = Parameter("harvest", Amount(20.0, "t/ha"), source="F1")
    return Study(
        "field",
        place="CN",
        period=Period.read("2024"),
        background="cn-public 2026.1",
        characterisation="AR6",
        convention="0/0",
        declared_unit=DeclaredUnit(Amount(1.0, "t"), "potatoes"),
        processes=(ProcessRow("field", "potatoes", Amount(20.0, "t")),),
        methods=(
            *nitrogen("n-urea", "synthetic", "140", confidence="primary"),
            *RESIDUES,
            *nitrogen("n-straw", "residues", "N returned", taken="residues")[:2],
            call("n-straw", "nitrogen applied", "amount", "N returned", taken="residues"),
            *direct("n2o", ["n-urea", "n-straw"]),
            *nitrogen("n-dung", "organic", "50", confidence="assumption"),
        ),
        sources=(Source("F1", "field book 2024"),),
        parameters=(harvest,),
    )


def test_a_chain_of_calls_is_the_arithmetic_of_its_methods(
    field: Study, background: Background
) -> None:
    straw = 20 * 0.22 * (0.4 * 0.019 + (1 + 0.4) * 0.2 * 0.014) * 1000
    footprint = field.footprint(background)
    assert footprint.total == pytest.approx((140 + straw) * 0.005 * N2O / 20, rel=1e-12)
    assert {part.name for part in footprint.by_line() if part.value} == {
        "biogenic CH4 and N2O",
    }


def test_the_arithmetic_is_shown_where_the_result_is_explained(
    field: Study, background: Background
) -> None:
    shown = str(field.footprint(background).because_of("n2o 1"))
    for part in ("N2O = sum (N_i x EF1_i) x 44/28", "140 kg N/ha", "EF1 0.005", "Table 11.1"):
        assert part in shown


def test_a_parameter_moves_what_the_calls_find(field: Study, background: Background) -> None:
    more = field.varying(parameters={"harvest": "30 t/ha"})
    change = more.footprint(background).total - field.footprint(background).total
    per_tonne = 0.22 * (0.4 * 0.019 + (1 + 0.4) * 0.2 * 0.014) * 1000
    assert change == pytest.approx(10 * per_tonne * 0.005 * N2O / 20, rel=1e-9)


def test_rows_are_as_sure_as_what_they_rest_on(field: Study) -> None:
    dung = replace(field, methods=(*field.methods, *direct("dung", ["n-dung"])))
    rows = {row.id: row for row in computed(dung).study.activity}
    assert rows["n2o 1"].confidence == "derived"  # the nitrogen is measured, the factor is not
    assert rows["dung"].confidence == "assumption"
    assert rows["n2o 1"].source == "F1"
    assert rows["n2o 1"].amount.spread is None
    assert rows["n2o 1"].spread is not None


def test_an_alternative_replaces_a_call_by_another(field: Study, background: Background) -> None:
    wet = Alternative("wet", replaces=("n2o",), by=("n2o-wet",))
    study = replace(
        field,
        methods=(*field.methods, *direct("n2o-wet", ["n-urea"], climate="wet")),
        alternatives=(wet,),
    )
    assert study.footprint(background).total == field.footprint(background).total
    found = study.varying(alternative="wet").footprint(background).total
    assert found == pytest.approx(140 * 0.016 * N2O / 20, rel=1e-12)


def test_editions_do_not_mix_among_the_calls_that_stand(field: Study) -> None:
    old = [
        replace(row, id="old", value="2006") if row.need == "edition" else replace(row, id="old")
        for row in direct("old", ["n-urea"])
    ]
    mixed = replace(field, methods=(*field.methods, *old))
    assert [each.code for each in mixed.check()] == ["method-editions-mixed"]
    apart = replace(mixed, alternatives=(Alternative("2006", by=("old",)),))
    assert apart.check() == ()


def test_power_of_a_method_is_metered(field: Study) -> None:
    given = {"wet_mass": "3.5 t", "moisture_before": "75 %", "moisture_after": "12.5 %"}
    rows = [call("dry", "drying", need, *text.split()) for need, text in given.items()]
    rows += [
        call("dry", "drying", "technology", "heat pump"),
        call("dry", "drying", "meter", "dryer"),
    ]
    made = computed(replace(field, methods=tuple(rows))).study.activity
    assert [(row.flow, row.meter, row.kind) for row in made] == [
        ("electricity", "dryer", "product")
    ]
    assert made[0].amount.value == pytest.approx(2500 * 1.52)


def test_nothing_of_a_waste_makes_no_row(field: Study) -> None:
    rows = [
        call("film", "plastic film", "laid", "75", "kg/ha"),
        call("film", "plastic film", "recovered", "0", "1"),
        call("film", "plastic film", "burnt", "10", "%"),
    ]
    made = computed(replace(field, methods=tuple(rows))).study.activity
    assert [row.flow for row in made] == ["plastic mulch film", "CO2, fossil"]


def _changed(rows: tuple[CallRow, ...], at: str, **changes: object) -> tuple[CallRow, ...]:
    return tuple(
        replace(row, **changes) if (row.id, row.need) == ("n-urea", at) else row  # type: ignore[arg-type]
        for row in rows
    )


MISTAKES = {
    "call-method-unknown": lambda rows: tuple(
        replace(row, method="nitrogen aplied") if row.id == "n-urea" else row for row in rows
    ),
    "call-method-whole": lambda rows: tuple(
        replace(row, method="perennial crop") if row.id == "n-urea" else row for row in rows
    ),
    "call-head-differs": lambda rows: _changed(rows, "basis", stage="transport"),
    "process-unknown": lambda rows: tuple(replace(row, process="feld") for row in rows),
    "call-value": lambda rows: _changed(rows, "amount", formula="harvest"),
    "row-no-source": lambda rows: _changed(rows, "amount", source=""),
    "method-need-unknown": lambda rows: _changed(rows, "basis", need="basic"),
    "method-need-word": lambda rows: _changed(rows, "basis", value="nutrients"),
    "method-need-unit": lambda rows: _changed(rows, "amount", unit="kg"),
    "method-need-range": lambda rows: _changed(rows, "amount", value="-3"),
    "call-unknown": lambda rows: (*rows, *direct("more", ["n-ura"])),
    "call-kind": lambda rows: (*rows, *direct("more", ["residues"])),
    "call-quantity": lambda rows: _changed(
        rows, "amount", value="N left", unit="", source="", taken="residues"
    ),
    "call-need-twice": lambda rows: (*rows, rows[1]),
    "call-needs-missing": lambda rows: tuple(row for row in rows if row.need != "climate"),
    "call-cycle": lambda rows: _changed(
        rows, "amount", value="x", unit="", source="", taken="n-urea"
    ),
}


@pytest.mark.parametrize("code", MISTAKES)
def test_a_mistake_is_told_with_its_row(field: Study, background: Background, code: str) -> None:
    wrong = replace(field, methods=MISTAKES[code](field.methods))
    told = wrong.check()
    assert code in {each.code for each in told}
    assert all(each.where.item for each in told)
    with pytest.raises(StudyProblems):
        wrong.footprint(background)


def test_the_id_of_a_row_is_not_that_of_a_call(field: Study) -> None:
    row = computed(field).study.activity[0]
    clash = replace(field, activity=(replace(row, id="n2o", flow="CO2, fossil"),))
    assert "row-id-twice" in {each.code for each in clash.check()}


def test_every_listed_method_is_declared_and_has_its_needs() -> None:
    for name in FUNCTIONS:
        method = called(name)
        given = set(method.kinds)
        needs = {need.id for need in method.method.needs if not need.optional}
        adapted = {"direct land-use change", "seed"}
        assert needs <= given or name in adapted, name


def test_calls_are_written_and_read_back(field: Study, tmp_path: Path) -> None:
    field = replace(field, electricity=StudyElectricity())
    write_study(field, tmp_path / "田")
    assert read_study(tmp_path / "田") == field


def test_evidence_of_a_call_is_held_against_its_fingerprint(field: Study, tmp_path: Path) -> None:
    write_study(field, tmp_path / "a")
    table = tmp_path / "a" / "methods.csv"
    lines = table.read_text("utf-8").splitlines()
    head = lines[0] + ",evidence_file,evidence_sha256"
    body = [
        f"{line}," + ("book.txt," + "0" * 64 if n == 2 else ",") for n, line in enumerate(lines[1:])
    ]
    table.write_text("\n".join([head, *body]) + "\n", "utf-8")
    assert [each.code for each in read_study(tmp_path / "a").problems] == ["evidence-missing"]
    (tmp_path / "a" / "book.txt").write_text("140 kg", "utf-8")
    assert [each.code for each in read_study(tmp_path / "a").problems] == ["evidence-differs"]


def test_chinese_headings_and_names_call_the_same(field: Study, tmp_path: Path) -> None:
    write_study(field, tmp_path / "a")
    table = tmp_path / "a" / "methods.csv"
    text = table.read_text("utf-8")
    head, _, body = text.partition("\n")
    keys = dict.fromkeys(head.split(","))
    names = {"row": "行号", "process": "过程", "method": "方法", "need": "所需项", "value": "内容",
             "unit": "单位", "formula": "公式", "taken": "取自", "confidence": "数据类型",
             "source": "来源"}  # fmt: skip
    body = body.replace("direct N2O from soils", "农田土壤直接 N2O")
    table.write_text(",".join(names[key] for key in keys) + "\n" + body, "utf-8")
    found = computed(read_study(tmp_path / "a")).found["n2o"]
    assert isinstance(found, Estimate)
    assert found["N"] == pytest.approx(140 + 20 * 0.22 * (0.4 * 0.019 + 1.4 * 0.2 * 0.014) * 1000)


def test_evidence_is_a_source_enough(field: Study) -> None:
    rows = _changed(field.methods, "amount", source="", evidence=Evidence(text="field book p. 3"))
    made = computed(replace(field, methods=rows))
    assert made.problems == ()
    assert made.study.activity[0].evidence.text == "field book p. 3"


def test_the_page_lists_every_method_that_can_be_called() -> None:
    page = PAGE.read_text("utf-8")
    listed = {name for line in page.splitlines() if line.startswith("| ") and ";" in line
              for name in line.split("|")[2].strip().split("; ")}  # fmt: skip
    single = {name for line in page.splitlines() if line.startswith("| ") and ";" not in line
              for name in [line.split("|")[2].strip()]}  # fmt: skip
    assert set(FUNCTIONS) <= listed | single
    assert f"{len(FUNCTIONS)} methods can be called" in page


def test_the_example_of_the_page_reads(tmp_path: Path, field: Study) -> None:
    page = PAGE.read_text("utf-8")
    table = page.split("```csv\n")[1].split("```")[0]
    sources = (*field.sources, Source("S2", "IPCC 2019"))
    write_study(replace(field, methods=(), sources=sources), tmp_path / "a")
    (tmp_path / "a" / "methods.csv").write_text(table, "utf-8")
    study = read_study(tmp_path / "a")
    assert study.check() == ()
    assert [row.id for row in computed(study).study.activity] == ["direct 1", "direct 2"]


def test_the_activity_data_behind_an_emission_may_be_primary(field: Study) -> None:
    alone = replace(field, methods=(*field.methods, *direct("urea-n2o", ["n-urea"])))
    given = given_confidences(alone)
    assert given["urea-n2o"] == "primary"
    assert given["n2o 1"] == "primary"  # residues and edition state no kind of data
    made = {row.id: row.confidence for row in computed(alone).study.activity}
    assert made["urea-n2o"] == "derived"
