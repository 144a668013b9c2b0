"""Which factor applies: cancelled, not cancelled, a residual mix of zero (case el-010, a text).

Source: AIB, FAQ Residual Mix; the notes on it of Climatiq and Carbon+Alt+Delete (2025). Accounts of
an organisation: direct emissions of power plants, no biogenic CO2.
"""

from __future__ import annotations

import pytest

from pcf.background import open_background
from pcf.electricity.residual import (
    CombustionFactor,
    as_background,
    by_issuance,
    dual_report,
    residual_mixes,
    unclaimed_combustion,
)
from pcf.errors import ModelError
from pcf.model.amounts import Amount
from pcf.model.coverage import Period

YEAR = Period.read("2023")
PRODUCTION = CombustionFactor(0.40, "CN", YEAR, "national average", official=True)
RESIDUAL = CombustionFactor(0.60, "CN", YEAR, "residual mix")
USED = Amount(1000.0, "kWh")


def report(cancelled: float):
    claims = [(Amount(cancelled, "kWh"), 0.0)] if cancelled else []
    return dual_report(USED, claims, location=PRODUCTION, residual=RESIDUAL)


def test_what_is_cancelled_of_renewable_power_emits_nothing() -> None:
    assert report(1000.0).market_based.value == 0.0


def test_what_is_not_cancelled_has_the_residual_mix_of_the_country() -> None:
    assert report(0.0).market_based.value == pytest.approx(600.0)
    assert report(400.0).market_based.value == pytest.approx(360.0)


def test_by_place_it_is_the_production_mix_whatever_is_cancelled() -> None:
    assert {report(each).location_based.value for each in (0.0, 400.0, 1000.0)} == {400.0}


def test_a_published_residual_of_zero_is_not_a_factor() -> None:
    """Austria and Switzerland up to 2022: all is tracked; the next best is asked for."""
    zero = CombustionFactor(0.0, "CN", YEAR, "residual mix", official=True)
    background = open_background(edition="2026.1")
    with pytest.raises(ModelError) as refused:
        unclaimed_combustion(background, place="CN", period=YEAR, residual=zero)
    assert [each.code for each in refused.value.problems] == ["residual-zero"]
    assert unclaimed_combustion(background, place="CN", period=YEAR).value == 0.6096


def test_expired_certificates_go_back_into_the_residual_mix() -> None:
    volumes = {"coal": 60.0, "wind": 40.0}
    shares = []
    for expired in (0.0, 10.0):
        area = by_issuance(
            "A",
            volumes,
            issued={"wind": 30.0},
            expired={"wind": expired},
            consumed=100.0,
            claimed=30.0 - expired,
        )
        shares.append(residual_mixes([area]).mixes["A"].shares["wind"])
    assert shares == [pytest.approx(10 / 70), pytest.approx(20 / 80)]


def test_direct_emissions_only_and_fossil_ones() -> None:
    (row,) = as_background(RESIDUAL).processes
    (exchange,) = row.process.exchanges
    assert (exchange.flow, row.boundary) == ("CO2, fossil", "combustion only")
