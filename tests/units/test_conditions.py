"""What a unit does not say: bases of amounts, and the temperature of a gas."""

from __future__ import annotations

import pytest

from pcf import units
from pcf.errors import UnitError
from pcf.units.table import table


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("LHV", "lower heating value"), ("低位", "lower heating value"),
        ("低位发热量", "lower heating value"), ("NCV", "lower heating value"),
        ("HHV", "higher heating value"), ("高位热值", "higher heating value"),
        ("收到基", "as received"), ("AR", "as received"), ("空干基", "air-dried"),
        ("干燥基", "dry"), ("干基", "dry"), ("Dry Matter", "dry"), ("湿基", "wet"),
        ("金属量", "metal contained"), ("metal contained", "metal contained"),
        ("实物量", "gross mass"), ("含包装", "packed"), ("bare", "bare"),
    ],
)  # fmt: skip
def test_a_basis_is_read_in_both_languages(written: str, name: str) -> None:
    assert units.basis(written) == name


def test_every_canonical_basis_reads_as_itself() -> None:
    for each in table().bases.values():
        assert units.basis(each.name) == each.name


@pytest.mark.parametrize("written", ["gross", "net", "毛重", "标准", "lower higher", "d"])
def test_a_word_with_another_or_no_meaning_is_refused_with_the_list(written: str) -> None:
    with pytest.raises(UnitError, match="basis-unknown") as caught:
        units.basis(written)
    assert "lower heating value" in caught.value.problems[0].candidates


def test_a_heating_value_that_says_nothing_is_asked_lower_or_higher() -> None:
    with pytest.raises(UnitError, match="basis-missing") as caught:
        units.basis(" ", of="heating value")
    assert caught.value.problems[0].candidates == ("lower heating value", "higher heating value")


def test_coal_is_as_received_air_dried_or_dry_and_nothing_else() -> None:
    assert units.basis("干燥基", of="coal") == "dry"
    with pytest.raises(UnitError) as caught:
        units.basis("湿基", of="coal")
    expected = ("as received", "air-dried", "dry", "dry ash-free")
    assert caught.value.problems[0].candidates == expected


@pytest.mark.parametrize(
    ("unit", "candidates"),
    [
        ("m3", ("Nm3", "Sm3", "m3@20C")),
        ("万m³", ("万Nm3", "万Sm3", "万m3@20C")),
        ("GJ/m3", ("GJ/Nm3", "GJ/Sm3", "GJ/m3@20C")),
        ("kg CO2e/万m3", ("kg CO2e/万Nm3", "kg CO2e/万Sm3", "kg CO2e/万m3@20C")),
        ("L", ("Nm3", "Sm3", "m3@20C")),
    ],
)
def test_a_bare_volume_of_a_fuel_gas_is_asked_its_temperature(
    unit: str, candidates: tuple[str, ...]
) -> None:
    with pytest.raises(UnitError, match="gas-volume-temperature") as caught:
        units.require_gas_volume(unit, "天然气")
    assert caught.value.problems[0].candidates == candidates


@pytest.mark.parametrize("unit", ["Nm3", "Sm3", "万m3@20C", "GJ/Nm3", "kg", "GJ", "tkm", "kg/m2"])
def test_other_units_of_a_fuel_gas_pass(unit: str) -> None:
    units.require_gas_volume(unit, "natural gas")
