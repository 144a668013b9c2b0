"""Solving: against dense arithmetic, in awkward units, and refused where no digit is sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, diags_array, eye_array, random_array

from pcf.errors import SolveError
from pcf.inventory import factorise
from pcf.testing import assert_equal_numbers


def productive(n: int, seed: int) -> csc_array[np.float64]:
    """Return I - G with loops, its inverse not negative."""
    random = np.random.default_rng(seed)
    needs = random_array((n, n), density=min(1.0, 4 / n), rng=random)
    sums = needs.sum(axis=0)
    return csc_array(eye_array(n) - needs @ diags_array(0.95 / np.maximum(sums, 1.0)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_both_directions_agree_with_dense_elimination(seed: int, n: int) -> None:
    matrix, random = productive(n, seed), np.random.default_rng(seed)
    b = random.normal(size=n)
    factorised = factorise(matrix)
    forward, adjoint = factorised.forward(b), factorised.adjoint(b)
    assert_equal_numbers(forward.values, np.linalg.solve(matrix.toarray(), b))
    assert_equal_numbers(adjoint.values, np.linalg.solve(matrix.toarray().T, b))
    assert max(forward.residual, adjoint.residual) <= 1e-12


@given(st.integers(0, 2**32 - 1))
def test_several_right_hand_sides_are_solved_one_by_one(seed: int) -> None:
    factorised = factorise(productive(20, seed))
    b = np.random.default_rng(seed).normal(size=(20, 3))
    b[:, 1] = 0.0
    for solve in (factorised.forward, factorised.adjoint):
        together = solve(b)
        assert together.values.shape == (20, 3)
        for column in range(3):
            assert_equal_numbers(together.values[:, column], solve(b[:, column]).values)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(-40, 40), min_size=40, max_size=40))
def test_the_units_of_products_and_the_size_of_runs_change_no_digit(
    seed: int, powers: list[int]
) -> None:
    """Scaling by powers of two, as from grams to a year's output, gives the scaled answer."""
    matrix = productive(20, seed)
    rows, columns = np.exp2(powers[:20]), np.exp2(powers[20:])
    scaled = csc_array(diags_array(rows) @ matrix @ diags_array(columns))
    b = np.random.default_rng(seed).random(20)
    plain, awkward = factorise(matrix), factorise(scaled)
    assert awkward.condition <= 1e3 * plain.condition
    solved = columns * awkward.forward(rows * b).values
    np.testing.assert_allclose(solved, plain.forward(b).values, rtol=1e-9)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1.0, -1.0], [-1.0, 1.0]],
        [[0.0]],
        [[0.3, -0.1, -0.2], [-0.1, 0.8, -0.7], [-0.2, -0.7, 0.9]],  # sums of zero, but for rounding
        [[1.0, -1 / 3], [-3.0, 1.0 + 1e-15]],
    ],
)
def test_a_singular_matrix_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(SolveError) as caught:
        factorise(csc_array(matrix))
    assert caught.value.problems[0].code in ("system-singular", "system-nearly-singular")


def test_a_bad_condition_that_is_still_sure_is_solved() -> None:
    gap = 1e-9
    factorised = factorise(csc_array([[1.0, -1.0], [-1.0, 1.0 + gap]]))
    assert 1e8 < factorised.condition < 1e11
    assert factorised.forward(np.array([1.0, 0.0])).values[1] == pytest.approx(1 / gap, rel=1e-6)


def test_what_has_no_finite_answer_is_refused() -> None:
    with pytest.raises(SolveError) as caught:
        factorise(csc_array([[1.0]])).forward(np.array([np.nan]))
    assert caught.value.problems[0].code == "solution-inaccurate"
