"""How is the metered electricity of a study counted? Its headline treatment, and the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.electricity import treatment
from pcf.errors import PcfError
from pcf.model.coverage import Coverage

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.electricity import Treatment
    from pcf.errors import Problem
    from pcf.study.values import Study

SUPPLIED = "market:as supplied"
"""The market treatment of a study that states supplies but another treatment as its headline."""


def treatments_of(
    study: Study, background: Background, problems: list[Problem]
) -> dict[str, Treatment]:
    """Return the treatments of a study by name, the headline first, for the meters that stand.

    Beside the headline stands `location`, and where supplies are stated a market treatment and
    `physical`. Nothing is returned for a study without meters. No example: see `Study.system`.
    """
    meters = tuple(dict.fromkeys(row.meter for row in study.activity if row.meter))
    if not meters or not study.electricity.treatment or study.period is None or not study.place:
        return {}
    stated = (each for each in study.electricity.supplies if each.meter in meters)
    supplies = {each.meter: each.supply for each in stated}
    found: dict[str, Treatment] = {}
    for name in _names(study.electricity.treatment, supplied=bool(supplies)):
        try:
            one = treatment(
                name,
                supplies,
                meters=meters,
                background=background,
                coverage=Coverage(study.place, study.period),
                unverified=frozenset(study.unverified),
            )
        except PcfError as error:
            problems += [_placed(each, study) for each in error.problems]
        else:
            found[one.name] = one
    return found


def _names(headline: str, *, supplied: bool) -> list[str]:
    names = [headline, "location"]
    if supplied and not headline.startswith("market:"):
        names.append(SUPPLIED)
    if supplied:
        names.append("physical")
    return list(dict.fromkeys(names))


def _placed(told: Problem, study: Study) -> Problem:
    """Give a problem of a treatment the place of its meter's supply, or of the treatment."""
    for each in study.electricity.supplies:
        if each.meter == told.where.item:
            return replace(told, where=replace(each.where, item=each.meter))
    return replace(told, where=study.setting("electricity.treatment"))
