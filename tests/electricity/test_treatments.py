"""What a kilowatt-hour counts by: DESIGN 'What the number is' 6 as a table, and its refusals.

The factors of the announcements are written here once more, so that a change of the shipped data,
or one of the well-known mistakes (wind without transmission, transmission added to the average, a
combustion factor in a product), fails a test.
"""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf.analysis.computing import footprint
from pcf.background import (
    Background,
    characterisation_set,
    closure,
    factor_set,
    join,
    open_background,
)
from pcf.electricity import Share, Supply, Treatment, treatment
from pcf.errors import LinkError, ModelError, PcfError, Problem
from pcf.model.building import product_system
from pcf.model.coverage import Coverage, Period
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.supply import Losses

# kg CO2e/kWh by the announcements of 2025 (carbon footprint factors of electricity).
PUBLISHED = {
    2023: {
        "average": 0.6205,
        "coal": 0.9440,
        "gas": 0.4792,
        "hydro": 0.0143,
        "nuclear": 0.0065,
        "wind": 0.0336,
        "PV": 0.0545,
        "CSP": 0.0313,
        "biomass": 0.0457,
    },
    2024: {
        "average": 0.5777,
        "coal": 0.9240,
        "gas": 0.4503,
        "hydro": 0.0141,
        "nuclear": 0.0065,
        "wind": 0.0324,
        "PV": 0.0520,
        "CSP": 0.0312,
        "biomass": 0.0404,
    },
}
WITH_LOSSES = {2024: 0.0327}
WITHOUT_LOSSES = {2023: 0.0036, 2024: 0.0046}
UNVERIFIED_2023 = frozenset({"electricity-td-2023-unverified"})
EVIDENCE = "registry record 2024-12-31"
TECHNOLOGIES = [each for each in PUBLISHED[2024] if each != "average"]


@pytest.fixture(scope="module")
def background() -> Background:
    """Return the shipped edition."""
    return open_background("cn-public", edition="2026.1")


def intensities(background: Background) -> dict[str, float]:
    """Return kg CO2e per kWh of every row of electricity, by hand."""
    rows = [row.process for row in background.processes if row.unit == "kWh"]
    return {
        row.id: sum(known(each.amount.value) for each in row.exchanges) / known(row.amount.value)
        for row in rows
    }


def known(value: float | None) -> float:
    """Return a number that is known."""
    assert value is not None
    return value


def treated(
    name: str,
    supply: Supply | None,
    background: Background,
    year: int | str = 2024,
    unverified: frozenset[str] = frozenset(),
) -> Treatment:
    """Return a treatment of the meter 'potline' in Gansu."""
    return treatment(
        name,
        {} if supply is None else {"potline": supply},
        meters=["potline"],
        background=background,
        coverage=Coverage("CN-GS", Period.read(str(year))),
        unverified=unverified,
    )


def factor(result: Treatment, background: Background) -> float:
    """Return the factor of the potline, kg CO2e/kWh."""
    return result.factor("potline", intensities(background))


def refused(*asked: object, **more: object) -> Problem:
    """Return the first problem of a treatment, which says itself in both languages."""
    with pytest.raises(LinkError) as caught:
        treated(*asked, **more)  # type: ignore[arg-type]
    found = caught.value.problems[0]
    assert re.search(r"[\u4e00-\u9fff]", found.says("zh"))
    assert not re.search(r"[\u4e00-\u9fff]", found.says("en"))
    return found


def wind(losses: Losses = "published", evidence: str | None = EVIDENCE) -> Supply:
    """Return wind through the public grid."""
    return Supply((Share("wind"),), evidence, losses)


