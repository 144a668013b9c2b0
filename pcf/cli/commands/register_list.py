"""`pcf register list REGISTER`: every declaration with its status."""

from __future__ import annotations

from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.registers import DayOption, RegisterPath, day_of, open_known, plain, table_of
from pcf.cli.results import as_json


def register_list(
    register: RegisterPath,
    on: DayOption = "",
    expiring: Annotated[
        int, typer.Option(help="Only what expires within so many days. 若干天内到期。")
    ] = -1,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """List (列出) declarations; --expiring 90 reminds of what ends soon."""
    day = day_of(on)
    with open_known(register) as book:
        found = book.entries(on=day) if expiring < 0 else book.expiring(within=expiring, on=day)
    rows = [plain(each) for each in found]
    typer.echo(as_json(rows) if shape is Shape.json else table_of(found, spoken(language)))
