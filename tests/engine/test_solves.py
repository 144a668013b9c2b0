"""Torn solves against direct ones: the same answers, the same errors, every way of computing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from pcf.inventory.tearing import kernels
from pcf.inventory.tearing.columns import Columns
from pcf.inventory.tearing.direct import Direct
from pcf.inventory.tearing.precision import SURE, relative_errors, unsure
from pcf.inventory.tearing.scaling import scales_of
from pcf.inventory.tearing.schur import Torn, TornError
from pcf.inventory.tearing.solver import Factorised, backward_error, error_of
from pcf.inventory.tearing.structure import analyse, pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Maker = Callable[..., csc_array[np.float64]]
    Burdens = Callable[[int, int], NDArray[np.float64]]


def torn_of(matrix: csc_array[np.float64], way: str) -> Torn:
    plan, loops = analyse(matrix, pair(matrix)), kernels if way == "lanes" else None
    return Torn(matrix, plan, scales_of(matrix), loops, by_scipy=way == "scipy")


@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.sampled_from([0.0, 0.1]))
def test_a_torn_system_is_solved_as_a_dense_one(
    looped: Maker, burdens: Burdens, seed: int, n: int, credited: float
) -> None:
    matrix, q = looped(n, seed, credited=credited, gain=0.8), burdens(n, seed)
    factorised = Factorised(matrix, smallest=0)
    assert factorised.method == "torn"
    scale = factorised.scales
    adjoint, forward = factorised.adjoint(q), factorised.forward(q)
    dense = np.diag(scale.rows) @ matrix.toarray() @ np.diag(scale.columns)
    expected = scale.rows * np.linalg.solve(dense.T, scale.columns * q)
    np.testing.assert_allclose(
        adjoint.values, expected, rtol=1e-9, atol=1e-12 * abs(expected).max()
    )
    expected = np.linalg.solve(dense, scale.rows * q)
    np.testing.assert_allclose(
        forward.values / scale.columns, expected, rtol=1e-9, atol=1e-12 * abs(expected).max()
    )
    assert max(adjoint.residual, forward.residual) <= 1e-12


@pytest.mark.parametrize("columns", [0, 1, 3, 40])
def test_columns_given_without_scipy_have_the_same_answers(
    looped: Maker, burdens: Burdens, columns: int
) -> None:
    matrix = looped(150, 8, credited=0.1)
    own = Columns(matrix.shape, matrix.indptr, matrix.indices, matrix.data)
    one, other = Factorised(matrix, smallest=0), Factorised(own, smallest=0)
    q = np.stack([burdens(150, each) for each in range(columns)] or [np.zeros(150)], axis=1)
    q = q[:, :columns]
    for name in ("adjoint", "forward"):
        expected, found = getattr(one, name)(q), getattr(other, name)(q)
        np.testing.assert_allclose(found.values, expected.values, rtol=1e-11)
        assert found.residual <= 1e-12
    assert other.condition == pytest.approx(one.condition, rel=1e-6)
    assert abs(other.technosphere - matrix).max() == 0.0


@given(st.integers(0, 2**32 - 1))
def test_forward_and_adjoint_agree(looped: Maker, burdens: Burdens, seed: int) -> None:
    """The footprint of a demand is the same by the runs as by the intensities."""
    factorised = Factorised(looped(60, seed), smallest=0)
    q, f = burdens(60, seed), burdens(60, seed + 1)
    by_runs = q @ factorised.forward(f).values
    by_intensities = f @ factorised.adjoint(q).values
    assert by_runs == pytest.approx(by_intensities, rel=1e-9)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(1, 35), st.integers(1, 60))
def test_every_way_and_several_columns_are_solved_as_one_by_one(
    looped: Maker, burdens: Burdens, seed: int, count: int, n: int
) -> None:
    matrix = looped(n, seed)
    right = np.stack([burdens(n, seed + column) for column in range(count)], axis=1)
    plain, *others = (torn_of(matrix, way) for way in ("scipy", "numpy", "lanes"))
    for name in ("adjoint", "forward"):
        single = np.stack([getattr(plain, name)(each) for each in right.T], axis=1)
        for torn in others:
            np.testing.assert_allclose(torn.loops, plain.loops, rtol=1e-13, atol=1e-300)
            one = getattr(torn, name)(right[:, 0])
            np.testing.assert_allclose(one, single[:, 0], rtol=1e-9, atol=1e-12 * abs(one).max())
        for torn in (plain, *others):
            np.testing.assert_allclose(
                getattr(torn, name)(right), single, rtol=1e-9, atol=1e-12 * abs(single).max()
            )


def test_right_hand_sides_in_any_memory_order_are_solved_alike(looped: Maker) -> None:
    torn = torn_of(looped(40, 5), "lanes")
    right = np.random.default_rng(0).random((40, 17))
    expected = torn.adjoint(right)
    frozen = np.asfortranarray(right)
    frozen.setflags(write=False)
    np.testing.assert_array_equal(torn.adjoint(frozen), expected)
    np.testing.assert_array_equal(torn.adjoint(np.repeat(right, 2, axis=1)[:, ::2]), expected)


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_superlu_of_the_component_gives_the_same(
    looped: Maker, burdens: Burdens, seed: int, n: int
) -> None:
    matrix, q = looped(n, seed), burdens(n, seed)
    scales, plan = scales_of(matrix), analyse(matrix, None)
    whole, component = Direct(matrix, scales), Direct(matrix, scales, plan)
    for name in ("adjoint", "forward"):
        one, other = getattr(whole, name)(q), getattr(component, name)(q)
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-11 * abs(one).max())
        several = getattr(component, name)(np.stack([q, 2 * q], axis=1))
        np.testing.assert_allclose(several[:, 1], 2 * other, rtol=1e-8, atol=1e-300)


@given(st.integers(0, 2**32 - 1))
def test_rows_and_columns_in_another_order_give_the_answer_in_that_order(
    looped: Maker, burdens: Burdens, seed: int
) -> None:
    """Without its own products on the diagonal a system is paired first."""
    matrix, q = looped(50, seed), burdens(50, seed)
    random = np.random.default_rng(seed)
    rows, columns = random.permutation(50), random.permutation(50)
    moved = csc_array(matrix.toarray()[rows][:, columns])
    factorised = Factorised(matrix, smallest=0)
    expected = (factorised.adjoint(q).values / factorised.scales.rows)[rows]
    found = Factorised(moved, smallest=0).adjoint(q[columns]).values / factorised.scales.rows[rows]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12 * abs(expected).max())


def test_a_vanishing_pivot_is_left_to_superlu_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def vanishing(*_: object, **__: object) -> None:
        raise TornError

    monkeypatch.setattr(Torn, "__init__", vanishing)
    matrix = csc_array([[1.0, -0.5], [-0.5, 1.0]])
    factorised = Factorised(matrix, smallest=0)
    solution = factorised.adjoint(np.array([3.0, 0.0]))
    assert (factorised.method, factorised.fallback, solution.fallback) == ("direct",) + (
        "pivot",
    ) * 2
    np.testing.assert_allclose(solution.values, [4.0, 2.0])


def test_a_paired_entry_that_became_zero_is_left_to_superlu() -> None:
    """The plan is that of a structure in which the entry was not zero."""
    old = csc_array([[1.0, -0.5], [-0.5, 1.0]])
    new = old.copy()
    new.data = np.array([0.0, -0.5, -0.5, 1.0])
    factorised = Factorised(new, smallest=0, plan=analyse(old, None))
    assert factorised.fallback == "pivot"
    found = factorised.adjoint(np.array([1.0, 0.0])).values
    np.testing.assert_allclose(new.toarray().T @ found, [1.0, 0.0], atol=1e-15)


def test_a_residual_that_stays_is_left_to_superlu_and_said(looped: Maker, burdens: Burdens) -> None:
    matrix, q = looped(60, 1), burdens(60, 1)
    factorised = Factorised(matrix, smallest=0)
    expected = factorised.adjoint(q)
    assert factorised.torn is not None
    assert expected.fallback == ""
    factorised.torn.sizes = factorised.torn.sizes * 3.0  # a torn solver that is wrong
    mended = factorised.adjoint(q)
    assert mended.fallback == "residual"
    np.testing.assert_allclose(mended.values, expected.values, rtol=1e-9)


def test_nothing_to_solve_for_is_zero(looped: Maker) -> None:
    for smallest in (0, 1000):
        solution = Factorised(looped(30, 2), smallest=smallest).adjoint(np.zeros(30))
        assert solution.residual == 0.0
        assert not solution.values.any()


def test_products_whose_credits_cancel_are_flagged_and_others_are_not(
    looped: Maker, burdens: Burdens
) -> None:
    plain = Factorised(looped(80, 3), smallest=0)
    q = burdens(80, 3) + 1.0
    errors = relative_errors(plain, q, plain.adjoint(q).values)
    assert errors.max() < 1e-12
    assert unsure([str(i) for i in range(80)], errors) == ()
    # Product 2 takes 1 of product 0 and gives back 1 of product 1, which is worth nearly the same.
    credited = Factorised(
        csc_array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]), smallest=0
    )
    q = np.array([1.0, 1.0 - 1e-9, 0.0])
    errors = relative_errors(credited, q, credited.adjoint(q).values)
    assert (errors > SURE).tolist() == [False, False, True]
    assert unsure(["a", "b", "c"], errors)[0].facts["product"] == "c"


@settings(max_examples=20)
@example(964)  # rounding that cancels on its way over several links
@given(st.integers(0, 2**32 - 1))
def test_the_estimated_error_covers_the_true_one(
    looped: Maker, burdens: Burdens, seed: int
) -> None:
    """Measured in more digits, with credits; the estimate is of first order, so with a margin."""
    matrix, q = looped(25, seed, credited=0.2, gain=0.9), burdens(25, seed)
    factorised = Factorised(matrix, smallest=0)
    values = factorised.adjoint(q).values
    exact = values.astype(np.longdouble)
    wide, right = matrix.toarray().T.astype(np.longdouble), q.astype(np.longdouble)
    for _ in range(4):
        exact = exact + factorised.unchecked((right - wide @ exact).astype(np.float64))
    apart = np.abs(values - exact).astype(np.float64)
    assert (apart <= 4 * relative_errors(factorised, q, values) * np.abs(values) + 1e-300).all()


def test_an_answer_too_large_to_be_measured_has_no_small_error() -> None:
    """What is left, over an infinity, would be nothing."""
    left, values, b = np.array([1e300, 0.0]), np.array([1e308, 1.0]), np.ones(2)
    ones = np.ones(2)
    with np.errstate(over="ignore"):
        assert backward_error((left, values, b), (ones, ones), 10.0) == np.inf
    assert error_of(np.array([1e300, 1e308, 1.0]), 10.0) == np.inf
    assert error_of(np.array([1.0, np.inf, 1.0]), 1.0) == np.inf
