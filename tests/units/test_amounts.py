"""Amounts as written: the number must have one reading, and a unit must be there."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import units
from pcf.errors import UnitError
from pcf.units.table import table


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("3900 kWh", 3900.0, "kWh"), ("3.9 万千瓦时", 3.9, "万kWh"),
        ("３．９萬ＫＷＨ", 3.9, "万kWh"), ("3.9万 千瓦时", 3.9, "万kWh"),
        ("1,234.5 kg", 1234.5, "kg"), ("１，２３４ｋｇ", 1234.0, "kg"),
        ("1,234,567 t", 1234567.0, "t"), ("-5 t", -5.0, "t"), ("−5 t", -5.0, "t"),
        ("+5t", 5.0, "t"),
        (".5 kg", 0.5, "kg"), ("1e3kg", 1000.0, "kg"), ("1.5E-3 t", 0.0015, "t"), ("5%", 5.0, "%"),
        ("3.9×10^4 kWh", 39000.0, "kWh"), ("3.9*10^-4kWh", 0.00039, "kWh"), ("10⁴kWh", 1e4, "kWh"),
        ("10^-3 kg", 0.001, "kg"), ("0 kg", 0.0, "kg"), ("0e-999 kg", 0.0, "kg"), ("5 1", 5.0, "1"),
        ("2 1/year", 2.0, "1/year"), (" 7  kg CO2-eq ", 7.0, "kg CO2e"), ("3度", 3.0, "kWh"),
        ("0.5777 kgCO2e/(kW·h)", 0.5777, "kg CO2e/kWh"),
    ],
)  # fmt: skip
def test_an_amount_is_read(written: str, value: float, unit: str) -> None:
    assert units.parse(written) == (value, unit)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1,23 kg", "number-ambiguous"), ("0,234 kg", "number-ambiguous"),
        ("1,2345 kg", "number-ambiguous"), ("1234,567 kg", "number-ambiguous"),
        ("1.234,5 kg", "number-ambiguous"), ("1 234 kg", "number-ambiguous"),
        ("1\u2009234.5 kg", "number-ambiguous"), ("5. kg", "number-ambiguous"),
        ("3 2 kWh", "number-ambiguous"),
        ("3^2 kWh", "number-ambiguous"), ("5", "unit-missing"), ("3,900", "unit-missing"),
        ("kWh", "number-missing"), ("", "number-missing"), ("nan kg", "number-missing"),
        ("inf kg", "number-missing"), ("-inf kg", "number-missing"), ("~5 kg", "number-missing"),
        ("<5 kg", "number-missing"), ("٣ kg", "number-missing"), ("三万度", "number-missing"),
        ("1e999 kg", "number-out-of-range"), ("1e-999 kg", "number-out-of-range"),
        ("5-6 kg", "unit-unknown"), ("5±1 kg", "unit-unknown"), ("1_000 kg", "unit-unknown"),
        ("1/3 kg", "unit-part-unknown"), ("0x10 kg", "unit-unknown"), ("5 kgCO2", "unit-of-flow"),
        ("9" * 400 + " kg", "unit-too-long"), ("9999999 mWh", "unit-milli-or-mega"),
    ],
)  # fmt: skip
def test_an_amount_with_no_single_reading_is_refused(written: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.parse(written)
    assert [told.code for told in caught.value.problems] == [code]


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(table().units)))
def test_an_amount_reads_back_as_it_is_printed(value: float, unit: str) -> None:
    name = units.unit(unit)
    back, unit_back = units.parse(f"{value!r} {name}")
    assert (back, unit_back) == (value, name)
    assert math.copysign(1.0, back) == math.copysign(1.0, value)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["kWh", "kg CO2e/tkm", "万t"]))
def test_commas_between_thousands_change_nothing(value: int, unit: str) -> None:
    assert units.parse(f"{value:,} {unit}") == (float(value), unit)


@given(st.text(max_size=40) | st.from_regex(r"[0-9.,eE+\-^*x ]{1,12} ?(kg|万kWh|m3)?"))
def test_any_text_is_an_amount_or_a_unit_error(written: str) -> None:
    try:
        value, unit = units.parse(written)
    except UnitError as error:
        refused = error
    else:
        assert math.isfinite(value)
        assert units.unit(unit) == unit
        return
    assert refused.says("zh") != refused.says("en")
