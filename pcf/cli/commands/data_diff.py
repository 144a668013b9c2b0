"""`pcf data diff OLD NEW`: which numbers moved, and which footprints move with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files, resources
from pcf.background import open_background
from pcf.background.diff import set_difference
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.results import as_json
from pcf.errors import PcfError
from pcf.study import read_study
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.background.diff import SetDifference
    from pcf.text import Language

_WORDS = {
    "moved": Name("moved", "变动"),
    "came": Name("new", "新增"),
    "went": Name("gone", "删除"),
    "restated": Name("restated", "重述"),
    "footprint": Name("footprint", "碳足迹"),
}
_HEADERS = ["what", "process", "row", "unit", "old", "new", "change"]


def data_diff(
    old: Annotated[str, typer.Argument(help="set@edition or a folder. 旧版本或文件夹。")],
    new: Annotated[str, typer.Argument(help="set@edition or a folder. 新版本或文件夹。")],
    study: Annotated[
        list[Path],
        typer.Option(help="A study whose footprint is compared; else those shipped. 研究。"),
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Say which numbers of a set moved (版本差异), by how much, and which footprints with them."""
    tongue = spoken(language)
    before, after = _opened(old), _opened(new)
    rows = [*_numbers(set_difference(before, after), tongue)]
    studies = study or sorted(resources.folder("product_rules").glob("*/reference_study*"))
    rows += [_footprint(each, before, after, tongue) for each in studies]
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(_HEADERS, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(_HEADERS, rows), nl=False)
    else:
        typer.echo(charts.text_table(_HEADERS, rows))


def _opened(named: str) -> Background:
    path = Path(named)
    if path.is_dir():
        return open_background(folder=path)
    name, _, edition = named.partition("@")
    return open_background(name, edition=edition or None)


def _numbers(difference: SetDifference, language: Language) -> list[list[str]]:
    rows = []
    for kind in ("moved", "came", "went"):
        for each in getattr(difference, kind):
            told = [each.process, each.row, each.unit, _figure(each.old), _figure(each.new)]
            rows.append([_WORDS[kind].says(language), *told, _percent(each.change)])
    said = _WORDS["restated"].says(language)
    return rows + [
        [said, each.process, each.row, each.fact, each.old, each.new, ""]
        for each in difference.restated
    ]


def _footprint(path: Path, old: Background, new: Background, language: Language) -> list[str]:
    """Return the row of a study: its total under both, or why there is none."""
    study = read_study(path)
    totals: list[float | None] = []
    shown = []
    for background in (old, new):
        try:
            totals.append(study.footprint(background).total)
            shown.append(_figure(totals[-1]))
        except PcfError as error:
            totals.append(None)
            shown.append(f"[{error.problems[0].code}]")
    before, after = totals
    change = None if before is None or after is None or before == 0 else after / before - 1
    said = _WORDS["footprint"].says(language)
    return [said, study.id, path.name, "kg CO2e", *shown, _percent(change)]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _percent(change: float | None) -> str:
    return "" if change is None else f"{change:+.2%}"
