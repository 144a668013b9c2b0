"""`pcf certificates claim LEDGER`: a plan with the registry's record becomes claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    evidence_rows,
    meters_of,
    opened,
    plan_dict,
    plan_rows,
    rules,
)
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.progress import step
from pcf.cli.results import as_json
from pcf.electricity.facts import Facts, Reliance
from pcf.electricity.readers import read_cancellation
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from pcf.electricity.ledger import Matched


def certificates_claim(
    ledger: LedgerPlace,
    profile: ProfileOption,
    record: Annotated[
        list[Path],
        typer.Option("--record", "-r", help="The registry's cancellation records. 核销记录。"),
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    meters: Annotated[
        list[Path], typer.Option("--meters", "-m", help="Readings; else all recorded. 电表读数。")
    ] = [],  # noqa: B006 - as above
    policy: PolicyOption = "earliest_expiry",
    without: WithoutOption = [],  # noqa: B006 - as above
    tie: TieOption = [],  # noqa: B006 - as above
    consumer: ConsumerOption = "",
    site: SiteOption = "",
    place: PlaceOption = "",
    footprint: Annotated[
        str, typer.Option(help="The footprint that will rest on it. 依据本主张的碳足迹。")
    ] = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Claim (登记主张) what is matched, with the registry's record; without it nothing happens."""
    tongue = spoken(language)
    readings = meters_of(meters, consumer=consumer, site=site, region=place)
    records = [each for path in record for each in read_cancellation(path)]
    with opened(ledger):
        pass  # a claim makes no ledger where there is none
    with opened(ledger, read_only=False) as book:
        known = circumstances(tie, book, readings)
        asked = rules(profile, without)
        with step("matching", tongue):
            plan = book.match(readings, profile=asked, policy=policy, circumstances=known)
        if not plan.claims:
            raise LedgerError(problem("cli-nothing-matched", "", (), profile=profile))
        with step("recording", tongue):
            book.commit(plan, cancellation=records)
        if footprint:
            relies = tuple(Reliance(footprint, each.id) for each in plan.claims)
            book.record(Facts(reliances=relies))
        with step("auditing", tongue):
            proofs = [plan.evidence(each) for each in _lines(plan)]
        if shape is Shape.json:
            evidence = [each.as_dict() for each in proofs]
            typer.echo(as_json({**plan_dict(plan), "evidence": evidence}))
        else:
            typer.echo(f"{plan_rows(plan, tongue)}\n\n{evidence_rows(proofs, tongue)}")


def _lines(plan: Matched) -> list[str]:
    """Return the lines with consumption, or the meters that name none."""
    demand = plan.legs.demand_columns
    names = {demand.line[row] or demand.meter[row] for row in range(len(demand))}
    return sorted(names)
