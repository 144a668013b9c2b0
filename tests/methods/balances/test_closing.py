"""A balance closes where it should, and names the stream where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.balances import Stream, balance
from pcf.model.amounts import Amount

read = Amount.read
amounts = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=5)


def _streams(values: list[float], prefix: str = "stream") -> list[Stream]:
    return [
        Stream(f"{prefix} {i}", Amount(value, "kg"), read("50 %")) for i, value in enumerate(values)
    ]


def test_anode_carbon_closes_as_the_reference_study_prints() -> None:
    net = Stream("net anode", Amount(480 - 78.72, "kg"), read("97.6 %"))
    gas = Stream("CO2", read("1.424 t"), Amount(12 / 44, "1"))
    found = balance("C", inputs=[net], outputs=[gas], tolerance=0.1)
    assert found.share == pytest.approx(0.0085, abs=5e-5)
    assert found.closes
    assert found.findings[0].code == "balance"


@given(amounts)
def test_the_same_streams_in_and_out_close_exactly(values: list[float]) -> None:
    found = balance("Ni", inputs=_streams(values), outputs=_streams(values), tolerance=0.0)
    assert found.difference.value == 0
    assert found.closes


@given(amounts, st.floats(0.1, 100))
def test_scaling_every_stream_leaves_the_share(values: list[float], factor: float) -> None:
    out = [Stream("out", Amount(sum(values), "kg"), read("40 %"))]
    first = balance("Ni", inputs=_streams(values), outputs=out, tolerance=0.1)
    scaled = balance(
        "Ni",
        inputs=_streams([value * factor for value in values]),
        outputs=[Stream("out", Amount(sum(values) * factor, "kg"), read("40 %"))],
        tolerance=0.1,
    )
    assert scaled.share == pytest.approx(first.share)


def test_an_open_balance_names_its_largest_stream() -> None:
    ore = Stream("ore", read("100 t"), read("1.18 %"))
    slag = Stream("slag", read("50 t"), read("0.2 %"))
    matte = Stream("matte", read("2 t"), read("60 %"))
    found = balance("Ni", inputs=[ore], outputs=[slag, matte], tolerance=0.02)
    assert found.difference.value == pytest.approx(1180 - 100 - 1200)
    assert not found.closes
    assert found.findings[0].code == "balance-open"
    assert found.findings[0].facts["stream"] == "matte"


def test_just_within_the_tolerance_closes_and_just_outside_does_not() -> None:
    out = [Stream("out", read("100 kg"), read("100 %"))]
    for value, closes in ((110.0, True), (110.001, False), (90.0, True), (89.999, False)):
        given_in = [Stream("in", Amount(value, "kg"), read("100 %"))]
        assert balance("Cu", inputs=given_in, outputs=out, tolerance=0.1).closes is closes


def test_energy_takes_heating_values_and_amounts_of_energy_together() -> None:
    coal = Stream("coal", read("1 t"), read("22.9 GJ/t"))
    power = Stream("power", read("1000 kWh"))
    heat = Stream("heat", read("26.5 GJ"))
    found = balance("energy", inputs=[coal, power], outputs=[heat], tolerance=0.01)
    assert (found.inputs.value, found.inputs.unit) == (pytest.approx(26500), "MJ")


def test_mass_needs_no_content() -> None:
    found = balance(
        "mass",
        inputs=[Stream("ore", read("2 t"))],
        outputs=[Stream("concentrate", read("500 kg")), Stream("tailings", read("1.5 t"))],
        tolerance=0.0,
    )
    assert found.closes


def test_nothing_out_of_something_does_not_close() -> None:
    found = balance(
        "Ni",
        inputs=[Stream("ore", read("1 t"), read("1 %"))],
        outputs=[Stream("slag", read("1 t"), read("0 %"))],
        tolerance=1.0,
    )
    assert found.share is None
    assert not found.closes


def test_every_problem_is_told_at_once_and_unknown_is_not_zero() -> None:
    with pytest.raises(ModelError) as caught:
        balance(
            "Ni",
            inputs=[
                Stream("ore", Amount(None, "t"), read("1 %")),
                Stream("matte", read("1 t")),
                Stream("scrap", read("1 t"), read("120 %")),
                Stream("sludge", read("1 t"), read("20 %"), "wet", "dry"),
                Stream("liquor", read("1 m3"), read("20 %")),
                Stream("returns", read("-1 t"), read("20 %")),
            ],
            outputs=[],
            tolerance=0.1,
        )
    codes = [each.code for each in caught.value.problems]
    assert codes == [
        "balance-unknown",
        "balance-unknown",
        "balance-content",
        "balance-basis",
        "unit-dimension",
        "balance-negative",
        "balance-side",
    ]
