"""`pcf key revoke LIST`: a signed list of keys that may no longer be believed."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.options import LanguageOption
from pcf.cli.passphrases import PassphraseOption, passphrase_from
from pcf.declare.keys import read_cards, read_key
from pcf.declare.revoking import Revocation, read_revocations, sign_revocations


class Why(StrEnum):
    """Why a key is withdrawn."""

    compromised = "compromised"
    superseded = "superseded"
    ceased = "ceased"


def key_revoke(
    file: Annotated[Path, typer.Argument(help="The list; its rows are kept. 撤销列表。")],
    card: Annotated[Path, typer.Option(help="The card of the key to withdraw. 被撤销密钥的名片。")],
    reason: Annotated[Why, typer.Option(help="Why. 原因。")],
    key: Annotated[Path, typer.Option(help="The key that signs the list. 签署列表的密钥。")],
    until: Annotated[datetime, typer.Option(help="A newer list follows by (UTC). 列表有效期至。")],
    since: Annotated[datetime | None, typer.Option(help="Else now (UTC). 自何时起。")] = None,
    passphrase: PassphraseOption = None,
    language: LanguageOption = None,
) -> None:
    """Withdraw (撤销) a key by a list that a certification body, or the key itself, signs."""
    del language  # of errors alone, and `main` has read it
    signing = read_key(key, passphrase_from(passphrase))
    (withdrawn,) = read_cards([card])
    known = read_revocations(file, [signing.card]).rows if file.exists() else ()
    moment = datetime.now(UTC) if since is None else since.replace(tzinfo=UTC)
    rows = [*known, Revocation(withdrawn.kid, moment, reason.value)]
    sign_revocations(file, rows, signing, until=until.replace(tzinfo=UTC))
    typer.echo(str(file))
