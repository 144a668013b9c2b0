"""Where does what generation emits end up? Flow tracing: emissions and technologies, all at once.

Every gas and every technology is one more right-hand side of the same equations. What enters with
generation and from outside leaves with consumption, to outside, or stays in stores: each trace
holds this against its own result, and every value against the lowest and highest that enters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf import units
from pcf.electricity.tracing.checks import require_sound
from pcf.electricity.tracing.coupling import COUPLINGS, couple
from pcf.electricity.tracing.network import STATED
from pcf.electricity.tracing.series import read_columns, unknown_names
from pcf.electricity.tracing.stores import follow_stores
from pcf.electricity.tracing.traced import Traced
from pcf.errors import ModelError, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from pcf.electricity.tracing.coupling import Coupled, Coupling
    from pcf.electricity.tracing.network import Network
    from pcf.errors import Problem
    from pcf.findings import Finding

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    ByZone = Mapping[str, ArrayLike]


def trace(  # noqa: PLR0913 - each is a different thing that enters
    grid: Network,
    emissions: Mapping[str, ByZone],
    *,
    unit: str = "t",
    mix: Mapping[str, ByZone] | None = None,
    external: Mapping[str, Mapping[str, float]] | None = None,
    coupling: Coupling = "direct",
) -> Traced:
    """Return what energy carries in every zone and hour of a network.

    `emissions` by name (a gas, CO2e) and zone is what generation emits, in `unit`: a number or one
    an hour; every zone that generates has one. `mix` by technology and zone is what each generates,
    in the network's unit, and sums to the zone's generation. `external` gives for each external
    node that sends what a unit of its energy carries of every name, in `unit` over the network's
    unit (of a technology, its share). `coupling` is one of `COUPLINGS`.

    A zone that no supply reaches has no value and is a finding. Raises ModelError with everything
    that is missing or does not fit, SolveError when a result does not hold its own checks:
    conservation to 1e-9 and values between the lowest and the highest that enters.

    >>> from pcf.electricity.tracing import network
    >>> grid = network({"A": 100, "B": 50, "C": 20},
    ...                {("A", "B"): 30, ("A", "C"): 10, ("B", "C"): 40})
    >>> traced = trace(grid, {"CO2": {"A": 90, "B": 5, "C": 10}})
    >>> [str(each) for each in traced.factors("CO2").values()]
    ['0.9 t/MWh', '0.4 t/MWh', '0.5 t/MWh']
    """
    technologies = dict(mix or {})
    names = (*emissions, *technologies)
    outside = dict(external or {})
    problems = _misfit(grid, emissions, technologies, coupling)
    problems += _unstated(grid, names, outside)
    if problems:
        raise ModelError(*problems)
    coupled = couple(grid, coupling)
    carried = _entering(grid, coupled, {**emissions, **technologies}, outside)
    _require_mix(grid, technologies, carried[:, :, len(emissions) :])
    opening = np.array(
        [[store.carried.get(name, 0.0) for name in names] for store in grid.stores]
    ).reshape(len(grid.stores), len(names))
    consumed, sent, mixed, stocks = _follow(grid, coupled, carried, opening)
    known = mixed | (coupled.kept == 1)
    zones = len(grid.zones)
    lost = _unassigned(grid, coupled, names, (carried, sent, mixed))
    ratio = units.divide(units.unit(unit), grid.unit)
    made = Traced(
        grid,
        coupling,
        names,
        (ratio,) * len(emissions) + ("1",) * len(technologies),
        np.where(known[:, :zones, None], consumed[:, :zones], 0.0),
        known[:, :zones],
        np.where(mixed[:, :, None], sent, 0.0),
        coupled.sent,
        stocks,
        lost,
        tuple(technologies),
        (*grid.findings, *_undefined(grid, coupled, known), *_told_lost(lost, unit)),
    )
    for array in (made.values, made.known, made.leaving, made.stocks):
        array.setflags(write=False)
    require_sound(made, coupled, carried, opening)
    return made


def source_shares(grid: Network, coupling: Coupling = "direct") -> tuple[Numbers, Flags]:
    """Return where the energy of each zone was generated, and where that is known.

    The shares are (hours, zones, nodes): of a unit consumed in a zone, how much each zone (then
    each external node) generated, gross. Without losses and stores they sum to one; losses add what
    was generated for them. Raises ModelError for a network with stores, whose sources lie in hours
    before.

    >>> from pcf.electricity.tracing import network
    >>> grid = network({"A": 100, "B": 50}, {("A", "B"): 30})
    >>> shares, known = source_shares(grid)
    >>> shares[0].tolist()
    [[1.0, 0.0], [0.375, 0.625]]
    """
    if grid.stores:
        raise ModelError(problem("shares-stores"))
    coupled = couple(grid, coupling)
    nodes = len(grid.nodes)
    carried = coupled.supply[:, :, None] * np.eye(nodes)
    consumed, _, mixed = coupled.follow(carried)
    known = mixed | (coupled.kept == 1)
    zones = len(grid.zones)
    return np.where(known[:, :zones, None], consumed[:, :zones], 0.0), known[:, :zones]


class _Flow(NamedTuple):
    consumed: Numbers
    sent: Numbers
    mixed: Flags
    stocks: Numbers


def _follow(grid: Network, coupled: Coupled, carried: Numbers, opening: Numbers) -> _Flow:
    if grid.stores:
        return _Flow(*follow_stores(grid, coupled, carried, opening))
    return _Flow(*coupled.follow(carried), opening)


def _misfit(
    grid: Network, emissions: Mapping[str, ByZone], mix: Mapping[str, ByZone], coupling: str
) -> list[Problem]:
    """Return what is wrong with names, and which zones that generate have no number."""
    problems = []
    if coupling not in COUPLINGS:
        problems.append(problem("coupling-unknown", "", COUPLINGS, coupling=coupling))
    if not emissions and not mix:
        problems.append(problem("trace-empty"))
    problems += [problem("traced-twice", name) for name in sorted(set(emissions) & set(mix))]
    for name, series in (*emissions.items(), *mix.items()):
        problems += unknown_names(series, grid.zones, name)
    generates = np.any(grid.generation > 0, axis=0)
    for name, series in emissions.items():
        for zone, some in zip(grid.zones, generates, strict=True):
            if some and zone not in series:
                problems.append(problem("carried-missing", zone, name=name))
    return problems


def _unstated(
    grid: Network, names: tuple[str, ...], external: Mapping[str, Mapping[str, float]]
) -> list[Problem]:
    """Return what is not stated of external nodes that send, and of stocks that hold something."""
    problems = unknown_names(external, grid.externals, "external")
    senders = {
        start
        for (start, _), some in zip(grid.lines, grid.sent.max(axis=0, initial=0.0), strict=True)
        if some > 0 and start in grid.externals
    }
    for node in sorted(senders):
        missing = [name for name in names if name not in external.get(node, {})]
        problems += [problem("external-missing", node, name=name) for name in missing]
    for store in grid.stores:
        missing = [name for name in names if store.opening > 0 and name not in store.carried]
        problems += [problem("store-opening", store.zone, name=name) for name in missing]
    return problems


def _entering(
    grid: Network,
    coupled: Coupled,
    series: Mapping[str, ByZone],
    external: Mapping[str, Mapping[str, float]],
) -> Numbers:
    """Return what enters each node with generation or from outside (hours, nodes, names)."""
    table = np.zeros((grid.hours, len(grid.nodes), len(series)))
    for column, (name, by_zone) in enumerate(series.items()):
        table[:, : len(grid.zones), column] = read_columns(by_zone, grid.zones, grid.hours, name)
        for row, node in enumerate(grid.externals, len(grid.zones)):
            stated = external.get(node, {}).get(name)
            if stated is not None:
                table[:, row, column] = coupled.supply[:, row] * stated
    return table


def _require_mix(grid: Network, mix: Mapping[str, ByZone], carried: Numbers) -> None:
    """Raise ModelError where technologies do not sum to what a zone generates."""
    if not mix:
        return
    total = carried[:, : len(grid.zones)].sum(axis=2)
    gaps = np.abs(total - grid.generation) > STATED * np.maximum(total, grid.generation)
    problems = []
    for column, zone in enumerate(grid.zones):
        if gaps[:, column].any():
            hour = int(np.argmax(gaps[:, column]))
            told = {"total": total[hour, column], "generation": grid.generation[hour, column]}
            facts = {key: f"{value:.9g}" for key, value in told.items()}
            problems.append(problem("mix-total", zone, (), hour=hour, unit=grid.unit, **facts))
    if problems:
        raise ModelError(*problems)


def _undefined(grid: Network, coupled: Coupled, known: Flags) -> list[Finding]:
    """Return a finding for each zone without a value in some hours, by what is the matter."""
    through = coupled.mixing.through
    fed = coupled.supply > 0
    found = []
    for column, zone in enumerate(grid.zones):
        unknown = ~known[:, column]
        for code, hours in (
            ("zone-dead", unknown & (through[:, column] == 0)),
            ("zone-loop", unknown & (through[:, column] > 0) & ~fed[:, column]),
            ("zone-lost", unknown & (through[:, column] > 0) & fed[:, column]),
        ):
            if hours.any():
                found.append(finding(code, zone, hours=int(hours.sum()), first=int(hours.argmax())))
    return found


def _unassigned(
    grid: Network,
    coupled: Coupled,
    names: tuple[str, ...],
    flow: tuple[Numbers, Numbers, Flags],
) -> dict[str, float]:
    """Return by name what entered a mix that has no answer: it reaches no consumption."""
    carried, sent, mixed = flow
    starts, ends = grid.ends
    entering = carried * coupled.mixed[:, :, None]
    lost = (entering * ~mixed[:, :, None]).sum(axis=(0, 1))
    into = mixed[:, starts] & ~mixed[:, ends] & (ends < len(grid.zones))
    lost = lost + np.einsum("tl,tlk->k", coupled.sent * into, sent[:, starts])
    return dict(zip(names, map(float, lost), strict=True))


def _told_lost(lost: Mapping[str, float], unit: str) -> list[Finding]:
    return [
        finding("trace-unassigned", "", name=name, amount=f"{amount:.6g}", unit=unit)
        for name, amount in lost.items()
        if amount
    ]
