"""Worked examples of residual mixes and of the two ladders, through the public interface.

Sources stand at each test. What was built here, because the specification names a case of which no
file exists: the issuance-based mix with a pool (from the formulas of the AIB's method, volumes of
our own) and the division of claims inside a plant (from the rule, volumes of our own).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pcf.background import join, link, open_background
from pcf.electricity.plant import divide_claims
from pcf.electricity.residual import (
    Claims,
    CombustionFactor,
    Mix,
    as_background,
    by_issuance,
    dual_report,
    implied_removed_share,
    life_cycle_residual,
    on_site,
    provincial_residuals,
    remaining_factor,
    residual_mixes,
    supplier_share,
    unclaimed_combustion,
    unclaimed_life_cycle,
)
from pcf.electricity.tracing import network_from_matrix
from pcf.errors import LinkError, ModelError
from pcf.model.amounts import Amount
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from pcf.background import Background

EXACT = {"rel": 1e-12, "abs": 1e-12}
ZONES = ("coal_north", "hydro_sw", "load_east")


@pytest.fixture(scope="module")
def background() -> Background:
    """Return the shipped edition."""
    return open_background("cn-public", edition="2026.1")


def test_three_provinces_traced_conserve_emissions_exactly() -> None:
    """The project's own example: a hydro province sells its attributes, and keeps few of them.

    Its location factor is low (0.02), its residual nine times that: who sold the certificates of
    cheap clean power cannot keep it as well.
    """
    grid = network_from_matrix(ZONES, [300, 200, 250], [[0, 10, 0], [0, 0, 0], [60, 120, 0]])
    claimed = {"coal_north": Claims(20, 0.012), "hydro_sw": Claims(90, 0.014)}
    claimed["load_east"] = Claims(10, 0.0)
    used = {"coal_north": 15.0, "hydro_sw": 15.0, "load_east": 90.0}
    result = provincial_residuals(
        grid,
        dict(zip(ZONES, (270.0, 4.0, 150.0), strict=True)),
        claims=claimed,
        used=used,
        family="combustion",
    )
    expected = {
        "location": [0.8716129032258064, 0.02, 0.47603900975243807],
        "attributes": [0.9209677419354839, 0.55, 0.8401350337584396],
        "available": [230.24193548387098, 38.5, 361.258064516129],
        "untracked": [235.0, 55.0, 340.0],
        "surplus": [0.0, 0.0, 21.258064516129025],
        "deficit": [4.758064516129025, 16.5, 0.0],
        "residual": [0.9376347470233853, 0.18674646275235615, 0.5643669970533084],
    }
    for name, values in expected.items():
        found = getattr(result, name)
        assert [found[zone] for zone in ZONES] == pytest.approx(values, rel=1e-12, abs=1e-9), name
    assert result.pool == pytest.approx(0.5643669970533084, **EXACT)
    assert result.gap == pytest.approx(0.0, abs=1e-9)
    unclaimed = sum(result.untracked[zone] * (result.residual[zone] or 0.0) for zone in ZONES)
    assert unclaimed + result.claimed_emissions == pytest.approx(424.0, **EXACT)
    assert result.claimed_emissions == pytest.approx(20 * 0.012 + 90 * 0.014, **EXACT)


@pytest.mark.parametrize(
    ("year", "average", "without", "removed"),
    [
        (2021, 0.5568, 0.5942, 0.0629417704476607),
        (2022, 0.5366, 0.5856, 0.08367486338797825),
        (2023, 0.5306, 0.6096, 0.12959317585301844),
    ],
)
def test_the_national_factor_without_market_traded_power(
    background: Background, year: int, average: float, without: float, removed: float
) -> None:
    """MEE and NBS, CO2 emission factors of electricity, data years 2021 to 2023.

    E / (G - G_traded), where what is traded emits nothing: the two factors say how much was traded.
    """
    assert implied_removed_share(average, without) == pytest.approx(removed, **EXACT)
    again = remaining_factor(average, 1.0, removed_emissions=0.0, removed_generation=removed)
    assert again == pytest.approx(without, **EXACT)
    factor = unclaimed_combustion(background, place="CN", period=Period.read(str(year)))
    assert (factor.value, factor.kind) == (without, "without market-traded non-fossil")


def test_the_announcement_agrees_with_itself() -> None:
    """The ministry's notes: without traded power 4.1 % up on 2022, the average 1.1 % down."""
    published = {"without": (0.5856, 0.6096, 4.1), "average": (0.5366, 0.5306, -1.1)}
    for before, now, change in published.values():
        assert round(100 * (now / before - 1), 1) == change


def test_regions_lie_within_their_provinces(background: Background) -> None:
    """Announcement 2025 No. 47 (data of 2023): a slip of one digit in one province would show."""
    rows = {
        row.place: row.process.exchanges[0].amount.value
        for row in background.processes
        if row.family == "combustion" and row.technology == "average" and row.year == 2023
    }
    from pcf.model.coverage import places  # noqa: PLC0415 - only this test asks for the tree

    for region in (code for code in rows if code.startswith("CN-GRID-")):
        members = [rows[code] for code in rows if places()[code].within == region]
        assert min(members) < rows[region] < max(members), region  # type: ignore[type-var]


