"""Freight, packaging, cold, storage, capital goods: what they take of a product, and no more."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.transport import (
    boundaries,
    capital_goods,
    cold_chain,
    packaging,
    reloaded,
    tonne_kilometres,
    vehicle_fuel,
    warehouse,
)
from pcf.model.amounts import Amount

read = Amount.read
shares = st.floats(0.05, 1)


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


def test_a_leg_keeps_the_boundary_of_its_factor() -> None:
    stated = {"load": read("5.08 t"), "distance": read("16500 km")}
    ship = tonne_kilometres(mode="bulk carrier", boundary="大门到坟墓", **stated)
    truck = tonne_kilometres(mode="truck", boundary="摇篮到坟墓", **stated)
    assert (ship.boundary, truck.boundary) == ("fuel use", "cradle to grave")
    assert ship.exchange.amount.value == pytest.approx(5.08 * 16500)
    (found,) = boundaries([ship, truck])
    assert found.code == "transport-boundaries"
    assert boundaries([ship, ship]) == ()


def test_a_leg_without_distance_or_boundary_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        tonne_kilometres(
            mode="truck", load=read("1 t"), distance=Amount(None, "km"), boundary="average"
        )
    assert _codes(caught.value) == ["method-need-missing", "transport-boundary"]


@given(shares, st.floats(0, 2), st.floats(0.1, 0.5), st.floats(1, 3), st.floats(0.1, 1e4))
def test_fuel_follows_load_and_return(
    load_factor: float, empty: float, empty_use: float, ratio: float, load: float
) -> None:
    def fuel(factor: float, back: float) -> float:
        return vehicle_fuel(
            "diesel",
            load=Amount(load, "t"),
            distance=read("100 km"),
            capacity=read("20 t"),
            load_factor=Amount(factor, "1"),
            empty_return=Amount(back, "1"),
            empty_use=Amount(empty_use, "L/km"),
            full_use=Amount(empty_use * ratio, "L/km"),
        )["fuel"]

    full = load / 20 * 100 * empty_use * ratio
    assert fuel(1.0, 0.0) == pytest.approx(full)
    assert fuel(load_factor, empty) >= fuel(load_factor, 0.0) >= full * (1 - 1e-9)
    # A factor per tkm adapted to the same load agrees with the vehicle's own fuel.
    adapted = reloaded(
        factor=Amount(full / (load * 100), "kg CO2e/tkm"),
        empty_share=Amount(1 / ratio, "1"),
        from_load=read("1 1"),
        from_empty=read("0 1"),
        load_factor=Amount(load_factor, "1"),
        empty_return=Amount(empty, "1"),
    )
    assert adapted["factor"] * load * 100 == pytest.approx(fuel(load_factor, empty))


def test_an_unchanged_load_leaves_the_factor() -> None:
    same = {"load": read("0.6 1"), "empty": read("0.3 1")}
    found = reloaded(
        factor=read("0.0978 kg CO2e/tkm"),
        empty_share=read("0.7 1"),
        from_load=same["load"],
        from_empty=same["empty"],
        load_factor=same["load"],
        empty_return=same["empty"],
    )
    assert found["factor"] == pytest.approx(0.0978)


def test_what_a_vehicle_cannot_do_is_refused_or_found() -> None:
    stated = {
        "load": read("10 t"),
        "distance": read("100 km"),
        "capacity": read("20 t"),
        "load_factor": read("80 %"),
        "empty_return": read("0 1"),
    }
    with pytest.raises(ModelError) as caught:
        vehicle_fuel("diesel", **stated, empty_use=read("0.4 L/km"), full_use=read("0.3 L/km"))
    assert _codes(caught.value) == ["transport-empty-above-full"]
    found = vehicle_fuel("diesel", **stated, empty_use=read("0.2 L/km"), full_use=read("0.3 L/km"))
    assert [each.code for each in found.findings] == ["transport-never-empty"]


@given(st.integers(1, 60), st.floats(0, 1), st.floats(1, 1e4))
def test_packaging_is_made_once_for_all_its_fillings(
    trips: int, loss: float, product: float
) -> None:
    found = packaging(
        "crate",
        mass=read("2 kg"),
        filled=read("20 kg"),
        trips=Amount(float(trips), "1"),
        loss=Amount(loss, "1"),
        product=Amount(product, "kg"),
    )
    used = product / 20 * 2
    fillings = math.fsum((1 - loss) ** k for k in range(trips))
    assert found["made"] == pytest.approx(used / fillings, rel=1e-6)
    assert found["made"] + found["sent back"] == pytest.approx(used)
    assert found["discarded"] == found["made"]
    assert [row.kind for row in found.exchanges] == ["product", "waste"]


def test_the_cold_chain_burdens_what_comes_out() -> None:
    found = cold_chain(
        mass=read("10 t"), time=read("48 h"), power=read("1.5 kWh/(t*day)"), loss=read("10 %")
    )
    assert (found["power"], found["out"]) == (pytest.approx(30), pytest.approx(9))


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=6))
def test_the_parts_of_a_full_warehouse_sum_to_its_energy(volumes: list[float]) -> None:
    parts = [
        warehouse(
            volume=Amount(volume, "m3"),
            time=read("365 day"),
            capacity=Amount(math.fsum(volumes), "m3"),
            period=read("1 year"),
            power=read("1000 kWh"),
            heat=read("10 GJ"),
        )
        for volume in volumes
    ]
    assert math.fsum(part["power"] for part in parts) == pytest.approx(1000)
    assert math.fsum(part["heat"] for part in parts) == pytest.approx(10)


def test_more_than_the_warehouse_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        warehouse(
            volume=read("20 m3"),
            time=read("365 day"),
            capacity=read("10 m3"),
            period=read("365 day"),
            power=read("1 kWh"),
            heat=read("0 GJ"),
        )
    assert _codes(caught.value) == ["warehouse-share"]


def test_capital_goods_are_counted_or_said_to_be_left_out() -> None:
    stated = {
        "mass": read("5000 t"),
        "life": read("25 year"),
        "output": read("100 kt/year"),
        "product": read("1 t"),
    }
    counted = capital_goods("potline", counted=True, **stated)
    assert [str(row.amount) for row in counted.exchanges] == ["2 kg"]
    assert counted.findings == ()
    left_out = capital_goods("potline", counted=False, **stated)
    assert left_out.exchanges == ()
    assert left_out.findings[0].facts["part"] == "2 kg"
