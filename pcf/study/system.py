"""How does a study become a product system? Rows linked, processes allocated, electricity treated.

Everything that is wrong, of reading, of the study itself and of linking, is raised together as
`StudyProblems`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.background import closure, join
from pcf.errors import PcfError, StudyProblems, problem
from pcf.findings import Finding, finding
from pcf.model.building import product_system
from pcf.study.alternatives import applied
from pcf.study.amounts import used_amounts
from pcf.study.balances import balance_findings
from pcf.study.calling import computed
from pcf.study.checks import study_problems
from pcf.study.dividing import divided
from pcf.study.exchanges import exchanges_of
from pcf.study.linking import Linking
from pcf.study.months import at, stock_findings
from pcf.study.plausibility import (
    plausibility_findings,
    shared_findings,
    unpowered_findings,
)
from pcf.study.sourcing import Sourcing
from pcf.study.totals import total_findings
from pcf.study.treating import treatments_of
from pcf.study.unclaimed import with_unclaimed
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.background import Background
    from pcf.electricity import Treatment
    from pcf.electricity.residual import LifeCycleFactor
    from pcf.errors import Problem
    from pcf.methods import Allocation
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.declared import DeclaredUnit, Exclusion
    from pcf.model.processes import UnitProcess
    from pcf.model.systems import ProductSystem
    from pcf.study.values import Study


@dataclass(frozen=True, slots=True)
class StudySystem:
    """A study linked: its product system and what the footprint needs beside it.

    `treatments` are those of electricity by name, the headline first; `findings` those of reading
    and linking; `allocations` how each multi-output process was divided.
    """

    system: ProductSystem
    declared_unit: DeclaredUnit
    characterisation: CharacterisationSet
    treatments: Mapping[str, Treatment]
    exclusions: tuple[Exclusion, ...]
    allocations: tuple[Allocation, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """Return the system and what is beside it, on one line."""
        treatments = ", ".join(self.treatments)
        return f"StudySystem({self.system}; {treatments}; {len(self.findings)} findings)"


@dataclass(slots=True)
class _Assembly:
    """What is found on the way to a system, and everything that is wrong."""

    study: Study
    background: Background
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    processes: list[UnitProcess] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    treatments: dict[str, Treatment] = field(default_factory=dict)
    unclaimed: LifeCycleFactor | None = None
    characterisation: CharacterisationSet | None = None


def problems_of(study: Study, background: Background | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with a study; with `background`, of linking too.

    No example: it is `Study.check`.
    """
    if background is None:
        return study_problems(study)
    return _assembled(study, background)[1]


def assemble(study: Study, background: Background) -> StudySystem:
    """Return the product system of a study on `background`.

    Raises StudyProblems with everything that is wrong. No example: it is `Study.system`.
    """
    found, problems = _assembled(study, background)
    if problems or found is None:
        raise StudyProblems(*problems)
    return found


def _assembled(
    study: Study, background: Background
) -> tuple[StudySystem | None, tuple[Problem, ...]]:
    own = study_problems(study)
    if study.unread:
        return None, own
    called = computed(study)
    study = called.study
    standing = applied(study)
    clashes: list[Problem] = []
    assembly = _Assembly(standing, _joined(standing, background, clashes), clashes)
    found = with_unclaimed(standing, assembly.background, clashes)
    assembly.background, assembly.unclaimed = found
    sourcing = Sourcing(standing)
    _characterised(assembly)
    _link(assembly, sourcing)
    problems = tuple(dict.fromkeys((*own, *_beyond(own, assembly.problems))))
    declared, factors = study.declared_unit, assembly.characterisation
    if problems or declared is None or factors is None:
        return None, problems
    product = _told_apart(_exact(standing, declared.product), assembly.processes)
    try:
        sources = sourcing.used(assembly.background.sources, assembly.problems)
        system = product_system(assembly.processes, sources=sources)
    except PcfError as error:
        return None, tuple(error.problems)
    made = {id_ for ids in called.rows.values() for id_ in ids}
    findings = [*_study_findings(study, assembly, made), *called.findings, *assembly.findings]
    return StudySystem(
        system,
        replace(declared, product=product),
        factors,
        assembly.treatments,
        standing.exclusions,
        tuple(assembly.allocations),
        tuple(dict.fromkeys(findings)),
    ), tuple(assembly.problems)


def _beyond(own: tuple[Problem, ...], linked: list[Problem]) -> list[Problem]:
    """Return problems of linking, without those of rows whose unit or flow is already refused."""
    columns = ("unit", "flow", "kind", "direction")
    refused = {replace(each.where, column="") for each in own if each.where.column in columns}
    return [each for each in linked if replace(each.where, column="") not in refused]


