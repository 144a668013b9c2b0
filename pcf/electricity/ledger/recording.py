"""May these facts be recorded? Nothing twice, nothing that overlaps, nothing beyond what was made.

The rules of invariants I2 (one production, one lot), I3 (serials never reused), I6 (exclusions) and
I10 (a whole and its parts) as they are met by facts. Every problem of an entry is raised together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.facts import MADE, SCHEMES, WhRange
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.ledger.book import LotRows
from pcf.electricity.ledger.consuming import record_consumptions
from pcf.electricity.ledger.entries import text, whole
from pcf.electricity.ledger.excluding import record_exclusions
from pcf.electricity.ledger.grouping import clashing, dense, groups, named, overlapping
from pcf.electricity.ledger.registers import written
from pcf.electricity.ledger.sets import among, distinct
from pcf.electricity.ledger.spans import kwh, span_hull, span_interval, spans_of
from pcf.electricity.ledger.spelling import against_spelling, spelt_twice
from pcf.errors import LedgerError, Problem, problem
from pcf.text import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book
    from pcf.electricity.ledger.entries import Columns, Entry

    Whole = NDArray[np.int64]

LARGEST_LOT = 2**48
"""Watt-hours of the largest lot: 281 TWh, so that a sum over lots stays within 64 bits."""

_MARGIN = (11, 10)  # a device may run a tenth above its capacity


def record(book: Book, entry: Entry) -> None:
    """Record the facts of an entry in a book; raise LedgerError with all that stands against it."""
    problems: list[Problem] = []
    _record_devices(book, entry.body.get("devices", []), problems)
    columns = entry.columns
    if "production.start" in columns and not problems:
        _record_productions(book, columns, problems)
    if "lot.low" in columns and not problems:
        _record_lots(book, columns, problems)
    if "consumption.start" in columns:
        record_consumptions(book, columns, problems)
    if not problems:
        record_exclusions(book, entry.body.get("exclusions", []), problems)
        _record_reliances(book, entry.body.get("reliances", []), problems)
    if problems:
        raise LedgerError(*problems)


def _record_devices(book: Book, rows: list[dict[str, Any]], problems: list[Problem]) -> None:
    register = book.registers["device"]
    called = _registry_ids(book) if any(row.get("registry_id") for row in rows) else {}
    for row in rows:
        number = register.find(row["id"])
        content = written(row)
        problems += against_spelling(book, "device", (row["id"],))
        other = called.setdefault(fold(row.get("registry_id", "")), row["id"])
        if row.get("registry_id") and other != row["id"]:
            told = {"device": row["id"], "other": other, "registry_id": row["registry_id"]}
            problems.append(problem("ledger-device-twice", row["id"], (), **told))
        if number is None:
            register.number_of((row["id"], content))
        elif register[number][1] != content:
            problems.append(problem("ledger-device-differs", row["id"], device=row["id"]))


def _registry_ids(book: Book) -> dict[str, str]:
    """Return the device of each code in a registry: one plant has one name, or it counts twice."""
    numbers = range(1, len(book.registers["device"]) + 1)
    known = (book.registers.content("device", number) for number in numbers)
    return {fold(each["registry_id"]): each["id"] for each in known if each.get("registry_id")}


def _record_reliances(book: Book, rows: list[dict[str, Any]], problems: list[Problem]) -> None:
    for row in rows:
        claim = book.registers["claim"].find(row["claim"])
        if claim is None or book.registers["voided"].find(claim) is not None:
            problems.append(problem("ledger-claim-unknown", row["claim"], (), claim=row["claim"]))
            continue
        key = (row["footprint"], claim, row.get("product", ""))
        book.registers["reliance"].number_of(key)


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """Energy by source and interval: rows of lots or of production records, with their spans."""

    source: Whole
    start: Whole
    end: Whole
    span: Whole
    energy: Whole

    def where(self, rows: Whole) -> _Made:
        """Return some of the rows."""
        columns = (self.source, self.start, self.end, self.span, self.energy)
        return _Made(*(column[rows] for column in columns))

    @property
    def one(self) -> int:
        """The source of all rows, where they are those of one."""
        return int(self.source[0])


def _made(book: Book, columns: Columns, prefix: str, source: Whole, energy: Whole) -> _Made:
    start, end = whole(columns, f"{prefix}.start"), whole(columns, f"{prefix}.end")
    return _Made(source, start, end, spans_of(book, start, end), energy)


def _sources(book: Book, columns: Columns, prefix: str, problems: list[Problem]) -> Whole:
    """Return the source (device and what became of its electricity) of each row."""
    device, made = text(columns, f"{prefix}.device"), text(columns, f"{prefix}.made")
    for name in device.names:
        if book.registers["device"].find(name) is None:
            near = tuple(str(row[0]) for row in book.registers["device"].rows[:5])
            problems.append(problem("ledger-device-unknown", name, near, device=name))
    problems += [
        problem("made-unknown", name, MADE, made=name) for name in made.names if name not in MADE
    ]
    if problems:
        return np.zeros(0, dtype=np.int64)
    code, first = dense(device.codes.astype(np.int64), made.codes.astype(np.int64))
    numbers = [
        book.registers["source"].number_of((device[row], made[row])) for row in first.tolist()
    ]
    return np.array(numbers, dtype=np.int64)[code]


def _record_productions(book: Book, columns: Columns, problems: list[Problem]) -> None:
    source = _sources(book, columns, "production", problems)
    energy = whole(columns, "production.energy")
    if (energy < 0).any():
        problems.append(problem("energy-not-wh", "", (), energy=int(energy.min())))
    if problems:
        return
    made = _made(book, columns, "production", source, energy)
    for each, rows in groups(source):
        part = made.where(rows)
        spans, _ = book.productions(each, *_hull(book, part))
        _refuse_overlap(book, part, None, [spans], problems)
        _refuse_volume(book, part, problems)
    if not problems:
        book.add_productions(source, made.span, energy)


def _record_lots(book: Book, columns: Columns, problems: list[Problem]) -> None:
    low, high = whole(columns, "lot.low"), whole(columns, "lot.high")
    source = _sources(book, columns, "lot", problems)
    if not problems:
        _refuse_sizes(columns, problems)
    if problems:
        return
    _refuse_serials(book, columns, source, problems)
    made = _made(book, columns, "lot", source, high - low)
    scheme = text(columns, "lot.scheme")
    seen: dict[int, list[Whole]] = {}
    for _, rows in groups(dense(source, scheme.codes.astype(np.int64))[0]):
        part, name = made.where(rows), scheme[int(rows[0])]
        same, others = _lot_spans(book, part, name)
        others = [*others, *seen.setdefault(part.one, [])]
        seen[part.one].append(part.span)
        _refuse_overlap(book, part, same, others, problems)
    face = named(scheme, np.array([SCHEMES[name].face for name in scheme.names], dtype=np.int64))
    for _, rows in groups(source):
        _refuse_volume(book, made.where(rows), problems, carry=int(face[rows].max()) - 1)
    if problems:
        return
    issue, owners = _issues(book, columns, source)
    number = np.arange(1, len(low) + 1, dtype=np.int64) + book.lot_count()
    status = np.array(
        [book.registers["status"].number_of(("active", owner, 0, 0, 0, 0)) for owner in owners],
        dtype=np.int64,
    )
    owner = text(columns, "lot.owner")
    book.add_lots(LotRows(number, issue, made.span, low, high - low), named(owner, status))


def _issues(book: Book, columns: Columns, source: Whole) -> tuple[Whole, tuple[str, ...]]:
    """Return the issue of each lot, and the owners by code."""
    scheme, series, owner = (text(columns, f"lot.{name}") for name in ("scheme", "series", "owner"))
    tradable, until = whole(columns, "lot.tradable"), whole(columns, "lot.usable_until")
    until_names, until_code = np.unique(until, return_inverse=True)
    codes = (scheme.codes, series.codes, source, tradable + 1, owner.codes, until_code)
    code, first = dense(*(each.astype(np.int64) for each in codes))
    numbers = [
        book.registers.issue(
            (
                *(scheme[row], series[row], int(source[row]), int(tradable[row])),
                *(owner[row], int(until_names[until_code[row]])),
            )
        )
        for row in first.tolist()
    ]
    return np.array(numbers, dtype=np.int64)[code], owner.names


def _refuse_sizes(columns: Columns, problems: list[Problem]) -> None:
    low, high = whole(columns, "lot.low"), whole(columns, "lot.high")
    scheme = text(columns, "lot.scheme")
    problems += [
        problem("scheme-unknown", name, tuple(SCHEMES), scheme=name)
        for name in scheme.names
        if name not in SCHEMES
    ]
    if problems:
        return
    face = named(scheme, np.array([SCHEMES[name].face for name in scheme.names], dtype=np.int64))
    wrong = (low < 0) | (high <= low) | (high - low > LARGEST_LOT) | (low % face != 0)
    wrong |= high % face != 0
    series = text(columns, "lot.series")
    for row in np.flatnonzero(wrong)[:20].tolist():
        facts = {"low": int(low[row]), "high": int(high[row])}
        problems.append(problem("ledger-lot-range", series[row], (), **facts))


def _refuse_serials(book: Book, columns: Columns, source: Whole, problems: list[Problem]) -> None:
    """Refuse serials that stand twice here or that were ever recorded (I3)."""
    scheme, series = text(columns, "lot.scheme"), text(columns, "lot.series")
    low, high = whole(columns, "lot.low"), whole(columns, "lot.high")
    code, _ = dense(scheme.codes.astype(np.int64), series.codes.astype(np.int64))
    spelt: dict[tuple[str, str], tuple[str, str]] = {}
    for _, rows in groups(code):
        name = (scheme[int(rows[0])], series[int(rows[0])])
        problems += against_spelling(book, "issue", name)
        first = spelt.setdefault((name[0], fold(name[1])), name)
        problems += [spelt_twice(name, first)] if first != name else []
        issues = book.registers.by_series.get(name, [])
        devices = {_device(book, int(each)) for each in distinct(source[rows]).tolist()}
        devices |= {_device(book, int(book.registers["issue"][each][2])) for each in issues}
        if len(devices) > 1:
            told = ", ".join(sorted(devices))
            problems.append(problem("ledger-series-devices", name[1], (), devices=told))
        lows, highs = low[rows], high[rows]
        for row in clashing(lows, highs)[:5].tolist():
            span = WhRange(name[1], int(lows[row]), int(highs[row]), name[0])
            problems.append(problem("serials-twice", name[1], (), range=span))
        for issue in issues:
            old = book.lots_between(issue, int(lows.min()), int(highs.max()))
            for row in overlapping(lows, highs, old.low, old.low + old.size)[:5].tolist():
                span = WhRange(name[1], int(lows[row]), int(highs[row]), name[0])
                problems.append(problem("serials-recorded", name[1], (), range=span))


def _device(book: Book, source: int) -> str:
    return str(book.registers["source"][source][0])


def _hull(book: Book, part: _Made) -> tuple[int, int]:
    return span_hull(book, int(part.start.min()), int(part.end.max()))


def _lot_spans(book: Book, part: _Made, scheme: str) -> tuple[Whole, list[Whole]]:
    """Return the spans near `part` of the source's lots: of this scheme, and of others."""
    same = [np.zeros(0, dtype=np.int64)]
    others: list[Whole] = []
    for issue in book.registers.by_source.get(part.one, []):
        spans = book.lots_in_spans(issue, *_hull(book, part)).span
        (same if book.registers["issue"][issue][0] == scheme else others).append(spans)
    return np.concatenate(same), others


