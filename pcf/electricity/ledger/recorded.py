"""What of a batch does the ledger have already? Readings and cancellation records given again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.columns import Texts
from pcf.electricity.ledger.entries import Entry, text, whole
from pcf.electricity.ledger.grouping import dense, groups
from pcf.electricity.ledger.registers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book
    from pcf.electricity.ledger.entries import Columns

    Whole = NDArray[np.int64]


def unrecorded(book: Book, entry: Entry) -> Entry | None:
    """Return what of an entry the ledger lacks, None where it lacks nothing.

    A reading is there where its meter, line, product and interval are, with the same energy; one
    with another energy stays, and recording it is refused. A cancellation record is there word for
    word: one of the same number with other words is a problem of `cancel`; other serials under its
    number cannot be told here, and then their claim fails because they are not cancelled.

    No example: `pcf.electricity.ledger.Ledger.commit` shows it.
    """
    content = entry.body.get("cancellation")
    if content is not None:
        number = book.registers["cancellation"].find(content["number"])
        known = number is not None and (
            book.registers["cancellation"][number][1] == written(content)
        )
        return None if known else entry
    if "consumption.start" not in entry.columns:
        return entry
    rows = np.flatnonzero(~_are_recorded(book, entry.columns))
    rest = {
        name: column
        for name, column in entry.columns.items()
        if not name.startswith("consumption.")
    }
    if not len(rows) and not rest and not set(entry.body) - {"do", "sources"}:
        return None
    return Entry(entry.body, rest | (_taken(entry.columns, rows) if len(rows) else {}))


def _are_recorded(book: Book, columns: Columns) -> NDArray[np.bool_]:
    """Return which readings of an entry the ledger has, with the same energy."""
    names = [text(columns, f"consumption.{name}") for name in ("meter", "line", "product")]
    energy = whole(columns, "consumption.energy")
    numbers = record_numbers(
        book,
        names,
        whole(columns, "consumption.start"),
        whole(columns, "consumption.end"),
    )
    known = np.flatnonzero(numbers)
    known = known[np.argsort(numbers[known], kind="stable")]
    found = np.zeros(len(numbers), dtype=np.bool_)
    found[known] = book.uses(numbers[known]).energy == energy[known]
    return found


def record_numbers(book: Book, names: list[Texts], start: Whole, end: Whole) -> Whole:
    """Return the record of each reading of a meter, line and product, 0 where there is none.

    No example: `pcf.electricity.ledger.Ledger.match` shows it.
    """
    found = np.zeros(len(start), dtype=np.int64)
    register = book.registers["span"]
    for _, rows in groups(dense(*(each.codes.astype(np.int64) for each in names))[0]):
        slice_ = book.registers["slice"].find(*(each[int(rows[0])] for each in names))
        pairs = zip(start[rows].tolist(), end[rows].tolist(), strict=True)
        spans = [register.find(*pair) for pair in pairs]
        known = [each for each in spans if each is not None]
        if slice_ is None or not known:
            continue
        uses = book.uses_in_spans(slice_, min(known), max(known))
        by_span = dict(zip(uses.span.tolist(), uses.number.tolist(), strict=True))
        found[rows] = [0 if each is None else by_span.get(each, 0) for each in spans]
    return found


def _taken(columns: Columns, rows: Whole) -> Columns:
    """Return some of the readings of an entry."""
    return {
        name: Texts.of_names(column.names, column.codes[rows])
        if isinstance(column, Texts)
        else column[rows]
        for name, column in columns.items()
        if name.startswith("consumption.")
    }
