"""How does a province become its prefectures, and what is one user's factor? Networks in networks.

A finer network takes the place of one zone: its zones stand among the others, in one system of
equations, so that nothing is lost between levels. Its totals must be those of the zone. What a
group of zones consumes is then summed up again by `Traced.group_factors`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.electricity.tracing.network import STATED
from pcf.electricity.tracing.series import read_columns
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from pcf.electricity.tracing.network import Network
    from pcf.electricity.tracing.traced import Traced
    from pcf.errors import Problem

    Numbers = NDArray[np.float64]


def refine(grid: Network, zone: str, inner: Network) -> Network:
    """Return the network with `zone` replaced by the zones of `inner`, such as its prefectures.

    In `inner` the zone's neighbours are external, by their names in `grid`. Generation, what stores
    take and give, and the exchange with each neighbour must sum to those of the zone, hour by hour,
    within a millionth. Raises ModelError with everything that differs.

    >>> from pcf.electricity.tracing import network
    >>> grid = network({"Gansu": 100, "Shaanxi": 50}, {("Gansu", "Shaanxi"): 30})
    >>> prefectures = network({"Jiuquan": 80, "Lanzhou": 20},
    ...                       {("Jiuquan", "Lanzhou"): 60, ("Lanzhou", "Shaanxi"): 30})
    >>> fine = refine(grid, "Gansu", prefectures)
    >>> fine.zones, fine.within
    (('Shaanxi', 'Jiuquan', 'Lanzhou'), {'Jiuquan': 'Gansu', 'Lanzhou': 'Gansu'})
    """
    problems = _cannot_stand_for(grid, zone, inner)
    if problems:
        raise ModelError(*problems)
    kept = [number for number, line in enumerate(grid.lines) if zone not in line]
    others = [number for number, each in enumerate(grid.zones) if each != zone]
    held = [number for number, store in enumerate(grid.stores) if store.zone != zone]
    within = {name: group for name, group in grid.within.items() if name != zone}
    return replace(
        grid,
        zones=tuple(grid.zones[number] for number in others) + inner.zones,
        generation=_beside(grid.generation[:, others], inner.generation),
        lines=tuple(grid.lines[number] for number in kept) + inner.lines,
        sent=_beside(grid.sent[:, kept], inner.sent),
        received=_beside(grid.received[:, kept], inner.received),
        stores=tuple(grid.stores[number] for number in held) + inner.stores,
        charge=_beside(grid.charge[:, held], inner.charge),
        discharge=_beside(grid.discharge[:, held], inner.discharge),
        within={**within, **dict.fromkeys(inner.zones, zone), **inner.within},
        findings=(*grid.findings, *inner.findings),
    )


def user_factor(
    traced: Traced,
    name: str,
    zone: str,
    drawn: ArrayLike,
    own: Mapping[str, ArrayLike] | None = None,
) -> Amount:
    """Return the factor of a user of a zone: what it drew in each hour, and plants of its own.

    `drawn` is the energy taken from the zone; `own` has 'energy' and 'carried', what plants behind
    the meter generated for the user and what that carries, in the units of the trace. Unknown where
    the zone is in an hour in which it drew, or where it used nothing.

    Raises ModelError for a name or a zone that is not there, and series that do not fit.

    >>> from pcf.electricity.tracing import network, trace
    >>> traced = trace(network({"A": [10, 10]}), {"CO2": {"A": [2, 8]}})
    >>> str(user_factor(traced, "CO2", "A", [3, 1]))
    '0.35 t/MWh'
    >>> str(user_factor(traced, "CO2", "A", [3, 1], {"energy": [0, 4], "carried": 0}))
    '0.175 t/MWh'
    """
    values, known = traced.intensity(name, zone)
    parts = read_columns(
        {"drawn": drawn, **(own or {})}, ["drawn", "energy", "carried"], len(values), "user"
    )
    if (parts[:, :2] < 0).any() or set(own or {}) - {"energy", "carried"}:
        raise ModelError(problem("user-numbers", zone))
    taken, made, carried = parts.T
    energy = float(taken.sum() + made.sum())
    unit = traced.units[traced.names.index(name)]
    if energy == 0 or not known[taken > 0].all():
        return Amount(None, unit)
    return Amount(float(taken @ values + carried.sum()) / energy, unit)


def _beside(first: Numbers, second: Numbers) -> Numbers:
    joined = np.concatenate([first, second], axis=1)
    joined.setflags(write=False)
    return joined


def _cannot_stand_for(grid: Network, zone: str, inner: Network) -> list[Problem]:
    """Return why `inner` cannot take the place of `zone`."""
    if zone not in grid.zones:
        near = text.nearest(zone, grid.zones) or grid.zones
        return [problem("zone-unknown", zone, near, name=zone, what="refine")]
    if (grid.unit, grid.hours) != (inner.unit, inner.hours):
        facts = {"outer": f"{grid.hours} h, {grid.unit}", "inner": f"{inner.hours} h, {inner.unit}"}
        return [problem("refine-units", zone, (), **facts)]
    doubled = sorted((set(inner.zones) & set(grid.nodes)) - {zone})
    neighbours = {end for line in grid.lines if zone in line for end in line} - {zone}
    strangers = sorted(set(inner.externals) - neighbours)
    problems = [problem("refine-zone", each, (), zone=zone) for each in doubled]
    problems += [problem("refine-neighbour", each, (), zone=zone) for each in strangers]
    if problems:
        return problems
    row = grid.zones.index(zone)
    pairs = {"generation": (grid.generation[:, row], inner.generation.sum(axis=1))}
    pairs["charge"] = (grid.charging[:, row], inner.charge.sum(axis=1))
    given = grid.supply - grid.generation
    pairs["discharge"] = (given[:, row], inner.discharge.sum(axis=1))
    for name in sorted(neighbours):
        for way, outward in ((f"{zone} → {name}", True), (f"{name} → {zone}", False)):
            pairs[way] = (
                _across(grid, {zone}, name, outward=outward),
                _across(inner, set(inner.zones), name, outward=outward),
            )
    return [
        _differs(zone, what, outer, sums)
        for what, (outer, sums) in pairs.items()
        if (np.abs(outer - sums) > STATED * np.maximum(outer, sums)).any()
    ]


def _across(grid: Network, zones: set[str], name: str, *, outward: bool) -> Numbers:
    """Return what zones send to a neighbour (or get from it) in each hour, then what arrives."""
    columns = [
        number
        for number, (start, end) in enumerate(grid.lines)
        if (start in zones and end == name if outward else start == name and end in zones)
    ]
    both = (grid.sent[:, columns].sum(axis=1), grid.received[:, columns].sum(axis=1))
    return np.concatenate(both)


def _differs(zone: str, what: str, outer: Numbers, sums: Numbers) -> Problem:
    worst = int(np.argmax(np.abs(outer - sums)))
    facts = {"outer": f"{outer[worst]:.9g}", "inner": f"{sums[worst]:.9g}"}
    return problem("refine-differs", zone, (), what=what, **facts)
