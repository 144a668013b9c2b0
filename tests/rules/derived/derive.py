"""How is a study derived that breaks one rule? From a sound one, by one change, computed anew.

A pack's table of variations stands beside this module, in `<pack>.py`: `sound()` gives a study that
no rule of the pack finds fault with, `VARIATIONS` leads from each rule to a function that spoils
it. `test_derived.py` finds the tables, and holds that each study breaks its rule and, besides, what
the rule's `entails` names and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pcf.background import open_background
from pcf.background.behind import Scores
from pcf.model.amounts import Amount
from pcf.model.coverage import Coverage
from pcf.rules.facts.totals import rounded_up
from pcf.study.names import ELECTRICITY
from pcf.study.values import Evidence, SiteTotal, Statement
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.background.values import BackgroundProcess
    from pcf.model.coverage import Period
    from pcf.rules.facts import LedgerEvidence
    from pcf.study import Study

    Variation = Callable[["Given"], "Given"]

GOOD = {
    "unit.kind": "declared",
    "goal.comparative": "no",
    "pcr.exists": "yes",
    "pcr.followed": "yes",
    "boundary.capital_goods": "outside",
    "period.reason_given": "no",
    "period.seasons": "3",
    "period.representative": "yes",
    "data.technology_fits": "yes",
    "credits.real": "yes",
    "scrap.kinds": "home",
    "scrap.method": "cut-off",
    "electricity.certificates_sold": "no",
    "electricity.same_market": "yes",
    "electricity.unbundled": "no",
    "lines.aircraft_multiplied": "no",
    "land.change_assessed": "yes",
    "land.soil_method": "yes",
    "offsets.subtracted": "no",
    "timing.discounted": "no",
    "capture.permanent": "yes",
    "report.limitations": "yes",
    "report.electricity_explained": "yes",
    "report.value_choices": "yes",
    "comparison.same_method": "yes",
    "comparison.same_boundary": "yes",
    "review.done": "yes",
    "review.independent": "yes",
    "review.assurance": "reasonable",
}
"""What a study states of which no rule complains."""


@dataclass(frozen=True)
class Given:
    """What is judged: a study, its footprint, the background data, what a ledger says."""

    study: Study
    footprint: Footprint
    background: Background
    evidence: LedgerEvidence | None = None

    def computed(self, **changes: Any) -> Given:
        """Return the study with other fields, its footprint computed anew."""
        study = replace(self.study, **changes)
        return replace(self, study=study, footprint=study.footprint(self.background)).declaring()

    def declaring(self) -> Given:
        """Return the study that declares what its footprint comes to."""
        value = f"{rounded_up(self.footprint.total):.12g}"
        return self.stating(declared__value=f"{value} kg CO2e")

    def telling(self, **changes: Any) -> Given:
        """Return a study that tells other things than the one the footprint was computed from."""
        return replace(self, study=replace(self.study, **changes))

    def stating(self, **facts: str) -> Given:
        """Return the study with other statements; `goal__comparative` is goal.comparative."""
        new = {name.replace("__", "."): value for name, value in facts.items()}
        rows = tuple(row for row in self.study.statements if row.fact not in new)
        return self.telling(statements=(*rows, *(state(*pair) for pair in new.items())))

    def resulting(self, **changes: Any) -> Given:
        """Return the study with a footprint that says something else."""
        return replace(self, footprint=replace(self.footprint, **changes))

    def standing_on(self, change: Callable[[BackgroundProcess], BackgroundProcess]) -> Given:
        """Return the study computed on background data of which each row is changed."""
        own = self.study.own_background
        study = replace(self.study, own_background=own and on_rows(own, change))
        background = on_rows(self.background, change)
        footprint = study.footprint(background)
        return replace(self, study=study, background=background, footprint=footprint).declaring()

    def rows(self, wanted: Collection[str], **changes: Any) -> Given:
        """Return the study with other fields of some rows, computed anew."""
        activity = tuple(
            replace(row, **changes) if row.id in wanted else row for row in self.study.activity
        )
        return self.computed(activity=activity)


def state(fact: str, value: str, unit: str = "") -> Statement:
    """Return a statement with evidence that needs no file."""
    return Statement(fact, value, unit, Evidence(text=f"document on {fact}"))


def on_rows(
    background: Background, change: Callable[[BackgroundProcess], BackgroundProcess]
) -> Background:
    """Return background data of which each row is changed."""
    return replace(background, processes=tuple(change(row) for row in background.processes))


def scored(row: BackgroundProcess, score: int | None) -> BackgroundProcess:
    """Return a row with one score for every indicator."""
    return replace(row, scores=Scores(*[score] * 5))


@cache
def shipped() -> Background:
    """Return the edition that the package ships."""
    return open_background("cn-public", edition="2026.1")


def made_sound(study: Study, *, controlled: Collection[str]) -> Given:
    """Return a reference study of which no common rule complains.

    Its processes named in `controlled` have primary data with evidence, everything else is
    secondary; all data are of the period's year, published and scored; the electricity agrees with
    the site's, and everything that can be stated is, with evidence. Balances and alternatives are
    the study's own.
    """
    period = study.period
    assert period is not None
    background = _sound_data(shipped(), period)
    own = study.own_background and _sound_data(study.own_background, period)
    activity = tuple(_sound_row(row, controlled) for row in study.activity)
    study = replace(
        study,
        own_background=own,
        processes=tuple(replace(p, controlled=p.id in controlled) for p in study.processes),
        activity=activity,
        legs=tuple(replace(leg, confidence="secondary") for leg in study.legs),
        sources=tuple(
            replace(each, data_year=period.last_year, confidence="secondary")
            for each in study.sources
        ),
        unverified=(),
        statements=tuple(state(*pair) for pair in GOOD.items()),
    )
    study = replace(study, site_totals=(*study.site_totals, *_electricity(study)))
    return Given(study, study.footprint(background), background).declaring()


def _sound_row(row: Any, controlled: Collection[str]) -> Any:
    if row.process not in controlled:
        return replace(row, confidence="secondary")
    return replace(row, confidence="primary", evidence=Evidence(text=f"reading of {row.id}"))


def _sound_data(background: Background, period: Period) -> Background:
    """Return background data of one year, of the study's country, published and scored."""

    def sound(row: BackgroundProcess) -> BackgroundProcess:
        if row.at or row.family == "combustion":
            return scored(row, 2)
        process = row.process
        exchanges = tuple(replace(each, confidence="secondary") for each in process.exchanges)
        dated = replace(
            process, coverage=Coverage(process.coverage.place, period), exchanges=exchanges
        )
        return scored(replace(row, process=dated, unverified=()), 2)

    sources = tuple(
        replace(each, data_year=period.last_year, confidence="secondary")
        for each in background.sources
    )
    editions = tuple(replace(each, draft=False) for each in background.editions)
    return replace(on_rows(background, sound), editions=editions, sources=sources)


def _electricity(study: Study) -> tuple[SiteTotal, ...]:
    """Return the site's electricity, equal to the rows that count."""
    if any(fold(each.flow) in ELECTRICITY for each in study.site_totals):
        return ()
    from pcf.study.amounts import used_amounts  # noqa: PLC0415 - needed for one number
    from pcf.study.calling import standing  # noqa: PLC0415 - as above

    used = used_amounts(standing(study)).used
    rows = [
        amount.to("kWh").value
        for row, amount in used.items()
        if amount is not None and row.direction == "input" and fold(row.flow) in ELECTRICITY
    ]
    total = sum(value for value in rows if value is not None)
    return (SiteTotal("electricity", Amount(total, "kWh")),) if total else ()
