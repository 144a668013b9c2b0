"""`pcf register withdraw REGISTER ID --reason`: end a declaration, and say why."""

from __future__ import annotations

from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, spoken
from pcf.cli.registers import RegisterPath, open_known, table_of


def register_withdraw(
    register: RegisterPath,
    id: Annotated[str, typer.Argument(help="The declaration's id. 声明标识符。")],  # noqa: A002 - the word users write
    reason: Annotated[str, typer.Option(help="Why. 理由。")],
    language: LanguageOption = None,
) -> None:
    """Withdraw (撤回) a declaration; nothing is deleted."""
    with open_known(register) as book:
        entry = book.withdraw(id, reason=reason)
    typer.echo(table_of([entry], spoken(language)))
