"""May these watt-hours serve this consumption? Claims, and what falls when they are withdrawn.

A claim needs watt-hours that the registry has cancelled for its beneficiary (I7), each claimed
once (I4), for consumption not covered yet (I5), of one period, and apart from exclusions (I6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.intervals import Interval
from pcf.electricity.ledger.book import NO_WHOLE, LegRows, UseRows
from pcf.electricity.ledger.entries import Entry, whole
from pcf.electricity.ledger.excluding import conflicts, excluded_devices
from pcf.electricity.ledger.moving import (
    Shift,
    Status,
    series_range,
    shift,
    status_of,
)
from pcf.electricity.ledger.pairing import against_pairs
from pcf.electricity.ledger.registers import written
from pcf.electricity.ledger.segments import Ranges, Segments, covered, joined
from pcf.electricity.ledger.sets import distinct
from pcf.electricity.ledger.spans import kwh, span_interval
from pcf.errors import LedgerError, Problem, problem
from pcf.text import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book, LotRows

    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Restatement:
    """A claim that fell, and what rested on it: footprints, products and lines to be restated."""

    claim: str
    beneficiary: str
    energy: int
    footprints: tuple[str, ...]
    products: tuple[str, ...]
    lines: tuple[str, ...]


def claim(book: Book, entry: Entry, at: tuple[int, int]) -> None:
    """Make the claim of an entry, which is step `at[1]` of event `at[0]`.

    Raises LedgerError with everything that stands against it.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    content = entry.body["claim"]
    legs = legs_in(entry)
    ranges = _ranges(book, content, legs)
    lots = book.lots(distinct(ranges.lot))
    touched = covered(book.segments(lots.number), ranges)
    numbers, energy = _per_record(legs)
    uses = book.uses(numbers)
    problems = _against_segments(book, content, lots, touched)
    if len(uses) != len(numbers):
        problems.append(problem("ledger-consumption-unknown", content["id"]))
    else:
        problems += _against_uses(book, content, uses, energy)
        problems += against_pairs(book, content["id"], legs, touched)
    if problems:
        raise LedgerError(*problems)
    number = book.registers["claim"].number_of((content["id"], *at, written(content)))

    def after(status: Status) -> Status:
        return Status(
            *("claimed", status.owner, status.trades, status.settlement, status.cancellation),
            number,
        )

    book.keep_legs(number, legs)
    shift(book, ranges, Shift("claim", None, "", after))
    _count(book, uses, energy, sign=1)
    _refuse_excluded(book, lots)


def legs_in(entry: Entry) -> LegRows:
    """Return the legs of a claim's entry."""
    names = ("lot", "low", "consumption", "energy")
    return LegRows(*(whole(entry.columns, f"leg.{name}") for name in names))


def void(book: Book, ranges: Ranges, sequence: int, what: Shift) -> list[Restatement]:
    """Withdraw ranges: claims that rest on them fall, and what else they claimed is free again.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    lots = distinct(ranges.lot)
    touched = covered(book.segments(lots), ranges)
    fallen = {status_of(book, each).claim for each in distinct(touched.status).tolist()} - {0}
    restated = [_release(book, number, sequence) for number in sorted(fallen)]
    shift(book, ranges, what)
    return restated


def _release(book: Book, number: int, sequence: int) -> Restatement:
    legs = book.legs(number)
    uses, energy = _per_record(legs)
    ranges, _ = joined(legs.lot, legs.low, legs.low + legs.energy)

    def after(status: Status) -> Status:
        return Status(
            *("cancelled", status.owner, status.trades, status.settlement, status.cancellation), 0
        )

    shift(book, ranges, Shift("unclaim", None, "", after))
    _count(book, book.uses(uses), energy, sign=-1)
    book.registers["voided"].number_of((number, sequence))
    return restatement(book, number, legs)


def restatement(book: Book, number: int, legs: LegRows) -> Restatement:
    """Return what rests on a claim.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    content = book.registers.content("claim", number)
    uses = book.uses(distinct(legs.consumption))
    slices = [book.registers["slice"][each] for each in distinct(uses.slice).tolist()]
    relying = [row for row in book.registers["reliance"].rows if row[1] == number]
    products = {str(row[2]) for row in (*slices, *relying)} - {""}
    return Restatement(
        content["id"],
        content["beneficiary"],
        int(legs.energy.sum()),
        tuple(sorted({str(row[0]) for row in relying})),
        tuple(sorted(products)),
        tuple(sorted({str(row[1]) for row in slices} - {""})),
    )


def _ranges(book: Book, content: dict[str, Any], legs: LegRows) -> Ranges:
    """Return the legs' ranges of lots, neighbours merged; raise LedgerError for false ones."""
    name = content["id"]
    if book.registers["claim"].find(name) is not None:
        raise LedgerError(problem("ledger-record-twice", name))
    if not len(legs):
        raise LedgerError(problem("ledger-empty", name, (), what="claim"))
    lots = book.lots(distinct(legs.lot))
    place = np.minimum(np.searchsorted(lots.number, legs.lot), max(len(lots) - 1, 0))
    known = len(lots) and (lots.number[place] == legs.lot).all()
    if not known or (legs.energy <= 0).any() or (legs.low < 0).any():
        raise LedgerError(problem("ledger-leg-range", name))
    if (legs.low + legs.energy > lots.size[place]).any():
        raise LedgerError(problem("ledger-leg-range", name))
    ranges, disjoint = joined(legs.lot, legs.low, legs.low + legs.energy)
    if not disjoint:
        raise LedgerError(problem("ledger-legs-overlap", name))
    return ranges


