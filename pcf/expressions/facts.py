"""Is a condition met? The evaluator of three-valued facts, for rules.

A fact is True, False, a text, a number, an amount (value, unit), a collection of texts, or None for
unknown. What cannot be told from the facts is None, never False.
"""

from __future__ import annotations

import ast
import operator as operators
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Union, cast

from pcf import units
from pcf.errors import ExpressionError, Where
from pcf.expressions import arithmetic, logic
from pcf.expressions.arithmetic import FaultError, Quantity
from pcf.expressions.language import dotted, parse, placed
from pcf.expressions.numbers import OPERATORS, as_quantity, literal
from pcf.expressions.places import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Fact = Union[bool, str, Quantity, "frozenset[Fact]", None]

# Days written YYYY-MM-DD stand in the order of their texts.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def judge(
    condition: str,
    facts: Mapping[str, object],
    where: Where = Where(),  # noqa: B008 - frozen
) -> bool | None:
    """Return whether a condition holds; None where unknown facts leave it open.

    Texts are compared as they stand, days (YYYY-MM-DD) also by < and its kin, and as amounts beside
    an amount ('1 %'). `x in ("a", "b")` asks a list or a collection; `known(x)` is never unknown.
    Raises ExpressionError for a name that no fact bears, for units that do not convert and for
    what is not a condition.

    >>> facts = {"excluded.share": (1.0, "%"), "boundary": "cradle to gate", "verified": None}
    >>> judge("excluded.share < 0.01", facts), judge("excluded.share <= '1 %'", facts)
    (False, True)
    >>> judge("verified and boundary == 'cradle to gate'", facts), judge("known(verified)", facts)
    (None, False)
    """
    try:
        found = parse(condition)
        return _truth(found.tree, Scope(found, facts))
    except ExpressionError as error:
        raise placed(error, where) from None


def _truth(node: ast.expr, scope: Scope) -> bool | None:
    fact = _fact(node, scope)
    if isinstance(fact, bool):
        return fact
    if _is_unknown(fact):
        return None
    with scope.at(node):
        raise FaultError("expression-not-a-condition")


def _fact(node: ast.expr, scope: Scope) -> Fact:
    with scope.at(node):
        name = dotted(node)
        return _given(scope.value(name)) if name else _READERS[type(node)](node, scope)


def _is_unknown(fact: Fact) -> bool:
    return fact is None or (isinstance(fact, tuple) and fact[0] is None)


def _given(value: object) -> Fact:
    if isinstance(value, bool | str | None):
        return value
    texts = isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    if texts or isinstance(value, list | set | frozenset):
        return frozenset(_given(each) for each in cast("Iterable[object]", value))
    return as_quantity(value)


def _constant(node: ast.Constant, _: Scope) -> Fact:
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return literal(value)
    return cast("bool | str", value)


def _collected(node: ast.Tuple | ast.List, scope: Scope) -> Fact:
    return frozenset(_fact(each, scope) for each in node.elts)


def _connected(node: ast.BoolOp, scope: Scope) -> Fact:
    join = logic.all_of if isinstance(node.op, ast.And) else logic.any_of
    return join(_truth(each, scope) for each in node.values)


def _chosen(node: ast.IfExp, scope: Scope) -> Fact:
    condition = _truth(node.test, scope)
    if condition is not None:
        return _fact(node.body if condition else node.orelse, scope)
    one, other = _fact(node.body, scope), _fact(node.orelse, scope)
    return one if one == other else None


def _signed(node: ast.UnaryOp, scope: Scope) -> Fact:
    if isinstance(node.op, ast.Not):
        return logic.negation(_truth(node.operand, scope))
    amounts = _amounts([node.operand], scope)
    if amounts is None:
        return None
    return arithmetic.negated(amounts[0]) if isinstance(node.op, ast.USub) else amounts[0]


def _combined(node: ast.BinOp, scope: Scope) -> Fact:
    amounts = _amounts([node.left, node.right], scope)
    return None if amounts is None else arithmetic.combine(OPERATORS[type(node.op)], *amounts)


def _applied(node: ast.Call, scope: Scope) -> Fact:
    function = cast("str", dotted(node.func))
    if function == "known":
        return not _is_unknown(_fact(node.args[0], scope))
    amounts = _amounts(node.args, scope)
    return None if amounts is None else arithmetic.apply(function, amounts)


def _amounts(nodes: Iterable[ast.expr], scope: Scope) -> list[Quantity] | None:
    """Return the amounts of operands, or None when one is unknown down to its unit."""
    facts = [_fact(each, scope) for each in nodes]
    return None if None in facts else [_as_amount(fact) for fact in facts]


def _as_amount(fact: Fact) -> Quantity:
    if isinstance(fact, str):
        return units.parse(fact)
    if not isinstance(fact, tuple):
        raise FaultError("expression-not-a-number")
    return fact


def _compared(node: ast.Compare, scope: Scope) -> Fact:
    facts = [_fact(each, scope) for each in (node.left, *node.comparators)]
    steps = zip(node.ops, pairwise(facts), strict=True)
    return logic.all_of([_step(op, *pair) for op, pair in steps])


def _step(operator: ast.cmpop, one: Fact, other: Fact) -> bool | None:
    if isinstance(operator, ast.In):
        return _is_within(one, other)
    if isinstance(operator, ast.NotIn):
        return logic.negation(_is_within(one, other))
    return _stands(OPERATORS[type(operator)], one, other)


def _is_within(one: Fact, other: Fact) -> bool | None:
    if other is None:
        return None
    if not isinstance(other, frozenset):
        raise FaultError("expression-not-a-list")
    # Every member is compared, so that one of another kind is refused in whatever order they come.
    return logic.any_of([_stands("==", one, each) for each in other])


def _stands(operator: str, one: Fact, other: Fact) -> bool | None:
    if one is None or other is None:
        return None
    if isinstance(one, tuple) or isinstance(other, tuple):
        return arithmetic.compare(operator, _as_amount(one), _as_amount(other))
    if operator in _ORDERS and _is_day(one) and _is_day(other):
        return _ORDERS[operator](one, other)
    if type(one) is not type(other) or operator not in {"==", "!="}:
        raise FaultError("expression-not-comparable")
    return (one == other) is (operator == "==")


def _is_day(fact: Fact) -> bool:
    return isinstance(fact, str) and _DAY.fullmatch(fact) is not None


_READERS: Mapping[type[ast.expr], Callable[..., Fact]] = {
    ast.Constant: _constant,
    ast.Tuple: _collected,
    ast.List: _collected,
    ast.BoolOp: _connected,
    ast.IfExp: _chosen,
    ast.UnaryOp: _signed,
    ast.BinOp: _combined,
    ast.Call: _applied,
    ast.Compare: _compared,
}
