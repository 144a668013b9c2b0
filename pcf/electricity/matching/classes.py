"""How are certificates matched whose users overlap without order? By exact flows between classes.

Rows that no rule and no policy tells apart are one class. A largest flow between the classes loses
no coverage; it is found group by group in the policy's order, so that what the policy puts first is
used as far as it can be without loss. Rows of a class share its flows by the policy: they are
interchangeable, so the whole is an optimum (Edmonds and Fulkerson 1965: transversals are matroids).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.electricity.matching.amounts import cell_sums
from pcf.electricity.matching.laying import Flows, givers, lay, takers
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.laying import Side, Work


MOST_PAIRS = 400_000
"""The most pairs of classes between which a largest flow is sought."""
_MOST_TRIED = 100_000_000
_AIM = 10_000
"""How many pairs are sought at once where periods can be taken one by one."""
_CAPACITY = 2**30 - 1
"""What SciPy's flow takes as a capacity (32 bits), with room for both directions."""


class Offered(NamedTuple):
    """Rows of certificates: which offer they are, their first and last period."""

    rows: Whole
    offer: Whole
    first: Whole
    last: Whole


class Users(NamedTuple):
    """Which needs each offer may serve, and which offers are kept for a site or meter."""

    allowed: Flags
    kept: Flags


class Asked(NamedTuple):
    """Rows of readings: which need they are, their period."""

    rows: Whole
    need: Whole
    period: Whole


@dataclass(frozen=True, slots=True, eq=False)
class Classed:
    """Certificates and readings in classes, the pairs that go together, and what each class has.

    `offer` and `need` are those of each class, `period` that of readings; `order` is the policy's
    rank of each class of certificates, what is kept first; `weight` that of readings or None.
    """

    supply: Side
    demand: Side
    pairs: tuple[Whole, Whole]
    offered: Whole
    wanted: Whole
    offer: Whole
    need: Whole
    period: Whole
    order: Whole
    weight: Whole | None

    def lay(self, work: Work, energy: Whole, tier: str) -> None:
        """Turn the energy of each pair into legs."""
        used = energy > 0
        if used.any():
            work.so_far()
            flows = Flows(self.pairs[0][used], self.pairs[1][used], energy[used])
            lay(work, self.supply, self.demand, flows, tier)


def fill_classes(work: Work, given: Offered, got: Asked, users: Users, tier: str) -> None:
    """Match classes of certificates and readings by a largest flow, what is kept first.

    Raises ModelError where there are more than `MOST_PAIRS` pairs of classes at once.

    No example: `match` shows it.
    """
    for classed in in_classes(work, given, got, users):
        pairs, offered, wanted = classed.pairs, classed.offered, classed.wanted
        energy = np.zeros(len(pairs[0]), dtype=np.int64)
        if classed.weight is not None:
            for level in np.unique(classed.weight).tolist():
                some = np.where(classed.weight <= level, wanted, 0)
                energy = _grown(pairs, energy, offered, some)
        else:
            for level in np.unique(classed.order).tolist():
                some = np.where(classed.order <= level, offered, 0)
                energy = _grown(pairs, energy, some, wanted)
        classed.lay(work, energy, tier)


