"""How does a linked study become a footprint? Alone, or beside its alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.analysis import compare, footprint
from pcf.errors import PcfError, StudyProblems

if TYPE_CHECKING:
    from pcf.analysis import Comparison, Footprint
    from pcf.background import Background
    from pcf.study.values import Study


def footprint_of(study: Study, background: Background) -> Footprint:
    """Return the footprint of a study on `background`; raise StudyProblems.

    No example: it is `Study.footprint`.
    """
    linked = study.system(background)
    found = footprint(
        linked.system,
        linked.declared_unit,
        linked.characterisation,
        electricity={name: each.meters for name, each in linked.treatments.items()},
        exclusions=linked.exclusions,
        findings=linked.findings,
        title=study.title,
        context=_context(study, background),
        near=study.nearby.system,
    )
    study.nearby.keep(linked.system)
    return found


def side_by_side(study: Study, background: Background) -> Comparison:
    """Return the footprint as the study stands, under its id, beside those under its alternatives.

    Raises StudyProblems with the problems of all of them. No example: it is `Study.side_by_side`.
    """
    names = [each.name for each in study.alternatives if each.name not in study.chosen]
    studies = {study.id: study}
    studies |= {name: study.varying(alternative=[*study.chosen, name]) for name in names}
    found, problems = {}, []
    for name, each in studies.items():
        try:
            found[name] = each.footprint(background)
        except PcfError as error:
            problems += [told for told in error.problems if told not in problems]
    if problems:
        raise StudyProblems(*problems)
    return compare(found)


def _context(study: Study, background: Background) -> dict[str, str]:
    """Return what a reader must know beside the numbers."""
    facts = {
        "study": study.id,
        "place": study.place or "",
        "period": "" if study.period is None else str(study.period),
        "boundary": study.boundary,
        "background": background.name,
        "alternatives": "; ".join(study.chosen),
        "marks": "; ".join(study.marks),
    }
    return {key: value for key, value in facts.items() if value}
