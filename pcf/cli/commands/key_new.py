"""`pcf key new FILE`: a key to sign with, under a passphrase, and its public card."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.commands.sign import Role
from pcf.cli.options import LanguageOption
from pcf.cli.passphrases import PassphraseOption, passphrase_from
from pcf.declare.keys import new_key, write_card


def key_new(
    file: Annotated[Path, typer.Argument(help="The key file to write. 要写入的密钥文件。")],
    holder: Annotated[str, typer.Option(help="Whose key it is. 持有人。")],
    role: Annotated[list[Role], typer.Option(help="What it may sign as. 角色。")],
    until: Annotated[datetime, typer.Option(help="Its last moment (UTC). 有效期至。")],
    card: Annotated[Path | None, typer.Option(help="Else <file>.card.json. 名片文件。")] = None,
    passphrase: PassphraseOption = None,
    language: LanguageOption = None,
) -> None:
    """Draw a key (密钥), readable by its owner alone, and write the card for those who verify."""
    del language  # of errors alone, and `main` has read it
    made = new_key(
        file,
        passphrase_from(passphrase, twice=True),
        holder=holder,
        roles=[each.value for each in role],
        until=until.replace(tzinfo=UTC),
    )
    beside = file.with_name(file.name + ".card.json") if card is None else card
    write_card(made, beside)
    typer.echo(f"{made.kid}\n{beside}")
