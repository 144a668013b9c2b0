"""Numbers for people: close to the value, grouped, and zero only for zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.charts import number, number_column
from pcf.errors import PcfError

finite = st.floats(allow_nan=False, allow_infinity=False)
everyday = st.floats(min_value=-1e14, max_value=1e14)


def _read(written: str) -> float:
    return float(written.replace(",", ""))


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_what_is_written_is_within_half_of_the_last_digit(value: float) -> None:
    assert abs(_read(number(value)) - value) <= max(0.5001e-3 * abs(value), 5e-324)


@given(finite)
def test_only_zero_is_written_as_zero(value: float) -> None:
    assert (_read(number(value)) == 0) == (value == 0)


@given(st.lists(finite, min_size=1, max_size=6))
def test_only_zero_is_written_as_zero_in_a_column(values: list[float]) -> None:
    for value, written in zip(values, number_column(values), strict=True):
        assert (_read(written) == 0) == (value == 0)


@given(st.lists(st.floats(min_value=1, max_value=1e6), min_size=2, max_size=6))
def test_a_column_has_the_same_decimals(values: list[float]) -> None:
    decimals = {len(written.partition(".")[2]) for written in number_column(values)}
    assert len(decimals) == 1 or min(values) < 0.5


@given(st.lists(everyday, min_size=1, max_size=6))
def test_the_largest_of_a_column_keeps_its_digits(values: list[float]) -> None:
    largest = max(values, key=abs)
    written = number_column(values)[values.index(largest)]
    assert _read(written) == pytest.approx(largest, rel=0.5001e-3)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12403.5, "12,404"),
        (9999.96, "10,000"),
        (0.99996, "1"),
        (5.0, "5"),
        (-0.0, "0"),
        (1234567.0, "1,234,567"),
        (-0.00012, "-0.00012"),
        (3.2e18, "3.2e+18"),
        (100, "100"),
    ],
)
def test_numbers_as_written(value: float, written: str) -> None:
    assert number(value) == written


def test_a_number_rounded_up_to_a_power_of_ten_keeps_the_column_narrow() -> None:
    assert number_column([9.9996, 1.0]) == ["10.00", "1.00"]


def test_unknown_is_a_word_and_not_a_number() -> None:
    assert number(None) == "unknown"
    assert number_column([1.0, None], language="zh") == ["1.000", "未知"]
    assert number_column([None]) == ["unknown"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(PcfError) as caught:
        number(value)
    assert caught.value.problems[0].code == "number-not-finite"
    with pytest.raises(PcfError):
        number_column([1.0, value])
