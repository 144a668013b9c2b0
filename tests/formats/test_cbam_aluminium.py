"""A profile pressed from bought ingot: the precursor by hand, PFC in the potentials of CBAM."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import pcf
from pcf.declare import Company, Declaration, Product, declare_footprint
from pcf.formats.cbam import (
    CbamDetails,
    DefaultTable,
    ElectricityFactor,
    Precursor,
    default_value,
    embedded_emissions,
)
from pcf.formats.cbam.defaults import Default
from pcf.model.characterisation import CharacterisationSet

TABLE = DefaultTable(
    "2025/2621", "2026-07", (Default("China", "7601", "unwrought", 3.0, None, 3.0, "K"),)
)
FACTOR = ElectricityFactor(0.5306, "D.4.3.1", "MEE 2023")


def profile() -> Declaration:
    """One tonne of profile from 1.2 t of ingot, gas for billets, a press, a little PFC."""
    press = pcf.unit_process(
        "press",
        ("aluminium profile", "1 t"),
        takes={"aluminium ingot": "1.2 t", "natural gas, burnt in furnace": "3 GJ"},
        emits={"CF4": "0.001 kg", "CH4, fossil": "0.5 kg"},
        meters={"press": "900 kWh"},
    )
    far = [
        pcf.unit_process("smelter", ("aluminium ingot", "1 t"), emits={"CO2, fossil": "15000 kg"}),
        pcf.unit_process(
            "gas", ("natural gas, burnt in furnace", "1 GJ"), emits={"CO2, fossil": "56.1 kg"}
        ),
        pcf.unit_process("grid", ("electricity", "1 kWh"), emits={"CO2, fossil": "0.6 kg"}),
    ]
    system = pcf.product_system([press, *(replace(each, foreground=False) for each in far)])
    footprint = pcf.footprint(
        system,
        ("1 t", "aluminium profile"),
        CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8, "CF4": 7380}),
        electricity={"location": {"press": (("grid", 1.0),)}},
        context={"period": "2024", "place": "CN"},
    )
    return declare_footprint(
        footprint,
        product=Product("profile", cn_code="7604 21 00"),
        company=Company("示例铝材"),
        valid="2025",
        created=datetime(2026, 11, 20, tzinfo=UTC),
    )


OWN = 3 * 0.0561 + 0.001 * 6630 / 1000


def test_a_verified_precursor_by_hand() -> None:
    ingot = Precursor("aluminium ingot", "7601 10 00", "China", direct=1.66, indirect=7.2,
                      verified=True)  # fmt: skip
    found = embedded_emissions(profile(), CbamDetails(electricity=FACTOR, precursors=(ingot,)))
    assert found.direct == pytest.approx(OWN + 1.2 * 1.66, rel=1e-12)
    assert found.indirect == pytest.approx(0.9 * 0.5306 + 1.2 * 7.2, rel=1e-12)
    assert found.basis == found.direct
    assert found.information == pytest.approx(found.direct + 0.9 * 0.5306 + 8.64, rel=1e-12)
    assert found.share_default == 0.0


def test_a_default_value_with_its_mark_up_by_hand() -> None:
    default = default_value(TABLE, "7601 10 00", country="China", year=2027)
    ingot = Precursor("aluminium ingot", "7601 10 00", "China", default=default)
    found = embedded_emissions(profile(), CbamDetails(electricity=FACTOR, precursors=(ingot,)))
    bought = 1.2 * 3.0 * 1.2
    assert found.direct == pytest.approx(OWN + bought, rel=1e-12)
    assert found.share_default == pytest.approx(bought / (OWN + bought), rel=1e-12)


def test_the_footprint_is_another_number() -> None:
    declaration = profile()
    total = declaration.footprint.total / 1000
    assert total == pytest.approx(
        18.0 + 3 * 0.0561 + 0.54 + (0.001 * 7380 + 0.5 * 29.8) / 1000, rel=1e-12
    )
