"""Laws of the constructs: what is conserved, which are equal, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.errors import AllocationError
from pcf.methods.constructs import (
    SupplyUse,
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

AMOUNTS = st.floats(0.0, 100.0)
ABOVE = st.floats(0.5, 100.0)


@st.composite
def tables(draw: st.DrawFn) -> SupplyUse:
    """Draw square tables: each industry makes its own product and less of others beside."""
    size = draw(st.integers(2, 4))
    products = [f"p{n}" for n in range(size)]
    supply = np.diag([draw(ABOVE) for _ in products])
    for column in range(size):
        for row in range(column):
            supply[row, column] = draw(st.floats(0, 0.1)) * supply[column, column]
    use = [[draw(AMOUNTS) for _ in products] for _ in products]
    industries = [f"I{n}" for n in range(size)]
    return supply_use(
        supply,
        use,
        products=products,
        industries=industries,
        extensions={"CO2": [draw(AMOUNTS) for _ in products]},
        primary=dict(zip(industries, products, strict=True)),
    )


def _alternates(table: SupplyUse) -> dict[str, str]:
    return dict(zip(table.products, table.industries, strict=True))


CONSERVING = {
    "partition": lambda table: partition(
        table, per_unit={name: 1.0 + n for n, name in enumerate(table.products)}
    ).aggregated(),
    "industry technology": lambda table: industry_technology(table).aggregated(),
    "commodity technology": commodity_technology,
    "european system": european_system,
    "lump sum": lambda table: lump_sum(table).aggregated(),
    "alternate activity": lambda table: alternate_activity(
        table, alternates=_alternates(table)
    ).aggregated(),
}


@pytest.mark.parametrize("name", CONSERVING)
@given(table=tables())
@settings(max_examples=25, deadline=None)
def test_inputs_and_emissions_are_conserved(name: str, table: SupplyUse) -> None:
    """A construct that loses or makes a burden is caught: A q = U e and F q = G e."""
    found = CONSERVING[name](table)
    np.testing.assert_allclose(found.technical @ found.made, table.use.sum(axis=1), atol=1e-8)
    np.testing.assert_allclose(
        found.extensions @ found.made, table.extensions.sum(axis=1), atol=1e-8
    )


@given(table=tables())
@settings(max_examples=25, deadline=None)
def test_substitution_lowers_inputs_by_what_is_replaced_and_keeps_emissions(
    table: SupplyUse,
) -> None:
    found = byproduct_technology(table).aggregated()
    expected = table.use.sum(axis=1) - table.secondary.sum(axis=1)
    np.testing.assert_allclose(found.technical @ found.made, expected, atol=1e-8)
    np.testing.assert_allclose(
        found.extensions @ found.made, table.extensions.sum(axis=1), atol=1e-8
    )


@given(table=tables())
@settings(max_examples=25, deadline=None)
def test_byproduct_and_commodity_technology_have_the_same_footprints(table: SupplyUse) -> None:
    """Both solve the whole square system: multipliers are G (V - U)^-1 under either."""
    diagonal = np.diag(table.supply)
    use = table.use * 0.05 * diagonal.min() / 100
    table = supply_use(
        table.supply,
        use,
        products=table.products,
        industries=table.industries,
        extensions={"CO2": table.extensions[0]},
        primary=dict(zip(table.industries, table.products, strict=True)),
    )
    multipliers = []
    for found in (byproduct_technology(table).aggregated(), commodity_technology(table)):
        inverse = np.linalg.inv(np.eye(len(found.columns)) - found.technical)
        multipliers.append(found.extensions @ inverse)
    np.testing.assert_allclose(*multipliers, rtol=1e-7, atol=1e-9)


@given(table=tables())
@settings(max_examples=25, deadline=None)
def test_without_by_products_all_constructs_agree(table: SupplyUse) -> None:
    alone = supply_use(
        np.diag(np.diag(table.supply)),
        table.use,
        products=table.products,
        industries=table.industries,
    )
    expected = alone.use / np.diag(alone.supply)
    for construct in CONSERVING.values():
        np.testing.assert_allclose(construct(alone).technical, expected, atol=1e-10)
    np.testing.assert_allclose(
        byproduct_technology(alone).aggregated().technical, expected, atol=1e-10
    )


def _codes(error: pytest.ExceptionInfo[AllocationError]) -> set[str]:
    return {each.code for each in error.value.problems}


def test_an_industry_with_two_products_needs_its_primary_one_where_the_method_asks() -> None:
    table = supply_use(
        [[2, 0], [1, 3]], np.zeros((2, 2)), products=["i", "j"], industries=["I", "J"]
    )
    partition(table, per_unit={"i": 1, "j": 1})
    for method in (lump_sum, byproduct_technology, european_system):
        with pytest.raises(AllocationError) as error:
            method(table)
        assert _codes(error) == {"construct-primary"}


def test_faulty_tables_tell_everything_at_once() -> None:
    with pytest.raises(AllocationError) as error:
        supply_use([[1, -1]], [[1]], products=["i"], industries=["I", "J"])
    assert _codes(error) == {"construct-number", "construct-shape"}
    with pytest.raises(AllocationError) as error:
        supply_use([[1, 0], [0, 0]], np.zeros((2, 2)), products=["i", "j"], industries=["I", "J"])
    assert _codes(error) == {"construct-unmade", "construct-idle"}
    with pytest.raises(AllocationError) as error:
        supply_use([[1]], [[0]], products=["i"], industries=["I"], primary={"I": "x", "Q": "i"})
    assert _codes(error) == {"construct-primary-unmade", "construct-industry-unknown"}


def test_products_in_several_units_are_not_added_up() -> None:
    table = supply_use(
        [[2, 0], [1, 3]],
        np.zeros((2, 2)),
        products=["i", "j"],
        industries=["I", "J"],
        primary={"I": "i"},
        product_units=["t", "kWh"],
    )
    for method in (lump_sum, industry_technology):
        with pytest.raises(AllocationError) as error:
            method(table)
        assert _codes(error) == {"construct-units"}


def test_what_the_methods_need_is_asked_for() -> None:
    table = supply_use(
        [[2, 0], [1, 3]],
        np.zeros((2, 2)),
        products=["i", "j"],
        industries=["I", "J"],
        primary={"I": "i"},
    )
    cases = {
        "construct-property": lambda: partition(table, per_unit={"i": 1}),
        "construct-weights": lambda: partition(table, per_unit={"i": 1, "j": 0}),
        "construct-replaces": lambda: product_substitution(table, replaced={}),
        "construct-product-unknown": lambda: product_substitution(
            table, replaced={"j": {"x": 1.0}}
        ),
        "construct-alternate": lambda: alternate_activity(table, alternates={"j": "I"}),
    }
    for code, call in cases.items():
        with pytest.raises(AllocationError) as error:
            call()
        assert _codes(error) == {code}


def test_alternates_that_stand_for_each_other_are_refused() -> None:
    """Each makes as much of the other's product as of its own: nothing tells them apart."""
    table = supply_use(
        [[1, 1], [1, 1]],
        np.zeros((2, 2)),
        products=["i", "j"],
        industries=["I", "J"],
        primary={"I": "i", "J": "j"},
    )
    with pytest.raises(AllocationError) as error:
        alternate_activity(table, alternates={"i": "I", "j": "J"})
    assert _codes(error) == {"construct-circle"}
    with pytest.raises(AllocationError) as error:
        commodity_technology(table)
    assert _codes(error) == {"construct-singular"}


