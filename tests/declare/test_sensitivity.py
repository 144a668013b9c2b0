"""The sensitivity table: a row for every topic, computed or with why not; scrap by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import pcf
from pcf.declare.report import Material, composed
from pcf.declare.report.blocks import Table
from pcf.declare.report.scrap import metal_of, scrap_choices
from pcf.declare.report.sensitivity import TOPICS, sensitivity
from pcf.model.coverage import Period
from pcf.study.values import Study

if TYPE_CHECKING:
    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.model.processes import UnitProcess
    from pcf.text import Language

PLANTS = ("aluminium", "copper", "nickel", "steel", "smelter", "potato_farm", "herb_farm")


@pytest.fixture(scope="module")
def background() -> Background:
    return pcf.open_background("cn-public", edition="2026.1")


def far(id_: str, product: str, kg: float) -> UnitProcess:
    made = pcf.unit_process(id_, (product, "1 t"), emits={"CO2, fossil": f"{kg} kg"})
    return replace(made, foreground=False)


def melted(background: Background, *takes: str, scrap: str = "steel scrap, processed") -> Footprint:
    """One tonne of steel from 300 kg of scrap and what is beside it."""
    furnace = pcf.unit_process(
        "furnace",
        ("liquid steel", "1 t"),
        takes={scrap: "300 kg", **dict.fromkeys(takes, "800 kg")},
        emits={"CO2, fossil": "100 kg"},
    )
    rows = [furnace, far("yard", scrap, 30), *(far(f"maker of {f}", f, 2000) for f in takes)]
    found = background.characterisation("AR6", "0/0")
    context = {"period": "2024", "place": "CN"}
    return pcf.footprint(pcf.product_system(rows), ("1 t", "liquid steel"), found, context=context)


def totals(footprint: Footprint, background: Background) -> dict[str, float | None]:
    study = Study("s", period=Period.read("2024"), place="CN")
    choices = scrap_choices(footprint, study, background)
    return {choice.en.partition(":")[0]: total for choice, total, _ in choices}


def test_scrap_counts_as_the_primary_metal_beside_it(background: Background) -> None:
    footprint = melted(background, "hot metal")
    assert footprint.total == pytest.approx(100 + 0.3 * 30 + 0.8 * 2000)
    found = totals(footprint, background)
    assert found["0"] == pytest.approx(footprint.total + 0.3 * (2000 - 30), rel=1e-12)
    assert found["50"] == pytest.approx(footprint.total + 0.15 * (2000 - 30), rel=1e-12)
    free = found["scrap free of burden, its preparation too"]
    assert free == pytest.approx(footprint.total - 9, rel=1e-12)


def test_scrap_alone_counts_as_the_primary_metal_of_the_background_data(
    background: Background,
) -> None:
    footprint = melted(background, "coke of no metal")
    found = totals(footprint, background)["0"]
    assert found is not None
    per_kg = (found - footprint.total) / 300 + 0.030
    assert 1.2 < per_kg < 3.5, "pig iron, kg CO2e per kg"


def test_what_cannot_be_computed_says_why(background: Background) -> None:
    own = pcf.factor_set("mine", {"steel scrap": "0.03 kg CO2e/kg"}, source="letter")
    footprint = melted(background, scrap="steel scrap")
    study = Study("s", period=Period.read("2024"), place="CN")
    *_, (choice, total, why) = scrap_choices(footprint, study, own)
    assert (choice.en, total) == ("scrap as primary metal", None)
    assert why.en.startswith("not computed: ")
    assert why.zh.startswith("未计算：")


def test_a_metal_is_known_by_name_and_by_code(background: Background) -> None:
    known = {
        "steel scrap": "steel", "废钢（外购）": "steel", "copper scrap, no. 2": "copper",
        "aluminium or copper scrap, processed": "aluminium",
    }  # fmt: skip
    for flow, metal in known.items():
        found = metal_of(flow, background)
        assert found is not None, flow
        assert found["metal"] == metal, flow
    assert metal_of("paper scrap", background) is None
    assert metal_of("hot metal", background) is None


@pytest.mark.parametrize("plant", PLANTS)
def test_no_topic_is_silently_missing(
    plant: str, background: Background, request: pytest.FixtureRequest
) -> None:
    study = pcf.read_study(request.config.rootpath / "examples" / f"fictional_{plant}")
    footprint = study.footprint(background)
    rows = sensitivity(footprint, study, background)
    assert {each.topic for each in rows} == set(TOPICS.values())
    assert all(each.total is not None or (each.why.en and each.why.zh) for each in rows)
    scrap = [each for each in rows if each.topic == TOPICS["scrap"]]
    assert (len(scrap) == 3) is (plant == "steel")
    alone = sensitivity(footprint, None, None)
    assert {each.topic for each in alone} == set(TOPICS.values())


@pytest.mark.parametrize("scope", ["full", "public"])
def test_the_report_shows_a_row_for_every_topic(
    scope: Any, background: Background, request: pytest.FixtureRequest
) -> None:
    study = pcf.read_study(request.config.rootpath / "examples" / "fictional_potato_farm")
    footprint = study.footprint(background)
    material = Material(footprint, study, varied=sensitivity(footprint, study, background))
    languages: tuple[Language, Language] = ("en", "zh")
    for language in languages:
        blocks = composed(material, language, scope).blocks
        (table,) = [b for b in blocks if isinstance(b, Table) and b.key == "sensitivity"]
        shown = {row[0].text for row in table.rows}
        assert shown == {each.says(language) for each in TOPICS.values()}
        assert all(row[1].text for row in table.rows)
