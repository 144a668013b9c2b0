"""How does a process of the study become unit processes? As it is, or divided by an allocation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf.errors import PcfError
from pcf.methods import allocate
from pcf.model.coverage import Coverage
from pcf.model.processes import CoProduct, MultiOutputProcess, UnitProcess

if TYPE_CHECKING:
    from pcf.errors import Problem
    from pcf.methods import Allocation
    from pcf.model.processes import Exchange
    from pcf.study.values import AllocationChoice, ProcessRow, Study


@dataclass(frozen=True, slots=True)
class Divided:
    """The unit processes of a row, and the allocation that made them where there was one."""

    processes: tuple[UnitProcess, ...] = ()
    allocation: Allocation | None = None


def divided(
    row: ProcessRow, exchanges: tuple[Exchange, ...], study: Study, problems: list[Problem]
) -> Divided:
    """Return the unit process of a row, or those that the study's allocation makes of it.

    `study` is one in which its alternatives stand. Nothing is returned for a row that could not be
    read or that is not allocated, which is reported elsewhere. No example: see `Study.system`.
    """
    if row.unread & {"process", "product", "reference_amount", "unit"} or not row.amount.value:
        return Divided()
    coverage = Coverage(row.place or study.place or "", row.period or study.period)
    products = _products(row, study)
    if len(products) == 1:
        plain = UnitProcess(
            row.id, row.product, row.amount, exchanges, row.name, row.stage, row.basis,
            coverage, row.treats,
        )  # fmt: skip
        return Divided((plain,))
    choice = next((each for each in study.allocations if each.process == row.id), None)
    if choice is None:
        return Divided()
    whole = MultiOutputProcess(row.id, products, exchanges, row.name, row.stage, coverage)
    try:
        allocation = _allocated(whole, choice)
    except PcfError as error:
        problems += [
            replace(each, where=replace(choice.where, item=each.where.item))
            for each in error.problems
        ]
        return Divided()
    return Divided(allocation.processes, allocation)


def _products(row: ProcessRow, study: Study) -> tuple[CoProduct, ...]:
    """Return the products of a process, the reference product first."""
    rows = [each for each in study.coproducts if each.process == row.id]
    own = next((each for each in rows if each.product == row.product), None)
    properties = {} if own is None else own.properties
    reference = CoProduct(row.product, row.amount, properties, row.treats, row.basis)
    others = (
        CoProduct(each.product, each.amount, each.properties, each.treats, each.basis)
        for each in rows
        if each is not own and each.amount is not None
    )
    return (reference, *others)


def _allocated(whole: MultiOutputProcess, choice: AllocationChoice) -> Allocation:
    return allocate(
        whole,
        by=choice.by,
        level=choice.level or None,  # type: ignore[arg-type] # `allocate` refuses other words
        reason=choice.reason,
        shares=choice.shares or None,
        causes=choice.causes or None,
    )
