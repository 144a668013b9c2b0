"""Docstrings: every public thing says what it is; a longer function shows itself at work."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# A function with more lines than this, docstring aside, is shown in an example of its room, or
# says in a line that starts with "No example:" why not.
SHORT = 8


def _public(body: list[ast.stmt], path: str) -> Iterator[tuple[str, Definition]]:
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield f"{path}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{path}.{node.name}")


def _definitions(modules: dict[str, ast.Module]) -> Iterator[tuple[str, Definition]]:
    for module, tree in modules.items():
        if not any(part.startswith("_") for part in module.split(".")):
            yield from _public(tree.body, module)


def _is_overload(node: Definition) -> bool:
    return any("overload" in ast.unparse(each) for each in node.decorator_list)


def _length(node: Definition) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _example_lines(tree: ast.Module) -> list[str]:
    places = [node for node in ast.walk(tree) if isinstance(node, ast.Module | Definition)]
    lines = [line for node in places for line in (ast.get_docstring(node) or "").splitlines()]
    return [line for line in lines if line.lstrip().startswith((">>>", "... "))]


def _examples_by_room(modules: dict[str, ast.Module]) -> dict[str, str]:
    """Return every example line of each room: a function may be shown where it is used."""
    rooms: dict[str, list[str]] = {}
    for module, tree in modules.items():
        rooms.setdefault(_room(module), []).extend(_example_lines(tree))
    return {room: "\n".join(lines) for room, lines in rooms.items()}


def _room(path: str) -> str:
    return path.split(".")[1] if "." in path else ""


def test_every_module_says_what_question_it_answers(modules: dict[str, ast.Module]) -> None:
    assert [name for name, tree in modules.items() if not ast.get_docstring(tree)] == []


def test_every_public_class_and_function_has_a_docstring(modules: dict[str, ast.Module]) -> None:
    silent = [
        path
        for path, node in _definitions(modules)
        if not ast.get_docstring(node) and not _is_overload(node)
    ]
    assert silent == []


def test_every_longer_function_has_an_example_or_says_why_not(
    modules: dict[str, ast.Module],
) -> None:
    """A command's docstring is its help text, so `cli` is left out; its tests run the commands."""
    examples = _examples_by_room(modules)
    without = [
        path
        for path, node in _definitions(modules)
        if not isinstance(node, ast.ClassDef)
        and not path.startswith("pcf.cli")
        and _length(node) > SHORT
        and "No example:" not in (ast.get_docstring(node) or "")
        and not re.search(rf"\b{node.name}\b", examples[_room(path)])
    ]
    assert without == []
