"""Which serials are these? Parts of certificates as ranges of their series, neighbours merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.facts import WhRange
from pcf.electricity.matching.sorting import ranked

if TYPE_CHECKING:
    from pcf.electricity.columns import SupplyColumns
    from pcf.electricity.matching.arrays import Whole


def merged(columns: SupplyColumns, rows: Whole, low: Whole, high: Whole) -> tuple[WhRange, ...]:
    """Return positions `low` up to `high` of the series of some rows; those that touch are one.

    The ends of ranges of one series come in the order of their starts.

    >>> from pcf.electricity.columns import supply_columns
    >>> from pcf.electricity.facts import Lot
    >>> from pcf.electricity.intervals import Interval
    >>> lots = supply_columns([Lot("P1", 1, 9, "w", Interval.read("2025-03"))])
    >>> low, high = np.array([3, 1]) * 10**6, np.array([5, 3]) * 10**6
    >>> [str(each) for each in merged(lots, np.array([0, 0]), low, high)]
    ['P1 1-4']
    """
    scheme, series = ranked(columns.scheme)[rows], ranked(columns.series)[rows]
    order = np.lexsort((low, series, scheme))
    if not len(order):
        return ()
    scheme, series, low, high = (each[order] for each in (scheme, series, low, high))
    new = np.concatenate(
        ([True], (scheme[1:] != scheme[:-1]) | (series[1:] != series[:-1]) | (low[1:] > high[:-1]))
    )
    first, last = np.flatnonzero(new), np.append(np.flatnonzero(new)[1:], len(low)) - 1
    chosen = rows[order][first].tolist()
    return tuple(
        WhRange(columns.series[row], start, end, columns.scheme[row])
        for row, start, end in zip(chosen, low[first].tolist(), high[last].tolist(), strict=True)
    )
