"""Statistics of many products at once: those of their draws, whoever made them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from pcf.analysis import footprint
from pcf.analysis.products import product_uncertainty
from pcf.analysis.sketch import ERROR
from pcf.analysis.uncertainty import uncertainty
from pcf.errors import ModelError
from pcf.inventory.sampling import montecarlo
from pcf.model.amounts import Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

SET = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8})
METERS = {"hall": (("grid", 1.0),)}


@pytest.fixture(scope="module")
def system():
    rows = [
        unit_process("steel", "1 t", takes={"coke": "0.4 t"}, meters={"hall": "300 kWh"}),
        unit_process("coke", "1 t", takes={"steel": "1 kg"}, sends={"tar": "5 kg"}),
        unit_process("burner", ("tar", "1 kg"), treats=True, emits={"CO2": "3 kg"}),
        unit_process("grid", "1 kWh", emits={"CO2": "0.6 kg", "CH4": "1 g"}),
        unit_process("rain", "1 L"),
    ]
    spread = Spread("lognormal", 1.3)
    return product_system(
        replace(
            row,
            exchanges=tuple(
                replace(each, amount=replace(each.amount, spread=spread)) for each in row.exchanges
            ),
        )
        for row in rows
    )


def test_each_product_has_the_statistics_of_its_own_draws(system):
    found = product_uncertainty(system, SET, meters=METERS, draws=700, seed=4)
    assert found.processes == ("steel", "coke", "burner", "grid", "rain")
    for place, product in enumerate(found.products):
        unit = str(system.processes.units[place])
        single = footprint(system, (f"1 {unit}", product), SET, electricity={"location": METERS})
        drawn = uncertainty(single, SET, draws=700, seed=4)
        assert found.value[place] == pytest.approx(drawn.value)
        assert found.mean[place] == pytest.approx(drawn.mean, rel=1e-6)
        assert found.sd[place] == pytest.approx(drawn.sd, rel=1e-5)
        for name in ("p2_5", "median", "p97_5"):
            exact = getattr(drawn, name)
            assert getattr(found, name)[place] == pytest.approx(exact, rel=ERROR + 1e-6)


def test_some_products_by_name_or_process_in_the_order_asked_for(system):
    every = product_uncertainty(system, SET, meters=METERS, draws=50)
    some = product_uncertainty(system, SET, products=["tar", "steel"], meters=METERS, draws=50)
    assert some.processes == ("burner", "steel")
    assert some.mean == pytest.approx(every.mean[[2, 0]], rel=1e-6)
    with pytest.raises(ModelError) as caught:
        product_uncertainty(system, SET, products=["steal"], meters=METERS)
    assert caught.value.problems[0].candidates[0] == "steel"


def test_an_executor_changes_no_bit(system):
    alone = product_uncertainty(system, SET, meters=METERS, draws=600)
    with ThreadPoolExecutor(2) as pool:
        pooled = product_uncertainty(system, SET, meters=METERS, draws=600, executor=pool)
    for name in ("mean", "sd", "p2_5", "median", "p97_5"):
        assert np.array_equal(getattr(alone, name), getattr(pooled, name))


def test_one_draw_has_no_deviation_and_an_interruption_keeps_what_there_is(system, monkeypatch):
    assert product_uncertainty(system, SET, meters=METERS, draws=1).sd is None
    made = montecarlo._block

    def interrupted(prepared, span, **options):
        if span[0] >= montecarlo.BLOCK:
            raise KeyboardInterrupt
        return made(prepared, span, **options)

    monkeypatch.setattr(montecarlo, "_block", interrupted)
    found = product_uncertainty(system, SET, meters=METERS, draws=2 * montecarlo.BLOCK)
    assert (found.stopped, found.draws) == ("interrupted", montecarlo.BLOCK)


def test_a_table_has_one_row_a_product(system):
    table = product_uncertainty(system, SET, meters=METERS, draws=5).table()
    assert list(table.columns[:3]) == ["process", "product", "value"]
    assert len(table) == 5
