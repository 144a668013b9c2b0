"""What does a kilowatt-hour consumed in a zone carry? The answer of a trace, by hour and whole.

A factor over hours is weighted with load: the sum of what is carried over the sum of what is
consumed, never the mean of hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf import text, units
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from pcf.electricity.tracing.coupling import Coupling
    from pcf.electricity.tracing.network import Network
    from pcf.findings import Finding

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """What energy carries in a network, by zone and hour; `trace` makes one.

    `values` is (hours, zones, names): of each name, how much a unit of energy consumed carries, in
    the unit of `units`; where `known` (hours, zones) is false it is not known, and zero stands in
    the array. `leaving` is the same of what a node sends on (hours, nodes, names), nodes being the
    zones and the externals; `sent` the energy on each line. `stocks` (stores, names) is what the
    stores hold at the end, `unassigned` by name what entered where nobody consumed. `mix` are
    those names that are technologies.
    """

    network: Network
    coupling: Coupling
    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Numbers
    known: Flags
    leaving: Numbers
    sent: Numbers
    stocks: Numbers
    unassigned: Mapping[str, float]
    mix: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def intensity(self, name: str, zone: str) -> tuple[Numbers, Flags]:
        """Return what a unit consumed in a zone carries in each hour, and in which it is known.

        Raises ModelError for a name or a zone that is not there.
        """
        column, row = self._column(name), self._zone(zone)
        return self.values[:, row, column], self.known[:, row]

    def factor(self, name: str, zone: str, load: ArrayLike | None = None) -> Amount:
        """Return the load-weighted factor of a zone over all hours, such as kg/kWh.

        The weights are the zone's consumption, or a `load` of one's own (an hour's number each, or
        one for all). Unknown where an hour of it is, or where nothing is consumed. Raises
        ModelError for a name, a zone or a load that does not fit.
        """
        column, row = self._column(name), self._zone(zone)
        weights = self.network.consumption[:, row] if load is None else self._load(load)
        used = weights > 0
        value = None
        if used.any() and self.known[used, row].all():
            value = float(weights @ self.values[:, row, column] / weights.sum())
        return Amount(value, self.units[column])

    def factors(self, name: str) -> dict[str, Amount]:
        """Return the load-weighted factor of each zone."""
        return {zone: self.factor(name, zone) for zone in self.network.zones}

    def group_factors(self, name: str) -> dict[str, Amount]:
        """Return the load-weighted factor of each group that the network's zones lie within.

        What the zones of a group consume carries, over what they consume.

        >>> from pcf.electricity.tracing import network, trace
        >>> grid = network({"A": 30, "B": 10}, within={"A": "north", "B": "north"})
        >>> str(trace(grid, {"CO2": {"A": 12, "B": 8}}).group_factors("CO2")["north"])
        '0.5 t/MWh'
        """
        column = self._column(name)
        found = {}
        for group in dict.fromkeys(self.network.within.values()):
            rows = [
                row
                for row, zone in enumerate(self.network.zones)
                if self.network.within.get(zone) == group
            ]
            load = self.network.consumption[:, rows]
            known = bool(load.sum() > 0) and bool(self.known[:, rows][load > 0].all())
            carried = float((load * self.values[:, rows, column]).sum())
            value = carried / float(load.sum()) if known else None
            found[group] = Amount(value, self.units[column])
        return found

    def consumed(self, name: str) -> dict[str, Amount]:
        """Return how much of a name the consumption of each zone carries over all hours."""
        factors = self.factors(name)
        totals = dict(zip(self.network.zones, self.network.consumption.sum(axis=0), strict=True))
        return {
            zone: Amount(
                None if each.value is None else each.value * float(totals[zone]),
                self._whole(name),
            )
            for zone, each in factors.items()
        }

    def on_lines(self, name: str) -> Numbers:
        """Return how much of a name enters each line in each hour (hours, lines)."""
        starts, _ = self.network.ends
        return self.sent * self.leaving[:, starts, self._column(name)]

    def by_technology(self, factors: Mapping[str, float], zone: str) -> float | None:
        """Return the sum over the traced mix of share times a factor of the technology.

        So a zone's mix takes life-cycle factors of technologies, at the generator. Raises
        ModelError for a technology without a factor.
        """
        missing = sorted(set(self.mix) - set(factors))
        if missing or not self.mix:
            near = tuple(factors)
            facts = {"technologies": text.listed(missing)}
            raise ModelError(problem("mix-factor-missing", zone, near, **facts))
        shares = {name: self.factor(name, zone).value for name in self.mix}
        known = [share * factors[name] for name, share in shares.items() if share is not None]
        return sum(known) if len(known) == len(shares) else None

    def _whole(self, name: str) -> str:
        """Return the unit of an amount of `name`."""
        unit = self.units[self._column(name)]
        return self.network.unit if unit == "1" else units.multiply(unit, self.network.unit)

    def _load(self, load: ArrayLike) -> Numbers:
        weights = np.asarray(load, dtype=np.float64)
        if weights.size not in (1, self.network.hours) or weights.ndim > 1:
            facts = {"what": "load", "found": weights.shape, "hours": self.network.hours}
            raise ModelError(problem("series-length", "", (), **facts))
        if not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise ModelError(problem("series-unknown", "", (), what="load", hour="?"))
        return np.broadcast_to(np.ravel(weights), (self.network.hours,))

    def _column(self, name: str) -> int:
        if name not in self.names:
            near = text.nearest(name, self.names) or self.names
            raise ModelError(problem("traced-unknown", name, near, name=name))
        return self.names.index(name)

    def _zone(self, zone: str) -> int:
        zones = self.network.zones
        if zone not in zones:
            near = text.nearest(zone, zones) or zones
            raise ModelError(problem("zone-unknown", zone, near, name=zone, what="trace"))
        return zones.index(zone)
