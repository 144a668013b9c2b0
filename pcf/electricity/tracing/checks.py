"""Does a trace hold what it must? Conservation of all that is carried, bounds on every value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.tracing.series import sums_at
from pcf.errors import SolveError, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.tracing.coupling import Coupled
    from pcf.electricity.tracing.traced import Traced

    Numbers = NDArray[np.float64]

TOLERANCE = 1e-9
"""How far sums and bounds may be missed, as a part of what they are sums and bounds of."""


def require_sound(traced: Traced, coupled: Coupled, carried: Numbers, opening: Numbers) -> None:
    """Raise SolveError with every name whose balance is open or whose values leave their bounds.

    `carried` (hours, nodes, names) is what entered, `opening` (stores, names) what stocks held.

    No example: every `trace` is held to it.
    """
    problems = []
    entered = carried.sum(axis=(0, 1)) + opening.sum(axis=0)
    size = np.abs(carried).sum(axis=(0, 1)) + np.abs(opening).sum(axis=0)
    left = accounted(traced)
    for column, name in enumerate(traced.names):
        gap = abs(entered[column] - left[column] - traced.unassigned[name])
        if not gap <= TOLERANCE * size[column]:
            facts = {"name": name, "gap": f"{gap:.3e}", "entered": f"{entered[column]:.9g}"}
            problems.append(problem("tracing-conservation", "", (), **facts))
    problems += [
        problem("tracing-bounds", "", (), name=traced.names[column])
        for column in _out_of_bounds(traced, coupled, carried)
    ]
    if problems:
        raise SolveError(*problems)


def accounted(traced: Traced) -> Numbers:
    """Return by name what consumption carries, what left to external nodes, and what stores hold.

    >>> from pcf.electricity.tracing import network, trace
    >>> grid = network({"A": 100, "B": 50}, {("A", "B"): 30, ("B", "abroad"): 10})
    >>> accounted(trace(grid, {"CO2": {"A": 90, "B": 5}})).tolist()
    [95.0]
    """
    grid = traced.network
    zones = len(grid.zones)
    used = np.einsum("tz,tzk->k", grid.consumption, traced.values)
    starts, ends = grid.ends
    out = ends >= zones
    away = sums_at(traced.sent[:, out], starts[out], len(grid.nodes))
    left = np.einsum("tn,tnk->k", away, traced.leaving)
    return np.asarray(used + left + traced.stocks.sum(axis=0))


def _out_of_bounds(traced: Traced, coupled: Coupled, carried: Numbers) -> list[int]:
    """Return the positions of names with a value below all that enters, or above it.

    Losses of lines and stores raise what is carried, so they leave the lower bound only. Where
    something is carried in without energy, or a stock was carried in, nothing bounds it.
    """
    grid = traced.network
    supplied = coupled.supply.copy()
    supplied[:, : len(grid.zones)] = grid.generation
    if grid.stores and any(store.opening > 0 for store in grid.stores):
        return []
    if (carried[supplied <= 0] != 0).any() or not (supplied > 0).any():
        return []
    ratio = carried / np.where(supplied > 0, supplied, 1.0)[:, :, None]
    hours = (0, 1) if grid.stores else 1
    there = (supplied > 0)[:, :, None]
    low = np.min(ratio, axis=hours, keepdims=True, where=there, initial=np.inf)
    high = np.max(ratio, axis=hours, keepdims=True, where=there, initial=-np.inf)
    slack = TOLERANCE * np.maximum(np.abs(low), np.abs(high))
    lossless = (grid.received == grid.sent).all() and all(
        store.efficiency == 1 for store in grid.stores
    )
    below = (traced.values < low - slack) & traced.known[:, :, None]
    above = (traced.values > high + slack) & traced.known[:, :, None] & lossless
    return [int(each) for each in np.flatnonzero((below | above).any(axis=(0, 1)))]
