"""One changed column in one pass: the fresh answer, a residual that holds, when it is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from pcf.inventory.tearing import single, solver, updates
from pcf.inventory.tearing.changes import Change, change_between
from pcf.inventory.tearing.single import Single
from pcf.inventory.tearing.solver import Factorised
from pcf.inventory.tearing.updates import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Maker = Callable[..., csc_array[np.float64]]
    Burdens = Callable[[int, int], Vector]

N = 1_100


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("loops_from", ["wheel"], indirect=True, ids=[""])


@pytest.fixture
def baseline(looped: Maker, burdens: Burdens, monkeypatch: pytest.MonkeyPatch) -> Baseline:
    """Return a torn system, solved with the wheel, though it is a small one."""
    monkeypatch.setattr(solver, "PAYS", 0)
    return Baseline(looped(N, 3, gain=0.8), burdens(N, 3))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what the short way said, each time it was asked."""
    said: list[object] = []
    asked = Single.changed

    def heard(self: Single, *arguments: object) -> object:
        said.append(asked(self, *arguments))  # type: ignore[arg-type]
        return said[-1]

    monkeypatch.setattr(Single, "changed", heard)
    return said


def column_times(baseline: Baseline, column: int, factor: float, burden: float) -> Change:
    """Return a change: the inputs of a column times a factor, and its burden."""
    matrix = baseline.factorised.technosphere
    here = slice(*matrix.indptr[column : column + 2])
    rows = matrix.indices[here].astype(np.int64)
    values = np.where(rows == column, 1.0, factor) * matrix.data[here]
    at = np.full(len(rows), column)
    return Change(N, rows, at, values, at[:1], np.array([burden]))


def fresh(baseline: Baseline, change: Change) -> tuple[csc_array[np.float64], Vector, Vector]:
    """Return the changed matrix, its burdens, and its intensities by SuperLU."""
    matrix = baseline.factorised.technosphere.tolil(copy=True)
    matrix[change.rows, change.columns] = change.values
    q = baseline.q.copy()
    q[change.processes] = change.burdens
    changed = csc_array(matrix)
    return changed, q, Factorised(changed, smallest=N + 1).adjoint(q).values


def true_residual(matrix: csc_array[np.float64], values: Vector, q: Vector, of: Baseline) -> float:
    """Return the backward error of `values`, with sums of twice the digits."""
    dense = matrix.toarray().T.astype(np.longdouble)
    left = np.abs(q - dense @ values.astype(np.longdouble))
    rows, columns = of.factorised.scales.rows, of.factorised.scales.columns
    norm = float((np.abs(dense) @ rows * columns).max())
    below = norm * (np.abs(values) / rows).max() + (np.abs(q) * columns).max()
    return float((left * columns).max() / below)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    column=st.integers(0, N - 1),
    factor=st.sampled_from([0.0, 0.5, 1.1, 1.25, 1e-9]),
    burden=st.sampled_from([0.0, 1.0, 1e6]),
)
def test_one_changed_column_gives_the_fresh_answer_and_a_residual_that_holds(
    baseline: Baseline, column: int, factor: float, burden: float
) -> None:
    change = column_times(baseline, column, factor, burden)
    matrix, q, expected = fresh(baseline, change)
    found = baseline.changed(change)
    np.testing.assert_allclose(found.values, expected, rtol=1e-10, atol=1e-12 * abs(expected).max())
    assert found.residual <= 1e-13
    true = true_residual(matrix, found.values, q, baseline)
    assert true <= found.residual + 2e-16  # what measuring with a double's digits rounds off