def _per_record(legs: LegRows) -> tuple[Whole, Whole]:
    """Return the consumption records of legs and the watt-hours for each."""
    numbers, inverse = np.unique(legs.consumption, return_inverse=True)
    energy = np.zeros(len(numbers), dtype=np.int64)
    np.add.at(energy, inverse, legs.energy)
    return numbers, energy


def _against_segments(
    book: Book, content: dict[str, Any], lots: LotRows, touched: Segments
) -> list[Problem]:
    """Return why the watt-hours may not serve the claim: not cancelled, or not for this one."""
    problems = []
    place = np.searchsorted(lots.number, touched.lot)
    told_of: set[int] = set()
    for number in distinct(touched.status).tolist():
        row = int(np.flatnonzero(touched.status == number)[0])
        low, high = int(touched.low[row]), int(touched.high[row])
        span = series_range(book, lots, int(place[row]), low, high)
        status = status_of(book, number)
        if status.state == "claimed":
            other = book.registers["claim"][status.claim][0]
            problems.append(
                problem("ledger-claimed-already", content["id"], (), range=span, claim=other)
            )
        elif status.state != "cancelled":
            problems.append(problem("ledger-not-cancelled", content["id"], (), range=span))
        elif status.cancellation not in told_of:
            told_of.add(status.cancellation)
            problems += against_cancellation(
                content, book.registers.content("cancellation", status.cancellation)
            )
    return problems


def against_cancellation(content: dict[str, Any], record: dict[str, Any]) -> list[Problem]:
    """Return why a cancellation record is not one for a claim: another beneficiary (I7).

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    if fold(record["beneficiary"]) == fold(content["beneficiary"]):
        return []
    names = {"beneficiary": content["beneficiary"], "recorded": record["beneficiary"]}
    return [problem("beneficiary-differs", content["id"], (), number=record["number"], **names)]


def _against_uses(
    book: Book, content: dict[str, Any], uses: UseRows, energy: Whole
) -> list[Problem]:
    """Return why the consumption may not be covered: another's, outside the period, too little."""
    problems = []
    for slice_ in distinct(uses.slice).tolist():
        meter, _, _, consumer, *_ = book.registers["slice"][slice_]
        if fold(str(consumer)) != fold(content["beneficiary"]) or not consumer:
            told = {"meter": meter, "consumer": consumer, "beneficiary": content["beneficiary"]}
            problems.append(problem("consumer-differs", content["id"], (), **told))
    period = Interval(*content["period"])
    starts, ends = book.registers.spans()
    outside = (starts[uses.span - 1] < period.start) | (ends[uses.span - 1] > period.end)
    for row in np.flatnonzero(outside)[:5].tolist():
        meter = book.registers["slice"][int(uses.slice[row])][0]
        when = {"interval": span_interval(book, int(uses.span[row])), "period": period}
        problems.append(problem("consumption-outside-period", str(meter), (), meter=meter, **when))
    rows, total = _with_wholes(book, uses, energy)
    for row in np.flatnonzero(rows.claimed + total > rows.energy)[:5].tolist():
        meter = str(book.registers["slice"][int(rows.slice[row])][0])
        told = {
            "interval": span_interval(book, int(rows.span[row])),
            "wanted": kwh(int(rows.claimed[row] + total[row])),
            "metered": kwh(int(rows.energy[row])),
        }
        problems.append(problem("over-consumption", meter, (), meter=meter, **told))
    return problems


def _with_wholes(book: Book, uses: UseRows, energy: Whole) -> tuple[UseRows, Whole]:
    """Return records with what is added to them, and to the wholes that they are parts of.

    A whole that is claimed itself and through its parts counts both.
    """
    is_part = uses.whole != NO_WHOLE
    numbers = np.concatenate((uses.number, uses.whole[is_part]))
    each, inverse = np.unique(numbers, return_inverse=True)
    total = np.zeros(len(each), dtype=np.int64)
    np.add.at(total, inverse, np.concatenate((energy, energy[is_part])))
    return book.uses(each), total


def _count(book: Book, uses: UseRows, energy: Whole, *, sign: int) -> None:
    rows, total = _with_wholes(book, uses, energy)
    book.add_claimed(rows.number, sign * total)


def _refuse_excluded(book: Book, lots: LotRows) -> None:
    devices = excluded_devices(book)
    if not devices:
        return
    sources = {book.registers["issue"][each][2] for each in distinct(lots.issue).tolist()}
    touched = {str(book.registers["source"][int(each)][0]) for each in sources}
    problems = [each for name in sorted(touched & set(devices)) for each in conflicts(book, name)]
    if problems:
        raise LedgerError(*problems)