# Treatment, shares, year: the factor that DESIGN 'What the number is' 6 asks for.
TABLE: dict[str, tuple[str, tuple[Share, ...], int, float]] = {
    "location 2024: the average, nothing added": ("location", (), 2024, 0.5777),
    "location 2023: the average, nothing added": ("location", (), 2023, 0.6205),
    "location knows no wind": ("location", (Share("wind"),), 2024, 0.5777),
    "wind through the grid": ("market:CN-GEC", (Share("wind"),), 2024, 0.0324 + 0.0327),
    "PV through the grid": ("market:CN-GEC", (Share("光伏"),), 2024, 0.0520 + 0.0327),
    "hydro through the grid": ("market:CN-GEC", (Share("水电"),), 2024, 0.0141 + 0.0327),
    "wind on site": ("market:CN-GEC", (Share("wind", connection="on-site"),), 2024, 0.0324),
    "coal on site": ("physical", (Share("coal", connection="on-site"),), 2024, 0.9240),
    "wind on site 2023": ("market:CN-GEC", (Share("wind", connection="on-site"),), 2023, 0.0336),
    "wind by a direct line": (
        *("market:CN-GEC", (Share("wind", 1.0, "direct line", 0.02),), 2024),
        0.0324 / 0.98,
    ),
    "half wind, half average": (
        *("market:CN-GEC", (Share("wind", 0.5), Share("average", 0.5)), 2024),
        0.5 * (0.0324 + 0.0327) + 0.5 * 0.5777,
    ),
    "wind by grid and on site": (
        *("market:X", (Share("wind", 0.25), Share("wind", 0.75, "on-site")), 2024),
        0.0324 + 0.25 * 0.0327,
    ),
    "physical: certificates are ignored": ("physical", (Share("wind"),), 2024, 0.5777),
    "physical: on site by its own factor, grid by the average": (
        *("physical", (Share("PV", 0.2, "on-site"), Share("wind", 0.8)), 2024),
        0.2 * 0.0520 + 0.8 * 0.5777,
    ),
    "physical: a direct line by its own factor": (
        *("physical", (Share("wind", 1.0, "direct line", 0.0),), 2024),
        0.0324,
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_kilowatt_hour_counts_as_design_says(case: str, background: Background) -> None:
    name, shares, year, wanted = TABLE[case]
    supply = Supply(shares, EVIDENCE) if shares else None
    result = treated(name, supply, background, year)
    assert factor(result, background) == pytest.approx(wanted, rel=1e-12)
    assert result.name == name


@pytest.mark.parametrize("year", PUBLISHED)
@pytest.mark.parametrize("technology", TECHNOLOGIES)
def test_every_technology_is_that_of_its_announcement(
    technology: str, year: int, background: Background
) -> None:
    published = PUBLISHED[year][technology]
    on_site = treated("physical", Supply((Share(technology, 1.0, "on-site"),)), background, year)
    assert factor(on_site, background) == published
    if year in WITH_LOSSES:
        by_grid = treated("market:X", Supply((Share(technology),), EVIDENCE), background, year)
        assert factor(by_grid, background) == pytest.approx(published + WITH_LOSSES[year])


# The ways to count the losses of the grid; 2024 by the published factors.
RATIO = (0.0327 - 0.0046) / 0.5777
LOSS_TABLE: dict[Losses, float] = {
    "published": 0.0324 + 0.0327,
    "ignored": 0.0324 + 0.0046,
    "gross_up": 0.0324 * (1 + RATIO) + 0.0046,
    "residual": 0.0324 + 0.0046 + RATIO * 0.5777,
}


@pytest.mark.parametrize("losses", LOSS_TABLE)
def test_losses_are_counted_as_the_option_says(losses: Losses, background: Background) -> None:
    result = treated("market:X", wind(losses), background)
    assert factor(result, background) == pytest.approx(LOSS_TABLE[losses], rel=1e-12)
    derived = [each for each in result.findings if each.code == "loss-derived"]
    assert [each.facts["loss"] for each in derived] == (
        ["4.64"] if losses in ("gross_up", "residual") else []
    )


def test_residual_losses_are_those_that_were_published(background: Background) -> None:
    """The derived loss gives back the published factor: the average was the residual power."""
    published = factor(treated("market:X", wind(), background), background)
    residual = factor(treated("market:X", wind("residual"), background), background)
    assert residual == pytest.approx(published, rel=1e-12)


def demonstration(loss: float, infrastructure: float, average: float, wind_: float) -> Background:
    """Return a year whose published factors were made with a loss of the grid."""
    full = infrastructure + loss / (1 - loss) * average
    rows = {
        "average": average,
        "wind": wind_,
        "with losses": full,
        "without losses": infrastructure,
    }
    own = factor_set(
        "own",
        {name: f"{value!r} kg CO2e/kWh" for name, value in rows.items()},
        source="worked example",
        place="CN",
        period=Period.read("2023"),
    )
    at = {"average": "delivered", "wind": "generator"}
    processes = tuple(
        replace(
            row,
            at=at.get(row.process.product, "transmission"),  # type: ignore[arg-type]
            technology=row.process.product,
        )
        for row in own.processes
    )
    return replace(own, processes=processes)


@pytest.mark.parametrize(
    ("losses", "wanted"),
    [
        ("ignored", 0.037599999999999995),
        ("gross_up", 0.03936842105263158),
        ("residual", 0.0702578947368421),
    ],
)
def test_the_worked_example_of_a_grid_with_five_percent_loss(losses: Losses, wanted: float) -> None:
    """Wind 0.0336, infrastructure 0.004, average 0.6205: 0.0376, 0.0394 and 0.0703 kg/kWh."""
    example = demonstration(0.05, 0.004, 0.6205, 0.0336)
    result = treated("market:X", wind(losses), example, 2023)
    assert factor(result, example) == pytest.approx(wanted, rel=1e-9)


def test_certificates_for_the_losses_are_one_over_one_minus_loss() -> None:
    example = demonstration(0.05, 0.004, 0.6205, 0.0336)
    weights = dict(treated("market:X", wind("gross_up"), example, 2023).meters["potline"])
    assert weights["own: wind"] == pytest.approx(1.0526315789473684)


def test_wind_of_2023_is_refused_unless_the_study_names_the_transmission(
    background: Background,
) -> None:
    found = refused("market:X", wind(), background, 2023)
    assert found.code == "link-unverified"
    assert "electricity-td-2023-unverified" in found.candidates
    assert found.where.item == "potline"
    named = treated("market:X", wind(), background, 2023, UNVERIFIED_2023)
    assert factor(named, background) == pytest.approx(0.0336 + 0.0463)
    assert "unverified-used" in [each.code for each in named.findings]


def test_wind_of_2023_without_losses_needs_no_unverified_row(background: Background) -> None:
    ignored = treated("market:X", wind("ignored"), background, 2023)
    assert factor(ignored, background) == pytest.approx(0.0336 + WITHOUT_LOSSES[2023])
    assert refused("market:X", wind("gross_up"), background, 2023).code == "link-unverified"


@pytest.mark.parametrize("year", [2022, 2025, "2024-07/2025-06"])
@pytest.mark.parametrize("name", ["location", "market:X", "physical"])
def test_another_year_is_refused_with_the_years_there_are(
    name: str, year: int | str, background: Background
) -> None:
    found = refused(name, wind(), background, year)
    assert found.code == "electricity-year"
    assert {"2023", "2024"} <= set(re.findall(r"20\d\d", " ".join(found.candidates[:2])))


@pytest.mark.parametrize(
    "technology",
    [
        "fossil",
        "average without market-traded non-fossil",
        "electricity-co2-cn-2023",
        "electricity-co2-cn-gs-2023",
    ],
)
def test_a_combustion_factor_explains_itself(technology: str, background: Background) -> None:
    """0.8273, 0.6096, 0.5306 and the provinces are for accounts, not for products."""
    supply = Supply((Share(technology),), EVIDENCE)
    found = refused("market:X", supply, background, 2023)
    assert found.code == "electricity-combustion"
    assert "life-cycle factor" in found.says("en")
    assert "生命周期因子" in found.says("zh")


def test_an_unknown_technology_is_refused_with_those_there_are(background: Background) -> None:
    found = refused("market:X", Supply((Share("geothermal"),)), background)
    assert found.code == "technology-unknown"
    assert set(TECHNOLOGIES) <= set(found.candidates)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("green", "treatment-unknown"),
        ("market", "treatment-profile"),
        ("market: ", "treatment-profile"),
        ("location:CN", "treatment-unknown"),
        ("", "treatment-unknown"),
    ],
)
def test_a_name_that_is_no_treatment_is_refused(
    name: str, code: str, background: Background
) -> None:
    found = refused(name, None, background)
    forms = ("location", "market:<profile>", "physical", "provincial proxy")
    assert (found.code, found.candidates) == (code, forms)


