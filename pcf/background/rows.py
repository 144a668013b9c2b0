"""What do `processes.csv` and `exchanges.csv` say? Unit processes with every number sourced."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pcf import files, text, units
from pcf.background import layout
from pcf.background.behind_tables import (
    read_calibrations,
    read_declared,
    read_pedigree,
    read_scores,
    read_told,
)
from pcf.background.tables import gas_names, placed
from pcf.background.values import AT, FAMILIES, BackgroundProcess
from pcf.errors import Where, problem
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Amount, Spread
from pcf.model.coverage import WORLD, Coverage, Period, find_place
from pcf.model.flows import find_gas
from pcf.model.processes import KINDS, Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcf.background.behind import Judged
    from pcf.background.tables import Reading
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.model.amounts import Confidence, Source
    from pcf.model.flows import ElementaryFlow, ProductFlow
    from pcf.model.processes import Direction

_ONLY_DIRECTION: dict[str, Direction] = {"product": "input", "waste": "output"}


class _Head(NamedTuple):
    row: BackgroundProcess
    source: Source | None


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
        exchange = _exchange(reading, row, heads)
        process = row["process"]
        if exchange is not None and process is not None and process in exchanges:
            _report_repeated(row, exchange, seen, reading.problems)
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


def _complete(head: _Head, exchanges: list[Exchange]) -> BackgroundProcess:
    unverified = tuple(each.id for each in exchanges if each.confidence == "unverified")
    if not unverified and head.source is not None and head.source.confidence == "unverified":
        unverified = (head.row.id,)
    process = replace(head.row.process, exchanges=tuple(exchanges))
    return replace(head.row, process=process, unverified=unverified)


def _heads(reading: Reading) -> Iterator[_Head]:
    for row in reading.rows("processes"):
        head = _head(reading, row)
        if head is not None:
            yield head


def _head(reading: Reading, row: Row) -> _Head | None:
    """Return what `processes.csv` says of a process; its exchanges come later."""
    problems = reading.problems
    id_ = reading.new_id("processes", row)
    files.filled(row, "source", problems)
    source = reading.source_of(row)
    product = _product(reading, row, "product")
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
    return _Head(judged(process), source)


def _reference(reading: Reading, row: Row, product: ProductFlow | None) -> Amount | None:
    """Return the reference amount, above zero and in a unit of its product."""
    amount = files.number(row, "amount", reading.problems, required=True)
    unit = reading.unit(row)
    if product is not None and unit is not None:
        _report_unit(row, unit, product.unit, product.id, reading.problems)
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


def _product(reading: Reading, row: Row, column: str) -> ProductFlow | None:
    id_ = files.filled(row, column, reading.problems)
    if id_ is None:
        return None
    found = reading.product(id_)
    if found is None and "products" not in reading.unread:
        near = text.nearest(id_, reading.known_products())
        reading.problems.append(problem("product-not-listed", row.where(column), near, product=id_))
    return found


def _report_unit(row: Row, unit: str, other: str, flow: str, problems: list[Problem]) -> None:
    if not units.same_dimension(unit, other):
        facts = {"unit": unit, "other": other, "flow": flow}
        problems.append(problem("unit-unfit", row.where("unit"), (), **facts))


def _exchange(reading: Reading, row: Row, heads: Mapping[str, _Head]) -> Exchange | None:
    problems, before = reading.problems, len(reading.problems)
    id_ = reading.new_id("exchanges", row)
    process = files.filled(row, "process", problems)
    if process is not None and process not in heads and "processes" not in reading.unread:
        near = text.nearest(process, heads)
        where = row.where("process")
        problems.append(problem("process-not-listed", where, near, process=process))
    kind = files.choice(row, "kind", layout.KINDS, problems, required=True)
    direction = files.choice(row, "direction", layout.DIRECTIONS, problems, required=True)
    amount = _amount(reading, row, heads.get(process or ""))
    if kind is None or direction is None:
        return None
    flow, elementary, unit = _flow(reading, row, kind, direction)
    if unit and amount is not None and amount.unit:
        _report_unit(row, amount.unit, unit, flow or "", problems)
    if flow is not None and kind in ("product", "waste", "credit"):
        _report_provider(reading, row, flow, heads)
    confidence = _confidence(reading, row, amount)
    if len(problems) > before or id_ is None or flow is None or amount is None:
        return None
    return Exchange(
        flow=flow,
        amount=amount,
        direction="output" if direction == "output" else "input",
        kind=next(each for each in KINDS if each == kind),
        provider=row["provider"],
        elementary=elementary,
        id=id_,
        confidence=confidence,
        note=row["note"] or "",
    )


def _amount(reading: Reading, row: Row, head: _Head | None) -> Amount | None:
    """Return the amount of a row; without a source of its own it has that of its process."""
    problems = reading.problems
    value = files.number(row, "amount", problems, required=True)
    unit = reading.unit(row)
    if value is not None and value < 0:
        problems.append(problem("amount-negative", row.where("amount"), amount=row["amount"]))
        value = None
    source = reading.source_of(row)
    if row["source"] is None and head is not None:
        source = head.source
    if row["source"] is None and source is None:
        problems.append(problem("cell-empty", row.where("source"), column="source"))
    spread = _spread(row, value, problems)
    judged = read_pedigree(row, problems)
    if spread is None and judged is not None and row["spread"] is None:
        spread = judged.spread
    if value is None or unit is None:
        return None
    return Amount(value, unit, spread, "" if source is None else source.id)


def _confidence(reading: Reading, row: Row, amount: Amount | None) -> Confidence | None:
    said = files.choice(row, "confidence", layout.CONFIDENCES, reading.problems)
    if said is not None:
        return next(each for each in CONFIDENCES if each == said)
    used = None if amount is None else reading.used.get(amount.source)
    return None if used is None else used.confidence


def _spread(row: Row, value: float | None, problems: list[Problem]) -> Spread | None:
    said = files.choice(row, "spread", layout.SPREADS, problems)
    low, high = (files.number(row, column, problems) for column in ("low", "high"))
    if said is None:
        if (low is not None or high is not None) and row["spread"] is None:
            problems.append(problem("spread-missing", row.where("low")))
        return None
    kind = next(each for each in SPREAD_KINDS if each == said)
    two = kind in ("uniform", "triangular", "pert")
    fits = low is not None and (high is not None) == two
    if fits and low is not None and value is not None:
        least = 1.0 if kind == "lognormal" else 0.0
        fits = low > least if not two else high is not None and low <= value <= high and low < high
    if not fits or low is None:
        problems.append(problem("spread-numbers", row.where("low"), kind=kind))
        return None
    return Spread(kind, low, high)


def _flow(
    reading: Reading, row: Row, kind: str, direction: str
) -> tuple[str | None, ElementaryFlow | None, str]:
    """Return the flow's id, its elementary flow if it is one, and the unit it must convert to."""
    problems = reading.problems
    if kind == "internal":
        return files.filled(row, "flow", problems), None, ""
    if kind != "elementary":
        product = _product(reading, row, "flow")
        wanted = _ONLY_DIRECTION.get(kind, direction)
        _report_direction(row, kind, direction, wanted, problems)
        return (None, None, "") if product is None else (product.id, None, product.unit)
    written = files.filled(row, "flow", problems)
    gas = None if written is None else find_gas(written)
    if gas is None:
        if written is not None:
            near = text.nearest(written, gas_names())
            problems.append(problem("gas-unknown", row.where("flow"), near, flow=written))
        return None, None, ""
    _report_direction(row, gas.id, direction, gas.direction, problems)
    return gas.id, gas, gas.unit


