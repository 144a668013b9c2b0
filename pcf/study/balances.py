"""Does an element come out of a process as it goes in? The balances that a study states.

A balance finds what a table of exchanges cannot show by itself: a tonnage in the wrong unit, a
grade on the wrong basis, a stream that nobody metered. It is a finding either way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import expressions, text, units
from pcf.errors import PcfError, problem
from pcf.findings import finding
from pcf.methods.balances import Stream, balance
from pcf.model.amounts import Amount
from pcf.study.amounts import resolved
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.study.values import ActivityRow, ElementBalance, Study

    Used = Mapping[ActivityRow, Amount | None]


def balance_problems(study: Study, used: Used) -> list[Problem]:
    """Return balances of processes and flows that the study does not have, or that do not compute.

    No example: `pcf.study.checks` shows it.
    """
    unknown = [each for stated in study.balances for each in _unknown(study, stated)]
    return unknown or [each for stated in study.balances for each in _told(study, stated, used)[1]]


def balance_findings(study: Study, used: Used) -> list[Finding]:
    """Return one finding a balance: that it closes, with its figures, or which stream to look at.

    A balance of which an alternative took a stream away is told as such. No example: the reference
    study of aluminium states one.
    """
    return [each for stated in study.balances for each in _told(study, stated, used)[0]]


def _told(
    study: Study, stated: ElementBalance, used: Used
) -> tuple[tuple[Finding, ...], list[Problem]]:
    sides: dict[str, list[Stream]] = {"input": [], "output": []}
    for direction, streams in (("input", stated.inputs), ("output", stated.outputs)):
        for flow, content in streams:
            rows = [row for row in used if _speaks(row, stated.process, flow, direction)]
            if not rows:
                facts = {"element": stated.element, "flow": flow}
                return (finding("balance-stream-missing", stated.where, **facts),), []
            try:
                share = _content(study, stated.process, content)
            except PcfError as error:
                return (), [replace(each, where=stated.where) for each in error.problems]
            sides[direction] += [Stream(row.flow, _known(used[row]), share) for row in rows]
    try:
        found = balance(
            stated.element,
            inputs=sides["input"],
            outputs=sides["output"],
            tolerance=stated.tolerance,
        )
    except PcfError as error:
        return (), [replace(each, where=stated.where) for each in error.problems]
    return tuple(replace(each, where=stated.where) for each in found.findings), []


def _unknown(study: Study, stated: ElementBalance) -> list[Problem]:
    """Return names that stand nowhere in the study, rows of other alternatives included."""
    ids = [row.id for row in study.processes]
    if fold(stated.process) not in map(fold, ids):
        near = text.nearest(stated.process, ids)
        return [problem("process-unknown", stated.where, near, process=stated.process)]
    flows = {row.flow for row in study.activity if fold(row.process) == fold(stated.process)}
    return [
        problem("flow-not-used", stated.where, text.nearest(flow, flows), flow=flow)
        for flow, _ in (*stated.inputs, *stated.outputs)
        if fold(flow) not in map(fold, flows)
    ]


def _speaks(row: ActivityRow, process: str, flow: str, direction: str) -> bool:
    named = (fold(row.process), fold(row.flow), row.direction)
    return named == (fold(process), fold(flow), direction)


def _known(amount: Amount | None) -> Amount:
    return Amount(None, "kg") if amount is None else amount


def _content(study: Study, process: str, written: str) -> Amount | None:
    """Return what a unit of the stream holds: a formula over the parameters, or an amount."""
    if not written:
        return None
    values = expressions.in_scope(resolved(study.parameters)[0].values, process)
    try:
        value, unit = expressions.evaluate(written, values)
    except PcfError:
        value, unit = units.parse(written)
    return Amount(value, unit or "1")
