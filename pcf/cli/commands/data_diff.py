"""`pcf data diff OLD NEW`: which numbers moved, and which footprints move with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files, resources
from pcf.background.diff import set_difference
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.results import as_json
from pcf.cli.sets import opened
from pcf.declare.bundle import open_bundle
from pcf.declare.rounding import declared_value
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
_CAPTIONS = {
    "what": Name("what", "类别"),
    "process": Name("process", "过程"),
    "row": Name("row", "条目"),
    "unit": Name("unit", "单位"),
    "old": Name("old", "旧值"),
    "new": Name("new", "新值"),
    "change": Name("change", "变动"),
    "declared": Name("declared", "声明值"),
}
_HEADERS = list(_CAPTIONS)
_SAME = Name("No number and no fact differs.", "数值与事实均无差异。")
_STANDS = Name("{value} stands", "{value} 不变")
_MOVES = Name("{old} becomes {new}", "{old} 变为 {new}")


def data_diff(
    old: Annotated[str, typer.Argument(help="set@edition or a folder. 旧版本或文件夹。")],
    new: Annotated[str, typer.Argument(help="set@edition or a folder. 新版本或文件夹。")],
    study: Annotated[
        list[Path],
        typer.Option(
            help="A study or a sealed bundle (.pcf) whose footprint is compared; else the studies"
            " shipped. 研究或封存包。"
        ),
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Say which numbers of a set moved (版本差异), by how much, and which footprints with them."""
    tongue = spoken(language)
    before, after = opened(old), opened(new)
    rows = [*_numbers(set_difference(before, after), tongue)]
    studies = study or _shipped(before)
    compared = [_footprint(each, before, after, tongue) for each in studies]
    rows += sorted(compared, key=lambda row: row[4] == row[5])
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(_HEADERS, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(_HEADERS, rows), nl=False)
    else:
        if rows:
            captions = [each.says(tongue) for each in _CAPTIONS.values()]
            typer.echo(charts.text_table(captions, rows))
        if len(rows) == len(compared):
            typer.echo(_SAME.says(tongue))


def _shipped(background: Background) -> list[Path]:
    """Return the studies shipped that stand on the set, in whatever edition."""
    folders = sorted(resources.folder("product_rules").glob("*/reference_study*"))
    return [each for each in folders if read_study(each).background.split()[:1] == [background.id]]


def _numbers(difference: SetDifference, language: Language) -> list[list[str]]:
    rows = []
    for kind in ("moved", "came", "went"):
        for each in getattr(difference, kind):
            told = [each.process, each.row, each.unit, _figure(each.old), _figure(each.new)]
            rows.append([_WORDS[kind].says(language), *told, _percent(each.change), ""])
    said = _WORDS["restated"].says(language)
    return rows + [
        [said, each.process, each.row, each.fact, each.old, each.new, "", ""]
        for each in difference.restated
    ]


def _footprint(path: Path, old: Background, new: Background, language: Language) -> list[str]:
    """Return the row of a study: its total under both, or why there is none.

    What is declared is rounded, so that a small move may leave it as it stands.
    """
    study = open_bundle(path).study if path.suffix == ".pcf" else read_study(path)
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
    declared = "" if before is None or after is None else _declared(before, after, language)
    return [said, study.id, path.name, "kg CO2e", *shown, _percent(change), declared]


def _declared(old: float, new: float, language: Language) -> str:
    values = declared_value(old), declared_value(new)
    if values[0] == values[1]:
        return _STANDS.says(language).format(value=values[0])
    return _MOVES.says(language).format(old=values[0], new=values[1])


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _percent(change: float | None) -> str:
    return "" if change is None else f"{change:+.2%}"
