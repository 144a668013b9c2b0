"""The shipped edition under linking: one provider a product, and every upstream is there."""

from __future__ import annotations

import pytest

from pcf.background import Background, closure, link, open_background
from pcf.errors import LinkError
from pcf.model.building import product_system
from pcf.model.coverage import Period

Y2024 = Period.read("2024")


@pytest.fixture(scope="module")
def background() -> Background:
    """Return the shipped edition."""
    return open_background("cn-public", edition="2026.1")


def test_every_product_that_a_study_may_buy_has_one_provider(background: Background) -> None:
    missed = {}
    for product in background.products:
        rows = background.makers_of(product.id)
        if not any(row.at in ("", "delivered") for row in rows):
            continue
        try:
            link(
                product.id,
                unit=product.unit,
                background=background,
                place="CN",
                period=Y2024,
                treats=product.waste,
            )
        except LinkError as error:
            missed[product.id] = error.problems[0].code
    assert missed == {  # recalled, not read
        "coal-mine methane, underground": "link-unverified",
        "nickel sulphate hexahydrate, market record": "link-unverified",
    }


def test_every_name_of_a_product_leads_to_it(background: Background) -> None:
    for product in background.products:
        for name in (product.name.en, product.name.zh, *product.synonyms):
            assert background.products_called(name) == (product.id,), name


def test_every_process_closes_and_builds(background: Background) -> None:
    """Named one by one, alternatives and unverified rows too: nothing lacks an upstream."""
    every = frozenset(row.id for row in background.processes)
    bought = [row for row in background.processes if row.at in ("", "delivered")]
    for row in bought:
        found = link(
            row.process.product,
            unit=row.unit,
            background=background,
            place=row.place,
            period=Y2024 if row.period is None else row.period,
            family=row.family,
            treats=row.process.treats,
            provider=row.id,
            unverified=every,
        )
        needed = closure([found], background, period=Y2024, unverified=every)
        assert row.id in {each.id for each in needed.processes}
        assert len(product_system(needed.processes, sources=background.sources).processes) > 0


@pytest.mark.parametrize("place", ["CN-GS", "CN-XZ", "CN"])
def test_no_place_gets_a_combustion_factor_for_its_electricity(
    background: Background, place: str
) -> None:
    found = link("电", unit="kWh", background=background, place=place, period=Y2024)
    assert found.process.id == "electricity-average-2024"
    with pytest.raises(LinkError, match="electricity-year"):
        link("电", unit="kWh", background=background, place=place, period=Period.read("2022"))


def test_an_account_for_tibet_falls_back_to_its_grid_and_says_so(background: Background) -> None:
    found = link(
        "电",
        unit="kWh",
        background=background,
        place="CN-XZ",
        period=Period.read("2023"),
        family="combustion",
    )
    assert found.process.id == "electricity-co2-cn-grid-sw-2023"
    assert [each.code for each in found.findings] == ["place-widened"]


def test_a_weak_reagent_tells_the_study_that_uses_it(background: Background) -> None:
    found = link("硫酸", unit="t", background=background, place="CN-GS", period=Y2024)
    assert {each.confidence for each in found.process.process.exchanges} == {"assumption"}


def test_fuels_are_bought_burnt_with_their_upstream(background: Background) -> None:
    burnt = [row for row in background.processes if ", burnt in " in row.process.product]
    assert burnt
    for row in burnt:
        kinds = {each.kind for each in row.process.exchanges}
        by_measure = ", by " in row.process.product  # a mass or volume of fuel is only its heat
        assert kinds == ({"product"} if by_measure else {"elementary", "product"}), row.id
