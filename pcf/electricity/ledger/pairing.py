"""Do these watt-hours and this consumption go together? Trials, and what cancellation records say.

A cancellation record may name the period and the site that it was made for: then its watt-hours
serve consumption of that period and site only, whatever else the claim spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.ledger.entries import interval_in
from pcf.electricity.ledger.moving import status_of
from pcf.electricity.ledger.sets import among, distinct
from pcf.electricity.ledger.spans import span_interval
from pcf.errors import Problem, problem
from pcf.text import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book, LegRows, UseRows
    from pcf.electricity.ledger.segments import Segments

    Whole = NDArray[np.int64]


def against_pairs(book: Book, name: str, legs: LegRows, touched: Segments) -> list[Problem]:
    """Return why lots and consumption of the claim `name` do not go together.

    `touched` are the segments that the legs cover, cut at their ends.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    uses = book.uses(distinct(legs.consumption))
    place = np.searchsorted(uses.number, legs.consumption)
    problems = []
    if (_trial_uses(book, uses)[place] != _trial_lots(book, legs)).any():
        problems.append(problem("trial-differs", name))
    by_record: dict[int, list[int]] = {}
    for number in distinct(touched.status).tolist():
        by_record.setdefault(status_of(book, number).cancellation, []).append(number)
    for record, statuses in sorted(by_record.items()):
        stated = book.registers.content("cancellation", record) if record else {}
        if "period" in stated or "site" in stated:
            rows = _legs_on(legs, touched, np.array(sorted(statuses), dtype=np.int64))
            problems += _against_stated(book, name, stated, uses, distinct(place[rows]))
    return problems


def _against_stated(
    book: Book, name: str, stated: dict[str, Any], uses: UseRows, rows: Whole
) -> list[Problem]:
    """Return which of some consumption records a cancellation record was not made for."""
    found = []
    period, number = interval_in(stated, "period"), stated["number"]
    starts, ends = book.registers.spans()
    span = uses.span[rows] - 1
    if period is not None:
        outside = np.flatnonzero((starts[span] < period.start) | (ends[span] > period.end))
        if len(outside):
            when = span_interval(book, int(span[outside[0]]) + 1)
            told = {"number": number, "recorded": period, "period": when}
            found.append(problem("cancellation-period", name, (), **told))
    site = str(stated.get("site", ""))
    slices = distinct(uses.slice[rows]).tolist()
    others = {str(book.registers["slice"][each][4]) for each in slices}
    others = {each for each in others if site and fold(each) != fold(site)}
    if others:
        told_ = {"site": ", ".join(sorted(others)), "recorded": site}
        found.append(problem("site-differs", name, (), **told_))
    return found


def _legs_on(legs: LegRows, touched: Segments, statuses: Whole) -> Whole:
    """Return the legs that use a watt-hour of a segment with one of some statuses."""
    last = np.concatenate((touched.lot[1:] != touched.lot[:-1], [True]))
    lots = touched.lot[last]
    base = np.concatenate(([0], np.cumsum(touched.high[last])[:-1]))
    of_segment, of_leg = (base[np.searchsorted(lots, each.lot)] for each in (touched, legs))
    start = touched.low + of_segment
    wanted = np.concatenate(([0], np.cumsum(among(touched.status, statuses))))
    first = np.searchsorted(start, legs.low + of_leg, side="right") - 1
    after = np.searchsorted(start, legs.low + legs.energy + of_leg)
    return np.flatnonzero(wanted[after] > wanted[first])


def _trial_uses(book: Book, uses: UseRows) -> Whole:
    """Return for each consumption record whether it is on trial."""
    trial = np.array([0, *(int(row[8]) for row in book.registers["slice"].rows)], dtype=np.int64)
    return trial[uses.slice]


def _trial_lots(book: Book, legs: LegRows) -> Whole:
    """Return for each leg whether its device is on trial."""
    lots = book.lots(distinct(legs.lot))
    issues = distinct(lots.issue)
    trial = np.array([_is_trial(book, issue) for issue in issues.tolist()], dtype=np.int64)
    of_lot = trial[np.searchsorted(issues, lots.issue)]
    return of_lot[np.searchsorted(lots.number, legs.lot)]


def _is_trial(book: Book, issue: int) -> int:
    source = int(book.registers["issue"][issue][2])
    number = book.registers["device"].find(book.registers["source"][source][0])
    return int(bool(number and book.registers.content("device", number)["trial"]))