def _report_direction(
    row: Row, what: str, direction: str, wanted: str, problems: list[Problem]
) -> None:
    if direction != wanted:
        facts = {"what": what, "direction": direction, "wanted": wanted}
        problems.append(problem("direction-unfit", row.where("direction"), (), **facts))


def _report_provider(
    reading: Reading,
    row: Row,
    flow: str,
    heads: Mapping[str, _Head],
) -> None:
    """Report a named provider that is not there, or that makes something else."""
    id_ = row["provider"]
    if id_ is None:
        return
    beside = None if reading.beside is None else reading.beside.row(id_)
    provider = heads[id_].row if id_ in heads else beside
    where = row.where("provider")
    if provider is None and "processes" in reading.unread:
        return
    if provider is None:
        known = [*heads, *(() if reading.beside is None else map(_id, reading.beside.processes))]
        near = text.nearest(id_, known)
        reading.problems.append(problem("provider-not-listed", where, near, provider=id_))
    elif provider.process.product != flow:
        facts = {"provider": id_, "product": provider.process.product, "flow": flow}
        reading.problems.append(problem("provider-makes-other", where, (), **facts))


def _id(row: BackgroundProcess) -> str:
    return row.id


def _report_repeated(
    row: Row, exchange: Exchange, seen: dict[tuple[object, ...], str], problems: list[Problem]
) -> None:
    """Report a row that says, but for its id, what another one says."""
    amount = (exchange.amount.value, exchange.amount.unit, exchange.amount.source)
    what = (exchange.kind, exchange.direction, exchange.flow, exchange.provider)
    first = seen.setdefault((row["process"], *what, *amount), exchange.id)
    if first != exchange.id:
        problems.append(problem("row-repeated", row.where(), other=first))
