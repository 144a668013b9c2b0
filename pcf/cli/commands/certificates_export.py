"""`pcf certificates export LEDGER FILE`: the log for others to do again, or a claim's statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.certificates import LedgerPlace, opened
from pcf.cli.options import LanguageOption, spoken
from pcf.cli.results import as_json
from pcf.electricity.ledger.export import write_beside


def certificates_export(
    ledger: LedgerPlace,
    target: Annotated[Path, typer.Argument(help="The file to be written. 输出文件。")],
    claim: Annotated[
        str, typer.Option(help="Only the statement of this claim. 仅输出该主张的声明。")
    ] = "",
    language: LanguageOption = None,
) -> None:
    """Write (导出) the whole log, or what a bundle says of one claim; print the ledger's head."""
    with opened(ledger) as book:
        if claim:
            write_beside(target, as_json(book.statement(claim)) + "\n")
            sequence, digest = book.head
        else:
            digest = book.export(target)
            sequence = book.head[0]
    told = {"en": "{file}: event {n}, digest {d}", "zh": "{file}：台账第 {n} 条，摘要 {d}"}
    typer.echo(told[spoken(language)].format(file=target, n=sequence, d=digest))
