"""Is a factor of a study's own far below the public record? Below half of it is told.

A supplier may well be better than the record; half of it, or less than nothing, is for the supplier
to show and for the reader to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import units
from pcf.background import closure, join
from pcf.background.linking import Link
from pcf.errors import PcfError
from pcf.findings import finding
from pcf.inventory import intensities
from pcf.model.amounts import Amount
from pcf.model.building import product_system

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.background.values import BackgroundProcess
    from pcf.findings import Finding
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.coverage import Period
    from pcf.model.processes import UnitProcess
    from pcf.study import Study

LOW = 0.5
"""At which share of the least public record a factor of one's own is told."""


def supplier_findings(
    study: Study, footprint: Footprint, background: Background
) -> tuple[Finding, ...]:
    """Return the rows of a study's own, among those used, far below the least public record.

    Records are those of `background` for the same product, kind and place in the chain; what they
    count is not told, as a licence may forbid it. A product without one is told below zero only.

    No example: the tests of the room judge a plant whose supplier errs tenfold.
    """
    own, period = study.own_background, study.period
    if own is None or period is None:
        return ()
    try:
        background = join(background, own)
        factors = background.characterisation(study.characterisation or None, study.convention)
    except PcfError:
        return ()  # the footprint stands on other data than these
    ids = {each.id for each in own.processes}
    heads = footprint.system.processes
    used = {each.id: each for each in own.processes if each.id in set(map(str, heads.ids))}
    alike = {
        id_: [each for each in background.makers_of(row.process.product) if _alike(each, row)]
        for id_, row in used.items()
    }
    asked = {each.id: each for rows in alike.values() for each in rows} | used
    counted = _counted(asked.values(), background, period, factors)
    found = []
    for id_, row in used.items():
        records = {
            each.id: counted[each.id] * units.factor(row.unit, each.unit)
            for each in alike[id_]
            if each.id in counted and each.id not in ids
        }
        least = min(records, key=lambda record: records[record], default="")
        if id_ not in counted:
            continue
        facts = {"factor": Amount(counted[id_], "kg CO2e"), "unit": row.unit}
        if counted[id_] < 0:
            found.append(finding("supplier-negative", id_, **facts))
        elif least and counted[id_] < LOW * records[least]:
            found.append(finding("supplier-low", id_, record=least, **facts))
    return tuple(found)


def _counted(
    rows: Iterable[BackgroundProcess],
    background: Background,
    period: Period,
    characterisation: CharacterisationSet,
) -> dict[str, float]:
    """Return what a unit of each product (or treated waste) counts, kg CO2e, without credits.

    By id; a record that cannot stand alone is not among them. All are solved as one system.
    """
    needed: dict[str, UnitProcess] = {}
    standing = []
    for row in rows:
        try:
            found = closure([Link(row)], background, period=period).processes
        except PcfError:
            continue
        needed |= {each.id: each for each in found}
        standing.append(row.id)
    try:
        system = product_system(needed.values(), sources=background.sources)
        counted = intensities(system, characterisation, credits=False)
    except PcfError:
        return {}
    return {id_: float(counted[system.index(id_)]) for id_ in standing}


def _alike(record: BackgroundProcess, row: BackgroundProcess) -> bool:
    """Return whether a record is of the same kind and can be set beside a row."""
    one, other = record.process, row.process
    kinds = (one.treats, record.family, record.at) == (other.treats, row.family, row.at)
    return kinds and units.same_dimension(record.unit, row.unit)
