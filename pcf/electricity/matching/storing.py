"""How do certificates pass through a battery? Charged in their period, used when it gives back.

What no reading used in its period may charge a store, as far as it was metered to charge. What it
gives back later serves the readings of its site that nothing covers; what is lost on the way is
consumption of the store's own meter, and covered too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.electricity.matching.amounts import cell_starts, cell_sums, in_order, in_proportion
from pcf.electricity.matching.intervals import Spans, fill_intervals
from pcf.electricity.matching.laying import Work
from pcf.electricity.matching.pairing import side_by_side
from pcf.electricity.matching.periods import periods_of
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.matching.storage import draw
from pcf.findings import finding
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.intervals import Interval
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.judged import Judged
    from pcf.electricity.matching.storage import Draws, Store
    from pcf.findings import Finding


class _Layers(NamedTuple):
    """What a store took in: when, how much, of which certificates (a row, or -1) and from where."""

    when: Whole
    energy: Whole
    supply: Whole
    low: Whole


class _Given(NamedTuple):
    """What comes back of certificates: when, from which row and position, and what was lost."""

    when: Whole
    period: Whole
    supply: Whole
    low: Whole
    given: Whole
    lost: Whole


def fill_stores(work: Work, judged: Judged) -> tuple[Finding, ...]:
    """Match through the stores of the circumstances, one after another; return what is to tell.

    No example: `match` shows it.
    """
    found: list[Finding] = []
    for store in judged.circumstances.stores:
        need = _need(judged, store)
        if need is None:
            found.append(finding("store-serves-nobody", store.meter, site=store.site))
            continue
        layers = _charge(work, judged, store, need)
        times = _columns(store.discharged)
        draws = draw(layers[:2], times, efficiency=store.efficiency, policy=store.policy)
        green = _green(layers, draws, times[0], judged)
        found += _cover_losses(work, judged, store, _serve(work, judged, store, (need, green)))
    return tuple(found)


def _columns(series: Sequence[tuple[Interval, int]]) -> tuple[Whole, Whole]:
    rows = sorted((interval.start, energy) for interval, energy in series)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]


def _need(judged: Judged, store: Store) -> int | None:
    """Return the need of the site's readings; certificates must be right for it."""
    sites = [fold(use.site) == fold(store.site) for use in judged.needs.kinds]
    found = {
        int(need)
        for need, here in zip(judged.pairs.need.tolist(), sites, strict=True)
        if here and need >= 0
    }
    return min(found) if found else None


def _charge(work: Work, judged: Judged, store: Store, need: int) -> _Layers:
    """Charge the store with what is left of certificates in each period; return its layers."""
    offers = judged.offers
    when, energy = _columns(store.charged)
    sub = Work(
        policy=work.policy,
        free=work.free,
        open=energy.copy(),
        low=work.low,
        order=work.order,
        weight=None,
        when=when,
        taken=work.so_far(),
    )
    offer = judged.pairs.offer[offers.kind]
    fits = np.append(judged.pairs.allowed[:, need], False)[offer]
    rows = np.flatnonzero(fits & (work.free > 0) & (offers.first <= offers.last))
    spans = Spans(rows, np.zeros_like(rows), offers.first[rows], offers.last[rows])
    count = np.arange(len(when), dtype=np.int64)
    periods = periods_of(when, judged.profile.unit)
    fill_intervals(sub, spans, (count, np.zeros_like(count), periods), "storage")
    work.taken = sub.so_far()
    legs = sub.legs.read()
    plain = np.flatnonzero(sub.open > 0)
    none = np.full(len(plain), -1, dtype=np.int64)
    moment = np.concatenate((when[legs[1]], when[plain]))
    order = np.argsort(moment, kind="stable")
    columns = (
        np.concatenate((legs[3], sub.open[plain])),
        np.concatenate((legs[0], none)),
        np.concatenate((legs[2], none)),
    )
    return _Layers(moment[order], *(each[order] for each in columns))


