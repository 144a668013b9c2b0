"""Which datum moves a computed number? Derivatives of facts, from the footprint's contributions.

A fact computed from the footprint moves with every exchange: to first order by its slope on each
contribution times that contribution. An exchange's amount, and the factor that a provider brings,
are the data that a better measurement would change.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pcf.analysis.contributions import REFERENCE
from pcf.errors import Where
from pcf.model.amounts import SPREAD_KINDS, Spread
from pcf.model.systems import NONE, PRODUCT, WASTE
from pcf.rules.values import Driver

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pcf.analysis import Footprint
    from pcf.model.systems import ProductSystem

MOST = 12


def drivers_of(
    footprint: Footprint, slopes: ArrayLike = 1.0, *, most: int = MOST
) -> tuple[Driver, ...]:
    """Return the data that move a fact most: activity data and the factors of their providers.

    `slopes` is the fact's derivative by each contribution of `footprint.contributions`, in the
    fact's unit per kg CO2e per declared unit: one number for all, or one each. Of the total it is
    1; of a share P / T it is (1 - P/T) / T on the contributions of P and -(P/T) / T on the others.
    Contributions outside the total count nothing. With one slope for all, what foreground processes
    pass to each other is a datum too: runs x amount x intensity of what is passed.

    No example: it takes a footprint; tests hold it against finite differences.
    """
    table = footprint.contributions
    moved = np.where(table.in_total, np.asarray(slopes, dtype=float) * table.value, 0.0)
    system = footprint.system
    effects: dict[tuple[str, int], float] = {}
    rows = zip(table.exchange.tolist(), table.providers(), moved.tolist(), strict=True)
    for exchange, provider, effect in rows:
        if exchange != REFERENCE:
            key = ("amount", exchange)
            effects[key] = effects.get(key, 0.0) + effect
        if provider != NONE:
            key = ("factor", provider)
            effects[key] = effects.get(key, 0.0) + effect
    if np.ndim(slopes) == 0:
        effects |= _passed_on(footprint, float(np.asarray(slopes)))
    largest = sorted(effects, key=lambda key: (-abs(effects[key]), key))[:most]
    return tuple(_driver(footprint, system, key, effects[key]) for key in largest if effects[key])


def _passed_on(footprint: Footprint, slope: float) -> dict[tuple[str, int], float]:
    """Return the effect of each amount that a foreground process takes from another."""
    system, columns = footprint.system, footprint.system.exchanges
    heads = system.processes
    linked = np.isin(columns.kind, (PRODUCT, WASTE)) & heads.foreground[columns.process]
    found = {}
    for e in np.flatnonzero(linked & heads.foreground[columns.target]).tolist():
        runs = footprint.scaling.get(str(heads.ids[columns.process[e]]))
        if runs is not None:
            price = float(footprint.intensity[columns.target[e]])
            found["amount", e] = slope * runs * float(columns.amount[e]) * price
    return found


def _driver(
    footprint: Footprint, system: ProductSystem, key: tuple[str, int], effect: float
) -> Driver:
    what, index = key
    columns = system.exchanges
    if what == "factor":
        id_ = str(system.processes.ids[index])
        return Driver(f"factor: {id_}", effect, _factor_spread(footprint, index), Where(item=id_))
    process = str(system.processes.ids[columns.process[index]])
    row = str(columns.ids[index])
    name = f"{process}: {columns.flows[index]}"
    return Driver(name, effect, relative_spread(system, index), Where(item=row or name))


def relative_spread(system: ProductSystem, exchange: int) -> float | None:
    """Return the standard deviation of an exchange's amount relative to it; None: not stated."""
    columns = system.exchanges
    value = float(columns.amount[exchange])
    if columns.spread[exchange] == NONE or value == 0:
        return None
    kind = SPREAD_KINDS[columns.spread[exchange]]
    spread = Spread(kind, float(columns.low[exchange]), float(columns.high[exchange]))
    return spread.deviation(value) / abs(value)


def _factor_spread(footprint: Footprint, provider: int) -> float | None:
    """Return the relative deviation of a provider's intensity by its own emissions' spreads."""
    columns = footprint.system.exchanges
    own: NDArray[np.int64] = np.flatnonzero(columns.process == provider)
    spreads = [(int(each), relative_spread(footprint.system, int(each))) for each in own]
    runs = float(footprint.system.processes.amounts[provider])
    whole = abs(float(footprint.intensity[provider]) * runs)
    parts = [
        float(footprint.emitted[each]) * spread for each, spread in spreads if spread is not None
    ]
    return math.hypot(*parts) / whole if parts and whole else None
