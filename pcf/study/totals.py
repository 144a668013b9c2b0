"""Do the rows of all processes add up to what the whole site used? Within 0.5 %."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import problem
from pcf.findings import finding
from pcf.model.amounts import Amount
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem, Where
    from pcf.findings import Finding
    from pcf.model.coverage import Period
    from pcf.study.values import ActivityRow, SiteTotal, Study

TOLERANCE = 0.005
"""How far rows may be from the site's total; less is a finding, more a problem."""
ROUNDING = 1e-6
"""A difference of this size is how the numbers were written, and no finding."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A site total beside the sum of the rows that it speaks of, in the unit of the total."""

    total: SiteTotal
    booked: Amount
    difference: float

    @property
    def where(self) -> Where:
        """The place of the total."""
        return replace(self.total.where, column="amount", item=self.total.flow)

    @property
    def _difference(self) -> str:
        if math.isinf(self.difference):
            return f"+{self.booked}"
        return f"{100 * self.difference:+.3g} %"

    @property
    def facts(self) -> dict[str, str]:
        """What a message says of it."""
        return {
            "flow": self.total.flow,
            "booked": str(self.booked),
            "total": str(self.total.amount),
            "difference": self._difference,
        }


def reconciled(study: Study, used: Mapping[ActivityRow, Amount | None]) -> list[Reconciliation]:
    """Return every site total whose rows are all known, beside their sum.

    `used` is the amount of each row of activity data. No example: `pcf.study.checks` shows it.
    """
    found = []
    for total in study.site_totals:
        rows = _rows(study, total)
        amounts = [used.get(row) for row in rows]
        stated, unit = total.amount.value, total.amount.unit
        if not rows or total.unread or stated is None:
            continue
        if not all(_fits(amount, total) for amount in amounts):
            continue
        values = [amount.to(unit).value for amount in amounts if amount is not None]
        booked = sum(value for value in values if value is not None)
        found.append(Reconciliation(total, Amount(booked, unit), _relative(booked, stated)))
    return found


def _relative(booked: float, stated: float) -> float:
    """Return how far rows are from a total; from a total of zero any amount is endlessly far."""
    if stated == 0:
        return 0.0 if booked == 0 else math.copysign(math.inf, booked)
    return (booked - stated) / stated


def total_problems(study: Study, used: Mapping[ActivityRow, Amount | None]) -> list[Problem]:
    """Return totals of flows that no row names, and those more than 0.5 % from their rows.

    No example: `pcf.study.checks` shows it.
    """
    found = []
    flows = {row.flow for row in study.activity}
    known = {fold(flow) for flow in flows}
    for total in study.site_totals:
        where = replace(total.where, column="product", item=total.flow)
        if total.flow and fold(total.flow) not in known:
            near = text.nearest(total.flow, flows)
            found.append(problem("flow-not-used", where, near, flow=total.flow))
    found += [
        problem("site-total-differs", each.where, (), **each.facts)
        for each in reconciled(study, used)
        if abs(each.difference) > TOLERANCE
    ]
    return found


def total_findings(study: Study, used: Mapping[ActivityRow, Amount | None]) -> list[Finding]:
    """Return totals near their rows, within 0.5 % but not equal, and those that no row can meet.

    No example: `pcf.study.checks` shows the problems.
    """
    near = [
        finding("site-total-near", each.where, **each.facts)
        for each in reconciled(study, used)
        if ROUNDING < abs(each.difference) <= TOLERANCE
    ]
    alone = [
        finding("site-total-alone", replace(total.where, column="start"), flow=total.flow)
        for total in study.site_totals
        if not _rows(study, total)
    ]
    unlike = [
        each
        for total in study.site_totals
        for each in _unlike(total, [used.get(row) for row in _rows(study, total)])
    ]
    return [*near, *alone, *unlike]


def _unlike(total: SiteTotal, amounts: list[Amount | None]) -> list[Finding]:
    """Return that a total is in a unit of another kind than its rows, once."""
    units_of_rows = (each.unit for each in amounts if each is not None and not _fits(each, total))
    other = next(units_of_rows, None)
    if other is None or "unit" in total.unread:
        return []
    where = replace(total.where, column="unit", item=total.flow)
    facts = {"unit": total.amount.unit, "other": other, "flow": total.flow}
    return [finding("site-total-unlike", where, **facts)]


def _rows(study: Study, total: SiteTotal) -> list[ActivityRow]:
    """Return the rows of a flow that the total's period holds."""
    rows = [
        row
        for row in study.activity
        if fold(row.flow) == fold(total.flow) and row.direction == "input"
    ]
    span: Period | None = total.period
    if span is None:
        return rows
    return [row for row in rows if _within(row.period or study.period, span)]


def _within(period: Period | None, span: Period) -> bool:
    return period is not None and span.holds(period)


def _fits(amount: Amount | None, total: SiteTotal) -> bool:
    return amount is not None and units.same_dimension(amount.unit, total.amount.unit)
