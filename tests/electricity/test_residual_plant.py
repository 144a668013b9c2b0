"""A site's claims over its products: whole watt-hours, the sum exact, designation only on proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.electricity.plant import divide_claims
from pcf.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

uses = st.lists(st.integers(0, 10**15), min_size=1, max_size=6)


@given(uses, st.floats(0, 1))
def test_products_sum_to_the_site_and_none_holds_more_than_it_used(
    amounts: list[int], part: float
) -> None:
    used = {f"product {i}": amount for i, amount in enumerate(amounts)}
    claimed = int(part * sum(amounts))
    found = divide_claims(claimed, used)
    assert sum(found.values()) == claimed
    assert all(0 <= found[product] <= used[product] for product in used)
    total = sum(amounts)
    if total:
        assert all(
            abs(found[product] * total - claimed * used[product]) < total for product in used
        )


@given(uses, st.floats(0, 1), st.floats(0, 1))
def test_with_a_designation_the_sum_is_the_same(
    amounts: list[int], part: float, named: float
) -> None:
    used = {f"product {i}": amount for i, amount in enumerate(amounts)}
    claimed = int(part * sum(amounts))
    first = {"product 0": int(named * min(claimed, amounts[0]))}
    found = divide_claims(claimed, used, designated=first, evidence="meter M1")
    assert sum(found.values()) == claimed
    assert found["product 0"] >= first["product 0"]
    assert all(found[product] <= used[product] for product in used)


REFUSED: dict[str, Callable[[], object]] = {
    "plant-whole": lambda: divide_claims(1, {"ingot": 1.5}),  # type: ignore[dict-item]
    "plant-product": lambda: divide_claims(1, {"ingot": 2}, designated={"wire": 1}, evidence="x"),
    "claimed-too-much": lambda: divide_claims(3, {"ingot": 2}),
    "designated-too-much": lambda: divide_claims(
        2, {"ingot": 2, "wire": 1}, designated={"wire": 2}, evidence="x"
    ),
    "designated-unproven": lambda: divide_claims(2, {"ingot": 2}, designated={"ingot": 1}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    assert [each.code for each in caught.value.problems] == [code]
    assert caught.value.problems[0].says("zh")