def test_more_industries_than_products_is_no_case_for_commodity_technology() -> None:
    table = supply_use([[1, 1]], [[0, 0]], products=["i"], industries=["I", "J"])
    with pytest.raises(AllocationError) as error:
        commodity_technology(table)
    assert _codes(error) == {"construct-square"}


def test_untraced_coefficients_of_industries_are_no_system() -> None:
    table = supply_use(
        [[2, 0], [1, 3]], np.zeros((2, 2)), products=["i", "j"], industries=["I", "J"]
    )
    found = partition(table, per_unit={"i": 1, "j": 1}).coefficients()
    with pytest.raises(AllocationError) as error:
        found.system()
    assert _codes(error) == {"construct-untraced"}


def test_a_product_made_only_beside_others_has_no_primary_maker() -> None:
    table = supply_use(
        [[2], [1]], [[0], [0]], products=["i", "j"], industries=["I"], primary={"I": "i"}
    )
    with pytest.raises(AllocationError) as error:
        product_substitution(table, replaced={"j": {}}).aggregated()
    assert _codes(error) == {"construct-unmade-by"}


def test_an_alternate_is_itself_cleared_of_its_by_products() -> None:
    """J makes j and some k; a unit of j stands for J less the k that K would have made."""
    table = supply_use(
        [[2, 0, 0], [1, 3, 0], [0, 1, 5]],
        np.zeros((3, 3)),
        products=["i", "j", "k"],
        industries=["I", "J", "K"],
        extensions={"CO2": [10, 12, 5]},
        primary={"I": "i", "J": "j"},
    )
    found = alternate_activity(table, alternates={"j": "J", "k": "K"}).aggregated()
    per_j = (12 - 5 / 5) / 3
    np.testing.assert_allclose(found.extensions, [[(10 - per_j) / 2, per_j, 1.0]])
