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
from pcf.electricity.matching.cells import AT_ONCE, Cells, fill_cells
from pcf.electricity.matching.circumstances import Circumstances
from pcf.electricity.matching.classes import Asked, Offered, Users, fill_classes
from pcf.electricity.matching.corridors import Limits, fill_corridors
from pcf.electricity.matching.intervals import Spans, fill_intervals
from pcf.electricity.matching.judged import Judged, judge_rows
from pcf.electricity.matching.laying import Work
from pcf.electricity.matching.owning import fill_own
from pcf.electricity.matching.pairs import preferred
from pcf.electricity.matching.parts import BOUND, CELL, CLASS, INTERVAL, steps
from pcf.electricity.matching.plans import Plan
from pcf.electricity.matching.policies import Policy, demand_order, supply_order
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.matching.refusing import refused, unmet
from pcf.electricity.matching.storing import fill_stores
from pcf.electricity.matching.windows import trade_windows
from pcf.electricity.profiles import Profile, Unit, read_profile, varied
from pcf.findings import finding

if TYPE_CHECKING:
    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.own import OwnPower

    Window = tuple[Whole, Whole]


def match(  # noqa: PLR0913 - each is a different thing that a plan rests on
    supply: SupplyColumns,
    demand: DemandColumns,
    *,
    profile: Profile | str,
    policy: Policy | str = "earliest_expiry",
    circumstances: Circumstances | None = None,
    unit: Unit | None = None,
) -> Plan:
    """Return a plan that matches certificates to readings under a profile, by a policy.

    `unit` compares by another period than the profile does, which the profile's name then shows.
    The plan is the same whatever the order of rows; each watt-hour of a certificate and of a
    reading is used once.

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
    >>> plan
    Plan(CN-GEC-2026: 8,500 of 8,500 kWh, interval)
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
    work = _work(judged, asked)
    mine = fill_own(work, judged, own) if own is not None else None
    of_trades = _fill(work, judged)
    notes = fill_stores(work, judged)
    if judged.offers.lost:
        notes = (*notes, finding("match-line-loss", "", energy=kwh(judged.offers.lost)))
    against, rows = refused(judged, work)
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
        gap_of_trades=of_trades,
        refused_rows=rows,
        lessened=judged.offers.left,
        notes=notes,
    )


def _moved(own: OwnPower | None, place: Whole | None) -> OwnPower | None:
    """Return own power for readings in their new places."""
    if own is None or place is None:
        return own
    return replace(own, demand=place[own.demand])


def _work(judged: Judged, policy: Policy) -> Work:
    supply, demand = judged.offers.columns, judged.needs.columns
    return Work(
        policy=policy,
        free=judged.offers.energy(),
        open=judged.needs.energy(),
        low=supply.low,
        order=supply_order(supply, policy),
        weight=demand_order(demand, policy),
        when=demand.start,
    )


def _fill(work: Work, judged: Judged) -> int:
    """Match what trades name first, where that is not strict; then everything that is allowed.

    Return how much of the work's gap is because trades go first.
    """
    first = preferred(judged.pairs)
    limits = _limits(judged, first)
    if limits is not None:
        # What a trade has of a corridor's limit is left to the step that knows the limit.
        first &= limits.corridor < 0
    free = None
    if first.any():
        free = replace(_work(judged, Policy()), free=work.free.copy(), open=work.open.copy())
        starts, ends = trade_windows(judged.offers.made, judged.profile)
        window = np.maximum(judged.offers.first, starts), np.minimum(judged.offers.last, ends)
        _fill_allowed(work, judged, first, window)
    window = judged.offers.first, judged.offers.last
    _fill_allowed(work, judged, judged.pairs.allowed, window)
    if free is None:
        return 0
    _fill_allowed(free, judged, judged.pairs.allowed, window)
    of_policy, work.gap = work.gap, int(work.open.sum() - free.open.sum())
    return max(work.gap - of_policy, 0)


def _fill_allowed(work: Work, judged: Judged, allowed: Flags, window: Window) -> None:
    """Match what is allowed, step by step."""
    limits = _limits(judged, allowed)
    for step in steps(allowed, judged.pairs, _several(work, judged, len(allowed), window), limits):
        users = np.full(len(allowed) + 1, -1, dtype=np.int32)  # the last is for refused kinds, -1
        users[step.offers] = step.users
        user = users[judged.pairs.offer]
        need = np.append(step.of_need, -1).astype(np.int32)[judged.pairs.need]
        if step.tier in (BOUND, CELL):
            _fill_cells(work, judged, (user, need), window, step.tier)
        elif step.tier == INTERVAL:
            rows = _free(work, judged, user, window)
            asked = _open(work, judged, need)
            spans = Spans(rows, user[judged.offers.kind[rows]], *(each[rows] for each in window))
            part = need[judged.needs.kind[asked]]
            fill_intervals(work, spans, (asked, part, judged.needs.period[asked]), step.tier)
        else:
            mine = allowed & (users[:-1] >= 0)[:, None]
            _fill_classes(work, judged, (mine, user), window, limits)


def _several(work: Work, judged: Judged, offers: int, window: Window) -> Flags:
    """Return which offers have certificates that may be used in more than one period."""
    found = np.zeros(offers + 1, dtype=np.bool_)
    if window[0] is not window[1]:
        kinds = np.zeros(len(judged.offers.kinds), dtype=np.bool_)
        kinds[judged.offers.kind[(window[0] < window[1]) & (work.free > 0)]] = True
        found[judged.pairs.offer[kinds]] = True
    return found[:-1]


def _fill_cells(
    work: Work, judged: Judged, part: tuple[Whole, Whole], window: Window, tier: str
) -> None:
    """Match cell by cell: one part and one period, which the certificates of a cell tier have."""
    first, last = window
    # Rules that contradict one another leave a certificate no period at all.
    free = work.free if first is last else np.where(first <= last, work.free, 0)
    low = min((int(each.min()) for each in (first, judged.needs.period) if len(each)), default=0)
    parts = max(int(each.max(initial=-1)) for each in part) + 1
    given = _cells(free, judged.offers.kind, part[0], (first, low, parts))
    got = _cells(work.open, judged.needs.kind, part[1], (judged.needs.period, low, parts))
    fill_cells(work, given, got, tier)


def _cells(left: Whole, kind: Whole, part: Whole, periods: tuple[Whole, int, int]) -> Cells:
    """Return the cell of each row: its period and the part of its kind; -1 for no part."""
    period, low, parts = periods
    wide = len(kind) > 0 and (int(period.max()) - low + 1) * parts >= 2**31
    found: Whole = np.empty(len(kind), dtype=np.int64) if wide else np.empty(len(kind), np.int32)
    for start in range(0, len(kind), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        own = part[kind[rows]]
        cell = (period[rows].astype(found.dtype) - low) * parts + own
        found[rows] = np.where((own >= 0) & (left[rows] > 0), cell, -1)
    return Cells(found)


def _fill_classes(
    work: Work,
    judged: Judged,
    allowed: tuple[Flags, Whole],
    window: Window,
    limits: Limits | None,
) -> None:
    """Match offers whose users overlap without order, or lie behind a corridor."""
    rows = _free(work, judged, allowed[1], window)
    offer = judged.pairs.offer[judged.offers.kind[rows]]
    offered = Offered(rows, offer, *(each[rows] for each in window))
    wanted = np.append(allowed[0].any(axis=0), False)
    asked = _open(work, judged, np.where(wanted, 0, -1)[judged.pairs.need])
    need = judged.pairs.need[judged.needs.kind[asked]]
    readings = Asked(asked, need, judged.needs.period[asked])
    kept = np.array([bool(each.kept) for each in judged.pairs.offers], dtype=np.bool_)
    users = Users(allowed[0], kept)
    through = limits is not None and (limits.corridor[allowed[0].any(axis=1)] >= 0).any()
    if limits is not None and through:
        fill_corridors(work, offered, readings, users, limits)
    else:
        fill_classes(work, offered, readings, users, CLASS)


def _free(work: Work, judged: Judged, user: Whole, window: Window) -> Whole:
    """Return the certificates of kinds with a user that are still free in some period."""
    keep = (work.free > 0) & (user >= 0)[judged.offers.kind]
    return np.flatnonzero(keep & (window[0] <= window[1]))


def _open(work: Work, judged: Judged, need: Whole) -> Whole:
    """Return the open readings of kinds with a need."""
    return np.flatnonzero((work.open > 0) & (need >= 0)[judged.needs.kind])


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
    return Legs(judged.offers.columns, judged.needs.columns, *work.legs.read())
