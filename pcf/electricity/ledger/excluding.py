"""Has another system taken these attributes? Claims and exclusions stay apart (invariant I6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.facts import EXCLUSION_KINDS
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger.registers import written
from pcf.electricity.ledger.sets import among
from pcf.electricity.ledger.spans import span_hull, span_interval
from pcf.errors import Problem, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book

    Whole = NDArray[np.int64]


def record_exclusions(book: Book, rows: list[dict[str, Any]], problems: list[Problem]) -> None:
    """Record exclusions; one that meets watt-hours claimed already is a problem.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    devices: dict[str, None] = {}
    for row in rows:
        if row["kind"] not in EXCLUSION_KINDS:
            told = {"kind": row["kind"]}
            problems.append(
                problem("attribute-exclusion-kind", row["device"], EXCLUSION_KINDS, **told)
            )
        book.registers["exclusion"].number_of((written(row),))
        devices[row["device"]] = None
    problems += [each for device in devices for each in conflicts(book, device)]


def excluded_devices(book: Book) -> dict[str, list[dict[str, Any]]]:
    """Return the exclusions of each device that has some."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number in range(1, len(book.registers["exclusion"]) + 1):
        content = book.registers.content("exclusion", number)
        found.setdefault(content["device"], []).append(content)
    return found


def conflicts(book: Book, device: str) -> list[Problem]:
    """Return the exclusions of a device that meet claimed watt-hours.

    Volumes are apart where the exclusion states its part, the production of exactly its interval is
    metered, and the claims with all exclusions within it are not more; else sharing a second is a
    conflict.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    found = []
    every = excluded_devices(book).get(device, [])
    for content in every:
        when = Interval(*content["interval"])
        claimed, spans = _claimed(book, device, when)
        if not claimed:
            continue
        metered = _metered(book, device, when)
        within = [each for each in every if when.holds(Interval(*each["interval"]))]
        taken = sum(each["energy"] for each in within if "energy" in each)
        inside = all(when.holds(span_interval(book, span)) for span in spans)
        apart = "energy" in content and inside
        if apart and metered is not None and claimed + taken <= metered:
            continue
        told = {"kind": content["kind"], "interval": when, "device": device}
        found.append(problem("exclusion-claimed", device, (), **told))
    return found


def _claimed(book: Book, device: str, when: Interval) -> tuple[int, list[int]]:
    """Return a device's claimed watt-hours in lots that overlap an interval, and their spans."""
    first, last = span_hull(book, when.start, when.end)
    starts, ends = book.registers.spans()
    energy, spans = 0, set()
    for source in _sources(book, device):
        for issue in book.registers.by_source.get(source, []):
            lots = book.lots_in_spans(issue, first, last)
            near = (starts[lots.span - 1] < when.end) & (ends[lots.span - 1] > when.start)
            numbers = lots.number[near]
            if not len(numbers):
                continue
            segments = book.segments(numbers)
            used = among(segments.status, _claimed_statuses(book))
            energy += int((segments.high - segments.low)[used].sum())
            rows = among(lots.number, segments.lot[used])
            spans |= set(lots.span[rows].tolist())
    return energy, sorted(spans)


def _sources(book: Book, device: str) -> list[int]:
    rows = enumerate(book.registers["source"].rows, 1)
    return [number for number, row in rows if row[0] == device]


def _claimed_statuses(book: Book) -> Whole:
    rows = enumerate(book.registers["status"].rows, 1)
    return np.array([number for number, row in rows if row[0] == "claimed"], dtype=np.int64)


def _metered(book: Book, device: str, when: Interval) -> int | None:
    """Return the metered production of a device in exactly an interval, None where unknown."""
    span = book.registers["span"].find(when.start, when.end)
    if span is None:
        return None
    found = [book.productions(source, span, span)[1] for source in _sources(book, device)]
    numbers = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    return int(numbers.sum()) if len(numbers) else None
