"""`pcf data list`: the background sets, or the rows of one of them."""

from __future__ import annotations

from typing import Annotated

import typer

from pcf import charts
from pcf.cli.options import LanguageOption, Shape, ShapeOption, Tongue
from pcf.cli.results import as_json


def data_list(
    background: Annotated[
        str, typer.Argument(help="set@edition; without it, all sets. 数据集@版本")
    ] = "",
    search: Annotated[str, typer.Option(help="Only rows whose name holds this. 名称包含。")] = "",
    language: LanguageOption = Tongue.en,
    shape: ShapeOption = Shape.text,
) -> None:
    """List background sets (背景数据) with their editions, or the processes of one."""
    headers, rows = _rows(background, search, language) if background else _sets()
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(headers, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        from pcf import files  # noqa: PLC0415 - only this form needs it

        typer.echo(files.csv_text(headers, rows))
    else:
        typer.echo(charts.text_table(headers, rows))


def _sets() -> tuple[list[str], list[list[str]]]:
    raise NotImplementedError


def _rows(named: str, search: str, language: Tongue) -> tuple[list[str], list[list[str]]]:
    raise NotImplementedError
