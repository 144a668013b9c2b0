"""`pcf certificates match LEDGER`: a plan; nothing is written to the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files
from pcf.cli.certificates import (
    ConsumerOption,
    LedgerPlace,
    PlaceOption,
    PolicyOption,
    ProfileOption,
    SiteOption,
    TieOption,
    WithoutOption,
    circumstances,
    meters_of,
    opened,
    plan_dict,
    plan_rows,
    rules,
    serials,
    word,
)
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import step
from pcf.cli.results import as_json
from pcf.electricity.ledger.export import write_beside
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.profiles import profile_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.ledger import Matched
    from pcf.text import Language


def certificates_match(
    ledger: LedgerPlace,
    profile: ProfileOption,
    meters: Annotated[
        list[Path], typer.Option("--meters", "-m", help="Readings; else all recorded. 电表读数。")
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    policy: PolicyOption = "earliest_expiry",
    without: WithoutOption = [],  # noqa: B006 - as above
    tie: TieOption = [],  # noqa: B006 - as above
    consumer: ConsumerOption = "",
    site: SiteOption = "",
    place: PlaceOption = "",
    to_cancel: Annotated[
        Path | None, typer.Option(help="Write the serials to be cancelled, CSV. 待核销清单。")
    ] = None,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Plan which certificates serve which meters (匹配); `--profile all` sets all rules beside."""
    tongue = spoken(language)
    readings = meters_of(meters, consumer=consumer, site=site, region=place)
    with opened(ledger) as book:
        known = circumstances(tie, book, readings)
        names = profile_ids() if profile == "all" else (profile,)
        with step("matching", tongue):
            chosen = [rules(each, without) for each in names]
            plans = [
                book.match(readings, profile=each, policy=policy, circumstances=known)
                for each in chosen
            ]
        if to_cancel is not None:
            write_beside(to_cancel, _list(plans[0], tongue, for_excel=True))
        if shape is Shape.json:
            found = [plan_dict(each) for each in plans]
            typer.echo(as_json(found if profile == "all" else found[0]))
        elif shape is Shape.csv:
            typer.echo(_list(plans[0], tongue), nl=False)
        elif profile == "all":
            typer.echo(_side_by_side(plans, tongue))
        else:
            typer.echo(f"{plan_rows(plans[0], tongue)}\n\n{plans[0].says(tongue)}")


def _list(plan: Matched, language: Language, *, for_excel: bool = False) -> str:
    """Return the certificates that the registry must cancel, as CSV."""
    headers = [word(each, language) for each in ("first", "last", "energy")]
    rows = [[*serials(each), kwh(each.energy)] for each in plan.to_cancel()]
    return files.csv_text(headers, rows, for_excel=for_excel)


def _side_by_side(plans: Sequence[Matched], language: Language) -> str:
    headers = [word(each, language) for each in ("profile", "covered", "share", "refused")]
    rows = []
    for plan in plans:
        share = f"{plan.covered / plan.consumed:.1%}" if plan.consumed else "-"
        first = plan.refused[0].test if plan.refused else "-"
        rows.append((plan.profile.name, kwh(plan.covered), share, first))
    return charts.text_table(headers, rows, align="lrrl")
