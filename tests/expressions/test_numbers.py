"""Numbers with units: values, units, the unknown."""

from __future__ import annotations

import math
import operator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pcf import units
from pcf.errors import ExpressionError
from pcf.expressions import evaluate

GIVEN: dict[str, Any] = {
    "电耗": (13599.0, "kWh"),
    "ef": (0.5777, "t CO2e/MWh"),
    "m": (2.0, "t"),
    "d": (300.0, "km"),
    "tef": (0.1, "kg CO2e/tkm"),
    "unknown_mass": (None, "kg"),
    "share": (25.0, "%"),
    "n": 4,
    "zero": 0.0,
    "side": (9.0, "m2"),
}


@pytest.mark.parametrize(
    ("formula", "value", "unit"),
    [
        ("电耗 * ef", 13.599 * 0.5777, "t CO2e"), ("m * d * tef", 60.0, "kg CO2e"),
        ("m * d", 600.0, "tkm"), ("电耗 / m", 6799.5, "kWh/t"), ("m + '500 kg'", 2.5, "t"),
        ("'500 kg' + m", 2500.0, "kg"), ("m - 3 * m", -4.0, "t"), ("-m", -2.0, "t"),
        ("share * m", 0.5, "t"), ("m * share / 100", 0.005, "t"), ("share + 0.1", 35.0, "%"),
        ("0.1 + share", 0.35, "1"), ("1 - share", 0.75, "1"), ("n ** 0.5", 2.0, "1"),
        ("m ** 2", 4.0, "t^2"), ("m ** -1", 0.5, "1/t"), ("m ** 0", 1.0, "1"),
        ("side if False else sqrt(side)", 3.0, "m"), ("2 ** 3 ** 2", 512.0, "1"),
        ("max(0, m)", 2.0, "t"), ("max(0, -m)", 0.0, "t"), ("min(m, '300 kg', '1 t')", 0.3, "t"),
        ("abs(-m)", 2.0, "t"), ("exp(0)", 1.0, "1"), ("log(exp(share))", 0.25, "1"),
        ("log(m / '1 kg')", math.log(2000.0), "1"), ("round(share * 10)", 2.0, "1"),
        ("round(2.345678, 3)", 2.346, "1"), ("m if m > '1999 kg' else d", 2.0, "t"),
        ("m if m > 0 and not d < '1 km' else 1/0", 2.0, "t"),
        ("0 if zero == 0 else m / zero", 0.0, "1"), ("1 if 1 < n < 5 else 2", 1.0, "1"),
        ("0", 0.0, "1"), ("m - m", 0.0, "t"), ("'3.9 万千瓦时'", 3.9, "万kWh"), ("0 * m", 0.0, "t"),
    ],
)  # fmt: skip
def test_a_formula_has_its_value_and_unit(formula: str, value: float, unit: str) -> None:
    found, its_unit = evaluate(formula, GIVEN)
    assert found == pytest.approx(value, rel=1e-12)
    assert its_unit == unit


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("unknown_mass + m", "kg"), ("m - unknown_mass", "t"),
        ("unknown_mass * tef * d", "kg CO2e"),
        ("0 * unknown_mass", "kg"), ("unknown_mass / m", "kg/t"), ("m / unknown_mass", "t/kg"),
        ("max(0, unknown_mass)", "kg"), ("min(m, unknown_mass)", "t"), ("abs(-unknown_mass)", "kg"),
        ("unknown_mass ** 2", "kg^2"), ("sqrt(unknown_mass * '1 kg')", "kg"),
        ("exp(unknown_mass / '1 kg')", "1"), ("round(unknown_mass / '1 kg')", "1"),
        ("m if unknown_mass > 0 else 2 * m", "t"), ("2 ** (unknown_mass / '1 kg')", "1"),
        ("unknown_mass if True else m", "kg"),
    ],
)  # fmt: skip
def test_the_unknown_spreads_and_keeps_its_unit(formula: str, unit: str) -> None:
    value, its_unit = evaluate(formula, GIVEN)
    assert value is None
    assert units.same_dimension(its_unit, unit)


