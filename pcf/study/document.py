"""How do the settings of a study become values? From study.toml or from sheets, alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pcf import units
from pcf.errors import problem
from pcf.model.amounts import Amount
from pcf.model.characterisation import Convention
from pcf.model.coverage import Period, find_place
from pcf.model.declared import DeclaredUnit, Exclusion
from pcf.study import settings as shapes
from pcf.study.cells import attempt
from pcf.study.columns import boundary_of, spellings
from pcf.study.marks import read_marks
from pcf.study.supplies import read_supplies
from pcf.study.values import (
    AllocationChoice,
    Alternative,
    ElementBalance,
    Mix,
    Parameter,
    ProviderChoice,
    Study,
    StudyElectricity,
)
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.errors import Problem, Where

CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Settings:
    """A document of settings while it is read: its places, and the list of what is wrong."""

    places: shapes.Places
    problems: list[Problem]

    def where(self, path: str) -> Where:
        """Return the place of a key."""
        return self.places.where(path)

    def shaped(self, shape: type[shapes.S], table: Mapping[str, Any], path: str) -> shapes.S | None:
        """Return a table in its shape, or None."""
        return shapes.shaped(shape, table, path, self.places, self.problems)

    def each(
        self, shape: type[shapes.S], rows: Iterable[Mapping[str, Any]], path: str
    ) -> list[tuple[shapes.S, Where]]:
        """Return the rows of a list that have the shape, each with its place."""
        found = []
        for position, row in enumerate(rows):
            place = f"{path}[{position}]"
            shaped = self.shaped(shape, row, place)
            if shaped is not None:
                found.append((shaped, self.where(place)))
        return found


def read_settings(
    document: Mapping[str, Any], places: shapes.Places, problems: list[Problem]
) -> Study:
    """Return a study without rows: everything that study.toml says, as far as it can be read.

    >>> from pcf.study.settings import toml_places
    >>> study = read_settings({"study": {"id": "a", "period": 2024}}, toml_places("", "a"), [])
    >>> study.id, str(study.period)
    ('a', '2024')
    """
    reading = Settings(places, problems)
    file = reading.shaped(shapes.File, document, "") or shapes.File()
    head = reading.shaped(shapes.Head, file.study, "study") or shapes.Head()
    for key in ("id", "place", "period"):
        if not getattr(head, key) and not _reported(problems, f"study.{key}"):
            problems.append(problem("setting-missing", reading.where(f"study.{key}"), key=key))
    return Study(
        id=head.id,
        title=_name(head.title),
        goal=_name(head.goal),
        place=_place(reading, head.place),
        period=_period(reading, head.period),
        boundary=_boundary(reading, head.boundary),
        background=head.background,
        characterisation=head.characterisation,
        convention=_convention(reading, head.convention),
        declared_unit=_declared(reading, file.declared_unit),
        electricity=_electricity(reading, file.electricity),
        exclusions=tuple(
            _exclusion(reading, each, where)
            for each, where in reading.each(shapes.Left, file.exclusion, "exclusion")
        ),
        unverified=_unverified(reading, file.unverified),
        links=_links(reading, file.link, "link"),
        mixes=_mixes(reading, file.mix),
        allocations=_allocations(reading, file.allocation, "allocation"),
        balances=_balances(reading, file.balance),
        parameters=_all_parameters(reading, file),
        alternatives=tuple(
            _alternative(reading, name, table) for name, table in file.alternatives.items()
        ),
        chosen=tuple(head.chosen),
        marks=read_marks(head.marks, reading.where("study.marks"), problems),
        places=places.found,
    )


def _electricity(reading: Settings, table: Mapping[str, Any]) -> StudyElectricity:
    shaped = reading.shaped(shapes.Electricity, table, "electricity") or shapes.Electricity()
    volumes = shaped.residual.model_dump()
    return StudyElectricity(
        shaped.treatment,
        shaped.losses,
        read_supplies(reading, shaped),
        shaped.unclaimed,
        {name: each for name, each in volumes.items() if each},
    )


def _unverified(reading: Settings, table: Mapping[str, Any]) -> tuple[str, ...]:
    shaped = reading.shaped(shapes.Unverified, table, "unverified")
    return () if shaped is None else tuple(shaped.rows)


def _mixes(reading: Settings, rows: Iterable[Mapping[str, Any]]) -> tuple[Mix, ...]:
    return tuple(
        Mix(each.product, tuple((one.provider, one.share) for one in each.shares), where)
        for each, where in reading.each(shapes.MixOf, rows, "mix")
    )


def _balances(reading: Settings, rows: Iterable[Mapping[str, Any]]) -> tuple[ElementBalance, ...]:
    return tuple(
        ElementBalance(
            each.process,
            each.element,
            tuple((one.flow, one.content) for one in each.inputs),
            tuple((one.flow, one.content) for one in each.outputs),
            each.tolerance,
            where,
        )
        for each, where in reading.each(shapes.BalanceOf, rows, "balance")
    )


def _all_parameters(reading: Settings, file: shapes.File) -> tuple[Parameter, ...]:
    """Return the global parameters, then those of each process."""
    found = list(_parameters(reading, file.parameters, "parameters"))
    for process, table in file.process_parameters.items():
        found += _parameters(reading, table, f"process_parameters.{process}", process)
    return tuple(found)


def _reported(problems: list[Problem], item: str) -> bool:
    return any(each.where.item == item for each in problems)


def _name(written: str | shapes.Words) -> Name:
    if isinstance(written, shapes.Words):
        return Name(en=written.en, zh=written.zh)
    return Name(zh=written) if _CHINESE.search(written) else Name(en=written)


def _place(reading: Settings, written: str) -> str | None:
    if not written:
        return None
    return attempt(lambda: find_place(written), reading.where("study.place"), reading.problems)


def _period(reading: Settings, written: str) -> Period | None:
    if not written:
        return None
    where = reading.where("study.period")
    return attempt(lambda: Period.read(written), where, reading.problems)


def _boundary(reading: Settings, written: str) -> str:
    """Return the boundary as written: one of the known words, and whatever explains it."""
    if written and boundary_of(written) is None:
        near = tuple(dict.fromkeys(spellings("boundaries").values()))
        where = reading.where("study.boundary")
        reading.problems.append(problem("boundary-unknown", where, near, boundary=written))
    return written


def _convention(reading: Settings, written: str) -> Convention | None:
    found = next((each for each in CONVENTIONS if each == written), None)
    if written and found is None:
        where = reading.where("study.convention")
        facts = {"wanted": "study", "convention": written}
        reading.problems.append(problem("convention-unknown", where, CONVENTIONS, **facts))
    return found


def _declared(reading: Settings, table: Mapping[str, Any]) -> DeclaredUnit | None:
    declared = reading.shaped(shapes.Declared, table, "declared_unit") or shapes.Declared()
    for key in ("amount", "product"):
        path = f"declared_unit.{key}"
        if not getattr(declared, key) and not _reported(reading.problems, path):
            reading.problems.append(problem("setting-missing", reading.where(path), key=key))
    amount = _amount(reading, declared.amount, "declared_unit.amount")
    basis = _basis(reading, declared.basis, "declared_unit.basis")
    carbon = _amount(reading, declared.biogenic_carbon, "declared_unit.biogenic_carbon")
    if amount is None or not declared.product:
        return None
    return attempt(
        lambda: DeclaredUnit(amount, declared.product, basis, carbon, _name(declared.name)),
        reading.where("declared_unit.amount"),
        reading.problems,
    )


def _amount(reading: Settings, written: str, path: str) -> Amount | None:
    if not written:
        return None
    return attempt(lambda: Amount.read(written), reading.where(path), reading.problems)


def _basis(reading: Settings, written: str, path: str) -> str:
    if not written:
        return ""
    found = attempt(lambda: units.basis(written), reading.where(path), reading.problems)
    return found or ""


def _exclusion(reading: Settings, row: shapes.Left, where: Where) -> Exclusion:
    bound = _amount(reading, row.bound, f"{where.item}.bound")
    return Exclusion(row.process, row.flow, bound, row.reason, row.source)


def _links(
    reading: Settings, rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[ProviderChoice, ...]:
    return tuple(
        ProviderChoice(each.process, each.flow, each.provider, where)
        for each, where in reading.each(shapes.LinkTo, rows, path)
    )


def _allocations(
    reading: Settings, rows: Iterable[Mapping[str, Any]], path: str
) -> tuple[AllocationChoice, ...]:
    return tuple(
        AllocationChoice(
            each.process, each.by, each.level, each.reason, each.shares, each.causes, where
        )
        for each, where in reading.each(shapes.AllocationBy, rows, path)
    )


def _parameters(
    reading: Settings, table: Mapping[str, Any], path: str, process: str = ""
) -> tuple[Parameter, ...]:
    found = (
        _parameter(reading, name, value, f"{path}.{name}", process) for name, value in table.items()
    )
    return tuple(parameter for parameter in found if parameter is not None)


def _parameter(
    reading: Settings, name: str, written: object, path: str, process: str
) -> Parameter | None:
    where = reading.where(path)
    if not isinstance(written, dict):
        written = {"value": written}
    shaped = reading.shaped(shapes.ParameterOf, written, path)
    if shaped is None:
        return None
    if bool(shaped.value) == bool(shaped.formula):
        if not _reported(reading.problems, f"{path}.value"):
            reading.problems.append(problem("parameter-value", where, name=name))
        return None
    value = None
    if shaped.value:
        value = attempt(lambda: _number_or_amount(shaped.value), where, reading.problems)
        if value is None:
            return Parameter(name, None, "", process, shaped.source, where)
    return Parameter(name, value, shaped.formula, process, shaped.source, where)


def _number_or_amount(written: str) -> Amount:
    """Read '0.48 t', or a number alone, which has the unit 1."""
    try:
        return Amount(float(written), "1")
    except ValueError:
        return Amount.read(written)


def _alternative(reading: Settings, name: str, table: Mapping[str, Any]) -> Alternative:
    path = f"alternatives.{name}"
    shaped = reading.shaped(shapes.AlternativeOf, table, path) or shapes.AlternativeOf()
    return Alternative(
        name=name,
        says=_name(shaped.says),
        replaces=tuple(shaped.replaces),
        by=tuple(shaped.by),
        links=_links(reading, shaped.links, f"{path}.links"),
        parameters=_parameters(reading, shaped.parameters, f"{path}.parameters"),
        allocations=_allocations(reading, shaped.allocations, f"{path}.allocations"),
        where=reading.where(path),
    )
