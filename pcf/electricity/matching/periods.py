"""In which hour, month or year? Numbered periods of columns of seconds, Chinese months and years.

Hours count from 1970-01-01T00:00Z; months and years are those of +08:00, counted from 1970.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.intervals import HOUR, Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.profiles import Unit


_AHEAD = 8 * HOUR
_DAY = 86400
_FAR = 2**40


def periods_of(seconds: Whole, unit: Unit) -> Whole:
    """Return the number of the hour, month or year in which each second lies.

    >>> march = Interval.read("2025-03")
    >>> periods_of(np.array([march.start, march.end - 1, march.end]), "month").tolist()
    [662, 662, 663]
    >>> periods_of(np.array([-28801, -28800]), "year").tolist()
    [-1, 0]
    """
    if unit == "hour":
        return (seconds // HOUR).astype(np.int32)
    months = ((seconds + _AHEAD) // _DAY).astype("datetime64[D]").astype("datetime64[M]")
    numbers = months.astype(np.int64).astype(np.int32)
    return numbers if unit == "month" else numbers // 12


def starts_of(periods: Whole, unit: Unit) -> Whole:
    """Return the second in which each numbered period begins.

    >>> int(starts_of(np.array([662]), "month")[0]) == Interval.read("2025-03").start
    True
    """
    numbers = periods.astype(np.int64)
    if unit == "hour":
        return numbers * HOUR
    months = numbers if unit == "month" else numbers * 12
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days * _DAY - _AHEAD


def interval_of(period: int, unit: Unit) -> Interval:
    """Return a numbered period as an interval.

    >>> str(interval_of(55, "year")), str(interval_of(662, "month"))
    ('2025', '2025-03')
    """
    start, end = starts_of(np.array([period, period + 1], dtype=np.int32), unit).tolist()
    return Interval(start, end)


def within_one(start: Whole, end: Whole, unit: Unit) -> tuple[Whole, NDArray[np.bool_]]:
    """Return the period in which each interval begins, and whether it also ends in it."""
    first = periods_of(start, unit)
    ends = starts_of(first + np.int32(1), unit)
    return first, end <= ends


def last_whole(until: Whole, unit: Unit) -> Whole:
    """Return the last period that has ended by each second; what never ends, ends in 36812."""
    return periods_of(np.minimum(until, _FAR), unit) - np.int32(1)


def years_of(periods: Whole, unit: Unit) -> Whole:
    """Return the calendar year of each numbered period.

    >>> years_of(np.array([662]), "month").tolist()
    [2025]
    """
    if unit == "hour":
        return periods_of(starts_of(periods, unit), "year") + np.int32(1970)
    return (periods // 12 if unit == "month" else periods) + np.int32(1970)


def year_bounds(years: Whole, unit: Unit) -> tuple[Whole, Whole]:
    """Return the first and the last period of calendar years.

    >>> [bound.tolist() for bound in year_bounds(np.array([2025]), "month")]
    [[660], [671]]
    """
    first, last = (
        periods_of(starts_of(years - np.int32(1970 - ahead), "year"), unit) - np.int32(ahead)
        for ahead in (0, 1)
    )
    return first, last
