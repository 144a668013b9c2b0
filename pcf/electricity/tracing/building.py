"""How is a network made from statistics and meters? Builders that refuse what cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pcf import units
from pcf.electricity.tracing.network import STATED, Network, balance
from pcf.electricity.tracing.series import hours_in, read_columns, unknown_names
from pcf.errors import ModelError, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from pcf.electricity.tracing.network import Line, Store
    from pcf.errors import Problem
    from pcf.findings import Finding

    Numbers = NDArray[np.float64]

SLACK = 1e-9
"""What a consumption may fall below zero, as a part of what passes through the zone: rounding."""


def network(  # noqa: PLR0913 - each is a different kind of energy
    generation: Mapping[str, ArrayLike],
    flows: Mapping[Line, ArrayLike] | None = None,
    *,
    received: Mapping[Line, ArrayLike] | None = None,
    stores: Iterable[Store] = (),
    consumption: Mapping[str, ArrayLike] | None = None,
    unit: str = "MWh",
    within: Mapping[str, str] | None = None,
) -> Network:
    """Return a network from what zones generate and what they send to each other.

    `generation` is net, by zone: a number or one an hour; its names are the zones. A negative one
    (pumping, auxiliaries) is moved to consumption, with a finding. `flows` is what enters each line
    (from, to), `received` what leaves it where it loses some. Consumption follows from the balance;
    where it is stated too, it is held against it.

    Raises ModelError with every problem: a series with other hours, a number that is not known, a
    negative flow, a line that gains, ends that are no zones, a store that gives what it does not
    hold, a consumption that is negative or is not what is stated.

    >>> grid = network({"A": 100, "B": 50, "C": 20},
    ...                {("A", "B"): 30, ("A", "C"): 10, ("B", "C"): 40})
    >>> grid.consumption.tolist()
    [[60.0, 40.0, 70.0]]
    """
    flows, held = dict(flows or {}), tuple(stores)
    arrived = dict(received or {})
    stored = [each for store in held for each in (store.charge, store.discharge)]
    every = [*generation.values(), *flows.values(), *arrived.values(), *stored]
    hours = hours_in([*every, *(consumption or {}).values()])
    zones = tuple(generation)
    problems = _misnamed(zones, flows, arrived, held)
    problems += unknown_names(consumption or {}, zones, "consumption")
    if problems:
        raise ModelError(*problems)
    net = read_columns(generation, zones, hours, "generation")
    sent = _on_lines(flows, tuple(flows), hours, "flow")
    made = Network(
        zones,
        np.maximum(net, 0.0),
        tuple(flows),
        sent,
        _on_lines({**flows, **arrived}, tuple(flows), hours, "received"),
        held,
        _of_stores(held, [store.charge for store in held], hours, "charge"),
        _of_stores(held, [store.discharge for store in held], hours, "discharge"),
        units.unit(unit),
        dict(within or {}),
        _moved(zones, net),
    )
    _require_possible(made, consumption)
    for array in (made.generation, made.sent, made.received, made.charge, made.discharge):
        array.setflags(write=False)
    return made


def network_from_matrix(
    zones: Sequence[str], generation: ArrayLike, imports: ArrayLike, *, unit: str = "MWh"
) -> Network:
    """Return a lossless network from a matrix: rows receive, columns send.

    `generation` is (zones) or (hours, zones), `imports` (zones, zones) or (hours, zones, zones).
    Raises ModelError as `network` does, and for shapes that do not fit.

    >>> network_from_matrix(["A", "B"], [100, 0], [[0, 0], [40, 0]]).lines
    (('A', 'B'),)
    """
    made, moved = np.asarray(generation, dtype=np.float64), np.asarray(imports, dtype=np.float64)
    count = len(zones)
    if made.shape[-1:] != (count,) or moved.shape[-2:] != (count, count):
        facts = {"generation": made.shape, "imports": moved.shape, "zones": count}
        raise ModelError(problem("tracing-shape", "", (), **facts))
    flows = {
        (zones[start], zones[end]): moved[..., end, start]
        for end in range(count)
        for start in range(count)
        if (moved[..., end, start] != 0).any()
    }
    return network({zone: made[..., i] for i, zone in enumerate(zones)}, flows, unit=unit)


def signed_flows(exchange: Mapping[Line, ArrayLike]) -> dict[Line, Numbers]:
    """Return flows that lead one way from net exchanges that change sign over the hours.

    A positive number goes from the first to the second of a pair, a negative one back.

    >>> {pair: flow.tolist() for pair, flow in signed_flows({("A", "B"): [3.0, -2.0]}).items()}
    {('A', 'B'): [3.0, 0.0], ('B', 'A'): [0.0, 2.0]}
    """
    flows: dict[Line, Numbers] = {}
    for (first, second), net in exchange.items():
        values = np.atleast_1d(np.asarray(net, dtype=np.float64))
        for pair, part in (((first, second), values), ((second, first), -values)):
            if (part > 0).any():
                flows[pair] = flows.get(pair, 0.0) + np.maximum(part, 0.0)
    return flows


def with_unmetered(grid: Network, estimated: Mapping[str, ArrayLike]) -> Network:
    """Return the network with generation that no meter saw, such as PV on roofs, as an estimate.

    It adds to generation and, since it was consumed where it was made, to consumption alike; what
    it emits must be in what is traced. The estimate is a finding. Raises ModelError for a zone that
    does not exist, other hours or a negative estimate.

    >>> roofs = with_unmetered(network({"A": [10.0, 10.0]}), {"A": [0.0, 2.0]})
    >>> roofs.consumption.tolist(), roofs.findings[0].code
    ([[10.0], [12.0]], 'generation-estimated')
    """
    problems = unknown_names(estimated, grid.zones, "estimate")
    if problems:
        raise ModelError(*problems)
    added = read_columns(estimated, grid.zones, grid.hours, "estimate")
    negative = [zone for zone, low in zip(grid.zones, added.min(axis=0), strict=True) if low < 0]
    if negative:
        raise ModelError(*(problem("estimate-negative", zone) for zone in negative))
    generation = grid.generation + added
    generation.setflags(write=False)
    total = f"{added.sum():.6g}"
    told = finding("generation-estimated", "", total=total, unit=grid.unit)
    return replace(grid, generation=generation, findings=(*grid.findings, told))


def _misnamed(
    zones: Sequence[str],
    flows: Mapping[Line, object],
    received: Mapping[Line, object],
    stores: Iterable[Store],
) -> list[Problem]:
    """Return what is wrong with names: ends of lines, lines that are received, zones of stores."""
    problems = [] if zones else [problem("network-empty")]
    for start, end in flows:
        if start == end:
            problems.append(problem("line-to-itself", start))
        elif start not in zones and end not in zones:
            problems.append(problem("line-outside", f"{start} → {end}", list(zones)))
    for start, end in received:
        if (start, end) not in flows:
            problems.append(problem("line-not-sent", f"{start} → {end}"))
    return problems + unknown_names((store.zone for store in stores), zones, "store")


def _on_lines(
    series: Mapping[Line, ArrayLike], lines: Sequence[Line], hours: int, what: str
) -> Numbers:
    named = {f"{start} → {end}": values for (start, end), values in series.items()}
    return read_columns(named, [f"{start} → {end}" for start, end in lines], hours, what)


def _of_stores(
    stores: Sequence[Store], series: Sequence[ArrayLike], hours: int, what: str
) -> Numbers:
    names = [f"{number} {store.zone}" for number, store in enumerate(stores, 1)]
    return read_columns(dict(zip(names, series, strict=True)), names, hours, what)


def _moved(zones: Sequence[str], net: Numbers) -> tuple[Finding, ...]:
    """Return a finding for each zone whose net generation is negative in some hours."""
    low = np.minimum(net, 0.0)
    return tuple(
        finding(
            "generation-negative",
            zone,
            hours=int((low[:, i] < 0).sum()),
            total=f"{-low[:, i].sum():.6g}",
        )
        for i, zone in enumerate(zones)
        if (low[:, i] < 0).any()
    )


def _require_possible(grid: Network, stated: Mapping[str, ArrayLike] | None) -> None:
    """Raise ModelError with everything that cannot be as the numbers say."""
    problems = [
        problem("flow-negative", f"{start} → {end}", hour=_first(low))
        for (start, end), low in zip(grid.lines, (grid.sent < 0).T, strict=True)
        if low.any()
    ]
    gains = (grid.received > np.abs(grid.sent) * (1 + SLACK)) | (
        (grid.received < 0) & (grid.sent >= 0)
    )
    problems += [
        problem("line-gains", f"{start} → {end}", hour=_first(more))
        for (start, end), more in zip(grid.lines, gains.T, strict=True)
        if more.any()
    ]
    problems += _stores_impossible(grid)
    if problems:
        raise ModelError(*problems)
    consumed, through = balance(grid)
    allowed = SLACK * np.maximum(through, through.max(initial=0.0) * SLACK)
    for zone, numbers, slack in zip(grid.zones, consumed.T, allowed.T, strict=True):
        if (numbers < -slack).any():
            hour = int(np.argmin(numbers))
            facts = {"hour": hour, "amount": f"{numbers[hour]:.6g}", "unit": grid.unit}
            problems.append(problem("consumption-negative", zone, (), **facts))
    if stated is not None:
        problems += _consumes_otherwise(grid, stated, through)
    if problems:
        raise ModelError(*problems)


def _consumes_otherwise(
    grid: Network, stated: Mapping[str, ArrayLike], through: Numbers
) -> list[Problem]:
    """Return a problem for each zone whose stated consumption is not what the balance gives."""
    numbers = read_columns(stated, grid.zones, grid.hours, "consumption")
    gaps = np.abs(numbers - grid.consumption) > STATED * np.maximum(through, np.abs(numbers))
    problems = []
    for column, zone in enumerate(grid.zones):
        if zone in stated and gaps[:, column].any():
            hour = int(np.argmax(gaps[:, column]))
            told = {"stated": numbers[hour, column], "balance": grid.consumption[hour, column]}
            facts = {key: f"{value:.9g}" for key, value in told.items()}
            problems.append(problem("balance-broken", zone, (), hour=hour, unit=grid.unit, **facts))
    return problems


def _stores_impossible(grid: Network) -> list[Problem]:
    problems = []
    for number, store in enumerate(grid.stores):
        into, out = grid.charge[:, number], grid.discharge[:, number]
        if not 0 < store.efficiency <= 1 or store.opening < 0:
            facts = {"efficiency": store.efficiency, "opening": store.opening}
            problems.append(problem("store-numbers", store.zone, (), **facts))
        elif (into < 0).any() or (out < 0).any():
            problems.append(problem("store-negative", store.zone))
        else:
            held = store.opening + np.cumsum(into - out / store.efficiency)
            slack = STATED * (store.opening + into.sum())
            if (held < -slack).any():
                problems.append(problem("store-empty", store.zone, hour=_first(held < -slack)))
    return problems


def _first(flags: NDArray[np.bool_]) -> int:
    return int(np.argmax(flags))
