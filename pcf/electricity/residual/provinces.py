"""What is left for whom in each province? A residual by flow tracing that conserves emissions.

With the matrix A of flow tracing (direct, or another coupling), generation P, emissions E, claims c
generated in each province with their factor f, and claims used u:

    e = A^-1 (E - c f)     what unclaimed emissions a unit consumed carries
    m = A^-1 (P - c)       how much of it still has its attributes
    available_p = m_p D_p,  rho_p = e_p / m_p,  untracked_p = D_p - u_p

What is available beyond the untracked goes to the pool, what is missing comes from it:

    residual_p = (min(available_p, untracked_p) rho_p + deficit_p pool) / untracked_p

So emissions are conserved: sum untracked x residual + sum c f = sum E. Without claims the residual
is the location factor. With losses, what was generated for them is untracked too and its emissions
stay with those who consume without a claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf import units
from pcf.electricity.residual.factors import CombustionFactor, LifeCycleFactor
from pcf.electricity.tracing.following import trace
from pcf.electricity.tracing.series import read_columns, unknown_names
from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.model.coverage import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from pcf.background.values import Family
    from pcf.electricity.tracing.coupling import Coupling
    from pcf.electricity.tracing.network import Network
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.model.coverage import Period

    Numbers = NDArray[np.float64]

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Claims on the generation of a zone: a number or one an hour, and what a unit of it carries.

    `factor` is in the unit of the emissions over that of the network.
    """

    energy: ArrayLike
    factor: float = 0.0


@dataclass(frozen=True, slots=True)
class ProvincialResiduals:
    """The residual factor of each zone of a network over all its hours, and how it came about.

    By zone: `location` the traced factor of all consumption, `residual` that of untracked
    consumption (None where all is claimed), `attributes` the part of consumption that still has
    them, all in `unit` or in the network's. `claimed_emissions` is what the claims carry. `gap` is
    surplus less deficit: not zero where claims are used elsewhere than in the network.
    """

    family: Family
    unit: str
    location: Mapping[str, float | None] = field(hash=False)
    residual: Mapping[str, float | None] = field(hash=False)
    attributes: Mapping[str, float | None] = field(hash=False)
    available: Mapping[str, float] = field(hash=False)
    untracked: Mapping[str, float] = field(hash=False)
    surplus: Mapping[str, float] = field(hash=False)
    deficit: Mapping[str, float] = field(hash=False)
    pool: float | None
    claimed_emissions: float
    gap: float
    findings: tuple[Finding, ...] = ()

    def factor(
        self, zone: str, period: Period, *, source: str
    ) -> LifeCycleFactor | CombustionFactor:
        """Return the residual of a zone as a factor of its family; `zone` is a place of the tree.

        A life-cycle factor stands at the generator. Raises ModelError where the zone is not there,
        is no place, or has no untracked consumption.
        """
        value = self.residual.get(zone)
        if value is None:
            known = tuple(name for name, each in self.residual.items() if each is not None)
            raise ModelError(problem("residual-unknown", zone, known, name=zone))
        place = find_place(zone)
        if self.family == "combustion":
            kilograms = value * units.factor(self.unit, "kg/kWh")
            told = (*self.findings, finding("residual-own", place, method="traced"))
            return CombustionFactor(
                kilograms, place, period, "residual mix", source=source, findings=told
            )
        kilograms = value * units.factor(self.unit, "kg CO2e/kWh")
        told = (*self.findings, finding("residual-own", place, method="traced"))
        return LifeCycleFactor(
            kilograms, place, period, "residual mix", "generator", source=source, findings=told
        )


