"""What-if: every variation equals a fresh solve of the changed system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array, lil_array

from pcf.errors import SolveError
from pcf.inventory.tearing import solver, updates
from pcf.inventory.tearing.changes import Change, change_between
from pcf.inventory.tearing.solver import Factorised
from pcf.inventory.tearing.updates import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pcf.inventory.tearing.updates import Variation

    Maker = Callable[..., csc_array[np.float64]]
    Burdens = Callable[[int, int], NDArray[np.float64]]
    System = tuple[csc_array[np.float64], NDArray[np.float64]]


def assert_as_fresh(variation: Variation, system: System) -> None:
    """Hold a variation against the changed system, solved for itself, unit by unit of its scale."""
    matrix, q = system
    fresh = Factorised(matrix)
    expected = fresh.adjoint(q).values
    size = np.abs((expected.T / fresh.scales.rows).T).max(axis=0)
    apart = np.abs(((variation.values - expected).T / fresh.scales.rows).T)
    assert (apart <= 1e-10 * size).all()
    assert fresh.residual(variation.values, q, turned=True)[1] <= 1e-12
    assert variation.residual <= 1e-12


def with_links(matrix: csc_array[np.float64], seed: int, count: int) -> csc_array[np.float64]:
    """Return the matrix with some inputs dropped, some changed and some new: still productive."""
    random = np.random.default_rng(seed)
    changed = matrix.toarray()
    n = len(changed)
    for _ in range(count):
        i, j = random.integers(0, n, 2)
        if i != j:
            worth = 0.02 * abs(changed[j, j]) * abs(changed[i, i]) / max(abs(changed[j, j]), 1e-300)
            changed[i, j] = random.choice([0.0, changed[i, j] / 2, -np.sign(changed[i, i]) * worth])
    return csc_array(changed)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.booleans())
def test_changed_added_and_removed_links_give_the_fresh_answer(
    looped: Maker, burdens: Burdens, seed: int, count: int, several: bool
) -> None:
    old = looped(60, seed, gain=0.7), burdens(60, seed)
    q = burdens(60, seed)
    q[seed % 60] += 1.0
    new = with_links(old[0], seed, count), q
    if several:
        old, new = (old[0], np.stack([old[1], q], axis=1)), (new[0], np.stack([q, old[1]], axis=1))
    variation = Baseline(*old).changed(change_between(old, new))
    assert variation.method == "updated"
    assert_as_fresh(variation, new)


@given(st.integers(0, 2**32 - 1))
def test_another_provider_for_everybody_is_a_change_of_two_rows(
    looped: Maker, burdens: Burdens, seed: int
) -> None:
    matrix, q = looped(60, seed, links=8.0, gain=0.7), burdens(60, seed)
    changed = matrix.toarray()
    one, other = 3, 4
    consumers = [j for j in range(60) if j not in (one, other)]
    moved = changed[one, consumers] * (changed[other, other] / changed[one, one])
    changed[one, consumers], changed[other, consumers] = 0.0, changed[other, consumers] + moved
    old, new = (matrix, q), (csc_array(changed), q)
    update = Baseline(*old).prepared(change_between(old, new))
    assert update._rank <= 2
    assert_as_fresh(update.at(1.0), new)


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_new_processes_can_be_added_and_linked(
    looped: Maker, burdens: Burdens, seed: int, added: int
) -> None:
    matrix, q = looped(50, seed, gain=0.6), burdens(50, seed)
    random = np.random.default_rng(seed)
    wider = lil_array((50 + added, 50 + added))
    wider[:50, :50] = matrix
    for new in range(50, 50 + added):
        wider[new, new] = 7.0
        provider, consumer = random.integers(0, 50, 2)
        wider[provider, new] = -0.1 * matrix[provider, provider]
        wider[new, consumer] = -0.01 * abs(matrix[consumer, consumer])
    old = matrix, q
    new_system = csc_array(wider), np.concatenate([q, burdens(added, seed)])
    variation = Baseline(*old).changed(change_between(old, new_system))
    assert variation.method == "updated"
    assert_as_fresh(variation, new_system)


@given(st.integers(0, 2**32 - 1), st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=4))
def test_a_sweep_goes_from_the_old_system_to_the_new_one_and_beyond(
    looped: Maker, burdens: Burdens, seed: int, extents: list[float]
) -> None:
    old = looped(60, seed, gain=0.5), burdens(60, seed)
    half = old[0].copy()
    half.data[half.indptr[7] : half.indptr[8]] *= 0.5 + 0.5 * (
        half.indices[half.indptr[7] : half.indptr[8]] == 7
    )
    new = half, old[1] * np.where(np.arange(60) == 7, 3.0, 1.0)
    update = Baseline(*old).prepared(change_between(old, new))
    for extent, variation in zip(extents, update.grid(extents), strict=True):
        between = csc_array(old[0] + extent * (new[0] - old[0]))
        assert_as_fresh(variation, (between, old[1] + extent * (new[1] - old[1])))


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_a_grid_makes_each_change_to_its_own_extent(
    looped: Maker, burdens: Burdens, seed: int
) -> None:
    """One change moves rows, the other columns, and both meet in one entry."""
    matrix, q = looped(40, seed, links=10.0, gain=0.6), burdens(40, seed)
    by_row, by_column = matrix.toarray(), matrix.toarray()
    by_row[2, np.arange(40) != 2] *= 0.5
    by_column[np.arange(40) != 5, 5] *= 0.7
    old = matrix, q
    changes = [change_between(old, (csc_array(each), q)) for each in (by_row, by_column)]
    found = iter(Baseline(*old).prepared(*changes).grid([0.0, 1.0], [0.5, 1.0]))
    for one in (0.0, 1.0):
        for other in (0.5, 1.0):
            dense = matrix.toarray()
            dense = dense + one * (by_row - dense) + other * (by_column - dense)
            assert_as_fresh(next(found), (csc_array(dense), q))


@pytest.mark.parametrize("by_rows", [True, False])
def test_all_burdens_may_change_with_a_few_links(
    looped: Maker, burdens: Burdens, *, by_rows: bool
) -> None:
    """As with another characterisation set, or prices of one product."""
    matrix, q = looped(60, 8, links=8.0, gain=0.7), burdens(60, 8)
    changed = matrix.toarray()
    if by_rows:
        changed[3, np.arange(60) != 3] *= 0.5
    else:
        changed[np.arange(60) != 3, 3] *= 0.5
    old, new = (matrix, q), (csc_array(changed), burdens(60, 9))
    update = Baseline(*old).prepared(change_between(old, new))
    assert update._by_rows == by_rows
    variation = update.at(1.0)
    assert variation.method == "updated"
    assert_as_fresh(variation, new)


def test_an_amount_that_shrinks_a_billionfold_keeps_its_digits() -> None:
    """The difference from the old amount holds none of the new one's digits."""
    old = csc_array([[1.0, -3e8], [0.0, 1.0]]), np.array([1.0, 0.0])
    new = csc_array([[1.0, -1.2345678901234e-9], [0.0, 1.0]]), old[1]
    found = Baseline(*old).changed(change_between(old, new))
    assert found.values[1] == pytest.approx(1.2345678901234e-9, rel=1e-15)


