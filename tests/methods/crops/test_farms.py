"""Manure, inputs, operations, storage, drying, rotations, averages: balances and refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.errors import AllocationError, ModelError
from pcf.methods.crops import (
    FieldCrop,
    Loss,
    Operation,
    Sample,
    Stage,
    composting,
    drying,
    film_mass,
    irrigation,
    machinery,
    manure_content,
    manure_management,
    nursery_share,
    perennial,
    pesticide,
    plastic_film,
    rotation,
    sampled_ratio,
    seed,
    storage,
    weighted_average,
)
from pcf.model.amounts import Amount
from pcf.model.processes import CoProduct, Exchange

ABOVE = st.floats(0.1, 1000.0)
SHARES = st.floats(0.0, 1.0)


def _codes(error: pytest.ExceptionInfo[Any]) -> list[str]:
    return [each.code for each in error.value.problems]


def _one(value: float) -> Amount:
    return Amount(value, "1")


MANURE: dict[str, Any] = {
    "system": "composting, static pile",
    "nitrogen": Amount(100.0, "kg"),
    "leached": _one(0.02),
    "nitrogen_gas": _one(0.03),
    "volatile_solids": Amount(1.0, "t"),
    "methane_capacity": Amount(0.13, "m3/kg"),
    "climate": "dry",
    "zone": "cool temperate",
}


@given(nitrogen=ABOVE, leached=st.floats(0, 0.1), lost=st.floats(0, 0.1), gas=st.floats(0, 0.6))
@settings(max_examples=40, deadline=None)
def test_manure_nitrogen_balances(nitrogen: float, leached: float, lost: float, gas: float) -> None:
    found = manure_management(
        **MANURE
        | {
            "nitrogen": Amount(nitrogen, "kg"),
            "leached": _one(leached),
            "nitrogen_gas": _one(lost),
            "volatilised": _one(gas),
        }
    )
    parts = ("N2O-N direct", "N volatilised", "N leached", "N lost as N2", "N left")
    assert sum(found[name] for name in parts) == pytest.approx(nitrogen)


def test_manure_refuses_to_lose_more_than_it_held_and_asks_for_what_tables_lack() -> None:
    with pytest.raises(ModelError) as error:
        manure_management(**MANURE | {"leached": _one(0.4)})
    assert _codes(error) == ["manure-losses"]
    with pytest.raises(ModelError) as error:
        manure_management(**MANURE | {"system": "composting, passive windrow", "zone": None})
    assert _codes(error) == ["published-none", "published-none"]
    given_ = {"system": "composting, passive windrow", "volatilised": _one(0.4)}
    found = manure_management(**MANURE | given_ | {"methane_conversion": _one(0.01)})
    methane = next(row for row in found.exchanges if row.flow.startswith("CH4"))
    assert methane.amount.value == pytest.approx(1000 * 0.13 * 0.67 * 0.01)
    assert manure_content("cattle").value == 0.38


def test_a_dry_tonne_of_compost_emits_two_and_a_half_times_a_wet_one() -> None:
    wet, dry = (
        composting(waste=Amount(1.0, "t"), basis=basis, edition="2019") for basis in ("wet", "dry")
    )
    assert [row.amount.value for row in wet.exchanges] == pytest.approx([4.0, 0.24])
    assert [row.amount.value for row in dry.exchanges] == pytest.approx([10.0, 0.6])


def test_operations_add_up_and_an_empty_list_is_refused() -> None:
    found = machinery(
        [Operation("digging", Amount(30.0, "L/ha"), _one(1), _one(0.5))], area=Amount(30.0, "mu")
    )
    assert found["digging"] == pytest.approx(30.0)
    with pytest.raises(ModelError) as error:
        machinery([])
    assert _codes(error) == ["operations-empty"]
    with pytest.raises(ModelError) as error:
        machinery([Operation("digging", Amount(-30.0, "L/ha")), Operation("x", Amount(1.0, "L"))])
    assert _codes(error) == ["method-need-range", "method-need-unit"]


PUMP: dict[str, Any] = {
    "head": Amount(36.0, "m"),
    "pump_efficiency": _one(0.5),
    "drive_efficiency": _one(0.9),
}


@given(flow=st.floats(1.0, 500.0), hours=st.floats(1.0, 500.0), head=st.floats(0.0, 150.0))
@settings(max_examples=30, deadline=None)
def test_pumping_by_volume_or_by_flow_and_time_is_one(
    flow: float, hours: float, head: float
) -> None:
    common = PUMP | {"head": Amount(head, "m")}
    volume = irrigation(**common, water=Amount(flow * hours, "m3"), meter="well")
    timed = irrigation(
        **common, flow=Amount(flow, "m3/h"), hours=Amount(hours, "h"), fuel="diesel, burnt"
    )
    assert timed["energy"] == pytest.approx(volume["energy"])
    assert (timed.exchanges[0].amount.value or 0) == pytest.approx(3.6 * volume["energy"])


def test_irrigation_says_what_is_contradictory() -> None:
    with pytest.raises(ModelError) as error:
        irrigation(**PUMP, meter="well", fuel="diesel")
    assert _codes(error) == ["irrigation-drive", "irrigation-water"]
    with pytest.raises(ModelError) as error:
        irrigation(**PUMP | {"pump_efficiency": _one(1.2)}, water=Amount(1.0, "m3"), meter="well")
    assert _codes(error) == ["method-need-range"]


@given(recovered=SHARES, burnt=SHARES, laid=ABOVE)
@settings(max_examples=30, deadline=None)
def test_film_carbon_balances(recovered: float, burnt: float, laid: float) -> None:
    burnt *= 1 - recovered
    found = plastic_film(laid=Amount(laid, "kg/ha"), recovered=_one(recovered), burnt=_one(burnt))
    assert found["recovered"] + found["burnt"] + found["left"] == pytest.approx(laid)
    carbon = (found.exchanges[-1].amount.value or 0) * 12 / 44
    assert carbon == pytest.approx(found["burnt"] * 0.8563)
    assert found.lines == {"fossil"}


def test_film_of_half_a_hundredth_of_a_millimetre_is_unusual() -> None:
    thin = film_mass(thickness=Amount(5e-6, "m"), cover=Amount(80.0, "%"))
    assert thin.value == pytest.approx(36.8)
    with pytest.raises(ModelError) as error:
        plastic_film(laid=Amount(70.0, "kg/ha"), recovered=_one(0.8), burnt=_one(0.3))
    assert _codes(error) == ["film-shares"]


def test_own_seed_lowers_the_harvest_and_bought_seed_is_a_product() -> None:
    amounts = {"harvest": Amount(20.0, "t"), "planted": Amount(2.0, "t")}
    own = seed("potato", **amounts, source="own")
    bought = seed("potato", **amounts, source="bought")
    assert (own["net harvest"], bought["net harvest"]) == (18000.0, 20000.0)
    assert [own.exchanges[0].kind, bought.exchanges[0].kind] == ["internal", "product"]
    with pytest.raises(ModelError) as error:
        seed("potato", harvest=Amount(2.0, "t"), planted=Amount(2.0, "t"), source="own")
    assert _codes(error) == ["seed-all"]


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"basis": "product"}, "pesticide-content"),
        ({"basis": "active ingredient", "content": Amount(50.0, "%")}, "pesticide-twice"),
        ({"basis": "active ingredient", "kind": "soap"}, "method-need-word"),
    ],
)
def test_pesticides_by_active_ingredient(given_: dict[str, Any], code: str) -> None:
    words = {"kind": "herbicide", "amount": Amount(2.0, "kg/ha")} | given_
    with pytest.raises(ModelError) as error:
        pesticide(**words)
    assert code in _codes(error)


@given(losses=st.lists(st.floats(0.0, 0.9), min_size=1, max_size=4), stored=ABOVE)
@settings(max_examples=30, deadline=None)
def test_storage_balances(losses: list[float], stored: float) -> None:
    rows = [Loss(f"loss {n}", _one(share), "waste") for n, share in enumerate(losses)]
    found = storage("potato", stored=Amount(stored, "kg"), losses=rows)
    lost = sum(found[row.name] for row in rows)
    assert lost + found["delivered"] == pytest.approx(stored)
    sent = sum(row.amount.value or 0 for row in found.exchanges if row.kind == "waste")
    assert sent == pytest.approx(lost)


@given(before=st.floats(0.1, 0.95), after=st.floats(0.0, 0.9), mass=ABOVE)
@settings(max_examples=40, deadline=None)
def test_drying_keeps_the_dry_matter(before: float, after: float, mass: float) -> None:
    after = min(after, before)
    found = drying(
        wet_mass=Amount(mass, "kg"),
        moisture_before=_one(before),
        moisture_after=_one(after),
        technology="sun",
    )
    assert found["dried mass"] * (1 - after) == pytest.approx(mass * (1 - before), abs=1e-9)
    assert found["water removed"] + found["dried mass"] == pytest.approx(mass)
    assert found.exchanges == ()


DRYING: dict[str, Any] = {
    "wet_mass": Amount(1.0, "t"),
    "moisture_before": Amount(75.0, "%"),
    "moisture_after": Amount(12.0, "%"),
}


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"moisture_before": Amount(10.0, "%"), "technology": "sun"}, "drying-moisture"),
        ({"meter": "dryer"}, "drying-energy"),
        ({"technology": "heat pump"}, "drying-source"),
        ({"technology": "coal stove", "meter": "a", "fuel": "b"}, "drying-source"),
        ({"energy": Amount(1.0, "MJ/kg"), "fuel": "coal"}, "drying-latent"),
        ({"moisture_before": Amount(300.0, "%"), "technology": "sun"}, "method-need-range"),
    ],
)
def test_drying_refuses(given_: dict[str, Any], code: str) -> None:
    with pytest.raises(ModelError) as error:
        drying(**DRYING | given_)
    assert code in _codes(error)


def _crop(name: str, area: float, time: float, own: float = 0.0) -> FieldCrop:
    rows = (Exchange("seed", Amount(own, "kg")),) if own else ()
    product = CoProduct(name, Amount(10.0, "t"))
    return FieldCrop(product, Amount(area, "ha"), Amount(time, "year"), rows)


@given(area=st.floats(0.1, 10.0), time=st.floats(0.1, 3.0), own=ABOVE, shared=ABOVE)
@settings(max_examples=30, deadline=None)
def test_a_rotation_conserves_burdens(area: float, time: float, own: float, shared: float) -> None:
    crops = [_crop("potato", area, time, own), _crop("wheat", 1.0, 1.0, 2 * own)]
    found = rotation("field", crops, shared=[Exchange("lime", Amount(shared, "kg"))])

    def total(flow: str, process: int | None = None) -> float:
        chosen = found.processes if process is None else [found.processes[process]]
        return sum(
            row.amount.value or 0 for each in chosen for row in each.exchanges if row.flow == flow
        )

    assert total("lime") == pytest.approx(shared)
    assert total("lime", 0) == pytest.approx(shared * area * time / (area * time + 1))
    assert total("seed", 0) == pytest.approx(own)
    assert total("seed", 1) == pytest.approx(2 * own)


def test_a_rotation_names_each_crop_once_and_each_holds_ground() -> None:
    with pytest.raises(AllocationError) as error:
        rotation("field", [_crop("potato", 1, 0), _crop("potato", 1, 1)], shared=[])
    assert set(_codes(error)) == {"rotation-nothing", "rotation-crops"}


def test_a_perennial_states_its_whole_life() -> None:
    years = Amount(3.0, "year")
    with pytest.raises(ModelError) as error:
        perennial("wolfberry", [Stage("productive", years), Stage("establishment", years)])
    assert _codes(error) == ["perennial-no-harvest", "perennial-phase"]
    with pytest.raises(ModelError) as error:
        perennial(
            "wolfberry",
            [
                Stage("establishment", years, harvest=Amount(1.0, "t")),
                Stage("productive", years, harvest=Amount(0.0, "t")),
                Stage("clearing", years),
            ],
        )
    assert _codes(error) == ["perennial-harvest"]


def test_six_fields_stand_behind_a_nursery() -> None:
    found = nursery_share(
        "nursery",
        planted=Amount(300000.0, "item/ha"),
        raised=Amount(2000000.0, "item/ha"),
        survival=Amount(90.0, "%"),
    )
    assert found["field area per nursery area"] == pytest.approx(6.0)


@given(
    amounts=st.lists(st.tuples(ABOVE, ABOVE), min_size=1, max_size=5),
)
@settings(max_examples=40, deadline=None)
def test_an_average_by_production_is_the_pool(amounts: list[tuple[float, float]]) -> None:
    samples = [
        Sample(str(n), Amount(x, "t"), (Exchange("diesel", Amount(y, "L")),))
        for n, (x, y) in enumerate(amounts)
    ]
    pooled = weighted_average("potato", samples)
    total = sum(x for x, _ in amounts)
    assert pooled.amount.value == pytest.approx(total)
    shares = {str(n): x / total for n, (x, _) in enumerate(amounts)}
    weighted = weighted_average("potato", samples, weights=shares)
    per_tonne = (pooled.exchanges[0].amount.value or 0) / total
    assert (weighted.exchanges[0].amount.value or 0) == pytest.approx(per_tonne)


def test_an_average_refuses_unknown_and_unlike_amounts() -> None:
    samples = [
        Sample("a", Amount(1.0, "t"), (Exchange("diesel", Amount(None, "L")),)),
        Sample("b", Amount(1000.0, "kg"), (Exchange("diesel", Amount(1.0, "kWh")),)),
    ]
    with pytest.raises(ModelError) as error:
        weighted_average("potato", samples)
    assert _codes(error)[0] == "average-unknown"
    assert len(_codes(error)) == 2
    with pytest.raises(ModelError) as error:
        weighted_average("potato", samples, weights={"a": 0.9})
    assert "average-weights" in _codes(error)
    with pytest.raises(ModelError) as error:
        weighted_average("potato", [])
    assert _codes(error) == ["average-empty"]


@given(ratio=st.floats(0.1, 10.0), products=st.lists(ABOVE, min_size=2, max_size=6))
@settings(max_examples=30, deadline=None)
def test_farms_that_are_all_alike_have_no_sampling_error(
    ratio: float, products: list[float]
) -> None:
    farms = [(Amount(x, "t"), Amount(ratio * x, "kg")) for x in products]
    found = sampled_ratio(farms, population=None)
    assert found.value == pytest.approx(ratio)
    assert found.spread is None or found.spread.low == pytest.approx(0.0, abs=1e-9 * ratio)


def test_a_census_has_no_sampling_error_and_two_farms_are_the_least() -> None:
    farms = [(Amount(10.0, "t"), Amount(52.0, "kg")), (Amount(20.0, "t"), Amount(96.0, "kg"))]
    assert sampled_ratio(farms, population=2).spread is None
    wide = sampled_ratio(farms, population=None)
    narrow = sampled_ratio(farms, population=4)
    assert wide.spread is not None
    assert narrow.spread is not None
    assert wide.spread.low == pytest.approx((2 * (52 - 148 / 30 * 10) ** 2 / 2) ** 0.5 / 15)
    assert narrow.spread.low == pytest.approx(wide.spread.low * 0.5**0.5)
    for sample, population, code in (
        (farms[:1], None, "sample-few"),
        (farms, 1, "sample-population"),
    ):
        with pytest.raises(ModelError) as error:
            sampled_ratio(sample, population=population)
        assert _codes(error) == [code]
