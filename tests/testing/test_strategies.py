"""The strategies draw what they promise, and equality is as strict as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, find, given, settings

from pcf.inventory import find_loops
from pcf.model.systems import CREDIT, PRODUCT, WASTE
from pcf.testing import CONDITION, assert_equal_numbers, condition_of, product_systems

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.model.systems import ProductSystem


def has_kind(kind: int) -> Callable[[ProductSystem], bool]:
    """Return whether a system has an exchange of this kind with an amount."""
    return lambda system: bool(system.exchanges.amount[system.exchanges.kind == kind].any())


def has_loop_of_two(system: ProductSystem) -> bool:
    """Return whether two processes buy from each other."""
    columns = system.exchanges
    bought = columns.kind == PRODUCT
    pairs = set(zip(columns.process[bought].tolist(), columns.target[bought].tolist(), strict=True))
    return any((target, process) in pairs for process, target in pairs if process != target)


@pytest.mark.parametrize(
    "wanted",
    [
        has_kind(WASTE),
        has_kind(CREDIT),
        has_loop_of_two,
        lambda system: system.processes.treats.any() and (system.processes.amounts != 1).any(),
        lambda system: {flow.direction for flow in system.elementary} == {"input", "output"},
    ],
    ids=["waste", "credit", "loop", "odd treatment", "resources"],
)
def test_everything_promised_is_drawn(wanted: Callable[[ProductSystem], bool]) -> None:
    quickly = settings(phases=[Phase.generate], max_examples=1000, database=None)
    assert wanted(find(product_systems(), wanted, settings=quickly))


@given(product_systems(treatments=False, credits=False))
def test_what_is_not_wanted_is_not_drawn(system: ProductSystem) -> None:
    assert not system.processes.treats.any()
    assert not (system.exchanges.kind == CREDIT).any()


@given(product_systems())
def test_drawn_systems_have_an_answer(system: ProductSystem) -> None:
    assert condition_of(system) < CONDITION
    assert find_loops(system) == ()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1.0, 1.0], [1.0, 1.0 + 3e-9]),
        ([1.0, 0.0], [1.0, 3e-12]),
        ([1.0], [float("nan")]),
        ([float("nan")], [float("nan")]),
        ([1.0, 2.0], [1.0]),
        ([float("inf")], [1.0]),
    ],
)
def test_what_differs_is_noticed(a: list[float], b: list[float]) -> None:
    with pytest.raises(AssertionError):
        assert_equal_numbers(a, b)


def test_what_is_equal_passes() -> None:
    assert_equal_numbers([1.0, 0.0, 5.0], [1.0 + 5e-10, 3e-12, 5.0])
    assert_equal_numbers([], [])
    assert_equal_numbers(1e-15, 0.0, largest=1.0)
