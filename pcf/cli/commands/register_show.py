"""`pcf register show REGISTER ID`: one declaration, what it stands on, what changed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.registers import RegisterPath, open_known, plain, table_of
from pcf.cli.results import as_json

if TYPE_CHECKING:
    from pcf.declare.register import Change, Ground
    from pcf.text import Language


def register_show(
    register: RegisterPath,
    id: Annotated[str, typer.Argument(help="The declaration's id. 声明标识符。")],  # noqa: A002 - the word users write
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Show (显示) a declaration, what it stands on, and what each version changed and why."""
    tongue = spoken(language)
    with open_known(register) as book:
        entry, changes = book.entry(id), book.changes(id)
    if shape is Shape.json:
        versions = [
            {"before": each.before.id, "after": each.after.id, "difference": each.difference,
             "reason": each.after.reason}
            for each in changes
        ]  # fmt: skip
        typer.echo(as_json(plain(entry) | {"versions": versions}))
        return
    typer.echo(table_of([entry], tongue))
    typer.echo("\n".join(_ground(each) for each in entry.grounds))
    for each in changes:
        typer.echo(_change(each, tongue))


def _ground(ground: Ground) -> str:
    span = f" [{ground.low}, {ground.high}) Wh" if ground.high else ""
    return f"  {ground.kind}: {ground.name}{span}"


def _change(change: Change, language: Language) -> str:
    moved = f"{change.before.value} → {change.after.value} ({change.difference:+.6g} kg CO2e)"
    words = {"en": "because", "zh": "原因"}[language]
    swapped = [f"- {g.kind} {g.name}" for g in change.left]
    swapped += [f"+ {g.kind} {g.name}" for g in change.joined]
    head = f"{change.before.id} → {change.after.id}: {moved}; {words}: {change.after.reason}"
    return "\n".join([head, *(f"  {each}" for each in swapped)])
