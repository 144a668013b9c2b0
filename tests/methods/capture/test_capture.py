"""Captured CO2 and hydrogen: every tonne has one fate and one owner, carbon is conserved."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.allocation import allocate
from pcf.methods.balances import Stream
from pcf.methods.capture import (
    Claim,
    Fate,
    capture,
    chlor_alkali,
    electrolyse,
    follow,
    hydrogen_from_feed,
    require_one_claim,
)
from pcf.model.amounts import Amount

read = Amount.read
shares = st.floats(0, 1)


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


def _store(co2: str, proof: str = "registry 1", leak: str = "0 %/year") -> Fate:
    return Fate(
        "aquifer",
        read(co2),
        "storage",
        proof=proof,
        lost=read("0 %"),
        leak=read(leak),
        years=read("100 year"),
    )


@given(st.floats(1, 1e5), shares, shares)
def test_a_capture_unit_conserves_its_co2(tonnes: float, rate: float, biogenic: float) -> None:
    found = capture(
        co2=Amount(tonnes, "t"),
        captured=Amount(rate, "1"),
        biogenic_share=Amount(biogenic, "1"),
        heat=read("3 GJ/t"),
        power=read("100 kWh/t"),
        solvent=read("1 kg/t"),
    )
    emitted = math.fsum(row.amount.value for row in found.exchanges if row.elementary)
    assert emitted + found["captured"] == pytest.approx(1000 * tonnes)
    assert found.exchanges[0].amount.value == pytest.approx(3 * tonnes * rate)


def test_a_missing_energy_penalty_is_not_zero() -> None:
    with pytest.raises(ModelError) as caught:
        capture(
            co2=read("1 t"),
            captured=read("90 %"),
            biogenic_share=read("0 1"),
            heat=Amount(None, "GJ/t"),
            power=read("100 kWh/t"),
            solvent=read("0 kg/t"),
        )
    assert _codes(caught.value) == ["method-need-missing"]


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 0.05))
def test_only_proven_storage_is_deducted(stored: float, used: float, leak: float) -> None:
    whole = Amount(stored + used, "t")
    fates = [
        _store(f"{stored} t", leak=f"{100 * leak} %/year"),
        Fate("urea", Amount(used, "t"), "use"),
    ]
    found = follow(captured=whole, origin="fossil", fates=fates)
    kept = 1000 * stored * (1 - leak) ** 100
    assert found["stored"] == pytest.approx(kept)
    assert found["stored"] + found["emitted"] == pytest.approx(1000 * whole.value)
    assert found.lines == {"fossil"}
    assert [each.code for each in found.findings] == ["capture-handed-on"]


def test_storage_without_proof_stays_emitted() -> None:
    found = follow(captured=read("10 t"), origin="fossil", fates=[_store("10 t", proof=" ")])
    assert (found["stored"], found["emitted"]) == (0, 10000)
    assert [each.code for each in found.findings] == ["capture-no-proof"]


def test_a_removal_is_claimed_once_on_its_own_line() -> None:
    found = follow(captured=read("10 t"), origin="biogenic", fates=[_store("10 t")])
    rows = {row.flow: (row.direction, row.amount.value) for row in found.exchanges}
    assert rows == {
        "CO2, biogenic": ("output", 10000),
        "CO2, technical removal": ("input", 10000),
    }
    air = follow(captured=read("10 t"), origin="atmosphere", fates=[_store("10 t")])
    assert air.lines == {"technical removals"}


def test_fates_that_do_not_add_up_and_stores_without_leakage_are_told_together() -> None:
    with pytest.raises(ModelError) as caught:
        follow(
            captured=read("10 t"),
            origin="stack",
            fates=[Fate("field", read("8 t"), "storage", proof="x", lost=read("1 %"))],
        )
    assert _codes(caught.value) == [
        "method-need-word",
        "method-need-missing",
        "method-need-missing",
        "capture-fates",
    ]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=4), st.floats(1, 200))
def test_no_batch_is_claimed_beyond_its_tonnes(claims: list[float], whole: float) -> None:
    rows = [Claim("batch", f"plant {i}", Amount(value, "t")) for i, value in enumerate(claims)]
    if math.fsum(claims) <= whole:
        require_one_claim(captured=Amount(whole, "t"), claims=rows)
    elif math.fsum(claims) > whole * 1.001:
        with pytest.raises(ModelError):
            require_one_claim(captured=Amount(whole, "t"), claims=rows)


# CH4 + 2 H2O = CO2 + 4 H2: 44/8.064 kg of CO2 for a kilogram of hydrogen from the feed alone.
def test_reforming_emits_at_least_its_stoichiometry() -> None:
    methane = Stream("methane", Amount(16.043 / 8.064, "kg"), Amount(12 / 16.043, "1"))
    found = hydrogen_from_feed(
        hydrogen=read("1 kg"),
        route="natural gas reforming",
        feeds={"feed": methane},
        carbon_products={},
        biogenic_share=read("0 1"),
    )
    assert found["CO2 per hydrogen"] == pytest.approx(44 / 8.064)


@given(st.floats(1, 100), st.floats(0, 0.9), shares)
def test_hydrogen_carbon_is_conserved(feed: float, black: float, biogenic: float) -> None:
    found = hydrogen_from_feed(
        hydrogen=read("1 kg"),
        route="methane pyrolysis",
        feeds={"gas": Stream("gas", Amount(feed, "kg"), read("75 %"))},
        carbon_products={
            "black": Stream("carbon black", Amount(0.75 * feed * black, "kg"), read("100 %"))
        },
        biogenic_share=Amount(biogenic, "1"),
    )
    emitted = math.fsum(row.amount.value for row in found.exchanges if row.elementary)
    assert emitted * 12 / 44 == pytest.approx(0.75 * feed * (1 - black))


def test_more_carbon_out_than_in_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        hydrogen_from_feed(
            hydrogen=read("1 kg"),
            route="methane pyrolysis",
            feeds={"gas": Stream("gas", read("4 kg"), read("75 %"))},
            carbon_products={"black": Stream("black", read("3.1 kg"), read("100 %"))},
            biogenic_share=read("0 1"),
        )
    assert _codes(caught.value) == ["carbon-balance-negative"]


def test_co_products_of_electrolysis_follow_the_stoichiometry() -> None:
    made = chlor_alkali(
        "cells",
        meter="cells",
        hydrogen=read("2.016 kg"),
        power=read("170 kWh"),
        salt=read("117 kg"),
    )
    masses = [row.amount.value for row in made.products]
    assert masses == pytest.approx([2.016, 70.90, 2 * 39.997])
    parts = allocate(made, by="mass", reason="sold by weight")
    power = [each.exchanges[0].amount.value for each in parts.processes]
    assert math.fsum(power) == pytest.approx(170)
    with pytest.raises(ModelError) as caught:
        chlor_alkali(
            "cells", meter="c", hydrogen=read("1 kg"), power=read("1 kWh"), salt=read("50 kg")
        )
    assert _codes(caught.value) == ["hydrogen-salt"]


def test_vented_oxygen_is_no_product_and_no_more_leaves_than_forms() -> None:
    stated = {"meter": "stack", "power": read("55 kWh"), "water": read("10 kg")}
    vented = electrolyse("e", hydrogen=read("1 kg"), oxygen=read("0 kg"), **stated)
    sold = electrolyse("e", hydrogen=read("1 kg"), oxygen=read("7.9 kg"), **stated)
    assert [len(each.products) for each in (vented, sold)] == [1, 2]
    with pytest.raises(ModelError) as caught:
        electrolyse("e", hydrogen=read("1 kg"), oxygen=read("8 kg"), **stated)
    assert _codes(caught.value) == ["hydrogen-oxygen"]
