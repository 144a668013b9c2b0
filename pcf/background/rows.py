"""What does `processes.csv` say? Unit processes, with what they take and emit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pcf import files, text
from pcf.background import layout
from pcf.background.behind_tables import (
    read_calibrations,
    read_declared,
    read_pedigree,
    read_scores,
    read_told,
)
from pcf.background.row_exchanges import (
    Head,
    product_in,
    read_exchange,
    report_repeated,
    report_unit,
)
from pcf.background.tables import placed
from pcf.background.values import AT, FAMILIES, BackgroundProcess
from pcf.errors import Where, problem
from pcf.model.amounts import Amount
from pcf.model.coverage import WORLD, Coverage, Period, find_place
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcf.background.behind import Judged
    from pcf.background.tables import Reading
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.model.amounts import Source
    from pcf.model.flows import ProductFlow


def read_processes(reading: Reading) -> list[BackgroundProcess]:
    """Return the processes of a folder with their exchanges, sorted by id.

    No example: it reads two tables of a folder; `open_background` shows one.
    """
    heads = {head.row.id: head for head in _heads(reading)}
    exchanges: dict[str, list[Exchange]] = {id_: [] for id_ in heads}
    judged: dict[str, list[Judged]] = {id_: [] for id_ in heads}
    mentioned: set[str | None] = set()
    seen: dict[tuple[object, ...], str] = {}
    for row in reading.rows("exchanges"):
        mentioned.add(row["process"])
        exchange = read_exchange(reading, row, heads)
        process = row["process"]
        if exchange is not None and process is not None and process in exchanges:
            report_repeated(row, exchange, seen, reading.problems)
            exchanges[process].append(exchange)
            judgement = read_pedigree(row, [])
            judged[process] += [] if judgement is None else [judgement]
    empty = [] if "exchanges" in reading.unread else sorted(set(heads) - mentioned)
    reading.problems += [
        problem("process-empty", Where(file="processes.csv", item=id_)) for id_ in empty
    ]
    declared, told = read_declared(reading, heads), read_told(reading, heads)
    calibrations = read_calibrations(reading, heads)
    return [
        replace(
            _complete(heads[id_], sorted(exchanges[id_], key=lambda each: each.id)),
            judged=tuple(sorted(judged[id_], key=lambda each: each.row)),
            declared=declared.get(id_),
            told=told.get(id_, ()),
            calibrations=calibrations.get(id_, ()),
        )
        for id_ in sorted(heads)
    ]


def _complete(head: Head, exchanges: list[Exchange]) -> BackgroundProcess:
    unverified = tuple(each.id for each in exchanges if each.confidence == "unverified")
    if not unverified and head.source is not None and head.source.confidence == "unverified":
        unverified = (head.row.id,)
    process = replace(head.row.process, exchanges=tuple(exchanges))
    return replace(head.row, process=process, unverified=unverified)


def _heads(reading: Reading) -> Iterator[Head]:
    for row in reading.rows("processes"):
        head = _head(reading, row)
        if head is not None:
            yield head


def _head(reading: Reading, row: Row) -> Head | None:
    """Return what `processes.csv` says of a process; its exchanges come later."""
    problems = reading.problems
    id_ = reading.new_id("processes", row)
    files.filled(row, "source", problems)
    source = reading.source_of(row)
    product = product_in(reading, row, "product")
    amount = _reference(reading, row, product)
    coverage = Coverage(_place(row, problems), _period(row, source, problems))
    judged = _judged(row, problems)
    if id_ is None or product is None or amount is None:
        return None
    process = UnitProcess(
        id=id_,
        product=product.id,
        amount=amount,
        name=text.Name(en=row["en"] or product.name.en, zh=row["zh"] or product.name.zh),
        stage=row["stage"] or "",
        basis=product.basis,
        coverage=coverage,
        treats=product.waste,
        foreground=False,
        source="" if source is None else source.id,
    )
    return Head(judged(process), source)


def _reference(reading: Reading, row: Row, product: ProductFlow | None) -> Amount | None:
    """Return the reference amount, above zero and in a unit of its product."""
    amount = files.number(row, "amount", reading.problems, required=True)
    unit = reading.unit(row)
    if product is not None and unit is not None:
        report_unit(row, unit, product.unit, product.id, reading.problems)
    if amount is not None and amount <= 0:
        told = problem("reference-amount", row.where("amount"), amount=row["amount"])
        reading.problems.append(told)
        return None
    return None if amount is None or unit is None else Amount(amount, unit)


def _judged(row: Row, problems: list[Problem]) -> Callable[[UnitProcess], BackgroundProcess]:
    """Return what linking judges the process by, to be completed with the process."""
    boundary = files.choice(row, "boundary", layout.BOUNDARIES, problems, required=True)
    family = files.choice(row, "family", layout.FAMILIES, problems, required=True)
    at = files.choice(row, "at", layout.AT, problems)
    default = files.choice(row, "default", layout.YES, problems)
    return partial(
        BackgroundProcess,
        boundary=boundary or "",
        family=next((each for each in FAMILIES if each == family), "life cycle"),
        at=next((each for each in AT if each == at), ""),
        technology=row["technology"] or "",
        default=default == "yes",
        alternative=default == "no",
        note=row["note"] or "",
        scores=read_scores(row, problems),
    )


def _place(row: Row, problems: list[Problem]) -> str:
    written = files.filled(row, "place", problems)
    if written is not None:
        with placed(row.where("place"), problems):
            return find_place(written)
    return WORLD


def _period(row: Row, source: Source | None, problems: list[Problem]) -> Period | None:
    """Return the period of the data: of the row, else the year of its source."""
    start, end = row["start"], row["end"]
    if start is None and end is not None:
        problems.append(problem("cell-empty", row.where("start"), column="start"))
        return None
    if start is not None:
        with placed(row.where("start"), problems):
            return Period.read(start if end is None else f"{start}/{end}")
    year = None if source is None else source.data_year
    return None if year is None else Period.read(str(year))
