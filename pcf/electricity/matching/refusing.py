"""Why was this not matched? Certificates and consumption by reason, with one example each.

What is told of a certificate is the first rule that leaves it no reading at all: by itself, then
with a meter, then in time. What the rules allow and nothing needed is left over, not refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.intervals import Interval, chinese_day
from pcf.electricity.matching.amounts import cell_starts
from pcf.electricity.matching.criteria import Reason
from pcf.electricity.matching.judged import BY_KIND, BY_TIME, FREE
from pcf.electricity.matching.pairs import reason_for_pair
from pcf.electricity.matching.refusals import Refusal, kwh, named
from pcf.electricity.matching.windows import windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.electricity.facts import AttributeExclusion
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.judged import Judged
    from pcf.electricity.matching.laying import Work
    from pcf.electricity.matching.own import OwnPower


_LAST_SECOND = 2**36
_EXCLUDED = {
    "subsidy": "refused-subsidised",
    "other certificate": "refused-other-certificate",
}
_AT_ONCE = 2**20
_TIME = {
    "age": "refused-age",
    "validity": "refused-expired-day",
    "same-year": "refused-same-year",
    "own-use": "refused-own-use-period",
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


def refused(judged: Judged, work: Work) -> tuple[tuple[Refusal, ...], Flags]:
    """Return the certificates that the rules let serve nothing, by reason, most energy first.

    The second says of each row whether it is one of them.

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
            at = int(rows[0])
            why = _taken(exclusion) if exclusion else _in_time(judged, test, at)
            found.append(_of_certificates(judged, why, rows))
    rows_ = offers.fate != FREE
    for why, rows in _unused(judged, work):
        found.append(_of_certificates(judged, why, rows))
        rows_[rows] = True
    return _sorted(found), rows_


def unmet(judged: Judged, work: Work, own: OwnPower | None) -> tuple[Refusal, ...]:
    """Return the consumption that nothing covers, by reason, most energy first.

    No example: `match` shows it.
    """
    needs = judged.needs
    energy = work.open
    if (needs.fate != FREE).any():
        measured = needs.uncovered().copy()
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
    there, low = _asked_for(judged)
    open_needs = np.any(there, axis=1)
    if not open_needs.any():
        return
    idle = [np.zeros(0, dtype=np.int64)]
    for part in slices(len(offers.fate)):
        energy = offers.energy(part)
        idle.append(np.flatnonzero((energy > 0) & (work.free[part] == energy)) + part.start)
    rows = np.concatenate(idle)
    reach: Flags = pairs.allowed & open_needs
    alone: Flags = ~np.any(reach, axis=1)
    lonely = alone[pairs.offer[offers.kind[rows]]]
    for group, kind in _grouped(rows[lonely], offers.kind):
        test, last = pairs.against(int(pairs.offer[kind]), open_needs)
        use = needs.kinds[int(np.flatnonzero(pairs.need == last)[0])]
        yield reason_for_pair(test, offers.kinds[kind], use, judged.profile), group
    rows = rows[~lonely]
    if not len(rows):
        return
    sets, group_of = np.unique(reach, axis=0, return_inverse=True)
    sums = np.zeros((len(sets), there.shape[1] + 1), dtype=np.int32)
    for number, each in enumerate(sets):
        np.cumsum(there[each].any(axis=0), out=sums[number, 1:])
    yield from _without_time(judged, rows, group_of.reshape(-1), (sums, low))


def _asked_for(judged: Judged) -> tuple[Flags, int]:
    """Return in which periods each need asks for something: needs by periods, and the first."""
    needs, pairs = judged.needs, judged.pairs
    low = int(needs.period.min()) if len(needs.period) else 0
    width = int(needs.period.max()) - low + 1 if len(needs.period) else 0
    there = np.zeros((len(pairs.needs) + 1, width), dtype=np.bool_)  # the last: refused kinds, -1
    for rows in slices(len(needs.period)):
        some = np.flatnonzero(needs.energy(rows) > 0)
        need = pairs.need[needs.kind[rows][some]]
        there[need, needs.period[rows][some] - low] = True
    return there[:-1], low


def slices(count: int) -> Iterator[slice]:
    """Yield slices of many rows, so that what is made of each stays small.

    >>> list(slices(3))
    [slice(0, 3, None)]
    """
    for start in range(0, count, _AT_ONCE):
        yield slice(start, min(start + _AT_ONCE, count))


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
    needs, pairs = judged.needs, judged.pairs
    there, offered, low = _offered(judged)
    need = pairs.need[needs.kind[rows]]
    reach: Flags = pairs.allowed & there[:, None]
    alone: Flags = ~np.any(reach, axis=0)
    lonely = alone[need]
    for each, kind in _grouped(rows[lonely], needs.kind):
        yield _nobody(judged, there, int(pairs.need[kind])), each
    rows, need = rows[~lonely], need[~lonely]
    if not len(rows):
        return
    sets, group_of = np.unique(reach.T, axis=0, return_inverse=True)
    covered = np.array([offered[each].any(axis=0) for each in sets])
    some = covered[group_of.reshape(-1)[need], needs.period[rows] - low]
    for each, _ in _grouped(rows[~some], needs.kind):
        yield Reason("period", _NO_PERIOD[judged.profile.unit]), each
    for each, _ in _grouped(rows[some], needs.kind):
        yield Reason("", "unmet-short"), each


def _offered(judged: Judged) -> tuple[Flags, Flags, int]:
    """Return which offers there are, and in which periods: offers by periods, and the first."""
    offers, needs, pairs = judged.offers, judged.needs, judged.pairs
    low = int(needs.period.min()) if len(needs.period) else 0
    width = int(needs.period.max()) - low + 1 if len(needs.period) else 0
    edges = np.zeros((len(pairs.offers), width + 1), dtype=np.int64)
    there = np.zeros(len(pairs.offers), dtype=np.bool_)
    for rows in slices(len(offers.fate)):
        first, last = offers.first[rows], offers.last[rows]
        some = np.flatnonzero((offers.energy(rows) > 0) & (first <= last))
        offer = pairs.offer[offers.kind[rows][some]]
        there[offer] = True
        for sign, bound in ((1, first[some] - low), (-1, last[some] - low + 1)):
            place = offer * (width + 1) + np.clip(bound, 0, width)
            edges += sign * np.bincount(place, minlength=edges.size).reshape(edges.shape)
    return there, np.cumsum(edges, axis=1)[:, :-1] > 0, low


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


def _taken(exclusion: AttributeExclusion) -> Reason:
    """Return the message for production whose attributes another system has."""
    facts = {"device": exclusion.device, "interval": str(exclusion.interval)}
    code = _EXCLUDED.get(exclusion.kind)
    if code is None:
        return Reason("exclusion", "refused-exclusion", {**facts, "kind": exclusion.kind})
    return Reason("exclusion", code, facts)


def _in_time(judged: Judged, test: str, row: int) -> Reason:
    """Return the message for a rule on time, with the facts of one certificate."""
    offers, profile = judged.offers, judged.profile
    kind = offers.kinds[int(offers.kind[row])]
    made = Interval(int(offers.made.start[row]), int(offers.made.end[row]))
    until = int(min(offers.made.until[row], _LAST_SECOND))
    facts: dict[str, object] = {"produced": made}
    if test == "age" and kind.device is not None:
        years = profile.rules["age"].number("years")
        facts = {"device": kind.device_id, "commissioned": kind.device.commissioned}
        facts |= {"years": years}
    elif test == "own-use":
        facts |= {"device": kind.device_id}
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
    yield from zip(np.split(rows[order], starts[1:]), values[starts].tolist(), strict=True)
