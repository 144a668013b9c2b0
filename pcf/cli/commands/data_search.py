"""`pcf data search`: rows of background sets by words, the most useful first, with why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files
from pcf.background.editions import edition_folder
from pcf.background.own_sheet import read_factors
from pcf.background.search import MOST, search
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import step
from pcf.cli.results import as_json
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.background.search import Hit
    from pcf.text import Language


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
        hits = search(
            words,
            *map(set_of, within),
            place=place,
            period=Period.read(period) if period else None,
            boundary=boundary,
            confidence=confidence,
            most=most,
        )
    headers = ["id", "name", "unit", "place", "period", "boundary", "confidence", "set", "why"]
    rows = [_row(hit, tongue) for hit in hits]
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(headers, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(headers, rows), nl=False)
    else:
        typer.echo(charts.text_table(headers, rows))


def set_of(named: str) -> Background | Path:
    """Return the folder of 'set@edition' or a folder itself, or the factors of a user's list."""
    path = Path(named)
    if path.suffix.lower() in (".csv", ".xlsx"):
        return read_factors(path)
    if path.is_dir():
        return path
    name, _, edition = named.partition("@")
    return edition_folder(name, edition or None)


def _row(hit: Hit, language: Language) -> list[str]:
    entry = hit.entry
    why = " ".join(each.says(language) for each in hit.reasons)
    return [
        entry.id,
        entry.name.says(language),
        entry.unit,
        entry.place,
        entry.period,
        entry.boundary,
        entry.confidence,
        entry.edition,
        why,
    ]
