"""`pcf certificates position LEDGER`: what the ledger holds, by state, serial and claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts
from pcf.cli.certificates import LedgerPlace, opened, serials, word
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.results import as_json
from pcf.electricity.facts import WhRange
from pcf.electricity.ledger.words import STATE_WORDS
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.serials import read_serial
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from pcf.electricity.ledger import ClaimRecord, Position
    from pcf.text import Language


def certificates_position(
    ledger: LedgerPlace,
    serial: Annotated[
        str, typer.Argument(help="A serial of 32 digits, or a series; else totals. 编号或序列。")
    ] = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Show (查询) what certificates are: the whole ledger's totals and claims, or one serial."""
    tongue = spoken(language)
    with opened(ledger) as book:
        if serial:
            found = book.position(_asked(serial))
            if not found:
                raise LedgerError(problem("cli-serial-unknown", "", (), serial=serial))
            told: object = [_position(each) for each in found]
            text = _positions(found, tongue)
        else:
            totals, claims = book.totals(), book.claims()
            told = {"totals_wh": totals, "claims": [_claim(each) for each in claims]}
            text = f"{_totals(totals, tongue)}\n\n{_claims(claims, tongue)}"
    typer.echo(as_json(told) if shape is Shape.json else text)


def _asked(serial: str) -> WhRange | str:
    """Return the range of a serial, or the name of a series."""
    digits = "".join(each for each in serial if each.isdigit())
    if len(digits) < 32:
        return serial
    found = read_serial(serial)
    return WhRange.of_serials(found.series, found.sequence, found.sequence)


def _positions(found: tuple[Position, ...], language: Language) -> str:
    headers = [word(e, language) for e in ("first", "last", "energy", "state", "owner", "record")]
    rows = [
        (
            *serials(each.range),
            kwh(each.energy),
            STATE_WORDS[each.state].says(language),
            each.owner,
            each.cancellation,
        )
        for each in found
    ]
    return charts.text_table(headers, rows, align="llrlll")


def _totals(totals: dict[str, int], language: Language) -> str:
    rows = [(STATE_WORDS[state].says(language), kwh(energy)) for state, energy in totals.items()]
    headers = (word("state", language), word("energy", language))
    return charts.text_table(headers, rows, align="lr")


def _claims(claims: tuple[ClaimRecord, ...], language: Language) -> str:
    keys = ("claim", "beneficiary", "period", "profile", "energy", "record", "state")
    fallen = STATE_WORDS["withdrawn"].says(language)
    rows = [
        (
            *(each.id, each.beneficiary, str(each.period), each.profile, kwh(each.energy)),
            *(", ".join(each.cancellations), "" if each.alive else fallen),
        )
        for each in claims
    ]
    return charts.text_table([word(key, language) for key in keys], rows, align="llllrll")


def _position(each: Position) -> dict[str, object]:
    first, last = serials(each.range)
    return {
        "first": first,
        "last": last,
        "energy_wh": each.energy,
        "state": each.state,
        "owner": each.owner,
        "trades": each.trades,
        "settlement": each.settlement,
        "cancellation": each.cancellation,
        "claim": each.claim,
    }


def _claim(each: ClaimRecord) -> dict[str, object]:
    return {
        "id": each.id,
        "beneficiary": each.beneficiary,
        "period": str(each.period),
        "profile": each.profile,
        "energy_wh": each.energy,
        "alive": each.alive,
        "cancellations": list(each.cancellations),
    }
