"""How does a product system come from labelled matrices? By cutting columns out of arrays.

Columns are processes, rows products; outputs positive, inputs negative. This is how peers' cases
and databases come that were never written down as exchanges.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array, issparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from pcf import text, units
from pcf.errors import ModelError, UnitError, problem
from pcf.model.coverage import WORLD
from pcf.model.flows import ElementaryFlow
from pcf.model.systems import (
    CREDIT,
    ELEMENTARY,
    INPUT,
    NONE,
    OUTPUT,
    PRODUCT,
    WASTE,
    ExchangeColumns,
    ProcessColumns,
    ProductSystem,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import sparray, spmatrix

    from pcf.errors import Problem

    MatrixLike = ArrayLike | sparray | spmatrix
    Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """The labels of the three sides; flows that were mere labels are elementary flows by now."""

    products: list[str]
    processes: list[str]
    flows: list[ElementaryFlow]
    stated: list[bool]
    """Whether a flow came with its direction, not as a label."""
    product_units: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """Entries of a matrix, none of them zero, each place once."""

    rows: Positions
    columns: Positions
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What entries become: the columns of exchanges that are not the same for all of them."""

    process: Positions
    kind: NDArray[np.int8]
    target: Positions
    direction: NDArray[np.int8]
    amount: NDArray[np.float64]
    flows: NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class _References:
    """Of each process: the row of its reference product and its entry; `maker` is by row."""

    rows: Positions
    values: NDArray[np.float64]
    maker: Positions


def from_matrices(  # noqa: PLR0913 - two matrices and the labels of their three sides
    technosphere: MatrixLike,
    elementary: MatrixLike | None = None,
    *,
    products: Sequence[str],
    processes: Sequence[str],
    flows: Sequence[str | ElementaryFlow] = (),
    reference: Mapping[str, str] | None = None,
    product_units: Sequence[str] | None = None,
    flow_units: Sequence[str] | None = None,
) -> ProductSystem:
    """Return the product system of labelled matrices: lists, arrays, data frames or sparse.

    `technosphere` (products x processes): outputs positive, inputs negative. `elementary` (flows x
    processes): what leaves positive, what is taken in negative; a row with both becomes two flows.
    `flows` are ElementaryFlows, or labels of flows outside the lines of a footprint, which a
    characterisation set of one's own may name.

    The reference of a process is the product that `reference` names for it, else the only positive
    entry of its column, else its diagonal entry. A reference with a negative entry is a waste that
    the process treats. In the row of a product, further positive entries are avoided products
    (credits) and negative ones inputs; in the row of a waste, positive entries are wastes sent to
    the treatment and negative ones avoided treatments (credits).

    A unit of the closed list is read as such; any other label stays as written and converts to
    nothing.

    Raises ModelError with all problems: shapes and labels that do not fit, labels that stand twice,
    numbers that are not finite, columns whose reference is not clear, products that are the
    reference of no process or of several.

    >>> system = from_matrices(
    ...     [[-2, 100], [10, 0]], [[1, 10], [0, -50]],
    ...     products=["fuel", "electricity"], processes=["power plant", "refinery"],
    ...     flows=["CO2", "crude oil"], product_units=["L", "kWh"], flow_units=["kg", "L"],
    ... )
    >>> system.process(0).product, [str(each.amount) for each in system.process(0).exchanges]
    ('electricity', ['2 L', '1 kg'])
    """
    own_units = list([""] * len(products) if product_units is None else product_units)
    flow_labels = list([""] * len(flows) if flow_units is None else flow_units)
    _require(_length_problems(products, own_units, flows, flow_labels))
    sides = _Sides(
        [str(each) for each in products],
        [str(each) for each in processes],
        [_flow(each, unit) for each, unit in zip(flows, flow_labels, strict=True)],
        [isinstance(each, ElementaryFlow) for each in flows],
        own_units,
    )
    n, k = len(sides.processes), len(sides.flows)
    technical = _entries(technosphere, "technosphere", (len(sides.products), n))
    emitted = _entries(np.zeros((k, n)) if elementary is None else elementary, "elementary", (k, n))
    _require([*_label_problems(sides), *_number_problems(sides, technical, emitted)])
    references = _references(sides, technical, reference or {})
    return _system(sides, references, technical, emitted)


def _require(problems: list[Problem]) -> None:
    if problems:
        raise ModelError(*problems)


def _flow(label: str | ElementaryFlow, unit: str) -> ElementaryFlow:
    if isinstance(label, ElementaryFlow):
        return label
    return ElementaryFlow(str(label), unit=_unit(unit))


def _unit(label: str) -> str:
    try:
        return units.unit(str(label))
    except UnitError:
        return str(label)


