"""What stands in a study? Rows, links, parameters, allocations under its chosen alternatives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from pcf.study.call_rows import CallRow
    from pcf.study.values import ActivityRow, Alternative, Study

T = TypeVar("T")


def applied(study: Study) -> Study:
    """Return the study as it stands: the chosen alternatives worked in, the others left out.

    A row that an alternative puts in counts under it alone. Its links, parameters and allocations
    go before those of the study for the same flow, name or process.

    >>> from pcf.study.values import ActivityRow, Alternative, Study
    >>> from pcf.model.amounts import Amount
    >>> rows = [ActivityRow(id, "cell", "PFC", Amount(1.0, "kg")) for id in ("measured", "draft")]
    >>> study = Study("a", activity=tuple(rows), chosen=("draft",),
    ...               alternatives=(Alternative("draft", replaces=("measured",), by=("draft",)),))
    >>> [row.id for row in applied(study).activity]
    ['draft']
    >>> [row.id for row in applied(replace(study, chosen=())).activity]
    ['measured']
    """
    chosen = [each for each in study.alternatives if each.name in study.chosen]
    return replace(
        study,
        activity=tuple(row for row in study.activity if counts(row, chosen, study.alternatives)),
        links=_merged(study.links, (link for each in chosen for link in each.links), _link_key),
        parameters=_merged(
            study.parameters,
            (one for each in chosen for one in each.parameters),
            lambda each: (each.process, each.name),
        ),
        allocations=_merged(
            study.allocations,
            (one for each in chosen for one in each.allocations),
            lambda each: each.process,
        ),
    )


def _link_key(link: object) -> tuple[str, str]:
    return (link.process, link.flow)  # type: ignore[attr-defined] # links only


def counts(
    row: ActivityRow | CallRow, chosen: Iterable[Alternative], named: Iterable[Alternative]
) -> bool:
    """Return whether a row counts: it is not replaced, and not kept for an alternative.

    No example: `applied` shows it.
    """
    here = {each.name for each in chosen}
    if any(row.id in each.replaces for each in named if each.name in here):
        return False
    homes = {each.name for each in named if row.id in each.by}
    if row.alternative:
        homes.add(row.alternative)
    return not homes or bool(homes & here)


def _merged(own: Iterable[T], others: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    found = {key(each): each for each in own}
    found |= {key(each): each for each in others}
    return tuple(found.values())
