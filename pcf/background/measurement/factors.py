"""How do measurements become a row of background data? A factor, its spread, what stands behind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pcf import units
from pcf.background.fuels import CARBON_PER_HEAT
from pcf.background.measurement.propagation import Combined, propagate
from pcf.background.measurement.quantities import Quantity, type_a_together
from pcf.background.measurement.series import outliers
from pcf.background.values import Background, BackgroundProcess, Edition
from pcf.errors import BackgroundError, problem
from pcf.findings import finding
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import Coverage, Period, find_place
from pcf.model.flows import ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess
from pcf.text import Name, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.background.behind import Calibration
    from pcf.errors import Problem
    from pcf.findings import Finding

_CO2_PER_CARBON = 44 / 12


@dataclass(frozen=True, slots=True)
class FuelAnalysis:
    """One analysed lot of a fuel: its mass, carbon content and lower heating value.

    `carbon` is kg C per kg and `heat` GJ per t, on the same basis as `mass` (t).
    """

    mass: float
    carbon: float
    heat: float
    sample: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredFactor:
    """A factor from measurements: `result` in `unit` of `gas` per `per` of `product`."""

    product: str
    gas: str
    unit: str
    per: str
    result: Combined
    period: Period
    inputs: tuple[Quantity, ...]
    calibrations: tuple[Calibration, ...]
    findings: tuple[Finding, ...]

    def background(
        self,
        id: str,  # noqa: A002 - the word users write
        *,
        place: str,
        source: Source,
        boundary: str,
    ) -> Background:
        """Return the factor as a set of one process, its spread the combined uncertainty.

        Its findings and calibrations stay with the process: a study that uses it inherits them.

        Raises BackgroundError for a gas that is not known or a unit that does not fit it,
        ModelError for a place that is not.
        No example: `fuel_factor` shows it at work.
        """
        flow = find_gas(self.gas)
        if flow is None or not units.same_dimension(self.unit, flow.unit):
            near = nearest(self.gas, ("CO2", "CH4", "N2O", "CO2, biogenic"))
            raise BackgroundError(problem("measured-gas", self.product, near, gas=self.gas))
        amount = self.result.amount(self.unit, source.id)
        exchange = Exchange(
            flow.id, amount, flow.direction, "elementary", elementary=flow,
            id=f"{id}: {flow.id}", confidence=source.confidence,
        )  # fmt: skip
        name = Name(self.product, self.product)
        process = UnitProcess(
            id, self.product, Amount(1.0, self.per), (exchange,), name,
            coverage=Coverage(find_place(place), self.period), foreground=False, source=source.id,
        )  # fmt: skip
        row = BackgroundProcess(
            process,
            boundary,
            technology="measured",
            calibrations=self.calibrations,
            told=self.findings,
        )
        edition = Edition(id, draft=False, title=name)
        return Background(
            (edition,), (row,), (ProductFlow(self.product, name, self.per),), (source,)
        )


def fuel_factor(  # noqa: PLR0913 - what the arithmetic needs and what it rests on
    fuel: str,
    analyses: Sequence[FuelAnalysis],
    *,
    oxidation: Quantity,
    period: Period,
    method: Mapping[str, float] | None = None,
    calibrations: Sequence[Calibration] = (),
    gas: str = "CO2",
) -> MeasuredFactor:
    """Return kg CO2 per GJ of a fuel from its analyses: carbon / heat x oxidation x 44/12.

    Carbon and heat are means weighted by mass, in which the same lots correlate. Of weights w
    (sum 1) the effective number of lots is 1 / sum(w^2), by which the scatter of single lots is
    divided. `method` adds the laboratory's own relative standard uncertainty to 'carbon' and
    'heat', the same in all lots. Outliers count and are findings. `gas` is 'CO2, biogenic' where
    the fuel grew lately.

    Raises BackgroundError for fewer than two analyses, contents that cannot be, and carbon that no
    fuel has per heat.

    >>> from datetime import date
    >>> lots = [FuelAnalysis(100, 0.56, 21.0), FuelAnalysis(100, 0.58, 21.8)]
    >>> found = fuel_factor("coal", lots, oxidation=Quantity("oxidation", 0.98, 0.005),
    ...                     period=Period.read("2025"))
    >>> round(found.result.value, 1), found.unit, found.per
    (95.7, 'kg', 'GJ')
    """
    _report_unfit(fuel, analyses)
    mass = math.fsum(each.mass for each in analyses)
    shares = [each.mass / mass for each in analyses]
    read = {"carbon": [each.carbon for each in analyses], "heat": [each.heat for each in analyses]}
    scatter, correlations = type_a_together(read)
    lots = 1 / math.fsum(share**2 for share in shares)
    inputs: list[Quantity] = [oxidation]
    for each in scatter:
        value = math.fsum(w * x for w, x in zip(shares, read[each.name], strict=True))
        deviation = each.uncertainty * math.sqrt(len(analyses) / lots)
        inputs.append(Quantity(each.name, value, deviation, each.freedom, "A", each.basis))
    for name, relative in (method or {}).items():
        inputs.append(Quantity(f"method of {name}", 1.0, relative, basis="laboratory"))

    def factor(x: Mapping[str, float]) -> float:
        carbon = x["carbon"] * x.get("method of carbon", 1.0)
        heat = x["heat"] * x.get("method of heat", 1.0)
        return carbon / heat * 1000 * x[oxidation.name] * _CO2_PER_CARBON

    result = propagate(factor, inputs, correlations=correlations)
    findings = [
        finding(
            "series-outlier", fuel, position=analyses[n].sample or n, value=f"{values[n]:g} {name}"
        )
        for name, values in read.items()
        for n in outliers(values)
    ]
    findings += _on_calibrations(calibrations, period)
    return MeasuredFactor(
        fuel, gas, "kg", "GJ", result, period, tuple(inputs), tuple(calibrations), tuple(findings)
    )


def emission_factor(  # noqa: PLR0913 - what the arithmetic needs and what it rests on
    product: str,
    gas: str,
    *,
    emitted: Quantity,
    made: Quantity,
    unit: str,
    per: str,
    period: Period,
    calibrations: Sequence[Calibration] = (),
    findings: Sequence[Finding] = (),
    correlation: float = 0.0,
) -> MeasuredFactor:
    """Return what was emitted (stack, in `unit`) per what was made (meter, in `per`) in a period.

    `findings` are those of the series behind it: gaps, outliers, substituted hours.

    >>> found = emission_factor("lime", "CO2", emitted=Quantity("stack", 1000.0, 20.0),
    ...     made=Quantity("scale", 1250.0, 5.0), unit="t", per="t", period=Period.read("2025"))
    >>> round(found.result.value, 3), round(found.result.uncertainty, 5)
    (0.8, 0.01632)
    """
    if made.value <= 0 or emitted.value < 0:
        facts = {"value": str(made.value), "uncertainty": str(made.uncertainty)}
        raise BackgroundError(problem("quantity-unfit", made.name, (), **facts))
    result = propagate(
        lambda x: x[emitted.name] / x[made.name],
        [emitted, made],
        correlations={(emitted.name, made.name): correlation},
    )
    told = (*findings, *_on_calibrations(calibrations, period))
    return MeasuredFactor(
        product, gas, units.unit(unit), units.unit(per), result, period, (emitted, made),
        tuple(calibrations), told,
    )  # fmt: skip


def _called(analyses: Sequence[FuelAnalysis], position: int) -> str:
    return analyses[position].sample or str(position)


def _report_unfit(fuel: str, analyses: Sequence[FuelAnalysis]) -> None:
    if len(analyses) < 2:
        raise BackgroundError(problem("readings-few", fuel, count=len(analyses)))
    problems: list[Problem] = []
    unfit = [
        problem("fuel-analysis", fuel, sample=each.sample or number)
        for number, each in enumerate(analyses)
        if not (each.mass > 0 and 0 <= each.carbon <= 1 and each.heat > 0)
    ]
    least, most = CARBON_PER_HEAT
    for number, each in enumerate(analyses):
        if not unfit and not least <= each.carbon / each.heat <= most:
            facts = {"sample": each.sample or number, "ratio": f"{each.carbon / each.heat:.3g}"}
            problems.append(problem("fuel-carbon-heat", fuel, (), least=least, most=most, **facts))
    if unfit or problems:
        raise BackgroundError(*unfit, *problems)


def _on_calibrations(calibrations: Sequence[Calibration], period: Period) -> list[Finding]:
    if not calibrations:
        return [finding("calibration-missing")]
    last = period.end - timedelta(days=1)
    return [
        finding("calibration-outside", each.instrument, certificate=each.certificate, period=period)
        for each in calibrations
        if each.calibrated > period.start or each.valid_until < last
    ]
