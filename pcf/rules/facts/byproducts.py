"""What comes out beside the product? Co-products, wastes, credits, scrap and internal streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf import units
from pcf.model.systems import INTERNAL, OUTPUT
from pcf.rules.facts.case import Case, Found, place, told, unknown
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.errors import Where
    from pcf.study.values import ActivityRow

SCRAP = tuple(map(fold, ("scrap", "废铝", "废铜", "废钢", "废镍", "废料", "返料")))
"""What a flow of scrap has in its name."""


def count(case: Case) -> Found:
    """Return how many co-products the study has beside the reference products."""
    rows = [row for row in case.standing.coproducts if row.amount is not None]
    names = [row.product for row in rows]
    how = told("how-count", count=len(names), all=len(names), names=names)
    return Found(float(len(rows)), how, tuple(place(row.where, row.product) for row in rows))


def wastes(case: Case) -> Found:
    """Return how many flows of waste the study treats or leaves out with a bound."""
    rows = _rows(case, lambda row: row.kind == "waste")
    return _counted(rows, case)


def credit_rows(case: Case) -> Found:
    """Return how many rows claim a credit for a product that is avoided."""
    return _counted(_rows(case, lambda row: row.kind == "credit"), case)


def credit_share(case: Case) -> Found:
    """Return the credits over the gross total, without sign; 0 without substitution."""
    claimed, total = case.footprint.credits, case.footprint.total
    if claimed is None:
        return Found(0.0, told("how-written", value="-"))
    if total == 0:
        return unknown("how-total-zero")
    how = told("how-quotient", part=abs(claimed), whole=total)
    return Found(abs(claimed) / abs(total), how)


def scrap_used(case: Case) -> Found:
    """Return whether a process takes in a flow that is called scrap."""
    rows = _scrap(case)
    names = [row.flow for row in rows]
    return Found(bool(rows), told("how-list", names=names), _at(rows))


def scrap_free(case: Case) -> Found:
    """Return how many flows of scrap come in with no burden, as internal streams do."""
    rows = [row for row in _scrap(case) if row.kind == "internal"]
    return _counted(rows, case)


def internal_count(case: Case) -> Found:
    """Return how many rows are returned internal streams, with the burden zero."""
    return _counted(_rows(case, lambda row: row.kind == "internal"), case)


def internal_reasoned(case: Case) -> Found:
    """Return whether every internal stream says its reason."""
    bare = _rows(case, lambda row: row.kind == "internal" and not row.note.strip())
    names = [row.id for row in bare]
    how = told("how-count", count=len(bare), all=len(case.standing.activity), names=names)
    return Found(not bare, how, _at(bare))


def internal_gap(case: Case) -> Found:
    """Return by how much a returned stream differs between where it leaves and where it enters.

    Of streams that both leave and enter, per declared unit, over what leaves; the largest. Unknown
    where no stream does both, and where one enters that leaves nowhere in the same dimension:
    then it cannot be seen whether the burden is truly inside.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    sums = _internal_sums(case)
    lone = [name for (name, _), pair in sums.items() if pair["input"] and not pair["output"]]
    if lone:
        return unknown("how-internal-lone", _internal(case, lone), names=lone)
    both = {name: pair for (name, _), pair in sums.items() if pair["input"]}
    if not both:
        return unknown("how-no-internal")
    gaps = {n: abs(p["input"] - p["output"]) / p["output"] for n, p in both.items()}
    name = max(gaps, key=lambda each: gaps[each])
    found = told("how-largest", name=name, value=gaps[name])
    return Found(gaps[name], found, _internal(case, [name]))


def _internal_sums(case: Case) -> dict[tuple[str, str], dict[str, float]]:
    """Return the amounts per declared unit of each internal stream and dimension, by direction.

    Of the exchanges of the system, so that the parts of a divided process count together; in the
    unit in which the stream is met first.
    """
    system, amounts = case.footprint.system, {row.id: each for row, each in case.used.items()}
    columns, sums = system.exchanges, dict[tuple[str, str], dict[str, float]]()
    first: dict[tuple[str, str], str] = {}
    for e in np.flatnonzero(columns.kind == INTERNAL):
        amount = amounts.get(str(columns.ids[e]))
        unit = "1" if amount is None else amount.unit
        key = (str(columns.flows[e]), units.dimension(unit))
        runs = case.footprint.scaling.get(str(system.processes.ids[columns.process[e]]), 0.0)
        size = runs * float(columns.amount[e]) * units.factor(unit, first.setdefault(key, unit))
        pair = sums.setdefault(key, {"input": 0.0, "output": 0.0})
        pair["output" if columns.direction[e] == OUTPUT else "input"] += size
    return sums


def _internal(case: Case, names: list[str]) -> tuple[Where, ...]:
    return _at(_rows(case, lambda row: row.kind == "internal" and row.flow in names))


def _scrap(case: Case) -> list[ActivityRow]:
    return _rows(
        case,
        lambda row: row.direction == "input" and any(word in fold(row.flow) for word in SCRAP),
    )


def _rows(case: Case, test: Callable[[ActivityRow], bool]) -> list[ActivityRow]:
    return [row for row in case.standing.activity if test(row)]


def _at(rows: list[ActivityRow]) -> tuple[Where, ...]:
    return tuple(place(row.where, row.id) for row in rows)


def _counted(rows: list[ActivityRow], case: Case) -> Found:
    names = [row.flow for row in rows]
    how = told("how-count", count=len(rows), all=len(case.standing.activity), names=names)
    return Found(float(len(rows)), how, _at(rows))


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "byproducts.count": count,
    "byproducts.wastes": wastes,
    "credits.count": credit_rows,
    "credits.share": credit_share,
    "scrap.used": scrap_used,
    "scrap.burden_free": scrap_free,
    "internal.count": internal_count,
    "internal.reasoned": internal_reasoned,
    "internal.gap": internal_gap,
}
