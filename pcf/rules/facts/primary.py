"""Whose data are these? Primary data by the size of what rests on them, and their evidence.

An amount is primary where its row, or the row's source, says so; a contribution is primary only if
its amount and its factor both are. All shares are by contributions to the total without signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.analysis.contributions import exchange_confidence
from pcf.rules.facts.boundary import primary_roles
from pcf.rules.facts.case import Case, Found, part, told, unknown
from pcf.study.calling import given_confidences
from pcf.study.values import ActivityRow
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


def share(case: Case) -> Found:
    """Return the share of the footprint whose amount and factor are both primary."""
    return _word(case, "primary")


def unverified(case: Case) -> Found:
    """Return the share of the footprint that rests on an unverified amount or factor."""
    return _word(case, "unverified")


def assumed(case: Case) -> Found:
    """Return the share of the footprint whose less sure number is an assumption."""
    return _word(case, "assumption")


def not_stated(case: Case) -> Found:
    """Return the share of the footprint for whose numbers no kind of data is stated."""
    return _word(case, "not stated")


def _word(case: Case, word: str) -> Found:
    words = case.footprint.confidences()
    return part(case, case.flags(lambda i: words[i] == word), word)


def amounts(case: Case) -> Found:
    """Return the share of the footprint whose activity data are primary, whatever the factor."""
    return part(case, _primary(case), "primary")


def _primary(case: Case) -> Flags:
    """Return where activity data are primary: an emission by a published method is so, too.

    What such a method was given is the activity data then, and its published values are the factor.
    """
    system, table = case.footprint.system, case.footprint.contributions
    given = given_confidences(case.study)
    return case.flags(
        lambda i: (
            table.exchange[i] >= 0
            and "primary"
            in (
                exchange_confidence(system, int(table.exchange[i])),
                given.get(case.exchanges[i]),
            )
        )
    )


def controlled(case: Case) -> Found:
    """Return, within the processes under control, the share whose activity data are primary.

    Unknown where a process of the study does not say whether it is under control.
    """
    silent = [row.id for row in case.standing.processes if row.controlled is None]
    if silent:
        return unknown("how-control-unknown", names=silent)
    return _within(case, {row.id for row in case.standing.processes if row.controlled})


def control_stated(case: Case) -> Found:
    """Return whether the process that makes the declared product is under control.

    Unknown where it does not say.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    product = case.study.declared_unit.product if case.study.declared_unit else ""
    names = {row.process for row in case.standing.coproducts if fold(row.product) == fold(product)}
    makers = [
        row
        for row in case.standing.processes
        if row.id in names or fold(row.product) == fold(product)
    ]
    said = {row.controlled for row in makers}
    if len(said) != 1 or None in said:
        return unknown("how-control-unknown", names=[row.id for row in makers])
    return Found(True in said, told("how-list", names=[row.id for row in makers]))


def of_roles(case: Case) -> Found:
    """Return, in the processes of which the category asks own data, the share that is primary.

    Unknown without a pack, and where the study has none of these processes itself.
    """
    if case.pack is None:
        return unknown("how-needs-pack")
    names = {row.id for _, row in primary_roles(case)}
    return _within(case, names) if names else unknown("how-no-such-process")


def _within(case: Case, processes: set[str]) -> Found:
    inside = case.flags(lambda i: case.processes[i] in processes)
    if not case.weights[inside].any():
        return unknown("how-no-such-process")
    return part(case, _primary(case), "primary", inside=inside)


def evidenced(case: Case) -> Found:
    """Return, of the primary activity data, the share by size whose rows name evidence.

    A file with its fingerprint or the name of a document; an empty file and a word such as 'none'
    are no evidence. Unknown without primary data.
    """
    own = _primary(case)
    if not case.weights[own].any():
        return unknown("how-no-primary")
    shown = case.flags(lambda i: _has_evidence(case, case.exchanges[i]))
    return part(case, shown, "evidence", inside=own)


def _has_evidence(case: Case, exchange: str) -> bool:
    """Return whether every row behind an exchange names evidence, each month of a series."""
    rows = case.series.get(exchange, ())
    return bool(rows) and all(isinstance(row, ActivityRow) and row.evidence.shows for row in rows)


def sourced(case: Case) -> Found:
    """Return the share of the footprint whose rows name a source or evidence."""

    def is_sourced(position: int) -> bool:
        row = case.rows.get(case.exchanges[position])
        return row is not None and bool(row.source or _has_evidence(case, case.exchanges[position]))

    return part(case, case.flags(is_sourced), "source")


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "primary.share": share,
    "primary.amounts_share": amounts,
    "primary.controlled_share": controlled,
    "primary.declared_controlled": control_stated,
    "primary.roles_share": of_roles,
    "primary.evidence_share": evidenced,
    "data.unverified_share": unverified,
    "data.assumption_share": assumed,
    "data.not_stated_share": not_stated,
    "data.sourced_share": sourced,
}
