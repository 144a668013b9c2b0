"""A footprint from a product system: solve, characterise, count, check.

DESIGN 'What the number is' decides what is counted where; this module is that section as code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf import text, units
from pcf.analysis.accounting import (
    Account,
    cancelling,
    meter_factors,
    meter_weights,
    role_rows,
    solve_account,
    solve_credits,
    summed,
)
from pcf.analysis.contributions import Contributions, contributions, with_meters
from pcf.analysis.interval import analytic_interval
from pcf.analysis.values import BiogenicCarbon, Checks, Footprint, Gap
from pcf.errors import ModelError, SolveError, problem
from pcf.findings import Finding, finding
from pcf.inventory import signed_amounts, solver_of
from pcf.model.amounts import Amount
from pcf.model.declared import DeclaredUnit, Exclusion
from pcf.model.flows import IN_TOTAL, LINES, UNSPLIT, Line
from pcf.model.systems import ELEMENTARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pcf.analysis.interval import Interval
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.systems import ProductSystem

    Meters = Mapping[str, tuple[tuple[str, float], ...]]

CARBON_TO_CO2 = 44 / 12
"""kg CO2 per kg C (molar masses 44 and 12)."""
CARBON_TOLERANCE = 0.1
"""How far biogenic carbon out may be from that taken up before it is a finding."""
TOLERANCE = 1e-9


def footprint(  # noqa: PLR0913 - each is a different thing that a study states
    system: ProductSystem,
    declared_unit: DeclaredUnit | tuple[str, str],
    characterisation: CharacterisationSet,
    *,
    electricity: Mapping[str, Meters] | None = None,
    exclusions: Sequence[Exclusion] = (),
    findings: Sequence[Finding] = (),
    title: text.Name | None = None,
    context: Mapping[str, str] | None = None,
    near: ProductSystem | None = None,
) -> Footprint:
    """Return the footprint of `declared_unit`, such as `("1 t", "aluminium ingot")`.

    `electricity` maps the name of each treatment (the headline first) to what every meter's kWh
    counts by: pairs of (process, weight). `exclusions` are all gaps of the study; those with a
    bound are in the system as rows 'upper bound of ...'. `findings` of reading and linking ride
    along. A system is factorised once, however many footprints are asked of it; `near` is another
    one that has a footprint and differs in a few processes or products, by way of which a large
    system is solved more cheaply, to the same 10 digits.

    Raises SolveError when the system has no answer or a check fails, ModelError for a gas without a
    factor, a meter without a treatment, or uptake without the carbon stored in the product.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("heat", "1 GJ", emits={"CO2": "94.6 kg"})])
    >>> footprint(system, ("2 GJ", "heat"), CharacterisationSet.of("mine", {"CO2": 1})).total
    189.2
    """
    if characterisation.unit != "kg CO2e":
        raise ModelError(
            problem("set-not-climate", characterisation.id, unit=characterisation.unit)
        )
    unit = _declared(declared_unit)
    account = solve_account(system, _reference(system, unit), characterisation, near=near)
    treatments = dict(electricity or {})
    if system.meters and not treatments:
        raise ModelError(problem("treatment-missing", meters=text.listed(system.meters)))
    factors = {name: meter_factors(account, meters) for name, meters in treatments.items()}
    headline = next(iter(treatments), "")
    counted = factors.get(headline, np.zeros((len(system.meters), account.intensity.shape[1])))
    stored = _stored(unit)
    scaling = _with_providers(account, treatments.get(headline, {}))
    biogenic = _biogenic(account, scaling, stored)
    table = contributions(account, counted)
    lines = _lines(account, counted)
    stored_co2 = 0.0 if stored is None else stored * CARBON_TO_CO2
    added = stored_co2 if characterisation.convention == "-1/+1" else 0.0
    total = _total(lines, added)
    price = with_meters(account, counted)[:, account.priced].sum(axis=1)
    interval = analytic_interval(account, counted, scaling, total)
    gaps = _gaps(account, exclusions, total)
    per_run = _per_process(account, counted)
    return Footprint(
        title=title or unit.name,
        declared_unit=unit,
        characterisation=characterisation.name,
        electricity=headline,
        lines={line: value for line, value in lines.items() if line != "outside" or value},
        total=total,
        total_including_uptake=total - stored_co2,
        stored_added=added,
        unsplit=_unsplit(table),
        credits=solve_credits(account, treatments.get(headline, {}), near=near),
        biogenic=biogenic,
        interval=interval,
        treatments={name: _total(_lines(account, each), added) for name, each in factors.items()},
        gaps=gaps,
        findings=(
            *findings,
            *_own_findings(table, lines, total, gaps),
            *_carbon(biogenic),
            *_lopsided(interval),
            *cancelling(account, per_run),
        ),
        checks=_checked(account, table, lines, price, scaling),
        contributions=table,
        scaling={
            str(id_): float(runs)
            for id_, runs in zip(system.processes.ids, scaling, strict=True)
            if runs
        },
        meters=dict(treatments.get(headline, {})),
        counted={name: dict(meters) for name, meters in treatments.items()},
        per_run=per_run,
        intensity=np.where(system.processes.treats, -price, price),
        emitted=account.emitted,
        gases=characterisation,
        context=dict(context or {}),
    )


def _declared(written: DeclaredUnit | tuple[str, str]) -> DeclaredUnit:
    if isinstance(written, DeclaredUnit):
        return written
    amount, product = written
    return DeclaredUnit(Amount.read(amount), product)


def _reference(system: ProductSystem, unit: DeclaredUnit) -> NDArray[np.float64]:
    """Return f (n): the declared amount in the unit of the one process that makes the product."""
    maker = system.maker(unit.product)
    basis = str(system.processes.bases[maker])
    if unit.basis and basis and unit.basis != basis:
        own_id = str(system.processes.ids[maker])
        raise ModelError(
            problem("basis-differs", unit.product, basis=unit.basis, provider=own_id, other=basis)
        )
    reference = np.zeros(len(system.processes))
    own = str(system.processes.units[maker])
    factor = 1.0 if unit.amount.unit == own else units.factor(unit.amount.unit, own)
    sign = -1.0 if system.processes.treats[maker] else 1.0
    reference[maker] = sign * unit.quantity * factor
    return reference


def _lines(account: Account, factors: NDArray[np.float64]) -> dict[Line, float]:
    values = account.own(with_meters(account, factors))
    lines = dict.fromkeys(LINES, 0.0)
    for group, value in zip(account.groups, values, strict=False):  # the others count nothing
        lines[group.line] += float(value)
    return lines


def _total(lines: Mapping[Line, float], added: float) -> float:
    """Return the total (DESIGN 'What the number is' 2); `added` is the stored carbon as CO2."""
    return sum(value for line, value in lines.items() if line in IN_TOTAL) + added


def _stored(unit: DeclaredUnit) -> float | None:
    return None if unit.biogenic_carbon is None else unit.biogenic_carbon.to("kg").value


def _with_providers(account: Account, meters: Meters) -> NDArray[np.float64]:
    """Return x (n) with the processes behind the meters' electricity running too."""
    if not account.system.meters:
        return account.scaling
    weights = meter_weights(account.system, meters)
    behind = np.eye(len(weights)) - summed(weights, account.metered)
    kwh = np.asarray(np.linalg.solve(behind.T, account.own(account.metered)), dtype=np.float64)
    reference = account.reference + summed(kwh, weights)
    return solver_of(account.system, credits=False).forward(reference).values


