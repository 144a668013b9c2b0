"""What flows count: gaps are errors, places and meters matter, units keep sets apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pcf.errors import SolveError
from pcf.inventory import (
    characterise,
    exchange_factors,
    intensities,
    mapping,
    normalise,
    solve,
    weigh,
)
from pcf.inventory.impact import counts_per_run
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationFactor, CharacterisationSet
from pcf.model.coverage import Coverage
from pcf.model.flows import ElementaryFlow, bound_flow
from pcf.model.processes import Exchange, unit_process

OWN = CharacterisationSet.of("own", {"CO2": 1, "CH4": 29.8})
COST = ElementaryFlow("cost", unit="CNY")
WATER = ElementaryFlow("water", unit="m3", direction="input", role="resource")


def test_every_flow_without_a_factor_is_named_at_once() -> None:
    system = product_system(
        [
            unit_process("pots", "1 t", emits={"CF4": "1 g", "C2F6": "1 g", "CO2": "1 kg"}),
            unit_process("kiln", "1 t", emits={"SF6": "1 g", "CF4": "2 g"}),
        ]
    )
    with pytest.raises(SolveError) as caught:
        exchange_factors(system, OWN)
    found = [(each.code, each.where.item) for each in caught.value.problems]
    assert found == [("factor-missing", gas) for gas in ("CF4", "C2F6", "SF6")]


def test_what_is_outside_the_lines_counts_only_where_the_set_names_it() -> None:
    kiln = unit_process("kiln", "1 t", emits={"CO2": "2 kg", COST: "30 CNY", WATER: "4 m3"})
    system = product_system([kiln])
    assert exchange_factors(system, OWN).tolist() == [1.0, 0.0, 0.0]
    named = CharacterisationSet.of("own", {"CO2": 1, "water": 0.5})
    assert characterise(system, named).sum() == 2.0 - 4 * 0.5


def test_costs_are_a_row_with_a_set_of_their_own() -> None:
    """A set in another unit counts what it names: neither CO2 nor unsplit CO2e turns into money."""
    prices = replace(CharacterisationSet.of("prices", {"cost": 1, "CO2": 0.08}), unit="CNY")
    power = unit_process("power", "1 kWh", emits={"CO2e": "0.5 kg CO2e", COST: "0.4 CNY"})
    steel = unit_process(
        "steel", "1 t", takes={"power": "10 kWh"}, emits={COST: "96 CNY", "CO2": "50 kg"}
    )
    system = product_system([power, steel])
    assert intensities(system, prices).tolist() == pytest.approx([0.4, 100.0 + 4.0])
    climate = CharacterisationSet.of("own", {"CO2": 1})
    assert intensities(system, climate).tolist() == pytest.approx([0.5, 55.0])


def test_a_factor_may_depend_on_the_place_of_the_process() -> None:
    table = CharacterisationSet(
        "water scarcity",
        (
            CharacterisationFactor("water", -1.0),
            CharacterisationFactor("water", -3.0, place="CN"),
            CharacterisationFactor("water", -7.0, place="CN-GS"),
        ),
        "0/0",
        unit="m3 world",
    )
    places = ("CN-GS", "CN-SH", "GLO", "somewhere else")
    system = product_system(
        replace(unit_process(place, "1 t", emits={WATER: "2 m3"}), coverage=Coverage(place))
        for place in places
    )
    assert intensities(system, table).tolist() == [14.0, 6.0, 2.0, 2.0]


@pytest.mark.parametrize("piece", [1, 2, 5])
def test_what_exchanges_count_does_not_hang_on_how_columns_are_cut(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places, meters, several emissions of one process and none of another: the same to the bit."""
    table = CharacterisationSet(
        "own",
        (CharacterisationFactor("CO2", 0.1), CharacterisationFactor("CO2", 0.3, place="CN")),
        "0/0",
    )
    kiln = unit_process("kiln", "1 t", emits={"CO2": "0.7 kg", "CO2 uptake": "0.1 kg"})
    rows = (*kiln.exchanges, *unit_process("more", "1 t", emits={"CO2": "1.1 kg"}).exchanges)
    pots = unit_process("pots", "1 t", takes={"kiln": "3 t"}, meters={"m": "3 kWh", "o": "7 kWh"})
    system = product_system(
        [
            replace(kiln, exchanges=rows, coverage=Coverage("CN")),
            unit_process("idle", "1 t"),
            pots,
            replace(kiln, id="other", product="lime", exchanges=(*rows, *rows)),
        ]
    )
    meters = {"m": 0.6, "o": 0.2}
    whole = exchange_factors(system, table), counts_per_run(system, table, meters=meters)
    matrix = characterise(system, table, meters=meters).toarray()
    monkeypatch.setattr(mapping, "_PIECE", piece)
    cut = exchange_factors(system, table), counts_per_run(system, table, meters=meters)
    for one, other in zip(whole, cut, strict=True):
        assert one.tobytes() == other.tobytes()
    assert np.array_equal(matrix, characterise(system, table, meters=meters).toarray())
    assert cut[1] == pytest.approx([0.3 * 1.8, 0.0, 3 * 0.6 + 7 * 0.2, 0.2 * 1.8])


