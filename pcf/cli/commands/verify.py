"""`pcf verify BUNDLE`: whether it is intact, who signed it, and what it commits to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import files
from pcf.cli.commands.sign import in_utc, signatures_beside
from pcf.cli.options import LanguageOption, spoken
from pcf.declare.bundle import open_bundle
from pcf.declare.disclosure import read_proof
from pcf.declare.keys import read_cards
from pcf.declare.results import printable
from pcf.declare.revoking import read_revocations
from pcf.declare.signatures import read_signatures
from pcf.declare.signatures import verify as verdicts_on
from pcf.errors import DeclareError, Where, problem

if TYPE_CHECKING:
    from pcf.declare.bundle import Case
    from pcf.declare.merkle import Proof
    from pcf.errors import Problem
    from pcf.text import Language

_SAYS = {
    "intact": {"en": "intact", "zh": "完好"},
    "confirmed": {"en": "the full copy bears the buyer's copy out", "zh": "完整副本证实买方副本"},
    "proved": {"en": "proved", "zh": "已证明"},
    "unsigned": {"en": "no signature", "zh": "没有签名"},
}


def verify(
    bundle: Annotated[Path, typer.Argument(help="A sealed bundle (.pcf). 封存包。")],
    card: Annotated[
        list[Path], typer.Option(help="A public key that you trust. 可信的公钥名片。")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    signatures: Annotated[
        Path | None, typer.Option(help="Else <bundle>.sig.json. 签名文件。")
    ] = None,
    revocations: Annotated[Path | None, typer.Option(help="Withdrawn keys. 撤销列表。")] = None,
    full: Annotated[
        Path | None, typer.Option(help="The full copy that must bear it out. 完整副本。")
    ] = None,
    proof: Annotated[
        list[Path], typer.Option(help="Revealed values of `pcf reveal`. 披露的数值。")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    at: Annotated[datetime | None, typer.Option(help="As of (UTC); else now. 截至时间。")] = None,
    language: LanguageOption = None,
) -> None:
    """Verify (验证) a bundle and its signatures; exit with 1 unless every one of them is valid."""
    tongue = spoken(language)
    case = open_bundle(bundle)
    case.require_intact()
    typer.echo(f"{bundle.name}: {_SAYS['intact'][tongue]}")
    if full is not None:
        open_bundle(full).confirm(case)
        typer.echo(_SAYS["confirmed"][tongue])
    for each in (one for path in proof for one in _proofs(path)):
        case.require_proved(each)
        typer.echo(printable(f"{each.place} = {each.value}: {_SAYS['proved'][tongue]}"))
    named = signatures or signatures_beside(bundle)
    if signatures is not None or named.exists():
        _tell(case, named, (card, revocations, in_utc(at)), tongue)
    else:
        typer.echo(_SAYS["unsigned"][tongue])
        if card:
            raise SystemExit(1)


def _tell(
    case: Case,
    path: Path,
    trusted: tuple[list[Path], Path | None, datetime | None],
    language: Language,
) -> None:
    cards, moment = read_cards(trusted[0]), trusted[2]
    lists = None if trusted[1] is None else read_revocations(trusted[1], cards, at=moment)
    found = verdicts_on(case, read_signatures(path), cards, revocations=lists, at=moment)
    for verdict in found:
        typer.echo(verdict.says(language))
    if not found or any(verdict.finding != "valid" for verdict in found):
        raise SystemExit(1)


def _proofs(path: Path) -> list[Proof]:
    problems: list[Problem] = []
    found = files.read_json(path, problems)
    listed = found.get("proofs") if isinstance(found, dict) else None
    if problems or not isinstance(listed, list):
        raise DeclareError(*problems or [problem("proof-form", Where(file=path.name))])
    return [read_proof(each, path.name) for each in listed]
