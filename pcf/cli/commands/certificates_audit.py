"""`pcf certificates audit LEDGER ...`: is any watt-hour counted twice? Exit 1 if something is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import files
from pcf.cli.certificates import LedgerPlace
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import step
from pcf.cli.results import as_json
from pcf.declare.bundle import open_bundle
from pcf.electricity.ledger import open_ledger
from pcf.errors import StudyProblems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.ledger import Audit, Ledger


def certificates_audit(
    ledger: LedgerPlace,
    others: Annotated[
        list[str],
        typer.Argument(
            help="Other ledgers, exports (.jsonl), statements and evidence (.json), sealed cases"
            " (.pcf). 其他台账、导出、声明、证据、封存文件。"
        ),
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Prove (审计) that no watt-hour is claimed twice, in one ledger or across several."""
    opened: list[Ledger] = []
    try:
        first = open_ledger(ledger, read_only=True)
        opened.append(first)
        beside: list[Ledger | Path | Mapping[str, object]] = []
        for each in others:
            found = _other(each)
            if found is not None:
                beside += found
                continue
            opened.append(open_ledger(each, read_only=True))
            beside.append(opened[-1])
        with step("auditing", spoken(language)):
            audited = first.audit(*beside)
    finally:
        for each_ledger in opened:
            each_ledger.close()
    if shape is Shape.json:
        typer.echo(as_json(_as_dict(audited)))
    else:
        typer.echo(audited.says(spoken(language)))
    if not audited.ok:
        raise SystemExit(1)


def _other(written: str) -> list[Path | Mapping[str, object]] | None:
    """Return an export, or the statements and evidence in a file; None for a ledger's place."""
    path = Path(written)
    if path.suffix == ".jsonl":
        return [path]
    if path.suffix == ".json":
        with files.collecting(StudyProblems) as problems:
            content: dict[str, object] = files.read_json(path, problems)
        return [content]
    if path.suffix == ".pcf":
        case = open_bundle(path)
        case.require_intact()
        supplies = (each.supply.behind for each in case.study.electricity.supplies)
        return [*case.claims, *(each.as_dict() for each in supplies if each is not None)]
    return None


def _as_dict(found: Audit) -> dict[str, object]:
    return {
        "ok": found.ok,
        "checks": [
            {
                "id": check.id,
                "en": check.name.en,
                "zh": check.name.zh,
                "counted": check.counted,
                "problems": [
                    {"code": each.code, "en": each.says("en"), "zh": each.says("zh")}
                    for each in check.problems
                ],
            }
            for check in found.checks
        ],
        "heads": [list(each) for each in found.heads],
        "records": list(found.records),
        "null_power_wh": dict(found.null_power),
    }
