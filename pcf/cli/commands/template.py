"""`pcf template FILE.xlsx`: an empty bilingual workbook with its columns explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.study import write_template


def template(
    path: Annotated[Path, typer.Argument(help="The workbook to write (.xlsx). 要写入的工作簿。")],
) -> None:
    """Write an empty study workbook (填报模板); `pcf footprint` reads it back."""
    write_template(path)
    typer.echo(str(path))
