"""Of what time does the study speak? Its period, and whether it is a year of the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pcf.rules.facts.case import Case, Found, place, told, unknown, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.model.coverage import Period

MONTH = 365.2425 / 12
"""The mean days of a month, for periods that do not begin and end with one."""


def months(case: Case) -> Found:
    """Return the length of the period in months: whole months as they are, else by days."""
    period, where = case.study.period, case.study.setting("study.period")
    if period is None:
        return unknown("how-not-stated", (where,), what="period")
    value = _months(period)
    return Found(value, told("how-written", value=str(period)), (where,))


def _months(period: Period) -> float:
    start, end = period.start, period.end
    if start.day == end.day == 1:
        return float(12 * (end.year - start.year) + end.month - start.month)
    return period.days / MONTH


def calendar_year(case: Case) -> Found:
    """Return whether the period is one or several whole calendar years."""
    period, where = case.study.period, case.study.setting("study.period")
    if period is None:
        return unknown("how-not-stated", (where,), what="period")
    value = all((day.month, day.day) == (1, 1) for day in (period.start, period.end))
    return Found(value, told("how-written", value=str(period)), (where,))


def first_day(case: Case) -> Found:
    """Return the first day of the period."""
    period = case.study.period
    where = case.study.setting("study.period")
    return written(None if period is None else period.start.isoformat(), where)


def last_day(case: Case) -> Found:
    """Return the last day of the period."""
    period, where = case.study.period, case.study.setting("study.period")
    last = None if period is None else (period.end - timedelta(days=1)).isoformat()
    return written(last, where)


def processes_differ(case: Case) -> Found:
    """Return how many processes of the study speak of a period outside of the study's own.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    period = case.study.period
    if period is None:
        return unknown("how-not-stated", what="period")
    found = [
        row
        for row in case.standing.processes
        if row.period is not None and not period.holds(row.period)
    ]
    names = [row.id for row in found]
    how = told("how-count", count=len(found), all=len(case.standing.processes), names=names)
    return Found(float(len(found)), how, tuple(place(row.where, row.id) for row in found))


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "period.months": months,
    "period.calendar_year": calendar_year,
    "period.start": first_day,
    "period.end": last_day,
    "period.processes_outside": processes_differ,
}