@pytest.mark.parametrize(
    "formula", ["unknown_mass + d", "max(unknown_mass, d)", "log(unknown_mass)"]
)
def test_units_are_checked_whether_values_are_known_or_not(formula: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(formula, GIVEN)


def test_the_unknown_decides_nothing_that_stands_without_it() -> None:
    assert evaluate("m if unknown_mass > 0 else m", GIVEN) == (2.0, "t")
    assert evaluate("m if known(unknown_mass) else d", GIVEN) == (300.0, "km")
    assert evaluate("m if unknown_mass > 0 and False else d", GIVEN) == (300.0, "km")
    assert evaluate("m if unknown_mass > 0 or n == 4 else d", GIVEN) == (2.0, "t")


def test_a_kilogram_of_gas_and_of_co2e_never_add() -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate("a + b", {"a": (1.0, "kg"), "b": (1.0, "kg CO2e")})
    assert [told.code for told in caught.value.problems] == ["unit-mass-and-co2e"]


@pytest.mark.parametrize(
    "value", [True, "3 kg", [1.0], (1.0, "foo"), (1.0, 2.0), (True, "kg"), math.inf, math.nan]
)
def test_what_is_no_amount_is_no_parameter(value: Any) -> None:
    with pytest.raises(ExpressionError):
        evaluate("x + 1", {"x": value})


def test_a_literal_zero_stands_beside_any_unit_but_a_given_zero_does_not() -> None:
    assert evaluate("m + 0", GIVEN) == (2.0, "t")
    with pytest.raises(ExpressionError):
        evaluate("m + zero", GIVEN)


numbers = st.floats(min_value=-1e6, max_value=1e6).map(lambda value: round(value, 6))
trees = st.recursive(
    numbers.map(lambda value: (repr(value), value)),
    lambda inner: st.tuples(st.sampled_from("+-*"), inner, inner).map(
        lambda parts: (
            f"({parts[1][0]} {parts[0]} {parts[2][0]})",
            {"+": operator.add, "-": operator.sub, "*": operator.mul}[parts[0]](
                parts[1][1], parts[2][1]
            ),
        )
    ),
    max_leaves=8,
)


@given(trees)
def test_arithmetic_is_that_of_floats(tree: tuple[str, float]) -> None:
    written, expected = tree
    assume(abs(expected) < 1e200)
    assert evaluate(written, {}) == (expected, "1")


energies = st.sampled_from(["kWh", "MJ", "GJ", "tce", "万kWh", "kcal"])
masses = st.sampled_from(["kg", "t", "g", "lb", "万吨", "斤"])
formulas = st.sampled_from(
    ["e * f + g", "g - e * f", "max(g, e * f)", "g / m", "e / m * f", "g if g > e * f else e * f"]
)


@given(formulas, st.tuples(energies, energies, masses), st.tuples(numbers, numbers))
def test_the_spelling_of_units_changes_nothing(
    formula: str, spelled: tuple[str, str, str], values: tuple[float, float]
) -> None:
    (energy, per, mass), (first, second) = spelled, values
    assume(abs(abs(first * second) - 5) > 1e-6)
    base = {
        "e": (first, "kWh"),
        "f": (second, "kg CO2e/kWh"),
        "g": (5.0, "kg CO2e"),
        "m": (7.0, "t"),
    }
    respelled = {
        "e": (units.convert(first, "kWh", energy), energy),
        "f": (units.convert(second, "kg CO2e/kWh", f"t CO2e/{per}"), f"t CO2e/{per}"),
        "g": (0.005, "t CO2e"),
        "m": (units.convert(7.0, "t", mass), mass),
    }
    one, other = evaluate(formula, base), evaluate(formula, respelled)
    assert one[0] is not None
    assert other[0] is not None
    back = units.convert(other[0], other[1], one[1])
    assert back == pytest.approx(one[0], rel=1e-9, abs=1e-9 * (5 + abs(first * second)))
