"""What is wrong with the processes of a study? Ids, products, reference amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import Where, problem
from pcf.study.months import at
from pcf.study.values import CoProductRow
from pcf.text import fold

if TYPE_CHECKING:
    from pcf.errors import Problem
    from pcf.model.declared import DeclaredUnit
    from pcf.study.values import ProcessRow, Study


def process_problems(study: Study) -> list[Problem]:
    """Return what is wrong with the processes and their products.

    No example: `pcf.study.checks` shows it.
    """
    found = [] if study.processes else [problem("study-no-processes", Where(item=study.id))]
    seen: set[str] = set()
    for row in study.processes:
        if row.id and row.id in seen:
            found.append(problem("process-twice", at(row, "process")))
        seen.add(row.id)
        found += _reference(row)
    known = {row.id for row in study.processes}
    for each in study.coproducts:
        found += _coproduct(each, study.processes, known)
    return [*found, *_declared(study)]


def products_of(study: Study) -> dict[str, list[str]]:
    """Return the processes that make each product of the study, by its folded name.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.study.values import ProcessRow, Study
    >>> products_of(Study("a", processes=(ProcessRow("cell", "Metal", Amount(1.0, "t")),)))
    {'metal': ['cell']}
    """
    made: dict[str, list[str]] = {}
    for row in study.products:
        process = row.process if isinstance(row, CoProductRow) else row.id
        makers = made.setdefault(fold(row.product), [])
        if row.product and process not in makers:
            makers.append(process)
    return made


def _reference(row: ProcessRow) -> list[Problem]:
    if row.unread & {"reference_amount", "unit", "product"}:
        return []
    if row.amount.value is None:
        return [problem("process-no-reference", at(row, "reference_amount"), process=row.id)]
    if not 0 < row.amount.value < float("inf"):
        return [problem("reference-amount", at(row, "reference_amount"), amount=row.amount)]
    return []


def _coproduct(
    row: CoProductRow, processes: tuple[ProcessRow, ...], known: set[str]
) -> list[Problem]:
    where = Where(row.where.file, row.where.sheet, row.where.line, row.where.cell, "", row.product)
    if row.process not in known:
        if "process" in row.unread:
            return []
        near = text.nearest(row.process, known)
        return [problem("process-unknown", where, near, process=row.process)]
    own = any(each.id == row.process and each.product == row.product for each in processes)
    if row.amount is None and not own and not row.unread & {"amount", "unit", "product"}:
        return [problem("process-no-reference", where, process=row.process)]
    return []


def _declared(study: Study) -> list[Problem]:
    if study.declared_unit is None or not study.processes:
        return []
    product = study.declared_unit.product
    where = study.setting("declared_unit.product")
    made = products_of(study)
    makers = made.get(fold(product), [])
    if any("product" in row.unread for row in study.processes):
        return []
    if len(makers) == 1:
        made_of = [row for row in study.products if fold(row.product) == fold(product)]
        return _unfit(study.declared_unit, made_of, study)
    if makers:
        return [problem("product-several-makers", where, makers, product=product)]
    names = {row.product for row in study.products}
    near = text.nearest(product, names) or tuple(sorted(names))
    return [problem("product-no-maker", where, near, product=product)]


def _unfit(
    declared: DeclaredUnit, rows: list[ProcessRow | CoProductRow], study: Study
) -> list[Problem]:
    """Return a declared unit or basis that is not the one in which the product is made."""
    found = []
    for row in rows:
        if row.amount is None or row.unread & {"unit", "basis"}:
            continue
        unit, own = declared.amount.unit, row.amount.unit
        if not units.same_dimension(unit, own):
            where = study.setting("declared_unit.amount")
            found.append(problem("unit-unfit", where, unit=unit, other=own, flow=row.product))
        if declared.basis and row.basis and declared.basis != row.basis:
            where, id_ = study.setting("declared_unit.basis"), row.product
            facts = {"basis": declared.basis, "other": row.basis, "provider": id_}
            found.append(problem("basis-differs", where, (row.basis,), **facts))
    return found
