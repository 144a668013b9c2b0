"""`pcf open BUNDLE`: what a sealed bundle is, and whether it is intact."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.results import as_json
from pcf.declare.bundle import open_bundle


def open(  # noqa: A001 - it is called like its command
    bundle: Annotated[Path, typer.Argument(help="A sealed bundle (.pcf). 封存包。")],
    to: Annotated[
        Path | None, typer.Option(help="Unpack into this new folder. 解包到新文件夹。")
    ] = None,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Open (打开) a sealed bundle: say what it is, or refuse it where a byte was changed."""
    case = open_bundle(bundle)
    case.require_intact()
    if shape is Shape.json:
        typer.echo(as_json({"digest": case.digest, "manifest": dict(case.manifest)}))
    else:
        typer.echo(case.says(spoken(language)))
    if to is not None:
        case.unpack(to)
        typer.echo(str(to), err=True)