def test_crs_residual_types_a_and_b() -> None:
    """el-006: formulas of the Center for Resource Solutions; the volumes are synthetic."""
    totals = {"emissions": 40e6, "generation": 100e6}
    removed = {"removed_emissions": 0.0, "removed_generation": 30e6}
    assert remaining_factor(**totals, **removed) == pytest.approx(0.5714285714285714, rel=1e-9)
    returned = {"returned_emissions": 0.0, "returned_generation": 20e6}
    assert remaining_factor(**totals, **removed, **returned) == pytest.approx(
        0.4444444444444444, rel=1e-9
    )


def test_standard_supply_of_2024() -> None:
    """el-002: The Granular Registry, standard supply reporting, PG&E 2024; printed 9,338 MWh."""
    covered = supplier_share(10_000, sales=80e6, cancelled=35.2e6, other=40e6, sold=0.5e6)
    assert covered == pytest.approx(9337.5, rel=1e-9)
    assert 10_000 * Amount(85, "kg/MWh").to("t/MWh").value == pytest.approx(850)  # type: ignore[operator]


def test_standard_supply_of_2022_in_pounds() -> None:
    """el-003: the same for 2022; 206 lb/MWh are printed as 93.4 kg/MWh, the total as 934 t."""
    covered = supplier_share(10_000, sales=78e6, cancelled=34.32e6, other=38.22e6)
    assert covered == pytest.approx(9300, rel=1e-9)
    kilograms = Amount(206, "lb/MWh").to("kg/MWh").value
    assert kilograms == pytest.approx(93.43999, rel=1e-4)


def test_both_methods_of_scope_2(background: Background) -> None:
    """1 GWh in Guangdong, 2023, 400 MWh claimed: 441.9 t by place, 365.76 t by market.

    With the average in the residual's place it would be 265.14 t: the claims counted twice.
    """
    year = Period.read("2023")
    row = background.row("electricity-co2-cn-gd-2023")
    assert row is not None
    place = row.process.exchanges[0].amount.value
    assert place is not None
    guangdong = CombustionFactor(place, "CN-GD", year, "provincial average", official=True)
    report = dual_report(
        Amount(1.0, "GWh"),
        [(Amount(400.0, "MWh"), 0.0)],
        location=guangdong,
        residual=unclaimed_combustion(background, place="CN-GD", period=year),
    )
    assert report.location_based.value == pytest.approx(441_900)
    assert report.market_based.value == pytest.approx(365_760)
    assert report.coverage == pytest.approx(0.4)
    assert (report.market_based.value or 0) > 600_000 * guangdong.value


@pytest.mark.parametrize(
    ("sold", "claimable", "null", "emitted"),
    [(0, 100, 0, 42.026), (50, 100, 0, 42.026), (90, 60, 40, 64.23), (150, 0, 100, 97.536)],
)
def test_attributes_of_on_site_power_that_are_sold(
    sold: float, claimable: float, null: float, emitted: float
) -> None:
    """The example's PV factor 0.0545 is a life-cycle one and its residual 0.6096 a combustion one.

    They do not go together: here both are plain numbers that stand for one boundary. What is tested
    is which kWh takes which.
    """
    site = on_site([0, 50, 80, 20], [40, 40, 40, 40], sold=sold, self_consumed_sellable=True)
    assert (site.self_consumed, site.exported, site.grid) == (100, 50, 60)
    assert (site.claimable, site.null) == (claimable, null)
    assert site.emissions(0.0545, 0.6096) == pytest.approx(emitted)


def test_green_certificates_of_self_consumption_cannot_be_sold() -> None:
    with pytest.raises(ModelError) as caught:
        on_site([0, 50, 80, 20], [40, 40, 40, 40], sold=90, self_consumed_sellable=False)
    (found,) = caught.value.problems
    assert found.code == "sold-beyond-export"
    assert "不可交易" in found.says("zh")


