"""How much does a row say was used? The number, the stock account, or a formula."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import expressions, units
from pcf.errors import ExpressionError, PcfError, Where, problem
from pcf.model.amounts import Amount
from pcf.study.months import at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.errors import Problem
    from pcf.expressions import Quantity
    from pcf.study.values import ActivityRow, Parameter, Study

STOCK_TOLERANCE = 0.001
"""How far a stated amount may be from its stock account, relative to the account."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the parameters of a study are worth, by scope; `broken` are those that are not known."""

    values: Mapping[str, Mapping[str, Quantity]]
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amount of each row, None where it cannot be told, and what is wrong."""

    used: Mapping[ActivityRow, Amount | None]
    problems: tuple[Problem, ...] = field(default=())


def used_amounts(study: Study) -> Amounts:
    """Return what every row of activity data says was used, and everything wrong with it.

    `study` is one in which the chosen alternatives stand. No example: `pcf.study.checks` shows it.
    """
    parameters, problems = resolved(study.parameters)
    used = {}
    for row in study.activity:
        found: list[Problem] = []
        used[row] = _used(row, parameters, found)
        problems += found
    return Amounts(used, tuple(problems))


def resolved(parameters: Iterable[Parameter]) -> tuple[Parameters, list[Problem]]:
    """Return the values of all parameters that have one, and what is wrong with the others.

    >>> from pcf.study.values import Parameter
    >>> found, _ = resolved([Parameter("a", Amount(2.0, "t")), Parameter("b", formula="3 * a")])
    >>> found.values[""]["b"]
    (6.0, 't')
    """
    rows = list(parameters)
    reported: list[Problem] = []
    broken: set[str] = set()
    left = rows
    while True:
        try:
            values = expressions.resolve(map(_asked, left))
        except ExpressionError as error:
            names = {name for each in error.problems for name in _names(each)}
            if not broken:
                reported = [_placed(each, rows) for each in error.problems]
            broken |= names
            left = [each for each in left if each.name not in names]
            if not names:
                return Parameters({"": {}}, frozenset(each.name for each in rows)), reported
        else:
            return Parameters(values, frozenset(broken)), reported


def _asked(parameter: Parameter) -> expressions.Parameter:
    if parameter.formula or parameter.value is None:
        return expressions.Parameter(
            parameter.name, formula=parameter.formula, scope=parameter.process
        )
    value = parameter.value
    return expressions.Parameter(parameter.name, value.value, value.unit, scope=parameter.process)


def _names(told: Problem) -> set[str]:
    """Return the parameters that a problem of resolving speaks of."""
    if "cycle" in told.facts:
        return set(told.facts["cycle"].split(" -> "))
    return {told.where.item.rpartition(": ")[2]}


def _placed(told: Problem, parameters: Iterable[Parameter]) -> Problem:
    scope, _, name = told.where.item.rpartition(": ")
    for each in parameters:
        if (each.process, each.name) == (scope, name):
            return replace(told, where=replace(each.where, item=told.where.item))
    return told


def _used(row: ActivityRow, parameters: Parameters, problems: list[Problem]) -> Amount | None:
    ways = [bool(row.formula), row.stock is not None]
    if row.formula and (row.amount.value is not None or all(ways)):
        problems.append(problem("amount-two-ways", at(row, "formula")))
        return None
    if row.formula:
        return _computed(row, parameters, problems)
    if row.stock is not None:
        return _from_stock(row, problems)
    if row.amount.value is None:
        if "amount" not in row.unread:
            problems.append(problem("amount-unknown", at(row, "amount"), flow=row.flow))
        return None
    if not 0 <= row.amount.value < float("inf"):
        problems.append(problem("amount-negative", at(row, "amount"), amount=row.amount))
        return None
    return None if "unit" in row.unread else row.amount


def _computed(row: ActivityRow, parameters: Parameters, problems: list[Problem]) -> Amount | None:
    if "unit" in row.unread:
        return None
    asked = Asked(row.formula, row.amount.unit, row.process, at(row, "formula"))
    amount = computed_amount(asked, parameters, problems)
    return None if amount is None else _not_negative(amount, asked.where, problems)


@dataclass(frozen=True, slots=True)
class Asked:
    """A formula over the parameters of a study, the unit wanted ('' for its own), and its place."""

    formula: str
    unit: str
    process: str
    where: Where


def computed_amount(asked: Asked, parameters: Parameters, problems: list[Problem]) -> Amount | None:
    """Return what a formula is worth, or None with what is wrong added to `problems`.

    A plain number takes the unit that is wanted.

    >>> found, problems = resolved([]), []
    >>> asked = Asked("2 * 3", "kg/ha", "field", Where())
    >>> str(computed_amount(asked, found[0], problems))
    '6 kg/ha'
    """
    try:
        if expressions.names(asked.formula) & parameters.broken:
            return None  # what is wrong with the parameter was reported for the parameter
        scope = expressions.in_scope(parameters.values, asked.process)
        value, unit = expressions.evaluate(asked.formula, scope, asked.where)
        if value is None:
            return None
        if not asked.unit:
            return Amount(value, unit or "1")
        if units.same_dimension(unit or "1", "1") and not units.same_dimension(asked.unit, "1"):
            number = value * units.factor(unit, "1") if unit else value
            return Amount(number, asked.unit)
        return Amount(value, unit or "1").to(asked.unit)
    except PcfError as error:
        problems += [replace(each, where=asked.where) for each in error.problems]
        return None


def _not_negative(amount: Amount, where: Where, problems: list[Problem]) -> Amount | None:
    if amount.value is not None and amount.value < 0:
        problems.append(problem("amount-negative", where, amount=amount))
        return None
    return amount


def _from_stock(row: ActivityRow, problems: list[Problem]) -> Amount | None:
    columns = ("opening_stock", "received", "sold", "closing_stock", "unit", "amount")
    if row.stock is None or row.unread & set(columns):
        return None
    used = row.stock.used
    if used is None:
        problems.append(problem("stock-incomplete", at(row, "opening_stock")))
        return None
    computed = Amount(used, row.amount.unit)
    if used < 0:
        problems.append(problem("stock-negative", at(row, "closing_stock"), used=computed))
        return None
    stated = row.amount.value
    if stated is not None and abs(stated - used) > STOCK_TOLERANCE * abs(used):
        facts = {"used": computed, "amount": row.amount}
        problems.append(problem("stock-open", at(row, "amount"), (), **facts))
        return None
    return computed