def _green(layers: _Layers, draws: Draws, moments: Whole, judged: Judged) -> _Given:
    """Return what comes back of certificates, earlier discharges first."""
    rows = np.flatnonzero((layers.supply[draws.layer] >= 0) & (draws.given > 0))
    layer, when = draws.layer[rows], moments[draws.discharge[rows]]
    return _Given(
        when,
        periods_of(when, judged.profile.unit),
        layers.supply[layer],
        layers.low[layer] + draws.offset[rows],
        draws.given[rows],
        draws.charged[rows] - draws.given[rows],
    )


def _serve(work: Work, judged: Judged, store: Store, green: tuple[int, _Given]) -> _Given:
    """Serve the site's open readings of each period; return what was lost for it.

    Where less is needed than comes back, the losses count in proportion, rounded up.
    """
    need, given = green
    needs = judged.needs
    mine = np.array([fold(use.meter) != fold(store.meter) for use in needs.kinds], dtype=np.bool_)
    site = np.array([fold(use.site) == fold(store.site) for use in needs.kinds], dtype=np.bool_)
    right = mine & site & (judged.pairs.need == need)
    rows = np.flatnonzero(right[needs.kind] & (work.open > 0))
    rows = rows[np.lexsort((work.when[rows], needs.period[rows]))]
    left, right_ = cell_starts(given.period), cell_starts(needs.period[rows])
    there = _totals(given.period, given.given)
    open_ = _totals(needs.period[rows], work.open[rows])
    total = {each: min(there[each], open_.get(each, 0)) for each in there}
    used = in_order(given.given, left, np.array(list(total.values()), dtype=np.int64))
    got = in_proportion(
        work.open[rows],
        right_,
        np.array([total.get(each, 0) for each in open_], dtype=np.int64),
    )
    out, into = np.flatnonzero(used), np.flatnonzero(got)
    pieces = side_by_side(used[out], got[into])
    giver = out[pieces.giver]
    low = given.low[giver] + pieces.offset
    work.legs.write(given.supply[giver], rows[into[pieces.taker]], low, pieces.energy)
    work.open[rows] -= got
    work.tiers["storage"] = work.tiers.get("storage", 0) + int(used.sum())
    lost = -(-given.lost * used // np.maximum(given.given, 1))
    keep = np.flatnonzero(lost)
    first = (given.low + given.given)[keep]
    return _Given(
        given.when[keep], given.period[keep], given.supply[keep], first, lost[keep], lost[keep]
    )


def _cover_losses(work: Work, judged: Judged, store: Store, lost: _Given) -> list[Finding]:
    """Let what was lost cover the store's own readings; tell what they do not measure."""
    demand = judged.needs.columns
    named = np.array([fold(name) == fold(store.meter) for name in demand.meter.names])
    rows = np.flatnonzero(named[demand.meter.codes])
    place = np.searchsorted(demand.start[rows], lost.when, side="right") - 1
    found = place >= 0
    row = rows[np.maximum(place, 0)] if len(rows) else np.full(len(place), -1)
    if len(rows):
        found &= lost.when < demand.end[row]
    keep = np.flatnonzero(found)
    keep = keep[np.argsort(row[keep], kind="stable")]
    starts = cell_starts(row[keep])
    reading, sums = row[keep][starts], cell_sums(lost.lost[keep], starts)
    # What else of the plan covers a reading covers the losses in it.
    covered = in_order(lost.lost[keep], starts, np.minimum(work.open[reading], sums))
    measured = np.minimum(judged.needs.uncovered()[reading], sums)
    some = np.flatnonzero(covered)
    chosen = keep[some]
    work.legs.write(lost.supply[chosen], row[chosen], lost.low[chosen], covered[some])
    work.tiers["storage"] = work.tiers.get("storage", 0) + int(covered.sum())
    np.subtract.at(work.open, row[chosen], covered[some])
    missing = int(lost.lost.sum() - measured.sum())
    if not missing:
        return []
    return [finding("store-losses", store.meter, missing=kwh(missing))]


def _totals(periods: Whole, energy: Whole) -> dict[int, int]:
    """Return the sum of each period, of rows that are sorted by period."""
    starts = cell_starts(periods)
    return dict(zip(periods[starts].tolist(), cell_sums(energy, starts).tolist(), strict=True))
