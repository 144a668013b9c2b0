"""Which lots and records do a claim's legs mean? Legs by the ledger's own numbers.

The legs of a claim become four columns of its event: lot, offset, consumption record, watt-hours,
in an order of their own. Legs made from the ledger's own columns carry its numbers; others are
found by series and position, and by meter, line, product and interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.ledger.entries import Entry, plain
from pcf.electricity.ledger.grouping import dense, groups
from pcf.electricity.ledger.sets import distinct
from pcf.errors import LedgerError, Problem, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.columns import Claim, DemandColumns, Legs
    from pcf.electricity.ledger.book import Book

    Whole = NDArray[np.int64]


def claim_entry(book: Book, claim: Claim, ledger: str) -> Entry:
    """Return the entry of a claim; raise LedgerError where the ledger lacks a lot or a record.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    problems: list[Problem] = []
    legs = claim.legs
    inside = _within_rows(legs)
    if not inside:
        raise LedgerError(problem("ledger-leg-range", claim.id))
    records = _records(book, legs.demand_columns, legs.demand, ledger, problems)
    lot, low, energy, leg = _lots(book, legs, ledger, problems)
    if problems:
        raise LedgerError(*problems)
    columns = {"lot": lot, "low": low, "consumption": records[leg], "energy": energy}
    order = np.lexsort((columns["consumption"], low, lot))
    return Entry(
        {"do": "claim", "claim": plain(claim, without="legs")},
        {f"leg.{name}": column[order] for name, column in columns.items()},
    )


def _within_rows(legs: Legs) -> bool:
    """Tell whether every leg lies within the row of supply that it names."""
    supply = legs.supply_columns
    known = (legs.supply >= 0) & (legs.supply < len(supply)) & (legs.demand >= 0)
    if not len(legs) or not (known & (legs.demand < len(legs.demand_columns))).all():
        return False
    low, high = supply.low[legs.supply], supply.high[legs.supply]
    inside = (legs.low >= low) & (legs.low + legs.energy <= high) & (legs.energy > 0)
    return bool(inside.all())


def _lots(
    book: Book, legs: Legs, ledger: str, problems: list[Problem]
) -> tuple[Whole, Whole, Whole, Whole]:
    """Return lot, offset and watt-hours of legs, and which leg each row comes from."""
    supply = legs.supply_columns
    count = np.arange(len(legs), dtype=np.int64)
    if supply.lot is not None and supply.ledger == ledger:
        lot = supply.lot[legs.supply]
        rows = book.lots(distinct(lot))
        return lot, legs.low - rows.low[np.searchsorted(rows.number, lot)], legs.energy, count
    found: list[tuple[Whole, Whole, Whole, Whole]] = []
    scheme, series = supply.scheme.codes[legs.supply], supply.series.codes[legs.supply]
    for _, part in groups(dense(scheme.astype(np.int64), series.astype(np.int64))[0]):
        row = int(legs.supply[part[0]])
        name = (supply.scheme[row], supply.series[row])
        low, high = legs.low[part], legs.low[part] + legs.energy[part]
        found.append(_cut_at_lots(book, name, (low, high, part), problems))
    lot, low, energy, leg = (np.concatenate(each) for each in zip(*found, strict=True))
    return lot, low, energy, leg


def _cut_at_lots(
    book: Book, name: tuple[str, str], legs: tuple[Whole, Whole, Whole], problems: list[Problem]
) -> tuple[Whole, Whole, Whole, Whole]:
    """Return positions of one series as parts of lots: lot, offset, watt-hours, leg."""
    low, high, leg = legs
    issues = book.registers.by_series.get(name, [])
    parts = [book.lots_between(issue, int(low.min()), int(high.max())) for issue in issues]
    number, start, size = (
        np.concatenate([getattr(each, column) for each in parts] or [low[:0]])
        for column in ("number", "low", "size")
    )
    order = np.argsort(start)
    number, start, end = number[order], start[order], (start + size)[order]
    cut: tuple[list[Whole], ...] = ([], [], [], [])
    while len(low):
        place = np.searchsorted(start, low, side="right") - 1
        if (place < 0).any() or (low >= end[place]).any():
            near = tuple(sorted({each for _, each in book.registers.by_series}))[:5]
            told = {"range": f"{name[1]} {int(low[0])}"}
            problems.append(problem("serials-unknown", name[1], near, **told))
            break
        upto = np.minimum(high, end[place])
        for column, values in zip(
            cut, (number[place], low - start[place], upto - low, leg), strict=True
        ):
            column.append(values)
        more = upto < high
        low, high, leg = upto[more], high[more], leg[more]
    lot, offset, energy, which = (np.concatenate([low[:0], *column]) for column in cut)
    return lot, offset, energy, which


def _records(
    book: Book, demand: DemandColumns, rows: Whole, ledger: str, problems: list[Problem]
) -> Whole:
    """Return the number of the consumption record of each leg."""
    if demand.record is not None and demand.ledger == ledger:
        return demand.record[rows]
    used, inverse = np.unique(rows, return_inverse=True)
    names = [demand.meter, demand.line, demand.product]
    code, _ = dense(*(each.codes[used].astype(np.int64) for each in names))
    found = np.zeros(len(used), dtype=np.int64)
    for _, part in groups(code):
        name = tuple(each[int(used[part[0]])] for each in names)
        found[part] = _by_span(book, name, demand, used[part], problems)
    return found[inverse]


def _by_span(
    book: Book,
    name: tuple[str, ...],
    demand: DemandColumns,
    rows: Whole,
    problems: list[Problem],
) -> Whole:
    """Return the numbers of the records of one slice at the intervals of some rows."""
    span = book.registers["span"]
    pairs = zip(demand.start[rows].tolist(), demand.end[rows].tolist(), strict=True)
    spans = [span.find(start, end) for start, end in pairs]
    slice_ = book.registers["slice"].find(*name)
    known = [each for each in spans if each is not None]
    if slice_ is not None and len(known) == len(spans):
        uses = book.uses_in_spans(slice_, min(known), max(known))
        by_span = dict(zip(uses.span.tolist(), uses.number.tolist(), strict=True))
        if all(each in by_span for each in known):
            return np.array([by_span[each] for each in known], dtype=np.int64)
    meters = tuple(dict.fromkeys(str(row[0]) for row in book.registers["slice"].rows))[:5]
    problems.append(problem("ledger-meter-unknown", name[0], meters, meter=name[0]))
    return np.zeros(len(rows), dtype=np.int64)
