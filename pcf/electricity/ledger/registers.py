"""What do the numbers in the large tables stand for? Registers: short, append-only, kept in memory.

A register gives each new row the next number; the same row gets the same number again. The order of
the rows follows from the log alone, so that a rebuilt ledger has the same numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pcf.digest import canonical
from pcf.electricity.ledger.growing import Column
from pcf.errors import LedgerError, problem
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

Cell: TypeAlias = str | int
Cells: TypeAlias = tuple[Cell, ...]

# Each register's columns, and how many of the first ones are its key.
REGISTERS: dict[str, tuple[tuple[str, ...], int]] = {
    "span": (("start", "finish"), 2),
    "device": (("device", "content"), 1),
    "source": (("device", "made"), 2),
    "issue": (("scheme", "series", "source", "tradable", "owner", "usable_until"), 6),
    "slice": (
        (
            *("meter", "line", "product", "consumer", "site"),
            *("place", "measured", "within", "trial"),
        ),
        3,
    ),
    "settlement": (("settlement", "content"), 1),
    "cancellation": (("cancellation", "content"), 1),
    "claim": (("claim", "sequence", "step", "content"), 1),
    "voided": (("claim", "sequence"), 1),
    "exclusion": (("content",), 1),
    "reliance": (("footprint", "claim", "product"), 3),
    "status": (("state", "owner", "trades", "settlement", "cancellation", "claim"), 6),
}


@dataclass(slots=True)
class Register:
    """Rows with numbers from one on; the first `width` cells of a row are its key.

    >>> span = Register(2)
    >>> span.number_of((0, 3600)), span.number_of((3600, 7200)), span.number_of((0, 3600))
    (1, 2, 1)
    >>> span[2]
    (3600, 7200)
    """

    width: int
    rows: list[Cells] = field(default_factory=list)
    numbers: dict[Cells, int] = field(default_factory=dict)

    def find(self, *key: Cell) -> int | None:
        """Return the number of the row with this key, or None."""
        return self.numbers.get(key)

    def number_of(self, row: Cells) -> int:
        """Return the number of a row, which is added where its key is new."""
        number = self.numbers.setdefault(row[: self.width], len(self.rows) + 1)
        if number > len(self.rows):
            self.rows.append(row)
        return number

    def __getitem__(self, number: int) -> Cells:
        """Return the row of a number."""
        if number < 1:
            raise IndexError(number)
        return self.rows[number - 1]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)


@dataclass(slots=True)
class Registers:
    """All registers of a ledger, and the numbers of issues by series and by source."""

    tables: dict[str, Register] = field(
        default_factory=lambda: {name: Register(width) for name, (_, width) in REGISTERS.items()}
    )
    by_series: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    by_source: dict[int, list[int]] = field(default_factory=dict)
    _spans: tuple[Column, Column] = field(default_factory=lambda: (Column(), Column()))
    _sliced: int = 0
    _by_meter: dict[str, list[int]] = field(default_factory=dict)
    _folded: dict[tuple[str, int], tuple[int, dict[Cells, Cells]]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Register:
        """Return a register."""
        return self.tables[name]

    def load(self, name: str, rows: Iterable[Cells]) -> None:
        """Fill an empty register with stored rows, each after its number, in their order.

        Raises LedgerError where a number is not the next one, or a row stands twice.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        for number, *row in rows:
            add = self.issue if name == "issue" else self[name].number_of
            if add(tuple(row)) != number:
                raise LedgerError(problem("ledger-tables"))

    def issue(self, row: Cells) -> int:
        """Return the number of an issue: scheme, series, source, tradable, owner, usable until."""
        known = len(self["issue"])
        number = self["issue"].number_of(row)
        if number > known:
            scheme, series, source, *_ = row
            self.by_series.setdefault((str(scheme), str(series)), []).append(number)
            self.by_source.setdefault(int(source), []).append(number)
        return number

    def spans(self) -> tuple[Whole, Whole]:
        """Return start and end of every span, the span numbered one first."""
        starts, ends = self._spans
        fresh = self["span"].rows[starts.count :]
        if fresh:
            pairs = np.array(fresh, dtype=np.int64)
            starts.extend(pairs[:, 0])
            ends.extend(pairs[:, 1])
        return starts.values(), ends.values()

    def slices_of(self, meter: str) -> list[int]:
        """Return the numbers of the slices of a meter: the whole, its lines, its products."""
        rows = self["slice"].rows
        for number in range(self._sliced + 1, len(rows) + 1):
            self._by_meter.setdefault(str(rows[number - 1][0]), []).append(number)
        self._sliced = len(rows)
        return self._by_meter.get(meter, [])

    def spelt_otherwise(self, name: str, key: Cells) -> Cells | None:
        """Return the first cells of a row that are `key` in another spelling; None: there are none.

        >>> registers = Registers()
        >>> registers["device"].number_of(("wind-1", "{}"))
        1
        >>> registers.spelt_otherwise("device", ("ＷＩＮＤ-1",))
        ('wind-1',)
        >>> registers.spelt_otherwise("device", ("wind-1",)) is None
        True
        """
        width = len(key)
        count, found = self._folded.get((name, width), (0, {}))
        for row in self[name].rows[count:]:
            found.setdefault(_folded(row[:width]), row[:width])
        self._folded[name, width] = (len(self[name]), found)
        known = found.get(_folded(key))
        return None if known == key else known

    def content(self, name: str, number: int) -> dict[str, Any]:
        """Return what a row's content says."""
        found: dict[str, Any] = json.loads(str(self[name][number][-1]))
        return found


def _folded(key: Cells) -> Cells:
    return tuple(fold(each) if isinstance(each, str) else each for each in key)


def written(content: dict[str, Any]) -> str:
    """Return content as the one text that is stored for it.

    >>> written({"b": 1, "a": "甲"})
    '{"a":"甲","b":1}'
    """
    return canonical(content).decode()