def _length_problems(
    products: Sequence[str],
    product_units: list[str],
    flows: Sequence[str | ElementaryFlow],
    flow_units: list[str],
) -> list[Problem]:
    pairs = (("product_units", product_units, products), ("flow_units", flow_units, flows))
    return [
        problem("labels-length", name, count=len(labels), expected=len(side))
        for name, labels, side in pairs
        if len(labels) != len(side)
    ]


def _entries(matrix: object, name: str, shape: tuple[int, int]) -> _Entries:
    """Read a matrix; raise ModelError when it holds no numbers or its sides have other labels."""
    try:
        held: Any = matrix if issparse(matrix) else np.asarray(matrix, dtype=np.float64)
        read: csr_array[np.float64] = csr_array(held, dtype=np.float64)
    except (TypeError, ValueError):
        raise ModelError(problem("matrix-unreadable", name)) from None
    given, expected = (" x ".join(map(str, each)) for each in (read.shape, shape))
    if given != expected:
        raise ModelError(problem("matrix-shape", name, shape=given, expected=expected))
    read.sum_duplicates()
    read.eliminate_zeros()
    entries = read.tocoo()
    rows, columns = (np.asarray(each, dtype=np.int32) for each in entries.coords)
    return _Entries(rows, columns, np.asarray(entries.data))


def _label_problems(sides: _Sides) -> Iterator[Problem]:
    if len(sides.products) != len(sides.processes):
        yield problem(
            "matrix-not-square",
            "technosphere",
            products=len(sides.products),
            processes=len(sides.processes),
        )
    flows = [flow.id for flow in sides.flows]
    for name, labels in (
        ("products", sides.products),
        ("processes", sides.processes),
        ("flows", flows),
    ):
        for label, count in Counter(labels).items():
            if count > 1:
                yield problem("label-twice", name, label=label, count=count)


def _number_problems(sides: _Sides, technical: _Entries, emitted: _Entries) -> Iterator[Problem]:
    flows = [flow.id for flow in sides.flows]
    for labels, entries in ((sides.products, technical), (flows, emitted)):
        for e in np.flatnonzero(~np.isfinite(entries.values)):
            place = f"{sides.processes[entries.columns[e]]}: {labels[entries.rows[e]]}"
            yield problem("matrix-not-finite", place, value=entries.values[e])
    taken = np.array([flow.direction == "input" for flow in sides.flows], dtype=np.bool_)
    wrong = taken[emitted.rows] & np.array(sides.stated, dtype=np.bool_)[emitted.rows]
    for k in np.unique(emitted.rows[wrong & (emitted.values > 0)]):
        yield problem("flow-turned", flows[k])


def _references(sides: _Sides, technical: _Entries, named: Mapping[str, str]) -> _References:
    """Find the one product that each process is for; raise ModelError naming those unclear."""
    n = len(sides.processes)
    rows, columns, values = technical.rows, technical.columns, technical.values
    positive, diagonal = values > 0, np.zeros(n)
    count = np.bincount(columns[positive], minlength=n)
    only = np.zeros(n, dtype=np.int32)
    only[columns[positive]] = rows[positive]
    diagonal[columns[rows == columns]] = values[rows == columns]
    clear = (count == 1) | (diagonal > 0) | ((diagonal < 0) & (count == 0))
    found = np.where(count == 1, only, np.arange(n, dtype=np.int32))
    problems = _apply_named(sides, named, found, clear)
    for j in np.flatnonzero(~clear):
        held = [sides.products[i] for i in rows[(columns == j) & positive]]
        problems.append(problem("reference-unclear", sides.processes[j], tuple(held)))
    _require(problems)
    entry = np.zeros(n)
    here = found[columns] == rows
    entry[columns[here]] = values[here]
    problems = [
        problem("reference-zero", sides.processes[j], product=sides.products[found[j]])
        for j in np.flatnonzero(entry == 0)
    ]
    _require([*problems, *_pairing_problems(sides, technical, found)])
    maker = np.empty(n, dtype=np.int32)
    maker[found] = np.arange(n, dtype=np.int32)
    return _References(found, entry, maker)


def _apply_named(
    sides: _Sides, named: Mapping[str, str], found: Positions, clear: NDArray[np.bool_]
) -> list[Problem]:
    """Write the named references over those found; say which names are not labels."""
    problems = []
    products = {label: i for i, label in enumerate(sides.products)}
    processes = {label: j for j, label in enumerate(sides.processes)}
    for process, product in named.items():
        if process not in processes:
            near = text.nearest(process, processes)
            problems.append(problem("process-unknown", "reference", near, process=process))
        elif product not in products:
            near = text.nearest(product, products)
            problems.append(problem("product-unlabelled", process, near, product=product))
        else:
            found[processes[process]] = products[product]
            clear[processes[process]] = True
    return problems