def _biogenic(
    account: Account, scaling: NDArray[np.float64], stored: float | None
) -> BiogenicCarbon:
    """Return kg CO2 emitted and taken up; refuse uptake without the stored carbon."""
    columns = account.system.exchanges
    runs = scaling[columns.process] * signed_amounts(columns)
    sums = {"biogenic CO2 emitted": 0.0, "biogenic CO2 taken up": 0.0}
    for position, group in enumerate(account.groups):
        if group.line in sums:
            sums[group.line] += float(runs[account.group == position].sum())
    emitted, taken_up = sums["biogenic CO2 emitted"], -sums["biogenic CO2 taken up"]
    if taken_up and stored is None:
        raise ModelError(problem("stored-carbon-unknown", taken_up=f"{taken_up:,.6g}"))
    return BiogenicCarbon(emitted, taken_up, stored)


def _unsplit(table: Contributions) -> float:
    unsplit = np.array([group.gas == UNSPLIT for group in table.groups], dtype=np.bool_)
    return float(table.value[unsplit[table.group] & table.in_total].sum())


def _per_process(account: Account, factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return q (n): in-total kg CO2e per run of each process, its metered electricity included."""
    columns = account.system.exchanges
    q = np.zeros(len(account.system.processes))
    np.add.at(q, columns.process, account.emitted)
    for row, (k, turned) in enumerate(role_rows(account.system, "meter")):
        here = (columns.target == k) & (columns.kind == ELEMENTARY)
        price = turned * factors[row, account.priced].sum()
        np.add.at(q, columns.process[here], columns.amount[here] * price)
    return q


def _gaps(account: Account, exclusions: Sequence[Exclusion], total: float) -> tuple[Gap, ...]:
    bounds = dict(zip(account.bounds, account.own(account.bounded).tolist(), strict=True))
    reasons = {each.name: each.reason for each in exclusions}
    everything = total + sum(bounds.values())
    gaps = [
        Gap(name, bound, bound / everything if everything else None, reasons.get(name, ""))
        for name, bound in bounds.items()
    ]
    unknown = (each for each in exclusions if each.bound is None)
    return (*gaps, *(Gap(each.name, None, None, each.reason) for each in unknown))


def _own_findings(
    table: Contributions, lines: Mapping[Line, float], total: float, gaps: Sequence[Gap]
) -> list[Finding]:
    found = [finding("total-zero")] if total == 0 else []
    sums = table.summed(table.stages())
    heads = table.system.processes
    for position, stage in enumerate(table.system.stages):
        used = (heads.stages == position) & heads.foreground
        if used.any() and sums.get(stage, 0.0) == 0:
            found.append(finding("stage-zero", stage))
    if lines["outside"]:
        found.append(finding("outside-counted", amount=f"{lines['outside']:,.6g}"))
    found += [finding("gap-unbounded", gap.name) for gap in gaps if gap.bound is None]
    return found


def _carbon(biogenic: BiogenicCarbon) -> list[Finding]:
    """Return a finding where carbon is emitted or taken up and the other side is not there.

    What was taken up is emitted or stored again, within 10 %; what is emitted was taken up.

    Biogenic methane carries carbon off as well, which is not counted here: hence the tolerance.
    """
    if not biogenic.taken_up and biogenic.emitted:
        return [finding("biogenic-alone", emitted=f"{biogenic.emitted:,.6g}")]
    if biogenic.stored is None or not biogenic.taken_up:
        return []
    out = biogenic.emitted + biogenic.stored * CARBON_TO_CO2
    share = (out - biogenic.taken_up) / biogenic.taken_up
    if abs(share) <= CARBON_TOLERANCE:
        return []
    facts = {"taken_up": f"{biogenic.taken_up:,.6g}", "out": f"{out:,.6g}"}
    return [finding("biogenic-open", taken_up=facts["taken_up"], out=facts["out"])]


def _lopsided(interval: Interval | None) -> list[Finding]:
    if interval is None or not interval.lopsided:
        return []
    return [finding("interval-lopsided", by=f"{interval.shift:+,.4g}")]


def _checked(
    account: Account,
    table: Contributions,
    lines: Mapping[Line, float],
    price: NDArray[np.float64],
    scaling: NDArray[np.float64],
) -> Checks:
    """Return the checks; raise SolveError when one is beyond 1e-9 relative to what was summed."""
    counted = sum(value for line, value in lines.items() if line in IN_TOTAL)
    values = table.value[table.in_total]
    scale = max(float(np.abs(values).sum()), abs(counted))
    runs = scaling[account.system.exchanges.process]
    forward = float((runs * account.emitted).sum())
    adjoint = float(account.own(price))
    checks = Checks(
        residual=account.residual,
        parts=abs(float(values.sum()) - counted) / scale if scale else 0.0,
        adjoint=abs(forward - adjoint) / scale if scale else 0.0,
    )
    if max(checks.residual, checks.parts, checks.adjoint) > TOLERANCE:
        figures = (f"{each:.1e}" for each in (checks.residual, checks.parts, checks.adjoint))
        raise SolveError(problem("checks-failed", figures=", ".join(figures)))
    return checks
