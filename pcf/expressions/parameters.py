"""What are the parameters worth? Global and local scopes, formulas, redefinition by scenario.

A formula is computed in the scope that holds it: first the names of its own scope, then the global
ones. A local parameter hides the global one of its name; a global formula never sees local names.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from pcf import text as names_in_text
from pcf import units
from pcf.errors import ExpressionError, Problem, UnitError, Where, problem
from pcf.expressions.arithmetic import FaultError, Quantity
from pcf.expressions.language import is_name, names
from pcf.expressions.numbers import as_quantity, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Key = tuple[str, str]
GLOBAL = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number: its value, None for unknown, or the formula that gives it.

    `unit` of a value is '1' when empty; of a formula it is the unit that the result is turned into,
    and when empty the result keeps the unit it comes with. `scope` is empty for a global parameter,
    else the id of the process that alone sees it.
    """

    name: str
    value: float | None = None
    unit: str = ""
    formula: str = ""
    scope: str = GLOBAL


def resolve(
    parameters: Iterable[Parameter],
    redefined: Iterable[Parameter] = (),
    where: Where = Where(),  # noqa: B008 - frozen
) -> dict[str, dict[str, Quantity]]:
    """Return the value and unit of every parameter, by scope and name; '' is the global scope.

    Each of `redefined` takes the place of the parameter with its name and scope, in a unit of the
    same dimension, and every formula that leans on it follows. Raises one ExpressionError with all
    problems: names, double definitions, formulas, units, cycles by name.

    >>> table = [Parameter("a", 42), Parameter("b", formula="2 * a"), Parameter("a", 84, scope="p")]
    >>> resolve(table)
    {'': {'a': (42.0, '1'), 'b': (84.0, '1')}, 'p': {'a': (84.0, '1')}}
    >>> in_scope(resolve(table, [Parameter("a", 99)]), "p")
    {'a': (84.0, '1'), 'b': (198.0, '1')}
    """
    table, problems = _tabled(parameters)
    values = _computed(table, problems, where, {})
    changes, problems = _tabled(redefined)
    if not changes:
        return values
    units_before = {
        (scope, name): unit for scope, rows in values.items() for name, (_, unit) in rows.items()
    }
    problems.extend(_misplaced(changes, table))
    for key in changes.keys() & table.keys():
        keeps_unit = not changes[key].unit and not changes[key].formula
        unit = units_before[key] if keeps_unit else changes[key].unit
        table[key] = replace(changes[key], unit=unit)
    return _computed(table, problems, where, units_before)


def in_scope(values: Mapping[str, Mapping[str, Quantity]], scope: str) -> dict[str, Quantity]:
    """Return what formulas of a scope see: the global parameters, and its own before them.

    >>> in_scope({"": {"a": (1.0, "kg")}, "p": {"a": (2.0, "kg")}}, "p")
    {'a': (2.0, 'kg')}
    """
    return {**values.get(GLOBAL, {}), **values.get(scope, {})}


def _tabled(parameters: Iterable[Parameter]) -> tuple[dict[Key, Parameter], list[Problem]]:
    table: dict[Key, Parameter] = {}
    problems = []
    for each in parameters:
        key = (each.scope, each.name)
        if key in table:
            problems.append(problem("parameter-twice", _label(key), name=each.name))
        if not is_name(each.name):
            problems.append(problem("expression-name", _label(key), name=each.name))
        if each.formula and each.value is not None:
            problems.append(problem("parameter-value-and-formula", _label(key), name=each.name))
        table.setdefault(key, each)
    return table, problems


def _computed(
    table: Mapping[Key, Parameter],
    problems: list[Problem],
    where: Where,
    units_before: Mapping[Key, str],
) -> dict[str, dict[str, Quantity]]:
    """Compute all parameters; none may change the dimension that it had in `units_before`."""
    needs: dict[Key, set[Key]] = {}
    for key, parameter in table.items():
        try:
            needs[key] = set(_needed(key, parameter, table))
        except ExpressionError as error:
            problems.extend(error.problems)
    order, cycles = _ordered(needs)
    problems.extend(cycles)
    values: dict[str, dict[str, Quantity]] = {scope: {} for scope, _ in (("", ""), *table)}
    for key in order:
        if all(name in values[scope] for scope, name in needs[key]):
            try:
                values[key[0]][key[1]] = _value(key, table[key], values, units_before)
            except ExpressionError as error:
                problems.extend(error.problems)
    _raise_all(problems, where)
    return values


