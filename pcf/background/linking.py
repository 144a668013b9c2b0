"""Who provides this input? Exactly one row of background data, or an error that says why not.

Rows are compared by exact names and stated criteria, never by likeness; likeness only finds the
candidates of an error. Among rows that meet every criterion the narrowest place goes before wider
ones, then the newest data before older ones, then the stated default before others. Two that are
still alike are an error. An alternative is taken only by its name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.background.criteria import Wanted, distance, shortfall
from pcf.errors import LinkError, Where, problem
from pcf.findings import finding
from pcf.model.coverage import find_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pcf.background.values import Background, BackgroundProcess, Family
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.model.coverage import Period


@dataclass(frozen=True, slots=True)
class Link:
    """The one provider of an input, and what must be weighed about it."""

    process: BackgroundProcess
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: how near it came, and why."""

    row: BackgroundProcess
    met: int
    reason: Problem


def link(  # noqa: PLR0913 - each word is a criterion that the error speaks of
    flow: str,
    *,
    unit: str,
    background: Background,
    place: str,
    period: Period,
    family: Family = "life cycle",
    basis: str = "",
    treats: bool = False,
    provider: str | None = None,
    unverified: frozenset[str] = frozenset(),
    where: Where | str = "",
) -> Link:
    """Return the one provider of `flow`, found by product, unit, basis, family, place and period.

    `flow` is the id of a product, or its whole name or synonym in either language. `provider` names
    a process by id; then place, age and boundary are findings, while unit, basis, family, the place
    in the electricity chain and the year of electricity still hold. Secondary data is not later
    than the period's end; electricity is of the period's own year. Rows that lean on an unverified
    source are taken only when `unverified` names them.

    Raises LinkError: the flow or the provider is not known, no row meets the criteria, or several
    do; with the ranked candidates and, for each, why it falls short. Raises UnitError for a unit
    or basis, ModelError for a place that does not exist.

    >>> from pcf.background.own import factor_set
    >>> from pcf.model.coverage import Period
    >>> own = factor_set("own", {"cement": "0.15 kg CO2e/kg"}, source="supplier's letter",
    ...                  place="Gansu", period=Period.read("2024"))
    >>> found = link("Cement", unit="t", background=own, place="CN-GS", period=Period.read("2024"))
    >>> found.process.id, found.findings
    ('own: cement', ())
    """
    wanted = Wanted(
        flow,
        units.unit(unit),
        find_place(place),
        period,
        family,
        units.basis(basis) if basis else "",
        treats,
        named=provider is not None,
        unverified=unverified,
        where=where if isinstance(where, Where) else Where(item=where),
    )
    if provider is not None:
        return _named(provider, wanted, background)
    products = background.products_called(flow)
    if not products:
        near = background.near(flow)
        raise LinkError(problem("link-unknown", wanted.where, near, flow=flow))
    return choose([row for each in products for row in background.makers_of(each)], wanted)


def choose(rows: Iterable[BackgroundProcess], wanted: Wanted) -> Link:
    """Return the one of `rows` that is wanted; raise LinkError with all of them ranked.

    No example: `link` shows it at work.
    """
    fit, rejected = [], []
    for row in sorted(rows, key=lambda each: each.id):
        short = shortfall(row, wanted)
        if short is None:
            fit.append(row)
        else:
            rejected.append(Rejected(row, *short))
    if not fit:
        raise LinkError(_none(_ranked(rejected, wanted), wanted))
    best = _narrowed(fit, wanted)
    if len(best) > 1:
        raise LinkError(_several(best, _ranked(rejected, wanted), wanted))
    return Link(best[0], findings_on(best[0], wanted))


def _narrowed(fit: list[BackgroundProcess], wanted: Wanted) -> list[BackgroundProcess]:
    """Keep those of the narrowest place, of these the newest, of these the stated default."""
    nearest = min(_steps(row, wanted) for row in fit)
    best = [row for row in fit if _steps(row, wanted) == nearest]
    newest = max(_year(row) for row in best)
    best = [row for row in best if _year(row) == newest]
    return [row for row in best if row.default] or best


def _named(provider: str, wanted: Wanted, background: Background) -> Link:
    row = background.row(provider)
    if row is None:
        ids = [each.id for each in background.processes]
        near = text.nearest(provider, ids)
        facts = {"flow": wanted.flow, "provider": provider}
        raise LinkError(problem("link-provider-unknown", wanted.where, near, **facts))
    return choose([row], wanted)


