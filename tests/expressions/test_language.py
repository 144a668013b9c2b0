"""The limits of the language: what it reads, and that everything else is an ExpressionError."""

from __future__ import annotations

import math
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import expressions
from pcf.errors import ExpressionError, Where
from pcf.expressions.language import DEEPEST, LONGEST, MOST_NODES

HOSTILE = [
    "__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "x.__class__",
    "__builtins__", "__name__", "a.__b", "open('/etc/hostname').read()", "exec('1')", "eval('1')",
    "print(1)", "getattr(x, 'y')", "'a'.upper()", "(x).y.z()", "x.y()", "(1).real", "sqrt(x).real",
    "[x for x in y]", "{x for x in y}", "{x: 1 for x in y}", "(x for x in y)", "lambda: 1",
    "f'{x}'", "f\"{__import__('os')}\"", "b'x'", "x := 1", "(x := 1)", "x[0]", "x[1:2]", "x['a']",
    "*x", "min(*x)", "max(**x)", "min(a=1)", "round(x, ndigits=2)", "await x", "yield x",
    "{1, 2}", "{1: 2}", "...", "None", "1j", "x is y", "x is not None", "x // y", "x % y", "x @ y",
    "x & y", "x | y", "~x", "x << 2", "x >> 2", "x ^ 2", "2^3", "x; y", "x = 1", "import os",
    "x # comment", "x\ny", "x\\\n+y", "'\\x41'", "1if x > 0 else 2", "0x1f", "0b1", "1_a", "3kWh",
    "3 kWh", "a b", "a..b", ".a", "a.", "()()", "sin(x)", "min()", "sqrt(1, 2)", "round(1, 2, 3)",
    "known()", "sqrt", "min + 1", "if", "x if y", "not", "x not y", "for", "class", "а + 1",
    "ο", "x\u200b", "x\u202e", "\x00", "x\x00", "\ud800", "'\ud800' == x", "🙂", "", "   ", "\t",
    "9" * 500, "1e999", "9007199254740993", "_" * 200, "a" * 500, '"unclosed', "(", ")", "((", "[",
]  # fmt: skip
BOMBS = [
    "(" * 900 + "1" + ")" * 900,
    "[" * 900 + "]" * 900,
    "-" * 1900 + "1",
    "not " * 400 + "x",
    "1" + "+1" * 900,
    "x" + ".x" * 900,
    "2**" * 600 + "2",
    "min(" * 400 + "1" + ")" * 400,
    "a if b else " * 100 + "c",
    "x" * (LONGEST + 1),
    " " * (LONGEST + 1),
    "min(" + ",".join("1" * MOST_NODES) + ")",
]
VALUES = {"x": (2.0, "kg"), "y": 3.0, "a": True, "b": (None, "t"), "c": "text"}


@pytest.mark.parametrize("formula", [*HOSTILE, *BOMBS])
def test_what_is_outside_the_language_is_refused_by_every_door(formula: str) -> None:
    for door in (
        lambda: expressions.names(formula),
        lambda: expressions.evaluate(formula, {"x": 1.0, "y": 2.0}),
        lambda: expressions.judge(formula, {"x": 1.0, "y": 2.0}),
    ):
        with pytest.raises(ExpressionError) as caught:
            door()
        for language in ("en", "zh"):
            assert caught.value.says(language)


@pytest.mark.parametrize(
    "formula",
    [
        *(
            "9**9**9",
            "9.9**99**99",
            "10**99 * 10**99 * 10**99 * 10**99",
            "exp(1000)",
            "exp(10**15)",
        ),
        *("'a' * 10**9", "'a' * 9", "10**9 * 'a'", "('a',) * 9", "0**-1", "(-8)**0.5", "sqrt(-1)"),
        *("log(0)", "log(-1)", "1/0", "1/(y - 3)", "round(1.5, 99)", "round(1.5, 0.5)", "y**101"),
        *("x + 1", "x < y", "exp(x)", "log(x)", "x**0.5", "x**b", "sqrt(x)", "round(x)", "y**x"),
        *("min(x, y)", "x + '1 kg CO2e'", "x if y > '1 kg' else y", "x if y else 1", "y > 1"),
        *(
            "'3 foo'",
            "'3'",
            "''",
            "x in (1, 2)",
            "(1, 2)",
            "True",
            "not y",
            "x and y",
            "a + 1",
            "c",
        ),
        *("known(y)", "z", "y.z"),
    ],
)
def test_what_has_no_value_is_an_expression_error(formula: str) -> None:
    with pytest.raises(ExpressionError):
        expressions.evaluate(formula, VALUES)  # type: ignore[arg-type]


