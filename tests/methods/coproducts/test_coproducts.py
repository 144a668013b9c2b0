"""Co-products of metals, works, harvests and fields: burdens conserved, choices made plain."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.errors import AllocationError
from pcf.methods.coproducts import (
    Price,
    average_prices,
    by_dry_mass,
    by_products,
    intercrops,
    metal_allocation,
    plant_parts,
    potato_grades,
    price_allocation,
    starch_products,
    works_gas,
)
from pcf.methods.crops import FieldCrop
from pcf.model.amounts import Amount
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess

ABOVE = st.floats(0.01, 1000.0)
COKE = Exchange("coke", Amount(8.0, "t"))


def _codes(error: pytest.ExceptionInfo[AllocationError]) -> list[str]:
    return [each.code for each in error.value.problems]


def _metals(masses: dict[str, float]) -> MultiOutputProcess:
    return MultiOutputProcess(
        "smelter",
        tuple(
            CoProduct(name, Amount(mass, "t"), basis="metal contained")
            for name, mass in masses.items()
        ),
        (COKE,),
    )


def _price(product: str, year: int, value: float | None, **given_: Any) -> Price:
    fields = {"delivery": "LME cash", "source": "USGS"} | given_
    unit = fields.pop("unit", "USD/t")
    return Price(product, year, Amount(value, unit), **fields)


@given(
    masses=st.tuples(ABOVE, ABOVE, ABOVE, ABOVE),
    prices=st.tuples(ABOVE, ABOVE, ABOVE, ABOVE),
)
@settings(max_examples=40, deadline=None)
def test_metals_conserve_burdens_and_keep_each_rule(
    masses: tuple[float, ...], prices: tuple[float, ...]
) -> None:
    names = ("nickel", "copper", "gold", "platinum")
    smelter = _metals(dict(zip(names, masses, strict=True)))
    quoted = [_price(name, 2024, value) for name, value in zip(names, prices, strict=True)]
    found = metal_allocation(smelter, precious=names[2:], prices=quoted, years=[2024]).average
    shares = [found.shares[name] for name in names]
    revenue = [mass * price for mass, price in zip(masses, prices, strict=True)]
    assert sum(shares) == pytest.approx(1.0)
    assert shares[2] == pytest.approx(revenue[2] / sum(revenue))
    assert shares[0] / shares[1] == pytest.approx(masses[0] / masses[1])
    burdens = sum(each.exchanges[0].amount.value or 0 for each in found.processes)
    assert burdens == pytest.approx(8.0)


def test_base_metals_alone_go_by_mass_without_prices() -> None:
    found = metal_allocation(_metals({"nickel": 3.0, "copper": 1.0})).average
    assert found.shares == {"nickel": 0.75, "copper": 0.25}
    assert found.level == "physical"


def test_precious_metals_by_the_mean_price_with_each_single_year_beside() -> None:
    smelter = _metals({"copper": 1000.0, "gold": 0.1})
    rows = [_price("copper", year, 6000.0) for year in (2023, 2024)]
    rows += [_price("gold", 2023, 50e6), _price("gold", 2024, 70e6)]
    found = metal_allocation(smelter, precious=["gold"], prices=rows, years=[2023, 2024])
    assert found.average.shares["gold"] == pytest.approx(0.5)
    assert found.range_of("gold") == pytest.approx((5 / 11, 7 / 13))


def test_gross_mass_is_not_taken_for_metal() -> None:
    smelter = MultiOutputProcess(
        "smelter",
        (
            CoProduct("ferronickel", Amount(10.0, "t"), {"metal content": Amount(30.0, "%")}),
            CoProduct("copper", Amount(1.0, "t"), basis="metal contained"),
        ),
    )
    assert metal_allocation(smelter).average.shares == pytest.approx(
        {"ferronickel": 0.75, "copper": 0.25}
    )
    bare = MultiOutputProcess("smelter", (CoProduct("ferronickel", Amount(10.0, "t")),))
    with pytest.raises(AllocationError) as error:
        metal_allocation(bare)
    assert _codes(error) == ["metals-basis"]
    with pytest.raises(AllocationError) as error:
        metal_allocation(_metals({"nickel": 1.0}), precious=["gold"])
    assert _codes(error) == ["allocation-stranger"]


def test_prices_are_of_the_same_years_currency_and_delivery() -> None:
    years = [2019, 2020]
    rows = [
        _price("nickel", 2019, 13903.0),
        _price("nickel", 2019, 13900.0),
        _price("cobalt", 2019, 230.0, unit="CNY/kg", source=" "),
        _price("cobalt", 2020, None, delivery="FOB"),
    ]
    with pytest.raises(AllocationError) as error:
        average_prices(rows, products=["nickel", "cobalt"], years=years)
    assert _codes(error) == [
        "price-missing",
        "price-twice",
        "price-value",
        "price-unsourced",
        "price-delivery",
        "allocation-currencies",
    ]


@given(
    quotes=st.lists(st.tuples(ABOVE, ABOVE), min_size=1, max_size=5),
)
@settings(max_examples=30, deadline=None)
def test_the_mean_price_lies_within_the_single_years(quotes: list[tuple[float, float]]) -> None:
    smelter = _metals({"nickel": 2.0, "cobalt": 1.0})
    years = list(range(2019, 2019 + len(quotes)))
    rows = [
        _price(name, year, pair[n])
        for year, pair in zip(years, quotes, strict=True)
        for n, name in enumerate(("nickel", "cobalt"))
    ]
    found = price_allocation(smelter, rows, years=years)
    low, high = found.range_of("cobalt")
    assert low - 1e-12 <= found.average.shares["cobalt"] <= high + 1e-12
    assert set(found.single_years) == set(years)


def test_acid_slag_and_steam_carry_nothing_by_default_and_alternatives_stand_beside() -> None:
    smelter = MultiOutputProcess(
        "smelter",
        (
            CoProduct("copper", Amount(1.0, "t"), {"price": Amount(50000.0, "CNY/t")}),
            CoProduct("sulphuric acid", Amount(3.0, "t"), {"price": Amount(200.0, "CNY/t")}),
        ),
        (COKE,),
    )
    found = by_products(
        smelter,
        free=["sulphuric acid"],
        beside=["mass", "price", "substitution"],
        replaced={"sulphuric acid": "acid from sulphur"},
    )
    carried = {each.product: each.exchanges[0].amount.value for each in found.chosen.processes}
    assert carried == {"copper": 8.0, "sulphuric acid": 0.0}
    assert [each.code for each in found.findings] == ["by-products-free"]
    assert list(found.others) == ["mass", "price", "substitution"]
    gross, credit = found.others["substitution"].processes[0].exchanges
    assert (gross.kind, gross.amount.value, credit.kind) == ("product", 8.0, "credit")


def test_several_main_products_divide_what_by_products_do_not_carry() -> None:
    smelter = MultiOutputProcess(
        "smelter",
        (
            CoProduct("nickel", Amount(3.0, "t")),
            CoProduct("copper", Amount(1.0, "t")),
            CoProduct("slag", Amount(10.0, "t")),
        ),
        (COKE,),
    )
    found = by_products(smelter, free=["slag"])
    assert found.chosen.shares == {"nickel": 0.75, "copper": 0.25, "slag": 0.0}
    for given_, code in (
        ({"free": ["nickel", "copper", "slag"]}, "by-products-all"),
        ({"free": ["steam"]}, "allocation-stranger"),
        ({"free": ["slag"], "beside": ["substitution"]}, "by-products-main"),
    ):
        words: dict[str, Any] = dict(given_)
        with pytest.raises(AllocationError) as error:
            by_products(smelter, **words)
        assert _codes(error) == [code]


def _furnace(gas: float, energy: float | None = 3.2) -> MultiOutputProcess:
    stated = {} if energy is None else {"energy": Amount(energy, "MJ/Nm3")}
    return MultiOutputProcess(
        "furnace",
        (
            CoProduct("hot metal", Amount(1.0, "t")),
            CoProduct("gas", Amount(gas, "Nm3"), stated),
            CoProduct("slag", Amount(0.3, "t")),
        ),
        (Exchange("coke", Amount(0.4, "t")), Exchange("ore", Amount(1.6, "t"))),
    )


@given(gas=st.floats(1.0, 3000.0))
@settings(max_examples=20, deadline=None)
def test_works_gas_carries_its_part_of_the_fuels_alone(gas: float) -> None:
    fuels = {"coke": Amount(28.0, "GJ/t")}
    found = works_gas(_furnace(gas), "gas", main="hot metal", fuels=fuels)
    by_product = {
        each.product: {row.flow: row.amount.value or 0 for row in each.exchanges}
        for each in found.processes
    }
    assert sum(rows["coke"] for rows in by_product.values()) == pytest.approx(0.4)
    assert by_product["gas"]["coke"] * 28000 == pytest.approx(gas * 3.2)
    assert by_product["gas"]["ore"] == 0.0
    assert by_product["slag"] == {"coke": 0.0, "ore": 0.0}


def test_more_energy_in_the_gas_than_in_the_fuels_is_refused() -> None:
    fuels = {"coke": Amount(28.0, "MJ/kg")}
    with pytest.raises(AllocationError) as error:
        works_gas(_furnace(4000.0), "gas", main="hot metal", fuels=fuels)
    assert _codes(error) == ["works-gas-energy"]
    with pytest.raises(AllocationError) as error:
        works_gas(_furnace(1500.0, None), "gas", main="iron", fuels={"coal": Amount(1.0, "MJ/kg")})
    assert _codes(error) == ["allocation-stranger", "works-gas-fuel", "works-gas-value"]


def _harvest(**rows: CoProduct) -> MultiOutputProcess:
    return MultiOutputProcess("field", tuple(rows.values()), (COKE,))


def test_potatoes_of_any_grade_weigh_alike() -> None:
    field = _harvest(
        table=CoProduct("table", Amount(30.0, "t"), basis="wet"),
        feed=CoProduct("feed", Amount(10.0, "t"), basis="wet"),
    )
    assert {way: found.shares["table"] for way, found in potato_grades(field).items()} == {
        "mass": 0.75
    }


def test_wet_and_dry_masses_are_not_added_up() -> None:
    mill = _harvest(
        starch=CoProduct("starch", Amount(0.8, "t"), basis="dry"),
        pulp=CoProduct("pulp", Amount(1.0, "t"), basis="wet"),
        juice=CoProduct("juice", Amount(2.0, "t")),
        protein=CoProduct(
            "protein", Amount(0.1, "t"), {"dry_matter": Amount(90.0, "%")}, basis="dry"
        ),
    )
    with pytest.raises(AllocationError) as error:
        starch_products(mill)
    assert _codes(error) == ["dry-mass-share", "dry-mass-basis", "dry-mass-share"]


def test_plant_parts_need_price_and_basis() -> None:
    root = CoProduct("root", Amount(2.0, "t"), {"price": Amount(50.0, "CNY/kg")}, basis="dry")
    leaf = CoProduct(
        "leaf",
        Amount(10.0, "t"),
        {"price": Amount(200.0, "CNY/t"), "dry_matter": Amount(0.2, "kg/kg")},
        basis="wet",
    )
    ways = plant_parts(_harvest(root=root, leaf=leaf))
    assert list(ways) == ["price", "dry mass"]
    assert ways["price"].shares["root"] == pytest.approx(100 / 102)
    assert ways["dry mass"].shares["root"] == pytest.approx(0.5)
    assert by_dry_mass(_harvest(root=root, leaf=leaf)).level == "physical"


def test_intercrops_hold_no_more_than_the_field() -> None:
    def crop(name: str, area: float) -> FieldCrop:
        return FieldCrop(CoProduct(name, Amount(1.0, "t")), Amount(area, "ha"), Amount(0.5, "year"))

    with pytest.raises(AllocationError) as error:
        intercrops(
            "field", [crop("potato", 0.7), crop("bean", 0.4)], field=Amount(1.0, "ha"), shared=[]
        )
    assert _codes(error) == ["intercrops-ground"]
    found = intercrops(
        "field", [crop("potato", 9.0), crop("bean", 6.0)], field=Amount(225.0, "mu"), shared=[COKE]
    )
    assert found.processes[0].exchanges[0].amount.value == pytest.approx(4.8)
