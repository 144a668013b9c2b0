"""A book in a database: the same rows in SQLite and in PostgreSQL, through the same statements."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.ledger.blocks import unpack
from pcf.electricity.ledger.book import LegRows, LotRows, UseRows, runs
from pcf.electricity.ledger.entries import whole
from pcf.electricity.ledger.registers import REGISTERS, Registers
from pcf.electricity.ledger.segments import Segments
from pcf.electricity.ledger.sets import among
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pcf.electricity.ledger.database import Database

    Whole = NDArray[np.int64]

_LOT = "SELECT number, issue, span, low, size FROM lot WHERE "
_USE = (
    "SELECT number, slice, span, energy, claimed, parts, COALESCE(whole, 0) FROM consumption WHERE "
)
_POSITION = "SELECT lot, low, high, status FROM position "
_PIECE = 50_000


@dataclass(slots=True)
class TableBook:
    """A book in the tables of a database, within the transaction that is open.

    `registers` hold the rows stored and those added since; `store_registers` stores the latter.
    What was read last of each kind is remembered until a row of its kind is written: the rules of a
    claim ask for the same million rows more than once.
    """

    database: Database
    registers: Registers
    stored: dict[str, int] = field(default_factory=dict)
    _pending: dict[int, LegRows] = field(default_factory=dict)
    _recent: dict[str, tuple[Whole, tuple[Whole, ...]]] = field(default_factory=dict)

    def lot_count(self) -> int:
        """Return the number of lots."""
        return self._number("SELECT COALESCE(MAX(number), 0) FROM lot")

    def lots(self, numbers: Whole) -> LotRows:
        """Return lots by number."""
        query = _LOT + "number BETWEEN ? AND ? ORDER BY number"
        return LotRows(*self._by_runs("lot", query, numbers, 5))

    def lots_between(self, issue: int, low: int, high: int) -> LotRows:
        """Return the lots of an issue by position."""
        before = "COALESCE((SELECT MAX(low) FROM lot WHERE issue = ? AND low <= ?), 0)"
        query = f"{_LOT}issue = ? AND low < ? AND low >= {before} ORDER BY number"
        rows = self._columns(query, (issue, high, issue, low), 5)
        return LotRows(*(column[rows[3] + rows[4] > low] for column in rows))

    def lots_in_spans(self, issue: int, first: int, last: int) -> LotRows:
        """Return the lots of an issue by span."""
        query = _LOT + "issue = ? AND span BETWEEN ? AND ? ORDER BY number"
        return LotRows(*self._columns(query, (issue, first, last), 5))

    def add_lots(self, rows: LotRows, status: Whole) -> None:
        """Add lots."""
        self._recent.clear()
        self.store_registers()
        self._many("INSERT INTO lot (number, issue, span, low, size) VALUES (?, ?, ?, ?, ?)", rows)
        none = np.zeros_like(rows.size)
        self._add_segments(Segments(rows.number, none, rows.size, status), rows.size)

    def segments(self, lots: Whole) -> Segments:
        """Return the segments of lots."""
        query = _POSITION + "WHERE lot BETWEEN ? AND ? ORDER BY lot, low"
        return Segments(*self._by_runs("position", query, lots, 4))

    def replace(self, old: Segments, new: Segments) -> None:
        """Put segments in place of others: whole lots are updated, cut ones written anew.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        self._recent.pop("position", None)
        self.store_registers()
        plain_old, plain_new = _lone(old), _lone(new)
        whole_lots = old.lot[plain_old][among(old.lot[plain_old], new.lot[plain_new])]
        was = old.where(among(old.lot, whole_lots))
        now = new.where(among(new.lot, whole_lots))
        moved = was.status != now.status
        self._restate(now.lot[moved], was.status[moved], now.status[moved])
        self._recut(old.where(~among(old.lot, whole_lots)), new.where(~among(new.lot, whole_lots)))

    def productions(self, source: int, first: int, last: int) -> tuple[Whole, Whole]:
        """Return production records."""
        query = (
            "SELECT span, energy FROM production WHERE source = ? AND span BETWEEN ? AND ? "
            "ORDER BY span"
        )
        span, energy = self._columns(query, (source, first, last), 2)
        return span, energy

    def add_productions(self, source: Whole, span: Whole, energy: Whole) -> None:
        """Add production records."""
        self.store_registers()
        rows = zip(source.tolist(), span.tolist(), energy.tolist(), strict=True)
        self.database.many("INSERT INTO production (source, span, energy) VALUES (?, ?, ?)", rows)

    def use_count(self) -> int:
        """Return the number of consumption records."""
        return self._number("SELECT COALESCE(MAX(number), 0) FROM consumption")

    def uses(self, numbers: Whole) -> UseRows:
        """Return consumption records by number."""
        query = _USE + "number BETWEEN ? AND ? ORDER BY number"
        return UseRows(*self._by_runs("consumption", query, numbers, 7))

    def uses_in_spans(self, slice_: int, first: int, last: int) -> UseRows:
        """Return a slice's consumption records."""
        query = _USE + "slice = ? AND span BETWEEN ? AND ? ORDER BY number"
        return UseRows(*self._columns(query, (slice_, first, last), 7))

    def add_uses(self, rows: UseRows) -> None:
        """Add consumption records."""
        self._recent.pop("consumption", None)
        self.store_registers()
        self._many(
            "INSERT INTO consumption (number, slice, span, energy, claimed, parts, whole) "
            "VALUES (?, ?, ?, ?, ?, ?, NULLIF(?, 0))",
            rows,
        )

    def add_parts(self, numbers: Whole, energy: Whole) -> None:
        """Add watt-hours of parts."""
        self._add("UPDATE consumption SET parts = parts + ? WHERE number = ?", numbers, energy)

    def add_claimed(self, numbers: Whole, energy: Whole) -> None:
        """Add claimed watt-hours."""
        self._add("UPDATE consumption SET claimed = claimed + ? WHERE number = ?", numbers, energy)

    def legs(self, claim: int) -> LegRows:
        """Return the legs of a claim."""
        if claim in self._pending:
            return self._pending[claim]
        _, sequence, step, _ = self.registers["claim"][claim]
        found = self.database.rows("SELECT block FROM event WHERE sequence = ?", (sequence,))
        columns = unpack(bytes(found[0][0]))
        names = ("lot", "low", "consumption", "energy")
        return LegRows(*(whole(columns, f"{step}.leg.{name}") for name in names))

    def keep_legs(self, claim: int, legs: LegRows) -> None:
        """Keep the legs of a claim until its event is stored."""
        self._pending[claim] = legs

    def store_registers(self) -> None:
        """Store the rows that registers have gained.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        for name, (columns, _) in REGISTERS.items():
            rows = self.registers[name].rows
            stored = self.stored.get(name, 0)
            if len(rows) > stored:
                marks = ", ".join("?" for _ in range(len(columns) + 1))
                # Names of tables and columns are our own constants.
                query = f"INSERT INTO {name} (number, {', '.join(columns)}) VALUES ({marks})"  # noqa: S608
                numbered = enumerate(rows[stored:], stored + 1)
                self.database.many(query, ((number, *row) for number, row in numbered))
                self.stored[name] = len(rows)

    def all_segments(self) -> Segments:
        """Return the segments of every lot."""
        query = _POSITION + "ORDER BY lot, low"
        return Segments(*self._columns(query, (), 4, keys=2))

    def all_lots(self) -> LotRows:
        """Return every lot."""
        query = "SELECT number, issue, span, low, size FROM lot ORDER BY number"
        return LotRows(*_numbered(self._columns(query, (), 5)))

    def all_uses(self) -> UseRows:
        """Return every consumption record."""
        query = (
            "SELECT number, slice, span, energy, claimed, parts, COALESCE(whole, 0) "
            "FROM consumption ORDER BY number"
        )
        return UseRows(*_numbered(self._columns(query, (), 7)))

    def all_productions(self) -> tuple[Whole, Whole, Whole]:
        """Return every production record: source, span, watt-hours; sorted by both."""
        query = "SELECT source, span, energy FROM production ORDER BY source, span"
        source, span, energy = self._columns(query, (), 3, keys=2)
        return source, span, energy

    def _restate(self, lots: Whole, was: Whole, now: Whole) -> None:
        """Give whole lots a new status, neighbouring ones in one statement."""
        if not len(lots):
            return
        first = np.concatenate(
            (
                [True],
                (np.diff(lots) != 1) | (was[1:] != was[:-1]) | (now[1:] != now[:-1]),
            )
        )
        last = np.concatenate((first[1:], [True]))
        rows = zip(
            *(column[first].tolist() for column in (now, lots)),
            *(column[last].tolist() for column in (lots, was)),
            strict=True,
        )
        query = "UPDATE position SET status = ? WHERE lot BETWEEN ? AND ? AND status = ?"
        self._expect(self.database.many(query, rows), len(lots))

    def _recut(self, old: Segments, new: Segments) -> None:
        """Take out the segments that are no more and put in those that are new."""
        last = np.concatenate((new.lot[1:] != new.lot[:-1], [True]))[: len(new)]
        sizes = new.high[last][np.searchsorted(new.lot[last], new.lot)]
        was, now = (
            list(zip(*(column.tolist() for column in each.columns()), strict=True))
            for each in (old, new)
        )
        before, after = set(was), set(now)
        gone = [row[:2] for row in was if row not in after]
        query = "DELETE FROM position WHERE lot = ? AND low = ?"
        self._expect(self.database.many(query, gone), len(gone))
        fresh = np.array([row not in before for row in now], dtype=np.bool_)
        self._add_segments(new.where(fresh), sizes[fresh])

    def _add_segments(self, new: Segments, sizes: Whole) -> None:
        query = (
            "INSERT INTO position (lot, low, high, size, before, after, status) "
            "VALUES (?, ?, ?, ?, NULLIF(?, 0), NULLIF(?, 0), ?)"
        )
        after = np.where(new.high == sizes, 0, new.high)
        columns = (new.lot, new.low, new.high, sizes, new.low, after, new.status)
        self._bulk(query, columns)

    def _add(self, query: str, numbers: Whole, energy: Whole) -> None:
        self._recent.pop("consumption", None)
        rows = zip(energy.tolist(), numbers.tolist(), strict=True)
        self._expect(self.database.many(query, rows), len(numbers))

    def _many(self, query: str, rows: LotRows | UseRows) -> None:
        self._bulk(query, rows.columns())

    def _bulk(self, query: str, columns: Sequence[Whole]) -> None:
        """Run a statement for each row, in pieces, so that few rows are Python values at a time."""
        for start in range(0, len(columns[0]), _PIECE):
            part = (column[start : start + _PIECE].tolist() for column in columns)
            self.database.many(query, zip(*part, strict=True))

    @staticmethod
    def _expect(done: int, wanted: int) -> None:
        """Raise where the tables are not as the book has read them in this transaction."""
        if done != wanted:
            raise LedgerError(problem("ledger-tables"))

    def _number(self, query: str) -> int:
        return int(self.database.rows(query, ())[0][0])

    def _columns(
        self, query: str, values: Sequence[int], width: int, keys: int = 1
    ) -> tuple[Whole, ...]:
        """Return the columns of a query whose rows are ordered by their first `keys` cells."""
        count, texts = self.database.texts(query, values, width)
        return as_columns(texts, count, keys)

    def _by_runs(self, table: str, query: str, numbers: Whole, width: int) -> tuple[Whole, ...]:
        """Return the rows of a table whose first cell is one of the sorted numbers."""
        recent = self._recent.get(table)
        if recent is not None and np.array_equal(recent[0], numbers):
            return recent[1]
        parts = [
            self._columns(query, run, width, 2 if table == "position" else 1)
            for run in runs(numbers)
        ]
        none = (np.zeros(0, dtype=np.int64),) * width
        columns = [np.concatenate(each) for each in zip(none, *parts, strict=True)]
        rows = _kept(tuple(columns), numbers)
        self._recent[table] = (numbers, rows)
        return rows


def as_columns(texts: Sequence[str], count: int, keys: int = 1) -> tuple[Whole, ...]:
    """Return texts of `count` whole numbers each as columns, sorted by the first `keys` of them.

    Raises LedgerError where a text holds something else.

    >>> as_columns(["3,1", "4,2"], 2)
    (array([1, 3]), array([2, 4]))
    """
    columns = [_whole(text, count) for text in texts]
    ordered = np.ones(max(count - 1, 0), dtype=np.bool_)
    for column in reversed(columns[:keys]):
        step = column[1:] - column[:-1]
        ordered = (step > 0) | ((step == 0) & ordered)
    if ordered.all():
        return tuple(columns)
    order = np.lexsort(tuple(reversed(columns[:keys])))
    return tuple(column[order] for column in columns)


def _whole(text: str, count: int) -> Whole:
    """Return a text of `count` whole numbers, parted by commas, as a column."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a text that cannot be read to its end
        try:
            found = np.fromstring(text, dtype=np.int64, sep=",")
        except (ValueError, DeprecationWarning):
            raise LedgerError(problem("ledger-tables")) from None
    if len(found) != count:
        raise LedgerError(problem("ledger-tables"))
    return found


def _numbered(columns: tuple[Whole, ...]) -> tuple[Whole, ...]:
    """Return columns of which the first counts the rows from one on, else raise LedgerError."""
    if not np.array_equal(columns[0], np.arange(1, len(columns[0]) + 1)):
        raise LedgerError(problem("ledger-tables"))
    return columns


def _lone(segments: Segments) -> NDArray[np.bool_]:
    """Tell which segments are the only one of their lot."""
    same = segments.lot[1:] == segments.lot[:-1]
    before, after = np.concatenate(([False], same)), np.concatenate((same, [False]))
    return ~before & ~after


def _kept(columns: tuple[Whole, ...], numbers: Whole) -> tuple[Whole, ...]:
    """Keep the rows whose first cell is one of the sorted numbers."""
    if not len(numbers) or not len(columns[0]):
        return columns
    place = np.minimum(np.searchsorted(numbers, columns[0]), len(numbers) - 1)
    keep = numbers[place] == columns[0]
    return columns if keep.all() else tuple(column[keep] for column in columns)
