"""Which certificate serves which reading? A plan: legs, what was refused and why, what is left.

Certificates and readings are judged by the profile's rules, then matched part by part (see
`parts`): first what is bound to a meter or a site, then everything else, for the largest coverage
that the rules allow; the policy decides where that leaves a choice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.columns import Legs
from pcf.electricity.matching.canonical import ordered_demand, ordered_supply
from pcf.electricity.matching.cells import fill_cells
from pcf.electricity.matching.circumstances import Circumstances
from pcf.electricity.matching.classes import Asked, Offered, fill_classes
from pcf.electricity.matching.corridors import Limits, fill_corridors
from pcf.electricity.matching.intervals import Spans, fill_intervals
from pcf.electricity.matching.judged import Judged, judge_rows
from pcf.electricity.matching.laying import Work
from pcf.electricity.matching.owning import fill_own
from pcf.electricity.matching.pairs import preferred
from pcf.electricity.matching.parts import CLASS, CORRIDOR, INTERVAL, steps
from pcf.electricity.matching.plans import Plan
from pcf.electricity.matching.policies import Policy, demand_order, supply_order
from pcf.electricity.matching.refusing import refused, unmet
from pcf.electricity.matching.storing import fill_stores
from pcf.electricity.matching.windows import trade_windows
from pcf.electricity.profiles import Profile, Unit, read_profile, varied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.parts import Step

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]


def match(  # noqa: PLR0913 - each is a different thing that a plan rests on
    supply: SupplyColumns,
    demand: DemandColumns,
    *,
    profile: Profile | str,
    policy: Policy | str = "earliest_expiry",
    circumstances: Circumstances | None = None,
    unit: Unit | None = None,
    fast: bool | None = None,
) -> Plan:
    """Return a plan that matches certificates to readings under a profile, by a policy.

    `unit` compares by another period than the profile does, which the profile's name then shows.
    `fast` asks for compiled loops, or against them: the answers are the same. The plan is the same
    whatever the order of rows; each watt-hour of a certificate and of a reading is used once.

    Raises ModelError with every problem: an unknown profile or policy, numbers that a policy lacks,
    certificates or readings that stand twice, a problem too large for the tier that it needs.

    >>> from pcf.electricity.columns import demand_columns, supply_columns
    >>> from pcf.electricity.facts import ConsumptionRecord, Device, Lot
    >>> from pcf.electricity.intervals import Interval
    >>> march, firm = Interval.read("2026-03"), "示例铝业有限公司"
    >>> wind = Device("wind-1", "wind", place="CN-GS")
    >>> lots = supply_columns([Lot("P1", 1, 10, "wind-1", march, owner=firm)], [wind])
    >>> meters = demand_columns([ConsumptionRecord("potline 1", march, 8_500_000, consumer=firm,
    ...                                            site="Lanzhou", place="CN-GS")])
    >>> plan = match(lots, meters, profile="CN-GEC-2026")
    >>> plan.covered, plan.left_over.energy, plan.stranded.energy, plan.gap
    (8500000, 1000000, 500000, 0)
    >>> plan.tiers
    {'interval': 8500000}
    >>> plan.supply("potline 1").shares[0].technology
    'wind'
    """
    rules = read_profile(profile) if isinstance(profile, str) else profile
    if unit is not None and unit != rules.unit:
        rules = varied(rules, {"period": {"unit": unit}})
    known, asked = circumstances or Circumstances(), Policy.of(policy)
    supply = ordered_supply(supply)
    demand, place = ordered_demand(demand)
    own = _moved(known.own, place)
    judged = judge_rows(supply, demand, rules, known)
    work = _work(judged, asked, fast)
    mine = fill_own(work, judged, own) if own is not None else None
    _fill(work, judged)
    notes = fill_stores(work, judged)
    against, usable = refused(judged, work)
    return Plan(
        profile=rules,
        policy=asked,
        circumstances=known,
        legs=_legs(work, judged),
        own=own,
        of_own=0 if mine is None else mine,
        refused=against,
        unmet=unmet(judged, work, own),
        tiers=work.tiers,
        gap=work.gap,
        usable=usable,
        notes=notes,
    )


def _moved(own: OwnPower | None, place: Whole | None) -> OwnPower | None:
    """Return own power for readings in their new places."""
    if own is None or place is None:
        return own
    return replace(own, demand=place[own.demand])


def _work(judged: Judged, policy: Policy, fast: bool | None) -> Work:  # noqa: FBT001 - as match has it
    supply, demand = judged.offers.columns, judged.needs.columns
    return Work(
        policy=policy,
        free=judged.offers.energy.copy(),
        open=judged.needs.energy.copy(),
        low=supply.low,
        order=supply_order(supply, policy),
        weight=demand_order(demand, policy),
        when=demand.start,
        fast=fast,
    )


def _fill(work: Work, judged: Judged) -> None:
    """Match what trades name first, where that is not strict; then everything that is allowed."""
    first = preferred(judged.pairs)
    limits = _limits(judged, first)
    if limits is not None:
        # What a trade has of a corridor's limit is left to the step that knows the limit.
        first &= limits.corridor < 0
    if first.any():
        starts, ends = trade_windows(judged.offers.made, judged.profile)
        window = np.maximum(judged.offers.first, starts), np.minimum(judged.offers.last, ends)
        _fill_allowed(work, judged, first, window)
    _fill_allowed(work, judged, judged.pairs.allowed, (judged.offers.first, judged.offers.last))


def _fill_allowed(work: Work, judged: Judged, allowed: Flags, window: tuple[Whole, Whole]) -> None:
    number = judged.pairs.offer.astype(np.int32)
    offer = number[judged.offers.kind]
    limits = _limits(judged, allowed)
    several = np.zeros(len(allowed), dtype=np.bool_)
    if window[0] is not window[1]:
        rows = np.flatnonzero((window[0] < window[1]) & (work.free > 0))
        several[np.unique(offer[rows])] = True
    for step in steps(allowed, judged.pairs, several, limits):
        users = np.full(len(allowed) + 1, -1, dtype=np.int64)
        users[step.offers] = step.users
        mine = users[:-1] >= 0
        keep = (work.free > 0) & (users >= 0)[offer]
        if window[0] is not window[1]:
            keep &= window[0] <= window[1]
        rows = np.flatnonzero(keep)
        offered = Offered(rows, offer[rows], window[0][rows], window[1][rows])
        if step.tier in (CLASS, CORRIDOR):
            _fill_classes(work, judged, allowed & mine[:, None], offered, limits)
        else:
            _fill_parts(work, judged, step, users, offered)


def _fill_classes(
    work: Work, judged: Judged, allowed: Flags, offered: Offered, limits: Limits | None
) -> None:
    """Match offers whose users overlap without order, or lie behind a corridor."""
    rows, need = _asked(work, judged, allowed.any(axis=0))
    asked = Asked(rows, need, judged.needs.period[rows])
    through = limits is not None and (limits.corridor[allowed.any(axis=1)] >= 0).any()
    if limits is not None and through:
        fill_corridors(work, offered, asked, allowed, limits)
    else:
        fill_classes(work, offered, asked, allowed, CLASS)


def _fill_parts(work: Work, judged: Judged, step: Step, users: Whole, offered: Offered) -> None:
    """Match offers of which each may serve every reading of its part."""
    rows, need = _asked(work, judged, step.of_need >= 0)
    part, of_row, period = users[offered.offer], step.of_need[need], judged.needs.period[rows]
    if step.tier == INTERVAL:
        spans = Spans(offered.rows, part, offered.first, offered.last)
        fill_intervals(work, spans, (rows, of_row, period), step.tier)
        return
    # In a cell a certificate has one period: a part and a period are one number.
    periods = (offered.first, period)
    low = min((int(each.min()) for each in periods if len(each)), default=0)
    width = max((int(each.max()) for each in periods if len(each)), default=0) - low + 1
    given = part * width + (offered.first - low)
    fill_cells(work, (offered.rows, given), (rows, of_row * width + (period - low)), step.tier)


def _asked(work: Work, judged: Judged, wanted: Flags) -> tuple[Whole, Whole]:
    """Return the open readings of some needs, and the need of each."""
    need = judged.pairs.need.astype(np.int32)[judged.needs.kind]
    known = np.append(wanted, False)  # noqa: FBT003 - what a refused kind, -1, is
    rows = np.flatnonzero((work.open > 0) & known[need])
    return rows, need[rows]


def _limits(judged: Judged, allowed: Flags) -> Limits | None:
    """Return which pairs lead through a corridor with a limit, and the limits; None: no pair."""
    corridors = [each for each in judged.circumstances.corridors if each.limit is not None]
    if not corridors or "zone" not in judged.profile.rules:
        return None
    found = np.full(allowed.shape, -1, dtype=np.int64)
    made = [each.zone for each in judged.pairs.offers]
    used = [each.zone for each in judged.pairs.needs]
    for number, corridor in enumerate(corridors):
        starts = np.array([zone == corridor.source for zone in made], dtype=np.bool_)
        ends = np.array([zone == corridor.target for zone in used], dtype=np.bool_)
        found[starts[:, None] & ends[None, :] & allowed] = number
    if not (found >= 0).any():
        return None
    most = [each.limit for each in corridors if each.limit is not None]
    return Limits(found, np.array(most, dtype=np.int64))


def _legs(work: Work, judged: Judged) -> Legs:
    supply, demand = judged.offers.columns, judged.needs.columns
    none = (np.zeros(0, dtype=np.int64),) * 4
    parts = work.legs or [none]
    if len(parts) == 1:
        return Legs(supply, demand, *parts[0])
    return Legs(supply, demand, *(np.concatenate(each) for each in zip(*parts, strict=True)))
