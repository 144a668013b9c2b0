"""What a reader reads: numbers, words and truths in sentences, in two languages."""

from __future__ import annotations

import pytest

from pcf.errors import Where
from pcf.rules import Fact, FactKind
from pcf.rules.sentences import filled, sentence_problems, shown, shown_number
from pcf.rules.values import Number
from pcf.text import Name

WORD = FactKind("w", "word", words={"wind": Name("wind power", "风电"), "grid": Name("grid")})
WORDS = FactKind("s", "words", words={"b": Name("bought", "外购"), "a": Name("own", "自产")})
AGE = FactKind("age", "number", "year")
SHARE = FactKind("share", "number", "%")


@pytest.mark.parametrize(
    ("kind", "value", "en", "zh"),
    [
        (FactKind("t", "truth"), True, "yes", "是"),
        (FactKind("t", "truth"), False, "no", "否"),
        (FactKind("t", "truth"), None, "unknown", "未知"),
        (AGE, 4.5, "4.5 year", "4.5 年"),
        (FactKind("n", "number"), 0.25, "0.25", "0.25"),
        (FactKind("n", "number"), 0.0, "0", "0"),
        (FactKind("k", "number", "kg"), 1234.5, "1,234.5 kg", "1,234.5 kg"),
        (WORD, "wind", "wind power", "风电"),
        (WORD, "grid", "grid", "grid"),
        (WORDS, frozenset("ab"), "bought, own", "外购、自产"),
        (WORDS, frozenset("a"), "own", "自产"),
        (WORDS, frozenset(), "none", "无"),
        (FactKind("d", "date"), "2024-12-31", "2024-12-31", "2024-12-31"),
    ],
)
def test_every_kind_of_value_is_shown(kind: FactKind, value: object, en: str, zh: str) -> None:
    assert shown(kind, value, "en") == en  # type: ignore[arg-type]  # a value of the kind
    assert shown(kind, value, "zh") == zh  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("value", "unit", "form", "told"),
    [
        (0.0512, "1", ".1%", "5.1%"),
        (5.12, "%", ".1%", "5.1%"),
        (5.12, "%", ".2f", "5.12"),
        (1234567.0, "kg", ",.0f", "1,234,567"),
        (0.000123, "1", ".2g", "0.00012"),
        (12.0, "%", "", "12 %"),
    ],
)
def test_numbers_take_a_form(value: float, unit: str, form: str, told: str) -> None:
    assert shown_number(value, unit, form) == told


def test_a_sentence_shows_facts_and_limits() -> None:
    facts = {"share": Fact(SHARE, 7.0), "w": Fact(WORD, "wind"), "age": Fact(AGE)}
    limits = {"limit.most": Number("most", 0.05)}
    sentence = "{share:.0%} > {limit.most:.0%}, {w}, {age}"
    assert filled(sentence, facts, limits, "en") == "7% > 5%, wind power, unknown"
    assert filled(sentence, facts, limits, "zh") == "7% > 5%, 风电, 未知"


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("{share} {share:.1%} {w}", []),
        ("{w:.1f}", ["rule-sentence-form"]),
        ("{share:d}", ["rule-sentence-form"]),
        ("{share:.10f}", ["rule-sentence-form"]),
        ("{sahre}", ["rule-sentence-hole"]),
        ("{share", ["rule-sentence-brace"]),
        ("share}", ["rule-sentence-brace"]),
        ("{{share}}", ["rule-sentence-brace"]),
        ("{share} }", ["rule-sentence-brace"]),
    ],
)
def test_holes_are_checked(sentence: str, codes: list[str]) -> None:
    found = sentence_problems(sentence, ["share", "w"], ["share"], Where())
    assert [each.code for each in found] == codes
