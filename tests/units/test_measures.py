"""Sizes and dimensions: conversions, what never converts, and how often pint is asked."""

from __future__ import annotations

import pickle
import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import units
from pcf.errors import UnitError
from pcf.units import measures
from pcf.units.names import read
from pcf.units.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = sorted(table().units)
PAIRS = [(one, other) for one in NAMES for other in NAMES if units.same_dimension(one, other)]
pairs = st.sampled_from(PAIRS)
numbers = st.floats(min_value=-1e12, max_value=1e12).filter(lambda value: abs(value) > 1e-12)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("kWh", "MJ", 3.6), ("TWh", "kWh", 1e9), ("tce", "GJ", 29.3076), ("kgce", "kcal", 7000.0),
        ("t", "kg", 1000.0), ("斤", "g", 500.0), ("lb", "kg", 0.45359237),
        ("short ton", "kg", 907.18474), ("long ton", "kg", 1016.0469088), ("亩", "ha", 1 / 15),
        ("km2", "ha", 100.0), ("m3", "L", 1000.0), ("mL", "L", 0.001), ("year", "h", 8760.0),
        ("tkm", "kgkm", 1000.0), ("Mt CO2e", "kg CO2e", 1e9), ("万元", "CNY", 1e4),
        ("%", "1", 0.01), ("ppm", "%", 1e-4), ("GW", "kJ/s", 1e6), ("MJ/s", "kW", 1000.0),
        ("kg/t", "1", 0.001), ("kg CO2e/kWh", "t CO2e/MWh", 1.0), ("gce/kWh", "kgce/万kWh", 10.0),
        ("m3@20C", "Nm3", 273.15 / 293.15), ("Sm3", "m3@20C", 293.15 / 288.15),
        ("GJ/万Nm3", "MJ/m3@20C", 0.1 * 273.15 / 293.15),
    ],
)  # fmt: skip
def test_a_factor_is_the_published_one(one: str, other: str, expected: float) -> None:
    assert units.factor(one, other) == pytest.approx(expected, rel=1e-15)


# Written down from the SI brochure and the definitions, not from units.txt: how many of the first
# unit of its kind each unit is.
SIZES = {
    "1": "1", "%": "1/100", "ppm": "1/1000000",
    "g CO2e": "1", "kg CO2e": "1e3", "t CO2e": "1e6", "kt CO2e": "1e9", "Mt CO2e": "1e12",
    "J": "1", "kJ": "1e3", "MJ": "1e6", "GJ": "1e9", "TJ": "1e12", "W": "1", "kW": "1e3",
    "MW": "1e6", "GW": "1e9", "Wh": "3600", "kWh": "3.6e6", "MWh": "3.6e9", "GWh": "3.6e12",
    "TWh": "3.6e15", "kcal": "4186.8", "gce": "29307.6", "kgce": "29307600", "tce": "29307600000",
    "g": "1", "mg": "1/1000", "kg": "1e3", "t": "1e6", "kt": "1e9", "Mt": "1e12", "jin": "500",
    "lb": "453.59237", "short ton": "907184.74", "long ton": "1016046.9088",
    "m": "1", "km": "1e3", "m2": "1", "km2": "1e6", "ha": "1e4", "mu": "2000/3", "m3": "1",
    "L": "1/1000", "mL": "1/1000000", "Nm3": "1", "Sm3": "27315/28815", "m3@20C": "27315/29315",
    "s": "1", "min": "60", "h": "3600", "day": "86400", "year": "31536000", "tkm": "1e9",
    "kgkm": "1e6", "vkm": "1e3", "vehicle": "1", "item": "1", "CNY": "1", "USD": "1", "EUR": "1",
    "m2*year": "31536000", "V": "1", "mV": "1/1000",
}  # fmt: skip


def test_every_unit_has_the_size_of_its_definition() -> None:
    sizes = {name: measures.measure(read(name)).size for name in table().units}
    expected = {name: Fraction(*map(Fraction, size.split("/"))) for name, size in SIZES.items()}
    assert sizes == expected


