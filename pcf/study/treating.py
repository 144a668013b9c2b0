"""How is the metered electricity of a study counted? Its headline treatment, and the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.electricity import treatment
from pcf.electricity.supply import TOLERANCE
from pcf.electricity.treatments import AS_SUPPLIED, PROXY
from pcf.errors import PcfError, Where
from pcf.findings import finding
from pcf.model.coverage import Coverage
from pcf.study.amounts import used_amounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.background import Background
    from pcf.electricity import Supply, Treatment
    from pcf.electricity.residual import LifeCycleFactor
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.study.values import Study, StudyElectricity

SUPPLIED = f"market:{AS_SUPPLIED}"
"""The market treatment of supplies that name no profile, or several."""


def treatments_of(
    study: Study,
    background: Background,
    problems: list[Problem],
    *,
    unclaimed: LifeCycleFactor | None = None,
) -> dict[str, Treatment]:
    """Return the treatments of a study by name, the headline first, for the meters that stand.

    Beside the headline stands `location`, so that every result with instruments shows the grid mix
    too; where supplies are stated also a market treatment and `physical`; where the study names a
    provincial proxy, that. Nothing is returned for a study without meters.

    No example: see `Study.system`.
    """
    meters = tuple(dict.fromkeys(row.meter for row in study.activity if row.meter))
    if not meters or not study.electricity.treatment or study.period is None or not study.place:
        return {}
    stated = (each for each in study.electricity.supplies if each.meter in meters)
    supplies = {each.meter: each.supply for each in stated}
    found: dict[str, Treatment] = {}
    for name in _names(study.electricity, supplies, unclaimed):
        try:
            one = treatment(
                name,
                supplies,
                meters=meters,
                background=background,
                coverage=Coverage(study.place, study.period),
                unverified=frozenset(study.unverified),
                unclaimed=unclaimed if study.electricity.unclaimed or name == PROXY else None,
            )
            short = _short(study, supplies) if name.startswith("market:") else ()
        except PcfError as error:
            problems += [_placed(each, study) for each in error.problems]
        else:
            found[one.name] = replace(one, findings=(*one.findings, *short))
    return found


def _short(study: Study, supplies: Mapping[str, Supply]) -> list[Finding]:
    """Return the meters whose evidence is of less than one process of the study uses there."""
    proved = {name: each.behind for name, each in supplies.items() if each.behind is not None}
    used: dict[tuple[str, str], float] = {}
    amounts = used_amounts(study).used if proved else {}
    for row, amount in amounts.items():
        value = amount.to("kWh").value if row.meter in proved and amount is not None else None
        if value is not None:
            key = (row.meter, row.process)
            used[key] = used.get(key, 0.0) + value
    found = {}
    for (meter, _), kwh in sorted(used.items(), key=lambda each: each[1]):
        behind = proved.get(meter)
        if behind is not None and kwh * 1000 > behind.consumed * (1 + TOLERANCE):
            facts = {"used": f"{kwh:,.10g}", "consumed": f"{behind.consumed / 1000:,.10g}"}
            found[meter] = finding("evidence-short", Where(item=meter), **facts)
    return list(found.values())


def market_of(supplies: Iterable[Supply]) -> str:
    """Return the market treatment of supplies: by the profile that all of them were matched under.

    >>> from pcf.electricity import Share, Supply
    >>> market_of([Supply((Share("wind"),))])
    'market:as supplied'
    """
    profiles = {None if each.behind is None else each.behind.profile for each in supplies}
    profile = profiles.pop() if len(profiles) == 1 else None
    return SUPPLIED if profile is None else f"market:{profile}"


def _names(
    asked: StudyElectricity, supplies: Mapping[str, Supply], unclaimed: LifeCycleFactor | None
) -> list[str]:
    names = [asked.treatment, "location"]
    if supplies and not asked.treatment.startswith("market:"):
        names.append(market_of(supplies.values()))
    if supplies:
        names.append("physical")
    if unclaimed is not None and unclaimed.kind == PROXY:
        names.append(PROXY)
    return list(dict.fromkeys(names))


def _placed(told: Problem, study: Study) -> Problem:
    """Give a problem of a treatment the place of its meter's supply, or of the treatment."""
    for each in study.electricity.supplies:
        if each.meter == told.where.item:
            return replace(told, where=replace(each.where, item=each.meter))
    return replace(told, where=study.setting("electricity.treatment"))
