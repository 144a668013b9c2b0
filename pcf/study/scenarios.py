"""What if a study were otherwise? A sweep, a grid, a list of scenarios, here or on any executor.

Every scenario is the study varied and linked anew, and its footprint is that of
`study.varying(...).footprint(background)`. Where the system is large, the study itself is solved
first and each scenario is solved by way of it (`pcf.inventory.solver_of`); so a result has the same
bits whoever computed it, and agrees with a fresh solve to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from pcf import text
from pcf.analysis.scenarios import Scenario, Scenarios
from pcf.errors import PcfError, StudyProblems, Where, problem
from pcf.inventory import solver_of
from pcf.inventory.sampling.executors import each
from pcf.inventory.solved import PAYS
from pcf.model.amounts import Amount
from pcf.model.nearby import Nearby
from pcf.study.footprint import footprint_of
from pcf.study.varying import varied

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pcf.background import Background
    from pcf.errors import Problem
    from pcf.study.values import Study

AT_ONCE = 16
"""Scenarios in one piece of work for an executor."""
SETTINGS = ("electricity", "characterisation", "convention", "period", "declared_unit")
"""What an axis may vary beside parameters, rows, meters and alternatives."""
STANDING = "as it stands"


class Asked(NamedTuple):
    """One scenario: its name, its settings as text, and the changes to make one after the other."""

    name: str
    settings: Mapping[str, str]
    changes: tuple[Mapping[str, Any], ...]


def sweep(
    study: Study,
    background: Background,
    axis: str,
    values: Sequence[Any],
    executor: Executor | None = None,
) -> Scenarios:
    """Return the study with one thing at several values. See `Study.sweep`."""
    return grid(study, background, {axis: values}, executor)


def grid(
    study: Study,
    background: Background,
    axes: Mapping[str, Sequence[Any]],
    executor: Executor | None = None,
) -> Scenarios:
    """Return the study at every combination of values.

    No example: it is `Study.grid`.
    """
    problems: list[Problem] = []
    changes = {axis: _axis(study, axis, values, problems) for axis, values in axes.items()}
    if problems or not axes:
        raise StudyProblems(*(problems or [problem("scenarios-none")]))
    asked = []
    for combination in product(*(changes[axis] for axis in axes)):
        settings = {axis: said for axis, (said, _) in zip(axes, combination, strict=True)}
        name = text.listed(settings.values()) if len(axes) == 1 else _named(settings)
        asked.append(Asked(name, settings, tuple(change for _, change in combination)))
    return _computed(study, background, tuple(axes), asked, executor)


def scenarios(
    study: Study,
    background: Background,
    changes: Mapping[str, Mapping[str, Any]],
    executor: Executor | None = None,
) -> Scenarios:
    """Return the study under each set of changes. See `Study.scenarios`."""
    if not changes:
        raise StudyProblems(problem("scenarios-none"))
    asked = [Asked(name, {}, (change,)) for name, change in changes.items()]
    return _computed(study, background, (), asked, executor)


def _named(settings: Mapping[str, str]) -> str:
    return ", ".join(f"{axis} = {said}" for axis, said in settings.items())


def _axis(
    study: Study, axis: str, values: Sequence[Any], problems: list[Problem]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return each value as text and the change that it stands for."""
    homes = _homes(study)
    meant = [kind for kind, names in homes.items() if axis in names]
    if len(meant) > 1:
        problems.append(problem("axis-several", "", tuple(meant), axis=axis))
    elif not meant:
        known = [name for names in homes.values() for name in names]
        near = text.nearest(axis, known) or tuple(known)
        problems.append(problem("axis-unknown", "", near, axis=axis))
    if not len(values):
        problems.append(problem("axis-empty", "", axis=axis))
    if len(meant) != 1:
        return []
    (kind,) = meant
    return [
        (_said(value), {kind: {axis: value}} if axis != kind else {kind: value}) for value in values
    ]


def _homes(study: Study) -> dict[str, list[str]]:
    """Return the names that an axis may have, by the change of `varying` that makes it."""
    parameters = [
        f"{one.process}: {one.name}" if one.process else one.name for one in study.parameters
    ]
    meters = dict.fromkeys(row.meter for row in study.activity if row.meter)
    settings = {name: [name] for name in (*SETTINGS, "alternative")}
    settings["electricity"] = ["electricity", *meters]
    rows = [row.id for row in study.activity]
    several = dict.fromkeys(row.process for row in study.coproducts)
    return {"parameters": parameters, "rows": rows, "allocation": [*several], **settings}


def _said(value: object) -> str:
    if isinstance(value, str | int | float | Amount):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_said(one)}" for key, one in value.items())
    if isinstance(value, Sequence):
        return " + ".join(map(_said, value)) or "–"
    return str(value)


def _computed(
    study: Study,
    background: Background,
    axes: tuple[str, ...],
    asked: Sequence[Asked],
    executor: Executor | None,
) -> Scenarios:
    """Return the scenarios; raise StudyProblems with the problems of all of them."""
    own = replace(study, nearby=Nearby())  # none but the study itself is near
    base = footprint_of(own, background)
    pieces = [asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)]
    found: list[Scenario] = []
    problems: list[Problem] = []
    for several in each(partial(_piece, own, background), pieces, executor):
        for one in several:
            if isinstance(one, Scenario):
                found.append(one)
            else:
                problems += one
    if problems:
        raise StudyProblems(*dict.fromkeys(problems))
    unit = base.declared_unit
    return Scenarios(
        text.Name(unit.says("en"), unit.says("zh")),
        axes,
        Scenario.of(STANDING, {}, base),
        tuple(found),
    )


def _piece(
    study: Study, background: Background, asked: Sequence[Asked]
) -> list[Scenario | tuple[Problem, ...]]:
    """Return each scenario, or its problems; made where this is called."""
    standing = study.nearby.system
    if standing is None:
        standing = study.system(background).system
        if len(standing.exchanges) >= PAYS:
            solver_of(standing, credits=False)
            study.nearby.keep(standing)
    found: list[Scenario | tuple[Problem, ...]] = []
    for one in asked:
        try:
            changed = study
            for change in one.changes:
                changed = varied(changed, **change)
            footprint = footprint_of(changed, background)
        except PcfError as error:
            found.append(tuple(replace(p, where=_placed(p.where, one)) for p in error.problems))
        else:
            found.append(Scenario.of(one.name, one.settings, footprint))
    return found


def _placed(where: Where, asked: Asked) -> Where:
    """Say in which scenario something is wrong."""
    return replace(where, item=f"{asked.name}: {where.item}" if where.item else asked.name)