def test_zero_and_twenty_degrees_differ_by_seven_percent() -> None:
    assert units.factor("Nm3", "m3@20C") == pytest.approx(1.0732, abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("kg", "kg CO2e", "unit-mass-and-co2e"),
        ("t CO2e", "t", "unit-mass-and-co2e"),
        ("m3", "Nm3", "unit-gas-volume"),
        ("m3@20C", "L", "unit-gas-volume"),
        ("CNY", "USD", "unit-money"),
        ("EUR", "万元", "unit-money"),
        ("kWh", "kW", "unit-dimension"),
        ("kWh", "kg", "unit-dimension"),
        ("item", "1", "unit-dimension"),
        ("GJ/Nm3", "GJ/m3", "unit-dimension"),
    ],
)
def test_different_dimensions_do_not_convert(one: str, other: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.convert(1.0, one, other)
    (told,) = caught.value.problems
    assert told.code == code
    assert not units.same_dimension(one, other)
    assert units.dimension(one) != units.dimension(other)


def test_a_refused_conversion_names_both_dimensions_in_both_languages() -> None:
    with pytest.raises(UnitError) as caught:
        units.factor("kWh/t", "kg CO2e")
    english, chinese = caught.value.says("en"), caught.value.says("zh")
    assert "energy/mass" in english
    assert "climate impact" in english
    assert "能量/质量" in chinese
    assert "气候影响" in chinese
    assert "energy" not in chinese


@given(numbers, pairs)
def test_there_and_back_is_where_it_began(value: float, pair: tuple[str, str]) -> None:
    one, other = pair
    back = units.convert(units.convert(value, one, other), other, one)
    assert back == pytest.approx(value, rel=1e-12)


@given(pairs, pairs)
def test_the_factor_of_a_quotient_is_the_quotient_of_the_factors(
    above: tuple[str, str], below: tuple[str, str]
) -> None:
    one, other = (units.divide(*pair) for pair in zip(above, below, strict=True))
    parts = units.factor(*above) / units.factor(*below)
    assert units.factor(one, other) == pytest.approx(parts, rel=1e-12)


@given(st.sampled_from(NAMES), pairs)
def test_aligning_changes_the_writing_and_not_the_amount(one: str, pair: tuple[str, str]) -> None:
    other = units.divide(one, pair[0])
    number, aligned = units.aligned(pair[1], other)
    assert number * units.factor(aligned, other) == pytest.approx(1.0, rel=1e-12)


def test_what_is_aligned_cancels() -> None:
    number, aligned = units.aligned("万kWh", "kg CO2e/(GW*day)")
    assert (number, units.multiply("kWh", aligned)) == (1 / 24e6, "kg CO2e")
    assert units.aligned("kg", "1/tkm") == (0.001, "1/kgkm")


@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_products_and_quotients_undo_each_other(one: str, other: str) -> None:
    assert units.divide(units.multiply(one, other), other) == units.unit(one)
    assert units.multiply(one, units.power(one, -1)) == "1"
    assert units.multiply(one, other) == units.multiply(other, one)


def test_no_number_hides_in_a_product_of_names() -> None:
    assert units.divide("kg", "t") == "kg/t"
    assert units.multiply("t", "kg CO2e/kg") == "kg CO2e*t/kg"


@given(st.sampled_from(NAMES))
def test_the_root_of_a_square_is_where_it_began(name: str) -> None:
    assert units.square_root(units.power(name, 2)) == units.unit(name)


@pytest.mark.parametrize("unit", ["kg", "m3", "万m2*kg", "tkm", "千m2"])
def test_what_is_no_square_has_no_root(unit: str) -> None:
    with pytest.raises(UnitError, match="unit-root"):
        units.square_root(unit)


def test_a_unit_cannot_grow_without_bound() -> None:
    with pytest.raises(UnitError, match="unit-power"):
        units.power("m3", 5)


def test_every_dimension_has_one_text_and_a_chinese_name() -> None:
    texts = {}
    for name in NAMES:
        found = measures.measure(read(name)).dimension
        told = measures.dimension_text(found)
        assert told.zh != told.en
        assert texts.setdefault(told.en, found) == found


@pytest.fixture
def calls_of_pint(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count every reduction that pint is asked for, from empty caches."""
    calls: list[str] = []
    registry = measures.registry()
    for method in ("get_root_units", "get_dimensionality"):
        asked = getattr(registry, method)

        def counting(*args: object, asked: object = asked, method: str = method) -> object:
            calls.append(method)
            return asked(*args)  # type: ignore[operator]

        monkeypatch.setattr(registry, method, counting)
    measures.measure.cache_clear()
    yield calls
    measures.measure.cache_clear()


@pytest.mark.parametrize("length", [1, 1_000_000])
def test_pint_is_asked_as_often_for_a_million_values_as_for_one(
    calls_of_pint: list[str], length: int
) -> None:
    converted = units.convert(np.ones(length), "万kWh", "GJ")
    assert converted.shape == (length,)
    assert np.all(converted == 36.0)
    assert len(calls_of_pint) == 4
    units.convert(np.ones(3), "万千瓦时", "GJ")
    assert len(calls_of_pint) == 4


def test_a_whole_array_converts_as_its_elements_do() -> None:
    values = np.array([[0.1, -2.0], [3e9, 0.0]])
    converted = units.convert(values, "tce", "kWh")
    assert converted.tolist() == [[units.convert(x, "tce", "kWh") for x in row] for row in values]
    assert values[0, 0] == 0.1


@pytest.mark.parametrize("room", ["pcf.units", "pcf.expressions"])
def test_importing_the_room_neither_loads_pint_nor_reads_the_list(room: str) -> None:
    code = (
        f"import sys, {room}; from pcf.units.table import table; "
        "assert 'pint' not in sys.modules, 'pint'; "
        "assert table.cache_info().currsize == 0, 'list'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("written", ["3 foo", "3 kg/ton", "3 标方", "1,2 kg"])
def test_an_error_pickles_with_its_message(written: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.parse(written)
    arrived = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert arrived.problems == caught.value.problems
    assert arrived.says("zh") == caught.value.says("zh")
