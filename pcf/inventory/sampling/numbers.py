"""Which numbers of a product system are uncertain, and how? From columns and groups to `Numbers`.

An amount varies when its exchange states a spread or when `Distributions` gives it one. Numbers
whose spread is nothing (g = 1, a deviation of zero, ends that meet) are certain and keep their
value exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf import text
from pcf.errors import ModelError, Problem, problem
from pcf.inventory.mapping import release
from pcf.inventory.sampling.draws import (
    FIXED,
    LOGNORMAL,
    NORMAL,
    PERT,
    SHARE,
    TABLE,
    TRIANGULAR,
    UNIFORM,
    Numbers,
    Table,
)
from pcf.inventory.sampling.identity import exchange_identities, identity
from pcf.inventory.variation import exchanges_called
from pcf.model.amounts import SPREAD_KINDS, Spread
from pcf.model.groups import Discrete, Distributions, MixShares, OneSource
from pcf.model.moments import require_possible
from pcf.model.systems import INTERNAL, NONE, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pcf.model.groups import Samples
    from pcf.model.systems import ProductSystem

    Positions = NDArray[np.int64]
    Vector = NDArray[np.float64]

_KINDS = np.array(
    [
        {
            "lognormal": LOGNORMAL,
            "normal": NORMAL,
            "uniform": UNIFORM,
            "triangular": TRIANGULAR,
            "pert": PERT,
        }[kind]
        for kind in SPREAD_KINDS
    ],
    dtype=np.uint8,
)
_WORDS = 2**32


class _Stated(NamedTuple):
    """Spreads by exchange: kind of `draws`, value, low and high (m each)."""

    kind: NDArray[np.uint8]
    value: Vector
    low: Vector
    high: Vector


def numbers_of(
    system: ProductSystem,
    distributions: Distributions | None = None,
    *,
    used: NDArray[np.bool_] | None = None,
) -> Numbers:
    """Return the uncertain amounts of `system`; with `used` (m), only those of these exchanges.

    Raises ModelError with every spread that cannot be, every exchange and group that is not there.

    >>> from dataclasses import replace
    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> kiln = unit_process("kiln", "1 t", emits={"CO2": "900 kg"})
    >>> (row,) = kiln.exchanges
    >>> row = replace(row, amount=replace(row.amount, spread=Spread("lognormal", 1.1)))
    >>> numbers = numbers_of(product_system([replace(kiln, exchanges=(row,))]))
    >>> numbers.scale * np.exp(numbers.parameters[:, 0])
    array([990.])
    """
    given = distributions if distributions is not None else Distributions()
    problems: list[Problem] = []
    stated, tables = _stated(system, given, problems)
    mixes = _mixes(system, given, stated, problems)
    sources = _one_source(system, given, stated, problems)
    problems += _spread_problems(system, stated)
    if problems:
        raise ModelError(*problems)
    for _, inputs in mixes:
        stated.kind[inputs] = SHARE
    varies = stated.kind != FIXED
    at = np.flatnonzero(varies if used is None else varies & used)
    release(system)
    identities = exchange_identities(system, at)
    for source, exchanges in sources.items():
        identities[np.isin(at, exchanges)] = identity("", "", source, "", field="source")
    scale, parameters = _parameters(stated, at, tables)
    rows = tuple(
        _share_parameters(parameters, np.searchsorted(at, inputs), group, stated.value[inputs])
        for group, inputs in mixes
        if np.isin(inputs, at).all()
    )
    values = tuple(table for _, table, _ in tables)
    return Numbers(
        at, identities, stated.kind[at], stated.value[at], scale, parameters, values, rows
    )


def gas_numbers(spreads: Mapping[str, Spread], origin: tuple[str, str]) -> Numbers:
    """Return the uncertain characterisation factors, relative to one, in the order of `spreads`.

    `origin` is the characterisation set and its edition. Raises ModelError for a spread that
    cannot lie around one.

    >>> gas_numbers({"CH4": Spread("lognormal", 1.2)}, ("AR6", "2021")).value
    array([1.])
    """
    for gas, spread in spreads.items():
        require_possible(spread, 1.0, gas)
    stated = _Stated(
        np.array([_KINDS[SPREAD_KINDS.index(each.kind)] for each in spreads.values()], np.uint8),
        np.ones(len(spreads)),
        np.array([each.low for each in spreads.values()], np.float64),
        np.array([1.0 if s.high is None else s.high for s in spreads.values()], np.float64),
    )
    at = np.arange(len(spreads))
    scale, parameters = _parameters(stated, at, [])
    identities = np.array(
        [identity("", "", gas, "", field="factor", origin=origin) for gas in spreads],
        dtype=np.uint64,
    )
    exchange = np.full(len(at), NONE, dtype=np.int64)
    return Numbers(exchange, identities, stated.kind, stated.value, scale, parameters)


def _stated(
    system: ProductSystem, given: Distributions, problems: list[Problem]
) -> tuple[_Stated, list[tuple[int, Table, float]]]:
    """Return the spreads of all exchanges, and (exchange, table, scale) of those by values."""
    columns = system.exchanges
    kind = np.where(columns.spread == NONE, FIXED, _KINDS[columns.spread]).astype(np.uint8)
    kind[columns.kind == INTERNAL] = FIXED
    value, low, high = columns.amount, columns.low, columns.high
    if given.numbers:
        low, high = low.copy(), high.copy()
    tables: list[tuple[int, Table, float]] = []
    for name, found in exchanges_called(system, given.numbers, problems).items():
        distribution = given.numbers[name]
        if isinstance(distribution, Spread):
            kind[found] = _KINDS[SPREAD_KINDS.index(distribution.kind)]
            low[found] = distribution.low
            high[found] = 0.0 if distribution.high is None else distribution.high
        else:
            kind[found] = TABLE
            tables.append((found, *_table(distribution)))
    nothing = (kind == LOGNORMAL) & (low == 1) | (kind == NORMAL) & (low == 0)
    bounded = np.isin(kind, (TRIANGULAR, UNIFORM, PERT))
    nothing |= bounded & (low == high) & (low == value)
    kind[nothing] = FIXED
    return _Stated(kind, value, low, high), tables


def _table(distribution: Discrete | Samples) -> tuple[Table, float]:
    """Return the table of a distribution by values, and its scale."""
    values = np.array(distribution.values, dtype=np.float64)
    largest = float(np.abs(values).max())
    scale = largest if largest > 0 else 1.0
    if isinstance(distribution, Discrete):
        steps = np.cumsum(distribution.probabilities)[:-1]
        thresholds = np.minimum(np.rint(steps * _WORDS), _WORDS)
    else:
        thresholds = np.array([-(-i * _WORDS // len(values)) for i in range(1, len(values))])
    return Table((values / scale).astype(np.float32), thresholds.astype(np.uint64)), scale


def _mixes(
    system: ProductSystem, given: Distributions, stated: _Stated, problems: list[Problem]
) -> list[tuple[MixShares, Positions]]:
    """Return each mix with its inputs."""
    columns = system.exchanges
    found: dict[str, tuple[MixShares, Positions]] = {}
    for group in given.groups:
        if not isinstance(group, MixShares):
            continue
        process = system.index(group.process)
        inputs = np.flatnonzero((columns.process == process) & (columns.kind == PRODUCT))
        units = sorted(set(system.processes.units[columns.target[inputs]].tolist()))
        reasons = {
            f"{len(inputs)} inputs": len(inputs) < 2,
            f"units {text.listed(units)}": len(units) > 1,
            "an input of zero": bool((columns.amount[inputs] == 0).any()),
            "an input with a spread of its own": bool((stated.kind[inputs] != FIXED).any()),
            "it stands twice": group.process in found,
        }
        problems += [
            problem("mix-impossible", "", process=group.process, reason=reason)
            for reason, holds in reasons.items()
            if holds
        ]
        found[group.process] = (group, inputs)
    return list(found.values())


def _share_parameters(
    parameters: Vector, rows: Positions, group: MixShares, amounts: Vector
) -> Positions:
    """Write alpha and the stated share of each input of a mix; return its rows."""
    shares = amounts / amounts.sum()
    parameters[rows, 0], parameters[rows, 1] = shares * group.concentration, shares
    return rows


def _one_source(
    system: ProductSystem, given: Distributions, stated: _Stated, problems: list[Problem]
) -> dict[str, Positions]:
    """Return the numbers with a spread of each source that is one group."""
    found = {}
    for group in given.groups:
        if not isinstance(group, OneSource):
            continue
        meant = [
            k
            for k, source in enumerate(system.sources)
            if source.id == group.source or source.id.startswith(f"{group.source}:")
        ]
        here = np.isin(system.exchanges.source, meant) & (stated.kind != FIXED)
        if not here.any():
            near = text.nearest(group.source, (source.id for source in system.sources))
            problems.append(problem("group-empty", "", near, source=group.source))
        found[group.source] = np.flatnonzero(here)
    return found


def _spread_problems(system: ProductSystem, stated: _Stated) -> Iterable[Problem]:
    """Yield every spread that cannot lie around its value."""
    kind, value, low, high = stated
    possible = np.ones(len(kind), dtype=np.bool_)
    possible[kind == LOGNORMAL] = low[kind == LOGNORMAL] >= 1
    possible[kind == NORMAL] = low[kind == NORMAL] >= 0
    peaked, flat = np.isin(kind, (TRIANGULAR, PERT)), kind == UNIFORM
    possible[peaked] = ((low <= value) & (value <= high))[peaked]
    possible[flat] = (low <= high)[flat]
    finite = np.isfinite(low) & np.isfinite(high)
    columns = system.exchanges
    for e in np.flatnonzero(~(possible & finite) & (kind != TABLE)):
        name = f"{system.processes.ids[columns.process[e]]}: {columns.flows[e]}"
        yield problem(
            "spread-impossible",
            name,
            kind=SPREAD_KINDS[list(_KINDS).index(kind[e])],
            low=low[e],
            high=high[e],
            value=value[e],
        )


def _parameters(
    stated: _Stated, at: Positions, tables: Sequence[tuple[int, Table, float]]
) -> tuple[Vector, Vector]:
    """Return scale (m) and parameters (m, 3) of the numbers `at`, as `Numbers` has them."""
    kind, value, low, high = (each[at] for each in stated)
    bounded = np.isin(kind, (TRIANGULAR, UNIFORM, PERT))
    largest = np.maximum(np.abs(low), np.abs(high))
    scale = np.where(bounded, largest, value)
    scale = np.where((kind == NORMAL) & (value == 0), low, scale)
    divisor = np.where(scale == 0, 1.0, scale)
    parameters = np.zeros((len(at), 3))
    with np.errstate(divide="ignore"):
        parameters[:, 0] = np.where(kind == LOGNORMAL, np.log(low), low / divisor)
    normal = kind == NORMAL
    parameters[normal, 0] = (value / divisor)[normal]
    parameters[:, 1] = np.where(normal, low, value) / divisor
    parameters[:, 2] = high / divisor
    places = {int(e): row for row, e in enumerate(at)}
    for number, (exchange, _, own) in enumerate(tables):
        if exchange in places:
            parameters[places[exchange], 0], scale[places[exchange]] = number, own
    return scale, parameters
