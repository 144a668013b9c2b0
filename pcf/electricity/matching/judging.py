"""The same facts under many rule sets, side by side: what each lets count, and why not the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.electricity.matching.planning import match
from pcf.electricity.profiles import profile_ids, read_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.matching.circumstances import Circumstances
    from pcf.electricity.matching.plans import Plan
    from pcf.electricity.matching.policies import Policy
    from pcf.electricity.profiles import Profile
    from pcf.text import Language


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What one profile says: its plan, with every refusal, rule and source."""

    plan: Plan

    @property
    def profile(self) -> Profile:
        """The profile."""
        return self.plan.profile

    @property
    def share(self) -> float | None:
        """The covered part of consumption; None where nothing is consumed."""
        consumed = self.plan.consumed
        return self.plan.covered / consumed if consumed else None

    def says(self, language: Language = "en") -> str:
        """Return the profile, how much it lets count, and every refusal with its source."""
        return self.plan.says(language)


def judge(
    supply: SupplyColumns,
    demand: DemandColumns,
    *,
    profiles: Sequence[Profile | str] = (),
    policy: Policy | str = "earliest_expiry",
    circumstances: Circumstances | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdicts of profiles on the same certificates and readings; of all for none named.

    Raises ModelError for an unknown profile and for what `match` refuses.

    >>> from pcf.electricity.columns import demand_columns, supply_columns
    >>> from pcf.electricity.facts import ConsumptionRecord, Device, Lot
    >>> from pcf.electricity.intervals import Interval
    >>> march, firm = Interval.read("2026-03"), "示例铝业有限公司"
    >>> lots = supply_columns([Lot("P1", 1, 5, "w", march, owner=firm)],
    ...                       [Device("w", "wind", place="CN-GS")])
    >>> meters = demand_columns([ConsumptionRecord("potline 1", march, 5_000_000, consumer=firm,
    ...                                            place="CN-GS")])
    >>> for verdict in judge(lots, meters, profiles=["CN-GEC-2026", "CBAM"]):
    ...     print(verdict.profile.id, verdict.share, [each.test for each in verdict.plan.refused])
    CN-GEC-2026 1.0 []
    CBAM 0.0 ['instrument']
    """
    chosen = [read_profile(each) if isinstance(each, str) else each for each in profiles]
    if not chosen:
        chosen = [read_profile(each) for each in profile_ids()]
    return tuple(
        Verdict(match(supply, demand, profile=each, policy=policy, circumstances=circumstances))
        for each in chosen
    )