def test_where_many_columns_change_the_system_is_solved_anew_on_the_old_plan(
    looped: Maker, burdens: Burdens, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = looped(1200, 1, gain=0.6), burdens(1200, 1)
    new = old[0].copy()
    new.data *= np.where(np.repeat(np.arange(1200), np.diff(new.indptr)) == new.indices, 1.0, 0.9)
    baseline = Baseline(*old)
    assert baseline.factorised.method == "torn"
    monkeypatch.setattr(solver, "plan_of", None)
    variation = baseline.changed(change_between(old, (new, old[1])))
    assert variation.method == "anew"
    monkeypatch.undo()
    assert_as_fresh(variation, (new, old[1]))


def test_many_changes_of_structure_are_solved_anew(looped: Maker, burdens: Burdens) -> None:
    old, new = (looped(60, 1), burdens(60, 1)), (looped(61, 2), burdens(61, 2))
    variation = Baseline(*old).changed(change_between(old, new))
    assert variation.method == "anew"
    assert_as_fresh(variation, new)


@pytest.mark.parametrize("gain", [1.0, 1.0 + 1e-16, 1 - 1e-15])
def test_a_change_that_makes_the_system_singular_is_refused(gain: float) -> None:
    old = csc_array([[1.0, -0.5], [-0.5, 1.0]]), np.array([1.0, 0.0])
    new = csc_array([[1.0, -0.5], [-gain / 0.5, 1.0]]), old[1]
    with pytest.raises(SolveError) as caught:
        Baseline(*old).changed(change_between(old, new))
    assert caught.value.problems[0].code in ("system-singular", "system-nearly-singular")


def test_a_wrong_update_is_noticed_by_its_residual(
    looped: Maker, burdens: Burdens, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = looped(60, 4, gain=0.7), burdens(60, 4)
    new = with_links(old[0], 4, 5), old[1]
    baseline = Baseline(*old)
    monkeypatch.setattr(updates, "_solver_of", lambda _: lambda right: right * 0.5)
    variation = baseline.changed(change_between(old, new))
    assert variation.method == "anew"
    assert_as_fresh(variation, new)


def test_varying_nothing_changes_nothing(looped: Maker, burdens: Burdens) -> None:
    old = looped(60, 6), burdens(60, 6)
    baseline = Baseline(*old)
    np.testing.assert_array_equal(
        baseline.changed(change_between(old, old)).values, baseline.values
    )


def test_changes_must_lead_to_the_same_processes(looped: Maker, burdens: Burdens) -> None:
    old, wider = (looped(5, 0), burdens(5, 0)), (looped(6, 0), burdens(6, 0))
    changes = change_between(old, old), change_between(old, wider)
    with pytest.raises(ValueError, match="processes"):
        Baseline(*old).prepared(*changes)
    with pytest.raises(ValueError, match="processes"):
        Baseline(*wider).prepared(changes[0])


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("of_burden", [False, True])
def test_a_change_that_sets_no_number_is_refused_by_name(wrong: float, *, of_burden: bool) -> None:
    baseline = Baseline(csc_array([[1.0, -0.5], [0.0, 1.0]]), np.array([2.0, 0.0]))
    zero, one = np.array([0]), np.array([1])
    amount, burden = (-0.4, wrong) if of_burden else (wrong, 1.0)
    change = Change(2, zero, one, np.array([amount]), one, np.array([burden]))
    with pytest.raises(SolveError, match="change-not-finite"):
        baseline.changed(change)