def _refuse_overlap(
    book: Book, part: _Made, same: Whole | None, others: list[Whole], problems: list[Problem]
) -> None:
    """Refuse intervals of one source that overlap (I2).

    Lots of one scheme may share an interval: they are certificates of one production (`same`, None
    for production records, which may not).
    """
    starts, ends = book.registers.spans()
    rows: set[int] = set()
    if same is not None:
        part = part.where(np.unique(part.span, return_index=True)[1])
        others = [*others, same[~among(same, distinct(part.span))]]
    rows |= set(clashing(part.start, part.end).tolist())
    for spans in others:
        old = distinct(spans)
        rows |= set(overlapping(part.start, part.end, starts[old - 1], ends[old - 1]).tolist())
    device = _device(book, part.one)
    for row in sorted(rows)[:20]:
        when = Interval(int(part.start[row]), int(part.end[row]))
        problems.append(problem("overlapping-production", device, (), device=device, interval=when))


def _refuse_volume(
    book: Book, part: _Made, problems: list[Problem], *, carry: int | None = None
) -> None:
    """Refuse more certificates than were metered, and more energy than the device can make.

    `carry` says that the rows are lots: so much of them, below one certificate, may come from
    earlier months.
    """
    source = part.one
    span, inverse = np.unique(part.span, return_inverse=True)
    energy = np.zeros(len(span), dtype=np.int64)
    np.add.at(energy, inverse, part.energy)
    first, last = int(span[0]), int(span[-1])
    if carry is not None:
        issued = energy + _issued(book, source, span)
        metered = _at(*book.productions(source, first, last), span)
    else:
        issued, metered = _issued(book, source, span), energy
    device = _device(book, source)
    most = metered + (_carry(book, source) if carry is None else carry)
    for row in np.flatnonzero((metered >= 0) & (issued > most))[:20].tolist():
        told = {"issued": kwh(int(issued[row])), "metered": kwh(int(metered[row]))}
        when = span_interval(book, int(span[row]))
        problems.append(problem("exceeds-metered", device, (), interval=when, **told))
    _refuse_capacity(book, device, span, np.maximum(issued, metered), problems)