def test_every_problem_of_every_meter_comes_together(background: Background) -> None:
    supplies = {
        "potline": Supply((Share("geothermal"),)),
        "casting": Supply((Share("fossil"),)),
        "potlin": wind(),
    }
    with pytest.raises(LinkError) as caught:
        treatment(
            "market:X",
            supplies,
            meters=["potline", "casting"],
            background=background,
            coverage=Coverage("CN", Period.read("2024")),
        )
    codes = {each.where.item: each.code for each in caught.value.problems}
    assert codes == {
        "potline": "technology-unknown",
        "casting": "electricity-combustion",
        "potlin": "supply-meter",
    }


def test_a_treatment_without_a_period_is_refused(background: Background) -> None:
    with pytest.raises(LinkError, match="treatment-period"):
        treatment("location", {}, meters=[], background=background, coverage=Coverage("CN"))


def findings(result: Treatment) -> list[str]:
    """Return the codes of the findings."""
    return [each.code for each in result.findings]


def test_market_without_evidence_is_planned_and_not_certifiable(background: Background) -> None:
    planned = treated("market:X", wind(evidence=None), background)
    assert "electricity-planned" in findings(planned)
    assert not planned.certifiable
    (plan,) = [each for each in planned.findings if each.code == "electricity-planned"]
    assert plan.where.item == "potline"
    assert "not certifiable" in plan.says("en")
    assert "不可认证" in plan.says("zh")
    assert treated("market:X", wind(), background).certifiable
    assert findings(treated("market:X", wind(), background)) == ["evidence-named"]


