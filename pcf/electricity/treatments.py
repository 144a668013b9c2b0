"""What does a kilowatt-hour at each meter count by? Weights on processes, under a named treatment.

`location`          the national life-cycle average of the year, taken as delivered: nothing is
                    added (our reading of the announcements, said in a finding).
`market:<profile>`  what each meter was supplied with, as far as it can be claimed: through the
                    public grid the technology at its generator and the way to the meter, on site
                    the technology alone, by a direct line the technology and the line's own loss.
`physical`          on-site and direct-line power by its own factor, all grid power by the national
                    average; certificates are ignored.
`provincial proxy`  a stand-in for a province's life-cycle factor, which no authority publishes:
                    taken only where a study names it, and called 'not official'.

A treatment holds no factors: a meter's factor is the sum of weight times intensity over processes
of the same solved system, so treatments differ there and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import text
from pcf.background.criteria import Wanted, is_electricity
from pcf.background.linking import Link, choose
from pcf.electricity.fitting import evidence_findings
from pcf.electricity.residual.factors import as_background
from pcf.electricity.supply import AVERAGE, WITH_LOSSES, WITHOUT_LOSSES, technology_called
from pcf.errors import LinkError, PcfError, Where, problem
from pcf.findings import finding
from pcf.model.coverage import find_place, widening
from pcf.model.flows import UNSPLIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcf.background.values import At, Background, BackgroundProcess
    from pcf.electricity.residual.factors import LifeCycleFactor
    from pcf.electricity.supply import Losses, Share, Supply
    from pcf.findings import Finding
    from pcf.model.coverage import Coverage, Period

    Terms = list[tuple[Link, float]]

PROXY = "provincial proxy"
_FORMS = ("location", "market:<profile>", "physical", PROXY)
AS_SUPPLIED = "as supplied"
"""The profile of a market treatment whose supplies name none, or several."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What every meter's kWh counts by: pairs of (process id, kWh of it per metered kWh).

    `links` are the providers that the system needs for it; `findings` what must be weighed.
    """

    name: str
    meters: Mapping[str, tuple[tuple[str, float], ...]] = field(hash=False)
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def certifiable(self) -> bool:
        """Whether no meter rests on electricity that is only planned."""
        return all(each.code != "electricity-planned" for each in self.findings)

    def factor(self, meter: str, intensities: Mapping[str, float]) -> float:
        """Return the factor of a meter, kg CO2e/kWh, from the intensities of processes."""
        return sum(weight * intensities[process] for process, weight in self.meters[meter])


@dataclass(frozen=True, slots=True)
class _Year:
    """What all look-ups of one treatment share: the data, the place and the study's period."""

    background: Background
    place: str
    period: Period
    unverified: frozenset[str]
    unclaimed: LifeCycleFactor | None

    @property
    def country(self) -> str:
        """The country of the place (two letters), or the place itself outside of any."""
        return next((code for code in widening(self.place) if len(code) == 2), self.place)


def treatment(  # noqa: PLR0913 - each is a different thing that a study states
    name: str,
    supplies: Mapping[str, Supply],
    *,
    meters: Sequence[str],
    background: Background,
    coverage: Coverage,
    unverified: frozenset[str] = frozenset(),
    unclaimed: LifeCycleFactor | None = None,
) -> Treatment:
    """Return what each of `meters` counts by under the treatment `name`, at a place and period.

    `name` is 'location', 'market:<profile>', 'physical' or 'provincial proxy'. A meter without a
    supply has the national average. Under market a supply without evidence is 'planned electricity,
    not certifiable', and power that nothing is claimed for counts by `unclaimed`, a factor that the
    study names and the treatment's name then tells, else by the national average, since no
    life-cycle residual mix is published; all of these are findings.

    Raises LinkError with every problem of every meter: a name that is no treatment, a supply of an
    unknown meter, or with evidence of another meter, period or profile, a technology that is not
    there or only as a combustion factor, a year that the background data does not have,
    transmission with losses that is not verified and not named.

    >>> from pcf.background import open_background
    >>> from pcf.electricity.supply import Share, Supply
    >>> from pcf.model.coverage import Coverage, Period
    >>> wind = treatment("market:CN-GEC-2026", {"potline": Supply((Share("wind"),))},
    ...                  meters=["potline"], background=open_background(edition="2026.1"),
    ...                  coverage=Coverage("CN-GS", Period.read("2024")))
    >>> wind.meters["potline"]
    (('electricity-td-2024', 1.0), ('electricity-wind-2024', 1.0))
    >>> wind.certifiable
    False
    """
    kind, profile = _kind(name)
    if coverage.period is None:
        raise LinkError(problem("treatment-period", name))
    year = _Year(background, find_place(coverage.place), coverage.period, unverified, unclaimed)
    problems = [
        problem("supply-meter", meter, text.nearest(meter, meters) or tuple(meters), meter=meter)
        for meter in sorted(set(supplies) - set(meters))
    ]
    found: dict[str, tuple[Terms, list[Finding]]] = {}
    for meter in meters:
        supply = None if kind in ("location", PROXY) else supplies.get(meter)
        where = Where(item=meter)
        try:
            told = _behind(supplies, (kind, profile, meter), year, meters)
            terms, more = _terms(supply, kind, year, where)
            found[meter] = (terms, [*more, *told])
        except PcfError as error:
            problems += error.problems
    if problems:
        raise LinkError(*dict.fromkeys(problems))
    return _joined(_name(kind, profile, year), found)


