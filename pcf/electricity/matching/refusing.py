"""Why was this not matched? Certificates and consumption by reason, with one example each.

What is told of a certificate is the first rule that leaves it no reading at all: by itself, then
with a meter, then in time. What the rules allow and nothing needed is left over, not refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.intervals import Interval, chinese_day
from pcf.electricity.matching.amounts import cell_starts
from pcf.electricity.matching.available import open_energy
from pcf.electricity.matching.criteria import Reason
from pcf.electricity.matching.judged import BY_KIND, BY_TIME, FREE
from pcf.electricity.matching.pairs import reason_for_pair
from pcf.electricity.matching.refusals import Refusal, kwh, named
from pcf.electricity.matching.windows import windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.electricity.matching.judged import Judged
    from pcf.electricity.matching.laying import Work
    from pcf.electricity.matching.own import OwnPower

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_LAST_SECOND = 2**36
_TIME = {
    "age": "refused-age",
    "validity": "refused-expired-day",
    "same-year": "refused-same-year",
    "cancellation": "refused-record-period",
    "binding": "refused-binding-period",
}
_RESOLUTION = {
    "hour": "refused-resolution-hour",
    "month": "refused-resolution-month",
    "year": "refused-resolution-year",
}
_PERIOD = {
    "hour": "refused-period-hour",
    "month": "refused-period-month",
    "year": "refused-period-year",
}
_READING = {
    "hour": "unmet-reading-hour",
    "month": "unmet-reading-month",
    "year": "unmet-reading-year",
}
_NO_PERIOD = {
    "hour": "unmet-period-hour",
    "month": "unmet-period-month",
    "year": "unmet-period-year",
}


def refused(judged: Judged, work: Work) -> tuple[tuple[Refusal, ...], Whole]:
    """Return the certificates that the rules let serve nothing, by reason, most energy first.

    The second is what of each row the rules let be used.

    No example: `match` shows it.
    """
    offers = judged.offers
    found = []
    for rows, kind in _grouped(np.flatnonzero(offers.fate == BY_KIND), offers.kind):
        why = offers.reasons[kind]
        if why is not None:
            found.append(_of_certificates(judged, why, rows))
    for number, (test, exclusion) in enumerate(offers.tests):
        for rows, _ in _grouped(np.flatnonzero(offers.fate == BY_TIME + number), offers.kind):
            why = _in_time(judged, test, int(rows[0]))
            if exclusion is not None:
                facts = {"kind": exclusion.kind, "interval": str(exclusion.interval)}
                why = Reason(test, "refused-exclusion", {**facts, "device": exclusion.device})
            found.append(_of_certificates(judged, why, rows))
    usable = offers.energy.copy()
    for why, rows in _unused(judged, work):
        found.append(_of_certificates(judged, why, rows))
        usable[rows] = 0
    return _sorted(found), usable


def unmet(judged: Judged, work: Work, own: OwnPower | None) -> tuple[Refusal, ...]:
    """Return the consumption that nothing covers, by reason, most energy first.

    No example: `match` shows it.
    """
    needs = judged.needs
    energy = work.open
    if (needs.fate != FREE).any():
        measured = open_energy(needs.columns)
        if own is not None:
            np.subtract.at(measured, own.demand, own.claimable)
        energy = np.where(needs.fate == FREE, energy, measured)
    still = energy > 0
    found = []
    for rows, kind in _grouped(np.flatnonzero((needs.fate == BY_KIND) & still), needs.kind):
        why = needs.reasons[kind]
        if why is not None:
            found.append(_of_readings(judged, why, rows, energy))
    for rows, _ in _grouped(np.flatnonzero((needs.fate == BY_TIME) & still), needs.kind):
        why = Reason("reading", _READING[judged.profile.unit])
        found.append(_of_readings(judged, why, rows, energy))
    for why, rows in _short(judged, np.flatnonzero((needs.fate == FREE) & still)):
        found.append(_of_readings(judged, why, rows, energy))
    return _sorted(found)


def _sorted(found: list[Refusal]) -> tuple[Refusal, ...]:
    return tuple(
        sorted(found, key=lambda each: (-each.energy, each.code, sorted(each.facts.items())))
    )


def _unused(judged: Judged, work: Work) -> Iterator[tuple[Reason, Whole]]:
    """Yield why certificates that stand well by themselves have no reading at all."""
    offers, needs, pairs = judged.offers, judged.needs, judged.pairs
    rows = np.flatnonzero((work.free > 0) & (work.free == offers.energy))
    asked = np.flatnonzero((needs.energy > 0) & (pairs.need[needs.kind] >= 0))
    need = pairs.need[needs.kind[asked]]
    open_needs = np.zeros(len(pairs.needs), dtype=np.bool_)
    open_needs[need] = True
    if not open_needs.any():
        return
    reach = pairs.allowed & open_needs
    alone = ~reach.any(axis=1)
    offer = pairs.offer[offers.kind[rows]]
    for group, kind in _grouped(rows[alone[offer]], offers.kind):
        test, last = pairs.against(int(pairs.offer[kind]), open_needs)
        use = needs.kinds[int(np.flatnonzero(pairs.need == last)[0])]
        yield reason_for_pair(test, offers.kinds[kind], use, judged.profile), group
    rows = rows[~alone[offer]]
    if not len(rows):
        return
    periods = needs.period[asked]
    low = int(periods.min())
    there = np.zeros((len(pairs.needs), int(periods.max()) - low + 1), dtype=np.bool_)
    there[need, periods - low] = True
    sets, group_of = np.unique(reach, axis=0, return_inverse=True)
    sums = np.zeros((len(sets), there.shape[1] + 1), dtype=np.int32)
    for number, each in enumerate(sets):
        np.cumsum(there[each].any(axis=0), out=sums[number, 1:])
    yield from _without_time(judged, rows, group_of.reshape(-1), (sums, low))


def _without_time(
    judged: Judged, rows: Whole, group_of: Whole, asked: tuple[NDArray[np.int32], int]
) -> Iterator[tuple[Reason, Whole]]:
    """Yield the rules on time that leave certificates no period in which something is asked."""
    offers = judged.offers
    group = group_of[judged.pairs.offer[offers.kind[rows]]]
    idle = _nothing(asked, group, offers.first[rows], offers.last[rows])
    rows, group = rows[idle], group[idle]
    open_ = np.ones(len(rows), dtype=np.bool_)
    for test, first, last in windows(offers.made.take(rows), judged.profile):
        failed = open_ & _nothing(asked, group, first, last)
        for each, _ in _grouped(rows[failed], offers.kind):
            yield _in_time(judged, test, int(each[0])), each
        open_ &= ~failed


def _nothing(
    asked: tuple[NDArray[np.int32], int], group: Whole, first: Whole, last: Whole
) -> Flags:
    """Return which windows hold no period in which their group asks for something."""
    sums, low = asked
    most = sums.shape[1] - 1
    begin, end = np.clip(first - low, 0, most), np.clip(last - low + 1, 0, most)
    found: Flags = (begin >= end) | (sums[group, end] == sums[group, begin])
    return found


def _short(judged: Judged, rows: Whole) -> Iterator[tuple[Reason, Whole]]:
    """Yield why readings that stand well by themselves are not covered, or not wholly."""
    offers, needs, pairs = judged.offers, judged.needs, judged.pairs
    usable = np.flatnonzero((offers.energy > 0) & (offers.first <= offers.last))
    offer = pairs.offer[offers.kind[usable]]
    there = np.zeros(len(pairs.offers), dtype=np.bool_)
    there[offer] = True
    need = pairs.need[needs.kind[rows]]
    reach = pairs.allowed & there[:, None]
    alone = ~reach.any(axis=0)
    for each, kind in _grouped(rows[alone[need]], needs.kind):
        yield _nobody(judged, there, int(pairs.need[kind])), each
    rows, need = rows[~alone[need]], need[~alone[need]]
    if not len(rows):
        return
    periods = needs.period[rows]
    low, width = int(periods.min()), int(periods.max()) - int(periods.min()) + 1
    begin, end = (
        np.clip(bound[usable] - low + more, 0, width)
        for bound, more in ((offers.first, 0), (offers.last, 1))
    )
    edges = np.zeros((len(pairs.offers), width + 1), dtype=np.int32)
    np.add.at(edges, (offer, begin), 1)
    np.subtract.at(edges, (offer, end), 1)
    offered = np.cumsum(edges, axis=1)[:, :-1] > 0
    sets, group_of = np.unique(reach.T, axis=0, return_inverse=True)
    covered = np.array([offered[each].any(axis=0) for each in sets])
    some = covered[group_of.reshape(-1)[need], periods - low]
    for each, _ in _grouped(rows[~some], needs.kind):
        yield Reason("period", _NO_PERIOD[judged.profile.unit]), each
    for each, _ in _grouped(rows[some], needs.kind):
        yield Reason("", "unmet-short"), each


def _nobody(judged: Judged, there: Flags, need: int) -> Reason:
    """Return which rule leaves a need without any certificate."""
    left = there.copy()
    if not left.any():
        return Reason("", "unmet-none")
    for test, passed in judged.pairs.tests:
        left &= passed[:, need]
        if not left.any():
            return Reason(test, "unmet-rule")
    return Reason("", "unmet-none")


def _in_time(judged: Judged, test: str, row: int) -> Reason:
    """Return the message for a rule on time, with the facts of one certificate."""
    offers, profile = judged.offers, judged.profile
    kind = offers.kinds[int(offers.kind[row])]
    made = Interval(int(offers.made.start[row]), int(offers.made.end[row]))
    until = int(min(offers.made.until[row], _LAST_SECOND))
    facts: dict[str, object] = {"produced": made}
    if test == "age" and kind.device is not None:
        years = profile.rules["age"].number("years")
        facts |= {"device": kind.device_id, "commissioned": kind.device.commissioned}
        facts |= {"years": years}
    elif test == "validity":
        facts |= {"until": chinese_day(until - 1)}
    elif test == "cancellation" and kind.record is not None:
        facts = {"number": kind.cancellation, "period": kind.record.period}
    elif test == "binding" and kind.settlement is not None:
        facts = {"number": kind.bound, "period": kind.settlement.interval}
    code = _TIME.get(test) or {"resolution": _RESOLUTION, "period": _PERIOD}[test][profile.unit]
    return Reason(test, code, {key: str(fact) for key, fact in facts.items()})


def _of_certificates(judged: Judged, why: Reason, rows: Whole) -> Refusal:
    columns = judged.offers.columns
    energy = int((columns.high[rows] - columns.low[rows]).sum())
    facts = {"range": named(str(columns.range(int(rows[0]))), len(rows)), "energy": kwh(energy)}
    rule = judged.profile.rules.get(why.test)
    return Refusal(why.test, why.code, energy, len(rows), rule, {**facts, **why.facts})


def _of_readings(judged: Judged, why: Reason, rows: Whole, energy: Whole) -> Refusal:
    demand, row = judged.needs.columns, int(rows[0])
    total = int(energy[rows].sum())
    when = Interval(int(demand.start[row]), int(demand.end[row]))
    facts = {
        "meter": demand.meter[row],
        "interval": named(str(when), len(rows)),
        "energy": kwh(total),
    }
    rule = judged.profile.rules.get(why.test)
    return Refusal(why.test, why.code, total, len(rows), rule, {**facts, **why.facts})


def _grouped(rows: Whole, kind: NDArray[np.int32]) -> Iterator[tuple[Whole, int]]:
    """Yield rows by their kind, in an order of their own."""
    if not len(rows):
        return
    order = np.argsort(kind[rows], kind="stable")
    values = kind[rows][order]
    starts = cell_starts(values)
    for part, code in zip(np.split(rows[order], starts[1:]), values[starts].tolist(), strict=True):
        yield part, code
