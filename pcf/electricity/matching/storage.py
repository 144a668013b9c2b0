"""What does a battery give back, and where does it come from? Layers of charged watt-hours.

A store takes in certificates' power at charge and gives it back later, less what is lost: a
discharge of d consumes d / efficiency of what was charged. Which charge it was is fixed by a
policy: first in first out, last in first out, or every layer alike (weighted). The losses are
consumption of the store's own meter and need certificates like any other; the stock is conserved to
the watt-hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from pcf.electricity.matching.amounts import in_order, in_proportion
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from fractions import Fraction

    from pcf.electricity.intervals import Interval
    from pcf.electricity.matching.arrays import Whole


StoragePolicy = Literal["fifo", "lifo", "weighted"]
STORAGE_POLICIES: tuple[StoragePolicy, ...] = get_args(StoragePolicy)


@dataclass(frozen=True, slots=True)
class Store:
    """A battery at a site: what it took in and gave back, metered, in watt-hours.

    `meter` is the name under which its losses are consumption: a record of that meter, its energy
    is what was charged less what was given back. `efficiency` is the fraction that comes back, as a
    ratio of whole numbers so that amounts stay exact.

    >>> from fractions import Fraction
    >>> from pcf.electricity.intervals import Interval
    >>> hour = [Interval.read(f"2025-06-01T{h:02}:00Z/2025-06-01T{h + 1:02}:00Z") for h in (4, 5)]
    >>> Store("battery", "plant", ((hour[0], 1000),), ((hour[1], 900),), Fraction(9, 10)).policy
    'fifo'
    """

    meter: str
    site: str
    charged: tuple[tuple[Interval, int], ...]
    discharged: tuple[tuple[Interval, int], ...]
    efficiency: Fraction
    policy: StoragePolicy = "fifo"

    def __post_init__(self) -> None:
        """Refuse an efficiency outside (0, 1], an unknown policy and amounts below zero."""
        problems = []
        if not 0 < self.efficiency <= 1:
            problems.append(problem("store-efficiency", self.meter, (), value=self.efficiency))
        if self.policy not in STORAGE_POLICIES:
            known = STORAGE_POLICIES
            problems.append(problem("store-policy", self.meter, known, policy=self.policy))
        for _, energy in (*self.charged, *self.discharged):
            if type(energy) is not int or energy < 0:
                problems.append(problem("energy-not-wh", self.meter, (), energy=energy))
        if problems:
            raise ModelError(*problems)


class Draws(NamedTuple):
    """Row k: discharge `discharge[k]` takes `charged[k]` Wh of layer `layer[k]`.

    `given[k]` of them are delivered, the rest is lost; `offset[k]` is where in its layer it lies.
    """

    layer: Whole
    discharge: Whole
    charged: Whole
    given: Whole
    offset: Whole


def draw(
    layers: tuple[Whole, Whole],
    discharges: tuple[Whole, Whole],
    *,
    efficiency: Fraction,
    policy: StoragePolicy = "fifo",
) -> Draws:
    """Return which layers each discharge takes.

    `layers` and `discharges` are times (seconds) and watt-hours, in the order of their times; a
    layer may serve discharges that begin when it is charged or later. After all discharges up to
    any time, what was taken is the sum of discharges over the efficiency, rounded up to a whole
    watt-hour, so that nothing is lost by rounding.

    Raises ModelError where more is given back than the store holds.

    >>> from fractions import Fraction
    >>> layers = np.array([0, 1]), np.array([1000, 1000])
    >>> draws = draw(layers, (np.array([2]), np.array([900])), efficiency=Fraction(9, 10),
    ...              policy="weighted")
    >>> draws.charged.tolist(), draws.given.tolist()
    ([500, 500], [450, 450])
    """
    when, held = layers[0], layers[1].copy()
    found: list[tuple[Whole, Whole, Whole, Whole, Whole]] = []
    given_before, taken_before = 0, 0
    for number, (moment, energy) in enumerate(
        zip(*(each.tolist() for each in discharges), strict=True)
    ):
        given_before += energy
        needed = -(-given_before * efficiency.denominator // efficiency.numerator) - taken_before
        taken_before += needed
        rows = np.flatnonzero((when <= moment) & (held > 0))
        if int(held[rows].sum()) < needed:
            raise ModelError(problem("store-overdrawn", "", (), number=number + 1))
        if not needed:
            continue
        taken = _taken(held[rows], needed, policy)
        rows, taken = rows[taken > 0], taken[taken > 0]
        one = np.zeros(1, dtype=np.int64)
        given = in_proportion(taken, one, np.array([energy], dtype=np.int64))
        offset = layers[1][rows] - held[rows]
        held[rows] -= taken
        found.append((rows, np.full(len(rows), number, dtype=np.int64), taken, given, offset))
    none = (np.zeros(0, dtype=np.int64),) * 5
    return Draws(*(np.concatenate(each) for each in zip(none, *found, strict=True)))


def _taken(held: Whole, needed: int, policy: StoragePolicy) -> Whole:
    one, total = np.zeros(1, dtype=np.int64), np.array([needed], dtype=np.int64)
    if policy == "weighted":
        return in_proportion(held, one, total)
    if policy == "lifo":
        return in_order(held[::-1], one, total)[::-1]
    return in_order(held, one, total)