def _name(kind: str, profile: str, year: _Year) -> str:
    """Return what a treatment is called in every output; what is not official says so."""
    factor = year.unclaimed
    mark = "" if factor is None or factor.official else ", not official"
    if kind == PROXY:
        return f"{PROXY}{mark}"
    if kind != "market":
        return kind
    return f"market:{profile}" + ("" if factor is None else f" (unclaimed: {factor.kind}{mark})")


def _kind(name: str) -> tuple[str, str]:
    kind, _, profile = name.partition(":")
    kind, profile = text.fold(kind), profile.strip()
    if kind == "market" and not profile:
        raise LinkError(problem("treatment-profile", "", _FORMS, name=name))
    if kind not in ("location", "market", "physical", PROXY) or (profile and kind != "market"):
        raise LinkError(problem("treatment-unknown", "", _FORMS, name=name))
    return kind, profile


def _joined(name: str, found: Mapping[str, tuple[Terms, list[Finding]]]) -> Treatment:
    weights = {}
    links: dict[str, Link] = {}
    findings: dict[Finding, None] = {}
    for meter, (terms, told) in found.items():
        sums: dict[str, float] = {}
        for each, weight in terms:
            id_ = each.process.id
            sums[id_] = sums.get(id_, 0.0) + weight
            links[id_] = each
            findings |= dict.fromkeys(each.findings)
        findings |= dict.fromkeys(told)
        weights[meter] = tuple(sorted(sums.items()))
    ordered = tuple(links[id_] for id_ in sorted(links))
    return Treatment(name, weights, ordered, tuple(findings))


def _behind(
    supplies: Mapping[str, Supply],
    asked: tuple[str, str, str],
    year: _Year,
    meters: Sequence[str],
) -> list[Finding]:
    """Return what the evidence of a meter's supply says; only a market treatment rests on it."""
    kind, profile, meter = asked
    if kind != "market":
        return []
    named = None if profile == AS_SUPPLIED else profile
    return evidence_findings(supplies, meter, meters=meters, period=year.period, profile=named)


def _terms(
    supply: Supply | None, kind: str, year: _Year, where: Where
) -> tuple[Terms, list[Finding]]:
    """Return processes and weights for one meter, and what must be weighed about it."""
    if kind == PROXY:
        return _named(year, where)
    if supply is None:
        return _unclaimed(kind, year, where)
    terms: Terms = []
    findings: list[Finding] = []
    for share in supply.shares:
        plain = technology_called(share.technology) == AVERAGE
        if plain or (kind == "physical" and share.connection == "grid"):
            part, told = _plain(share, kind, year, where)
        else:
            part, told = _claimed(share, supply.losses, year, where)
            if kind == "market" and supply.evidence is None:
                told = [*told, finding("electricity-planned", where)]
        terms += [(each, weight * share.share) for each, weight in part]
        findings += told
    return terms, findings


def _plain(share: Share, kind: str, year: _Year, where: Where) -> tuple[Terms, list[Finding]]:
    """Return the national average for a share that nothing is claimed for."""
    if share.connection != "grid":
        raise LinkError(problem("average-not-grid", where, connection=share.connection))
    return _unclaimed(kind, year, where)


def _unclaimed(kind: str, year: _Year, where: Where) -> tuple[Terms, list[Finding]]:
    """Return what a kWh counts by that nothing is claimed for, and what must be weighed."""
    if kind == "market" and year.unclaimed is not None:
        return _named(year, where)
    told = [finding("residual-missing", where)] if kind == "market" else []
    return [(_average(year, where), 1.0)], [*told, finding("average-delivered")]


