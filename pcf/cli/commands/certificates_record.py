"""`pcf certificates record LEDGER FILE ...`: what lists say happened, into the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf.cli.certificates import (
    ConsumerOption,
    LedgerPlace,
    PlaceOption,
    SiteOption,
    key_of,
    opened,
    read_files,
)
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import step
from pcf.cli.results import as_json
from pcf.electricity.facts import Cancellation, Facts, Settlement
from pcf.electricity.matching.refusals import kwh
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.ledger import Receipt
    from pcf.text import Language


def certificates_record(
    ledger: LedgerPlace,
    lists: Annotated[
        list[Path],
        typer.Argument(help="Certificates, meters, settlements, cancellations, CCER. 各类清单。"),
    ],
    consumer: ConsumerOption = "",
    site: SiteOption = "",
    place: PlaceOption = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Record lists (登记清单) in a ledger: all or nothing; the same files sent again count once."""
    tongue = spoken(language)
    with step("lists", tongue):
        steps = read_files(lists, consumer=consumer, site=site, region=place)
    with opened(ledger, read_only=False) as book:
        before = book.head[0]
        with step("recording", tongue):
            receipt = book.record(*steps, key=key_of(lists))
        again = receipt.sequence <= before
    counts = _counts(steps)
    if shape is Shape.json:
        told = {"sequence": receipt.sequence, "digest": receipt.digest, "again": again}
        typer.echo(as_json({**told, "recorded": counts}))
    else:
        typer.echo(_says(counts, receipt, tongue, again=again))


def _counts(steps: Sequence[Facts | Settlement | Cancellation]) -> dict[str, int]:
    facts = sum((each for each in steps if isinstance(each, Facts)), Facts())
    return {
        "certificates": sum(lot.quantity for lot in facts.lots),
        "certificates_wh": sum(lot.energy for lot in facts.lots),
        "readings": len(facts.consumptions),
        "readings_wh": sum(each.energy for each in facts.consumptions),
        "settlements": sum(isinstance(each, Settlement) for each in steps),
        "cancellations": sum(isinstance(each, Cancellation) for each in steps),
        "exclusions": len(facts.exclusions),
        "productions": len(facts.productions),
    }


_PARTS = {
    "certificates": Name("{n} certificates ({kwh} kWh)", "绿证 {n} 张（{kwh} 千瓦时）"),
    "readings": Name("{n} readings ({kwh} kWh)", "电表读数 {n} 条（{kwh} 千瓦时）"),
    "settlements": Name("{n} settlements", "结算单 {n} 份"),
    "cancellations": Name("{n} cancellation records", "核销记录 {n} 份"),
    "exclusions": Name("{n} exclusions", "排除 {n} 条"),
    "productions": Name("{n} records of production", "发电量 {n} 条"),
}


def _says(counts: dict[str, int], receipt: Receipt, language: Language, *, again: bool) -> str:
    parts = [
        part.says(language).format(n=f"{counts[key]:,}", kwh=kwh(counts.get(f"{key}_wh", 0)))
        for key, part in _PARTS.items()
        if counts[key]
    ]
    if language == "zh":
        first = "此前已登记，未重复计入：" if again else "已登记："
        head = f"台账第 {receipt.sequence} 条，摘要 {receipt.digest}"
        return f"{first}{'，'.join(parts)}。\n{head}"
    first = "Recorded before, not counted again: " if again else "Recorded: "
    return f"{first}{', '.join(parts)}.\nEvent {receipt.sequence}, digest {receipt.digest}"