def test_location_and_physical_rest_on_no_certificate(background: Background) -> None:
    for name in ("location", "physical"):
        result = treated(name, wind(evidence=None), background)
        assert result.certifiable
        assert findings(result) == ["average-delivered"]


def test_unclaimed_power_under_market_says_that_there_is_no_residual_mix(
    background: Background,
) -> None:
    assert findings(treated("market:X", None, background)) == [
        "residual-missing",
        "average-delivered",
    ]


def test_the_average_comes_by_the_grid_only(background: Background) -> None:
    supply = Supply((Share("average", connection="on-site"),), EVIDENCE)
    assert refused("market:X", supply, background).code == "average-not-grid"


def test_an_own_plant_of_the_province_serves_its_meter(background: Background) -> None:
    own = factor_set(
        *("own", {"captive coal": "1.02 kg CO2e/kWh"}),
        source="own measurement",
        place="CN-GS",
        period=Period.read("2024"),
    )
    rows = tuple(replace(row, at="generator", technology="captive coal") for row in own.processes)
    both = join(background, replace(own, processes=rows))
    result = treated("physical", Supply((Share("captive coal", 1.0, "on-site"),)), both)
    assert factor(result, both) == 1.02
    assert result.links[0].findings == ()


def test_a_province_s_own_average_is_not_the_national_one(background: Background) -> None:
    own = factor_set(
        *("own", {"electricity of Gansu": "0.1 kg CO2e/kWh"}),
        source="own estimate",
        place="CN-GS",
        period=Period.read("2024"),
    )
    rows = tuple(
        replace(row, at="delivered", technology="average", default=True) for row in own.processes
    )
    both = join(background, replace(own, processes=rows))
    assert factor(treated("location", None, both), both) == 0.5777


