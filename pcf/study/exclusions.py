"""Which inputs does a study leave out? Each by name, with a bound and a reason.

A bound in kg CO2e per unit of the flow needs the row that says how much of the flow there is; a
bound in kg CO2e is for the reference amount of its process, where no row says so. An input that is
left out has no provider as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import problem
from pcf.study.names import flows_of
from pcf.study.processes import products_of
from pcf.study.values import ActivityRow
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.errors import Problem, Where
    from pcf.model.amounts import Amount
    from pcf.model.declared import Exclusion
    from pcf.study.values import Leg, Study


def exclusion_problems(study: Study) -> list[Problem]:
    """Return what is wrong with the exclusions of a study, whatever alternative stands.

    No example: `pcf.study.checks` shows it.
    """
    found: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for position, each in enumerate(study.exclusions):
        where = study.setting(f"exclusion[{position}]")
        key = (each.process, fold(each.flow))
        if key in seen:
            found.append(problem("exclusion-twice", where, flow=each.flow))
            continue
        seen.add(key)
        found += _problems(study, each, where)
    return found


def excluded_rows(study: Study, exclusion: Exclusion) -> list[ActivityRow | Leg]:
    """Return the rows and legs that an exclusion speaks of.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.declared import Exclusion
    >>> from pcf.study.values import ActivityRow, Study
    >>> study = Study("a", activity=(ActivityRow("1", "cell", "Cryolite", Amount(1.0, "kg")),))
    >>> [row.id for row in excluded_rows(study, Exclusion("cell", "cryolite", None, "little"))]
    ['1']
    """
    return [row for row in study.rows if speaks_of(exclusion, row.process, flow_of(row))]


def flow_of(row: ActivityRow | Leg) -> str:
    """Return the flow of a row; that of a leg is its mode of transport.

    No example: see `excluded_rows`.
    """
    return row.flow if isinstance(row, ActivityRow) else row.mode


def speaks_of(exclusion: Exclusion, process: str, flow: str) -> bool:
    """Return whether an exclusion leaves out this flow of this process.

    No example: see `excluded_rows`.
    """
    return exclusion.process in ("", process) and fold(exclusion.flow) == fold(flow)


def is_per_unit(bound: Amount) -> bool:
    """Return whether a bound is per unit of its flow, not in kg CO2e alone.

    >>> from pcf.model.amounts import Amount
    >>> is_per_unit(Amount.read("2 kg CO2e/kg")), is_per_unit(Amount.read("2 kg CO2e"))
    (True, False)
    """
    return not units.same_dimension(bound.unit, "kg CO2e")


def _problems(study: Study, each: Exclusion, where: Where) -> Iterator[Problem]:
    processes = {row.id for row in study.processes}
    if each.process and each.process not in processes:
        near = text.nearest(each.process, processes)
        yield problem("process-unknown", where, near, process=each.process)
        return
    if not each.reason.strip():
        yield problem("exclusion-no-reason", where, flow=each.flow)
    bound = each.bound
    if bound is not None and (bound.value is None or not 0 <= bound.value < float("inf")):
        yield problem("exclusion-bound", where, (), bound=bound, flow=each.flow)
        return
    rows = excluded_rows(study, each)
    yield from _providers(study, each, where, rows)
    if not rows:
        if each.bound is not None and is_per_unit(each.bound):
            near = text.nearest(each.flow, flows_of(study, each.process))
            yield problem("exclusion-no-row", where, near, flow=each.flow)
        elif each.bound is not None and not each.process:
            yield problem("exclusion-no-process", where, tuple(processes), flow=each.flow)
        return
    if any(map(_is_emitted, rows)):
        yield problem("exclusion-not-possible", where, flow=each.flow)
    elif each.bound is not None and not is_per_unit(each.bound):
        yield problem("exclusion-and-row", where, flow=each.flow, row=rows[0].id)
    elif each.bound is not None:
        yield from _units(each, each.bound, rows, where)


def _is_emitted(row: ActivityRow | Leg) -> bool:
    if not isinstance(row, ActivityRow):
        return False
    return row.kind in ("elementary", "internal") or bool(row.meter)


def _units(
    each: Exclusion, bound: Amount, rows: list[ActivityRow | Leg], where: Where
) -> Iterator[Problem]:
    for row in rows:
        unit = row.amount.unit if isinstance(row, ActivityRow) else "tkm"
        if unit and "unit" not in row.unread:
            per = units.divide("kg CO2e", unit)
            if not units.same_dimension(bound.unit, per):
                yield problem("unit-unfit", where, unit=bound.unit, other=per, flow=each.flow)
                return


def _providers(
    study: Study, each: Exclusion, where: Where, rows: list[ActivityRow | Leg]
) -> Iterator[Problem]:
    """Refuse an input that is left out and provided too: by a link, a mix, an own process."""
    named = [
        link.provider
        for link in study.links
        if fold(link.flow) == fold(each.flow)
        and (link.process in ("", each.process) or not each.process)
    ]
    named += ["mix" for mix in study.mixes if fold(mix.product) == fold(each.flow)]
    if rows:
        named += products_of(study).get(fold(each.flow), [])
    if named:
        yield problem("exclusion-and-provider", where, flow=each.flow, provider=named[0])
