"""PFC and anodes: each published method, its coefficients per edition, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.declaration import require_one_edition
from pcf.methods.metals import (
    CarbonStream,
    anode_baking,
    anode_consumption,
    anode_effect_minutes,
    carbon_balance,
    coke_calcination,
    paste_consumption,
    pfc_by_overvoltage,
    pfc_by_slope,
    pfc_by_technology,
    pfc_measured,
)
from pcf.model.amounts import Amount

read = Amount.read
TONNE = read("1 t")
positive = st.floats(1e-3, 1e4)


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


# IPCC 2006, Vol. 3, Table 4.16; Implementing Regulation (EU) 2025/2547, Annex II, Table 2.
@pytest.mark.parametrize(
    ("technology", "edition", "cf4", "c2f6_per_cf4"),
    [
        ("CWPB", "2006", 0.143, 0.121),
        ("SWPB", "2006", 0.272, 0.252),
        ("VSS", "2006", 0.092, 0.053),
        ("HSS", "2006", 0.099, 0.085),
        ("PFPB L", "EU 2025", 0.122, 0.097),
        ("PFPB M", "EU 2025", 0.104, 0.057),
        ("SWPB", "EU 2025", 0.233, 0.280),
        ("VSS", "EU 2025", 0.058, 0.086),
        ("HSS", "EU 2025", 0.165, 0.077),
    ],
)
def test_one_anode_effect_minute_emits_the_slope(
    technology: str, edition: str, cf4: float, c2f6_per_cf4: float
) -> None:
    found = pfc_by_slope(
        aluminium=TONNE, technology=technology, minutes=read("1 min/day"), edition=edition
    )
    assert found["CF4"] == pytest.approx(cf4, rel=1e-12)
    assert found["C2F6"] == pytest.approx(cf4 * c2f6_per_cf4, rel=1e-12)
    assert [row.flow for row in found.exchanges] == ["CF4", "C2F6"]


def test_the_range_of_the_slope_reaches_the_gases() -> None:
    found = pfc_by_slope(
        aluminium=TONNE, technology="CWPB", minutes=read("1 min/day"), edition="2006"
    )
    cf4, c2f6 = (row.amount.spread for row in found.exchanges)
    assert (cf4.low, cf4.high) == (pytest.approx(0.13442), pytest.approx(0.15158))
    # 6 % and 11 % add in squares.
    assert c2f6.low == pytest.approx(0.143 * 0.121 * (1 - (0.06**2 + 0.11**2) ** 0.5))


def test_minutes_are_frequency_times_duration() -> None:
    minutes = anode_effect_minutes(frequency=read("0.05 1/day"), duration=read("120 s"))
    assert minutes == Amount(0.1, "min/day")
    found = pfc_by_slope(aluminium=TONNE, technology="CWPB", minutes=minutes, edition="2006")
    # 6-factors.md of the reference: .0143 + .00173 kg/t.
    assert found["CF4"] == pytest.approx(0.0143)
    assert found["C2F6"] == pytest.approx(0.00173, abs=5e-6)


def test_low_voltage_emissions_are_added_or_said_to_be_missing() -> None:
    stated = {"aluminium": TONNE, "technology": "PFPB M", "minutes": read("0.1 min/day")}
    without = pfc_by_slope(**stated, edition="EU 2025")
    assert "pfc-low-voltage" in [each.code for each in without.findings]
    with_it = pfc_by_slope(**stated, edition="EU 2025", low_voltage=read("0.01 kg/t"))
    assert "pfc-low-voltage" not in [each.code for each in with_it.findings]
    assert with_it["CF4"] == pytest.approx(without["CF4"] + 0.01)
    assert with_it["C2F6"] == without["C2F6"]


def test_recalled_coefficients_are_used_only_by_name() -> None:
    stated = {"aluminium": TONNE, "technology": "PFPB L", "minutes": read("1 min/day")}
    with pytest.raises(ModelError) as caught:
        pfc_by_slope(**stated, edition="2019")
    assert set(_codes(caught.value)) == {"published-unverified"}
    found = pfc_by_slope(**stated, edition="2019", unverified={"slope", "weight fraction"})
    assert found["CF4"] == pytest.approx(0.122)
    assert "published-unverified-used" in [each.code for each in found.findings]


def test_cells_without_a_default_measure() -> None:
    stated = {"aluminium": TONNE, "technology": "PFPB MW", "minutes": read("1 min/day")}
    with pytest.raises(ModelError) as caught:
        pfc_by_slope(**stated, edition="EU 2025")
    assert _codes(caught.value) == ["published-none", "published-none"]
    found = pfc_by_slope(
        **stated,
        edition="EU 2025",
        slope=read("0.1 kg*day/(t*min)"),
        weight_fraction=read("0.06 1"),
        low_voltage=read("0 kg/t"),
    )
    assert (found["CF4"], found.findings) == (pytest.approx(0.1), ())


def test_tier_1_is_always_a_finding_and_spans_its_range() -> None:
    found = pfc_by_technology(aluminium=TONNE, technology="CWPB", edition="2006")
    assert found.findings[0].code == "pfc-tier-1"
    spread = found.exchanges[0].amount.spread
    assert (spread.low, spread.high) == (pytest.approx(0.004), pytest.approx(1.92))


def test_the_recalled_chinese_default_needs_to_be_named() -> None:
    stated = {"aluminium": TONNE, "technology": "PFPB M", "edition": "GB/T 32151.4"}
    with pytest.raises(ModelError):
        pfc_by_technology(**stated)
    found = pfc_by_technology(**stated, unverified={"CF4 Tier 1", "C2F6 Tier 1"})
    assert found["CF4"] == 0.034


def test_current_efficiency_is_a_fraction() -> None:
    stated = {"aluminium": TONNE, "technology": "CWPB", "overvoltage": read("2 mV")}
    found = pfc_by_overvoltage(**stated, current_efficiency=read("94 %"), edition="2006")
    same = pfc_by_overvoltage(**stated, current_efficiency=read("0.94 1"), edition="2006")
    assert found["CF4"] == pytest.approx(same["CF4"])
    assert found["CF4"] == pytest.approx(1.16 * 2 / 0.94)
    with pytest.raises(ModelError) as caught:
        pfc_by_overvoltage(**stated, current_efficiency=read("94 1"), edition="2006")
    assert _codes(caught.value) == ["method-need-range"]


def test_overvoltage_has_no_soderberg_coefficients() -> None:
    with pytest.raises(ModelError) as caught:
        pfc_by_overvoltage(
            aluminium=TONNE,
            technology="VSS",
            overvoltage=read("2 mV"),
            current_efficiency=read("90 %"),
            edition="2006",
        )
    assert _codes(caught.value) == ["published-none", "published-none"]


def test_measured_pfc_need_the_collection_efficiency() -> None:
    with pytest.raises(ModelError) as caught:
        pfc_measured(cf4=read("1 kg"), c2f6=Amount(None, "kg"), collection=Amount(None, "1"))
    assert _codes(caught.value) == ["method-need-missing", "method-need-missing"]


def test_editions_of_pfc_do_not_mix() -> None:
    one = pfc_by_technology(aluminium=TONNE, technology="CWPB", edition="2006")
    other = pfc_by_slope(
        aluminium=TONNE, technology="CWPB", minutes=read("1 min/day"), edition="EU 2025"
    )
    with pytest.raises(ModelError):
        require_one_edition([one, other])


@given(positive, positive)
def test_pfc_scale_with_the_metal(tonnes: float, minutes: float) -> None:
    stated = {"technology": "CWPB", "edition": "2006", "minutes": Amount(minutes / 10, "min/day")}
    one = pfc_by_slope(aluminium=TONNE, **stated)
    many = pfc_by_slope(aluminium=Amount(tonnes, "t"), **stated)
    assert many["C2F6"] == pytest.approx(tonnes * one["C2F6"])


def test_net_anode_carbon_of_the_reference_study() -> None:
    found = anode_consumption(gross=read("480 kg"), butts=read("78.72 kg"))
    assert found["CO2"] == pytest.approx(1436, abs=0.5)
    spread = found.exchanges[0].amount.spread
    # Sulphur 1 to 3 %, ash 0.06 to 0.74 %: a percent of the carbon, not half of it.
    assert spread.low == pytest.approx(1436 * (1 - 0.0108), rel=1e-3)


# IAI alternative method, as in the GHG Protocol workbook: pitch 95 %, coke 98 %, packing 97 % C.
def test_the_anode_plant_and_the_smelter_as_one_balance() -> None:
    def stream(mass: str, carbon: str = "") -> CarbonStream:
        return CarbonStream(read(mass), read(carbon) if carbon else None)

    found = carbon_balance(
        "aluminium smelter with anode plant",
        edition="2006",
        inputs={
            "pitch": stream("70 kg"),
            "calcined coke": stream("330 kg"),
            "packing coke": stream("6 kg"),
            "anodes bought": stream("0 kg"),
        },
        outputs={"anodes sold": stream("0 kg"), "carbon waste": stream("4 kg", "90 %")},
    )
    carbon = 70 * 0.95 + 330 * 0.98 + 6 * 0.97 - 4 * 0.9
    assert found["CO2"] == pytest.approx(carbon * 44 / 12)


def test_more_butts_than_anodes_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        anode_consumption(gross=read("400 kg"), butts=read("401 kg"))
    assert _codes(caught.value) == ["anode-butts"]


@given(st.floats(1, 1000), st.floats(0, 0.99), st.floats(0, 0.05), st.floats(0, 0.05))
def test_anode_carbon_is_conserved(gross: float, butts: float, sulphur: float, ash: float) -> None:
    found = anode_consumption(
        gross=Amount(gross, "kg"),
        butts=Amount(gross * butts, "kg"),
        sulphur=Amount(sulphur, "1"),
        ash=Amount(ash, "1"),
    )
    assert found["CO2"] * 12 / 44 == pytest.approx(found["net"] * (1 - sulphur - ash))
    assert found.findings == ()


# 8-gap-factors.csv: 0.182 volatiles and 0.053 packing coke per kg of baked anode, 0.324 calcining.
def test_baking_and_calcining_give_the_reference_arithmetic() -> None:
    baked = anode_baking(green=read("1.055 t"), baked=TONNE, furnace="other furnace")
    assert baked["volatiles"] / 1000 == pytest.approx(0.182, abs=5e-4)
    assert baked["packing coke"] / 1000 == pytest.approx(0.053, abs=6e-4)
    stated = {"green": TONNE, "under_calcined": read("0 t")}
    for yield_, dust, expected in ((0.68, 0.075, 0.3242), (0.80, 0.0, 0.0745)):
        found = coke_calcination(**stated, calcined=Amount(yield_, "t"), dust=Amount(dust, "t"))
        assert found["CO2"] / (1000 * yield_) == pytest.approx(expected, abs=5e-5)


def test_defaults_of_calcining_that_contradict_the_plant_are_refused() -> None:
    with pytest.raises(ModelError) as caught:
        coke_calcination(
            green=TONNE, calcined=read("0.85 t"), under_calcined=read("0 t"), dust=read("0 t")
        )
    assert _codes(caught.value) == ["carbon-balance-negative"]


def test_paste_takes_measured_contents_in_place_of_the_published() -> None:
    stated = {"aluminium": TONNE, "paste": read("520 kg"), "technology": "HSS"}
    default = paste_consumption(**stated, kind="wet paste")
    drier = paste_consumption(**stated, kind="wet paste", pitch_hydrogen=read("0 %"))
    assert drier["carbon"] - default["carbon"] == pytest.approx(520 * 0.27 * 0.033)
