"""Do the rows of a flow cover the study's period? Once, without a gap or a day twice.

Rows that state a part of the period form a series with the others of the same process, flow,
direction, kind, basis and meter. A series tiles the period; one that does not is a problem, since a
missing month is not a month of zero.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import problem
from pcf.findings import finding
from pcf.model.amounts import Amount
from pcf.model.coverage import Period
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pcf.errors import Problem, Where
    from pcf.findings import Finding
    from pcf.study.values import ActivityRow, Leg, ProcessRow, Study

    Series = list[tuple[ActivityRow, Period]]


def month_problems(study: Study) -> list[Problem]:
    """Return rows outside the period, months that are missing, and months that stand twice.

    No example: `pcf.study.checks` shows it.
    """
    if study.period is None:
        return []
    found = [
        problem("row-outside-period", at(row, "start"), period=row.period, study=study.period)
        for row in study.activity
        if row.period is not None and not study.period.holds(row.period)
    ]
    outside = {each.where.item for each in found}
    spans = {row.id: row for row in study.processes}
    for series in series_of(study.activity, study.period):
        if not any(row.id in outside or "start" in row.unread for row, _ in series):
            found += _series_problems(series, _expected(series[0][0], spans, study.period))
            found += _beside(series, study.activity, study.period)
    return found


def stock_findings(study: Study) -> list[Finding]:
    """Return where the stock that opens a month is not the one that closed the month before.

    No example: `pcf.study.system` shows it.
    """
    if study.period is None:
        return []
    found = []
    for series in series_of(study.activity, study.period):
        for (before, one), (row, other) in pairwise(series):
            closed = None if before.stock is None else before.stock.closing
            opened = None if row.stock is None else row.stock.opening
            if one.end != other.start or closed is None or opened is None:
                continue
            closing, opening = (
                Amount(value, each.amount.unit) for value, each in ((closed, before), (opened, row))
            )
            if not _same(closing, opening):
                facts = {"closing": str(closing), "opening": str(opening), "other": before.id}
                found.append(finding("stock-jumps", at(row, "opening_stock"), **facts))
    return found


def _same(one: Amount, other: Amount) -> bool:
    if not units.same_dimension(one.unit, other.unit):
        return True  # the unit of a row is refused where it stands
    first, second = one.value, other.to(one.unit).value
    return first is None or second is None or math.isclose(first, second, rel_tol=1e-9)


def _beside(series: Series, rows: Iterable[ActivityRow], whole: Period) -> list[Problem]:
    """Return rows of the whole period that say again what a series of the same source says."""
    first = series[0][0]
    if first.meter:  # a day metered twice is reported for the meter
        return []
    return [
        problem("months-twice", at(row, "start"), other=first.id, flow=row.flow)
        for row in rows
        if row.period in (None, whole)
        and "start" not in row.unread
        and _key(row) == _key(first)
        and row.source == first.source
    ]


def meter_problems(study: Study) -> list[Problem]:
    """Return rows that meter the same electricity twice.

    Within a process no day may be metered twice; two processes may share a meter, but not by the
    same amount for the same days, which is one reading booked twice.

    No example: `pcf.study.checks` shows it.
    """
    found = []
    metered = defaultdict(list)
    for row in study.activity:
        if row.meter and not row.unread & {"start", "meter", "process"}:
            metered[row.meter].append(row)
    for meter, rows in metered.items():
        seen: list[ActivityRow] = []
        for row in rows:
            other = next((each for each in seen if _twice(each, row, study.period)), None)
            if other is not None:
                found.append(problem("meter-twice", at(row, "meter"), meter=meter, other=other.id))
            seen.append(row)
    return found


def series_of(rows: Iterable[ActivityRow], whole: Period) -> list[Series]:
    """Return the rows that state a part of the period, by series, each in order of time.

    No example: it is the grouping of `month_problems`.
    """
    groups: dict[tuple[str, ...], Series] = defaultdict(list)
    for row in rows:
        if row.period is not None and row.period != whole:
            groups[_key(row)].append((row, row.period))
    ordered = (sorted(group, key=lambda each: each[1]) for group in groups.values())
    return [series for group in ordered for series in _by_source(group)]


def at(row: ActivityRow | ProcessRow | Leg, column: str = "") -> Where:
    """Return the place of a row, with its id."""
    return replace(row.where, column=column, item=row.id)


def _key(row: ActivityRow) -> tuple[str, ...]:
    return (row.process, fold(row.flow), row.direction, row.kind, row.basis, row.meter)


def _by_source(series: Series) -> list[Series]:
    """Tell series of different sources apart where their months overlap, as of two suppliers."""
    sources = {row.source for row, _ in series}
    if series[0][0].meter or len(sources) == 1 or not any(_overlaps(series)):
        return [series]
    return [[each for each in series if each[0].source == source] for source in sorted(sources)]


def _overlaps(series: Series) -> Iterable[tuple[ActivityRow, ActivityRow]]:
    for (first, one), (second, other) in pairwise(series):
        if other.start < one.end:
            yield first, second


def _expected(row: ActivityRow, processes: dict[str, ProcessRow], whole: Period) -> Period:
    """Return what a series has to cover: the study's period, or the part in which a process ran."""
    process = processes.get(row.process)
    if process is not None and process.period is not None and whole.holds(process.period):
        return process.period
    return whole


def _series_problems(series: Series, whole: Period) -> list[Problem]:
    if series[0][0].meter:  # a day metered twice is reported for the meter
        overlaps = []
    else:
        overlaps = [
            problem("months-twice", at(row, "start"), other=other.id, flow=row.flow)
            for other, row in _overlaps(series)
        ]
    if overlaps or any(_overlaps(series)):
        return overlaps
    missing = _missing([span for _, span in series], whole)
    if not missing:
        return []
    row = series[0][0]
    facts = {"flow": row.flow, "process": row.process, "missing": text.listed(missing, most=12)}
    return [problem("months-missing", at(row, "start"), (), **facts)]


def _missing(spans: Sequence[Period], whole: Period) -> list[Period]:
    """Return the months, or the days, of `whole` that no span covers."""
    gaps, day = [], whole.start
    for span in spans:
        if span.start > day:
            gaps.append(Period(day, span.start))
        day = max(day, span.end)
    if day < whole.end:
        gaps.append(Period(day, whole.end))
    return [month for gap in gaps for month in _months(gap)]


def _months(gap: Period) -> list[Period]:
    """Part a gap at the ends of its months."""
    parts, day = [], gap.start
    while day < gap.end:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(following, gap.end)
        parts.append(Period(day, end))
        day = end
    return parts


def _twice(one: ActivityRow, other: ActivityRow, whole: Period | None) -> bool:
    first, second = one.period or whole, other.period or whole
    if first is not None and second is not None and not _meet(first, second):
        return False
    if one.process == other.process:
        return True
    return first == second and one.amount == other.amount and one.amount.value is not None


def _meet(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end