def test_a_formula_at_the_limits_is_read() -> None:
    # A sum leans to the left: its first term is the deepest.
    assert expressions.evaluate("+".join(["y"] * DEEPEST), {"y": 1.0}) == (float(DEEPEST), "1")
    with pytest.raises(ExpressionError, match="expression-too-large"):
        expressions.names("+".join(["y"] * (DEEPEST + 1)))
    widest = f"max({','.join(['y'] * (MOST_NODES - 2))})"
    assert expressions.evaluate(widest, {"y": 1.0}) == (1.0, "1")
    assert expressions.names(f"{'y':<{LONGEST}}") == {"y"}


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("excluded.share < 0.01", {"excluded.share"}),
        ("电耗 * 排放因子_2024", {"电耗", "排放因子_2024"}),
        ("min(a, b) if c else d", {"a", "b", "c", "d"}),
        ("(a).b + a", {"a.b", "a"}),
        ("'a' == b", {"b"}),
        ("known(a) and x in (b, 'c')", {"a", "x", "b"}),
        ("1 + 2", set()),
    ],
)
def test_the_names_of_a_formula_are_told(formula: str, names: set[str]) -> None:
    assert expressions.names(formula) == names


@pytest.mark.parametrize(
    "written",
    ["（电耗＋２）×３", "(电耗 + 2) * 3", " ( 电耗 +2)*3 ", "（电耗＋2）*３．０"],
)
def test_full_width_signs_and_spaces_change_nothing(written: str) -> None:
    assert expressions.evaluate(written, {"电耗": 1.0}) == (9.0, "1")


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        ("x ≤ 2", True),
        ("x ≥ 3", False),
        ("x ≠ 2", False),
        ("x ÷ 2 == 1", True),
        ("x − 2 == 0", True),
    ],
)
def test_signs_from_a_textbook_are_read(written: str, truth: bool) -> None:
    assert expressions.judge(written, {"x": 2.0}) is truth


def test_text_in_quotes_is_left_as_it_stands() -> None:
    assert expressions.judge("name == '铝锭（重熔用）× ^#'", {"name": "铝锭（重熔用）× ^#"}) is True
    assert expressions.judge("name == '铝锭(重熔用)'", {"name": "铝锭（重熔用）"}) is False


@pytest.mark.parametrize("name", ["x", "excluded.share", "电耗", "_x", "x2", "a.b.c"])
def test_a_name_that_may_be_given_can_be_used(name: str) -> None:
    assert expressions.is_name(name)
    assert expressions.evaluate(name, {name: 1.0}) == (1.0, "1")


@pytest.mark.parametrize(
    "name", ["", "2x", "if", "a.if", "min", "known", "True", "x y", "a-b", "__x", "а", "x²", "a..b"]
)
def test_a_name_that_cannot_be_used_is_none(name: str) -> None:
    assert not expressions.is_name(name)


def test_an_error_names_its_place_and_its_piece() -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate("1 + (y / x)", {"x": 0.0, "y": 1.0}, Where(file="f.csv", line=3))
    (told,) = caught.value.problems
    assert told.where == Where(file="f.csv", line=3, item="1 + (y / x)")
    assert told.facts == {"part": "y / x"}
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate("yield_rate", {"yield_rat": 0.0}, Where(item="loss"))
    (told,) = caught.value.problems
    assert (told.where.item, told.candidates) == ("loss", ("yield_rat",))


PIECES = [
    *("x", "y", "a", "b", "c", "0", "1", "2.5", "1e300", "'3 kg'", "'text'", "True", "(", ")", ","),
    *("+", "-", "*", "/", "**", "<", "<=", "==", "!=", " and ", " or ", " not ", " in ", " if "),
    *(" else ", "min(", "sqrt(", "exp(", "log(", "round(", "known(", ".", "[", "]", "lambda ", ":"),
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text_is_a_value_or_an_expression_error(formula: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for door in (expressions.evaluate, expressions.judge):
            try:
                found = door(formula, VALUES)  # type: ignore[arg-type]
            except ExpressionError as error:
                told = error.says("zh")
            else:
                told = "found"
                value = found[0] if isinstance(found, tuple) else found
                assert value is None or math.isfinite(value)
            assert told
