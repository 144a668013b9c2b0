"""What proves where a line's electricity came from? A frozen value that bundles seal and rules ask.

It holds what was used and what covers it by hour, month and year, the serials behind it, the rules
it was matched under, the registry's cancellation records, and where the ledger stood when it said
so. Without claims in a ledger it is a plan, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text
from pcf.digest import fingerprint
from pcf.electricity.behind import serials
from pcf.electricity.coverage import (
    Scores,
    consumption,
    coverage,
    per_reading,
    rows_of,
    scores,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.matching.refusals import kwh

if TYPE_CHECKING:
    from pcf.electricity.coverage import Claimed
    from pcf.electricity.facts import WhRange
    from pcf.electricity.matching.plans import Plan
    from pcf.electricity.profiles import Unit
    from pcf.electricity.supply import Share

KIND = "evidence of electricity, 1"


@dataclass(frozen=True, slots=True)
class Covered:
    """What was used in a period and what covers it, in watt-hours."""

    period: Interval
    consumed: int
    certified: int
    own: int
    null: int


@dataclass(frozen=True, slots=True)
class Registered:
    """What a ledger says of claims: which stand, by which cancellation records, at which head.

    `audited` is whether its audit at that head found nothing wrong; None where none was made.
    """

    ledger: str
    sequence: int
    head: str
    claims: tuple[str, ...]
    records: tuple[str, ...]
    audited: bool | None = None


@dataclass(frozen=True, slots=True)
class SupplyEvidence:
    """What stands behind the electricity of a line, a meter, a product or a site, in watt-hours.

    `certified` is covered by certificates, `own` by own power with its attributes; `null` is own
    power whose attributes were sold. `hours`, `months` and `years` are empty where readings are
    longer than the period; `scores` say how much was made in the same hour, month and year.
    `ranges` are the serials behind it; `registered` is what the ledger says of them. It is
    `planned` where certificates serve it that the ledger has no claim of: not certifiable then.
    `shares` are those of the supply that it proves, none where it was asked for alone.

    No example: `pcf.electricity.ledger.Matched.evidence` gives one.
    """

    line: str
    profile: str
    period: Interval
    consumed: int
    certified: int
    own: int
    null: int
    scores: Scores
    hours: tuple[Covered, ...]
    months: tuple[Covered, ...]
    years: tuple[Covered, ...]
    ranges: tuple[WhRange, ...]
    planned: bool
    registered: Registered | None = None
    shares: tuple[Share, ...] = ()

    @property
    def status(self) -> str:
        """Whether it is `planned`, `cancelled` by the registry, or rests on own power alone."""
        if self.planned:
            return "planned"
        return "own power" if self.registered is None else "cancelled"

    @property
    def covered(self) -> int:
        """Watt-hours that certificates or own power cover."""
        return self.certified + self.own

    @property
    def share(self) -> float | None:
        """The covered part of what was used; None where nothing was."""
        return self.covered / self.consumed if self.consumed else None

    @property
    def records(self) -> tuple[str, ...]:
        """The numbers of the registry's cancellation records."""
        return () if self.registered is None else self.registered.records

    @property
    def audited(self) -> bool | None:
        """Whether the ledger's audit found nothing wrong; None where none was made."""
        return None if self.registered is None else self.registered.audited

    @property
    def digest(self) -> str:
        """The fingerprint of all that it says."""
        return fingerprint(self.as_dict())

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain JSON values; watt-hours and positions are text.

        No example: docs/electricity-ledger.md lists the keys.
        """
        known = self.registered
        return {
            "kind": KIND,
            "line": self.line,
            "profile": self.profile,
            "period": str(self.period),
            "status": self.status,
            "consumed_wh": str(self.consumed),
            "certified_wh": str(self.certified),
            "own_wh": str(self.own),
            "null_wh": str(self.null),
            "covered_share": self.share,
            "shares": [[e.technology, e.connection, e.share, e.line_loss] for e in self.shares],
            "scores": {
                "hour": self.scores.hour,
                "month": self.scores.month,
                "year": self.scores.year,
            },
            "hours": _rows(self.hours),
            "months": _rows(self.months),
            "years": _rows(self.years),
            "ranges": [[e.scheme, e.series, str(e.low), str(e.high)] for e in self.ranges],
            "claims": [] if known is None else list(known.claims),
            "cancellations": list(self.records),
            "ledger": None
            if known is None
            else {"id": known.ledger, "sequence": known.sequence, "head": known.head},
            "audited": self.audited,
        }

    def says(self, language: text.Language = "en") -> str:
        """Return it in a sentence."""
        colon = {"en": ": ", "zh": "："}[language]
        return self.line + (colon if self.line else "") + text.says(*self.told(), language)

    def told(self) -> tuple[str, dict[str, str]]:
        """Return the message and facts of that sentence.

        No example: `says` shows it.
        """
        facts = {
            "covered": kwh(self.covered),
            "consumed": kwh(self.consumed),
            "profile": self.profile,
            "scores": " / ".join(
                "-" if each is None else f"{each:.1%}"
                for each in (self.scores.hour, self.scores.month, self.scores.year)
            ),
        }
        if self.registered is None:
            return "evidence-planned" if self.planned else "evidence-own", facts
        facts |= {
            "records": text.listed(self.records, most=5),
            "ranges": text.listed((str(each) for each in self.ranges), most=3),
            "head": self.registered.head[:12],
        }
        return "evidence-cancelled", facts


def evidence_of(
    plan: Plan | Claimed, line: str, profile: str, registered: Registered | None = None
) -> SupplyEvidence:
    """Return what stands behind a line of a plan, or of claims that stand.

    Raises ModelError for a name that no reading has.

    No example: `pcf.electricity.ledger.Matched.evidence` shows it.
    """
    demand = plan.legs.demand_columns
    rows = rows_of(demand, line)
    used = consumption(demand)
    certified, own, null = per_reading(plan)
    return SupplyEvidence(
        line=line,
        profile=profile,
        period=Interval(int(demand.start[rows].min()), int(demand.end[rows].max())),
        consumed=int(used[rows].sum()),
        certified=int(certified[rows].sum()),
        own=int(own[rows].sum()),
        null=int(null[rows].sum()),
        scores=scores(plan, of=line),
        hours=_table(plan, "hour", line),
        months=_table(plan, "month", line),
        years=_table(plan, "year", line),
        ranges=serials(plan, line),
        planned=registered is None and bool(rows[plan.legs.demand].any()),
        registered=registered,
    )


def _table(plan: Plan | Claimed, unit: Unit, line: str) -> tuple[Covered, ...]:
    """Return what covers each period, none where a reading is longer than one."""
    found = coverage(plan, unit, of=line)
    if found.unplaced:
        return ()
    columns = (found.consumed, found.certified, found.own, found.null)
    numbers = (column.tolist() for column in columns)
    return tuple(map(Covered, found.intervals, *numbers))


def _rows(table: tuple[Covered, ...]) -> list[list[str]]:
    return [
        [str(each.period), *map(str, (each.consumed, each.certified, each.own, each.null))]
        for each in table
    ]