def _needed(key: Key, parameter: Parameter, table: Mapping[Key, Parameter]) -> Iterator[Key]:
    """Yield the parameters that a formula names; raise with all names that are none."""
    problems = []
    try:
        used = sorted(names(parameter.formula)) if parameter.formula else []
    except ExpressionError as error:
        raise ExpressionError(*(_at(each, key) for each in error.problems)) from None
    for name in used:
        found = next((k for k in ((key[0], name), (GLOBAL, name)) if k in table), None)
        if found is not None:
            yield found
            continue
        near = names_in_text.nearest(name, {n for scope, n in table if scope in {key[0], GLOBAL}})
        problems.append(problem("expression-name-unknown", _label(key), near, name=name))
    if problems:
        raise ExpressionError(*problems)


def _ordered(needs: Mapping[Key, set[Key]]) -> tuple[list[Key], list[Problem]]:
    """Return the parameters, each after those it needs, and one problem for each cycle."""
    left = {key: needed & needs.keys() for key, needed in needs.items()}
    problems: list[Problem] = []
    while True:
        try:
            return list(TopologicalSorter(left).static_order()), problems
        except CycleError as error:
            # graphlib lists each before the one that needs it; a reader follows the formulas.
            cycle: list[Key] = error.args[1][::-1]
            first = cycle.index(min(cycle[:-1]))
            cycle = [*cycle[first:-1], *cycle[: first + 1]]
            shown = " -> ".join(name for _, name in cycle)
            problems.append(problem("parameter-cycle", _label(cycle[0]), cycle=shown))
            for key in cycle:
                left.pop(key, None)
            left = {key: needed - set(cycle) for key, needed in left.items()}


def _value(
    key: Key,
    parameter: Parameter,
    values: Mapping[str, dict[str, Quantity]],
    units_before: Mapping[Key, str],
) -> Quantity:
    where = Where(item=_label(key))
    try:
        visible = ChainMap(values[parameter.scope], values[GLOBAL])
        quantity = _given_or_evaluated(parameter, visible, where)
    except UnitError as error:
        raise ExpressionError(*(replace(each, where=where) for each in error.problems)) from None
    except FaultError as fault:
        raise ExpressionError(problem(fault.code, where, part=str(parameter.value))) from None
    old, new = units_before.get(key, quantity[1]), quantity[1]
    if not units.same_dimension(old, new):
        told = problem("parameter-dimension", where, name=parameter.name, old=old, new=new)
        raise ExpressionError(told)
    return quantity


def _given_or_evaluated(
    parameter: Parameter, visible: Mapping[str, Quantity], where: Where
) -> Quantity:
    if not parameter.formula:
        return as_quantity((parameter.value, parameter.unit or "1"))
    value, unit = evaluate(parameter.formula, visible, where)
    if not parameter.unit:
        return value, unit
    factor = units.factor(unit, parameter.unit)
    return (None if value is None else value * factor), units.unit(parameter.unit)


def _misplaced(changes: Iterable[Key], table: Iterable[Key]) -> Iterator[Problem]:
    names_there = {name for _, name in table}
    for key in sorted(set(changes) - set(table)):
        near = names_in_text.nearest(key[1], names_there)
        yield problem("parameter-not-there", _label(key), near, name=key[1], scope=key[0])


def _label(key: Key) -> str:
    scope, name = key
    return f"{scope}: {name}" if scope else name


def _at(told: Problem, key: Key) -> Problem:
    return replace(told, where=replace(told.where, item=_label(key)))


def _raise_all(problems: Iterable[Problem], where: Where) -> None:
    placed = [replace(each, where=replace(where, item=each.where.item)) for each in problems]
    if placed:
        raise ExpressionError(*placed)
