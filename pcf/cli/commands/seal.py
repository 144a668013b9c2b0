"""`pcf seal STUDY BUNDLE`: a study with all that it stands on, sealed into one file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pcf import files
from pcf.cli.options import (
    AlternativeOption,
    EditionOption,
    ElectricityOption,
    LanguageOption,
    StudyPath,
    spoken,
)
from pcf.cli.results import open_study, solve_study
from pcf.declare.sealing import seal_bundle
from pcf.errors import FileError, Where, problem

if TYPE_CHECKING:
    from pcf.errors import Problem


class Purpose(StrEnum):
    """What a bundle is sealed for."""

    review = "review"
    disclosure = "disclosure"
    label = "label"


class Evidence(StrEnum):
    """How evidence files are sealed."""

    included = "included"
    fingerprints = "fingerprints"


def seal(
    study: StudyPath,
    bundle: Annotated[Path, typer.Argument(help="The file to write (.pcf). 要写入的文件。")],
    background: EditionOption = "",
    electricity: ElectricityOption = "",
    alternative: AlternativeOption = [],  # noqa: B006 - typer reads the default, nobody changes it
    buyer: Annotated[
        Path | None, typer.Option(help="Write a buyer's copy too. 同时写出买方副本。")
    ] = None,
    digits: Annotated[int, typer.Option(help="Its significant digits. 有效位数。")] = 3,
    purpose: Annotated[Purpose, typer.Option(help="What for. 用途。")] = Purpose.review,
    evidence: Annotated[
        Evidence, typer.Option(help="Evidence files, or their fingerprints. 证据文件或其指纹。")
    ] = Evidence.included,
    claim: Annotated[
        list[Path], typer.Option(help="A ledger's statement of a claim (JSON). 证书主张陈述。")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    opinion: Annotated[
        list[Path], typer.Option(help="An opinion of `pcf judge --json`. 评判意见。")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    sealed: Annotated[
        str, typer.Option(help="The time of sealing, such as 2026-11-20T15:00+08:00. 封存时间。")
    ] = "",
    key: Annotated[
        Path | None, typer.Option(help="32 bytes as hexadecimal text; else drawn. 密钥文件。")
    ] = None,
    language: LanguageOption = None,
) -> None:
    """Seal (封存) a study, its footprint, background rows, evidence and claims into one file."""
    tongue = spoken(language)
    asked, opened = open_study(study, background, electricity, alternative, language=tongue)
    case = seal_bundle(
        bundle,
        asked,
        solve_study(asked, opened, tongue),
        opened,
        sealed=_moment(sealed) if sealed else None,
        key=None if key is None else _salt(key),
        purpose=purpose.value,
        evidence=evidence.value,
        claims=[_table(path) for path in claim],
        opinions=[each for path in opinion for each in _opinions(path)],
    )
    typer.echo(case.says(tongue))
    if buyer is not None:
        typer.echo(case.for_buyer(buyer, digits=digits).says(tongue))


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise FileError(problem("seal-time", "", (), time=written)) from None


def _salt(path: Path) -> bytes:
    problems: list[Problem] = []
    found = files.read_bytes(path, problems)
    if found is None:
        raise FileError(*problems)
    try:
        return bytes.fromhex(found.decode().strip())
    except ValueError:
        raise FileError(problem("seal-key", Where(file=path.name), (), count="?")) from None


def _opinions(path: Path) -> list[dict[str, Any]]:
    """Return the opinions of a file: those that `pcf judge --json` prints, or a saved one."""
    found = _json(path)
    judged = found if isinstance(found, list) else [{"opinion": found}]
    opinions = [each.get("opinion") if isinstance(each, dict) else None for each in judged]
    return [_of_table(each, path) for each in opinions]


def _table(path: Path) -> dict[str, Any]:
    return _of_table(_json(path), path)


def _json(path: Path) -> object:
    problems: list[Problem] = []
    found: object = files.read_json(path, problems)
    if problems:
        raise FileError(*problems)
    return found


def _of_table(found: object, path: Path) -> dict[str, Any]:
    if not isinstance(found, dict):
        facts = {"part": path.name}
        raise FileError(problem("bundle-part-form", Where(file=path.name), (), **facts))
    return found
