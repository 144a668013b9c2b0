"""Steps that avoid allocation: taking a process apart, and crediting what co-products replace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pcf.errors import AllocationError, UnitError
from pcf.methods import Part, allocate, subdivide, substitute
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import (
    CoProduct,
    Exchange,
    MultiOutputProcess,
    UnitProcess,
    unit_process,
)

IRON = CoProduct("iron", Amount(1.0, "t"), basis="gross mass")
SLAG = CoProduct("slag", Amount(0.3, "t"), basis="dry mass")
SLUDGE = CoProduct("sludge", Amount(2.0, "t"), treats=True)
COKE = Exchange("coke", Amount(10.0, "GJ"), id="r1")
POWER = Exchange("power", Amount(100.0, "kWh"), id="r2")
LIME = Exchange("lime", Amount(0.2, "t"))
PLANT = MultiOutputProcess("plant", (IRON, SLAG, SLUDGE), (COKE, POWER, LIME), stage="smelting")


def test_substitution_keeps_every_exchange_and_adds_credits_apart() -> None:
    expanded = substitute(
        PLANT, "iron", replaced={"slag": "clinker", "sludge": "sludge elsewhere"}, reason="asked"
    )
    assert (expanded.method, expanded.level, expanded.step) == ("substitution", "expansion", 1)
    (process,) = expanded.processes
    assert process.exchanges[:3] == PLANT.exchanges
    slag, sludge = process.exchanges[3:]
    assert (slag.kind, slag.direction, slag.amount, slag.basis) == (
        "credit",
        "output",
        SLAG.amount,
        "dry mass",
    )
    assert (sludge.kind, sludge.direction, sludge.flow) == ("credit", "input", "sludge elsewhere")


def test_an_expanded_process_links_to_the_makers_of_what_it_replaces() -> None:
    bare = replace(PLANT, exchanges=())
    expanded = substitute(
        bare, "iron", replaced={"slag": ("clinker", "200 kg"), "sludge": "sludge elsewhere"}
    )
    elsewhere = UnitProcess("other", "sludge elsewhere", Amount(1.0, "t"), treats=True)
    system = product_system([*expanded.processes, unit_process("clinker", "1 t"), elsewhere])
    assert [row.amount.value for row in system.process(0).exchanges] == [0.2, 2.0]


def test_a_waste_can_be_the_main_product() -> None:
    (process,) = substitute(
        PLANT, "sludge", replaced={"iron": "pig iron", "slag": "clinker"}
    ).processes
    assert process.treats
    assert process.amount == SLUDGE.amount


@pytest.mark.parametrize(
    ("main", "replaced", "codes"),
    [
        ("steel", {"slag": "clinker"}, ["allocation-stranger", "substitution-missing"]),
        ("iron", {"slag": "clinker"}, ["substitution-missing"]),
        (
            "iron",
            {"slag": "clinker", "sludge": "s", "dust": "zinc", "iron": "iron"},
            ["allocation-stranger", "substitution-main"],
        ),
    ],
)
def test_a_substitution_that_does_not_close_is_refused(
    main: str, replaced: dict[str, str], codes: list[str]
) -> None:
    with pytest.raises(AllocationError) as caught:
        substitute(PLANT, main, replaced=replaced)
    assert [each.code for each in caught.value.problems] == codes


def test_a_replaced_amount_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnitError):
        substitute(PLANT, "iron", replaced={"slag": ("clinker", "some"), "sludge": "s"})


STEAM = CoProduct("steam", Amount(3.0, "GJ"))
BOILER = Part("boiler", makes=(STEAM,), exchanges=("r1",), stage="utilities")
FURNACE = Part(
    "furnace",
    makes=("iron", "slag"),
    exchanges=("r2",),
    takes=(Exchange("steam", Amount(2.0, "GJ")),),
)
PRESS = Part(
    "press",
    makes=("sludge",),
    exchanges=("lime",),
    takes=(Exchange("steam", Amount(1000.0, "MJ")),),
)


def test_parts_hold_every_exchange_once_and_link_inside() -> None:
    divided = subdivide(PLANT, BOILER, FURNACE, PRESS, reason="metered apart")
    boiler, furnace, press = divided.processes
    assert isinstance(boiler, UnitProcess)
    assert isinstance(furnace, MultiOutputProcess)
    assert isinstance(press, UnitProcess)
    assert (boiler.exchanges, boiler.stage, furnace.stage) == ((COKE,), "utilities", "smelting")
    assert (press.treats, press.exchanges[0]) == (True, LIME)
    outside = [unit_process("coke", "1 GJ"), unit_process("power", "1 kWh")]
    system = product_system(
        [
            boiler,
            *allocate(furnace, by="equal").processes,
            press,
            *outside,
            unit_process("lime", "1 t"),
        ]
    )
    assert str(system.processes.ids[0]) == "plant: boiler"


def test_an_order_of_parts_changes_no_part() -> None:
    one = subdivide(PLANT, BOILER, FURNACE, PRESS).processes
    assert set(map(str, one)) == set(map(str, subdivide(PLANT, PRESS, BOILER, FURNACE).processes))


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ((BOILER, FURNACE), {"subdivision-exchange", "subdivision-product", "subdivision-inside"}),
        ((BOILER, FURNACE, replace(PRESS, exchanges=("lime", "r1"))), {"subdivision-exchange"}),
        ((BOILER, FURNACE, replace(PRESS, exchanges=("lime", "x"))), {"subdivision-exchange"}),
        ((BOILER, FURNACE, replace(PRESS, makes=("sludge", "iron"))), {"subdivision-product"}),
        ((BOILER, FURNACE, replace(PRESS, makes=("sludge", "x"))), {"subdivision-product"}),
        ((BOILER, FURNACE, replace(PRESS, id="boiler")), {"process-twice"}),
        ((BOILER, FURNACE, PRESS, Part("idle", ())), {"subdivision-empty"}),
        ((BOILER, FURNACE, replace(PRESS, takes=())), {"subdivision-inside"}),
        (
            (
                BOILER,
                FURNACE,
                replace(PRESS, takes=(*PRESS.takes, Exchange("compressed air", Amount(1.0, "m3")))),
            ),
            {"subdivision-inside"},
        ),
        (
            (BOILER, FURNACE, replace(PRESS, takes=(Exchange("steam", Amount(None, "GJ")),))),
            {"subdivision-inside"},
        ),
        (
            (BOILER, FURNACE, replace(PRESS, takes=(Exchange("steam", Amount(1.0, "t")),))),
            {"unit-dimension"},
        ),
    ],
)
def test_a_subdivision_that_does_not_close_is_refused(
    parts: tuple[Part, ...], codes: set[str]
) -> None:
    with pytest.raises(AllocationError) as caught:
        subdivide(PLANT, *parts)
    assert {each.code for each in caught.value.problems} == codes


def test_exchanges_without_ids_of_their_own_cannot_be_told_apart() -> None:
    process = replace(PLANT, exchanges=(LIME, LIME))
    with pytest.raises(AllocationError) as caught:
        subdivide(process, Part("all", ("iron", "slag", "sludge"), ("lime",)))
    assert [each.code for each in caught.value.problems] == ["subdivision-ambiguous"]
