"""How a product system comes to be: from unit processes, with every link found exactly once.

An input finds its provider by the id that it names, or as the one process of the system that makes
(or treats) its flow. None or several is a problem with candidates; all problems come together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pcf import text
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Source
from pcf.model.processes import KINDS, Exchange, MultiOutputProcess, UnitProcess
from pcf.model.systems import INPUT, NONE, OUTPUT, ExchangeColumns, ProcessColumns, ProductSystem

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from pcf.model.flows import ElementaryFlow
    from pcf.model.processes import Origin

T = TypeVar("T")


class _Table:
    """An interned table: each different key gets the next position."""

    def __init__(self) -> None:
        self.rows: list[object] = []
        self._positions: dict[Hashable, int] = {}

    def position(self, key: Hashable, row: object) -> int:
        if key not in self._positions:
            self._positions[key] = len(self.rows)
            self.rows.append(row)
        return self._positions[key]


def product_system(
    processes: Iterable[UnitProcess | MultiOutputProcess], *, sources: Iterable[Source] = ()
) -> ProductSystem:
    """Return the product system of `processes`, every input linked to exactly one provider.

    Amounts are converted to the unit of their provider's reference product or of their elementary
    flow. Raises ModelError with all problems: ids that stand twice, a multi-output process that is
    not allocated, an input without or with several providers, a basis or a unit that does not fit,
    an unknown amount (list it as an exclusion), a source that is not in `sources`.

    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "1 kWh", emits={"CO2": "0.9 kg"}),
    ...     unit_process("steel", "1 t", takes={"power": "1.44 GJ"}),
    ... ])
    >>> system.process(1).exchanges[0].amount.value
    400.0
    """
    rows, problems = _accepted(processes)
    known = {source.id: source for source in sources}
    build = _Build(rows, known, problems)
    heads = [build.head(row) for row in rows]  # first, so that stages stand in this order
    columns = [
        build.columns(i, exchange) for i, row in enumerate(rows) for exchange in row.exchanges
    ]
    if problems:
        raise ModelError(*problems)
    elementary: list[ElementaryFlow] = build.elementary.rows  # type: ignore[assignment]
    used: list[Source] = build.sources.rows  # type: ignore[assignment]
    stages: list[str] = build.stages.rows  # type: ignore[assignment]
    origins: list[Origin] = build.origins.rows  # type: ignore[assignment]
    return ProductSystem(
        _process_columns(rows, heads),
        _exchange_columns([column for column in columns if column is not None]),
        tuple(elementary),
        tuple(used),
        tuple(stages),
        tuple(origins),
    )


def _accepted(
    processes: Iterable[UnitProcess | MultiOutputProcess],
) -> tuple[list[UnitProcess], list[Problem]]:
    rows: list[UnitProcess] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in processes:
        if isinstance(row, MultiOutputProcess):
            products = text.listed(product.product for product in row.products)
            problems.append(problem("not-allocated", row.id, products=products))
            continue
        if row.id in seen:
            problems.append(problem("process-twice", row.id))
        seen.add(row.id)
        rows.append(row)
    return rows, problems


class _Build:
    """What the columns of one system share while it is built."""

    def __init__(
        self, rows: Sequence[UnitProcess], known: dict[str, Source], problems: list[Problem]
    ) -> None:
        self.rows = rows
        self.known = known
        self.problems = problems
        self.elementary, self.sources, self.stages = _Table(), _Table(), _Table()
        self.origins = _Table()
        self.by_id = {row.id: i for i, row in enumerate(rows)}
        self.makers: dict[str, list[int]] = {}
        for i, row in enumerate(rows):
            self.makers.setdefault(row.product, []).append(i)

    def source(self, id_: str, item: str) -> int:
        if not id_:
            return NONE
        if id_ not in self.known:
            near = text.nearest(id_, self.known)
            self.problems.append(problem("source-unknown", item, near, source=id_))
            return NONE
        return self.sources.position(id_, self.known[id_])

    def stage(self, stage: str) -> int:
        return self.stages.position(stage, stage) if stage else NONE

    def origin(self, origin: Origin) -> int:
        return self.origins.position(origin, origin) if any(origin) else NONE

    def head(self, row: UnitProcess) -> tuple[int, int, int]:
        source = self.source(row.source or row.amount.source, row.id)
        return self.stage(row.stage), source, self.origin(row.origin)

    def provider(self, process: UnitProcess, exchange: Exchange) -> int | None:
        item = f"{process.id}: {exchange.flow}"
        if exchange.provider is not None:
            if exchange.provider in self.by_id:
                return self._fitting(self.by_id[exchange.provider], exchange, item)
            near = text.nearest(exchange.provider, self.by_id)
            wanted = exchange.provider
            self.problems.append(problem("provider-unknown", item, near, provider=wanted))
            return None
        makers = self.makers.get(exchange.flow, [])
        if len(makers) == 1:
            return self._fitting(makers[0], exchange, item)
        near_ids = [self.rows[i].id for i in makers] or text.nearest(exchange.flow, self.makers)
        code = "provider-several" if makers else "provider-none"
        self.problems.append(problem(code, item, tuple(near_ids), flow=exchange.flow))
        return None

    def _fitting(self, position: int, exchange: Exchange, item: str) -> int | None:
        provider = self.rows[position]
        treated = exchange.kind == "waste" or (
            exchange.kind == "credit" and exchange.direction == "input"
        )
        if provider.treats != treated:
            self.problems.append(problem("treatment-mixed-up", item, provider=provider.id))
            return None
        if exchange.basis and provider.basis and exchange.basis != provider.basis:
            self.problems.append(
                problem(
                    "basis-differs",
                    item,
                    basis=exchange.basis,
                    provider=provider.id,
                    other=provider.basis,
                )
            )
            return None
        return position

    def columns(self, i: int, exchange: Exchange) -> tuple[object, ...] | None:
        process = self.rows[i]
        item = f"{process.id}: {exchange.flow}"
        target, unit = self._target(process, exchange)
        amount = exchange.amount
        if amount.value is None:
            self.problems.append(problem("amount-unknown", item, flow=exchange.flow))
            return None
        if target is None:
            return None
        try:
            amount = amount.to(unit) if unit is not None else amount
        except PcfError:
            own = exchange.amount.unit
            self.problems.append(problem("unit-differs", item, unit=own, other=unit))
            return None
        spread = amount.spread
        return (
            exchange.id,
            exchange.flow,
            i,
            KINDS.index(exchange.kind),
            target,
            OUTPUT if exchange.direction == "output" else INPUT,
            amount.value,
            NONE if spread is None else SPREAD_KINDS.index(spread.kind),
            0.0 if spread is None else spread.low,
            0.0 if spread is None or spread.high is None else spread.high,
            self.source(amount.source, item),
            self.stage(exchange.stage),
            NONE if exchange.confidence is None else CONFIDENCES.index(exchange.confidence),
            exchange.note,
        )

    def _target(self, process: UnitProcess, exchange: Exchange) -> tuple[int | None, str | None]:
        if exchange.kind == "internal":
            return NONE, None
        if exchange.elementary is not None:
            flow = exchange.elementary
            return self.elementary.position((flow.id, flow.direction), flow), flow.unit
        position = self.provider(process, exchange)
        return position, None if position is None else self.rows[position].amount.unit


def _process_columns(rows: list[UnitProcess], heads: list[tuple[int, int, int]]) -> ProcessColumns:
    periods = [row.coverage.period for row in rows]
    starts = [period.start if period else "NaT" for period in periods]
    ends = [period.end if period else "NaT" for period in periods]
    return ProcessColumns(
        ids=_texts(row.id for row in rows),
        products=_texts(row.product for row in rows),
        names_en=_texts(row.name.en for row in rows),
        names_zh=_texts(row.name.zh for row in rows),
        units=_texts(row.amount.unit for row in rows),
        bases=_texts(row.basis for row in rows),
        places=_texts(row.coverage.place for row in rows),
        amounts=np.array([row.amount.value for row in rows], dtype=np.float64),
        treats=np.array([row.treats for row in rows], dtype=np.bool_),
        foreground=np.array([row.foreground for row in rows], dtype=np.bool_),
        stages=np.array([stage for stage, _, _ in heads], dtype=np.int32),
        sources=np.array([source for _, source, _ in heads], dtype=np.int32),
        starts=np.array(starts, dtype="datetime64[D]"),
        ends=np.array(ends, dtype="datetime64[D]"),
        origins=np.array([origin for _, _, origin in heads], dtype=np.int32),
        wholes=_texts(row.whole for row in rows),
    )


def _exchange_columns(rows: list[tuple[object, ...]]) -> ExchangeColumns:
    turned = list(zip(*rows, strict=True)) if rows else [()] * 14
    kinds = (
        np.str_, np.str_, np.int32, np.int8, np.int32, np.int8, np.float64, np.int8,
        np.float64, np.float64, np.int32, np.int32, np.int8, np.str_,
    )  # fmt: skip
    return ExchangeColumns(
        *(np.array(column, dtype=kind) for column, kind in zip(turned, kinds, strict=True))
    )


def _texts(values: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(list(values), dtype=np.str_)
