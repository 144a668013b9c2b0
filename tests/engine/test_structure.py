"""Plans: what is left without the torn has no loop, and every entry has its place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, eye_array
from scipy.sparse.csgraph import connected_components

from pcf.errors import SolveError
from pcf.inventory.tearing import graphs
from pcf.inventory.tearing.graphs import Links, supply_order
from pcf.inventory.tearing.structure import analyse, pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.plan import Plan


@st.composite
def technospheres(draw: st.DrawFn) -> csc_array[np.float64]:
    """Return a technosphere of up to 30 processes with any links."""
    n = draw(st.integers(1, 30))
    seed, density = draw(st.integers(0, 2**32 - 1)), draw(st.floats(0.0, 0.5))
    random = np.random.default_rng(seed)
    links = np.where(random.random((n, n)) < density, -random.random((n, n)), 0.0)
    np.fill_diagonal(links, 1.0 + random.random(n))
    return csc_array(links)


def without_torn(plan: Plan) -> csc_array[np.float64]:
    """Return the links that are left, by position."""
    left = plan.suppliers < plan.n
    shape = (plan.n, plan.n)
    ones = np.ones(left.sum())
    return csc_array((ones, (plan.suppliers[left], plan.consumers[left])), shape=shape)


@given(technospheres())
def test_suppliers_stand_before_consumers_except_the_torn(matrix: csc_array[np.float64]) -> None:
    plan = analyse(matrix, None)
    left = without_torn(plan).tocoo()
    assert (left.row < left.col).all()
    torn = plan.suppliers[plan.suppliers >= plan.n] - plan.n
    assert set(torn.tolist()) <= set(range(plan.h))


@given(technospheres())
def test_a_plan_holds_every_entry_once_and_where_it_says(matrix: csc_array[np.float64]) -> None:
    plan = analyse(matrix, None)
    assert sorted([*plan.entries.tolist(), *plan.pivots.tolist()]) == list(range(matrix.nnz))
    rebuilt = np.zeros(matrix.shape)
    rebuilt[plan.products, plan.order] = matrix.data[plan.pivots]
    suppliers, consumers = plan.products[plan.supplying], plan.order[plan.consumers]
    rebuilt[suppliers, consumers] = matrix.data[plan.entries]
    np.testing.assert_array_equal(rebuilt, matrix.toarray())


@given(technospheres())
def test_up_and_down_are_untouched_by_what_they_must_not_wait_for(
    matrix: csc_array[np.float64],
) -> None:
    """Up reads no torn value; nothing before the end of the core reads what is down."""
    plan = analyse(matrix, None)
    up = slice(0, plan.starts[plan.up_end])
    assert (plan.suppliers[up] < plan.up_end).all()
    core = plan.supplying[: plan.starts[plan.core_end]]
    assert (core < plan.core_end).all()
    assert ((plan.torn >= plan.up_end) & (plan.torn < plan.core_end)).all()


def test_a_process_between_two_loops_is_in_the_core() -> None:
    """As an ancestor of loops that is on none it must not be computed before the first of them."""
    matrix = eye_array(5).toarray()
    for supplier, consumer in [(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 3)]:
        matrix[supplier, consumer] = -0.5
    plan = analyse(csc_array(matrix), None)
    assert plan.h == 2
    assert plan.up_end <= plan.positions[2] < plan.core_end


@pytest.mark.parametrize(
    ("links", "torn"),
    [
        ([(0, 1), (1, 2), (2, 0)], 1),
        ([(0, 1), (1, 0), (2, 3), (3, 2)], 2),
        ([(0, 1), (1, 0), (0, 2), (2, 0), (0, 3), (3, 0)], 1),
        ([(i, j) for i in range(5) for j in range(5) if i != j], 4),
        ([(0, 1), (1, 2), (0, 2)], 0),
    ],
)
def test_the_torn_are_the_fewest_where_that_is_known(
    links: list[tuple[int, int]], torn: int
) -> None:
    matrix = eye_array(5).toarray()
    for supplier, consumer in links:
        matrix[supplier, consumer] = -0.1
    assert analyse(csc_array(matrix), None).h == torn


def test_explicit_zeros_are_links(tmp_path: object) -> None:
    """They may become something else on the same plan."""
    del tmp_path
    entries = (np.array([1.0, 0.0, -0.5, 1.0]), np.array([0, 1, 0, 1]), np.array([0, 2, 4]))
    assert analyse(csc_array(entries, shape=(2, 2)), None).h == 1


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_the_order_found_in_rounds_is_one_of_supply(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    ranks = random.permutation(n)
    ends = random.integers(0, n, (2, 3 * n))
    ends = ends[:, ends[0] != ends[1]]
    first = ranks[ends[0]] < ranks[ends[1]]
    links = Links(np.where(first, ends[0], ends[1]), np.where(first, ends[1], ends[0]))
    for order in (graphs._in_rounds(n, links), supply_order(n, links)):
        place = np.empty(n, dtype=np.int64)
        place[order] = np.arange(n)
        assert (place[links.suppliers] < place[links.consumers]).all()


def test_another_numbering_of_components_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def numbered(*args: object, **kwargs: object) -> tuple[int, NDArray[np.int32]]:
        count, labels = connected_components(*args, **kwargs)
        return count, np.random.default_rng(0).permutation(count).astype(np.int32)[labels]

    monkeypatch.setattr(graphs, "connected_components", numbered)
    links = Links(np.arange(20), np.arange(1, 21))
    np.testing.assert_array_equal(supply_order(21, links), np.arange(21))


def test_processes_without_their_own_product_are_paired_with_another() -> None:
    matrix = csc_array([[0.0, 2.0, 0.0], [0.0, -1.0, 1.0], [4.0, 0.0, -3.0]])
    paired = pair(matrix)
    assert paired is not None
    assert matrix.toarray()[np.arange(3), paired].all()
    plan = analyse(matrix, paired)
    assert matrix.toarray()[plan.products, plan.order].all()


@pytest.mark.parametrize("empty", ["column", "row"])
def test_an_empty_column_or_row_is_singular(empty: str) -> None:
    matrix = eye_array(4).toarray()
    matrix[1 if empty == "row" else slice(None), 1 if empty == "column" else slice(None)] = 0.0
    with pytest.raises(SolveError) as caught:
        pair(csc_array(matrix))
    assert caught.value.problems[0].code == "system-singular"