def test_the_links_are_those_that_the_weights_name(background: Background) -> None:
    for losses in LOSS_TABLE:
        result = treated("market:X", wind(losses), background)
        named = {process for process, _ in result.meters["potline"]}
        assert {each.process.id for each in result.links} == named


def test_the_order_of_shares_changes_nothing(background: Background) -> None:
    shares = (Share("wind", 0.3), Share("PV", 0.5, "on-site"), Share("average", 0.2))
    forward = treated("market:X", Supply(shares, EVIDENCE), background)
    backward = treated("market:X", Supply(shares[::-1], EVIDENCE), background)
    assert forward.meters == backward.meters
    assert forward.links == backward.links


def test_a_treatment_pickles(background: Background) -> None:
    result = treated("market:X", wind(), background)
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 - our own bytes


def smelter(background: Background, treatments: list[Treatment]) -> Mapping[str, float]:
    """Return the totals of a tonne of aluminium under each treatment, by one solve."""
    made = unit_process(
        *("smelter", ("aluminium", "1 t")),
        emits={"CO2": "1424 kg"},
        meters={"potline": "13599 kWh", "casting": "100 kWh"},
    )
    links = [each for result in treatments for each in result.links]
    found = closure(links, background, period=Period.read("2024"))
    system = product_system([made, *found.processes], sources=background.sources)
    result = footprint(
        system,
        ("1 t", "aluminium"),
        characterisation_set("AR6", "0/0"),
        electricity={each.name: each.meters for each in treatments},
    )
    return result.treatments


def test_wind_on_the_potline_saves_6970_85_kg_and_nothing_else(background: Background) -> None:
    def of(name: str, supplies: dict[str, Supply]) -> Treatment:
        return treatment(
            name,
            supplies,
            meters=["potline", "casting"],
            background=background,
            coverage=Coverage("CN", Period.read("2024")),
        )

    totals = smelter(background, [of("location", {}), of("market:X", {"potline": wind()})])
    assert totals["location"] == pytest.approx(1424 + 13_699 * 0.5777)
    assert totals["location"] - totals["market:X"] == pytest.approx(13_599 * (0.5777 - 0.0651))
    assert totals["location"] - totals["market:X"] == pytest.approx(6_970.85, abs=0.005)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"share": 0.0}, "share-range"),
        ({"share": 40.0}, "share-range"),
        ({"connection": "cable"}, "connection-unknown"),
        ({"connection": "direct line"}, "line-loss-missing"),
        ({"line_loss": 0.02}, "line-loss-elsewhere"),
        ({"connection": "on-site", "line_loss": 0.0}, "line-loss-elsewhere"),
        ({"connection": "direct line", "line_loss": 2.0}, "line-loss-range"),
        ({"connection": "direct line", "line_loss": -0.1}, "line-loss-range"),
    ],
)
def test_a_share_that_cannot_be_is_refused(facts: dict[str, object], code: str) -> None:
    with pytest.raises(ModelError) as caught:
        Share("wind", **facts)  # type: ignore[arg-type]
    assert [each.code for each in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("shares", "losses", "codes"),
    [
        ((Share("wind", 0.5),), "published", ["supply-sum"]),
        ((Share("wind"), Share("PV", 1e-6)), "published", ["supply-sum"]),
        ((), "published", ["supply-sum"]),
        ((Share("wind"),), "none", ["losses-unknown"]),
        ((Share("wind", 0.5),), "none", ["supply-sum", "losses-unknown"]),
    ],
)
def test_a_supply_that_cannot_be_is_refused(
    shares: tuple[Share, ...], losses: str, codes: list[str]
) -> None:
    with pytest.raises(PcfError) as caught:
        Supply(shares, None, losses)  # type: ignore[arg-type]
    assert [each.code for each in caught.value.problems] == codes
