"""Does an element come out of a process as it goes in? The balances that a study states.

A balance finds what a table of exchanges cannot show by itself: a tonnage in the wrong unit, a
grade on the wrong basis, a stream that nobody metered. It is a finding either way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import expressions, text, units
from pcf.errors import PcfError, problem
from pcf.findings import Finding, finding
from pcf.methods.balances import Balance, Stream, balance
from pcf.model.amounts import Amount
from pcf.study.amounts import resolved
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem
    from pcf.study.values import ActivityRow, CoProductRow, ElementBalance, ProcessRow, Study

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


def balanced(study: Study, used: Used) -> list[tuple[ElementBalance, Balance]]:
    """Return every balance that a study states and that can be computed, with its figures.

    No example: the facts of rules read it.
    """
    found = []
    for stated in study.balances:
        try:
            one = _balance(study, stated, used)
        except PcfError:
            continue
        if not isinstance(one, Finding):
            found.append((stated, one))
    return found


def _told(
    study: Study, stated: ElementBalance, used: Used
) -> tuple[tuple[Finding, ...], list[Problem]]:
    try:
        found = _balance(study, stated, used)
    except PcfError as error:
        return (), [replace(each, where=stated.where) for each in error.problems]
    if isinstance(found, Finding):
        return (found,), []
    return tuple(replace(each, where=stated.where) for each in found.findings), []


def _balance(study: Study, stated: ElementBalance, used: Used) -> Balance | Finding:
    """Return a balance, or the finding that a stream of it is not there; raise what is wrong."""
    sides: dict[str, list[Stream]] = {"input": [], "output": []}
    for direction, streams in (("input", stated.inputs), ("output", stated.outputs)):
        for flow, content in streams:
            amounts = _amounts(study, used, stated.process, flow, direction)
            if not amounts:
                facts = {"element": stated.element, "flow": flow}
                return finding("balance-stream-missing", stated.where, **facts)
            share = _content(study, stated.process, content)
            sides[direction] += [Stream(name, amount, share) for name, amount in amounts]
    return balance(
        stated.element,
        inputs=sides["input"],
        outputs=sides["output"],
        tolerance=stated.tolerance,
    )


def _unknown(study: Study, stated: ElementBalance) -> list[Problem]:
    """Return names that stand nowhere in the study, rows of other alternatives included."""
    ids = [row.id for row in study.processes]
    if fold(stated.process) not in map(fold, ids):
        near = text.nearest(stated.process, ids)
        return [problem("process-unknown", stated.where, near, process=stated.process)]
    flows = {row.flow for row in study.activity if fold(row.process) == fold(stated.process)}
    flows |= {name for name, _, _ in _products(study, stated.process)}
    return [
        problem("flow-not-used", stated.where, text.nearest(flow, flows), flow=flow)
        for flow, _ in (*stated.inputs, *stated.outputs)
        if fold(flow) not in map(fold, flows)
    ]


def _amounts(
    study: Study, used: Used, process: str, flow: str, direction: str
) -> list[tuple[str, Amount]]:
    """Return the amounts of a stream: rows of activity data, and products that are made of it."""
    rows = [row for row in used if _speaks(row, process, flow, direction)]
    made = [
        (name, amount)
        for name, amount, side in _products(study, process)
        if (fold(name), side) == (fold(flow), direction)
    ]
    return [*((row.flow, _known(used[row])) for row in rows), *made]


def _products(study: Study, process: str) -> list[tuple[str, Amount, str]]:
    """Return what a process makes or, as a treatment, takes in: name, amount, direction."""
    rows: list[ProcessRow | CoProductRow] = [
        *(row for row in study.processes if fold(row.id) == fold(process)),
        *(row for row in study.coproducts if fold(row.process) == fold(process)),
    ]
    return [
        (row.product, row.amount, "input" if row.treats else "output")
        for row in rows
        if row.amount is not None
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
