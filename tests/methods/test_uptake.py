"""Uptake follows the carbon: no co-product holds carbon that another one took up."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.analysis import footprint
from pcf.errors import AllocationError
from pcf.methods import allocate, substitute
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet, Convention
from pcf.model.declared import DeclaredUnit
from pcf.model.flows import greenhouse_gases
from pcf.model.processes import (
    CoProduct,
    Exchange,
    MultiOutputProcess,
    UnitProcess,
    unit_process,
)

UPTAKE = greenhouse_gases()["CO2, taken up"]
EMITTED = greenhouse_gases()["CO2, biogenic"]
CO2 = 44 / 12
shares = st.lists(st.floats(0.05, 1), min_size=2, max_size=4)
kilograms = st.just(0.0) | st.floats(1e-6, 1000)


def _exchange(flow: object, value: float | None) -> Exchange:
    assert flow in (UPTAKE, EMITTED)
    row = UPTAKE if flow is UPTAKE else EMITTED
    return Exchange(row.id, Amount(value, "kg"), row.direction, "elementary", elementary=row)


def _field(
    prices: list[float], carbon: list[float], *exchanges: Exchange, treats: bool = False
) -> MultiOutputProcess:
    products = tuple(
        CoProduct(
            f"product {i}",
            Amount(2.0, "t"),
            {"price": Amount(price, "CNY/t"), "biogenic_carbon": Amount(content / 2, "kg/t")},
            treats=treats and i == 0,
        )
        for i, (price, content) in enumerate(zip(prices, carbon, strict=True))
    )
    return MultiOutputProcess("field", products, exchanges)


def _net(process: UnitProcess, line: str) -> float:
    """Return kg in the signed sense of an inventory: outputs positive."""
    return math.fsum(
        (1 if row.direction == "output" else -1) * row.amount.value
        for row in process.exchanges
        if row.elementary is not None and row.elementary.line == line and row.amount.value
    )


@st.composite
def fields(draw: st.DrawFn) -> tuple[MultiOutputProcess, list[float]]:
    prices = draw(shares)
    carbon = draw(st.lists(kilograms, min_size=len(prices), max_size=len(prices)))
    rows = [_exchange(EMITTED, draw(kilograms))]
    rows += [_exchange(UPTAKE, draw(kilograms)) for _ in range(draw(st.integers(0, 2)))]
    return _field(prices, carbon, *rows, treats=draw(st.booleans())), carbon


@given(fields())
def test_uptake_is_conserved(drawn: tuple[MultiOutputProcess, list[float]]) -> None:
    process, _ = drawn
    whole = UnitProcess("whole", "x", Amount(1.0, "t"), process.exchanges)
    parts = allocate(process, by="price").processes
    for line in ("biogenic CO2 taken up", "biogenic CO2 emitted"):
        assert math.fsum(_net(part, line) for part in parts) == pytest.approx(
            _net(whole, line), rel=1e-9, abs=1e-6
        )


@given(fields())
def test_what_is_in_no_product_follows_the_method(
    drawn: tuple[MultiOutputProcess, list[float]],
) -> None:
    """Emitted - (taken up - stored), the biogenic part of `total`, is divided by the shares."""
    process, carbon = drawn
    allocation = allocate(process, by="price")
    signs = [-1 if row.treats else 1 for row in process.products]
    balances = [
        _net(part, "biogenic CO2 emitted")
        + _net(part, "biogenic CO2 taken up")
        + CO2 * content * sign
        for part, content, sign in zip(allocation.processes, carbon, signs, strict=True)
    ]
    whole = math.fsum(balances)
    scale = max(1.0, *map(abs, balances), CO2 * max(carbon))
    for part, balance in zip(allocation.processes, balances, strict=True):
        assert balance == pytest.approx(allocation.shares[part.product] * whole, abs=1e-9 * scale)


def test_uptake_that_is_all_in_the_products_is_shared_by_their_carbon() -> None:
    spread = Spread("lognormal", 1.2)
    row = _exchange(UPTAKE, 100 * CO2)
    row = replace(row, amount=replace(row.amount, spread=spread))
    one, other = allocate(_field([9.0, 1.0], [30.0, 70.0], row), by="price").processes
    assert _net(one, UPTAKE.line) == pytest.approx(-30 * CO2)
    assert _net(other, UPTAKE.line) == pytest.approx(-70 * CO2)
    assert [len(each.exchanges) for each in (one, other)] == [1, 1]
    assert one.exchanges[0].amount.spread == spread


def test_carbon_that_came_with_an_input_is_corrected_too() -> None:
    """A sawmill: the log's uptake lies upstream and would follow the price of the board."""
    process = _field([9.0, 1.0], [60.0, 40.0])
    log = Exchange("log", Amount(1.0, "m3"))
    board, sawdust = allocate(replace(process, exchanges=(log,)), by="price").processes
    assert [row.direction for row in board.exchanges] == ["input", "output"]
    assert _net(board, UPTAKE.line) == pytest.approx(30 * CO2)
    assert _net(sawdust, UPTAKE.line) == pytest.approx(-30 * CO2)


