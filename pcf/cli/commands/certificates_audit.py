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
from pcf.electricity.ledger import open_ledger
from pcf.errors import StudyProblems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.ledger import Audit, Ledger


def certificates_audit(
    ledger: LedgerPlace,
    others: Annotated[
        list[str],
        typer.Argument(help="Other ledgers, exports (.jsonl), statements (.json). 其他台账等。"),
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
            one = _other(each)
            if not isinstance(one, str):
                beside.append(one)
                continue
            beside.append(open_ledger(one, read_only=True))
            opened.append(beside[-1])  # type: ignore[arg-type] # it is the ledger just opened
        with step("auditing", spoken(language)):
            found = first.audit(*beside)
    finally:
        for each_ledger in opened:
            each_ledger.close()
    if shape is Shape.json:
        typer.echo(as_json(_as_dict(found)))
    else:
        typer.echo(found.says(spoken(language)))
    if not found.ok:
        raise SystemExit(1)


def _other(written: str) -> str | Path | Mapping[str, object]:
    """Return the place of a ledger, the path of an export, or the content of a statement."""
    path = Path(written)
    if path.suffix == ".jsonl":
        return path
    if path.suffix == ".json":
        with files.collecting(StudyProblems) as problems:
            content: dict[str, object] = files.read_json(path, problems)
        return content
    return written


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
