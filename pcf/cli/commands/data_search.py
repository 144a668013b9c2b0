"""`pcf data search`: rows of background sets by words, the most useful first, with why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files
from pcf.background.editions import edition_folder
from pcf.background.layout import BOUNDARY_NAMES, CONFIDENCE_NAMES
from pcf.background.own_sheet import read_factors
from pcf.background.search import MOST, index_of, search
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import counted, step
from pcf.cli.results import as_json
from pcf.cli.sets import folder_of
from pcf.findings import finding
from pcf.model.coverage import Period
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.background.search import Hit
    from pcf.text import Language

_NAMES = BOUNDARY_NAMES | CONFIDENCE_NAMES
_HEADERS = {
    "id": Name("id", "编号"),
    "name": Name("name", "名称"),
    "product": Name("product", "产品"),
    "unit": Name("unit", "单位"),
    "place": Name("place", "地点"),
    "period": Name("period", "时期"),
    "boundary": Name("boundary", "边界"),
    "confidence": Name("confidence", "置信等级"),
    "set": Name("set", "数据集"),
    "why": Name("why", "理由"),
}


def data_search(
    words: Annotated[str, typer.Argument(help="Names, parts, codes, CAS. 名称、编码或 CAS 号。")],
    within: Annotated[
        list[str],
        typer.Option(
            "--in",
            help="set@edition, a folder, a list of factors (.csv, .xlsx). 数据集、文件夹或因子表。",
        ),
    ],
    place: Annotated[str, typer.Option(help="Of use in this place. 适用地点。")] = "",
    period: Annotated[str, typer.Option(help="Not later than this period. 适用时期。")] = "",
    boundary: Annotated[str, typer.Option(help="Of this boundary. 边界。")] = "",
    confidence: Annotated[str, typer.Option(help="At least as sure. 最低置信等级。")] = "",
    most: Annotated[int, typer.Option(min=1, help="Rows shown at most. 最多行数。")] = MOST,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Find rows (检索) of background sets, the most useful first, and say why."""
    tongue = spoken(language)
    with step("searching", tongue):
        sets = [set_of(each) for each in within]
        for folder in sets:
            if isinstance(folder, Path):
                index_of(folder, seen=counted).close()
        hits = search(
            words,
            *sets,
            place=place,
            period=Period.read(period) if period else None,
            boundary=boundary,
            confidence=confidence,
            most=most,
        )
    rows = [_row(hit, tongue) for hit in hits]
    headers = list(_HEADERS)
    if not rows:
        nothing = finding("search-nothing", words=words, sets=", ".join(within))
        typer.echo(f"{nothing.says(tongue)} {nothing.remedy(tongue)}", err=True)
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(headers, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(headers, rows), nl=False)
    elif rows:
        shown = [[_NAMES.get(cell, Name(cell, cell)).says(tongue) for cell in row] for row in rows]
        captions = [each.says(tongue) for each in _HEADERS.values()]
        typer.echo(charts.text_table(captions[:-1], [row[:-1] for row in shown]))
        typer.echo("\n" + "\n".join(f"{row[0]}: {row[-1]}" for row in rows))


def set_of(named: str) -> Background | Path:
    """Return the folder of 'set@edition' or a folder itself, or the factors of a user's list."""
    if Path(named).suffix.lower() in (".csv", ".xlsx"):
        return read_factors(Path(named))
    path = folder_of(named)
    if path is not None:
        return path
    name, _, edition = named.partition("@")
    return edition_folder(name, edition or None)


def _row(hit: Hit, language: Language) -> list[str]:
    entry = hit.entry
    why = " ".join(each.says(language) for each in hit.reasons)
    return [
        entry.id,
        entry.name.says(language),
        entry.product,
        entry.unit,
        entry.place,
        entry.period,
        entry.boundary,
        entry.confidence,
        entry.edition,
        why,
    ]
