"""Unknown stays unknown: nothing in the source turns it into zero, or zero into it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Modules that must write NaN because a format or a table of others has no other word, and why.
NAN_ALLOWED: dict[str, str] = {}

NAN = {"float('nan')", "math.nan", "np.nan", "numpy.nan"}
FILLS = {"fillna", "nan_to_num"}


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == 0


def zeros_for_unknown(tree: ast.Module) -> Iterator[int]:
    """Yield the lines where `x or 0`, `fillna` or `nan_to_num` makes a number of the unknown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            if any(_is_zero(value) for value in node.values[1:]):
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in FILLS:
            yield node.lineno


def nans(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that write NaN; asking whether something is NaN is allowed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Attribute) and ast.unparse(node).casefold() in NAN:
            yield node.lineno


def test_no_unknown_becomes_zero(modules: dict[str, ast.Module]) -> None:
    assert [f"{name}:{n}" for name, tree in modules.items() for n in zeros_for_unknown(tree)] == []


def test_no_nan_stands_for_unknown(modules: dict[str, ast.Module]) -> None:
    found = {name: list(nans(tree)) for name, tree in modules.items() if name not in NAN_ALLOWED}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source", ["x or 0", "x or 0.0", "a or b or 0", "frame.fillna(0)", "np.nan_to_num(x)"]
)
def test_a_zero_for_unknown_is_noticed(source: str) -> None:
    assert list(zeros_for_unknown(ast.parse(source))) == [1]


@pytest.mark.parametrize("source", ["x or 1", "x or ''", "x or False", "0 or x", "max(x, 0)"])
def test_other_uses_of_or_are_allowed(source: str) -> None:
    assert list(zeros_for_unknown(ast.parse(source))) == []


@pytest.mark.parametrize("source", ["float('nan')", "np.nan", 'float("NaN")'])
def test_a_nan_is_noticed(source: str) -> None:
    assert list(nans(ast.parse(source))) == [1]


def test_asking_for_nan_is_allowed() -> None:
    assert list(nans(ast.parse("np.isnan(x); math.isnan(y)"))) == []
