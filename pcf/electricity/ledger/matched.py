"""Which certificates of the ledger serve which meters? A frozen plan, and what became of it.

`Ledger.match` gives a `Matched`: the plan never changes, whether it has become claims is asked of
the ledger each time. So the same value is a plan before `commit`, a proof after it, and a plan
again once a watt-hour of it is withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.behind import line_supply, proved
from pcf.electricity.coverage import rows_of
from pcf.electricity.dividing import divided
from pcf.electricity.evidence import Registered, SupplyEvidence, evidence_of
from pcf.electricity.ledger import known, views
from pcf.electricity.ledger.states import STATES
from pcf.electricity.matching import Circumstances, match

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.charts import Drawing
    from pcf.electricity.columns import Claim, Legs
    from pcf.electricity.coverage import Coverage
    from pcf.electricity.facts import WhRange
    from pcf.electricity.ledger.known import Readings
    from pcf.electricity.ledger.ledger import Ledger
    from pcf.electricity.matching import Plan, Policy, Refusal, Rest
    from pcf.electricity.profiles import Profile, Unit
    from pcf.electricity.supply import Losses, Supply
    from pcf.findings import Finding
    from pcf.text import Language


@dataclass(frozen=True, eq=False, repr=False)
class Matched:
    """A frozen plan over a ledger's certificates; see `Ledger.match`.

    `readings` are the meter readings that were given, which `commit` records with the claims.
    `lines` is the plan with meters divided over lines that have none, where they were.
    """

    plan: Plan
    ledger: Ledger
    readings: Readings | None = None
    lines: Plan | None = None

    @property
    def covered(self) -> int:
        """Watt-hours of consumption that certificates or own power cover."""
        return self.plan.covered

    @property
    def consumed(self) -> int:
        """Watt-hours of all readings, parts of others counted once."""
        return self.plan.consumed

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Certificates that the rules do not let serve, each with its criterion and source."""
        return self.plan.refused

    @property
    def unmet(self) -> tuple[Refusal, ...]:
        """Consumption that nothing covers, and why."""
        return self.plan.unmet

    @property
    def left_over(self) -> Rest:
        """Whole certificates that no leg uses."""
        return self.plan.left_over

    @property
    def stranded(self) -> Rest:
        """Watt-hours of certificates of which another part is used: they are cancelled with it."""
        return self.plan.stranded

    @property
    def tier(self) -> str:
        """Which tiers of the matching were needed, in their order."""
        return ", ".join(self.plan.tiers)

    @property
    def tiers(self) -> Mapping[str, int]:
        """The watt-hours that each tier matched."""
        return self.plan.tiers

    @property
    def gap(self) -> int:
        """How many watt-hours fewer are matched than the rules would let be."""
        return self.plan.gap

    @property
    def legs(self) -> Legs:
        """Which watt-hours serve which reading."""
        return self.plan.legs

    @property
    def profile(self) -> Profile:
        """The rules it was matched under."""
        return self.plan.profile

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The plan as claims: one for each consumer and calendar year of consumption."""
        return self.plan.claims

    @property
    def certifiable(self) -> bool:
        """Whether every claim of the plan stands in the ledger."""
        return bool(self.claims) and self._registered(self.claims) is not None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be weighed about the plan and its profile."""
        found = self.plan.findings
        if not self.certifiable:
            return found
        return tuple(each for each in found if each.code != "match-planned")

    def to_cancel(self) -> tuple[WhRange, ...]:
        """Return the whole certificates that the registry must cancel for it, by their serials.

        What is cancelled already is left out.
        """
        return self.plan.to_cancel()

    def coverage(self, unit: Unit = "month", *, of: str = "") -> Coverage:
        """Return consumption and what covers it by hour, month or year, of all or of one line."""
        return self.seen.coverage(unit, of=of)

    def ranges(self, line: str = "") -> tuple[WhRange, ...]:
        """Return the serials behind a line, meter, product or site, neighbours merged."""
        return self.seen.ranges(line)

    def divided(self, meter: str, shares: Mapping[str, float | str]) -> Matched:
        """Return it with a meter divided over lines that have none, which sum to the meter.

        Raises ModelError for an unknown meter and shares that do not sum to one.
        """
        return replace(self, lines=divided(self.seen, meter, shares))

    def evidence(self, line: str = "", *, audited: bool = True) -> SupplyEvidence:
        """Return what stands behind a line, as the ledger has it now; a plan where it has nothing.

        `audited` asks for the ledger's audit too, which is made once for each head.
        """
        registered = self._registered(self._behind(line))
        if registered is not None and audited:
            registered = replace(registered, audited=self.ledger.verified())
        return evidence_of(self.seen, line, self.plan.profile.name, registered)

    def supply(self, line: str, *, losses: Losses = "published", audited: bool = True) -> Supply:
        """Return where the electricity of a line, meter, product or site came from.

        It has the registry's cancellation records as evidence once the claims behind the line stand
        in the ledger; until then it is a plan. `behind` holds the whole evidence.

        Raises ModelError for a name that no reading has, and where earlier claims cover the line.
        """
        behind = self.evidence(line, audited=audited)
        plan = replace(self.seen, evidence=behind.records)
        return proved(line_supply(plan, line, losses=losses), behind)

    def says(self, language: Language = "en") -> str:
        """Return as text what it covers, what is refused and why, and what must be weighed."""
        return self._now().says(language)

    def __repr__(self) -> str:
        """Return what it covers in a line."""
        return repr(self.plan)

    def heat_map(self, *, language: Language = "en") -> Drawing:
        """Return the covered share by line and month; with hourly readings by hour and month."""
        from pcf.electricity.showing import heat_map  # noqa: PLC0415 - it reads this value

        return heat_map(self.seen, language=language)

    def flows(self, *, language: Language = "en") -> Drawing:
        """Return bands from plants over the way their power is claimed to lines, in kWh."""
        from pcf.electricity.showing import flows  # noqa: PLC0415 - it reads this value

        return flows(self.seen, language=language)

    def _repr_html_(self) -> str:
        """Return figures, coverage, certificates to lines, refusals and findings for Jupyter."""
        from pcf.electricity.showing import as_html  # noqa: PLC0415 - it reads this value

        return as_html(self, "en")

    def _now(self) -> Plan:
        """Return the plan with the records of its claims, where all of them stand."""
        registered = self._registered(self.claims)
        return self.plan if registered is None else replace(self.plan, evidence=registered.records)

    @property
    def seen(self) -> Plan:
        """The plan, with meters divided over lines where they were."""
        return self.lines or self.plan

    def _behind(self, line: str) -> tuple[Claim, ...]:
        """Return the claims with a leg to a meter of the line."""
        if not line:
            return self.claims
        seen = self.seen.legs.demand_columns
        meters = {seen.meter[row] for row in np.flatnonzero(rows_of(seen, line)).tolist()}
        own = self.plan.legs.demand_columns.meter
        mine = np.array([name in meters for name in own.names], dtype=np.bool_)[own.codes]
        return tuple(each for each in self.claims if mine[each.legs.demand].any())

    def _registered(self, claims: tuple[Claim, ...]) -> Registered | None:
        """Return what the ledger says of claims; None where one of them does not stand."""
        with self.ledger.reading() as book:
            standing = views.standing(book, [each.id for each in claims])
            sequence, digest = self.ledger.head
        if not standing or None in standing.values():
            return None
        records = {record for each in standing.values() for record in each or ()}
        names = tuple(sorted(standing))
        return Registered(self.ledger.id, sequence, digest, names, tuple(sorted(records)))


def matched(  # noqa: PLR0913 - each is a different thing that a plan rests on
    ledger: Ledger,
    meters: Readings | None,
    *,
    profile: Profile | str,
    policy: Policy | str,
    given: Circumstances | None,
    unit: Unit | None,
) -> Matched:
    """Return the plan of a ledger's certificates for readings; it is `Ledger.match`.

    No example: `Ledger.match` shows it.
    """
    with ledger.reading() as book:
        supply = views.supply(book, ledger.id, STATES)
        demand = known.readings(book, ledger.id, meters)
        rest = known.circumstances(book, supply, demand, given or Circumstances())
    plan = match(supply, demand, profile=profile, policy=policy, circumstances=rest, unit=unit)
    return Matched(plan, ledger, meters)
