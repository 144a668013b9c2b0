"""Systems made to break solvers: a right answer or a named error, never a hang or a silent NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import coo_array, csc_array, eye_array

from pcf.errors import SolveError
from pcf.inventory import factorise, find_loops, solve
from pcf.inventory.tearing.solver import Factorised
from pcf.model.building import product_system
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Maker = Callable[..., csc_array[np.float64]]
    Burdens = Callable[[int, int], NDArray[np.float64]]

LONG = 100_000
SINGULAR = {"system-singular", "system-nearly-singular"}


def assert_solved(factorised: Factorised, q: NDArray[np.float64]) -> None:
    """Hold both directions against the residual, and against each other."""
    f = np.roll(q, 7)
    adjoint, forward = factorised.adjoint(q), factorised.forward(f)
    assert np.isfinite(adjoint.values).all()
    assert np.isfinite(forward.values).all()
    assert max(adjoint.residual, forward.residual) <= 1e-12
    by_runs, by_intensities = q @ forward.values, f @ adjoint.values
    assert by_runs == pytest.approx(by_intensities, rel=1e-8)


def chain(n: int, need: float) -> csc_array[np.float64]:
    """Return n processes, each buying `need` of the one before."""
    rows, columns = np.arange(n - 1), np.arange(1, n)
    entries = (np.full(n - 1, -need), (rows, columns))
    return csc_array(eye_array(n) + coo_array(entries, shape=(n, n)))


def ring(n: int, gain: float) -> csc_array[np.float64]:
    """Return a chain whose first process buys of the last, so that the whole loop has this gain."""
    need = gain ** (1 / n)
    closing = coo_array(([-need], ([n - 1], [0])), shape=(n, n))
    return csc_array(chain(n, need) + closing)


@pytest.mark.parametrize("need", [1.0, 0.5, 1e-3])
def test_a_chain_of_a_hundred_thousand(need: float) -> None:
    factorised = factorise(chain(LONG, need))
    assert factorised.plan is not None
    assert factorised.plan.h == 0
    q = np.zeros(LONG)
    q[0] = 1.0
    found = factorised.adjoint(q).values
    np.testing.assert_allclose(found[:50], need ** np.arange(50.0), rtol=1e-12)
    assert found[-1] == pytest.approx(need ** (LONG - 1), rel=1e-9)


@pytest.mark.parametrize("gain", [0.1, 0.9, 0.999999])
def test_one_giant_loop(gain: float) -> None:
    factorised = factorise(ring(LONG, gain))
    assert factorised.plan is not None
    assert factorised.plan.h == 1
    q = np.zeros(LONG)
    q[0] = 1.0
    assert factorised.adjoint(q).values[0] == pytest.approx(1 / (1 - gain), rel=1e-9 / (1 - gain))


def test_a_giant_loop_that_consumes_all_it_makes_is_refused() -> None:
    with pytest.raises(SolveError) as caught:
        factorise(ring(2000, 1.0))
    assert caught.value.problems[0].code in SINGULAR


@pytest.mark.parametrize("gain", [0.999999, 1 - 1e-9])
def test_near_singular_loops_are_solved_to_what_their_condition_allows(gain: float) -> None:
    n = 1500
    matrix = np.eye(n)
    for start in range(0, n, 3):
        matrix[start, start + 1] = matrix[start + 1, start + 2] = -1.0
        matrix[start + 2, start] = -gain
    factorised = factorise(csc_array(matrix))
    assert factorised.method == "torn"
    assert 0.1 / (1 - gain) < factorised.condition < 1e3 / (1 - gain)
    found = factorised.adjoint(np.ones(n)).values
    np.testing.assert_allclose(found[::3], (1 + 2 * gain) / (1 - gain), rtol=1e-5)


@pytest.mark.parametrize(("n", "links"), [(1500, 8), (1000, 100)])
def test_a_random_dense_graph_of_which_most_is_torn(n: int, links: int, burdens: Burdens) -> None:
    random = np.random.default_rng(n)
    needs = np.zeros((n, n))
    columns = np.repeat(np.arange(n), links)
    needs[random.integers(0, n, len(columns)), columns] = 0.9 / links
    np.fill_diagonal(needs, 0.0)
    factorised = factorise(csc_array(np.eye(n) - needs))
    assert factorised.plan is not None
    assert factorised.plan.h > 0.4 * n
    assert_solved(factorised, burdens(n, 1))


def test_everything_linked_to_everything(burdens: Burdens) -> None:
    n = 1000
    matrix = np.full((n, n), -0.5 / n)
    np.fill_diagonal(matrix, 1.0)
    assert_solved(factorise(csc_array(matrix)), burdens(n, 2))


def test_a_star_through_which_all_loops_pass_is_torn_once(burdens: Burdens) -> None:
    n = 5000
    hub, others = np.zeros(n - 1, dtype=int), np.arange(1, n)
    rows = np.concatenate([hub, others])
    columns = np.concatenate([others, hub])
    values = np.concatenate([np.full(n - 1, -0.5), np.full(n - 1, -0.5 / n)])
    matrix = csc_array(eye_array(n) + coo_array((values, (rows, columns)), shape=(n, n)))
    factorised = factorise(matrix)
    assert factorised.plan is not None
    assert factorised.plan.h == 1
    assert_solved(factorised, burdens(n, 3))


@pytest.mark.parametrize("smallest", [0, 10**9])
def test_duplicated_processes_that_make_the_same_are_singular(looped: Maker, smallest: int) -> None:
    matrix = looped(40, 1).toarray()
    matrix[:, 7] = matrix[:, 8]
    with pytest.raises(SolveError) as caught:
        Factorised(csc_array(matrix), smallest=smallest)
    assert caught.value.problems[0].code in SINGULAR


@pytest.mark.parametrize("smallest", [0, 10**9])
@pytest.mark.parametrize("axis", [0, 1])
def test_an_empty_row_or_column_is_singular(looped: Maker, axis: int, smallest: int) -> None:
    matrix = looped(40, 2).toarray()
    matrix[(slice(None), 5)[:: 1 - 2 * axis]] = 0.0
    with pytest.raises(SolveError) as caught:
        Factorised(csc_array(matrix), smallest=smallest)
    assert caught.value.problems[0].code in SINGULAR


@pytest.mark.parametrize("smallest", [0, 10**9])
def test_a_zero_reference_amount_is_solved_where_another_entry_stands_in(smallest: int) -> None:
    matrix = csc_array([[0.0, 1.0, -0.2], [1.0, -0.5, 0.0], [-0.1, 0.0, 1.0]])
    factorised = Factorised(matrix, smallest=smallest)
    q = np.array([1.0, 2.0, 3.0])
    expected = np.linalg.solve(matrix.toarray().T, q)
    np.testing.assert_allclose(factorised.adjoint(q).values, expected, rtol=1e-12)


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("smallest", [0, 10**9])
def test_an_entry_that_is_no_number_is_named(looped: Maker, entry: float, smallest: int) -> None:
    matrix = looped(40, 3)
    matrix.data[11] = entry
    with pytest.raises(SolveError) as caught:
        Factorised(matrix, smallest=smallest)
    assert caught.value.problems[0].code == "entries-not-finite"


@pytest.mark.parametrize("smallest", [0, 10**9])
def test_a_right_hand_side_that_is_no_number_is_refused(looped: Maker, smallest: int) -> None:
    factorised = Factorised(looped(40, 3), smallest=smallest)
    for wrong in (np.nan, np.inf):
        with pytest.raises(SolveError) as caught:
            factorised.adjoint(np.where(np.arange(40) == 3, wrong, 1.0))
        assert caught.value.problems[0].code == "solution-inaccurate"


@pytest.mark.parametrize("smallest", [0, 10**9])
@pytest.mark.parametrize("power", [-250, 250])
def test_amounts_of_extreme_size_are_solved(looped: Maker, power: int, smallest: int) -> None:
    """Units and runs of 10^-250 and 10^250 side by side."""
    plain = looped(40, 4)
    sizes = 10.0 ** np.where(np.arange(40) % 2, power, 0)
    factors = sizes[plain.indices]
    extreme = csc_array((plain.data * factors, plain.indices, plain.indptr), plain.shape)
    expected = Factorised(plain, smallest=smallest).adjoint(np.ones(40)).values / sizes
    found = Factorised(extreme, smallest=smallest).adjoint(np.ones(40)).values
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_unsorted_and_repeated_entries_add_up(looped: Maker, burdens: Burdens) -> None:
    matrix, q = looped(1200, 5), burdens(1200, 5)
    order = np.concatenate(
        [
            np.random.default_rng(j).permutation(np.arange(*matrix.indptr[j : j + 2]))
            for j in range(1200)
        ]
    )
    halves = np.repeat(order, 2)
    messy = csc_array(
        (matrix.data[halves] / 2, matrix.indices[halves], matrix.indptr * 2), matrix.shape
    )
    np.testing.assert_allclose(
        factorise(messy).adjoint(q).values, factorise(matrix).adjoint(q).values, rtol=1e-12
    )
    assert messy.nnz == 2 * matrix.nnz


@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_smallest_systems(n: int) -> None:
    for smallest in (0, 1000):
        factorised = Factorised(csc_array(2.0 * np.eye(n)), smallest=smallest)
        np.testing.assert_array_equal(factorised.adjoint(np.ones(n)).values, np.full(n, 0.5))
        assert factorised.forward(np.ones((n, 3))).values.shape == (n, 3)


def test_no_right_hand_side_at_all(looped: Maker) -> None:
    for smallest in (0, 1000):
        found = Factorised(looped(30, 6), smallest=smallest).adjoint(np.zeros((30, 0)))
        assert found.values.shape == (30, 0)
        assert found.residual == 0.0


def test_a_large_system_names_the_loop_that_consumes_what_it_makes() -> None:
    """From the system down to the message, past the size from which systems are torn."""
    rows = [unit_process(f"p{i}", "1 kg", takes={f"p{i - 1}": "0.5 kg"}) for i in range(1, 1200)]
    rows += [unit_process("p0", "1 kg", takes={"coal": "2 kg"})]
    rows += [unit_process("coal", "1 kg", takes={"p0": "0.5 kg"})]
    system = product_system(rows)
    with pytest.raises(SolveError) as caught:
        solve(system, {"p5": 1.0})
    assert caught.value.problems[0].code == "loop-consumes"
    assert {"p0", "coal"} == set(find_loops(system)[0].processes)
