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


def test_each_kind_of_link_has_its_sign(every_kind: ProductSystem) -> None:
    expected = [
        [10 - 1, -7 + 2, -0.5],  # power: made 10 less its own use, bought 7, avoided 2
        [0, 4, 0],
        [0, 3 - 1, -8],  # ash: sent 3, avoided treatment of 1, treated 8
    ]
    assert np.array_equal(assemble(every_kind).technosphere.toarray(), expected)


@pytest.mark.parametrize("piece", [1, 2, 4])
def test_the_matrices_are_the_same_however_columns_are_cut(
    every_kind: ProductSystem, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = assemble(every_kind)
    monkeypatch.setattr(mapping, "_PIECE", piece)
    cut = assemble(every_kind)
    assert np.array_equal(cut.technosphere.toarray(), whole.technosphere.toarray())
    assert np.array_equal(cut.elementary.toarray(), whole.elementary.toarray())


def test_what_leaves_has_its_amount_and_what_is_taken_in_its_opposite(
    every_kind: ProductSystem,
) -> None:
    column = every_kind.exchanges
    column.amount[:3] = [0.1, 0.0, 1e-300]
    expected = np.where(column.direction == OUTPUT, column.amount, -column.amount)
    assert signed_amounts(column).tobytes() == expected.tobytes()


def test_without_credits_what_is_avoided_is_left_out(every_kind: ProductSystem) -> None:
    expected = [[9, -7, -0.5], [0, 4, 0], [0, 3, -8]]
    assert np.array_equal(assemble(every_kind, credits=False).technosphere.toarray(), expected)


def test_what_leaves_is_positive_and_what_is_taken_in_negative(every_kind: ProductSystem) -> None:
    assert [flow.id for flow in every_kind.elementary] == ["CO2, fossil", "CO2, taken up"]
    assert np.array_equal(assemble(every_kind).elementary.toarray(), [[0, 5, 0], [0, -6, 0]])


def test_exchanges_with_the_same_provider_add_up() -> None:
    power = Exchange("power", Amount(2.0, "kWh"))
    plant = replace(unit_process("plant", "1 t"), exchanges=(power, power))
    system = product_system([unit_process("power", "1 kWh"), plant])
    assert assemble(system).technosphere.toarray()[0, 1] == -4


def test_the_formats_are_those_the_solver_takes(every_kind: ProductSystem) -> None:
    matrices = assemble(every_kind)
    assert (matrices.technosphere.format, matrices.elementary.format) == ("csc", "csr")
    assert matrices.technosphere.shape == (3, 3)
    assert matrices.elementary.shape == (2, 3)
