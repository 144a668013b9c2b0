"""Facts with three values: what holds, what does not, what cannot be told."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ExpressionError
from pcf.expressions import judge

FACTS: dict[str, Any] = {
    "yes": True,
    "no": False,
    "unknown": None,
    "boundary": "cradle to gate",
    "边界": "摇篮到大门",
    "excluded.share": (0.8, "%"),
    "excluded.bound": (None, "kg CO2e"),
    "total": (9900.0, "kg CO2e"),
    "gases": ("CO2", "CH4"),
    "codes": {1, 2},
    "nothing": (),
    "months": 12,
}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("yes", True), ("not yes", False), ("unknown", None), ("not unknown", None),
        ("yes and unknown", None), ("no and unknown", False), ("unknown and no", False),
        ("yes or unknown", True), ("no or unknown", None), ("unknown or not no", True),
        ("boundary == 'cradle to gate'", True), ("boundary != 'cradle to gate'", False),
        ("boundary == 'Cradle to gate'", False), ("边界 == '摇篮到大门'", True),
        ("boundary in ('cradle to gate', 'cradle to grave')", True),
        ("boundary not in ['gate to gate']", True), ("'SF6' in gases", False),
        ("'CO2' in gases", True), ("12 < months < unknown", False),
        ("1 in codes and 3 not in codes", True), ("boundary in nothing", False),
        ("unknown in nothing", False), ("unknown in gases", None), ("'a' in unknown", None),
        ("boundary in ('x', unknown)", None), ("boundary in ('cradle to gate', unknown)", True),
        ("excluded.share < 0.01", True), ("excluded.share < '0.8 %'", False),
        ("excluded.share <= '8 g/kg' and 1 < months <= 12", True), ("1 < months < unknown", None),
        ("excluded.bound / (total + excluded.bound) < 0.01", None), ("excluded.bound > 0", None),
        ("total > '9 t CO2e'", True), ("total / 1000 > '9.9 kg CO2e'", False),
        ("months == 12", True),
        ("known(excluded.bound)", False), ("known(total) and known(boundary)", True),
        ("known(unknown)", False), ("known(unknown + 1)", False), ("unknown * 2 > 3", None),
        ("max(unknown, 3) > 1", None), ("-unknown < 1", None),
        ("not known(unknown) or 1/0 > 1", True),
        ("yes == no", False), ("yes == yes", True), ("unknown == unknown", None), ("True", True),
        ("'a' == 'b' or 'a' != 'b'", True), ("yes if unknown else yes", True),
        ("yes if unknown else no", None), ("(1 if yes else 2) == 1", True),
        ("+months - -1 == 13", True),
        ("1 > unknown > 2", None), ("2 > 1 > 3", False), ("gases == ('CH4', 'CO2')", True),
        ("months != 0 and 1 / months < 1", True), ("sqrt(months * 3) == 6", True),
    ],
)  # fmt: skip
def test_a_condition_has_its_truth(condition: str, truth: bool | None) -> None:
    assert judge(condition, FACTS) is truth


@pytest.mark.parametrize(
    "condition",
    [
        *("boundary", "months", "total", "gases", "'a'", "1", "months + 1", "not boundary"),
        *("yes and months", "boundary == 1", "boundary == yes", "boundary < 'd'", "yes < no"),
        *("total > 1", "total == '1 kg'", "boundary > total", "'a' in boundary", "1 in months"),
        *("boundary in (1, 2)", "boundary + 'x' == 'y'", "yes + 1 > 0", "gases > 1", "misspelt"),
        *("boundary in ('x', yes)", "months / 0 > 1", "min(gases) > 1", "exp(total) > 1"),
    ],
)
def test_what_is_no_condition_is_refused_and_never_false(condition: str) -> None:
    with pytest.raises(ExpressionError):
        judge(condition, FACTS)


def test_an_amount_with_an_unknown_value_is_unknown_as_a_condition() -> None:
    assert judge("excluded.bound", FACTS) is None


def test_one_percent_is_not_below_one_percent_however_it_is_written() -> None:
    facts = {"bounds": (100.0, "kg CO2e"), "total": (9.9, "t CO2e")}
    for limit in ("0.01", "'1 %'", "'10000 ppm'", "'10 kg CO2e/t CO2e'"):
        assert judge(f"bounds / (bounds + total) < {limit}", facts) is False
        assert judge(f"bounds / (bounds + total) <= {limit}", facts) is True


conditions = st.recursive(
    st.sampled_from(["a", "b", "c", "x < 1", "x == 1", "x in (1, 2)", "True"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: "({} {} {})".format(*parts)
        ),
        st.tuples(inner, inner, inner).map(lambda parts: "({} if {} else {})".format(*parts)),
    ),
    max_leaves=6,
)


@given(conditions, st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3))
def test_what_is_judged_with_unknowns_stands_whatever_they_turn_out_to_be(
    condition: str, truths: list[bool | None]
) -> None:
    facts = dict(zip("abc", truths, strict=True))
    verdict = judge(condition, {**facts, "x": None})
    unknown = [name for name, truth in facts.items() if truth is None]
    for completion in product([True, False], repeat=len(unknown)):
        for x in (0.0, 1.0, 2.0):
            complete = {**facts, **dict(zip(unknown, completion, strict=True)), "x": x}
            settled = judge(condition, complete)
            assert settled is not None
            assert verdict in {None, settled}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("end >= '2024-12-31'", True),
        ("end > '2024-12-31'", False),
        ("end < '2025-01-01'", True),
        ("end <= '2024-12-30'", False),
        ("other < '2025-01-01'", None),
    ],
)
def test_days_stand_in_order(condition: str, truth: bool | None) -> None:
    assert judge(condition, {"end": "2024-12-31", "other": None}) is truth


@pytest.mark.parametrize("text", ["2024", "2024-12", "draft", "2024-12-311"])
def test_other_texts_have_no_order(text: str) -> None:
    with pytest.raises(ExpressionError, match="expression-not-comparable"):
        judge("end < '2025-01-01'", {"end": text})
