"""What do an organisation's accounts show of its electricity? Both methods, one table of coverage.

GHG Protocol, Scope 2 Guidance (2015): location-based = sum of kWh x the factor of the place;
market-based = claimed kWh x what the claims carry + unclaimed kWh x the residual. Both in the
combustion family. That the second is lower than the first proves nothing; it is not a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.electricity.residual.factors import require_combustion
from pcf.errors import ModelError, PcfError, problem
from pcf.model.amounts import Amount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.electricity.residual.factors import CombustionFactor, LifeCycleFactor
    from pcf.errors import Problem
    from pcf.findings import Finding


@dataclass(frozen=True, slots=True)
class DualReport:
    """Electricity of a site or an organisation by both methods.

    `coverage` is the claimed part of consumption, `uncovered` the rest in kWh.
    """

    location_based: Amount
    market_based: Amount
    coverage: float
    uncovered: Amount
    findings: tuple[Finding, ...] = ()


def dual_report(
    consumed: Amount,
    claims: Iterable[tuple[Amount, float]],
    *,
    location: CombustionFactor | LifeCycleFactor,
    residual: CombustionFactor | LifeCycleFactor,
) -> DualReport:
    """Return consumption by the location-based and the market-based method, kg CO2.

    `claims` are pairs of claimed electricity and what a kWh of it emits at the plant, kg CO2.
    Raises ModelError with every problem: a life-cycle factor, which is for products, an amount or a
    claim's factor that is unknown or negative, claims beyond consumption. Raises UnitError for what
    is no energy.

    >>> from pcf.electricity.residual.factors import CombustionFactor
    >>> from pcf.model.coverage import Period
    >>> year = Period.read("2023")
    >>> report = dual_report(
    ...     Amount(1.0, "GWh"), [(Amount(400.0, "MWh"), 0.0)],
    ...     location=CombustionFactor(0.4419, "CN-GD", year, "provincial average"),
    ...     residual=CombustionFactor(0.6096, "CN", year, "without market-traded non-fossil"))
    >>> str(report.location_based), str(report.market_based), report.coverage
    ('441,900 kg', '365,760 kg', 0.4)
    """
    pairs = list(claims)
    problems: list[Problem] = []
    for factor in (location, residual):
        try:
            require_combustion(factor)
        except PcfError as error:
            problems += error.problems
    used = consumed.to("kWh").value
    energies = [claimed.to("kWh").value for claimed, _ in pairs]
    known = [energy for energy in energies if energy is not None and energy >= 0]
    strange = [factor for _, factor in pairs if not 0 <= factor < float("inf")]
    if used is None or used <= 0 or len(known) != len(energies) or strange:
        problems.append(problem("accounts-amounts"))
    elif sum(known) > used * (1 + 1e-9):
        facts = {"consumed": f"{used:.9g}", "claimed": f"{sum(known):.9g}"}
        problems.append(problem("claimed-too-much", "", (), **facts))
    if problems or used is None:
        raise ModelError(*problems)
    rest = max(used - sum(known), 0.0)
    claimed = sum(energy * factor for energy, (_, factor) in zip(known, pairs, strict=True))
    return DualReport(
        Amount(used * location.value, "kg"),
        Amount(claimed + rest * residual.value, "kg"),
        sum(known) / used,
        Amount(rest, "kWh"),
        tuple(dict.fromkeys((*location.findings, *residual.findings))),
    )
