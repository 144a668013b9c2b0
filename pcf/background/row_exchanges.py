"""What does `exchanges.csv` say? What processes take and emit, every number sourced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcf import files, text, units
from pcf.background import layout
from pcf.background.behind_tables import read_pedigree
from pcf.background.tables import gas_names
from pcf.errors import problem
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Amount, Spread
from pcf.model.flows import find_gas
from pcf.model.processes import KINDS, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.background.tables import Reading
    from pcf.background.values import BackgroundProcess
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.model.amounts import Confidence, Source
    from pcf.model.flows import ElementaryFlow, ProductFlow
    from pcf.model.processes import Direction

_ONLY_DIRECTION: dict[str, Direction] = {"product": "input", "waste": "output"}


class Head(NamedTuple):
    """A process as `processes.csv` has it, without exchanges, and its source."""

    row: BackgroundProcess
    source: Source | None


def product_in(reading: Reading, row: Row, column: str) -> ProductFlow | None:
    """Return the product that a cell names; one that is not there is a problem.

    No example: it reads a row of a file.
    """
    id_ = files.filled(row, column, reading.problems)
    if id_ is None:
        return None
    found = reading.product(id_)
    if found is None and not reading.stands("products", id_):
        near = text.nearest(id_, reading.known_products())
        reading.problems.append(problem("product-not-listed", row.where(column), near, product=id_))
    return found


def report_unit(row: Row, unit: str, other: str, flow: str, problems: list[Problem]) -> None:
    """Report a unit that does not convert to that of its flow.

    No example: it reads a row of a file.
    """
    if not units.same_dimension(unit, other):
        facts = {"unit": unit, "other": other, "flow": flow}
        problems.append(problem("unit-unfit", row.where("unit"), (), **facts))


def read_exchange(reading: Reading, row: Row, heads: Mapping[str, Head]) -> Exchange | None:
    """Return a row as an exchange; what is wrong with it goes to the problems of the reading.

    No example: it reads a row of a file.
    """
    problems, before = reading.problems, len(reading.problems)
    id_ = reading.new_id("exchanges", row)
    process = files.filled(row, "process", problems)
    if process is not None and process not in heads and not reading.stands("processes", process):
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
        report_unit(row, amount.unit, unit, flow or "", problems)
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


def _amount(reading: Reading, row: Row, head: Head | None) -> Amount | None:
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
        product = product_in(reading, row, "flow")
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
    heads: Mapping[str, Head],
) -> None:
    """Report a named provider that is not there, or that makes something else."""
    id_ = row["provider"]
    if id_ is None:
        return
    beside = None if reading.beside is None else reading.beside.row(id_)
    provider = heads[id_].row if id_ in heads else beside
    where = row.where("provider")
    if provider is None and reading.stands("processes", id_):
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


def report_repeated(
    row: Row, exchange: Exchange, seen: dict[tuple[object, ...], str], problems: list[Problem]
) -> None:
    """Report a row that says, but for its id, what another one says.

    No example: it reads a row of a file.
    """
    amount = (exchange.amount.value, exchange.amount.unit, exchange.amount.source)
    what = (exchange.kind, exchange.direction, exchange.flow, exchange.provider)
    first = seen.setdefault((row["process"], *what, *amount), exchange.id)
    if first != exchange.id:
        problems.append(problem("row-repeated", row.where(), other=first))
