"""How does one study become another? By a copy with other settings; nothing else changes.

A variation of nothing equals the original exactly, and every name that a variation speaks of must
be one that the study has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict

from pcf import text, units
from pcf.electricity import Share, Supply
from pcf.errors import PcfError, StudyProblems, UnitError, problem
from pcf.model.amounts import Amount
from pcf.model.coverage import Period
from pcf.model.declared import DeclaredUnit
from pcf.study.calling import computed
from pcf.study.document import CONVENTIONS
from pcf.study.months import at
from pcf.study.treating import SUPPLIED, market_of
from pcf.study.values import AllocationChoice, Alternative, MeterSupply, Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from pcf.errors import Problem
    from pcf.model.declared import Exclusion
    from pcf.study.values import ActivityRow, Statement, Study


MeterChange = Supply | str | Mapping[str, float]
"""Where a meter's electricity comes from: a supply, a technology, or shares by technology."""


class Changes(TypedDict, total=False):
    """What `Study.varying` takes; see there."""

    electricity: str | Supply | Mapping[str, MeterChange]
    characterisation: str
    convention: str
    declared_unit: DeclaredUnit | str
    period: Period | str
    parameters: Mapping[str, str | float | Amount]
    rows: Mapping[str, str | float | Amount]
    alternative: str | Alternative | Sequence[str | Alternative]
    allocation: Mapping[str, str]
    exclusions: Sequence[Exclusion]
    statements: Sequence[Statement]


def varied(study: Study, **changes: Any) -> Study:  # noqa: ANN401 - the types stand in `Changes`
    """Return a copy of `study` with the changes; raise StudyProblems for names it does not have.

    >>> from pcf.study.values import Study
    >>> study = Study("a", characterisation="AR6")
    >>> varied(study) == study, varied(study, characterisation="AR5").characterisation
    (True, 'AR5')
    """
    problems: list[Problem] = []
    for name, value in changes.items():
        change = _CHANGES.get(name)
        if change is None:
            near = text.nearest(name, _CHANGES) or tuple(_CHANGES)
            problems.append(problem("variation-unknown", "", near, name=name))
            continue
        try:
            study = change(study, value)
        except PcfError as error:
            problems += error.problems
    if problems:
        raise StudyProblems(*problems)
    return study


def _electricity(study: Study, value: str | Supply | Mapping[str, MeterChange]) -> Study:
    """Return the study under a treatment, or with these supplies under a market treatment.

    The treatment is that of the profile which the supplies were matched under, where they were.
    """
    before = study.electricity
    if isinstance(value, str):
        return replace(study, electricity=replace(before, treatment=value))
    meters = [row.meter for row in computed(study).study.activity if row.meter]
    if isinstance(value, Supply):
        value = _of_meters(value, meters)
    _require(value, meters, "meter-unknown", "meter")
    supplies = tuple(MeterSupply(name, _supply(study, name, each)) for name, each in value.items())
    market = market_of(each.supply for each in supplies)
    if market == SUPPLIED and before.treatment.startswith("market:"):
        market = before.treatment
    return replace(study, electricity=replace(before, treatment=market, supplies=supplies))


def _of_meters(supply: Supply, meters: Iterable[str]) -> dict[str, Supply]:
    """Return one supply by meter: of the line that it was matched for, else of every meter."""
    if supply.behind is None:
        return dict.fromkeys(meters, supply)
    line = supply.behind.line
    same = [each for each in meters if text.fold(each) == text.fold(line)]
    return dict.fromkeys(same or [line], supply)


def _supply(study: Study, meter: str, value: MeterChange) -> Supply:
    """Return a supply; a technology, or shares by technology, come through the public grid."""
    if isinstance(value, Supply):
        return value
    losses: Any = study.electricity.losses
    if isinstance(value, str):
        return Supply((Share(value),), losses=losses)
    if not isinstance(value, Mapping):
        raise StudyProblems(problem("supply-kind", meter, ("Supply",), given=value))
    return Supply(tuple(Share(name, share) for name, share in value.items()), losses=losses)


def _characterisation(study: Study, value: str) -> Study:
    return replace(study, characterisation=value)


def _convention(study: Study, value: str) -> Study:
    for each in CONVENTIONS:
        if each == value:
            return replace(study, convention=each)
    facts = {"wanted": study.characterisation, "convention": value}
    raise StudyProblems(problem("convention-unknown", "convention", CONVENTIONS, **facts))


