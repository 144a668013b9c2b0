"""Plans: what is left without the torn has no loop, and every entry has its place once."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, eye_array

from pcf.errors import SolveError
from pcf.inventory.tearing import graphs, structure, wheel
from pcf.inventory.tearing.columns import Columns
from pcf.inventory.tearing.graphs import Links, levels
from pcf.inventory.tearing.plan import Plan
from pcf.inventory.tearing.structure import analyse, pair


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


@given(technospheres(), st.integers(0, 2**32 - 1))
def test_the_compiled_loops_find_the_plan_of_the_plain_ones(
    matrix: csc_array[np.float64], seed: int
) -> None:
    """Every array of it, also where products are not made by the process of their own row."""
    rows = np.random.default_rng(seed).permutation(matrix.shape[0])
    moved = csc_array(matrix.toarray()[rows])
    for each, paired in ((matrix, None), (moved, rows.astype(np.int32))):
        found, expected = analyse(each, paired), structure._by_hand(each, paired)
        for field in fields(Plan):
            np.testing.assert_array_equal(
                getattr(found, field.name), getattr(expected, field.name), field.name
            )


def test_what_does_not_fit_together_is_refused_by_the_compiled_loops() -> None:
    """A structure that no canonical matrix has: indices beyond, a process twice, no pivot."""
    if not wheel.is_at_hand():
        pytest.skip("plain Python checks its own indices")
    good = csc_array([[1.0, -0.5], [-0.5, 1.0]])
    own, twice = np.array([0, 1], dtype=np.int32), np.array([1, 1], dtype=np.int32)
    wrong = [
        (good.indptr, [0, 1, 0, 2], own),
        (good.indptr, [0, 1, -1, 1], own),
        (good.indptr, [0, 0, 0, 1], own),
        (good.indptr, [0, 1, 0, 0], own),
        ([0, 3, 2], good.indices, own),
        ([0, 2, 5], good.indices, own),
        ([1, 2, 4], good.indices, own),
        ([0, 2, 3], good.indices, own),
        (good.indptr, good.indices, twice),
        (good.indptr, good.indices, own[:1]),
        (good.indptr, good.indices, own + 1),
    ]
    for indptr, indices, paired in wrong:
        places = (np.array(each, dtype=np.int32) for each in (indptr, indices))
        with pytest.raises(ValueError, match="plan"):
            analyse(Columns((2, 2), *places, np.ones(4)), paired)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_components_are_those_that_scipy_finds(seed: int, n: int) -> None:
    ends = np.random.default_rng(seed).integers(0, n, (2, 3 * n))
    links = Links(*ends[:, ends[0] != ends[1]])
    ours, theirs = graphs._components(n, links), graphs._by_scipy(n, links)
    np.testing.assert_array_equal(ours[:, None] == ours, theirs[:, None] == theirs)


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_a_level_is_one_above_the_highest_supplier(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    ranks = random.permutation(n)
    ends = random.integers(0, n, (2, 3 * n))
    ends = ends[:, ends[0] != ends[1]]
    first = ranks[ends[0]] < ranks[ends[1]]
    links = Links(np.where(first, ends[0], ends[1]), np.where(first, ends[1], ends[0]))
    expected = np.zeros(n, dtype=np.int32)
    for v in np.argsort(ranks):
        above = [expected[s] + 1 for s in links.suppliers[links.consumers == v]]
        expected[v] = max(above, default=0)
    np.testing.assert_array_equal(levels(n, links), expected)


def test_a_loop_has_no_levels() -> None:
    with pytest.raises(ValueError, match="loop"):
        levels(3, Links(np.array([0, 1]), np.array([1, 0])))


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
