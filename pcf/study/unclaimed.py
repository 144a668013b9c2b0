"""What does a study's unclaimed power count by? The national average, or a factor that it names.

Neither a residual mix nor a province's life-cycle factor is published: both are computed here, only
where the study asks for them, and every output calls them 'not official'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.background import join
from pcf.electricity.residual import (
    Mix,
    as_background,
    by_cancellation,
    life_cycle_residual,
    provincial_proxy,
    residual_mixes,
)
from pcf.electricity.treatments import PROXY
from pcf.errors import PcfError, StudyProblems, problem
from pcf.model.amounts import Amount
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.background import Background
    from pcf.electricity.residual import LifeCycleFactor
    from pcf.errors import Problem
    from pcf.study.values import Study

AVERAGE, RESIDUAL = "national average", "residual mix"
UNCLAIMED = (AVERAGE, RESIDUAL, PROXY)
"""What a study may write under `[electricity] unclaimed`; empty is the first."""


def with_unclaimed(
    study: Study, background: Background, problems: list[Problem]
) -> tuple[Background, LifeCycleFactor | None]:
    """Return the background with the factor that a study names for unclaimed power, and it.

    No example: `pcf.study.system` runs it; docs/electricity-ledger.md shows the settings.
    """
    asked = study.electricity
    proxy = PROXY in (asked.unclaimed, fold(asked.treatment))
    try:
        _require_settings(study)
        if study.period is None or not study.place or not (proxy or asked.unclaimed == RESIDUAL):
            return background, None
        if proxy:
            found = provincial_proxy(background, place=study.place, period=study.period)
        else:
            found = _residual(study, background)
        return join(background, as_background(found)), found
    except PcfError as error:
        where = study.setting("electricity.unclaimed" if asked.unclaimed else "electricity")
        problems += [replace(each, where=where) for each in error.problems]
        return background, None


def _require_settings(study: Study) -> None:
    asked = study.electricity
    found = []
    if asked.unclaimed and asked.unclaimed not in UNCLAIMED:
        found.append(problem("unclaimed-unknown", "", UNCLAIMED, unclaimed=asked.unclaimed))
    volumes = asked.residual
    if asked.unclaimed == RESIDUAL:
        lacking = [name for name in ("generated", "claimed", "source") if not volumes.get(name)]
        if lacking:
            found.append(problem("residual-volumes", "", (), missing=", ".join(lacking)))
    elif volumes:
        unclaimed = asked.unclaimed or AVERAGE
        found.append(problem("residual-volumes-unused", "", (), unclaimed=unclaimed))
    if found:
        raise StudyProblems(*found)


def _residual(study: Study, background: Background) -> LifeCycleFactor:
    """Return the life-cycle factor of what is left of the generation when claims are taken out."""
    asked = study.electricity.residual
    generated, claimed = _volumes(asked["generated"]), _volumes(asked["claimed"])
    taken = sum(claimed.values())
    area = by_cancellation(
        study.place or "",
        generated,
        cancelled=claimed,
        consumed=sum(generated.values()),
        claimed=taken,
    )
    mix = residual_mixes([area]).mixes[area.name]
    if study.period is None:
        raise StudyProblems(problem("setting-missing", "study.period", key="study.period"))
    return life_cycle_residual(
        Mix(mix.volumes),
        background,
        place=study.place or "",
        period=study.period,
        source=str(asked["source"]),
    )


def _volumes(written: object) -> dict[str, float]:
    """Return volumes by technology in MWh."""
    rows: Mapping[str, str] = written if isinstance(written, dict) else {}
    found = {}
    for technology, each in rows.items():
        value = Amount.read(each).to("MWh").value
        if value is None:
            raise StudyProblems(problem("volume-unknown", technology, (), what=technology))
        found[technology] = value
    return found