def in_classes(work: Work, given: Offered, got: Asked, users: Users) -> Iterator[Classed]:
    """Yield classes that can be matched apart: of some periods where each row has one, else all.

    Raises ModelError where there are more than `MOST_PAIRS` pairs of classes at once.

    No example: `match` shows it.
    """
    if (given.first != given.last).any():
        found = _classed(work, given, got, users)
        if found is not None:
            yield found
        return
    periods = np.unique(got.period)
    step = max(_AIM // max(int(users.allowed.sum()), 1), 1)
    for at in range(0, len(periods), step):
        low, high = periods[at], periods[min(at + step, len(periods)) - 1]
        rows = (given.first >= low) & (given.first <= high)
        asked = (got.period >= low) & (got.period <= high)
        found = _classed(
            work,
            Offered(*(column[rows] for column in given)),
            Asked(*(column[asked] for column in got)),
            users,
        )
        if found is not None:
            yield found


def _classed(work: Work, given: Offered, got: Asked, users: Users) -> Classed | None:
    """Return rows in classes; None where none go together."""
    keys = [given.offer, given.first, given.last, work.order[given.rows]]
    supply, classes = givers(work, given.rows, keys)
    weight = [] if work.weight is None else [work.weight[got.rows]]
    demand, asked = takers(work, got.rows, [got.need, got.period, *weight])
    if not len(supply.rows) or not len(demand.rows):
        return None
    pairs = _pairs(classes, asked, users.allowed)
    if not len(pairs[0]):
        return None
    ranks = np.unique(classes[3], return_inverse=True)[1].reshape(-1)
    return Classed(
        supply,
        demand,
        pairs,
        cell_sums(work.free[supply.rows], supply.starts),
        cell_sums(work.open[demand.rows], demand.starts),
        *(classes[0], asked[0], asked[1]),
        np.where(users.kept[classes[0]], 0, 1 + ranks),
        asked[2] if weight else None,
    )


def _pairs(classes: Whole, asked: Whole, allowed: Flags) -> tuple[Whole, Whole]:
    """Return the pairs of classes that go together: by offer and need, and in time."""
    left, right, count = [], [], 0
    for giver, (offer, first, last) in enumerate(classes[:3].T.tolist()):
        fits = allowed[offer, asked[0]] & (asked[1] >= first) & (asked[1] <= last)
        found = np.flatnonzero(fits)
        count += len(found)
        if count > MOST_PAIRS or classes.shape[1] * asked.shape[1] > _MOST_TRIED:
            raise ModelError(problem("match-classes", "", (), most=f"{MOST_PAIRS:,}"))
        left.append(np.full(len(found), giver, dtype=np.int64))
        right.append(found)
    return np.concatenate(left), np.concatenate(right)


def _grown(pairs: tuple[Whole, Whole], energy: Whole, offered: Whole, wanted: Whole) -> Whole:
    """Return a largest flow that has grown from a flow, within what is offered and wanted.

    SciPy's flow counts in 32 bits, so it is sought in steps: in coarse units first, then the rest,
    which is at most one unit for each edge. A path never leads back into the source, so what a
    giver gives never falls.
    """
    left, right = pairs
    givers_, takers_ = len(offered), len(wanted)
    while True:
        free = offered - _sums(left, energy, givers_)
        open_ = wanted - _sums(right, energy, takers_)
        rest = int(min(free.sum(), open_.sum()))
        if not rest:
            return energy
        unit = -(-rest // _CAPACITY)
        grown = _step(pairs, energy // unit, free // unit, open_ // unit)
        if not grown.any():
            if unit == 1:
                return energy
            unit, grown = _finer(pairs, energy, free, open_, unit)
            if not grown.any():
                return energy
        energy = energy + grown * unit


def _finer(
    pairs: tuple[Whole, Whole], energy: Whole, free: Whole, open_: Whole, unit: int
) -> tuple[int, Whole]:
    """Return the next smaller unit in which a flow still grows, and by how much."""
    while unit > 1:
        unit = max(unit // 1024, 1)
        grown = _step(pairs, energy // unit, free // unit, open_ // unit)
        if grown.any():
            break
    return unit, grown


def _step(pairs: tuple[Whole, Whole], energy: Whole, free: Whole, open_: Whole) -> Whole:
    """Return by how much the energy of each pair changes in a largest further flow."""
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - loads slowly, and few ask
    from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415 - as above

    left, right = pairs
    givers_, takers_ = len(free), len(open_)
    source, sink = givers_ + takers_, givers_ + takers_ + 1
    starts = [np.full(givers_, source), left, right + givers_, np.arange(takers_) + givers_]
    ends = [np.arange(givers_), right + givers_, left, np.full(takers_, sink)]
    capacity = [free, np.full(len(left), _CAPACITY), energy, open_]
    limits = np.minimum(np.concatenate(capacity), _CAPACITY).astype(np.int32)
    places = (np.concatenate(starts), np.concatenate(ends))
    graph = csr_array(coo_array((limits, places), shape=(sink + 1, sink + 1)))
    flow = coo_array(maximum_flow(graph, source, sink).flow)
    between = (flow.row < givers_) & (flow.col >= givers_) & (flow.col < source)
    # Pairs are sorted by giver, then taker: each flow finds its own.
    found = flow.row[between].astype(np.int64) * takers_ + (flow.col[between] - givers_)
    grown = np.zeros(len(left), dtype=np.int64)
    grown[np.searchsorted(left * takers_ + right, found)] = flow.data[between]
    return grown


def _sums(of: Whole, energy: Whole, count: int) -> Whole:
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, of, energy)
    return found
