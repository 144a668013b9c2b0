"""What does stored energy carry? A stock of its own for each store, fed at charge.

A store's stock is charged energy and what it carries. Each hour's charge joins it at what the zone
consumes in that hour; each hour's discharge d takes d / efficiency of it at the average, so a unit
discharged carries the average over the efficiency: what is lost in the store stays with its users.

For one store alone, whose charge has stated factors, the order can be chosen: first in first out,
last in first out, or the average.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from pcf.errors import ModelError, SolveError, problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pcf.electricity.tracing.coupling import Coupled
    from pcf.electricity.tracing.network import Network

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Policy = Literal["fifo", "lifo", "average"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
SLACK = 1e-9
"""What a store may give beyond what it holds, as a part of all that it took in: rounding."""


def follow_stores(
    grid: Network, coupled: Coupled, carried: Numbers, opening: Numbers
) -> tuple[Numbers, Numbers, Flags, Numbers]:
    """Return `Coupled.follow` of a network with stores, and what their stocks carry at the end.

    `carried` is (hours, nodes, k), what enters with generation; `opening` (stores, k), what the
    stocks carry before the first hour. What the zones' energy carries is linear in what the stores
    give, so one batch of solutions holds for all hours and only the stocks run from hour to hour:

        z(t) = u(t) (K(t) + c(t) x(t)),  u = (d / efficiency) / (E + c),  K(t+1) = K(t) + c x - z

    with z what is discharged carries, E and K the stock's energy and what it carries, c its charge.

    Raises SolveError where a store and its zone only turn the same energy round.

    No example: `trace` of a network with stores calls it.
    """
    hours, nodes, kinds = carried.shape
    zones, count = grid.store_zones, len(grid.stores)
    units = np.zeros((hours, nodes, count))
    units[:, zones, np.arange(count)] = 1.0
    consumed, sent, known = coupled.follow(np.concatenate([carried, units], axis=2))
    given, closing = _run_stocks(grid, consumed[:, zones], opening, kinds)
    return (
        consumed[:, :, :kinds] + consumed[:, :, kinds:] @ given,
        sent[:, :, :kinds] + sent[:, :, kinds:] @ given,
        known,
        closing,
    )


def _run_stocks(
    grid: Network, at_stores: Numbers, opening: Numbers, kinds: int
) -> tuple[Numbers, Numbers]:
    """Return what each store's discharge carries in each hour (hours, stores, k), and the end."""
    alone, response = at_stores[:, :, :kinds], at_stores[:, :, kinds:]
    charge = grid.charge[:, :, None]
    part = _part_given(grid)[:, :, None]
    count = len(grid.stores)
    try:
        share = np.linalg.solve(np.eye(count) - part * charge * response, part * np.eye(count))
    except np.linalg.LinAlgError:
        raise SolveError(problem("store-turns-round")) from None
    base = share @ (charge * alone)
    kept = np.eye(count) + (charge * response - np.eye(count)) @ share
    added = charge * alone + (charge * response - np.eye(count)) @ base
    given = np.empty((grid.hours, count, kinds))
    stock = opening
    for hour in range(grid.hours):
        given[hour] = share[hour] @ stock + base[hour]
        stock = kept[hour] @ stock + added[hour]
    return given, stock


def _part_given(grid: Network) -> Numbers:
    """Return which part of its stock (the hour's charge included) each store gives each hour."""
    efficiency = np.array([store.efficiency for store in grid.stores])
    opening = np.array([store.opening for store in grid.stores])
    taken = grid.discharge / efficiency
    after = opening + np.cumsum(grid.charge - taken, axis=0)
    before = after + taken
    part = taken / np.where(taken > 0, before, 1.0)
    return np.asarray(np.minimum(part, 1.0))