def _joined(study: Study, background: Background, problems: list[Problem]) -> Background:
    if study.own_background is None:
        return background
    try:
        return join(background, study.own_background)
    except PcfError as error:
        problems += error.problems
        return background


def _characterised(assembly: _Assembly) -> None:
    study = assembly.study
    try:
        assembly.characterisation = assembly.background.characterisation(
            study.characterisation or None, study.convention
        )
    except PcfError as error:
        if study.is_unread("study.convention") or study.is_unread("study.characterisation"):
            return
        where = study.setting("study.characterisation")
        assembly.problems += [replace(each, where=where) for each in error.problems]


def _link(assembly: _Assembly, sourcing: Sourcing) -> None:
    """Find every provider, divide what must be divided, and bring in the background."""
    study = assembly.study
    if study.period is None or study.place is None:
        return
    linking = Linking(study, assembly.background, study.period)
    used = used_amounts(study).used
    for row in study.processes:
        exchanges = exchanges_of(row.id, used, linking, sourcing)
        assembly.findings += unpowered_findings(row, exchanges, study, assembly.background)
        parts = divided(row, exchanges, study, assembly.problems)
        assembly.processes += _owned(parts.processes, study)
        if parts.allocation is not None:
            assembly.allocations.append(parts.allocation)
            assembly.findings += parts.allocation.findings
            assembly.findings += shared_findings(row, parts.allocation)
    assembly.problems += linking.problems
    assembly.problems += _unverified_names(study, assembly.background)
    assembly.findings += linking.findings
    assembly.treatments = treatments_of(
        study, assembly.background, assembly.problems, unclaimed=assembly.unclaimed
    )
    for headline in list(assembly.treatments.values())[:1]:
        assembly.findings += headline.findings
    links = [*linking.links, *(each for t in assembly.treatments.values() for each in t.links)]
    try:
        needed = closure(
            links,
            assembly.background,
            period=study.period,
            unverified=frozenset(study.unverified),
            characterisation=""
            if assembly.characterisation is None
            else assembly.characterisation.name,
        )
    except PcfError as error:
        assembly.problems += error.problems
        return
    assembly.findings += needed.findings
    assembly.processes += [*_owned(linking.made.values(), study), *needed.processes]


def _owned(processes: Iterable[UnitProcess], study: Study) -> list[UnitProcess]:
    """Return processes as the study's own, whose numbers are known by the study's id."""
    return [replace(each, origin=(study.id, "")) for each in processes]


def _unverified_names(study: Study, background: Background) -> list[Problem]:
    """Return names under [unverified] that are no row, of the study or of background data."""
    rows = {row.id for row in study.rows}
    rows |= {row for each in study.alternatives for row in (*each.replaces, *each.by)}
    known = {each.id for each in background.processes}
    known |= {one.id for each in background.processes for one in each.process.exchanges}
    where = study.setting("unverified.rows")
    return [
        problem("row-unknown", where, text.nearest(name, rows), row=name)
        for name in study.unverified
        if name not in rows and name not in known
    ]


def _study_findings(study: Study, assembly: _Assembly, made: set[str]) -> list[Finding]:
    """Return what must be weighed about the study itself and the data it stands on.

    `made` are the ids of rows that methods gave.
    """
    standing = assembly.study
    found = list(assembly.background.findings)
    named = study.background
    if named and fold(named) not in map(fold, assembly.background.name.split(" + ")):
        facts = {"named": named, "given": assembly.background.name}
        found.append(finding("background-other", study.setting("study.background"), **facts))
    found += [
        finding("unverified-used", at(row), row=row.id)
        for row in standing.rows
        if row.id in study.unverified
    ]
    used = used_amounts(standing).used
    found += stock_findings(standing)
    found += [*total_findings(standing, used), *balance_findings(standing, used)]
    return [*found, *plausibility_findings(standing, used, made)]


def _exact(study: Study, product: str) -> str:
    """Return a product as its process writes it."""
    names = [row.product for row in study.products]
    return next((name for name in names if fold(name) == fold(product)), product)


def _told_apart(product: str, processes: list[UnitProcess]) -> str:
    """Return the declared product under a name of its own where background data makes it too."""
    makers = [row for row in processes if row.product == product]
    if len(makers) < 2:
        return product
    own = next(row for row in makers if row.foreground)
    processes[processes.index(own)] = replace(own, product=f"{product} ({own.id})")
    return f"{product} ({own.id})"
