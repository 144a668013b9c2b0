"""The workbook for an importer: the summary's cells, the operator's report, and how it was found.

A clean workbook of our own: its first sheet has the columns of the Commission's sheet
'Summary_Products' (template 2.1.1 of 2024-12-13) in their order, each with the letter it has there.
The template itself is not shipped and not filled, since no library keeps its validations whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import files
from pcf.files import Column, Sheet
from pcf.formats.cbam.details import CbamDetails
from pcf.formats.cbam.emissions import embedded_emissions
from pcf.formats.cbam.goods import potentials, table
from pcf.formats.cbam.report import emissions_report
from pcf.study.marks import MARKS
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf import text
    from pcf.declare.values import Declaration
    from pcf.files import Scalar
    from pcf.formats.cbam.emissions import Embedded

UNIT = "t CO2e/t"


def write_cbam(declaration: Declaration, language: text.Language = "en") -> bytes:
    """Return a declaration as a CBAM workbook of the definitive period, in both languages.

    The numbers are rebuilt from the study's direct elementary flows (`embedded_emissions`), never
    from its footprint. Raises DeclareError with everything that is missing; a product outside CBAM
    is answered with 'not a CBAM good', never with a number.

    No example: `docs/declarations.md` shows it whole.
    """
    del language  # every caption stands in both
    details = cbam_details(declaration)
    embedded = embedded_emissions(declaration, details)
    return files.workbook(
        [
            _summary(declaration, details, embedded),
            _report(declaration, details, embedded),
            _direct(embedded),
            _precursors(embedded),
            _energy(embedded),
            _left_out(embedded),
            _outside(embedded),
        ]
    )


def cbam_details(declaration: Declaration) -> CbamDetails:
    """Return the CBAM details among the annexes of a declaration; empty ones where none are.

    No example: it looks into a declaration.
    """
    found = (each for each in declaration.annexes if isinstance(each, CbamDetails))
    return next(found, CbamDetails())


def summary_row(
    declaration: Declaration, details: CbamDetails, embedded: Embedded
) -> Mapping[str, Scalar]:
    """Return the cells of the Commission's summary by the keys of `tables/summary.csv`.

    No example: `write_cbam` shows it at work.
    """
    product, price = declaration.product, details.carbon_price
    row: dict[str, Scalar] = {
        "process": "; ".join(embedded.inside),
        "good": embedded.good.name,
        "cn_code": product.cn_code,
        "product": " ".join(
            [*(MARKS[mark].says("en") for mark in declaration.marks), product.name]
        ),
        "direct": embedded.direct,
        "indirect": embedded.indirect,
        "total": embedded.information,
        "unit": UNIT,
        "share_default": embedded.share_default,
        "factor_source": details.electricity.code if details.electricity else None,
        "electricity": embedded.electricity,
    }
    row |= dict(details.composition)
    if price is not None:
        row |= {
            "instrument": price.instrument,
            "share_covered": price.share_covered,
            "currency": price.currency,
            "price_due": price.due,
            "rebate_type": price.rebate_type or None,
            "rebate": price.rebate,
            "price_effective": price.effective,
        }
    return row


def _summary(declaration: Declaration, details: CbamDetails, embedded: Embedded) -> Sheet:
    columns = tuple(
        Column(
            row["key"],
            Name(row["en"], row["zh"]),
            "number" if row["kind"] == "number" else "text",
            Name(f"cell {row['column']} of Summary_Products", f"对应模板 {row['column']} 列"),
        )
        for row in table("summary")
    )
    row = summary_row(declaration, details, embedded)
    return Sheet(Name("Summary_Products", "产品汇总"), columns, (row,))


def _report(declaration: Declaration, details: CbamDetails, embedded: Embedded) -> Sheet:
    states = {
        "value": Name("answered", "已填"),
        "missing": Name("missing", "缺失"),
        "not applicable": Name("not applicable", "不适用"),
    }
    columns = (
        Column("number", Name("item", "条目"), "number"),
        Column("name", Name("what is asked", "内容")),
        Column("state", Name("state", "状态"), choices=states),
        Column("answer", Name("answer or reason", "答复或理由")),
    )
    rows: tuple[Mapping[str, Scalar], ...] = tuple(
        {
            "number": float(item.number),
            "name": f"{item.name.zh} {item.name.en}",
            "state": item.answer.state,
            "answer": item.answer.text or None,
        }
        for item in emissions_report(declaration, details, embedded)
    )
    marked: list[Mapping[str, Scalar]] = [
        {"name": f"{MARKS[mark].zh} {MARKS[mark].en}", "state": "value"}
        for mark in declaration.marks
    ]
    basis: Mapping[str, Scalar] = {
        "name": "CBAM 计价基础 basis that CBAM prices, t CO2e/t",
        "state": "missing" if embedded.basis is None else "value",
        "answer": None if embedded.basis is None else f"{embedded.basis:.9g}",
    }
    return Sheet(Name("Operator's report", "经营者排放报告"), columns, (*marked, *rows, basis))


def _direct(embedded: Embedded) -> Sheet:
    columns = (
        Column("process", Name("process", "过程")),
        Column("good", Name("CBAM good", "CBAM 商品")),
        Column("flow", Name("elementary flow", "基本流")),
        Column("kg", Name("kg per t of good", "kg/t"), "number"),
        Column("gwp", Name("CBAM potential", "CBAM 潜势"), "number"),
        Column("kg_co2e", Name("kg CO2e per t of good", "kg CO2e/t"), "number"),
    )
    rows: tuple[Mapping[str, Scalar], ...] = tuple(
        {
            "process": each.process,
            "good": each.good,
            "flow": each.flow,
            "kg": each.kg,
            "gwp": potentials()[each.gas],
            "kg_co2e": each.kg_co2e,
        }
        for each in embedded.own
    )
    return Sheet(Name("Direct emissions", "直接排放"), columns, rows)


def _precursors(embedded: Embedded) -> Sheet:
    columns = (
        Column("flow", Name("precursor", "前体")),
        Column("cn_code", Name("CN code", "CN 编码")),
        Column("country", Name("country of origin", "原产地")),
        Column("tonnes", Name("t per t of good", "吨/吨"), "number"),
        Column("direct", Name("SEE direct", "单位直接排放"), "number"),
        Column("indirect", Name("SEE indirect", "单位间接排放"), "number"),
        Column("source", Name("value from", "数值来源")),
    )
    rows: list[Mapping[str, Scalar]] = []
    for each in embedded.used:
        found = each.precursor.default
        source = "actual, verified 实际值（已核查）"
        if found is not None:
            fell = ", other countries 其他国家" if found.fell_back else ""
            source = f"{found.instrument}, {found.date}, +{100 * found.markup:g} %{fell}"
        rows.append(
            {
                "flow": each.precursor.flow,
                "cn_code": each.precursor.cn_code,
                "country": each.precursor.country,
                "tonnes": each.tonnes,
                "direct": each.direct,
                "indirect": each.indirect,
                "source": source,
            }
        )
    return Sheet(Name("Precursors", "前体"), columns, tuple(rows))


def _outside(embedded: Embedded) -> Sheet:
    says = Name(
        "inputs that bring nothing: neither fuel burnt inside nor a CBAM good",
        "不计入的投入：既非边界内燃烧的燃料，也非 CBAM 商品",
    )
    columns = (Column("flow", says), Column("why", Name("why", "理由")))
    rows = tuple({"flow": flow, "why": why} for flow, why in embedded.outside.items())
    return Sheet(Name("Outside", "边界外"), columns, rows)


def _left_out(embedded: Embedded) -> Sheet:
    columns = (
        Column("process", Name("process", "过程")),
        Column("flow", Name("left out by the study", "研究排除项")),
        Column("bound", Name("at most, kg CO2e per t of good", "上限，kg CO2e/t"), "number"),
        Column("counted", Name("counted in the direct emissions", "是否计入直接排放")),
        Column("why", Name("why", "理由")),
    )
    rows: tuple[Mapping[str, Scalar], ...] = tuple(
        {
            "process": each.home,
            "flow": each.flow,
            "bound": each.bound,
            "counted": "yes 是" if each.counted else "no 否",
            "why": each.why,
        }
        for each in embedded.left_out
    )
    return Sheet(Name("Left out", "排除项"), columns, rows)


def _energy(embedded: Embedded) -> Sheet:
    columns = (
        Column("process", Name("process", "过程")),
        Column("kind", Name("kind", "类别")),
        Column("flow", Name("flow", "流")),
        Column("amount", Name("per t of good; out below zero", "每吨商品；外供为负"), "number"),
        Column("unit", Name("unit", "单位")),
        Column("factor", Name("t CO2 per unit", "每单位 t CO2"), "number"),
        Column("kg", Name("brings, kg CO2 per t of good", "计入，kg CO2/t"), "number"),
    )
    rows: tuple[Mapping[str, Scalar], ...] = tuple(
        {
            "process": each.home,
            "kind": each.kind,
            "flow": each.flow,
            "amount": each.amount,
            "unit": each.unit,
            "factor": each.factor,
            "kg": each.kg,
        }
        for each in embedded.crossing
    )
    return Sheet(Name("Energy across", "跨边界能量"), columns, rows)
