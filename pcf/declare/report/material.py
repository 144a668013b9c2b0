"""What does a report speak of? Everything that it may show, gathered once for every language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf.declare.naming import gap_names
from pcf.declare.report.sensitivity import TOPICS, Varied, sensitivity
from pcf.electricity.supply import technology_called
from pcf.study.marks import marks_in
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.declare.values import Declaration
    from pcf.rules.opinion import Opinion
    from pcf.study import Study


_NONE = Name("–", "–")
_IN_FULL = Name("in the full report", "见完整报告")
_PLANNED = "electricity-planned"
"""The finding by which `Footprint.planned` knows; the public may not miss it."""


@dataclass(frozen=True, slots=True)
class Material:
    """A footprint with what belongs to it: study, declaration, opinion, the version before.

    `plan`: a claim on electricity has no record of cancelled certificates;
    None where neither the study nor the headline tells. `gaps` are the names of what is left out.
    """

    footprint: Footprint
    study: Study | None = None
    declaration: Declaration | None = None
    opinion: Opinion | None = None
    previous: Footprint | None = None
    varied: tuple[Varied, ...] = field(default=())
    plan: bool | None = None
    gaps: Mapping[str, Name] = field(default_factory=dict, hash=False)

    def for_public(self) -> Material:
        """Return what may be shown to everybody: no rows, processes or meters of the study."""
        topics = (TOPICS["electricity"], TOPICS["characterisation"])
        shown = tuple(each for each in self.varied if each.topic in topics)
        rest = dict.fromkeys(each.topic for each in self.varied if each.topic not in topics)
        varied = (*shown, *(Varied(topic, _NONE, None, _IN_FULL) for topic in rest))
        kept = tuple(each for each in self.footprint.findings if each.code == _PLANNED)
        footprint = replace(self.footprint, gaps=(), findings=kept)
        return replace(self, footprint=footprint, study=None, previous=None, varied=varied)

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be said wherever the study goes, such as 'fictional'."""
        if self.study is not None:
            return tuple(self.study.marks)
        return marks_in(self.footprint.context)


def gathered(  # noqa: PLR0913 - each word is one thing that a report shows
    footprint: Footprint,
    *,
    study: Study | None = None,
    background: Background | None = None,
    declaration: Declaration | None = None,
    opinion: Opinion | None = None,
    previous: Footprint | None = None,
) -> Material:
    """Return the material of a report, the sensitivity table computed.

    No example: `report` uses it.
    """
    varied = sensitivity(footprint, study, background)
    plan = _plan(footprint, study)
    gaps = gap_names((each.name for each in footprint.gaps), study, background)
    return Material(footprint, study, declaration, opinion, previous, varied, plan, gaps)


def _plan(footprint: Footprint, study: Study | None) -> bool | None:
    """Tell whether a meter claims a technology without the registry's record."""
    if footprint.planned or footprint.electricity.startswith("market:"):
        return footprint.planned
    return (
        None
        if study is None
        else any(
            technology_called(share.technology) != "average"
            for each in study.electricity.supplies
            if each.supply.evidence is None
            for share in each.supply.shares
        )
    )
