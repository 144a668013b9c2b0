"""Land and carbon: signs, lines, twenty years, and what is refused rather than approximated."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.analysis import footprint
from pcf.errors import ModelError
from pcf.methods.crops import n2o_direct
from pcf.methods.declaration import require_one_edition
from pcf.methods.land import (
    Stocks,
    biogenic_uptake,
    land_use_change,
    mineralised,
    product_storage,
    soil_change,
    soil_stock,
    transition_shares,
)
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import UnitProcess

STOCK = st.floats(0.0, 200.0)
FIELD: dict[str, Any] = {
    "soil": "high-activity clay",
    "climate": "cool temperate dry",
    "edition": "2019",
}


def _codes(error: pytest.ExceptionInfo[ModelError]) -> list[str]:
    return [each.code for each in error.value.problems]


def _tonnes(value: float) -> Amount:
    return Amount(value, "t/ha")


@given(before=STOCK, after=STOCK, cause=st.sampled_from(["management", "land use"]))
@settings(max_examples=60, deadline=None)
def test_carbon_balances_and_a_loss_is_a_positive_emission(
    before: float, after: float, cause: str
) -> None:
    found = soil_change(
        before=_tonnes(before),
        after=_tonnes(after),
        cause=cause,
        edition="2019",
        time=Amount(20.0, "year"),
    )
    (row,) = found.exchanges
    assert row.elementary is not None
    assert row.elementary.direction == row.direction
    sign = 1 if row.direction == "output" else -1
    assert sign * (row.amount.value or 0) * 12 / 44 == pytest.approx(1000 * (before - after))
    assert (found["CO2"] >= 0) == (before >= after)
    line = "land management" if cause == "management" else "direct land-use change"
    assert found.lines == {line}


def test_before_and_after_exchanged_change_the_sign_alone() -> None:
    loss = soil_change(before=_tonnes(43), after=_tonnes(33.11), cause="management", edition="2019")
    gain = soil_change(before=_tonnes(33.11), after=_tonnes(43), cause="management", edition="2019")
    assert gain["CO2"] == -loss["CO2"]
    assert [gain.exchanges[0].flow, gain.exchanges[0].direction] == [
        "CO2, land management, removed",
        "input",
    ]


@given(stocks=st.lists(STOCK, min_size=6, max_size=6), since=st.floats(0.0, 40.0))
@settings(max_examples=40, deadline=None)
def test_land_use_change_is_the_sum_of_its_pools_for_twenty_years(
    stocks: list[float], since: float
) -> None:
    before, after = (
        Stocks(name, *map(_tonnes, three), source="survey")
        for name, three in (("before", stocks[:3]), ("after", stocks[3:]))
    )
    found = land_use_change(before, after, since=Amount(since, "year"), edition="2019")
    counted = since <= 20
    expected = (sum(stocks[:3]) - sum(stocks[3:])) / 20 * 1000 * 44 / 12 if counted else 0.0
    assert found["CO2"] == pytest.approx(expected, abs=1e-6)
    assert bool(found.exchanges) == counted
    codes = {each.code for each in found.findings}
    assert ("land-use-change-old" in codes) == (not counted)


def test_a_transition_without_sourced_stocks_is_refused_not_approximated() -> None:
    grass = Stocks("grassland", Amount(None, "t/ha"), _tonnes(0), _tonnes(43), "")
    crop = Stocks("crops", _tonnes(0), _tonnes(0), _tonnes(-33.11), "survey")
    with pytest.raises(ModelError) as error:
        land_use_change(grass, crop, since=Amount(5.0, "year"), edition="2019")
    assert _codes(error) == ["land-unsourced", "method-need-missing", "method-need-range"]


def test_a_case_that_no_source_covers_is_refused() -> None:
    crop = {"land_use": "annual crops", "management": "full tillage", "carbon_input": "medium"}
    with pytest.raises(ModelError) as error:
        soil_stock(**FIELD | {"edition": "2006"}, **crop)
    assert _codes(error) == ["published-none"] * 3
    with pytest.raises(ModelError) as error:
        soil_stock(**FIELD | {"soil": "spodic"}, **crop)
    assert _codes(error) == ["published-none"]
    with pytest.raises(ModelError) as error:
        soil_stock(**FIELD | {"climate": None}, **crop)
    assert _codes(error) == ["method-need-missing"]
    native = {"land_use": "native", "management": "none", "carbon_input": "none"}
    assert soil_stock(**FIELD | {"edition": "2006"}, **native)["stock"] == 50.0


def test_editions_of_soil_carbon_do_not_mix() -> None:
    native = {"land_use": "native", "management": "none", "carbon_input": "none"}
    with pytest.raises(ModelError):
        require_one_edition(
            [soil_stock(**FIELD | {"edition": each}, **native) for each in ("2006", "2019")]
        )


def test_lost_soil_carbon_sets_nitrogen_free() -> None:
    loss = soil_change(before=_tonnes(43), after=_tonnes(33.11), cause="management", edition="2019")
    row = mineralised(loss, carbon_nitrogen=Amount(10.0, "kg/kg"))
    assert row.rate == pytest.approx(1000 * (43 - 33.11) / 20 / 10)
    assert n2o_direct([row], climate="wet", edition="2019")["N2O-N"] == pytest.approx(
        row.rate * 0.006
    )
    gain = soil_change(before=_tonnes(33), after=_tonnes(43), cause="management", edition="2019")
    assert mineralised(gain, carbon_nitrogen=Amount(10.0, "kg/kg")).rate == 0.0


@given(grown=st.floats(0.0, 100.0), lost=st.lists(st.floats(0.1, 50.0), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_default_transitions_sum_to_the_expansion(grown: float, lost: list[float]) -> None:
    shrunk = {f"land {n}": Amount(each, "ha") for n, each in enumerate(lost)}
    estimate, shares = transition_shares(
        now=Amount(100.0, "ha"), before=Amount(100.0 - grown, "ha"), shrunk=shrunk
    )
    assert sum(each.share for each in shares) == pytest.approx(grown / 100)
    assert estimate["expanded"] == pytest.approx(grown / 100)


def test_a_crop_that_grew_from_nothing_is_refused() -> None:
    with pytest.raises(ModelError) as error:
        transition_shares(now=Amount(10.0, "ha"), before=Amount(5.0, "ha"), shrunk={})
    assert _codes(error) == ["transition-from-nothing"]
    kept, shares = transition_shares(now=Amount(5.0, "ha"), before=Amount(9.0, "ha"), shrunk={})
    assert (kept["expanded"], shares) == (0.0, ())


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"basis": "wet"}, "residues-dry-matter"),
        ({"basis": "dry", "dry_matter": Amount(0.2, "kg/kg")}, "residues-dry-twice"),
        ({"basis": None}, "method-need-missing"),
    ],
)
def test_wet_mass_is_not_taken_for_dry(given_: dict[str, Any], code: str) -> None:
    words: dict[str, Any] = {"mass": Amount(1.0, "t"), "carbon": Amount(0.42, "kg/kg")} | given_
    with pytest.raises(ModelError) as error:
        biogenic_uptake(**words)
    assert _codes(error) == [code]


def test_uptake_is_an_input_on_its_line() -> None:
    found = biogenic_uptake(mass=Amount(1.0, "kg"), basis="dry", carbon=Amount(0.5, "kg/kg"))
    (row,) = found.exchanges
    assert (row.direction, found.lines) == ("input", {"biogenic CO2 taken up"})
    assert (row.amount.value or 0) * 12 / 44 == pytest.approx(found["carbon"])


@pytest.mark.parametrize(
    ("years", "weighting", "share"),
    [
        (20.0, "ILCD 2010", 0.2),
        (300.0, "ILCD 2010", 1.0),
        (20.0, "PAS 2050:2008", 0.152),
        (50.0, "PAS 2050:2008", 0.5),
    ],
)
def test_delay_is_weighted_and_in_no_total(years: float, weighting: str, share: float) -> None:
    found = product_storage(
        carbon=Amount(12.0, "kg"), years=Amount(years, "year"), weighting=weighting
    )
    assert found["effect"] == pytest.approx(44 * share)
    board = UnitProcess("board", "board", Amount(1.0, "item"), found.exchanges)
    total = footprint(
        product_system([board]), ("1 item", "board"), CharacterisationSet.of("co2", {"CO2": 1})
    ).total
    assert total == 0.0
