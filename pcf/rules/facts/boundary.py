"""What lies inside? The boundary, the processes that a category must have, what stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.expressions import judge
from pcf.rules.facts.case import Case, Found, part, place, told, unknown
from pcf.study.columns import boundary_of
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcf.rules.values import Role
    from pcf.study.values import ProcessRow

WHOLE = ("cradle to gate", "upstream and combustion", "transport", "gate to grave")
"""Boundaries of background data behind which nothing upstream is missing."""


def kind(case: Case) -> Found:
    """Return the boundary by its first words: cradle to gate, gate to gate, cradle to grave, other.

    Further words of the study say what lies inside and are not read.
    """
    said, where = case.study.boundary, case.study.setting("study.boundary")
    if not said.strip():
        return unknown("how-not-stated", (where,), what="boundary")
    return Found(
        boundary_of(said) or "other", told("how-written", value=case.study.boundary), (where,)
    )


def roles_missing(case: Case) -> Found:
    """Return how many mandatory processes of the category the study covers in no way.

    A process is covered by one of the study of its name or that makes its product, or by a product
    bought from cradle to gate that it makes or stands behind; each only where the declared unit
    needs it, and one of the study only where something counted goes in or out. Unknown where it
    cannot be told whether an uncovered one is mandatory.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.pack is None or not case.pack.roles:
        return unknown("how-needs-pack")
    bare = [role for role in case.pack.roles if not _covered(case, role)]
    asked = {role.id: _mandatory(case, role) for role in bare}
    missing = [role for role in bare if asked[role.id]]
    names = [f"{role.name.en or role.id}（{role.name.zh}）" for role in missing]
    how = told("how-count", count=len(missing), all=len(case.pack.roles), names=names)
    if not missing and None in asked.values():
        return unknown("how-not-stated", what=", ".join(asked))
    return Found(float(len(missing)), how)


def unused_processes(case: Case) -> Found:
    """Return how many processes of the study serve the declared unit with nothing.

    The declared unit does not need them, or they make their product from nothing: nothing that
    counts goes in or out.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    idle = [row for row in case.standing.processes if not _serves(case, row)]
    places = tuple(place(row.where, row.id) for row in idle)
    names = [row.id for row in idle]
    how = told("how-count", count=len(idle), all=len(case.standing.processes), names=names)
    return Found(float(len(idle)), how, places)


def zero_stages(case: Case) -> Found:
    """Return how many stages of the study bring nothing at all."""
    found = [each.where.item for each in case.footprint.findings if each.code == "stage-zero"]
    how = told("how-count", count=len(found), all=len(case.footprint.system.stages), names=found)
    return Found(float(len(found)), how)


def partial_share(case: Case) -> Found:
    """Return the share of the footprint that stands on factors which are not cradle to gate.

    Such a factor leaves out what lies upstream of it. Needs the background data.
    """
    if case.background is None:
        return unknown("how-needs-background")

    def is_partial(position: int) -> bool:
        rows = [case.provider(each) for each in case.behind[position]]
        return any(row is not None and row.boundary not in WHOLE and not row.at for row in rows)

    return part(case, case.flags(is_partial), "gate to gate")


def transport_counted(case: Case) -> Found:
    """Return whether transport is part of the footprint, as legs or as a bought service.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    system, table = case.footprint.system, case.footprint.contributions
    products = system.processes.products
    legs = {leg.id for leg in case.standing.legs}
    which = case.flags(
        lambda i: (
            case.exchanges[i] in legs
            or any(str(products[p]).startswith("transport") for p in case.behind[i])
        )
    )
    value = bool(np.any(which & (table.value != 0)))
    return Found(value, told("how-count", count=int(which.sum()), all=len(which), names="-"),
                 case.places(which))  # fmt: skip


def primary_roles(case: Case) -> tuple[tuple[Role, ProcessRow], ...]:
    """Return the roles that ask for own data, with the processes of the study that play them.

    No example: the facts on primary data use it.
    """
    roles = () if case.pack is None else case.pack.roles
    return tuple(
        (role, row)
        for role in roles
        if role.primary
        for row in case.standing.processes
        if _plays(case, row, role)
    )


def _parts_of(case: Case, row: ProcessRow) -> Iterator[str]:
    """Yield the processes of the system that a process of the study became."""
    heads = case.footprint.system.processes
    for id_, whole in zip(heads.ids, heads.wholes, strict=True):
        if row.id in (str(id_), str(whole)):
            yield str(id_)


def _serves(case: Case, row: ProcessRow) -> bool:
    """Return whether a process of the study runs for the declared unit, and not on nothing."""
    runs = case.footprint.scaling
    return any(runs.get(id_, 0.0) and id_ in case.fed for id_ in _parts_of(case, row))


def _plays(case: Case, row: ProcessRow, role: Role) -> bool:
    names = {fold(each) for each in (row.id, row.name.en, row.name.zh) if each}
    made = {row.product, *(c.product for c in case.standing.coproducts if c.process == row.id)}
    return bool(
        names & {fold(each) for each in role.processes}
        or {fold(each) for each in made} & {fold(each) for each in role.made}
    )


def _covered(case: Case, role: Role) -> bool:
    rows = case.standing.processes
    if any(_plays(case, row, role) and _serves(case, row) for row in rows):
        return True
    wanted = {fold(each) for each in (*role.made, *role.within)}
    heads = case.footprint.system.processes
    for position in np.flatnonzero(~heads.foreground):
        row = case.provider(int(position))
        whole = row is None or row.boundary in WHOLE
        if not case.footprint.scaling.get(str(heads.ids[position]), 0.0):
            continue
        if whole and fold(str(heads.products[position])) in wanted:
            return True
    return False


def _mandatory(case: Case, role: Role) -> bool | None:
    """Return whether a role is mandatory here; facts on roles themselves are not asked."""
    from pcf.rules.facts.gathering import gathered  # noqa: PLC0415 - it gathers this module's facts

    if case.pack is None or role.mandatory in ("True", "False"):
        return role.mandatory == "True"
    return judge(role.mandatory, {**gathered(case, role.mandatory), **case.pack.limits})


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "boundary.kind": kind,
    "boundary.roles_missing": roles_missing,
    "boundary.unused_processes": unused_processes,
    "boundary.zero_stages": zero_stages,
    "boundary.partial_share": partial_share,
    "boundary.transport_counted": transport_counted,
}
