"""`pcf register affected REGISTER`: which declarations must be restated, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.registers import DayOption, RegisterPath, day_of, open_known, plain, table_of
from pcf.cli.results import as_json
from pcf.declare.register import Ground


def register_affected(
    register: RegisterPath,
    background: Annotated[
        list[str], typer.Option(help="An edition, such as 'cn-public 2026.1'. 背景数据版本。")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    characterisation: Annotated[
        list[str], typer.Option(help="A gas table, such as 'AR6 (0/0)'. 特征化集。")
    ] = [],  # noqa: B006 - as above
    pack: Annotated[list[str], typer.Option(help="A pack's edition. 规则包版本。")] = [],  # noqa: B006 - as above
    claim: Annotated[list[str], typer.Option(help="A claim. 证书主张。")] = [],  # noqa: B006 - as above
    cancellation: Annotated[list[str], typer.Option(help="A registry's record. 核销记录号。")] = [],  # noqa: B006 - as above
    serials: Annotated[
        list[str], typer.Option(help="A series with its Wh: 'SERIES:LOW-HIGH'. 证书编号段。")
    ] = [],  # noqa: B006 - as above
    on: DayOption = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Name (列出) the declarations that stand on what was corrected, withdrawn or changed.

    Exit code 3 where any must be restated, 0 where none.
    """
    named = {
        "background": background,
        "characterisation": characterisation,
        "pack": pack,
        "claim": claim,
        "cancellation": cancellation,
    }
    grounds = [Ground(kind, name) for kind, names in named.items() for name in names]
    grounds += [_range(each) for each in serials]
    if not grounds:
        message = "--background, --characterisation, --pack, --claim, --cancellation, --serials"
        raise typer.BadParameter(message)
    with open_known(register) as book:
        found = book.affected(*grounds, on=day_of(on))
    if shape is Shape.json:
        rows = [
            plain(each.entry) | {"touched": [[g.kind, g.name] for g in each.touched]}
            for each in found
        ]
        typer.echo(as_json(rows))
    else:
        typer.echo(table_of([each.entry for each in found], spoken(language)))
        for each in found:
            touched = "; ".join(f"{g.kind} {g.name}" for g in each.touched)
            typer.echo(f"{each.entry.id}: {touched}")
    raise SystemExit(3 if found else 0)


def _range(written: str) -> Ground:
    series, _, span = written.rpartition(":")
    low, _, high = span.partition("-")
    if not (low.isdecimal() and high.isdecimal() and int(low) < int(high)):
        message = f"{written}: SERIES:LOW-HIGH"
        raise typer.BadParameter(message)
    return Ground("certificates", series, int(low), int(high))
