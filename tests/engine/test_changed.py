"""A system near a solved one is solved as a fresh one, for any right-hand side, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.sparse import csc_array

from pcf.errors import SolveError
from pcf.inventory.tearing import changed as changing
from pcf.inventory.tearing.changed import Changed, _difference, changed
from pcf.inventory.tearing.solver import Factorised

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pcf.inventory.solved import Solver

    Maker = Callable[..., csc_array[np.float64]]
    Matrix = csc_array[np.float64]


def assert_as_fresh(found: Solver, matrix: Matrix, seed: int) -> None:
    """Hold both solves against those of the matrix alone, unit by unit of its scale."""
    fresh = Factorised(matrix)
    random = np.random.default_rng(seed)
    n = matrix.shape[0]
    for shape in ((n,), (n, 3)):
        f, q = random.random(shape), random.random(shape)
        pairs = [
            (found.forward(f), fresh.forward(f), fresh.scales.columns, f, False),
            (found.adjoint(q), fresh.adjoint(q), fresh.scales.rows, q, True),
        ]
        for ours, expected, scales, b, turned in pairs:
            size = np.abs((expected.values.T / scales).T).max(axis=0)
            apart = np.abs(((ours.values - expected.values).T / scales).T)
            assert (apart <= 1e-10 * size).all()
            assert fresh.residual(ours.values, b, turned=turned)[1] <= 1e-12
            assert ours.residual <= 1e-12


def with_columns(matrix: Matrix, seed: int, count: int) -> Matrix:
    """Return the matrix with some columns' inputs changed, dropped and added: still productive."""
    random = np.random.default_rng(seed)
    dense = matrix.toarray()
    for j in random.choice(len(dense), count, replace=False):
        others = np.arange(len(dense)) != j
        dense[others, j] *= random.choice([0.0, 0.5, 1.1], len(dense) - 1)
        i = int(random.integers(0, len(dense)))
        if i != j:
            dense[i, j] -= 0.01 * abs(dense[j, j])
    return csc_array(dense)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
@example(2421784099, 3)
def test_changed_columns_give_the_fresh_answer(looped: Maker, seed: int, count: int) -> None:
    old = looped(60, seed, gain=0.6)
    new = with_columns(old, seed, count)
    found = changed(Factorised(old), new, np.arange(60))
    if found.method != "updated":  # some changes, one in thousands, leave an update unsure
        places = np.arange(60)
        difference = _difference(Factorised(old), new, places)
        assert not Changed(Factorised(old), new, places, difference).is_sure
    assert_as_fresh(found, new, seed)


@given(st.integers(0, 2**32 - 1))
def test_a_changed_row_is_one_and_not_as_many_columns(looped: Maker, seed: int) -> None:
    old = looped(60, seed, links=10.0, gain=0.6)
    dense = old.toarray()
    dense[3, np.arange(60) != 3] *= 0.5
    found = changed(Factorised(old), csc_array(dense), np.arange(60))
    if isinstance(found, Changed):
        assert found._difference.rank == 1
    assert_as_fresh(found, csc_array(dense), seed)


@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(0, 3))
def test_processes_may_come_go_and_stand_elsewhere(
    looped: Maker, seed: int, come: int, gone: int
) -> None:
    """Who is gone is bought by nobody any more; who comes is bought by somebody."""
    old = looped(40, seed, gain=0.5)
    random = np.random.default_rng(seed)
    leaving = random.choice(40, gone, replace=False)
    stays = np.setdiff1d(np.arange(40), leaving)
    n = len(stays) + come
    dense = np.eye(n) * 3.0
    dense[: len(stays), : len(stays)] = old.toarray()[np.ix_(stays, stays)]
    for new in range(len(stays), n):
        dense[random.integers(0, len(stays)), new] = -0.2
        dense[new, random.integers(0, len(stays))] = -0.01
    places = np.append(stays, 40 + np.arange(come))
    order = random.permutation(n)
    matrix = csc_array(dense[np.ix_(order, order)])
    found = changed(Factorised(old), matrix, places[order])
    assert_as_fresh(found, matrix, seed)


def test_the_same_matrix_is_the_same_factorisation(looped: Maker) -> None:
    base = Factorised(looped(30, 1))
    assert changed(base, base.technosphere.copy(), np.arange(30)) is base


def test_where_much_changes_the_values_go_onto_the_known_plan(
    looped: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = looped(1200, 1, gain=0.6)
    new = old.copy()
    new.data *= np.where(np.repeat(np.arange(1200), np.diff(new.indptr)) == new.indices, 1.0, 0.9)
    base = Factorised(old)
    monkeypatch.setattr("pcf.inventory.tearing.solver.plan_of", None)
    found = changed(base, new, np.arange(1200))
    assert isinstance(found, Factorised)
    assert found.plan is base.plan
    monkeypatch.undo()
    assert_as_fresh(found, new, 1)


@pytest.mark.parametrize("wrong", ["lu_solve", "residual"])
def test_an_update_that_does_not_hold_is_noticed_and_solved_anew(
    looped: Maker, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    old = looped(60, 4, gain=0.7)
    new = with_columns(old, 4, 5)
    found = changed(Factorised(old), new, np.arange(60))
    assert isinstance(found, Changed)
    if wrong == "lu_solve":
        monkeypatch.setattr(changing, "lu_solve", lambda *args, **_: args[1] * 0.5)
    else:
        monkeypatch.setattr(found, "_updated", lambda *_, **__: None)
    assert_as_fresh(found, new, 4)
    assert found.method == "anew"


def test_an_amount_that_shrinks_a_billionfold_keeps_its_digits() -> None:
    old = csc_array([[1.0, -3e8], [0.0, 1.0]])
    new = csc_array([[1.0, -1.2345678901234e-9], [0.0, 1.0]])
    found = changed(Factorised(old), new, np.arange(2)).adjoint(np.array([1.0, 0.0]))
    assert found.values[1] == pytest.approx(1.2345678901234e-9, rel=1e-14)


@pytest.mark.parametrize("gain", [1.0, 1.0 + 1e-16, 1 - 1e-15])
def test_a_change_that_makes_the_system_singular_is_refused(gain: float) -> None:
    old = csc_array([[1.0, -0.5], [-0.5, 1.0]])
    new = csc_array([[1.0, -0.5], [-gain / 0.5, 1.0]])
    with pytest.raises(SolveError):
        changed(Factorised(old), new, np.arange(2)).forward(np.ones(2))


def test_no_right_hand_side_is_zero(looped: Maker) -> None:
    old = looped(20, 3)
    found = changed(Factorised(old), with_columns(old, 3, 2), np.arange(20))
    zero: NDArray[np.float64] = np.zeros(20)
    assert not found.forward(zero).values.any()
    assert not found.adjoint(zero).values.any()
