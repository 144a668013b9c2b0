"""Carbon balances of furnaces: they close, name what is missing, and keep biogenic carbon apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import AllocationError, ModelError
from pcf.methods.metals import (
    PROCESSES,
    CarbonStream,
    carbon_balance,
    route_average,
    sulphur_to_acid,
    tier1,
)
from pcf.model.amounts import Amount

read = Amount.read
NOTHING = CarbonStream(read("0 kg"))


def _stream(amount: str, carbon: str = "", biogenic: str = "") -> CarbonStream:
    return CarbonStream(
        read(amount), read(carbon) if carbon else None, read(biogenic) if biogenic else None
    )


# Carbon balance of an integrated works, read off the reference study H (He et al. 2017): the coal
# and the flux of the site with IPCC 2006 carbon contents, 1,671.6 kg per t of crude steel.
def test_a_site_balance_gives_the_reference_figure() -> None:
    found = carbon_balance(
        "blast furnace",
        edition="2006",
        inputs={
            "coke": NOTHING,
            "coking coal": _stream("447.3 kg"),
            "injected coal": _stream("194.8 kg", "0.6021 1"),
            "limestone": _stream("87.8 kg"),
            "dolomite": _stream("87.8 kg"),
            "steel scrap": _stream("140 kg", "0.09 %"),
        },
        outputs={
            "hot metal": NOTHING,
            "steel": _stream("1 t"),
            "blast-furnace gas": NOTHING,
        },
    )
    assert found["CO2"] == pytest.approx(1671.6, abs=0.05)


@given(
    st.sampled_from(sorted(PROCESSES)),
    st.lists(st.floats(0.1, 1000), min_size=6, max_size=6),
    st.floats(0, 1),
)
def test_carbon_is_conserved_in_every_process(
    process: str, masses: list[float], biogenic: float
) -> None:
    streams = PROCESSES[process]
    inputs = {
        name: CarbonStream(Amount(mass, "kg"), read("80 %"), Amount(biogenic, "1"))
        for name, mass in zip(streams.inputs, masses, strict=False)
    }
    held = 0.8 * sum(masses[: len(inputs)]) / (2 * len(streams.outputs))
    outputs = {name: CarbonStream(Amount(2 * held, "kg"), read("50 %")) for name in streams.outputs}
    found = carbon_balance(process, inputs=inputs, outputs=outputs, edition="2019")
    emitted = math.fsum(row.amount.value for row in found.exchanges) * 12 / 44
    assert emitted + found["carbon out"] == pytest.approx(found["carbon in"])
    by_line = {row.flow: row.amount.value for row in found.exchanges}
    assert by_line.get("CO2, biogenic", 0) == pytest.approx(found["CO2"] * biogenic)
    assert found.findings == ()


def test_a_stream_that_is_not_named_is_an_error_and_not_zero() -> None:
    with pytest.raises(ModelError) as caught:
        carbon_balance(
            "electric arc furnace",
            edition="2019",
            inputs={"steel scrap": _stream("1.1 t"), "electrodes": _stream("3 kg")},
            outputs={"steel": _stream("1 t")},
        )
    problem = caught.value.problems[0]
    assert problem.code == "carbon-streams"
    assert "charge carbon (input)" in problem.facts["streams"]


def test_charcoal_is_biogenic_and_a_strange_input_must_say_so() -> None:
    inputs = dict.fromkeys(PROCESSES["sintering"].inputs, NOTHING)
    outputs = {"sinter": NOTHING}
    found = carbon_balance(
        "sintering",
        edition="2006",
        inputs=inputs | {"charcoal": _stream("10 kg")},
        outputs=outputs,
    )
    assert found.lines == {"biogenic CO2 emitted"}
    with pytest.raises(ModelError) as caught:
        carbon_balance(
            "sintering",
            edition="2006",
            inputs=inputs | {"plastic": _stream("10 kg", "75 %")},
            outputs=outputs,
        )
    assert [each.code for each in caught.value.problems] == ["carbon-origin"]


def test_more_carbon_out_than_in_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        carbon_balance(
            "coking",
            edition="2006",
            inputs={"coking coal": _stream("1 t")},
            outputs={
                "coke": _stream("1 t"),
                "coke-oven gas": NOTHING,
                "coal tar": NOTHING,
            },
        )
    assert [each.code for each in caught.value.problems] == ["carbon-balance-negative"]


def test_unknown_amounts_and_contents_are_told_together() -> None:
    with pytest.raises(ModelError) as caught:
        carbon_balance(
            "converter",
            edition="1996",
            inputs={
                "hot metal": CarbonStream(Amount(None, "t")),
                "steel scrap": _stream("100 kg", "120 %"),
                "limestone": NOTHING,
                "dolomite": _stream("10 m3"),
            },
            outputs={"steel": _stream("1 t"), "converter gas": NOTHING},
        )
    codes = [each.code for each in caught.value.problems]
    assert codes[:4] == ["method-edition", "carbon-stream", "carbon-stream", "unit-dimension"]


def test_the_editions_differ_and_say_so() -> None:
    old, new = (
        tier1(product="pellet", amount=read("1 t"), edition=edition) for edition in ("2006", "2019")
    )
    assert (old["CO2"], new["CO2"]) == (30.0, 190.0)
    assert new.findings[0].facts["edition"] == "2019"


def test_shares_of_routes_must_sum_to_one() -> None:
    with pytest.raises((ModelError, AllocationError)):
        route_average(shares={"BOF steel": read("65 %")}, edition="2006")


# Stoichiometry of chalcopyrite, as the copper reference study derives it: 3.087 t per t of copper.
@given(st.floats(1, 1e4), st.floats(0, 0.4), st.floats(0, 0.1), st.floats(0, 1))
def test_sulphur_is_conserved(sulphur: float, matte: float, slag: float, capture: float) -> None:
    found = sulphur_to_acid(
        concentrate=Amount(sulphur, "kg"),
        matte=Amount(sulphur * matte, "kg"),
        slag=Amount(sulphur * slag, "kg"),
        capture=Amount(capture, "1"),
    )
    out = found["acid"] * 32.06 / 98.072 + found["SO2"] * 32.06 / 64.058
    assert out == pytest.approx(found["sulphur in off-gas"])
    assert found["sulphur in off-gas"] == pytest.approx(sulphur * (1 - matte - slag))
    assert ("sulphur-capture" in [each.code for each in found.findings]) == (capture < 0.95)
