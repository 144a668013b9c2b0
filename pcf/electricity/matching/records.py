"""Do the registry's cancellation records hold what a plan uses? Then its supply has evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.facts import WhRange
from pcf.electricity.intervals import Interval
from pcf.errors import ModelError, problem
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.facts import Cancellation
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.plans import Plan
    from pcf.errors import Problem


def with_records(plan: Plan, records: Sequence[Cancellation]) -> Plan:
    """Return a plan whose certificates the registry has cancelled, by these records.

    Every leg must lie in a record, be used by the record's beneficiary and, where the record names
    a period, within it. The records are the evidence of `plan.supply`.

    Raises ModelError with every problem.

    >>> from datetime import date
    >>> from pcf.electricity.columns import demand_columns, supply_columns
    >>> from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Lot
    >>> from pcf.electricity.matching import match
    >>> march, firm = Interval.read("2026-03"), "示例铝业有限公司"
    >>> lots = supply_columns([Lot("P1", 1, 2, "w", march, owner=firm)],
    ...                       [Device("w", "wind", place="CN-GS")])
    >>> meters = demand_columns([ConsumptionRecord("potline 1", march, 2_000_000, consumer=firm,
    ...                                            place="CN-GS")])
    >>> plan = match(lots, meters, profile="CN-GEC-2026")
    >>> record = Cancellation("HX-1", date(2026, 4, 2), firm, plan.ranges())
    >>> with_records(plan, [record]).supply("potline 1").evidence
    'HX-1'
    """
    legs = plan.legs
    column = legs.supply_columns.cancellation
    done = np.array([name != "" for name in column.names], dtype=np.bool_)
    rows = np.flatnonzero(~done[column.codes[legs.supply]])
    record_of = _record_of(plan, rows, records)
    problems = [
        problem("match-record-missing", "", (), range=_range(plan, row))
        for row in rows[record_of < 0][:20].tolist()
    ]
    for number, record in enumerate(records):
        problems += _against(plan, rows[record_of == number], record)
    if problems:
        raise ModelError(*problems)
    used = sorted({records[each].number for each in np.unique(record_of).tolist()})
    return replace(plan, evidence=tuple(used))


def _range(plan: Plan, leg: int) -> WhRange:
    legs = plan.legs
    row, low = int(legs.supply[leg]), int(legs.low[leg])
    columns = legs.supply_columns
    return WhRange(columns.series[row], low, low + int(legs.energy[leg]), columns.scheme[row])


def _record_of(plan: Plan, rows: Whole, records: Sequence[Cancellation]) -> Whole:
    """Return for each leg the record that holds it, or -1."""
    legs, columns = plan.legs, plan.legs.supply_columns
    found = np.full(len(rows), -1, dtype=np.int64)
    supply, low = legs.supply[rows], legs.low[rows]
    high = low + legs.energy[rows]
    names = list(zip(columns.scheme.names, range(len(columns.scheme.names)), strict=True))
    schemes = dict(names)
    series = {name: code for code, name in enumerate(columns.series.names)}
    for number, record in enumerate(records):
        for each in _merged(record.ranges):
            if each.scheme not in schemes or each.series not in series:
                continue
            found[
                (columns.scheme.codes[supply] == schemes[each.scheme])
                & (columns.series.codes[supply] == series[each.series])
                & (low >= each.low)
                & (high <= each.high)
            ] = number
    return found


def _merged(ranges: Sequence[WhRange]) -> list[WhRange]:
    found: list[WhRange] = []
    for each in sorted(ranges, key=lambda one: (one.scheme, one.series, one.low)):
        last = found[-1] if found else None
        if last and (last.scheme, last.series, last.high) == (each.scheme, each.series, each.low):
            found[-1] = WhRange(last.series, last.low, each.high, last.scheme)
        else:
            found.append(each)
    return found


def _against(plan: Plan, rows: Whole, record: Cancellation) -> list[Problem]:
    demand = plan.legs.demand_columns
    used = np.unique(plan.legs.demand[rows])
    problems = []
    codes = np.unique(demand.consumer.codes[used]).tolist()
    for consumer in sorted(demand.consumer.names[code] for code in codes):
        if fold(consumer) != fold(record.beneficiary):
            told = {"beneficiary": record.beneficiary, "consumer": consumer}
            problems.append(
                problem("match-record-beneficiary", "", (), number=record.number, **told)
            )
    if record.period is not None and len(used):
        outside = (demand.start[used] < record.period.start) | (
            demand.end[used] > record.period.end
        )
        for row in used[outside][:1].tolist():
            when = Interval(int(demand.start[row]), int(demand.end[row]))
            told = {"period": str(record.period), "used": str(when)}
            problems.append(problem("match-record-period", "", (), number=record.number, **told))
    return problems
