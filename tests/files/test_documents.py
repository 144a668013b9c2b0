"""TOML and JSON come in: what readers could disagree about is refused, with its place."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from pcf import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.errors import Problem

TOML = '[study]\ntitle = "铝锭"\namount = 1.5\nperiod = 2024-01-01\n'


def toml(data: bytes | str, **limits: int) -> tuple[dict[str, object], list[Problem]]:
    problems: list[Problem] = []
    raw = data if isinstance(data, bytes) else data.encode()
    return files.parse_toml(raw, "study.toml", problems, limits=files.Limits(**limits)), problems


def json(data: bytes | str, **limits: int) -> tuple[object, list[Problem]]:
    problems: list[Problem] = []
    raw = data if isinstance(data, bytes) else data.encode()
    return files.parse_json(raw, "a.json", problems, limits=files.Limits(**limits)), problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_document(folder: Path, encoding: str) -> None:
    problems: list[Problem] = []
    (folder / "study.toml").write_bytes(TOML.encode(encoding))
    (folder / "a.json").write_bytes('{"标题": "铝锭", "量": 1.5}'.encode(encoding))
    study = files.read_toml(folder / "study.toml", problems)["study"]
    assert (study["title"], study["amount"], study["period"].month) == ("铝锭", 1.5, 1)
    assert files.read_json(folder / "a.json", problems) == {"标题": "铝锭", "量": 1.5}
    assert problems == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = \n", 2, "5"),
        ("a = 1\na = 2\n", 2, "6"),
        ("a = 1\n\n[x", 3, "3"),
        ("a = “x”\n", 1, "5"),
        ("a = 'x", 1, "7"),
    ],
)
def test_a_mistake_in_toml_has_its_line_and_column(text: str, line: int, column: str) -> None:
    document, problems = toml(text)
    assert document == {}
    assert [(each.code, each.where.line) for each in problems] == [("toml-syntax", line)]
    assert problems[0].facts["column"] == column
    assert "line" not in problems[0].facts["reason"]


@pytest.mark.parametrize(
    ("text", "code", "item"),
    [
        ("[a]\nb = [1, nan]\n", "document-number", "a.b[1]"),
        ("a = inf\n", "document-number", "a"),
        ("a = 1e999\n", "document-number", "a"),
        ("a = 9223372036854775808\n", "document-number", "a"),
        (f"a = {'9' * 5000}\n", "document-number", ""),
        (f"a = {'[' * 100}{']' * 100}\n", "document-deep", "a" + "[0]" * 26 + "…"),
        (f"a = {'[' * 5000}\n", "document-deep", ""),
        (f"{'a.' * 100}b = 1\n", "document-deep", ".".join("a" * 40)[:79] + "…"),
        ('a = "\\u0000"\n', "document-text", "a"),
        ("", "file-empty", ""),
    ],
)
def test_what_toml_may_not_hold_is_refused(text: str, code: str, item: str) -> None:
    document, problems = toml(text)
    assert document == {}
    assert [(each.code, each.where.item) for each in problems] == [(code, item)]


def test_the_largest_integers_are_kept() -> None:
    assert toml(f"a = {2**63 - 1}\nb = {-(2**63)}")[0] == {"a": 2**63 - 1, "b": -(2**63)}
    assert json(f"[{2**63 - 1}, {-(2**63)}]")[0] == [2**63 - 1, -(2**63)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1, "b": {"c": 1, "c": 1}}', "document-key-twice"),
        ("[NaN]", "document-number"),
        ("[-Infinity]", "document-number"),
        ("[1e999]", "document-number"),
        ("[9223372036854775808]", "document-number"),
        ("[" + "9" * 5000 + "]", "document-number"),
        ("[" * 100 + "]" * 100, "document-deep"),
        ("[" * 100_000, "document-deep"),
        ('["\\ud800"]', "document-text"),
        ('{"\\u0000": 1}', "document-text"),
        ('{"a": 1,}', "json-syntax"),
        ("{'a': 1}", "json-syntax"),
        ("[1] [2]", "json-syntax"),
        ("", "file-empty"),
    ],
)
def test_what_json_may_not_hold_is_refused(text: str, code: str) -> None:
    document, problems = json(text)
    assert document is None
    assert [each.code for each in problems] == [code]
    assert problems[0].where.file == "a.json"


def test_a_mistake_in_json_has_its_line() -> None:
    _, problems = json('{\n"a": 1,\n"b": }\n')
    assert (problems[0].where.line, problems[0].facts["column"]) == (3, "6")


def test_nesting_up_to_the_limit_is_read() -> None:
    text = "[" * 10 + "]" * 10
    assert json(text, depth=9)[1] == []
    assert [each.code for each in json(text, depth=8)[1]] == ["document-deep"]


def test_every_fault_of_a_document_is_found() -> None:
    assert len(toml("a = nan\nb = inf\nc = 1\n")[1]) == 2
    assert len(toml(f"a = [{'nan, ' * 50}]", problems=7)[1]) == 7


def test_a_missing_document_is_a_problem_and_nothing_is_returned(folder: Path) -> None:
    problems: list[Problem] = []
    assert files.read_toml(folder / "study.toml", problems) == {}
    assert files.read_json(folder / "a.json", problems) is None
    assert [each.code for each in problems] == ["file-missing"] * 2


@pytest.mark.parametrize(
    "key", [".".join(["a"] * 20_000), " . ".join(["'a'"] * 20_000), '"a".' * 200 + "b"]
)
@pytest.mark.parametrize("form", ["{} = 1\n", "[{}]\n", "x = {{ {} = 1 }}\n"])
def test_a_key_of_endless_parts_costs_no_memory(form: str, key: str) -> None:
    """40 KB of dotted key took tomllib 1.5 GB: the flags of every prefix are kept."""
    tracemalloc.start()
    found, problems = toml(form.format(key))
    assert found == {}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [each.code for each in problems] == ["document-deep"]
    assert peak < 4 * 2**20


def test_words_with_many_dots_are_text() -> None:
    said = "see 1.2.3.4.5 " * 100 + "." * 500
    assert toml(f'a = "{said}"') == ({"a": said}, [])


@pytest.mark.parametrize(
    ("read", "fits", "many"),
    [
        (json, "[" + "[]," * 39 + "[]]", "[" + "[]," * 40 + "[]]"),
        (json, '{"a":' * 40 + "1" + "}" * 40, "[" * 81 + "]" * 81),
        (toml, "a0 = 1\na1 = 1", "".join(f"a{n} = 1\n" for n in range(9))),
    ],
)
def test_a_document_of_too_many_values_is_not_read(
    read: Callable[..., tuple[object, list[Problem]]], fits: str, many: str
) -> None:
    assert read(fits, values=80)[1] == []
    found, problems = read(many, values=80)
    assert not found
    assert [each.code for each in problems] == ["document-values"]
