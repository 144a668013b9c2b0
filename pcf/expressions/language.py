"""What may a formula say? One parser with its limits, for numbers and for facts.

Formulas in imported data are untrusted input. The text becomes a syntax tree that is compared with
a list of what is allowed; it is never compiled or run. Length, size, depth and numbers are bounded.
"""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pcf import text as names_in_text
from pcf.errors import ExpressionError, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcf.errors import PcfError, Where

LONGEST = 2000
DEEPEST = 40
MOST_NODES = 500
GREATEST_WHOLE_NUMBER = 2**53
ARGUMENTS = {
    "abs": (1, 1),
    "exp": (1, 1),
    "known": (1, 1),
    "log": (1, 1),
    "max": (1, MOST_NODES),
    "min": (1, MOST_NODES),
    "round": (1, 2),
    "sqrt": (1, 1),
}
"""The functions of the language, with the least and the greatest number of their arguments."""

_ALLOWED = (
    ast.Attribute,
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.IfExp,
    ast.List,
    ast.Name,
    ast.Tuple,
    ast.UnaryOp,
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub),
    *(ast.And, ast.Or, ast.Not, ast.In, ast.NotIn),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    ast.Load,
)
_NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,79}")
_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!="})
# Python would pass over comments and line ends, and reads '1if x else y' and '0x1f'; here a number
# ends where a name begins.
_FOREIGN = re.compile(r"[#;\n\r]|(?<![\w.])(?>\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)(?=[^\W\d])")


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A formula that passed: its text as read, its syntax tree, the names it uses."""

    text: str
    tree: ast.expr
    names: frozenset[str]


def names(formula: str) -> frozenset[str]:
    """Return the names a formula uses; raises ExpressionError when it is outside the language.

    >>> sorted(names("excluded.share < 0.01 and 电耗 * price > '3 CNY'"))
    ['excluded.share', 'price', '电耗']
    """
    return parse(formula).names


@lru_cache(maxsize=4096)
def parse(formula: str) -> Formula:
    """Read a formula; raises ExpressionError with the piece that is not part of the language.

    >>> parse("2 × x").text
    '2 * x'
    """
    text = _folded(formula)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        at = getattr(error, "offset", None) or 1
        raise refusal(text, "expression-syntax", part=shortened(text[at - 1 :])) from None
    _check_size(tree, text)
    return Formula(text, tree, frozenset(_checked_names(tree, text)))


def is_name(name: str) -> bool:
    """Say whether `name` can name a parameter or a fact: dotted words of letters, digits, 汉字.

    >>> is_name("excluded.share"), is_name("电耗_2"), is_name("if"), is_name("__class__")
    (True, True, False, False)
    """
    return (
        all(
            _NAME.fullmatch(part) and not part.startswith("__") and not keyword.iskeyword(part)
            for part in name.split(".")
        )
        and name not in ARGUMENTS
    )


def dotted(node: ast.AST) -> str | None:
    """Return the dotted name that a node spells, or None for any other node."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return before and f"{before}.{node.attr}"
    return None


def part_of(text: str, node: ast.AST) -> str:
    """Return the piece of the text that a node was read from, cut for a message."""
    return shortened((isinstance(node, ast.expr) and ast.get_source_segment(text, node)) or text)


def shortened(text: str, most: int = 60) -> str:
    """Return the text, cut for a message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def refusal(
    text: str, code: str, candidates: Iterable[str] = (), **facts: object
) -> ExpressionError:
    """Return the error `code`, placed at the formula."""
    return ExpressionError(problem(code, shortened(text), tuple(candidates), **facts))


def placed(error: PcfError, where: Where) -> ExpressionError:
    """Return the error at a place that is known better; the formula stays its item if none is."""
    return ExpressionError(
        *(
            replace(each, where=replace(where, item=where.item or each.where.item))
            for each in error.problems
        )
    )


def _folded(formula: str) -> str:
    """Fold what stands outside quotes: full-width signs and letters, × ÷ ≤ ≥ ≠."""
    if len(formula) > LONGEST:
        raise refusal(formula, "expression-too-long", length=len(formula), most=LONGEST)
    pieces = _QUOTED.split(formula.strip())
    for index in range(0, len(pieces), 2):
        pieces[index] = unicodedata.normalize("NFKC", pieces[index]).translate(_SIGNS)
        if "^" in pieces[index]:
            raise refusal(formula, "expression-caret")
        foreign = _FOREIGN.search(pieces[index])
        if foreign:
            part = shortened(pieces[index][foreign.start() :])
            raise refusal(formula, "expression-syntax", part=part)
    text = "".join(pieces)
    if not text:
        raise refusal(formula, "expression-empty")
    if "\\" in text:
        raise refusal(formula, "expression-syntax", part="\\")
    return text


def _check_size(tree: ast.expr, text: str) -> None:
    level: list[ast.AST] = [tree]
    nodes = depth = 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if nodes > MOST_NODES or depth > DEEPEST:
            raise refusal(text, "expression-too-large", nodes=MOST_NODES, depth=DEEPEST)
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
        ]


def _checked_names(tree: ast.expr, text: str) -> Iterator[str]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        name = dotted(node)
        if name is not None:
            if not is_name(name):
                raise refusal(text, "expression-name", name=shortened(name))
            yield name
        elif isinstance(node, ast.Attribute) or not isinstance(node, _ALLOWED):
            raise refusal(text, "expression-not-allowed", part=part_of(text, node))
        elif isinstance(node, ast.Call):
            _check_call(node, text)
            waiting.extend(node.args)
        else:
            if isinstance(node, ast.Constant):
                _check_constant(node, text)
            waiting.extend(ast.iter_child_nodes(node))


def _check_call(node: ast.Call, text: str) -> None:
    name = dotted(node.func) or part_of(text, node.func)
    if name not in ARGUMENTS:
        near = names_in_text.nearest(name, ARGUMENTS) or tuple(ARGUMENTS)
        raise refusal(text, "expression-function", near, name=shortened(name))
    least, most = ARGUMENTS[name]
    if node.keywords or not least <= len(node.args) <= most:
        raise refusal(text, "expression-arguments", name=name, part=part_of(text, node))


def _check_constant(node: ast.Constant, text: str) -> None:
    value = node.value
    if not isinstance(value, int | float | str):
        raise refusal(text, "expression-not-allowed", part=part_of(text, node))
    too_great = isinstance(value, int) and abs(value) > GREATEST_WHOLE_NUMBER
    if too_great or value == float("inf"):
        raise refusal(text, "expression-not-finite", part=part_of(text, node))
