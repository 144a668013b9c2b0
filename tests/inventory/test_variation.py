"""A system with other amounts and providers: exactly that, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.errors import ModelError
from pcf.inventory import solve, vary
from pcf.model.amounts import Spread
from pcf.model.building import product_system
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem


def steel() -> ProductSystem:
    rows = [
        unit_process("coal power", "1 kWh", emits={"CO2": "0.9 kg"}),
        unit_process("wind power", "1 MWh", emits={"CO2": "10 kg"}),
        unit_process("steel: hot", ("steel", "1 t"), takes={"coal power": "400 kWh"}),
    ]
    (power,) = rows[2].exchanges
    wide = replace(power.amount, spread=Spread("uniform", 300.0, 500.0))
    rows[2] = replace(rows[2], exchanges=(replace(power, id="row 7", amount=wide),))
    return product_system(rows)


def test_varying_nothing_gives_an_equal_system() -> None:
    assert vary(steel()) == steel()


@pytest.mark.parametrize("name", ["row 7", "steel: hot: coal power"])
@pytest.mark.parametrize("amount", ["720 MJ", 200.0])
def test_an_amount_is_set_in_the_unit_of_its_provider(name: str, amount: str | float) -> None:
    found = vary(steel(), amounts={name: amount})
    (row,) = found.process(2).exchanges
    assert row.amount.value == pytest.approx(200)
    assert row.amount.spread == Spread("uniform", 150.0, 250.0)
    assert solve(found, {"steel": 1}).amount("CO2, fossil") == pytest.approx(180)


def test_another_provider_takes_the_amount_in_its_own_unit() -> None:
    before = steel()
    found = vary(before, providers={"row 7": "wind power"}, amounts={"row 7": 0.5})
    assert str(found.process(2).exchanges[0].amount).startswith("0.5 MWh")
    assert solve(found, {"steel": 1}).amount("CO2, fossil") == pytest.approx(5)
    assert before == steel()


def test_all_that_is_wrong_comes_together() -> None:
    with pytest.raises(ModelError) as caught:
        vary(
            steel(),
            amounts={"row 8": 1.0, "row 7": -1.0, "wind power: CO2, fossil": "1 kWh"},
            providers={"row 7": "water power", "coal power: CO2, fossil": "wind power"},
        )
    codes = [each.code for each in caught.value.problems]
    assert len(codes) == 5
    assert {"exchange-unknown", "process-unknown", "amount-negative"} <= set(codes)
    assert "row 7" in caught.value.problems[codes.index("exchange-unknown")].candidates


def test_a_name_that_means_several_is_refused() -> None:
    system = steel()
    (row,) = system.process(2).exchanges
    twice = replace(system.process(2), exchanges=(row, replace(row, id="row 9")))
    system = product_system([system.process(0), system.process(1), twice])
    with pytest.raises(ModelError) as caught:
        vary(system, amounts={"steel: hot: coal power": 1.0})
    assert caught.value.problems[0].code == "exchange-several"
    assert vary(system, amounts={"row 9": 1.0}).exchanges.amount[-1] == 1.0
    assert np.array_equal(system.exchanges.amount[-2:], [400.0, 400.0])
