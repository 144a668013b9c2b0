"""What stands where in the matrices, and with which sign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.inventory import assemble, mapping, signed_amounts
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import Exchange, unit_process
from pcf.model.systems import OUTPUT

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem


@pytest.fixture
def system() -> ProductSystem:
    """Return two makers and a treatment: every kind of link once."""
    plant = unit_process(
        "plant",
        "4 t",
        takes={"power": "7 kWh"},
        sends={"ash": "3 kg"},
        avoids={"power": "2 kWh"},
        emits={"CO2": "5 kg", "CO2 uptake": "6 kg"},
    )
    avoided = Exchange("ash", Amount(1.0, "kg"), "input", "credit")
    returned = Exchange("butts", Amount(9.0, "kg"), "input", "internal")
    rows = (*plant.exchanges, avoided, returned)
    return product_system(
        [
            unit_process("power", "10 kWh", takes={"power": "1 kWh"}),
            replace(plant, exchanges=rows),
            unit_process("landfill", ("ash", "8 kg"), treats=True, takes={"power": "0.5 kWh"}),
        ]
    )


def test_each_kind_of_link_has_its_sign(system: ProductSystem) -> None:
    expected = [
        [10 - 1, -7 + 2, -0.5],  # power: made 10 less its own use, bought 7, avoided 2
        [0, 4, 0],
        [0, 3 - 1, -8],  # ash: sent 3, avoided treatment of 1, treated 8
    ]
    assert np.array_equal(assemble(system).technosphere.toarray(), expected)


@pytest.mark.parametrize("piece", [1, 2, 4])
def test_the_matrices_are_the_same_however_columns_are_cut(
    system: ProductSystem, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = assemble(system)
    monkeypatch.setattr(mapping, "_PIECE", piece)
    cut = assemble(system)
    assert np.array_equal(cut.technosphere.toarray(), whole.technosphere.toarray())
    assert np.array_equal(cut.elementary.toarray(), whole.elementary.toarray())


def test_what_leaves_has_its_amount_and_what_is_taken_in_its_opposite(
    system: ProductSystem,
) -> None:
    column = system.exchanges
    column.amount[:3] = [0.1, 0.0, 1e-300]
    expected = np.where(column.direction == OUTPUT, column.amount, -column.amount)
    assert signed_amounts(column).tobytes() == expected.tobytes()


def test_without_credits_what_is_avoided_is_left_out(system: ProductSystem) -> None:
    expected = [[9, -7, -0.5], [0, 4, 0], [0, 3, -8]]
    assert np.array_equal(assemble(system, credits=False).technosphere.toarray(), expected)


def test_what_leaves_is_positive_and_what_is_taken_in_negative(system: ProductSystem) -> None:
    assert [flow.id for flow in system.elementary] == ["CO2, fossil", "CO2, taken up"]
    assert np.array_equal(assemble(system).elementary.toarray(), [[0, 5, 0], [0, -6, 0]])


def test_exchanges_with_the_same_provider_add_up() -> None:
    power = Exchange("power", Amount(2.0, "kWh"))
    plant = replace(unit_process("plant", "1 t"), exchanges=(power, power))
    system = product_system([unit_process("power", "1 kWh"), plant])
    assert assemble(system).technosphere.toarray()[0, 1] == -4


def test_the_formats_are_those_the_solver_takes(system: ProductSystem) -> None:
    matrices = assemble(system)
    assert (matrices.technosphere.format, matrices.elementary.format) == ("csc", "csr")
    assert matrices.technosphere.shape == (3, 3)
    assert matrices.elementary.shape == (2, 3)
