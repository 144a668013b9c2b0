"""The catalogue of messages: complete in both languages, and in step with the code."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from typing import TYPE_CHECKING

import pytest

from pcf import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LANGUAGES: tuple[text.Language, ...] = ("en", "zh")
# The functions and classes that take a code first; `finding` and `problem` take facts by name.
TAKES_A_CODE = {"problem", "finding", "Problem", "Finding"}
NO_FACTS = {"problem": {"code", "where", "candidates"}, "finding": {"code", "where"}}

CATALOGUE = text.catalogue()
codes = pytest.mark.parametrize("code", sorted(CATALOGUE))


def _holes(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def _calls(modules: dict[str, ast.Module]) -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call that takes a code, where it stands, with the function's bare name."""
    for module, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).split(".")[-1]
                if name in TAKES_A_CODE:
                    yield f"{module}:{node.lineno}", name, node


def _literal_code(call: ast.Call) -> str | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    first = (call.args[:1] or named or [None])[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


@codes
def test_a_code_is_kebab_case(code: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)


@codes
def test_a_message_renders_from_its_example_in_both_languages(code: str) -> None:
    example = CATALOGUE[code].example
    assert all(isinstance(value, str) for value in example.values())
    for language in LANGUAGES:
        for rendered in (text.says(code, example, language), text.cure(code, example, language)):
            assert rendered.strip()
            assert "{" not in rendered


@codes
def test_both_languages_tell_the_same_facts(code: str) -> None:
    entry = CATALOGUE[code]
    assert _holes(entry.en) == _holes(entry.zh)
    assert _holes(entry.cure_en) == _holes(entry.cure_zh)
    assert _holes(entry.en) | _holes(entry.cure_en) <= set(entry.example)


@codes
def test_each_language_is_its_own(code: str) -> None:
    entry = CATALOGUE[code]
    for message in (entry.zh, entry.cure_zh):
        assert re.search(r"[\u4e00-\u9fff]", message), "no Chinese in a Chinese message"
    for message in (entry.en, entry.cure_en):
        outside_quotes = re.sub(r"'[^']*'|\([^)]*\)", "", message)
        assert not re.search(r"[\u4e00-\u9fff]", outside_quotes), "Chinese in an English message"


def test_a_file_of_messages_is_named_for_a_room(root: Path) -> None:
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = {path.stem.partition(".")[0] for path in (root / "pcf" / "messages").glob("*.toml")}
    assert {name for name in names if f"| `{name}" not in page} == set()


def test_a_room_uses_its_own_messages_or_those_of_rooms_above(
    root: Path, modules: dict[str, ast.Module]
) -> None:
    """A code that only other rooms use stands in the wrong file."""
    homes = {
        code: path.stem.partition(".")[0]
        for path in (root / "pcf" / "messages").glob("*.toml")
        for code in tomllib.loads(path.read_text(encoding="utf-8"))
    }
    users: dict[str, set[str]] = {}
    for module, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in homes:
                users.setdefault(node.value, set()).add(module.split(".")[1])
    assert {code: rooms for code, rooms in users.items() if homes[code] not in rooms} == {}


def test_every_code_that_is_raised_stands_in_the_catalogue(modules: dict[str, ast.Module]) -> None:
    used = {(place, _literal_code(call)) for place, _, call in _calls(modules)}
    assert {(place, code) for place, code in used if code and code not in CATALOGUE} == set()


def test_every_call_gives_the_facts_of_its_message(modules: dict[str, ast.Module]) -> None:
    wrong = {}
    for place, name, call in _calls(modules):
        code = _literal_code(call)
        given = {keyword.arg for keyword in call.keywords}
        if name in NO_FACTS and code in CATALOGUE and None not in given:
            facts = given - NO_FACTS[name]
            if facts != set(CATALOGUE[code].example):
                wrong[f"{place} {code}"] = (
                    sorted(map(str, facts)),
                    sorted(CATALOGUE[code].example),
                )
    assert wrong == {}


def test_every_code_of_the_catalogue_is_used(modules: dict[str, ast.Module]) -> None:
    constants = {
        node.value
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(CATALOGUE) - constants == set()
