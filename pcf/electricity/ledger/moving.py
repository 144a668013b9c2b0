"""May these watt-hours change their state? Ranges are found, judged and moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.columns import NO
from pcf.electricity.facts import SCHEMES, WhRange
from pcf.electricity.intervals import chinese_day, day_start
from pcf.electricity.ledger.book import whole
from pcf.electricity.ledger.entries import amounts_in, range_columns, ranges_in
from pcf.electricity.ledger.registers import written
from pcf.electricity.ledger.segments import Ranges, Segments, changed, covered, joined
from pcf.electricity.ledger.sets import among, distinct
from pcf.electricity.ledger.spelling import against_spelling
from pcf.electricity.ledger.states import TRANSITIONS
from pcf.electricity.ledger.words import STATE_WORDS, VERB_WORDS
from pcf.errors import LedgerError, Problem, problem
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pcf.electricity.facts import WhAmount
    from pcf.electricity.ledger.book import Book, LotRows
    from pcf.electricity.ledger.entries import Columns, Entry
    from pcf.electricity.ledger.states import Change

    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Status:
    """What a range is: state, owner, times sold, and numbers of what it was bound to (0: none)."""

    state: str
    owner: str
    trades: int
    settlement: int
    cancellation: int
    claim: int


def status_of(book: Book, number: int) -> Status:
    """Return the status of a number."""
    state, owner, trades, settlement, cancellation, claim = book.registers["status"][number]
    return Status(
        str(state), str(owner), int(trades), int(settlement), int(cancellation), int(claim)
    )


def status_number(book: Book, status: Status) -> int:
    """Return the number of a status, which is added where it is new."""
    return book.registers["status"].number_of(
        (
            *(status.state, status.owner, status.trades),
            *(status.settlement, status.cancellation, status.claim),
        )
    )


def resolve(book: Book, ranges: list[WhRange]) -> Ranges:
    """Return positions of series as ranges of lots; raise LedgerError where lots lack some.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    problems, parts = [], []
    for each in ranges:
        issues = book.registers.by_series.get((each.scheme, each.series), [])
        found = 0
        for issue in issues:
            lots = book.lots_between(issue, each.low, each.high)
            low = np.maximum(each.low - lots.low, 0)
            high = np.minimum(each.high - lots.low, lots.size)
            found += int((high - low).sum())
            parts.append((lots.number, low, high))
        if found != each.energy:
            near = tuple(sorted({name for _, name in book.registers.by_series}))[:5]
            problems.append(problem("serials-unknown", each.series, near, range=each))
    if problems:
        raise LedgerError(*problems)
    ranges_, disjoint = joined(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    if not disjoint:
        raise LedgerError(problem("serials-named-twice", ranges[0].series, (), range=ranges[0]))
    return ranges_


def series_range(book: Book, lots: LotRows, row: int, low: int, high: int) -> WhRange:
    """Return offsets of a lot as positions of its series."""
    scheme, series, *_ = book.registers["issue"][int(lots.issue[row])]
    start = int(lots.low[row])
    return WhRange(str(series), start + low, start + high, str(scheme))


def prepare(book: Book, entry: Entry) -> tuple[Columns, Ranges, Shift]:
    """Return the ranges that a move's amounts take, as columns, all its ranges, and its change.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    verb, day = entry.body["do"], date.fromisoformat(entry.body["day"])
    taken = [
        each for amount in amounts_in(entry.body) for each in take(book, amount, verb, entry.body)
    ]
    target = TRANSITIONS[verb].target

    def after(status: Status) -> Status:
        return Status(target, status.owner, status.trades, status.settlement, 0, 0)

    ranges = resolve(book, [*ranges_in(entry.columns), *taken])
    return range_columns(taken, "taken"), ranges, Shift(verb, day, entry.body["by"], after)


def transfer(book: Book, entry: Entry) -> None:
    """Move ranges to the buyer of a settlement, which counts as one sale unless it assigns.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    content = entry.body["settlement"]
    register = book.registers["settlement"]
    _refuse_number(book, "settlement", content["number"])
    if not content.get("buyer"):
        raise LedgerError(problem("settlement-buyer", content["number"]))
    number = register.number_of((content["number"], written(content)))
    sold = int(content["kind"] != "assignment")

    def after(status: Status) -> Status:
        trades = status.trades + sold
        return Status("active", content["buyer"], trades, number, 0, 0)

    ranges = resolve(book, ranges_in(entry.columns))
    day = date.fromisoformat(content["day"])
    shift(book, ranges, Shift("transfer", day, content.get("seller", ""), after, sold > 0))


def cancel(book: Book, entry: Entry) -> None:
    """Cancel ranges as the registry's record says; its holder, or else the beneficiary, owns them.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    content = entry.body["cancellation"]
    register = book.registers["cancellation"]
    _refuse_number(book, "cancellation", content["number"])
    number = register.number_of((content["number"], written(content)))

    def after(status: Status) -> Status:
        return Status("cancelled", status.owner, status.trades, status.settlement, number, 0)

    holder = content.get("holder", content["beneficiary"])
    day = date.fromisoformat(content["day"])
    ranges = resolve(book, ranges_in(entry.columns))
    shift(book, ranges, Shift("cancel", day, holder, after))


def _refuse_number(book: Book, register: str, number: str) -> None:
    """Refuse a record whose number is recorded, in whatever spelling."""
    if book.registers[register].find(number) is not None:
        raise LedgerError(problem("ledger-record-twice", number))
    problems = against_spelling(book, register, (number,))
    if problems:
        raise LedgerError(*problems)


def take(book: Book, amount: WhAmount, verb: Change, body: dict[str, Any]) -> list[WhRange]:
    """Return the lowest free ranges of an amount; raise LedgerError where too little is free.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    sources = TRANSITIONS[verb].sources
    free = {
        number
        for number in range(1, len(book.registers["status"]) + 1)
        if status_of(book, number).state in sources
        and (not TRANSITIONS[verb].owner or same_entity(status_of(book, number).owner, body["by"]))
    }
    issues = book.registers.by_series.get((amount.scheme, amount.series), [])
    found: list[WhRange] = []
    for issue in issues:
        lots = book.lots_between(issue, 0, 2**62)
        segments = book.segments(lots.number)
        rows = np.flatnonzero(among(segments.status, whole(sorted(free))))
        for row in rows.tolist():
            place = int(np.searchsorted(lots.number, segments.lot[row]))
            low, high = int(segments.low[row]), int(segments.high[row])
            found.append(series_range(book, lots, place, low, high))
    left = amount.energy
    chosen = []
    for each in sorted(found):
        if left:
            part = WhRange(each.series, each.low, min(each.high, each.low + left), each.scheme)
            chosen.append(part)
            left -= part.energy
    if left:
        told = {"wanted": amount.energy, "free": amount.energy - left, "series": amount.series}
        raise LedgerError(problem("ledger-insufficient", amount.series, (), **told))
    return chosen


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of state: verb, day, who does it, what a status becomes, whether it sells.

    `day` None: a change that has no day of its own, such as a claim.
    """

    verb: Change
    day: date | None
    by: str
    after: Callable[[Status], Status]
    sells: bool = False


def shift(book: Book, ranges: Ranges, what: Shift) -> None:
    """Change the status of ranges; raise LedgerError where it may not be.

    No example: the entries of `pcf.electricity.ledger.Ledger` do it.
    """
    lots = book.lots(distinct(ranges.lot))
    old = book.segments(lots.number)
    touched = covered(old, ranges)
    problems = _against(book, lots, touched, what)
    if problems:
        raise LedgerError(*problems)
    numbers = distinct(touched.status).tolist()
    follows = {each: status_number(book, what.after(status_of(book, each))) for each in numbers}
    book.replace(old, changed(old, ranges, follows))


def _against(book: Book, lots: LotRows, touched: Segments, what: Shift) -> list[Problem]:
    """Return why the ranges may not change as asked, one problem for each reason."""
    problems = []
    place = np.searchsorted(lots.number, touched.lot)
    for number in distinct(touched.status).tolist():
        row = int(np.flatnonzero(touched.status == number)[0])
        span = series_range(
            book, lots, int(place[row]), int(touched.low[row]), int(touched.high[row])
        )
        status = status_of(book, number)
        problems += _against_status(status, span, what) or _against_sale(book, status, span, what)
    for issue in distinct(lots.issue).tolist():
        row = int(np.flatnonzero(lots.issue == issue)[0])
        span = series_range(book, lots, row, 0, int(lots.size[row]))
        problems += _against_issue(book, lots, issue, span, what)
    return problems


def _against_status(status: Status, span: WhRange, what: Shift) -> list[Problem]:
    rule = TRANSITIONS[what.verb]
    if status.state not in rule.sources:
        return [_illegal(status, span, what.verb)]
    if rule.owner and not same_entity(status.owner, what.by):
        told = {"owner": status.owner, "by": what.by, "range": span}
        return [problem("ledger-not-owner", span.series, (), **told)]
    most = SCHEMES[span.scheme].trades
    if what.sells and most is not None and status.trades >= most:
        return [problem("ledger-already-traded", span.series, (), range=span, most=most)]
    return []


def _against_sale(book: Book, status: Status, span: WhRange, what: Shift) -> list[Problem]:
    """Return why who bought may not dispose on a day: the day is before that of the purchase."""
    if what.day is None or not status.settlement or not TRANSITIONS[what.verb].owner:
        return []
    sale = book.registers.content("settlement", status.settlement)
    if what.day >= date.fromisoformat(sale["day"]):
        return []
    told = {"range": span, "day": what.day, "sold": sale["day"], "number": sale["number"]}
    return [problem("ledger-before-sale", span.series, (), **told)]


def _against_issue(
    book: Book, lots: LotRows, issue: int, span: WhRange, what: Shift
) -> list[Problem]:
    """Return why certificates of an issue may not change on that day, or not be sold."""
    _, _, _, tradable, _, until = book.registers["issue"][issue]
    found = []
    if what.sells and tradable == NO:
        found.append(problem("ledger-not-tradable", span.series, (), range=span))
    if what.day is None:
        return found
    expired = day_start(what.day) >= int(until)
    told = {"range": span, "day": what.day}
    if TRANSITIONS[what.verb].usable and expired:
        last = chinese_day(int(until) - 1)
        found.append(problem("ledger-expired", span.series, (), until=last, **told))
    if what.verb == "expire" and not expired:
        found.append(problem("ledger-not-expired", span.series, (), **told))
    starts, ends = book.registers.spans()
    # What is being made may be sold; only what was made is cancelled.
    first = ends - 1 if what.verb == "cancel" else starts
    made = chinese_day(int(first[lots.span[lots.issue == issue] - 1].max()))
    if what.day < made:
        found.append(problem("ledger-before-production", span.series, (), made=made, **told))
    return found


def _illegal(status: Status, span: WhRange, verb: Change) -> Problem:
    if status.state == "frozen":
        return problem("ledger-frozen", span.series, (), range=span)
    state, word = STATE_WORDS[status.state], VERB_WORDS[verb]
    told = {"state_en": state.en, "state_zh": state.zh, "verb_en": word.en, "verb_zh": word.zh}
    return problem("ledger-state", span.series, (), range=span, **told)


def same_entity(one: str, other: str) -> bool:
    """Tell whether two names are of one legal entity, as far as spelling goes; empty is unknown."""
    return bool(one.strip()) and fold(one) == fold(other)