def findings_on(row: BackgroundProcess, wanted: Wanted) -> tuple[Finding, ...]:
    """Return what must be weighed when `row` provides what is wanted.

    No example: `link` shows it at work.
    """
    where = wanted.where if str(wanted.where) else Where(item=wanted.flow)
    told = {"flow": wanted.flow, "process": row.id}
    found = []
    steps = distance(row, wanted)
    if steps != 0:
        code = "place-elsewhere" if steps is None else "place-widened"
        found.append(finding(code, where, **told, place=row.place, wanted=wanted.place))
    age = None if row.year is None else wanted.period.last_year - row.year
    if age is None:
        found.append(finding("data-year-unknown", where, **told))
    elif age > 0:
        found.append(finding("data-age", where, **told, year=row.year, age=age))
    elif age < 0:
        found.append(finding("data-later", where, **told, year=row.year, wanted=wanted.period))
    if row.process.basis not in ("", wanted.basis, "lower heating value"):
        found.append(finding("basis-assumed", where, **told, basis=row.process.basis))
    if row.boundary == "upstream only":
        found.append(finding("boundary-upstream", where, **told))
    if row.boundary == "combustion only" and wanted.family == "life cycle":
        found.append(finding("boundary-combustion", where, **told))
    return (*found, *unverified_findings(row))


def unverified_findings(row: BackgroundProcess) -> tuple[Finding, ...]:
    """Return one finding for each unverified row that the process leans on."""
    return tuple(finding("unverified-used", each, row=each) for each in row.unverified)


def _none(ranked: Sequence[Rejected], wanted: Wanted) -> Problem:
    """Say that no candidate fits; the nearest one's shortfall decides how."""
    code = "link-none"
    if ranked:
        special = {
            "candidate-combustion": "electricity-combustion",
            "candidate-year": "electricity-year",
        }
        special |= {"candidate-unverified": "link-unverified"}
        code = special.get(ranked[0].reason.code, code)
    if wanted.named and code == "link-none":
        code = "link-provider-unfit"
    candidates = [each.row.id for each in ranked]
    facts = {"flow": wanted.flow, "unit": wanted.unit, "place": wanted.place}
    return problem(
        code, wanted.where, candidates, **facts, period=wanted.period, **_reasons(ranked)
    )


def _several(
    best: Sequence[BackgroundProcess], ranked: Sequence[Rejected], wanted: Wanted
) -> Problem:
    candidates = [row.id for row in best]
    alike = [Rejected(row, 0, problem("candidate-alike", row.id)) for row in best]
    facts = {"flow": wanted.flow, "providers": text.listed(candidates), "count": len(best)}
    reasons = _reasons([*alike, *ranked])
    return problem("link-several", wanted.where, candidates, **facts, **reasons)


def _ranked(rejected: list[Rejected], wanted: Wanted) -> list[Rejected]:
    """Sort what was not taken: most criteria met first, then place, year and id."""
    return sorted(
        rejected,
        key=lambda each: (-each.met, _steps(each.row, wanted), -_year(each.row), each.row.id),
    )


def _reasons(ranked: Sequence[Rejected], most: int = 6) -> dict[str, str]:
    """Return why the candidates fall short, as text in both languages; like reasons once."""
    told: dict[tuple[str, str], list[str]] = {}
    for each in ranked:
        code, facts = each.reason.code, each.reason.facts
        both = text.says(code, facts, "en"), text.says(code, facts, "zh")
        told.setdefault(both, []).append(each.row.id)
    shown = [(text.listed(ids, 2), *both) for both, ids in list(told.items())[:most]]
    more = f" (+{len(told) - most})" if len(told) > most else ""
    return {
        "reasons_en": "; ".join(f"{ids}: {english}" for ids, english, _ in shown) + more,
        "reasons_zh": "；".join(f"{ids}：{chinese}" for ids, _, chinese in shown) + more,
    }


def _steps(row: BackgroundProcess, wanted: Wanted) -> float:
    steps = distance(row, wanted)
    return math.inf if steps is None else steps


def _year(row: BackgroundProcess) -> int:
    return -1 if row.year is None else row.year
