"""`pcf data list`: the background sets, or the rows of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files
from pcf.background import editions, open_background
from pcf.background.search import search as search_for
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.results import as_json

if TYPE_CHECKING:
    from pcf.background import Background, BackgroundProcess
    from pcf.text import Language


def data_list(
    background: Annotated[
        str, typer.Argument(help="set@edition; without it, all sets. 数据集@版本")
    ] = "",
    search: Annotated[str, typer.Option(help="Only rows called so. 名称包含。")] = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """List background sets (背景数据) with their editions, or the processes of one."""
    tongue = spoken(language)
    headers, rows = _rows(background, search, tongue) if background else _sets(tongue)
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(headers, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(headers, rows), nl=False)
    else:
        typer.echo(charts.text_table(headers, rows))


def _sets(language: Language) -> tuple[list[str], list[list[str]]]:
    rows = [
        [each.set, each.id, "draft" if each.draft else "", each.title.says(language)]
        for each in editions()
    ]
    return ["set", "edition", "status", "title"], rows


def _rows(named: str, search: str, language: Language) -> tuple[list[str], list[list[str]]]:
    name, _, edition = named.partition("@")
    opened = open_background(name, edition=edition or None)
    found = opened.processes
    if search:
        hits = search_for(search, opened, most=len(found))
        rows = {row.id: row for row in found}
        found = tuple(rows[hit.entry.id] for hit in hits)
    headers = ["id", "name", "product", "unit", "place", "period", "family", "boundary", "source"]
    return headers, [_row(opened, row, language) for row in found]


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
