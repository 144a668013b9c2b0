"""Nitrogen on fields: balances close, climates and editions are asked for, masses not confused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.crops import (
    Nitrogen,
    lime_co2,
    n2o_direct,
    n2o_leached,
    n2o_volatilised,
    nitrogen,
    residue_burning,
    residues,
    returned,
    urea_co2,
)
from pcf.methods.declaration import require_one_edition
from pcf.model.amounts import Amount

RATES = st.floats(0.0, 500.0)
SHARES = st.floats(0.0, 1.0)
CLIMATES = st.sampled_from(["wet", "dry", "unknown"])
EDITIONS = st.sampled_from(["2006", "2019"])
UREA = nitrogen("synthetic", Amount(100.0, "kg/ha"), basis="nutrient", fertiliser="unspecified")


def _codes(error: pytest.ExceptionInfo[ModelError]) -> list[str]:
    return [each.code for each in error.value.problems]


def _one(value: float) -> Amount:
    return Amount(value, "1")


@given(
    rates=st.lists(RATES, min_size=4, max_size=4),
    climate=CLIMATES,
    irrigation=st.sampled_from(["none", "drip", "other"]),
    edition=EDITIONS,
)
@settings(max_examples=60, deadline=None)
def test_no_more_nitrogen_leaves_than_was_put_on(
    rates: list[float], climate: str, irrigation: str, edition: str
) -> None:
    inputs = [
        Nitrogen(kind, Amount(rate, "kg/ha"), "unspecified" if kind == "synthetic" else "")
        for kind, rate in zip(
            ("synthetic", "organic", "residues", "mineralised"), rates, strict=True
        )
    ]
    direct = n2o_direct(inputs, climate=climate, edition=edition)
    volatile = n2o_volatilised(inputs, climate=climate, edition=edition)
    leached = n2o_leached(inputs, climate=climate, irrigation=irrigation, edition=edition)
    lost = direct["N2O-N"] + volatile["N volatilised"] + leached["N leached"]
    assert direct["N"] == pytest.approx(sum(rates))
    assert lost <= direct["N"] * (1 + 1e-12)
    assert volatile["N2O-N"] <= volatile["N volatilised"]
    assert leached["N2O-N"] <= leached["N leached"]
    for estimate in (direct, volatile, leached):
        emitted = sum(row.amount.value or 0 for row in estimate.exchanges)
        assert emitted == pytest.approx(estimate["N2O-N"] * 44 / 28)
        assert estimate.lines <= {"biogenic CH4 and N2O"}
        assert (estimate.edition, estimate.tier) == (edition, "tier 1")


@given(rate=st.floats(1.0, 500.0), factor=st.floats(0.1, 100.0), climate=CLIMATES)
@settings(max_examples=30, deadline=None)
def test_emissions_scale_with_area_and_with_rate(rate: float, factor: float, climate: str) -> None:
    def total(kilograms: float, hectares: float) -> float:
        rows = [Nitrogen("synthetic", Amount(kilograms, "kg/ha"), "urea")]
        area = Amount(hectares, "ha")
        return sum(
            row.amount.value or 0
            for found in (
                n2o_direct(rows, climate=climate, edition="2019", area=area),
                n2o_volatilised(rows, climate=climate, edition="2019", area=area),
                n2o_leached(rows, climate=climate, irrigation="none", edition="2019", area=area),
            )
            for row in found.exchanges
        )

    assert total(rate * factor, 1.0) == pytest.approx(total(rate, factor))
    assert total(rate, factor) == pytest.approx(factor * total(rate, 1.0))


@pytest.mark.parametrize(
    ("climate", "irrigation", "leaches"),
    [
        ("wet", "none", True),
        ("wet", "drip", True),
        ("dry", "none", False),
        ("dry", "drip", False),
        ("dry", "other", True),
        ("unknown", "none", True),
    ],
)
@pytest.mark.parametrize(("edition", "fraction"), [("2019", 0.24), ("2006", 0.30)])
def test_leaching_follows_climate_and_irrigation(
    climate: str, irrigation: str, leaches: bool, edition: str, fraction: float
) -> None:
    found = n2o_leached([UREA], climate=climate, irrigation=irrigation, edition=edition)
    assert found["N leached"] == pytest.approx(100 * fraction if leaches else 0.0)
    assert bool(found.exchanges) == leaches


def test_an_unknown_climate_is_a_statement_with_findings() -> None:
    direct = n2o_direct([UREA], climate="unknown", edition="2019")
    assert direct["N2O-N"] == pytest.approx(1.0)
    assert [each.code for each in direct.findings] == ["climate-unknown"]
    leached = n2o_leached([UREA], climate="unknown", irrigation="none", edition="2019")
    assert [each.code for each in leached.findings] == ["leaching-assumed"]


def test_a_missing_climate_edition_or_irrigation_is_refused_together() -> None:
    with pytest.raises(ModelError) as error:
        n2o_leached([UREA], climate=None, irrigation=None, edition=None)
    assert _codes(error) == ["method-need-missing"] * 3
    assert error.value.problems[0].candidates == ("wet", "dry", "unknown")
    with pytest.raises(ModelError) as error:
        n2o_direct([UREA], climate="tropical", edition="1996", area=Amount(-1.0, "ha"))
    assert _codes(error) == ["method-need-word", "method-need-range", "method-need-word"]


def test_editions_never_mix_in_one_study() -> None:
    old = n2o_direct([UREA], climate="dry", edition="2006")
    new = n2o_volatilised([UREA], climate="dry", edition="2019")
    with pytest.raises(ModelError) as error:
        require_one_edition([old, new])
    assert _codes(error) == ["method-editions-mixed"]
    require_one_edition([new, urea_co2(urea=Amount(1.0, "kg"), edition="2019")])


def test_nutrient_and_product_mass_are_not_confused() -> None:
    amount = Amount(300.0, "kg/ha")
    for given_, code in (
        ({"basis": "product"}, "nitrogen-content"),
        ({"basis": "nutrient", "content": Amount(46.0, "%")}, "nitrogen-twice"),
        ({"basis": None}, "method-need-missing"),
        ({"basis": "product", "content": Amount(4.6, "kg/kg")}, "method-need-range"),
    ):
        words: dict[str, Any] = dict(given_)
        with pytest.raises(ModelError) as error:
            nitrogen("synthetic", amount, **words)
        assert code in _codes(error)
    with pytest.raises(ModelError) as error:
        nitrogen("synthetic", Amount(-5.0, "kg/ha"), basis="nutrient")
    assert _codes(error) == ["method-need-range"]
    with pytest.raises(ModelError) as error:
        nitrogen("organic", amount, basis="nutrient", fertiliser="urea")
    assert _codes(error) == ["nitrogen-fertiliser"]


def test_a_product_holds_its_content_of_nitrogen() -> None:
    found = nitrogen("organic", Amount(7.0, "t/ha"), basis="product", content=Amount(0.5, "%"))
    assert found.rate == pytest.approx(35.0)


def test_more_nitrogen_than_a_crop_can_take_is_a_finding() -> None:
    found = nitrogen("synthetic", Amount(900.0, "kg/ha"), basis="nutrient")
    assert [each.code for each in found.findings] == ["nitrogen-much"]
    direct = n2o_direct([found], climate="dry", edition="2019")
    assert [each.code for each in direct.findings] == ["nitrogen-much"]


def test_what_volatilises_of_a_recalled_fraction_must_be_accepted() -> None:
    row = nitrogen(
        "synthetic", Amount(100.0, "kg/ha"), basis="nutrient", fertiliser="ammonium-based"
    )
    with pytest.raises(ModelError) as error:
        n2o_volatilised([row], climate="dry", edition="2019")
    assert _codes(error) == ["published-unverified"]
    found = n2o_volatilised([row], climate="dry", edition="2019", unverified={"FracGASF"})
    assert [each.code for each in found.findings] == ["published-unverified-used"]


@given(
    harvest=st.floats(0.1, 60.0),
    removed=SHARES,
    burnt=SHARES,
    combustion=SHARES,
    edition=EDITIONS,
)
@settings(max_examples=60, deadline=None)
def test_residue_nitrogen_and_dry_matter_balance(
    harvest: float, removed: float, burnt: float, combustion: float, edition: str
) -> None:
    burnt *= 1 - removed
    found = residues(
        "potato",
        harvest=Amount(harvest, "t/ha"),
        basis="dry",
        edition=edition,
        removed=_one(removed),
        burnt=_one(burnt),
        combustion=_one(combustion),
    )
    total = found["N above ground"] + found["N below ground"]
    parts = found["N returned"] + found["N removed"] + found["N burnt"]
    assert parts == pytest.approx(total)
    assert found["removed"] + found["burnt"] <= found["above ground"] * (1 + 1e-9)
    assert returned(found).rate == found["N returned"]
    assert found["below ground"] == pytest.approx((harvest + found["above ground"]) * 0.2)


def test_residues_of_perennials_count_in_the_year_of_renewal() -> None:
    common = {"harvest": Amount(4.0, "t/ha"), "basis": "dry", "edition": "2019"}
    yearly = residues("potato", **common)  # type: ignore[arg-type]
    fifth = residues("potato", **common, renewal=_one(0.2))  # type: ignore[arg-type]
    assert fifth["N returned"] == pytest.approx(yearly["N returned"] / 5)


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"basis": "wet"}, "residues-dry-matter"),
        ({"basis": "dry", "dry_matter": Amount(0.22, "kg/kg")}, "residues-dry-twice"),
        ({"basis": "dry", "burnt": Amount(0.5, "1")}, "residues-combustion"),
        (
            {
                "basis": "dry",
                "burnt": Amount(0.6, "1"),
                "removed": Amount(0.6, "1"),
                "combustion": Amount(0.85, "1"),
            },
            "residues-shares",
        ),
        ({"basis": "dry", "harvest": Amount(-20.0, "t/ha")}, "method-need-range"),
        ({"basis": None}, "method-need-missing"),
        ({"basis": "dry", "measured": {"slope": Amount(0.1, "kg/kg")}}, "residues-parameter"),
    ],
)
def test_residues_refuse_what_contradicts_itself(given_: dict[str, Any], code: str) -> None:
    words: dict[str, Any] = {"harvest": Amount(20.0, "t/ha"), "edition": "2019"} | given_
    with pytest.raises(ModelError) as error:
        residues("potato", **words)
    assert code in _codes(error)


def test_a_crop_without_published_residues_takes_measured_ones() -> None:
    common: dict[str, Any] = {"harvest": Amount(2.0, "t/ha"), "basis": "dry", "edition": "2019"}
    with pytest.raises(ModelError) as error:
        residues("Angelica", **common)
    assert _codes(error) == ["published-none"] * 4
    measured = {
        "R_AG": Amount(0.5, "kg/kg"),
        "RS": Amount(0.1, "kg/kg"),
        "N_AG": Amount(1.5, "%"),
        "N_BG": Amount(1.0, "%"),
    }
    found = residues("Angelica", **common, measured=measured)
    assert found["N returned"] == pytest.approx(1000 * 0.015 + 300 * 0.01)


def test_lime_and_urea_set_their_carbon_free() -> None:
    urea = urea_co2(urea=Amount(100.0, "kg"), edition="2019")
    assert urea.exchanges[0].amount.value == pytest.approx(urea["C"] * 44 / 12)
    assert urea.lines == {"fossil"}
    with pytest.raises(ModelError) as error:
        lime_co2(lime="quicklime", amount=Amount(1.0, "t"), edition="2019")
    assert _codes(error) == ["method-need-word"]


def test_burning_of_2006_stands_on_a_recalled_factor() -> None:
    with pytest.raises(ModelError) as error:
        residue_burning(burnt=Amount(1.0, "t"), edition="2006")
    assert _codes(error) == ["published-unverified"]
    found = residue_burning(burnt=Amount(1.0, "t"), edition="2006", unverified={"Gef CH4"})
    assert found.lines == {"biogenic CH4 and N2O"}