def test_the_short_way_is_taken_and_columns_are_remembered(
    baseline: Baseline, answers: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for column in (*range(single.KEPT + 3), 0, 0):
        baseline.changed(column_times(baseline, column, 1.1, 2.0))
    assert len(answers) == single.KEPT + 5
    assert None not in answers
    assert len(baseline.single._measured) <= single.KEPT
    torn = baseline.factorised.torn
    assert torn is not None
    monkeypatch.setattr(torn, "whole", torn.whole and object())  # nothing is solved for again
    baseline.changed(column_times(baseline, 0, 1.2, 2.0))
    assert answers[-1] is not None


def test_what_another_thread_asks_for_meanwhile_takes_nothing_away(
    baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a column is solved for, others are: nothing is lost, nothing is kept for ever."""
    monkeypatch.setattr(single, "KEPT", 1)
    monkeypatch.setattr(updates, "_MOST", 2)
    others = iter([7, 8])

    def measured(column: int) -> tuple[Vector, Vector]:
        for other in others:
            baseline.single._of(other, whole)
        return np.full(1, float(column)), np.zeros(1)

    def unchecked(units: Vector) -> Vector:
        for other in others:
            baseline.of_columns(np.array([other]))
        return units

    whole = Mock(measured=measured)
    assert [float(baseline.single._of(column, whole)[0][0]) for column in (1, 2)] == [1.0, 2.0]
    assert len(baseline.single._measured) == 1
    monkeypatch.setattr(baseline.factorised, "unchecked", unchecked)
    baseline.of_columns(np.array([1]))
    others = iter([7, 8])
    assert baseline.of_columns(np.array([1, 2]))[[1, 2], [0, 1]].tolist() == [1.0, 1.0]


def test_two_columns_take_the_longer_way(baseline: Baseline, answers: list[object]) -> None:
    first, other = (column_times(baseline, column, 1.1, 1.0) for column in (4, 5))
    both = baseline.prepared(first, other).at(1.0, 1.0)
    assert (answers.pop(), both.method) == (None, "updated")


def test_two_burdens_that_shrink_a_billionfold_are_what_the_changes_name(
    baseline: Baseline,
) -> None:
    at = np.flatnonzero(baseline.q)[:2]
    changes = [column_times(baseline, int(j), 1.0, 1e-9 * baseline.q[j]) for j in at]
    values = baseline.prepared(*changes).at(1.0, 1.0).values
    matrix, q, _ = fresh(baseline, changes[0])
    q[changes[1].processes] = changes[1].burdens
    expected = Factorised(matrix, smallest=N + 1).adjoint(q).values
    np.testing.assert_allclose(values, expected, rtol=1e-11, atol=1e-15 * abs(expected).max())


def test_an_intensity_that_shrinks_a_billionfold_keeps_its_digits(
    baseline: Baseline, answers: list[object]
) -> None:
    matrix = baseline.factorised.technosphere
    alone = int(np.flatnonzero(np.diff(matrix.indptr) == 1)[:1].sum())
    change = column_times(baseline, alone, 1.0, 1e-9 * baseline.q[alone])
    assert baseline.values[alone] != 0
    changed = baseline.changed(change)
    assert answers.pop() is None
    _, _, expected = fresh(baseline, change)
    np.testing.assert_allclose(changed.values, expected, rtol=1e-12)


def test_a_new_link_and_one_taken_away_are_changes_of_a_column(
    baseline: Baseline, answers: list[object]
) -> None:
    old = baseline.factorised.technosphere, baseline.q
    lil = old[0].tolil(copy=True)
    column = 7
    taken = int(old[0].indices[old[0].indptr[column] : old[0].indptr[column + 1]][-1])
    if taken != column:
        lil[taken, column] = 0.0
    lil[(column + 400) % N, column] = -1e-3 * abs(old[0].diagonal()[column])
    new = csc_array(lil)
    found = baseline.changed(change_between(old, (new, baseline.q)))
    assert answers[-1] is not None
    expected = Factorised(new, smallest=N + 1).adjoint(baseline.q).values
    np.testing.assert_allclose(found.values, expected, rtol=1e-10)


def test_what_was_measured_wrongly_does_not_pass(baseline: Baseline, answers: list[object]) -> None:
    change = column_times(baseline, 9, 1.1, 1.0)
    good = baseline.changed(change)
    ((y, left),) = baseline.single._measured.values()
    y *= 1.001
    left += 1e-3
    again = baseline.changed(change)
    assert answers[-1] is None
    np.testing.assert_allclose(again.values, good.values, rtol=1e-12)
