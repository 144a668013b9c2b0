"""Laws of the recycling formulas: limiting cases, identities, and nothing lost over two lives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.inventory import solve
from pcf.methods.recycling import (
    Recycling,
    circular_footprint,
    closed_loop,
    cut_off,
    default_parameters,
    fifty_fifty,
    hundred_zero,
    net_scrap,
    zero_hundred,
)
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import UnitProcess, unit_process

SHARES = st.floats(0.0, 1.0)
BURDENS = st.floats(0.01, 50.0)
THREE = st.tuples(BURDENS, BURDENS, BURDENS)
"""Burdens of virgin material, of recycling, of disposal."""


def _one(value: float) -> Amount:
    return Amount(value, "1")


def _burdens(virgin: float, recycled: float, disposal: float, **others: float) -> dict[str, Amount]:
    """Return burdens with one kind of recycling, whichever end of the life it serves."""
    values = {
        "as made": virgin,
        "virgin": virgin,
        "virgin avoided": virgin,
        "recycled": recycled,
        "recycling at end of life": recycled,
        "disposal": disposal,
        "energy recovery": 0.0,
        **others,
    }
    return {name: Amount(value, "kg CO2e/kg") for name, value in values.items()}


def _net(formula: Recycling, burdens: dict[str, Amount]) -> float:
    value = formula.impact(burdens).net.value
    assert value is not None
    return value


def _cff(**values: float) -> Recycling:
    zeros = {
        "allocation": 0.0,
        "energy_allocation": 0.0,
        "recycled_content": 0.0,
        "recycled_at_end": 0.0,
        "energy_at_end": 0.0,
        "quality_in": 1.0,
        "quality_out": 1.0,
        "heat_efficiency": 0.0,
        "electricity_efficiency": 0.0,
    }
    amounts = {name: _one(value) for name, value in (zeros | values).items() if name != "lhv"}
    return circular_footprint(
        **amounts, lower_heating_value=Amount(values.get("lhv", 0.0), "MJ/kg")
    )


numbers = settings(max_examples=60, deadline=None)


@given(SHARES, SHARES, BURDENS, BURDENS, BURDENS)
@numbers
def test_without_recycling_a_kilogram_is_virgin_and_disposed_of(
    allocation: float, quality: float, virgin: float, recycled: float, disposal: float
) -> None:
    burdens = _burdens(virgin, recycled, disposal)
    formulas = [
        _cff(allocation=allocation, quality_in=quality, quality_out=quality),
        hundred_zero(recycled_content=_one(0), recycled_at_end=_one(0)),
        zero_hundred(recycled_at_end=_one(0), quality=_one(quality)),
        fifty_fifty(recycled_content=_one(0), recycled_at_end=_one(0), quality=_one(quality)),
        closed_loop(recycled=_one(0), recycling_yield=_one(0.9)),
        cut_off(
            post_consumer=_one(0),
            pre_consumer=_one(0),
            pre_consumer_burden=_one(1),
            recycled_at_end=_one(0),
            energy_at_end=_one(0),
        ),
    ]
    for formula in formulas:
        assert _net(formula, burdens) == pytest.approx(virgin + disposal)


@given(SHARES, SHARES, SHARES, THREE)
@numbers
def test_the_circular_formula_meets_the_plain_ones_at_a_0_half_and_1(
    content: float, end: float, quality: float, costs: tuple[float, float, float]
) -> None:
    burdens = _burdens(*costs)
    r1, r2, q = _one(content), _one(end), _one(quality)
    half = _cff(
        allocation=0.5,
        recycled_content=content,
        recycled_at_end=end,
        quality_in=quality,
        quality_out=quality,
    )
    to_user = _cff(
        allocation=1.0, recycled_content=content, recycled_at_end=end, quality_out=quality
    )
    to_supplier = _cff(recycled_content=content, recycled_at_end=end, quality_out=quality)
    plain_half = fifty_fifty(recycled_content=r1, recycled_at_end=r2, quality=q)
    plain_user = hundred_zero(recycled_content=r1, recycled_at_end=r2)
    plain_supplier = zero_hundred(recycled_at_end=r2, quality=q)
    for one, other in ((half, plain_half), (to_user, plain_user), (to_supplier, plain_supplier)):
        assert _net(one, burdens) == pytest.approx(_net(other, burdens), rel=1e-9, abs=1e-9)


@given(SHARES, SHARES, SHARES, THREE)
@numbers
def test_a_closed_loop_does_not_ask_who_has_the_benefit(
    allocation: float, end: float, content: float, costs: tuple[float, float, float]
) -> None:
    """With R1 = R2 every A gives the closed loop; with A = 0 every R1 does."""
    burdens = _burdens(*costs)
    expected = _net(closed_loop(recycled=_one(end), recycling_yield=_one(1.0)), burdens)
    balanced = _cff(allocation=allocation, recycled_content=end, recycled_at_end=end)
    supplier = _cff(recycled_content=content, recycled_at_end=end)
    assert _net(balanced, burdens) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert _net(supplier, burdens) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(SHARES, SHARES, BURDENS, BURDENS, BURDENS)
@numbers
def test_two_lives_together_carry_what_happened(
    allocation: float, end: float, virgin: float, recycled: float, disposal: float
) -> None:
    """What the first life gives, the second takes: the sum does not depend on A."""
    burdens = _burdens(virgin, recycled, disposal)
    first = _cff(allocation=allocation, recycled_at_end=end)
    second = _cff(allocation=allocation, recycled_content=end)
    happened = virgin + (1 - end) * virgin + end * recycled + (1 - end + 1) * disposal
    total = _net(first, burdens) + _net(second, burdens)
    assert total == pytest.approx(happened, rel=1e-9, abs=1e-9)


@given(SHARES, SHARES, st.floats(0.5, 1.0), BURDENS, BURDENS)
@numbers
def test_net_scrap_replaces_the_scrap_taken_in_by_the_scrap_given_back(
    recovered: float, scrap: float, yield_: float, virgin: float, recycled: float
) -> None:
    burdens = _burdens(virgin, recycled, 0.0)
    made = (1 - scrap * yield_) * virgin + scrap * yield_ * recycled
    burdens["as made"] = Amount(made, "kg CO2e/kg")
    formula = net_scrap(
        recovered=_one(recovered), scrap_input=_one(scrap), recycling_yield=_one(yield_)
    )
    loop = closed_loop(recycled=_one(recovered), recycling_yield=_one(yield_))
    assert _net(formula, burdens) == pytest.approx(_net(loop, burdens), rel=1e-9, abs=1e-9)


def test_more_scrap_taken_in_than_given_back_is_a_burden() -> None:
    formula = net_scrap(
        recovered=_one(0.5), scrap_input=Amount(1.0, "kg/kg"), recycling_yield=_one(1.0)
    )
    assert formula.coefficient("virgin avoided") == 0.5
    assert _net(formula, _burdens(2.0, 0.5, 0.0, **{"as made": 0.5})) == pytest.approx(1.25)


def test_energy_recovery_is_credited_by_heating_value_and_efficiency() -> None:
    formula = _cff(energy_at_end=0.5, lhv=40.0, heat_efficiency=0.3, electricity_efficiency=0.1)
    burdens = _burdens(2.0, 1.0, 0.1, **{"energy recovery": 3.0})
    burdens["heat avoided"] = Amount(0.05, "kg CO2e/MJ")
    burdens["electricity avoided"] = Amount(0.54, "kg CO2e/kWh")
    impact = formula.impact(burdens, part="energy")
    assert impact.gross.value == pytest.approx(1.5)
    assert impact.credit.value == pytest.approx(0.5 * 40 * (0.3 * 0.05 + 0.1 * 0.54 / 3.6))
    whole = formula.impact(burdens).net.value
    parts = [
        formula.impact(burdens, part=each).net.value for each in ("material", "energy", "disposal")
    ]
    assert whole == pytest.approx(sum(value for value in parts if value is not None))


def test_pre_consumer_scrap_carries_its_product_under_cut_off() -> None:
    shares: dict[str, Any] = {
        "post_consumer": _one(0.3),
        "pre_consumer": _one(0.2),
        "recycled_at_end": _one(0.9),
        "energy_at_end": _one(0.0),
    }
    burdens = _burdens(10.0, 1.0, 0.0)
    by_mass = cut_off(**shares, pre_consumer_burden=_one(1.0))
    by_price = cut_off(**shares, pre_consumer_burden=_one(0.6))
    free = cut_off(**shares, pre_consumer_burden=_one(0.0))
    assert [_net(each, burdens) for each in (by_mass, by_price, free)] == pytest.approx(
        [7.5, 6.7, 5.5]
    )
    assert [each.findings for each in (by_mass, by_price)] == [(), ()]
    assert [each.code for each in free.findings] == ["scrap-pre-consumer-free"]


def test_cut_off_credits_nothing() -> None:
    formula = cut_off(
        post_consumer=_one(1.0),
        pre_consumer=_one(0.0),
        pre_consumer_burden=_one(1.0),
        recycled_at_end=_one(0.5),
        energy_at_end=_one(0.5),
    )
    assert formula.impact(_burdens(10.0, 1.0, 0.5)).credit.value == 0.0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"recycled_at_end": 0.7, "energy_at_end": 0.4}, "recycling-shares"),
        ({"heat_efficiency": 0.7, "electricity_efficiency": 0.4}, "recycling-shares"),
        ({"recycled_content": -0.1}, "method-need-range"),
        ({"recycled_content": 20.0}, "method-need-range"),
        ({"quality_out": 1.2}, "method-need-range"),
    ],
)
def test_impossible_numbers_are_refused(values: dict[str, float], code: str) -> None:
    with pytest.raises(ModelError) as error:
        _cff(**values)
    assert {each.code for each in error.value.problems} == {code}


def test_everything_missing_is_said_at_once() -> None:
    nothing: Any = Amount(None, "1")
    with pytest.raises(ModelError) as error:
        hundred_zero(recycled_content=nothing, recycled_at_end=nothing)
    assert [each.code for each in error.value.problems] == ["method-need-missing"] * 2


def test_a_missing_burden_is_not_zero() -> None:
    formula = hundred_zero(recycled_content=_one(0.5), recycled_at_end=_one(1.0))
    with pytest.raises(ModelError) as error:
        formula.impact({"virgin": Amount(2.0, "kg CO2e/kg"), "primary": Amount(1.0, "kg CO2e/kg")})
    assert [each.code for each in error.value.problems] == ["recycling-role", "recycling-burden"]


def test_defaults_are_sourced_and_a_recalled_one_must_be_accepted() -> None:
    assert {row.confidence for row in default_parameters("steel").values()} == {"secondary"}
    with pytest.raises(ModelError) as error:
        default_parameters("copper")
    codes = [each.code for each in error.value.problems]
    assert "published-unverified" in codes
    assert codes.count("published-none") == 3


@given(SHARES, SHARES, SHARES, st.sampled_from([0.0, 0.2, 0.5, 1.0]))
@settings(max_examples=25, deadline=None)
def test_exchanges_solve_to_the_impact(
    content: float, end: float, burnt: float, allocation: float
) -> None:
    """The formula written into a product system gives what the formula gives by itself."""
    formula = _cff(
        allocation=allocation,
        recycled_content=content,
        recycled_at_end=end,
        energy_at_end=(1 - end) * burnt,
        quality_out=0.9,
        lhv=30.0,
        heat_efficiency=0.5,
    )
    flows = {
        "virgin": "virgin plastic",
        "virgin avoided": "virgin plastic",
        "recycled": "recyclate",
        "recycling at end of life": "scrap",
        "energy recovery": "refuse to burn",
        "heat avoided": "heat",
        "disposal": "refuse",
    }
    rows = formula.exchanges(Amount(2.0, "kg"), flows)
    processes = [
        UnitProcess("product", "product", Amount(1.0, "item"), rows),
        unit_process("virgin plastic", "1 kg", emits={"CO2": "2 kg"}),
        unit_process("recyclate", "1 kg", emits={"CO2": "0.5 kg"}),
        unit_process("recycling", ("scrap", "1 kg"), emits={"CO2": "0.7 kg"}, treats=True),
        unit_process("burning", ("refuse to burn", "1 kg"), emits={"CO2": "3 kg"}, treats=True),
        unit_process("landfill", ("refuse", "1 kg"), emits={"CO2": "0.1 kg"}, treats=True),
        unit_process("heat", "1 MJ", emits={"CO2": "0.06 kg"}),
    ]
    burdens = _burdens(2.0, 0.5, 0.1, **{"recycling at end of life": 0.7, "energy recovery": 3.0})
    burdens["heat avoided"] = Amount(0.06, "kg CO2e/MJ")
    found = solve(product_system(processes), {"product": 1.0}).amount("CO2, fossil")
    assert found == pytest.approx(2 * _net(formula, burdens), rel=1e-9, abs=1e-9)