def _named(year: _Year, where: Where) -> tuple[Terms, list[Finding]]:
    """Return the factor that the study names, as a row, with the way to the meter it lacks."""
    if year.unclaimed is None:
        raise LinkError(problem("unclaimed-missing", where))
    (row,) = as_background(year.unclaimed).processes
    terms: Terms = [(Link(row, year.unclaimed.findings), 1.0)]
    if year.unclaimed.at != "delivered":
        terms.append((_transmission(WITH_LOSSES, year, where), 1.0))
    return terms, []


def _claimed(
    share: Share, losses: Losses, year: _Year, where: Where
) -> tuple[Terms, list[Finding]]:
    """Return what a kWh of a claimed share counts by."""
    way: tuple[At, ...] = (
        ("generator", "delivered") if share.connection == "grid" else ("generator",)
    )
    source = _technology(share.technology, way, year, where)
    if share.connection == "direct line" and share.line_loss is not None:
        return [(source, 1 / (1 - share.line_loss))], []
    if share.connection == "on-site" or source.process.at == "delivered":
        return [(source, 1.0)], []
    if losses == "published":
        return [(source, 1.0), (_transmission(WITH_LOSSES, year, where), 1.0)], []
    bare = _transmission(WITHOUT_LOSSES, year, where)
    if losses == "ignored":
        return [(source, 1.0), (bare, 1.0)], []
    ratio, told = _loss_ratio(bare, year, where)
    if losses == "gross_up":
        return [(source, 1 + ratio), (bare, 1.0)], told
    rest, more = _unclaimed("market", year, where)
    lost = [(each, ratio * weight) for each, weight in rest]
    return [(source, 1.0), (bare, 1.0), *lost], [*told, *more]


def _loss_ratio(bare: Link, year: _Year, where: Where) -> tuple[float, list[Finding]]:
    """Return loss / (1 - loss) of the grid, from the published factors of the year.

    Transmission and distribution with losses less that without, over the average: what the losses
    add, in kWh of the average for each kWh delivered (2024: 0.0281 / 0.5777 = 0.0486, a loss of
    4.64 %). So 1 / (1 - loss) is one more than this ratio.
    """
    full, average = _transmission(WITH_LOSSES, year, where), _average(year, where)
    numbers = [_co2e_per_kwh(each.process) for each in (full, bare, average)]
    known = [number for number in numbers if number is not None]
    if len(known) < 3 or known[0] < known[1] or known[2] <= 0:
        raise LinkError(problem("loss-unknown", where, period=year.period))
    ratio = (known[0] - known[1]) / known[2]
    loss = f"{100 * ratio / (1 + ratio):.2f}"
    return ratio, [*full.findings, finding("loss-derived", where, loss=loss, period=year.period)]


def _co2e_per_kwh(row: BackgroundProcess) -> float | None:
    """Return kg CO2e per kWh of a row that gives nothing but CO2e, else None."""
    amounts = [
        exchange.amount.to("kg CO2e").value if exchange.flow == UNSPLIT else None
        for exchange in row.process.exchanges
    ]
    per = row.process.amount.to("kWh").value
    known = [amount for amount in amounts if amount is not None]
    return sum(known) / per if per is not None and len(known) == len(amounts) else None


def _average(year: _Year, where: Where) -> Link:
    """Return the national average as delivered."""
    return _one(AVERAGE, ("delivered",), year.country, year, where)


def _transmission(technology: str, year: _Year, where: Where) -> Link:
    """Return the way from generator to meter through the public grid."""
    return _one(technology, ("transmission",), year.country, year, where)


def _technology(name: str, at: tuple[At, ...], year: _Year, where: Where) -> Link:
    """Return a technology of the place; that it is the country's is no finding."""
    found = _one(technology_called(name), at, year.place, year, where)
    if found.process.place != year.country:
        return found
    return Link(
        found.process, tuple(each for each in found.findings if each.code != "place-widened")
    )


def _one(name: str, at: tuple[At, ...], place: str, year: _Year, where: Where) -> Link:
    """Return the one electricity row of that technology, or id, that meets linking's criteria."""
    rows = [row for row in year.background.processes if is_electricity(row)]
    called = [row for row in rows if text.fold(row.technology) == text.fold(name) or row.id == name]
    if not called:
        code = "transmission-missing" if at == ("transmission",) else "technology-unknown"
        raise LinkError(problem(code, where, _names(rows, at), technology=name))
    wanted = Wanted(name, "kWh", place, year.period, at=at, unverified=year.unverified, where=where)
    return choose(called, wanted)


def _names(rows: Iterable[BackgroundProcess], at: tuple[At, ...]) -> tuple[str, ...]:
    return tuple(sorted({row.technology for row in rows if row.at in at and row.technology}))