def _carry(book: Book, source: int) -> int:
    """Return the watt-hours, below one certificate, that lots of a source may hold from before."""
    issues = [book.registers["issue"][each] for each in book.registers.by_source.get(source, [])]
    return max((SCHEMES[str(scheme)].face - 1 for scheme, *_ in issues), default=0)


def _issued(book: Book, source: int, span: Whole) -> Whole:
    """Return the watt-hours of recorded lots of a source in each span."""
    total = np.zeros(len(span), dtype=np.int64)
    for issue in book.registers.by_source.get(source, []):
        rows = book.lots_in_spans(issue, int(span[0]), int(span[-1]))
        keep = among(rows.span, span)
        np.add.at(total, np.searchsorted(span, rows.span[keep]), rows.size[keep])
    return total


def _at(spans: Whole, energy: Whole, wanted: Whole) -> Whole:
    """Return the energy at each wanted span, -1 where there is no record."""
    found = np.full(len(wanted), -1, dtype=np.int64)
    keep = among(spans, wanted)
    found[np.searchsorted(wanted, spans[keep])] = energy[keep]
    return found


def _refuse_capacity(
    book: Book, device: str, span: Whole, energy: Whole, problems: list[Problem]
) -> None:
    number = book.registers["device"].find(device)
    capacity = book.registers.content("device", number).get("capacity") if number else None
    if capacity is None:
        return
    starts, ends = book.registers.spans()
    above, below = _MARGIN
    seconds = ends[span - 1] - starts[span - 1]
    for length in distinct(seconds).tolist():
        most = capacity * length * above // (below * HOUR)
        for row in np.flatnonzero((seconds == length) & (energy > most))[:20].tolist():
            told = {"energy": kwh(int(energy[row])), "most": kwh(most)}
            when = span_interval(book, int(span[row]))
            problems.append(problem("exceeds-capacity", device, (), interval=when, **told))