def _declared_unit(study: Study, value: DeclaredUnit | str) -> Study:
    """Return the study with another declared unit; a text is another amount of the product.

    The carbon stored in the product follows the amount.
    """
    if isinstance(value, DeclaredUnit):
        return replace(study, declared_unit=value)
    before = study.declared_unit
    if before is None:
        raise StudyProblems(problem("setting-missing", "declared_unit", key="declared_unit"))
    amount = Amount.read(value)
    carbon = before.biogenic_carbon
    if carbon is not None and carbon.value is not None:
        scale = amount.to(before.amount.unit).value
        kept = None if scale is None else carbon.value * scale / before.quantity
        carbon = replace(carbon, value=kept)
    return replace(study, declared_unit=replace(before, amount=amount, biogenic_carbon=carbon))


def _period(study: Study, value: Period | str) -> Study:
    return replace(study, period=value if isinstance(value, Period) else Period.read(value))


def _parameters(study: Study, value: Mapping[str, str | float | Amount]) -> Study:
    """Return the study with new values; 'process: name' is the parameter of one process.

    A bare number is in the parameter's own unit.
    """
    named = {_parameter_name(each): each for each in study.parameters}
    _require(value, named, "parameter-unknown", "parameter")
    new = {}
    for name, each in value.items():
        before = named[name].value
        amount = _amount(each, "1" if before is None else before.unit)
        if before is not None and not units.same_dimension(before.unit, amount.unit):
            facts = {"name": name, "old": before.unit, "new": amount.unit}
            raise StudyProblems(problem("parameter-dimension", name, (), **facts))
        new[name] = replace(named[name], value=amount, formula="")
    rows = (new.get(_parameter_name(each), each) for each in study.parameters)
    return replace(study, parameters=tuple(rows))


def _parameter_name(parameter: Parameter) -> str:
    return f"{parameter.process}: {parameter.name}" if parameter.process else parameter.name


def _rows(study: Study, value: Mapping[str, str | float | Amount]) -> Study:
    """Return the study with new amounts of rows, which take the place of formula and stock."""
    _require(value, (row.id for row in study.activity), "row-unknown", "row")
    rows = (_with_amount(row, value[row.id]) if row.id in value else row for row in study.activity)
    return replace(study, activity=tuple(rows))


def _with_amount(row: ActivityRow, value: str | float | Amount) -> ActivityRow:
    try:
        amount = _amount(value, row.amount.unit)
    except UnitError as error:
        told = (replace(each, where=at(row, "amount")) for each in error.problems)
        raise StudyProblems(*told) from None
    return replace(row, amount=amount, formula="", stock=None, spread=None)


def _amount(value: str | float | Amount, unit: str) -> Amount:
    if isinstance(value, Amount):
        return value
    if isinstance(value, str):
        return Amount.read(value)
    return Amount(float(value), unit)


def _alternative(study: Study, value: str | Alternative | Sequence[str | Alternative]) -> Study:
    chosen = (value,) if isinstance(value, str | Alternative) else tuple(value)
    names = tuple(each if isinstance(each, str) else each.name for each in chosen)
    known = [each.name for each in study.alternatives]
    _require(names, known, "alternative-unknown", "alternative")
    return replace(study, chosen=names)


def _allocation(study: Study, value: Mapping[str, str]) -> Study:
    """Return the study with processes allocated by another method; each keeps its reason."""
    several = {row.process for row in study.coproducts}
    _require(value, several, "process-unknown", "process")
    before = {each.process: each for each in study.allocations}
    for process, by in value.items():
        before[process] = AllocationChoice(process, by, reason="variation")
    return replace(study, allocations=tuple(before.values()))


def _exclusions(study: Study, value: Sequence[Exclusion]) -> Study:
    places = {key: at for key, at in study.places.items() if not key.startswith("exclusion")}
    return replace(study, exclusions=tuple(value), places=places)


def _statements(study: Study, value: Sequence[Statement]) -> Study:
    return replace(study, statements=tuple(value))


def _require(wanted: Iterable[str], names: Iterable[str], code: str, fact: str) -> None:
    """Raise StudyProblems for names that the study does not have."""
    known: Collection[str] = sorted(set(names))
    told = [
        problem(code, "", text.nearest(name, known) or tuple(known), **{fact: name})
        for name in wanted
        if name not in known
    ]
    if told:
        raise StudyProblems(*told)


_CHANGES: Mapping[str, Callable[[Study, Any], Study]] = {
    "electricity": _electricity,
    "characterisation": _characterisation,
    "convention": _convention,
    "declared_unit": _declared_unit,
    "period": _period,
    "parameters": _parameters,
    "rows": _rows,
    "alternative": _alternative,
    "allocation": _allocation,
    "exclusions": _exclusions,
    "statements": _statements,
}
