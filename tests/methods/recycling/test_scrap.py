"""Kinds of scrap and what they carry."""

from __future__ import annotations

from typing import Any

import pytest

from pcf.errors import ModelError
from pcf.inventory import solve
from pcf.methods import allocate
from pcf.methods.recycling import Charge, casthouse, scrap_input
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import (
    CoProduct,
    Exchange,
    MultiOutputProcess,
    UnitProcess,
    unit_process,
)

TONNE = Amount(1.0, "t")


def _codes(error: pytest.ExceptionInfo[ModelError]) -> list[str]:
    return [each.code for each in error.value.problems]


def test_internal_scrap_has_neither_burden_nor_credit() -> None:
    taken = scrap_input("run-around scrap", kind="internal", amount=TONNE)
    (row,) = taken.exchanges
    assert row.kind == "internal"
    assert row.note


def test_post_consumer_scrap_brings_its_collection_alone() -> None:
    taken = scrap_input("old cans", kind="post-consumer", amount=TONNE)
    assert [row.flow for row in taken.exchanges] == ["old cans"]
    assert taken.others == {}


def test_pre_consumer_scrap_brings_its_product_and_the_other_choices_stand_beside() -> None:
    taken = scrap_input("clippings", kind="pre-consumer", amount=TONNE, product="sheet", by="mass")
    assert [(row.flow, str(row.amount)) for row in taken.exchanges] == [
        ("clippings", "1,000 kg"),
        ("sheet", "1,000 kg"),
    ]
    assert set(taken.others) == {"burden-free"}
    assert taken.findings == ()
    free = scrap_input(
        "clippings", kind="pre-consumer", amount=TONNE, product="sheet", by="burden-free"
    )
    assert [each.code for each in free.findings] == ["scrap-pre-consumer-free"]
    assert set(free.others) == {"mass"}


def test_what_pre_consumer_scrap_carries_is_what_its_maker_gave_it() -> None:
    """By mass, the scrap of an allocated press carries the sheet's burden per kilogram."""
    press = MultiOutputProcess(
        "press",
        (CoProduct("panel", Amount(0.6, "t")), CoProduct("clippings", Amount(0.4, "t"))),
        (Exchange("sheet", TONNE),),
    )
    sheet = unit_process("sheet", "1 kg", emits={"CO2": "8 kg"})
    system = product_system([*allocate(press, by="mass").processes, sheet])
    made = solve(system, {"clippings": 1.0}).amount("CO2, fossil")
    taken = scrap_input("ready", kind="pre-consumer", amount=TONNE, product="sheet", by="mass")
    remelt = UnitProcess("remelt", "ingot", TONNE, taken.exchanges)
    ready = unit_process("ready", "1 kg")
    used = solve(product_system([remelt, ready, sheet]), {"ingot": 1.0})
    assert used.amount("CO2, fossil") == pytest.approx(made)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"kind": "old"}, ["method-need-word"]),
        ({"kind": "pre-consumer"}, ["scrap-product", "scrap-no-choice"]),
        ({"kind": "pre-consumer", "product": "sheet", "by": "price"}, ["scrap-price"]),
        ({"kind": "internal", "by": "mass"}, ["scrap-choice"]),
        ({"kind": "internal", "amount": Amount(-1.0, "t")}, ["method-need-range"]),
        ({"kind": "internal", "amount": Amount(1.0, "kWh")}, ["method-need-unit"]),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(ModelError) as error:
        scrap_input("scrap", **({"amount": TONNE} | given))
    assert _codes(error) == codes


def test_a_casthouse_that_loses_metal_is_a_finding() -> None:
    charge = [Charge("liquid aluminium", Amount(10.5, "t"))]
    amounts = {"dross": Amount(0.1, "t"), "melt_loss": Amount(0.05, "t")}
    found = casthouse(charge, ingot=Amount(10.0, "t"), waste="dross", **amounts)
    assert [each.code for each in found.findings] == ["casthouse-open"]
    closed = casthouse(charge, ingot=Amount(10.35, "t"), waste="dross", **amounts)
    assert closed.findings == ()
    assert closed["yield"] == pytest.approx(10.35 / 10.5)


def test_shares_of_scrap_are_of_the_metal_from_outside() -> None:
    found = casthouse(
        [
            Charge("ingot", Amount(6.0, "t")),
            Charge("own", Amount(2.0, "t"), "internal"),
            Charge("wheels", Amount(3.0, "t"), "post-consumer"),
            Charge("clippings", Amount(1.0, "t"), "pre-consumer", "sheet", "mass"),
        ],
        ingot=Amount(12.0, "t"),
        dross=Amount(0.0, "t"),
        melt_loss=Amount(0.0, "t"),
        waste="dross",
    )
    assert (found["post-consumer share"], found["pre-consumer share"]) == pytest.approx((0.3, 0.1))
    assert [row.kind for row in found.exchanges].count("internal") == 1


def test_all_faults_of_a_charge_come_together() -> None:
    with pytest.raises(ModelError) as error:
        casthouse(
            [
                Charge("clippings", TONNE, "pre-consumer"),
                Charge("liquid", Amount(None, "t")),
            ],
            ingot=Amount(-1.0, "t"),
            dross=Amount(0.0, "t"),
            melt_loss=Amount(0.0, "t"),
            waste="dross",
        )
    assert _codes(error) == [
        "method-need-range",
        "scrap-product",
        "scrap-no-choice",
        "amount-unknown",
    ]
