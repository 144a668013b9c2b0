"""Constructs on a supply and use table with one multifunctional industry.

al-002 to al-010 and siblings: Majeau-Bettez, Wood and Stromman, Unified Theory of Allocations
and Constructs in LCA and IO Analysis, J. Ind. Ecol. 18(5):747-770 (2014), supporting information,
as asserted by the tests of the authors' own code (allocation_construct, commit 7743a58, BSD-2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.inventory import solve
from pcf.methods.constructs import (
    Allocated,
    Coefficients,
    alternate_activity,
    byproduct_technology,
    commodity_technology,
    european_system,
    industry_technology,
    lump_sum,
    partition,
    product_substitution,
    supply_use,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PRODUCTS = ["i", "j", "k"]
SUPPLY = [[2.0, 0, 0, 0], [1, 1, 3, 0], [0, 0, 0, 11]]
USE = [[0.0, 0, 0, 0], [0, 0, 0, 0.75], [4, 0.75, 2, 0]]
GASES = {"CO2": [10.0, 4, 15, 18], "CH4": [0.0, 0, 1, 0]}
TABLE = supply_use(
    SUPPLY,
    USE,
    products=PRODUCTS,
    industries=["I", "J1", "J2", "K"],
    extensions=GASES,
    primary={"I": "i"},
)
SQUARE = supply_use(
    [[2, 0, 0], [1, 4, 0], [0, 0, 11]],
    [[0, 0, 0], [0, 0, 0.75], [4, 2.75, 0]],
    products=PRODUCTS,
    industries=["I", "J", "K"],
    extensions={"CO2": [10, 19, 18], "CH4": [0, 1, 0]},
    primary={"I": "i"},
)
PER_UNIT = {"i": 0.1, "j": 0.2, "k": 0.3}
REPLACED = {"i": {"i": 1.0}, "j": {"k": 0.3}, "k": {"k": 1.0}}
ALTERNATES = {"i": "I", "j": "J2", "k": "K"}

# Only columns i and j differ: k is made by K alone.
CASES: dict[str, tuple[Callable[[], Coefficients], list[float], list[float], list[float]]] = {
    "al-002, partition": (
        lambda: partition(TABLE, per_unit=PER_UNIT).aggregated(),
        [1, 0.95],
        [2.5, 4.8],
        [0, 0.2],
    ),
    "product substitution": (
        lambda: product_substitution(TABLE, replaced=REPLACED).aggregated(),
        [1.85, 0.6875],
        [5, 4.75],
        [0, 0.25],
    ),
    "alternate activity": (
        lambda: alternate_activity(TABLE, alternates=ALTERNATES).aggregated(),
        [1.66666667, 0.68333333],
        [2.5, 4.8],
        [-0.16666667, 0.26666667],
    ),
    "al-006, lump sum": (
        lambda: lump_sum(TABLE).aggregated(),
        [1.33333333, 0.6875],
        [3.33333333, 4.75],
        [0, 0.25],
    ),
    "industry technology": (
        lambda: industry_technology(TABLE).aggregated(),
        [1.33333333, 0.81666667],
        [3.33333333, 4.46666667],
        [0, 0.2],
    ),
    "commodity technology": (
        lambda: commodity_technology(SQUARE),
        [1.65625, 0.6875],
        [2.625, 4.75],
        [-0.125, 0.25],
    ),
    "al-010, European system": (
        lambda: european_system(TABLE),
        [2, 0.55],
        [5, 3.8],
        [0, 0.2],
    ),
    "European system, square": (
        lambda: european_system(SQUARE),
        [2, 0.55],
        [5, 3.8],
        [0, 0.2],
    ),
    "byproduct technology": (
        lambda: byproduct_technology(TABLE).aggregated(),
        [2, 0.6875],
        [5, 4.75],
        [0, 0.25],
    ),
    "byproduct technology, square": (
        lambda: byproduct_technology(SQUARE).aggregated(),
        [2, 0.6875],
        [5, 4.75],
        [0, 0.25],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_coefficients_per_product(name: str) -> None:
    construct, inputs_of_k, carbon_dioxide, methane = CASES[name]
    found = construct()
    credit = -0.5 if name.startswith("byproduct") else 0
    technical = [[0, 0, 0], [credit, 0, 0.06818182], [*inputs_of_k, 0]]
    extensions = [[*carbon_dioxide, 1.63636364], [*methane, 0]]
    np.testing.assert_allclose(found.technical, technical, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(found.extensions, extensions, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_the_coefficients_solve_as_a_product_system(name: str) -> None:
    found = CASES[name][0]()
    scaling = np.linalg.solve(np.eye(3) - found.technical, [0, 0, 1])
    expected = (found.extensions @ scaling)[0]
    inventory = solve(found.system(), {"k": 1.0})
    assert inventory.amount("CO2") == pytest.approx(expected, rel=1e-9)


# The allocations before aggregation: one column for each product of each industry.
ALLOCATIONS: dict[str, tuple[Callable[[], Allocated], list[float], list[float], list[float]]] = {
    "partition": (
        lambda: partition(TABLE, per_unit=PER_UNIT),
        [1, 2, 0.75, 0.66666667, 0],
        [2.5, 5, 4, 5, 1.63636364],
        [0, 0, 0, 0.33333333, 0],
    ),
    "product substitution": (
        lambda: product_substitution(TABLE, replaced=REPLACED),
        [1.85, 0.75, 0.66666667, 0],
        [5, 4, 5, 1.63636364],
        [0, 0, 0.33333333, 0],
    ),
    "alternate activity": (
        lambda: alternate_activity(TABLE, alternates=ALTERNATES),
        [1.66666667, 0.66666667, 0.75, 0.66666667, 0],
        [2.5, 5, 4, 5, 1.63636364],
        [-0.16666667, 0.33333333, 0, 0.33333333, 0],
    ),
    "lump sum": (
        lambda: lump_sum(TABLE),
        [1.33333333, 0.75, 0.66666667, 0],
        [3.33333333, 4, 5, 1.63636364],
        [0, 0, 0.33333333, 0],
    ),
}


@pytest.mark.parametrize("name", ALLOCATIONS)
def test_coefficients_of_each_product_of_each_industry(name: str) -> None:
    allocation, inputs_of_k, carbon_dioxide, methane = ALLOCATIONS[name]
    found = allocation().coefficients()
    np.testing.assert_allclose(found.technical[2], inputs_of_k, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(found.technical[1, -1], 0.06818182, rtol=1e-6)
    np.testing.assert_allclose(found.extensions[0], carbon_dioxide, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(found.extensions[1], methane, rtol=1e-7, atol=1e-8)


def _traced() -> Allocated:
    use = np.zeros((4, 3, 4))
    use[3, 2, :3] = 4, 0.75, 2
    use[0, 1, 3], use[2, 1, 3] = 0.25, 0.5
    table = supply_use(
        SUPPLY,
        use,
        products=PRODUCTS,
        industries=["I", "J1", "J2", "K"],
        extensions=GASES,
        primary={"I": "i"},
    )
    return partition(table, per_unit=PER_UNIT)


def test_a_traceable_table_says_whose_output_is_used() -> None:
    found = _traced().coefficients()
    assert found.rows == found.columns == ("I: i", "I: j", "J1: j", "J2: j", "K: k")
    expected = np.zeros((5, 5))
    expected[1, 4], expected[3, 4] = 0.02272727, 0.04545455
    expected[4, :4] = 1, 2, 0.75, 0.66666667
    np.testing.assert_allclose(found.technical, expected, rtol=1e-6, atol=1e-8)
    assert solve(found.system(), {"K: k": 1.0}).amount("CO2") > 0


def test_a_traced_partition_aggregates_to_the_untraced_one() -> None:
    untraced = partition(TABLE, per_unit=PER_UNIT).aggregated()
    np.testing.assert_allclose(_traced().aggregated().technical, untraced.technical, atol=1e-12)


def test_traced_substitution_takes_the_by_product_from_its_competitor() -> None:
    use = np.zeros((4, 3, 4))
    use[3, 2, :3] = 4, 0.75, 2
    use[0, 1, 3], use[2, 1, 3] = 0.25, 0.5
    table = supply_use(
        SUPPLY, use, products=PRODUCTS, industries=["I", "J1", "J2", "K"], primary={"I": "i"}
    )
    found = product_substitution(table, replaced=REPLACED, competitors=ALTERNATES).coefficients()
    assert found.columns == ("I: i", "J1: j", "J2: j", "K: k")
    expected = np.zeros((4, 4))
    expected[2, 3] = 0.75 / 11
    expected[3, :3] = 1.85, 0.75, 2 / 3
    np.testing.assert_allclose(found.technical, expected, atol=1e-12)


def test_traced_alternates_match_the_untraced_ones() -> None:
    use = np.zeros((4, 3, 4))
    use[3, 2, :3] = 4, 0.75, 2
    use[0, 1, 3], use[2, 1, 3] = 0.25, 0.5
    table = supply_use(
        SUPPLY, use, products=PRODUCTS, industries=["I", "J1", "J2", "K"], primary={"I": "i"}
    )
    found = alternate_activity(table, alternates=ALTERNATES).coefficients()
    expected = [1.66666667, 0.66666667, 0.75, 0.66666667, 0]
    np.testing.assert_allclose(found.technical[-1], expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(found.technical[1:4, 4], [0.02272727, 0, 0.04545455], rtol=1e-6)