def provincial_residuals(  # noqa: PLR0913 - each is a different statistic
    grid: Network,
    emissions: Mapping[str, ArrayLike],
    *,
    claims: Mapping[str, Claims],
    used: Mapping[str, float],
    family: Family,
    unit: str | None = None,
    coupling: Coupling = "direct",
) -> ProvincialResiduals:
    """Return the residual of every zone, by tracing what is not claimed.

    `emissions` by zone are of the `family`, in `unit` (t, or t CO2e for the life cycle): CO2 at
    power plants, or technologies' life-cycle factors times their generation. `claims` are by the
    zone where they were generated, `used` by the zone where they were used, over all hours.

    Raises ModelError with every problem: names that are no zones, more claimed than generated or
    emitted in an hour, more used than consumed, deficits without any surplus, external nodes or
    stores (whose attributes are not known), and all that `trace` refuses.

    >>> from pcf.electricity.tracing import network
    >>> grid = network({"Yunnan": 200, "Guangdong": 250}, {("Yunnan", "Guangdong"): 120})
    >>> result = provincial_residuals(
    ...     grid, {"Yunnan": 4, "Guangdong": 150}, family="combustion",
    ...     claims={"Yunnan": Claims(90)}, used={"Guangdong": 90})
    >>> {zone: round(value, 4) for zone, value in result.location.items()}
    {'Yunnan': 0.02, 'Guangdong': 0.4119}
    >>> {zone: round(value, 4) for zone, value in result.residual.items()}
    {'Yunnan': 0.237, 'Guangdong': 0.4823}
    """
    unit = unit or ("t" if family == "combustion" else "t CO2e")
    claimed, carried = _claimed(grid, emissions, claims, used)
    table = read_columns(emissions, grid.zones, grid.hours, "emissions")
    columns = {
        "all": table,
        "rest": table - carried,
        "energy": grid.generation,
        "attributes": grid.generation - claimed,
    }
    series = {name: dict(zip(grid.zones, each.T, strict=True)) for name, each in columns.items()}
    traced = trace(grid, series, unit=unit, coupling=coupling)
    load = grid.consumption
    sums = np.einsum("tz,tzk->zk", load, traced.values)
    consumed = load.sum(axis=0)
    taken = np.array([used.get(zone, 0.0) for zone in grid.zones])
    _require_claims(grid, taken, consumed)
    balance = _balance(grid, sums, taken, consumed)
    told = list(traced.findings)
    if abs(balance.gap) > ROUNDING * consumed.sum():
        told.append(finding("residual-gap", "", gap=f"{balance.gap:.6g}", unit=grid.unit))
    zones = grid.zones
    return ProvincialResiduals(
        family,
        units.divide(units.unit(unit), grid.unit),
        location=_quotients(zones, sums[:, 0], consumed),
        residual=_quotients(zones, balance.carried, balance.untracked),
        attributes=_quotients(zones, sums[:, 3], consumed),
        available=_numbers(zones, sums[:, 3]),
        untracked=_numbers(zones, consumed - taken),
        surplus=_numbers(zones, balance.surplus),
        deficit=_numbers(zones, balance.deficit),
        pool=balance.pool,
        claimed_emissions=float(carried.sum()),
        gap=balance.gap,
        findings=tuple(told),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Balance:
    carried: Numbers
    untracked: Numbers
    surplus: Numbers
    deficit: Numbers
    pool: float | None
    gap: float


def _claimed(
    grid: Network,
    emissions: Mapping[str, ArrayLike],
    claims: Mapping[str, Claims],
    used: Mapping[str, float],
) -> tuple[Numbers, Numbers]:
    """Return claims by zone and hour, and what they carry; refuse what cannot be."""
    problems = [problem("residual-open", name) for name in grid.externals]
    problems += [problem("residual-open", store.zone) for store in grid.stores]
    for what, names in (("claims", claims), ("used", used), ("emissions", emissions)):
        problems += unknown_names(names, grid.zones, what)
    for zone, made in zip(grid.zones, grid.generation.sum(axis=0), strict=True):
        if made > 0 and zone not in emissions:
            problems.append(problem("carried-missing", zone, name="emissions"))
    if problems:
        raise ModelError(*problems)
    energy = {zone: each.energy for zone, each in claims.items()}
    taken = read_columns(energy, grid.zones, grid.hours, "claims")
    factors = [claims[zone].factor if zone in claims else 0.0 for zone in grid.zones]
    carried = taken * np.array(factors)
    emitted = read_columns(emissions, grid.zones, grid.hours, "emissions")
    for column, zone in enumerate(grid.zones):
        beyond = taken[:, column] > grid.generation[:, column] * (1 + ROUNDING)
        above = carried[:, column] > emitted[:, column] + ROUNDING * np.abs(emitted[:, column])
        for code, hours in (
            ("claims-negative", (taken[:, column] < 0) | (carried[:, column] < 0)),
            ("claims-beyond-generation", beyond),
            ("claims-beyond-emissions", above),
        ):
            if hours.any():
                problems.append(problem(code, zone, hour=int(np.argmax(hours))))
    if problems:
        raise ModelError(*problems)
    return taken, carried


def _require_claims(grid: Network, taken: Numbers, consumed: Numbers) -> None:
    problems: list[Problem] = []
    for zone, use, load in zip(grid.zones, taken, consumed, strict=True):
        if not 0 <= use <= load * (1 + ROUNDING):
            facts = {"consumed": f"{load:.9g}", "claimed": f"{use:.9g}"}
            problems.append(problem("claimed-too-much", zone, (), **facts))
    if problems:
        raise ModelError(*problems)


def _balance(grid: Network, sums: Numbers, taken: Numbers, consumed: Numbers) -> _Balance:
    """Return what each zone's untracked consumption carries, balanced by the pool.

    `sums` (zones, 4): what consumption carries of all emissions, of those not claimed, of gross
    generation and of generation with attributes.
    """
    rest, available = sums[:, 1], sums[:, 3]
    wanted = sums[:, 2] - taken
    over = available - wanted
    over[np.abs(over) <= ROUNDING * consumed.sum()] = 0.0
    surplus, deficit = np.maximum(over, 0.0), np.maximum(-over, 0.0)
    kept = np.where(available > 0, 1 - surplus / np.where(available > 0, available, 1.0), 1.0)
    pool = float(((1 - kept) * rest).sum() / surplus.sum()) if surplus.any() else None
    if pool is None and deficit.any():
        short = ", ".join(zone for zone, each in zip(grid.zones, deficit, strict=True) if each > 0)
        raise ModelError(problem("pool-empty", "", (), areas=short))
    carried = kept * rest + deficit * (pool if pool is not None else 0.0)
    untracked = consumed - taken
    nobody = untracked <= ROUNDING * consumed
    if (carried[nobody] > ROUNDING * max(rest.sum(), 0.0)).any():
        zone = grid.zones[int(np.argmax(np.where(nobody, carried, -1.0)))]
        raise ModelError(problem("residual-nobody", zone))
    gap = float(surplus.sum() - deficit.sum())
    return _Balance(carried, np.where(nobody, 0.0, untracked), surplus, deficit, pool, gap)


def _quotients(zones: tuple[str, ...], above: Numbers, below: Numbers) -> dict[str, float | None]:
    """Return above over below by zone; None where nothing stands below."""
    return {
        zone: float(top / bottom) if bottom > 0 else None
        for zone, top, bottom in zip(zones, above, below, strict=True)
    }


def _numbers(zones: tuple[str, ...], values: Numbers) -> dict[str, float]:
    return dict(zip(zones, map(float, values), strict=True))