def _pairing_problems(sides: _Sides, technical: _Entries, found: Positions) -> Iterator[Problem]:
    """Say which products no process is for, which several are for, and which cannot be paired."""
    n = len(sides.processes)
    count = np.bincount(found, minlength=n)
    if (count == 1).all():
        return
    for i in np.flatnonzero(count != 1):
        others = (
            found == i
            if count[i]
            else np.isin(np.arange(n), technical.columns[technical.rows == i])
        )
        near = tuple(sides.processes[j] for j in np.flatnonzero(others)[:8])
        code = "product-several-references" if count[i] else "product-no-reference"
        yield problem(code, sides.products[i], near)
    pattern = csr_array((np.ones(len(technical.rows)), (technical.rows, technical.columns)), (n, n))
    unpaired = maximum_bipartite_matching(pattern, perm_type="column") < 0
    if unpaired.any():
        names = text.listed(sides.products[i] for i in np.flatnonzero(unpaired))
        yield problem("pairing-impossible", "technosphere", products=names)


def _system(
    sides: _Sides, references: _References, technical: _Entries, emitted: _Entries
) -> ProductSystem:
    table, elementary = _elementary(sides, emitted)
    parts = (_links(sides, references, technical), elementary)
    process = np.concatenate([part.process for part in parts])
    order = np.argsort(process, kind="stable")
    m = len(order)
    empty, none8, none32 = np.full(m, ""), np.full(m, NONE, np.int8), np.full(m, NONE, np.int32)
    exchanges = ExchangeColumns(
        ids=empty,
        flows=np.concatenate([part.flows for part in parts])[order],
        process=process[order],
        kind=np.concatenate([part.kind for part in parts])[order],
        target=np.concatenate([part.target for part in parts])[order],
        direction=np.concatenate([part.direction for part in parts])[order],
        amount=np.concatenate([part.amount for part in parts])[order],
        spread=none8,
        low=np.zeros(m),
        high=np.zeros(m),
        source=none32,
        stage=none32,
        confidence=none8,
        notes=empty,
    )
    return ProductSystem(_processes(sides, references), exchanges, table, (), ())


def _processes(sides: _Sides, references: _References) -> ProcessColumns:
    n = len(sides.processes)
    canonical = {label: _unit(label) for label in set(sides.product_units)}
    own_units = np.array([canonical[label] for label in sides.product_units], dtype=np.str_)
    empty, none, never = np.full(n, ""), np.full(n, NONE, np.int32), np.full(n, "NaT", "M8[D]")
    return ProcessColumns(
        ids=np.array(sides.processes, dtype=np.str_),
        products=np.array(sides.products, dtype=np.str_)[references.rows],
        names_en=empty,
        names_zh=empty,
        units=own_units[references.rows],
        bases=empty,
        places=np.full(n, WORLD),
        amounts=np.abs(references.values),
        treats=references.values < 0,
        foreground=np.ones(n, dtype=np.bool_),
        stages=none,
        sources=none,
        starts=never,
        ends=never,
        origins=none,
        wholes=empty,
    )


def _links(sides: _Sides, references: _References, technical: _Entries) -> _Rows:
    """Return a row for every entry that is not a reference."""
    here = references.rows[technical.columns] != technical.rows
    rows, process, values = technical.rows[here], technical.columns[here], technical.values[here]
    target = references.maker[rows]
    treated, leaves = references.values[target] < 0, values > 0
    kind = np.where(treated == leaves, np.where(treated, WASTE, PRODUCT), CREDIT)
    flows = np.array(sides.products, dtype=np.str_)[rows]
    return _Rows(process, kind.astype(np.int8), target, _direction(leaves), np.abs(values), flows)


def _elementary(sides: _Sides, emitted: _Entries) -> tuple[tuple[ElementaryFlow, ...], _Rows]:
    """Return the table of elementary flows, one a direction, and a row for every entry."""
    leaves = emitted.values > 0
    outputs, inputs = (np.zeros(len(sides.flows), dtype=np.bool_) for _ in range(2))
    outputs[emitted.rows[leaves]], inputs[emitted.rows[~leaves]] = True, True
    table: list[ElementaryFlow] = []
    position = np.zeros((len(sides.flows), 2), dtype=np.int32)
    for k, flow in enumerate(sides.flows):
        if outputs[k] or (flow.direction == "output" and not inputs[k]):
            position[k, 0] = len(table)
            table.append(replace(flow, direction="output"))
        if inputs[k] or (flow.direction == "input" and not outputs[k]):
            position[k, 1] = len(table)
            table.append(replace(flow, direction="input"))
    target = position[emitted.rows, np.where(leaves, 0, 1)]
    kind = np.full(len(target), ELEMENTARY, dtype=np.int8)
    flows = np.array([flow.id for flow in sides.flows], dtype=np.str_)[emitted.rows]
    rows = _Rows(emitted.columns, kind, target, _direction(leaves), np.abs(emitted.values), flows)
    return tuple(table), rows


def _direction(leaves: NDArray[np.bool_]) -> NDArray[np.int8]:
    return np.where(leaves, OUTPUT, INPUT).astype(np.int8)