def test_uptake_counts_against_emission_under_the_convention_that_counts_it() -> None:
    tree = unit_process("wood", "1 t", emits={"CO2 uptake": "5 kg", "biogenic CO2": "2 kg"})
    system = product_system([tree])
    counting = CharacterisationSet.of("own", {"CO2": 1}, convention="-1/+1")
    assert intensities(system, counting).tolist() == [-3.0]
    assert intensities(system, CharacterisationSet.of("own", {"CO2": 1})).tolist() == [0.0]


def test_a_meter_counts_what_it_is_given_and_nothing_without() -> None:
    pots = unit_process("pots", "1 t", meters={"potline": "100 kWh", "hall": "1 kWh"})
    system = product_system([pots])
    given = {"potline": 0.6, "hall": 0.5}
    assert intensities(system, OWN, meters=given).tolist() == [60.5]
    with pytest.raises(SolveError) as caught:
        intensities(system, OWN, meters={"potline": 0.6})
    assert [each.where.item for each in caught.value.problems] == ["kWh at hall"]


def test_upper_bounds_are_in_no_score() -> None:
    gap = bound_flow("paint")
    row = Exchange(gap.id, Amount(9.0, "kg CO2e"), "output", "elementary", elementary=gap)
    kiln = unit_process("kiln", "1 t", emits={"CO2": "1 kg"})
    system = product_system([replace(kiln, exchanges=(*kiln.exchanges, row))])
    assert intensities(system, OWN).tolist() == [1.0]


def test_exchanges_that_are_not_elementary_have_no_factor() -> None:
    power = unit_process("power", "1 kWh", emits={"CH4": "1 kg"})
    system = product_system([unit_process("steel", "1 t", takes={"power": "1 kWh"}), power])
    assert exchange_factors(system, OWN).tolist() == [0.0, 29.8]


def test_normalisation_needs_a_value_for_every_counted_flow_and_for_no_other() -> None:
    system = product_system([unit_process("kiln", "1 t", emits={"CO2": "2 kg", WATER: "1 m3"})])
    counted = characterise(system, OWN)
    assert normalise(system, counted, {"CO2, fossil": 10}).sum() == 20
    with pytest.raises(SolveError) as caught:
        normalise(system, counted, {"water": 1})
    assert [each.where.item for each in caught.value.problems] == ["CO2, fossil"]


def test_a_score_without_a_weight_is_an_error() -> None:
    assert weigh({"climate": 2.0, "water": 3.0}, {"climate": 1.0, "water": 10.0}) == 32.0
    with pytest.raises(SolveError):
        weigh({"climate": 2.0, "water": 3.0}, {"climate": 1.0})


def test_the_score_is_the_same_forward_and_by_rows() -> None:
    kiln = unit_process("kiln", "2 t", emits={"CO2": "3 kg", "CH4": "1 kg"})
    system = product_system([kiln])
    runs = solve(system, {"kiln": 4.0}).scaling
    assert np.array_equal(characterise(system, OWN) @ runs, [6.0, 2 * 29.8])
