"""`pcf data list`: the background sets, or the rows of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files
from pcf.background import editions
from pcf.background.layout import BOUNDARY_NAMES, CONFIDENCE_NAMES
from pcf.background.search import search as search_for
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.results import as_json
from pcf.cli.sets import opened
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import Background, BackgroundProcess
    from pcf.text import Language

_HEADERS = {
    "set": Name("set", "数据集"),
    "edition": Name("edition", "版本"),
    "status": Name("status", "状态"),
    "title": Name("title", "标题"),
    "confidence": Name("confidence", "置信等级"),
    "rows": Name("rows", "行数"),
    "id": Name("id", "编号"),
    "name": Name("name", "名称"),
    "product": Name("product", "产品"),
    "unit": Name("unit", "单位"),
    "place": Name("place", "地点"),
    "period": Name("period", "时期"),
    "family": Name("family", "类别"),
    "boundary": Name("boundary", "边界"),
    "source": Name("source", "来源"),
}
_FAMILY_NAMES = {
    "life cycle": Name("life cycle", "全生命周期"),
    "combustion": Name("combustion (accounts)", "燃烧（核算用）"),
}
_CELLS = BOUNDARY_NAMES | CONFIDENCE_NAMES | _FAMILY_NAMES | {"draft": Name("draft", "草稿")}


def data_list(
    background: Annotated[
        str, typer.Argument(help="set@edition or a folder; without it, all sets. 数据集@版本")
    ] = "",
    search: Annotated[str, typer.Option(help="Only rows called so. 名称包含。")] = "",
    by_confidence: Annotated[
        bool, typer.Option(help="Count rows by confidence. 按置信等级计数。")
    ] = False,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """List background sets (背景数据) with their editions, or the processes of one."""
    tongue = spoken(language)
    if background and by_confidence:
        counted = opened(background).rows_by_confidence()
        headers, rows = ["confidence", "rows"], [[key, str(n)] for key, n in counted.items()]
    else:
        headers, rows = _rows(background, search, tongue) if background else _sets(tongue)
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(headers, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(headers, rows), nl=False)
    else:
        shown = [[_CELLS.get(cell, Name(cell, cell)).says(tongue) for cell in row] for row in rows]
        typer.echo(charts.text_table([_HEADERS[each].says(tongue) for each in headers], shown))


def _sets(language: Language) -> tuple[list[str], list[list[str]]]:
    rows = [
        [each.set, each.id, "draft" if each.draft else "", each.title.says(language)]
        for each in editions()
    ]
    return ["set", "edition", "status", "title"], rows


def _rows(named: str, search: str, language: Language) -> tuple[list[str], list[list[str]]]:
    background = opened(named)
    found = background.processes
    if search:
        hits = search_for(search, background, most=len(found))
        rows = {row.id: row for row in found}
        found = tuple(rows[hit.entry.id] for hit in hits)
    headers = ["id", "name", "product", "unit", "place", "period", "family", "boundary", "source"]
    return headers, [_row(background, row, language) for row in found]


def _row(background: Background, row: BackgroundProcess, language: Language) -> list[str]:
    process = row.process
    documents = {each.id: str(each) for each in background.sources}
    named = [process.source, *(each.amount.source for each in process.exchanges)]
    cited = dict.fromkeys(documents[each] for each in named if each in documents)
    return [
        row.id,
        process.name.says(language),
        process.product,
        str(process.amount),
        row.place,
        "" if row.period is None else str(row.period),
        row.family,
        row.boundary,
        "; ".join(cited),
    ]
