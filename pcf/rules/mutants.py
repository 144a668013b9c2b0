"""How could a rule have been written wrongly? Every plausible slip, one at a time.

Comparisons, connectives and signs are exchanged; numbers move by 0.1 % and by one unit in their
last written place, days by a day; words become their nearest neighbours; parts of a condition are
forgotten or negated; a fact is forgotten. An example of the rule has to notice each.
"""

from __future__ import annotations

import ast
import copy
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pcf import text
from pcf.expressions.language import dotted, parse
from pcf.rules.conditions import words_beside
from pcf.rules.values import FactKind, Number, Rule, is_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SIGNS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_FUNCTIONS = {"min": "max", "max": "min"}
_AMOUNT = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)(.*)", re.DOTALL)
_PROMILLE = (Decimal("0.999"), Decimal("1.001"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one slip: what it is called, its conditions, a limit moved, a fact forgotten."""

    name: str
    rule: Rule
    limit: Number | None = None
    forgotten: str = ""


def mutants_of(
    rule: Rule, kinds: Mapping[str, FactKind], numbers: Mapping[str, Number]
) -> tuple[Mutant, ...]:
    """Return every slip of a rule, each once.

    >>> from pcf.rules.values import Clause, Rule
    >>> from pcf.text import Name
    >>> rule = Rule("X1", "old-data", "data age", "shall", Clause("own"), "age < 5", Name(),
    ...             Name(), facts=("age",))
    >>> [each.name for each in mutants_of(rule, {"age": FactKind("age", "number")}, {})][:4]
    ['requires: age <= 5', 'requires: age > 5', 'requires: not age < 5', 'requires: age < 4.995']
    """
    found: dict[str, Mutant] = {}
    for part in ("applies", "requires"):
        condition = getattr(rule, part)
        same = ast.unparse(parse(condition).tree)
        for changed in _changed(condition, kinds):
            if changed != same:
                name = f"{part}: {changed}"
                slip = (
                    replace(rule, applies=changed)
                    if part == "applies"
                    else replace(rule, requires=changed)
                )
                found.setdefault(name, Mutant(name, slip))
    for name in rule.limits:
        for value in _moved(numbers[name].written or repr(numbers[name].value)):
            moved = replace(numbers[name], value=float(value))
            found[f"limit.{name} = {value}"] = Mutant(f"limit.{name} = {value}", rule, moved)
    for name in rule.facts:
        found[f"forget {name}"] = Mutant(f"forget {name}", rule, forgotten=name)
    return tuple(found.values())


def _changed(condition: str, kinds: Mapping[str, FactKind]) -> Iterator[str]:
    """Yield the texts of a condition with one slip each."""
    tree = parse(condition).tree
    for position, node in enumerate(_nodes(tree)):
        for slip in _slips(node, kinds):
            yield ast.unparse(_replaced(tree, position, slip))
    if not isinstance(tree, ast.Constant):
        yield ast.unparse(ast.UnaryOp(ast.Not(), tree))
        yield "True"


def _nodes(tree: ast.expr) -> list[ast.expr]:
    """Return the expressions of a tree in a fixed order; a dotted name is one."""
    found: list[ast.expr] = []
    waiting: list[ast.expr] = [tree]
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        if dotted(node) is None:
            inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
            waiting += [each for each in inner if isinstance(each, ast.expr)]
    return found


def _replaced(tree: ast.expr, position: int, slip: ast.expr) -> ast.expr:
    """Return a copy of a tree with another expression at a position of `_nodes`."""
    copied = ast.Expression(copy.deepcopy(tree))
    target = _nodes(copied.body)[position]

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return slip if node is target else self.generic_visit(node)

    Put().visit(copied)
    return copied.body


def _slips(node: ast.expr, kinds: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    """Yield what could stand in the place of an expression by one slip."""
    name = dotted(node)
    if name is not None:
        if name in kinds and kinds[name].kind == "truth":
            yield ast.UnaryOp(ast.Not(), node)
        return
    for kind, slips in _BY_KIND.items():
        if isinstance(node, kind):
            yield from slips(node, kinds)


def _compared(node: ast.Compare, kinds: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    for position, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            ops = [*node.ops]
            ops[position] = other()
            yield ast.Compare(node.left, ops, node.comparators)
    if len(node.ops) > 1 or isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        yield ast.UnaryOp(ast.Not(), node)  # of the others the negation is the exchange above
    for kind, part in words_beside(node, kinds):
        if part.value in kind.words:
            yield _reworded(node, str(part.value), _neighbour(kind, str(part.value)))
    for side in (node.left, *node.comparators):
        if isinstance(side, ast.Tuple | ast.List) and len(side.elts) > 1:
            for position in range(len(side.elts)):
                yield _shortened(node, ast.unparse(side), position)


def _neighbour(kind: FactKind, word: str) -> str:
    """Return the other word of a closed list that is most like a word."""
    others = [each for each in kind.words if each != word]
    near = text.nearest(word, others, most=1)
    return near[0] if near else (others[0] if others else f"{word}, other")


def _reworded(node: ast.Compare, old: str, new: str) -> ast.expr:
    changed = copy.deepcopy(node)
    for each in ast.walk(changed):
        if isinstance(each, ast.Constant) and each.value == old:
            each.value = new
    return changed


def _shortened(node: ast.Compare, listed: str, at: int) -> ast.expr:
    changed = copy.deepcopy(node)
    for each in ast.walk(changed):
        if isinstance(each, ast.Tuple | ast.List) and ast.unparse(each) == listed:
            del each.elts[at]
    return changed


def _connected(node: ast.BoolOp, _: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for position in range(len(node.values)):
        rest = [each for at, each in enumerate(node.values) if at != position]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _combined(node: ast.BinOp, _: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    other = _SIGNS.get(type(node.op))
    if other is not None:
        yield ast.BinOp(node.left, other(), node.right)


def _stripped(node: ast.UnaryOp, _: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    yield node.operand


def _swapped(node: ast.IfExp, _: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    yield ast.IfExp(node.test, node.orelse, node.body)


def _called(node: ast.Call, _: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    name = dotted(node.func)
    if name in _FUNCTIONS:
        yield ast.Call(ast.Name(_FUNCTIONS[name]), node.args, [])
    if name == "known":
        yield ast.UnaryOp(ast.Not(), node)


def _constant(node: ast.Constant, _: Mapping[str, FactKind]) -> Iterator[ast.expr]:
    yield from (ast.Constant(each) for each in _constants(node.value))


_BY_KIND: Mapping[type[ast.expr], Callable[..., Iterator[ast.expr]]] = {
    ast.Compare: _compared,
    ast.BoolOp: _connected,
    ast.BinOp: _combined,
    ast.UnaryOp: _stripped,
    ast.IfExp: _swapped,
    ast.Call: _called,
    ast.Constant: _constant,
}


def _constants(value: object) -> Iterator[float | str]:
    """Yield the neighbours of a number, an amount or a day; words have theirs elsewhere."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from (float(each) for each in _moved(repr(value)))
    elif isinstance(value, str) and is_day(value):
        for step in (-1, 1):
            yield (date.fromisoformat(value) + timedelta(days=step)).isoformat()
    elif isinstance(value, str) and (match := _AMOUNT.fullmatch(value)):
        yield from (f"{each}{match[2]}" for each in _moved(match[1]))


def _moved(written: str) -> tuple[Decimal, ...]:
    """Return a number moved by 0.1 % and by one unit in its last written place, both ways."""
    number = Decimal(written.replace("_", ""))
    exponent = number.as_tuple().exponent
    last = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    moved = [number * each for each in _PROMILLE] + [number - last, number + last]
    return tuple(dict.fromkeys(each.normalize() for each in moved if each != number))
