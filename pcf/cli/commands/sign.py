"""`pcf sign BUNDLE`: a statement in a role, over every byte of a bundle."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, spoken
from pcf.cli.passphrases import PassphraseOption, passphrase_from
from pcf.declare.bundle import open_bundle
from pcf.declare.keys import read_key
from pcf.declare.signatures import read_signatures, verify, write_signatures
from pcf.declare.signatures import sign as signature_of


class Role(StrEnum):
    """Who signs."""

    declarer = "declarer"
    verifier = "verifier"
    body = "certification body"


def sign(
    bundle: Annotated[Path, typer.Argument(help="A sealed bundle (.pcf). 封存包。")],
    key: Annotated[Path, typer.Option(help="A key file of `pcf key new`. 密钥文件。")],
    role: Annotated[Role, typer.Option(help="In which role. 角色。")],
    statement: Annotated[str, typer.Option(help="Else the usual one. 陈述。")] = "",
    signed: Annotated[datetime | None, typer.Option(help="Else now (UTC). 签名时间。")] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Else two years. 有效期至（UTC）。")
    ] = None,
    credential: Annotated[
        bool, typer.Option("--credential", help="As vc+jwt. 可验证凭证。")
    ] = False,
    passphrase: PassphraseOption = None,
    language: LanguageOption = None,
) -> None:
    """Sign (签名) a bundle; the signature joins <bundle>.sig.json."""
    case = open_bundle(bundle)
    signing = read_key(key, passphrase_from(passphrase))
    token = signature_of(
        case,
        signing,
        role=role.value,
        statement=statement,
        signed=in_utc(signed),
        until=in_utc(until),
        as_credential=credential,
    )
    beside = signatures_beside(bundle)
    others = read_signatures(beside) if beside.exists() else ()
    write_signatures(beside, [*others, token])
    (verdict,) = verify(case, [token], [signing.card], at=in_utc(signed))
    typer.echo(verdict.says(spoken(language)))


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a time as typer reads it, in UTC."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def signatures_beside(bundle: Path) -> Path:
    """Return where the signatures of a bundle stand."""
    return bundle.with_name(bundle.name + ".sig.json")
