"""`pcf recompute BUNDLE`: every number computed again, and where it differs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.background import open_background
from pcf.cli.options import EditionOption, LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import step
from pcf.cli.results import as_json
from pcf.declare.bundle import open_bundle


def recompute(
    bundle: Annotated[Path, typer.Argument(help="A sealed bundle (.pcf). 封存包。")],
    background: EditionOption = "",
    folder: Annotated[
        Path | None, typer.Option(help="A set of your own with withheld rows. 自有数据集。")
    ] = None,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Recompute (复算) a sealed bundle; exit with 1 and the places where a number differs."""
    tongue = spoken(language)
    case = open_bundle(bundle)
    case.require_intact()
    own = None
    if folder is not None:
        own = open_background(folder=folder)
    elif background:
        name, _, edition = background.partition("@")
        own = open_background(name, edition=edition or None)
    with step("solving", tongue):
        found = case.recompute(own)
    if shape is Shape.json:
        typer.echo(as_json(found.as_dict(case.declared)))
    else:
        typer.echo(found.says(case.declared, tongue))
    if found.differences(case.declared):
        raise SystemExit(1)
