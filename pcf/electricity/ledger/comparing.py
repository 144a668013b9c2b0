"""Are the tables what the log makes of them? Row by row, for every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.ledger.registers import REGISTERS
from pcf.errors import Problem, Where, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pcf.electricity.ledger.memory import MemoryBook
    from pcf.electricity.ledger.tables import TableBook

    Whole = NDArray[np.int64]


def differences(tables: TableBook, again: MemoryBook, name: str) -> list[Problem]:
    """Return a problem for each table that is not what the log makes of it.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    found = []
    for register in REGISTERS:
        one = tables.registers[register].rows
        other = again.registers[register].rows
        if one != other:
            pairs = zip(one, other, strict=False)
            row = next((at for at, (a, b) in enumerate(pairs, 1) if a != b), None)
            found.append(_differs(name, register, row or min(len(one), len(other)) + 1))
    pairs_of_columns = (
        ("lot", tables.all_lots().columns(), again.all_lots().columns()),
        ("position", tables.all_segments().columns(), again.all_segments().columns()),
        ("production", tables.all_productions(), again.all_productions()),
        ("consumption", tables.all_uses().columns(), again.all_uses().columns()),
    )
    for table, stored, made in pairs_of_columns:
        row = _first_difference(stored, made)
        if row:
            found.append(_differs(name, table, row))
    return found


def _first_difference(one: Sequence[Whole], other: Sequence[Whole]) -> int:
    """Return the first row that differs, counted from one; zero where none does."""
    count = min(len(one[0]), len(other[0]))
    rows = [np.flatnonzero(a[:count] != b[:count]) for a, b in zip(one, other, strict=True)]
    first = min((int(each[0]) + 1 for each in rows if len(each)), default=0)
    return first or (0 if len(one[0]) == len(other[0]) else count + 1)


def _differs(name: str, table: str, row: int) -> Problem:
    return problem("ledger-table-differs", Where(file=name, item=table), (), table=table, row=row)
