"""What does power that nobody claims count by? Two ladders, one for each family.

Products (life cycle): a residual computed from technologies' life-cycle factors and stated volumes,
else the national average with the finding that attributes may be counted twice.

Accounts (combustion): a residual traced for the province, else the national factor without
market-traded non-fossil power, else the factor of fossil power, else the average, said so.

Each step that is not taken is a finding with its reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import units
from pcf.background.criteria import Wanted, is_electricity
from pcf.background.linking import choose
from pcf.electricity.residual.factors import (
    CombustionFactor,
    LifeCycleFactor,
    require_combustion,
    require_life_cycle,
)
from pcf.electricity.residual.mixes import require_volumes
from pcf.electricity.supply import AVERAGE, WITH_LOSSES, technology_called
from pcf.errors import LinkError, ModelError, PcfError, Where, problem
from pcf.findings import finding
from pcf.model.coverage import find_place, widening

if TYPE_CHECKING:
    from pcf.background.linking import Link
    from pcf.background.values import At, Background, BackgroundProcess, Family
    from pcf.electricity.residual.mixes import Mix
    from pcf.errors import Problem
    from pcf.model.coverage import Period

WITHOUT_MARKET = "average without market-traded non-fossil"
FOSSIL = "fossil"
"""The technologies of the two national combustion factors in background data."""


def life_cycle_residual(
    mix: Mix, background: Background, *, place: str, period: Period, source: str
) -> LifeCycleFactor:
    """Return the life-cycle factor of a residual mix at the generator: sum of share x technology.

    The technologies' factors are those of the background data at the generator, of the period's
    year. `source` says where the volumes come from. Raises LinkError with every technology that has
    no factor of its own, ModelError for an empty mix and for volumes that are unknown or negative.

    >>> from pcf.background import open_background
    >>> from pcf.electricity.residual.mixes import Mix
    >>> from pcf.model.coverage import Period
    >>> factor = life_cycle_residual(
    ...     Mix({"coal": 80.0, "hydro": 20.0}), open_background(edition="2026.1"),
    ...     place="CN", period=Period.read("2024"), source="an example")
    >>> round(factor.value, 5), factor.at, factor.official
    (0.74202, 'generator', False)
    """
    require_volumes(place, mix.volumes)
    shares = mix.shares
    if not shares:
        raise ModelError(problem("mix-empty", place))
    problems: list[Problem] = []
    rows, total = [], 0.0
    findings = [finding("residual-own", place, method="technologies")]
    for technology, share in shares.items():
        called = technology_called(technology)
        try:
            link = _row(called, background, place, period, ("generator",), "life cycle")
        except PcfError as error:
            problems += error.problems
        else:
            total += share * _per_kwh(link.process, "kg CO2e")
            rows.append(link.process.id)
            findings += [each for each in link.findings if each.code != "place-widened"]
    if problems:
        raise LinkError(*problems)
    return LifeCycleFactor(
        total,
        find_place(place),
        period,
        "residual mix",
        "generator",
        source=source,
        rows=tuple(rows),
        findings=tuple(dict.fromkeys(findings)),
    )


def delivered(factor: LifeCycleFactor, background: Background) -> LifeCycleFactor:
    """Return a factor at the generator with the published way to the meter added, losses included.

    The way is that of the factor's country and year; a factor that is delivered stays as it is.
    Raises LinkError where the year has no verified transmission with losses (2023).

    >>> from pcf.background import open_background
    >>> from pcf.model.coverage import Period
    >>> wind = LifeCycleFactor(0.0324, "CN", Period.read("2024"), "residual mix", "generator")
    >>> round(delivered(wind, open_background(edition="2026.1")).value, 4)
    0.0651
    """
    if factor.at == "delivered":
        return factor
    country = _country(factor.place)
    link = _row(WITH_LOSSES, background, country, factor.period, ("transmission",), "life cycle")
    return replace(
        factor,
        value=factor.value + _per_kwh(link.process, "kg CO2e"),
        at="delivered",
        rows=(*factor.rows, link.process.id),
    )


def unclaimed_life_cycle(
    background: Background,
    *,
    place: str,
    period: Period,
    residual: LifeCycleFactor | CombustionFactor | None = None,
) -> LifeCycleFactor:
    """Return what unclaimed power of a product counts by: the ladder of products.

    `residual` is one computed by `life_cycle_residual` or traced from life-cycle emissions; it is
    brought to the meter. Without it, the national life-cycle average as delivered, with the finding
    that no residual mix is published. A combustion factor is refused, and so is a residual of
    another year, or a published zero, which says that there is no residual, not that it is clean.

    Raises ModelError or LinkError.

    >>> from pcf.background import open_background
    >>> from pcf.model.coverage import Period
    >>> factor = unclaimed_life_cycle(
    ...     open_background(edition="2026.1"), place="CN-GS", period=Period.read("2024"))
    >>> factor.value, factor.kind, [each.code for each in factor.findings]
    (0.5777, 'national average', ['residual-missing', 'average-delivered'])
    """
    if residual is not None:
        own = require_life_cycle(residual)
        _require_usable(own, place, period)
        return delivered(own, background)
    country = _country(find_place(place))
    link = _row(AVERAGE, background, country, period, ("delivered",), "life cycle")
    told = (finding("residual-missing", place), finding("average-delivered"))
    return LifeCycleFactor(
        _per_kwh(link.process, "kg CO2e"),
        country,
        period,
        "national average",
        official=True,
        source=link.process.process.source,
        rows=(link.process.id,),
        findings=(*told, *link.findings),
    )


def unclaimed_combustion(
    background: Background,
    *,
    place: str,
    period: Period,
    residual: LifeCycleFactor | CombustionFactor | None = None,
) -> CombustionFactor:
    """Return what unclaimed power of an organisation's accounts counts by: the ladder of accounts.

    The steps: `residual`, one traced for the place (`ProvincialResiduals.factor`); the national
    factor without market-traded non-fossil power; that of fossil power; the average of the place,
    with the finding that attributes may be counted twice. What was passed over is a finding.

    Raises ModelError for a life-cycle factor or a residual of another place or year, LinkError when
    the year has none of these factors.

    >>> from pcf.background import open_background
    >>> from pcf.model.coverage import Period
    >>> factor = unclaimed_combustion(
    ...     open_background(edition="2026.1"), place="CN-GS", period=Period.read("2023"))
    >>> factor.value, factor.kind, [each.code for each in factor.findings]
    (0.6096, 'without market-traded non-fossil', ['ladder-no-traced'])
    """
    if residual is not None:
        own = require_combustion(residual)
        _require_usable(own, place, period)
        return own
    where = find_place(place)
    passed = [finding("ladder-no-traced", where)]
    steps = (
        (WITHOUT_MARKET, _country(where), "without market-traded non-fossil"),
        (FOSSIL, _country(where), "fossil power"),
        (AVERAGE, where, "provincial average"),
    )
    for technology, at, kind in steps:
        try:
            link = _row(technology, background, at, period, ("",), "combustion")
        except LinkError as error:
            last = error
            passed.append(finding("ladder-passed", where, kind=technology, period=period))
            continue
        row = link.process
        if technology == AVERAGE:
            passed.append(finding("residual-missing-accounts", where))
            kind = kind if row.place == where and where != _country(where) else "national average"  # noqa: PLW2901 - the average that was found is that of a wider place
        return CombustionFactor(
            _per_kwh(row, "kg"),
            row.place,
            period,
            kind,
            official=True,
            source=row.process.source,
            rows=(row.id,),
            findings=tuple(passed),
        )
    raise last


def provincial_proxy(background: Background, *, place: str, period: Period) -> LifeCycleFactor:
    """Return a stand-in for a province's life-cycle factor, which no authority publishes.

    The province's combustion factor x the national life-cycle average / the national combustion
    average, all of one year. It is not official, says so in its name and in a finding, and its row
    is an alternative that only a study that names it takes. Raises LinkError where one of the three
    factors is not there for the year.

    >>> from pcf.background import open_background
    >>> from pcf.model.coverage import Period
    >>> proxy = provincial_proxy(
    ...     open_background(edition="2026.1"), place="CN-GS", period=Period.read("2023"))
    >>> round(proxy.value, 4), proxy.name.en
    (0.5229, 'electricity, provincial proxy, life cycle, CN-GS 2023, not official')
    """
    province = find_place(place)
    country = _country(province)
    asked: tuple[tuple[str, tuple[At, ...], Family, str], ...] = (
        (province, ("",), "combustion", "kg"),
        (country, ("delivered",), "life cycle", "kg CO2e"),
        (country, ("",), "combustion", "kg"),
    )
    problems: list[Problem] = []
    links, values = [], []
    for where, at, family, unit in asked:
        try:
            link = _row(AVERAGE, background, where, period, at, family)
        except LinkError as error:
            problems += error.problems
        else:
            links.append(link)
            values.append(_per_kwh(link.process, unit))
    if not problems and (links[0].process.place != province or province == country):
        problems.append(problem("proxy-place", province, (), period=period))
    if problems:
        raise LinkError(*problems)
    return LifeCycleFactor(
        values[0] * values[1] / values[2],
        province,
        period,
        "provincial proxy",
        rows=tuple(link.process.id for link in links),
        source=" x ".join(link.process.id for link in links),
        findings=(finding("proxy-not-official", province),),
    )


def _require_usable(factor: LifeCycleFactor | CombustionFactor, place: str, period: Period) -> None:
    """Raise ModelError for a residual of another place or year, or one that is zero."""
    problems = []
    if factor.place not in widening(find_place(place)):
        problems.append(problem("residual-place", place, (), found=factor.place))
    if not factor.period.holds(period):
        problems.append(problem("residual-period", place, (), found=factor.period, wanted=period))
    if not factor.value > 0:
        problems.append(problem("residual-zero", place))
    if problems:
        raise ModelError(*problems)


def _country(place: str) -> str:
    return next((code for code in widening(place) if len(code) == 2), place)


def _row(  # noqa: PLR0913, PLR0917 - what linking asks of a row
    technology: str,
    background: Background,
    place: str,
    period: Period,
    at: tuple[At, ...],
    family: Family,
) -> Link:
    """Return the one electricity row of a technology that meets linking's criteria."""
    rows = [
        row
        for row in background.processes
        if is_electricity(row) and row.technology == technology and row.family == family
    ]
    where = Where(item=technology)
    if not rows:
        near = sorted({row.technology for row in background.processes if row.family == family})
        raise LinkError(problem("technology-unknown", where, near, technology=technology))
    asked = Wanted("electricity", "kWh", find_place(place), period, family, at=at, where=where)
    return choose(rows, asked)


def _per_kwh(row: BackgroundProcess, unit: str) -> float:
    """Return what a kWh of a row emits, in `unit`; raise LinkError where it is not one number."""
    amounts = [exchange.amount for exchange in row.process.exchanges]
    per = row.process.amount.to("kWh").value
    fits = all(units.same_dimension(amount.unit, unit) for amount in amounts)
    known = [amount.to(unit).value for amount in amounts] if fits else [None]
    values = [value for value in known if value is not None]
    if per is None or len(values) != len(known):
        raise LinkError(problem("factor-not-one", row.id, (), unit=unit))
    return sum(values) / per
