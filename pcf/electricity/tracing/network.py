"""What did each zone generate, exchange, store and consume, hour by hour? Frozen values.

A zone is whatever is balanced: a province, a prefecture, a user. A line leads one way; what is
`sent` into it and what is `received` from it differ by its loss. Names at the ends of lines that
are no zones are external: what they send has a stated intensity, what they receive leaves.

For every zone and hour, in one unit of energy:

    generation + discharge + received = consumption + charge + sent
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.tracing.series import sums_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from pcf.findings import Finding

    Numbers = NDArray[np.float64]
    Ends = NDArray[np.intp]

Line = tuple[str, str]
"""From and to."""
STATED = 1e-6
"""How far a stated sum may be from the one that the network gives, as a part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """A store of a zone, such as pumped hydro or batteries: what went in and came out each hour.

    `charge` and `discharge` are a number or one an hour; `efficiency` is discharged over charged
    energy of a round trip. `opening` is the charged energy it held before the first hour, and
    `carried` what that carries: by name of what is traced, in its unit.

    >>> Store("CN-HB", charge=[10.0, 0.0], discharge=[0.0, 7.5], efficiency=0.75).zone
    'CN-HB'
    """

    zone: str
    charge: ArrayLike
    discharge: ArrayLike
    efficiency: float
    opening: float = 0.0
    carried: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Network:
    """Zones, the lines between them, and their energy in each hour; `building.network` makes one.

    `generation` is (hours, zones), `sent` and `received` (hours, lines), `charge` and `discharge`
    (hours, stores), all in `unit`. `within` names the group of zones that lie in a larger one.
    """

    zones: tuple[str, ...]
    generation: Numbers
    lines: tuple[Line, ...]
    sent: Numbers
    received: Numbers
    stores: tuple[Store, ...]
    charge: Numbers
    discharge: Numbers
    unit: str = "MWh"
    within: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def hours(self) -> int:
        """The number of hours."""
        return len(self.generation)

    @cached_property
    def externals(self) -> tuple[str, ...]:
        """The names at the ends of lines that are no zones, sorted."""
        return tuple(sorted({end for line in self.lines for end in line} - set(self.zones)))

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The zones, then the externals."""
        return (*self.zones, *self.externals)

    @cached_property
    def ends(self) -> tuple[Ends, Ends]:
        """The positions among `nodes` of where each line starts and where it leads."""
        place = {name: number for number, name in enumerate(self.nodes)}
        starts = np.array([place[start] for start, _ in self.lines], dtype=np.intp)
        return starts, np.array([place[end] for _, end in self.lines], dtype=np.intp)

    @cached_property
    def store_zones(self) -> Ends:
        """The position of each store's zone among the zones."""
        return np.array([self.zones.index(store.zone) for store in self.stores], dtype=np.intp)

    @cached_property
    def supply(self) -> Numbers:
        """What enters each zone from its own plants and stores (hours, zones)."""
        return self.generation + sums_at(self.discharge, self.store_zones, len(self.zones))

    @cached_property
    def charging(self) -> Numbers:
        """What the stores of each zone take in (hours, zones)."""
        return sums_at(self.charge, self.store_zones, len(self.zones))

    @cached_property
    def consumption(self) -> Numbers:
        """What is consumed in each zone (hours, zones); rounding below zero is zero."""
        return np.maximum(balance(self)[0], 0.0)

    @cached_property
    def losses(self) -> Numbers:
        """What each line loses (hours, lines)."""
        return self.sent - self.received


def balance(grid: Network) -> tuple[Numbers, Numbers]:
    """Return consumption by the balance, and what passes through each zone (hours, zones).

    The first may be below zero where the numbers do not fit.
    """
    starts, ends = grid.ends
    count, nodes = len(grid.zones), len(grid.nodes)
    through = grid.supply + sums_at(grid.received, ends, nodes)[:, :count]
    left = sums_at(grid.sent, starts, nodes)[:, :count] + grid.charging
    return through - left, through
