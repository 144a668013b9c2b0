"""The product system: unit processes and links, held as columns.

A system of three processes and one of twenty thousand are the same value: arrays that may be
memory-mapped, and interned tables of flows, sources and stages. Rows come back as `UnitProcess`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pcf import text
from pcf.errors import ModelError, problem
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Amount, Source, Spread
from pcf.model.coverage import Coverage, Period
from pcf.model.flow_table import words_of
from pcf.model.processes import KINDS, Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pcf.model.flows import ElementaryFlow
    from pcf.model.processes import Origin

T = TypeVar("T")

PRODUCT, WASTE, ELEMENTARY, CREDIT, INTERNAL = range(len(KINDS))
OUTPUT, INPUT = 1, -1
NONE = -1
"""In an index column: no source, no stage, no spread, no confidence, no target."""


@dataclass(frozen=True, slots=True, eq=False)
class ProcessColumns:
    """One entry a unit process, all of length n.

    `ids`, `products` (the reference product), `names_en`, `names_zh`, `units` (of the reference
    amount), `bases`, `places`, `wholes` (the multi-output process that each is a part of, or
    empty): text; `amounts`: reference amounts above zero (float64); `treats`, `foreground`: bool;
    `stages`, `sources`, `origins`: int32 index or -1; `starts`, `ends`: datetime64[D], NaT where
    the period is unknown.
    """

    ids: NDArray[np.str_]
    products: NDArray[np.str_]
    names_en: NDArray[np.str_]
    names_zh: NDArray[np.str_]
    units: NDArray[np.str_]
    bases: NDArray[np.str_]
    places: NDArray[np.str_]
    amounts: NDArray[np.float64]
    treats: NDArray[np.bool_]
    foreground: NDArray[np.bool_]
    stages: NDArray[np.int32]
    sources: NDArray[np.int32]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    origins: NDArray[np.int32]
    wholes: NDArray[np.str_]

    def __len__(self) -> int:
        """Return the number of unit processes."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class ExchangeColumns:
    """One entry an exchange, all of length m, in the order of their processes.

    `process`: index of the process (int32). `kind`: PRODUCT, WASTE, ELEMENTARY, CREDIT, INTERNAL
    (int8). `target`: the provider's index, or the elementary flow's, -1 for INTERNAL (int32).
    `direction`: OUTPUT 1 or INPUT -1 (int8). `amount`: not negative, in the unit of the target
    (float64). `spread`: index into SPREAD_KINDS or -1 (int8), `low`, `high` its numbers in the same
    unit (float64, zero where the kind has none). `source`, `stage`: int32 index or -1; a stage of
    -1 is the stage of the process. `confidence`: index into CONFIDENCES or -1 (int8). `ids`,
    `flows`: text.
    """

    ids: NDArray[np.str_]
    flows: NDArray[np.str_]
    process: NDArray[np.int32]
    kind: NDArray[np.int8]
    target: NDArray[np.int32]
    direction: NDArray[np.int8]
    amount: NDArray[np.float64]
    spread: NDArray[np.int8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    source: NDArray[np.int32]
    stage: NDArray[np.int32]
    confidence: NDArray[np.int8]
    notes: NDArray[np.str_]

    def __len__(self) -> int:
        """Return the number of exchanges."""
        return len(self.process)


@dataclass(frozen=True, eq=False)
class ProductSystem:
    """Unit processes and links as columns; row i of the matrices is the product of process i.

    `elementary`, `sources`, `stages` and `origins` (sets and editions) are the interned tables that
    the columns point into; `elementary` is a tuple, or a `FlowTable` where it comes from a folder.
    Build one with `product_system`, `from_matrices`, or from a study.
    """

    processes: ProcessColumns
    exchanges: ExchangeColumns
    elementary: Sequence[ElementaryFlow]
    sources: tuple[Source, ...]
    stages: tuple[str, ...]
    origins: tuple[Origin, ...] = ()

    @cached_property
    def _index(self) -> dict[str, int]:
        return {str(id_): i for i, id_ in enumerate(self.processes.ids)}

    @cached_property
    def _makers(self) -> dict[str, list[int]]:
        makers: dict[str, list[int]] = {}
        for i, product in enumerate(self.processes.products):
            makers.setdefault(str(product), []).append(i)
        return makers

    def index(self, process: str) -> int:
        """Return the position of a process by id; raise ModelError with candidates."""
        if process not in self._index:
            near = text.nearest(process, self._index)
            raise ModelError(problem("process-unknown", "", near, process=process))
        return self._index[process]

    def maker(self, product: str) -> int:
        """Return the position of the one process that makes `product`; raise ModelError."""
        makers = self._makers.get(product, [])
        if len(makers) != 1:
            near = [str(self.processes.ids[i]) for i in makers]
            near = near or list(text.nearest(product, self._makers))
            code = "product-several-makers" if makers else "product-no-maker"
            raise ModelError(problem(code, "", near, product=product))
        return makers[0]

    @property
    def meters(self) -> tuple[str, ...]:
        """The meters whose electricity is a terminal row of the system, in order."""
        rows = np.flatnonzero(words_of(self.elementary, "role") == "meter").tolist()
        return tuple(self.elementary[row].id.removeprefix("kWh at ") for row in rows)

    def stage_of(self, exchange: int) -> str:
        """Return the stage in which an exchange counts, or empty."""
        stage = int(self.exchanges.stage[exchange])
        if stage == NONE:
            stage = int(self.processes.stages[self.exchanges.process[exchange]])
        return "" if stage == NONE else self.stages[stage]

    def process(self, position: int) -> UnitProcess:
        """Return the unit process at `position` as a row."""
        column = self.processes
        start, end = column.starts[position], column.ends[position]
        period = None if np.isnat(start) else Period(start.item(), end.item())
        first, last = np.searchsorted(self.exchanges.process, [position, position + 1])
        return UnitProcess(
            id=str(column.ids[position]),
            product=str(column.products[position]),
            amount=Amount(float(column.amounts[position]), str(column.units[position])),
            exchanges=tuple(self.exchange(i) for i in range(int(first), int(last))),
            name=text.Name(str(column.names_en[position]), str(column.names_zh[position])),
            stage=_at(self.stages, column.stages[position]) or "",
            basis=str(column.bases[position]),
            coverage=Coverage(str(column.places[position]), period),
            treats=bool(column.treats[position]),
            foreground=bool(column.foreground[position]),
            source=_id(self.sources, column.sources[position]),
            origin=_at(self.origins, column.origins[position]) or ("", ""),
            whole=str(column.wholes[position]),
        )

    def exchange(self, position: int) -> Exchange:
        """Return the exchange at `position` as a row, its amount in the unit of its target."""
        column = self.exchanges
        kind, target = int(column.kind[position]), int(column.target[position])
        linked = kind in (PRODUCT, WASTE, CREDIT)
        flow = self.elementary[target] if kind == ELEMENTARY else None
        unit = str(self.processes.units[target]) if linked else (flow.unit if flow else "")
        confidence = int(column.confidence[position])
        return Exchange(
            flow=str(column.flows[position]),
            amount=Amount(
                float(column.amount[position]),
                unit,
                self._spread(position),
                _id(self.sources, column.source[position]),
            ),
            direction="output" if column.direction[position] == OUTPUT else "input",
            kind=KINDS[kind],
            provider=str(self.processes.ids[target]) if linked else None,
            elementary=flow,
            stage=_at(self.stages, column.stage[position]) or "",
            id=str(column.ids[position]),
            confidence=None if confidence == NONE else CONFIDENCES[confidence],
            note=str(column.notes[position]),
        )

    def rows(self) -> Iterator[UnitProcess]:
        """Yield every unit process as a row; building from them gives an equal system."""
        return (self.process(i) for i in range(len(self.processes)))

    def _spread(self, position: int) -> Spread | None:
        column = self.exchanges
        code = int(column.spread[position])
        if code == NONE:
            return None
        kind = SPREAD_KINDS[code]
        two = kind in ("uniform", "triangular", "pert")
        return Spread(
            kind, float(column.low[position]), float(column.high[position]) if two else None
        )

    def __eq__(self, other: object) -> bool:
        """Return whether every column and every table is the same."""
        if not isinstance(other, ProductSystem):
            return NotImplemented
        mine = (self.elementary, self.sources, self.stages, self.origins)
        return mine == (other.elementary, other.sources, other.stages, other.origins) and all(
            np.array_equal(one, another, equal_nan=one.dtype.kind == "M")
            for one, another in zip(_arrays(self), _arrays(other), strict=True)
        )

    def __repr__(self) -> str:
        """Return how large the system is; its columns are not for reading."""
        return f"ProductSystem({len(self.processes)} processes, {len(self.exchanges)} exchanges)"

    __hash__ = None  # type: ignore[assignment]


def _arrays(system: ProductSystem) -> list[NDArray[np.generic]]:
    return [
        getattr(columns, field.name)
        for columns in (system.processes, system.exchanges)
        for field in fields(columns)
    ]


def _at(table: tuple[T, ...], index: np.int32) -> T | None:
    return None if index == NONE else table[int(index)]


def _id(table: tuple[Source, ...], index: np.int32) -> str:
    return "" if index == NONE else table[int(index)].id