def test_issuance_based_mixes_of_three_areas_with_a_pool() -> None:
    """By hand, GWh. The volumes are ours; the formulas are those of the AIB's method (V1.0, 2020).

    A: 100 hydro, of which 80 issued and 5 expired, 20 gas: left 25 hydro + 20 gas = 45; consumed
    90, of it claimed 10: untracked 80, deficit 35. B: 60 nuclear, 90 coal, nothing issued: left
    150; consumed 150, claimed 30: untracked 120, surplus 30 (12 nuclear, 18 coal). C: 50 wind, 40
    issued, 30 coal: left 10 wind + 30 coal = 40; consumed 70, claimed 35: untracked 35, surplus 5
    (1.25 wind, 3.75 coal). The pool, 35, is 12 nuclear, 21.75 coal and 1.25 wind; A takes it all.
    """
    areas = [
        by_issuance(
            "A",
            {"hydro": 100, "gas": 20},
            issued={"hydro": 80},
            expired={"hydro": 5},
            consumed=90,
            claimed=10,
        ),
        by_issuance("B", {"nuclear": 60, "coal": 90}, issued={}, consumed=150, claimed=30),
        by_issuance("C", {"wind": 50, "coal": 30}, issued={"wind": 40}, consumed=70, claimed=35),
    ]
    result = residual_mixes(areas, unit="GWh")
    assert result.surplus == pytest.approx({"A": 0, "B": 30, "C": 5})
    assert result.deficit == pytest.approx({"A": 35, "B": 0, "C": 0})
    assert result.pool.volumes == pytest.approx({"nuclear": 12, "coal": 21.75, "wind": 1.25})
    assert result.gap == pytest.approx(0)
    mix = result.mixes["A"]
    assert mix.volumes == pytest.approx(
        {"hydro": 25, "gas": 20, "nuclear": 12, "coal": 21.75, "wind": 1.25}
    )
    assert mix.total == pytest.approx(80)
    assert result.mixes["B"].volumes == pytest.approx({"nuclear": 48, "coal": 72})
    assert result.mixes["C"].volumes == pytest.approx({"wind": 8.75, "coal": 26.25})


def test_claims_of_a_plant_over_its_products() -> None:
    """Ours: 1,000,003 Wh claimed in a month over three products; the parts sum to it exactly.

    In proportion 500,001.5, 333,334.3 and 166,667.2: the two Wh left by rounding down go to the
    largest remainders. With a meter of its own, the billets hold 400,000 and the rest is divided by
    what the others use.
    """
    used = {"ingot": 3_000_000, "billet": 2_000_000, "wire": 1_000_000}
    equal = divide_claims(1_000_003, used)
    assert equal == {"ingot": 500_002, "billet": 333_334, "wire": 166_667}
    named = divide_claims(1_000_003, used, designated={"billet": 400_000}, evidence="meter M7")
    assert sum(named.values()) == 1_000_003
    rest = 600_003
    shares = {"ingot": 3 / 5.6, "billet": 1.6 / 5.6, "wire": 1 / 5.6}
    for product, share in shares.items():
        first = 400_000 if product == "billet" else 0
        assert abs(named[product] - first - rest * share) < 1


def test_the_ladder_of_products_takes_a_residual_of_ours_to_the_meter(
    background: Background,
) -> None:
    """Generation of 2024 (TWh) less what is stated as claimed: coal, gas, hydro, nuclear, wind, PV.

    The volumes are illustrative. Residual at the generator = sum of share x the ministry's
    life-cycle factor of 2024; with transmission and losses 0.0327 at the meter.
    """
    volumes = {"coal": 5846.0, "gas": 320.0, "hydro": 1200.0, "nuclear": 450.0, "wind": 500.0}
    volumes["PV"] = 400.0
    factors = {"coal": 0.9240, "gas": 0.4503, "hydro": 0.0141, "nuclear": 0.0065, "wind": 0.0324}
    factors["PV"] = 0.0520
    by_hand = sum(volumes[k] * factors[k] for k in volumes) / sum(volumes.values())
    own = life_cycle_residual(
        Mix(volumes, "TWh"),
        background,
        place="CN",
        period=Period.read("2024"),
        source="illustrative",
    )
    assert own.value == pytest.approx(by_hand, rel=1e-12)
    factor = unclaimed_life_cycle(
        background, place="CN-GS", period=Period.read("2024"), residual=own
    )
    assert factor.value == pytest.approx(by_hand + 0.0327, rel=1e-12)
    assert factor.value > 0.5777


@pytest.mark.parametrize(
    "row", ["2023", "without-market-non-fossil-2023", "fossil-2023", "gs-2023"]
)
def test_combustion_factors_are_refused_in_a_product(background: Background, row: str) -> None:
    """0.5306, 0.6096, 0.8273 and the provinces: not even by their names."""
    with pytest.raises(LinkError) as caught:
        link(
            "electricity",
            unit="kWh",
            background=background,
            place="CN-GS",
            period=Period.read("2023"),
            provider=f"electricity-co2-cn-{row}",
        )
    (found,) = caught.value.problems
    assert found.code == "electricity-combustion"
    assert re.search(r"[\u4e00-\u9fff]", found.says("zh"))


def test_a_combustion_residual_of_ours_is_refused_in_a_product_as_well(
    background: Background,
) -> None:
    """As a type in the ladder, and as a row in linking."""
    year = Period.read("2023")
    traced = CombustionFactor(0.45, "CN-GS", year, "residual mix", source="traced here")
    with pytest.raises(ModelError) as caught:
        unclaimed_life_cycle(background, place="CN-GS", period=year, residual=traced)
    assert caught.value.problems[0].code == "combustion-in-product"
    own = as_background(traced)
    with pytest.raises(LinkError) as refused:
        link(
            "electricity",
            unit="kWh",
            background=join(background, own),
            place="CN-GS",
            period=year,
            provider=own.processes[0].id,
        )
    assert refused.value.problems[0].code == "electricity-combustion"