def test_the_correction_enters_a_system() -> None:
    process = _field([9.0, 1.0], [60.0, 40.0])
    system = product_system(allocate(process, by="price").processes)
    assert [(flow.id, flow.direction) for flow in system.elementary] == [
        (UPTAKE.id, "output"),
        (UPTAKE.id, "input"),
    ]


@pytest.mark.parametrize("convention", ["0/0", "-1/+1"])
def test_a_sawmill_s_products_have_no_footprint_of_their_logs_growth(
    convention: Convention,
) -> None:
    """Shared by price alone, the board would be far below zero and the sawdust far above."""
    log = unit_process("log", "1 t", emits={"CO2 uptake": f"{100 * CO2} kg"})
    mill = replace(_field([9.0, 1.0], [60.0, 40.0]), exchanges=(Exchange("log", Amount(1.0, "t")),))
    system = product_system([log, *allocate(mill, by="price").processes])
    gases = CharacterisationSet.of("CO2", {"CO2": 1}, convention=convention)
    for product, carbon in (("product 0", 30.0), ("product 1", 20.0)):
        unit = DeclaredUnit(Amount(1.0, "t"), product, biogenic_carbon=Amount(carbon, "kg"))
        result = footprint(system, unit, gases)
        assert result.total == pytest.approx(0, abs=1e-9)
        assert result.total_including_uptake == pytest.approx(-carbon * CO2)


def test_carbon_in_proportion_to_the_shares_changes_nothing() -> None:
    row = _exchange(EMITTED, 5.0)
    process = _field([1.0, 3.0], [10.0, 30.0], row)
    bare = replace(
        process, products=tuple(replace(each, properties={"price": each.properties["price"]})
                                for each in process.products)
    )  # fmt: skip
    with_carbon, without = (allocate(each, by="price").processes for each in (process, bare))
    assert [each.exchanges for each in with_carbon] == [each.exchanges for each in without]


def test_an_unknown_uptake_stays_unknown() -> None:
    parts = allocate(_field([9.0, 1.0], [30.0, 70.0], _exchange(UPTAKE, None)), by="price")
    assert [part.exchanges[0].amount.value for part in parts.processes] == [None, None]


def test_causes_of_the_uptake_carry_only_what_is_in_no_product() -> None:
    process = _field([1.0, 1.0], [10.0, 20.0], _exchange(UPTAKE, 40 * CO2))
    causes = {UPTAKE.id: {"product 0": 1.0}}
    one, other = allocate(process, by="causes", causes=causes).processes
    assert _net(one, UPTAKE.line) == pytest.approx(-20 * CO2)
    assert _net(other, UPTAKE.line) == pytest.approx(-20 * CO2)


@pytest.mark.parametrize("uptake", [True, False])
def test_carbon_stated_for_some_products_only_is_refused(uptake: bool) -> None:
    rows = (_exchange(UPTAKE, 1.0),) if uptake else ()
    process = _field([1.0, 1.0], [10.0, 20.0], *rows)
    bare = replace(process.products[1], properties={"price": Amount(1.0, "CNY/t")})
    process = replace(process, products=(process.products[0], bare))
    with pytest.raises(AllocationError) as caught:
        allocate(process, by="price")
    assert [each.code for each in caught.value.problems] == ["allocation-carbon-missing"]
    assert caught.value.problems[0].facts["products"] == "product 1"


def test_substitution_leaves_the_carbon_of_the_co_products_out_of_the_main_product() -> None:
    process = _field([1.0, 1.0], [10.0, 20.0], _exchange(UPTAKE, 30 * CO2))
    expanded = substitute(process, "product 0", replaced={"product 1": "coal"})
    assert _net(expanded.processes[0], UPTAKE.line) == pytest.approx(-10 * CO2)
