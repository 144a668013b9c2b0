"""Whatever order certificates and readings come in, a plan is the same: an order of their own."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pcf.electricity.columns import DemandColumns, SupplyColumns, Texts
from pcf.electricity.intervals import Interval
from pcf.electricity.matching.policies import MOST
from pcf.electricity.matching.sorting import is_sorted, ranked
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.matching.arrays import Whole

    Columns = TypeVar("Columns", SupplyColumns, DemandColumns)


def ordered_supply(supply: SupplyColumns) -> SupplyColumns:
    """Return certificates sorted by scheme, series and position.

    Raises ModelError where two rows share a watt-hour, and where there is too much energy.

    No example: `match` shows it.
    """
    keys = [*_keys([supply.scheme, supply.series]), supply.low]
    if not is_sorted(keys):
        supply = taken_rows(supply, np.lexsort(tuple(reversed(keys))))
    names = _keys([supply.scheme, supply.series])
    same = np.ones(max(len(supply) - 1, 0), dtype=np.bool_)
    for key in names:
        same &= key[1:] == key[:-1]
    twice = np.flatnonzero(same & (supply.low[1:] < supply.high[:-1]))
    if len(twice):
        rows = twice[:5].tolist()
        raise ModelError(
            *(problem("match-range-twice", "", (), range=supply.range(row + 1)) for row in rows)
        )
    _refuse_too_much(supply.energy)
    return supply


def ordered_demand(demand: DemandColumns) -> tuple[DemandColumns, Whole | None]:
    """Return readings sorted by meter, line, product and time, and where each row went to.

    The second is None where nothing moved.

    Raises ModelError where two readings of one slice overlap, and where there are too many.

    No example: `match` shows it.
    """
    texts = ("meter", "line", "product")
    keys = [*_keys([getattr(demand, each) for each in texts]), demand.start]
    place = None
    if not is_sorted(keys):
        order = np.lexsort(tuple(reversed(keys)))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        demand = taken_rows(demand, order)
    same = np.ones(max(len(demand) - 1, 0), dtype=np.bool_)
    for key in _keys([getattr(demand, each) for each in texts]):
        same &= key[1:] == key[:-1]
    twice = np.flatnonzero(same & (demand.start[1:] < demand.end[:-1]))
    if len(twice):
        rows = (twice[:5] + 1).tolist()
        raise ModelError(
            *(
                problem(
                    "match-reading-twice",
                    demand.meter[row],
                    interval=Interval(int(demand.start[row]), int(demand.end[row])),
                )
                for row in rows
            )
        )
    _refuse_too_much(demand.energy)
    return demand, place


def _keys(columns: Sequence[Texts]) -> list[Whole]:
    """Return the ranks of columns of text that hold more than one name."""
    return [ranked(column) for column in columns if len(column.names) > 1]


def taken_rows(columns: Columns, order: Whole) -> Columns:
    """Return some rows of columns, in the order asked for."""
    taken: dict[str, Any] = {}
    for each in fields(columns):
        content = getattr(columns, each.name)
        if isinstance(content, Texts):
            taken[each.name] = content.take(order)
        elif isinstance(content, np.ndarray):
            taken[each.name] = content[order]
    return replace(columns, **taken)


def _refuse_too_much(energy: Whole) -> None:
    if len(energy) and float(energy.sum(dtype=np.float64)) >= MOST:
        raise ModelError(problem("match-too-much", "", (), most=f"{MOST:,}"))