def discharge_factors(
    charge: ArrayLike,
    factors: ArrayLike,
    discharge: ArrayLike,
    *,
    efficiency: float,
    policy: Policy = "fifo",
) -> tuple[Numbers, Flags]:
    """Return what a unit discharged carries in each interval, and where there is any.

    `charge` and `factors` say how much was charged in each interval and what a unit of it carries;
    d discharged takes d / efficiency of what was charged, also within the same interval. The stock
    is empty before the first interval. Raises ModelError for other lengths, negative amounts, an
    efficiency outside (0, 1], a policy that is none, or more discharge than was charged.

    >>> values, known = discharge_factors([100, 100, 0], [0.1, 0.5, 0], [0, 0, 81], efficiency=0.9)
    >>> round(float(values[2]), 6), known.tolist()
    (0.111111, [False, False, True])
    """
    into, carries, out = (
        np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (charge, factors, discharge)
    )
    _require_store(into, carries, out, efficiency, policy)
    taken = out / efficiency
    if policy == "average":
        carried = _average(into, into * carries, taken)
    elif policy == "fifo":
        carried = _first_in(into, carries, taken)
    else:
        carried = _last_in(into, carries, taken)
    known = out > 0
    return np.where(known, carried / np.where(known, out, 1.0), 0.0), known


def _require_store(
    into: Numbers, carries: Numbers, out: Numbers, efficiency: float, policy: Policy
) -> None:
    problems = []
    if policy not in POLICIES:
        problems.append(problem("policy-unknown", "", POLICIES, policy=policy))
    if not 0 < efficiency <= 1:
        problems.append(problem("store-numbers", "", (), efficiency=efficiency, opening=0))
    if not len(into) == len(carries) == len(out):
        facts = {"what": "discharge", "found": len(out), "hours": len(into)}
        problems.append(problem("series-length", "", (), **facts))
    elif not np.isfinite([into, carries, out]).all():
        problems.append(problem("series-unknown", "", (), what="store", hour="?"))
    elif (into < 0).any() or (out < 0).any():
        problems.append(problem("store-negative"))
    if problems:
        raise ModelError(*problems)
    held = np.cumsum(into - out / efficiency)
    if (held < -SLACK * into.sum()).any():
        hour = int(np.argmax(held < -SLACK * into.sum()))
        raise ModelError(problem("store-empty", "", (), hour=hour))


def _average(into: Numbers, carried: Numbers, taken: Numbers) -> Numbers:
    given = np.zeros_like(taken)
    energy = stock = 0.0
    for number in range(len(into)):
        energy, stock = energy + into[number], stock + carried[number]
        part = min(1.0, taken[number] / energy) if taken[number] > 0 else 0.0
        given[number] = part * stock
        energy, stock = energy * (1 - part), stock * (1 - part)
    return given


def _first_in(into: Numbers, carries: Numbers, taken: Numbers) -> Numbers:
    """Lay the running sums of charge and discharge over each other, piece by piece."""
    charged, given = np.cumsum(into), np.cumsum(taken)
    if given[-1] == 0:
        return np.zeros_like(taken)
    edges = np.union1d(charged, np.minimum(given, charged[-1]))
    edges = np.union1d([0.0], edges[edges <= given[-1]])
    middle = (edges[1:] + edges[:-1]) / 2
    source = np.minimum(np.searchsorted(charged, middle), len(into) - 1)
    target = np.minimum(np.searchsorted(given, middle), len(into) - 1)
    pieces = np.diff(edges) * carries[source]
    return np.asarray(np.bincount(target, weights=pieces, minlength=len(taken)), dtype=np.float64)


def _last_in(into: Numbers, carries: Numbers, taken: Numbers) -> Numbers:
    given = np.zeros_like(taken)
    layers: list[tuple[float, float]] = []
    for number in range(len(into)):
        layers.append((float(into[number]), float(carries[number])))
        wanted = float(taken[number])
        while wanted > 0 and layers:
            amount, factor = layers.pop()
            part = min(amount, wanted)
            given[number] += part * factor
            wanted -= part
            if amount > part:
                layers.append((amount - part, factor))
    return given
