"""What amount does a formula give? The evaluator of numbers with units."""

from __future__ import annotations

import ast
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ExpressionError, Where
from pcf.expressions import arithmetic, logic
from pcf.expressions.arithmetic import ANY_UNIT, FaultError, Quantity
from pcf.expressions.language import dotted, parse, placed
from pcf.expressions.places import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def evaluate(
    formula: str,
    parameters: Mapping[str, Quantity | float | None],
    where: Where = Where(),  # noqa: B008 - frozen
) -> Quantity:
    """Return the value and unit of a formula; an unknown parameter makes the value None.

    A parameter is (value, unit), (None, unit) where only its unit is known, or a plain number.
    Text in a formula is an amount: '3 kWh'. Of `a if c else b` only the chosen branch is computed.
    Raises ExpressionError with `where`, the piece of the formula and the reason.

    >>> evaluate("电耗 * ef + '3 kg CO2e'", {"电耗": (2.0, "MWh"), "ef": (0.5, "t CO2e/MWh")})
    (1.003, 't CO2e')
    >>> evaluate("param/100", {"param": 25}), evaluate("x / y", {"x": (None, "kg"), "y": (2, "t")})
    ((0.25, '1'), (None, 'kg/t'))
    """
    try:
        found = parse(formula)
        value, unit = _quantity(found.tree, Scope(found, parameters))
    except ExpressionError as error:
        raise placed(error, where) from None
    return value, unit or "1"


def as_quantity(value: object) -> Quantity:
    """Return a number, a pair or the unknown as a quantity; raises FaultError for anything else.

    >>> as_quantity(3), as_quantity((None, "度"))
    ((3.0, '1'), (None, 'kWh'))
    """
    number, unit = value if isinstance(value, tuple) and len(value) == 2 else (value, "1")
    if isinstance(unit, str) and number is None:
        return None, units.unit(unit)
    if isinstance(unit, str) and isinstance(number, Real) and not isinstance(number, bool):
        return arithmetic.finite((float(number), units.unit(unit)))
    raise FaultError("expression-not-a-number")


def _quantity(node: ast.expr, scope: Scope) -> Quantity:
    with scope.at(node):
        name = dotted(node)
        if name is not None:
            return as_quantity(scope.value(name))
        read = _READERS.get(type(node))
        if read is None:
            raise FaultError("expression-not-a-number")
        return read(node, scope)


def _constant(node: ast.Constant, _: Scope) -> Quantity:
    if isinstance(node.value, str):
        return units.parse(node.value)
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise FaultError("expression-not-a-number")
    return literal(node.value)


def literal(number: float) -> Quantity:
    """Return a number written in a formula; a zero may stand beside any unit."""
    return float(number), "1" if number else ANY_UNIT


def _signed(node: ast.UnaryOp, scope: Scope) -> Quantity:
    if isinstance(node.op, ast.Not):
        raise FaultError("expression-not-a-number")
    inner = _quantity(node.operand, scope)
    return arithmetic.negated(inner) if isinstance(node.op, ast.USub) else inner


def _combined(node: ast.BinOp, scope: Scope) -> Quantity:
    one, other = _quantity(node.left, scope), _quantity(node.right, scope)
    return arithmetic.combine(OPERATORS[type(node.op)], one, other)


def _applied(node: ast.Call, scope: Scope) -> Quantity:
    function = dotted(node.func)
    if function is None or function == "known":
        raise FaultError("expression-not-a-number")
    return arithmetic.apply(function, [_quantity(each, scope) for each in node.args])


def _chosen(node: ast.IfExp, scope: Scope) -> Quantity:
    condition = _truth(node.test, scope)
    if condition is None:
        return arithmetic.agreed(_quantity(node.body, scope), _quantity(node.orelse, scope))
    return _quantity(node.body if condition else node.orelse, scope)


_READERS: Mapping[type[ast.expr], Callable[..., Quantity]] = {
    ast.Constant: _constant,
    ast.UnaryOp: _signed,
    ast.BinOp: _combined,
    ast.Call: _applied,
    ast.IfExp: _chosen,
}


def _truth(node: ast.expr, scope: Scope) -> bool | None:
    match node:
        case ast.Constant(value=bool(truth)):
            return truth
        case ast.UnaryOp(op=ast.Not()):
            return logic.negation(_truth(node.operand, scope))
        case ast.BoolOp():
            join = logic.all_of if isinstance(node.op, ast.And) else logic.any_of
            return join(_truth(each, scope) for each in node.values)
        case ast.Compare(ops=ops) if all(type(each) in OPERATORS for each in ops):
            return _compared(node, scope)
        case ast.Call(func=ast.Name(id="known")):
            return _quantity(node.args[0], scope)[0] is not None
    with scope.at(node):
        raise FaultError("expression-not-a-condition")


def _compared(node: ast.Compare, scope: Scope) -> bool | None:
    values = [_quantity(each, scope) for each in (node.left, *node.comparators)]
    steps = zip(node.ops, pairwise(values), strict=True)
    with scope.at(node):
        return logic.all_of(arithmetic.compare(OPERATORS[type(op)], *pair) for op, pair in steps)
