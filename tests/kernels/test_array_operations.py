"""What loops of the wheel give for matrices and plans, array operations give too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.inventory.tearing import cache, columns, compiled, schur, single, structure, wheel
from pcf.inventory.tearing.columns import Columns
from pcf.inventory.tearing.scaling import scales_of
from pcf.inventory.tearing.schur import Torn, TornError, needs_of
from pcf.inventory.tearing.single import SHRINKS
from pcf.inventory.tearing.solver import Factorised, backward_error, error_of
from pcf.inventory.tearing.structure import analyse
from tests.kernels.given import technosphere

EACH_SIZE = [0, 1, 2, 70, 400]


def pytest_generate_tests(metafunc) -> None:
    metafunc.parametrize("loops_from", ["wheel"], indirect=True, ids=[""])


@pytest.fixture
def without(loops_from, monkeypatch):
    """Return what calls a function by array operations; loops serve matrices of any size here."""
    for module in (columns, schur):
        monkeypatch.setattr(module, "LEAST", 0)

    def called(function, *arguments):
        with monkeypatch.context() as patch:
            patch.setattr(wheel, "library", lambda: None)
            return function(*arguments)

    assert loops_from is not None
    return called


@pytest.mark.parametrize("n", EACH_SIZE)
def test_entries_add_up_to_the_same_matrix(without, n):
    random = np.random.default_rng(n)
    count = 9 * n
    rows, at = random.integers(0, max(n, 1), (2, count))
    entries = (n, n + 3), rows, at, random.normal(size=count)
    ours, other = Columns.summed(*entries), without(Columns.summed, *entries)
    assert ours.shape == other.shape
    np.testing.assert_array_equal(ours.indptr, other.indptr)
    np.testing.assert_array_equal(ours.indices, other.indices)
    np.testing.assert_allclose(ours.data, other.data, rtol=1e-12, atol=1e-13)
    room = len(ours.data) if ours.data.base is None else len(ours.data.base)
    assert 0.9 * room <= len(ours.data)  # little is held that is not used


@pytest.mark.parametrize("n", EACH_SIZE)
def test_scales_and_norms_are_the_same(without, n):
    matrix = technosphere(n, 2)
    ours, other = scales_of(matrix), without(scales_of, matrix)
    np.testing.assert_array_equal(ours.rows, other.rows)
    np.testing.assert_array_equal(ours.columns, other.columns)
    assert ours.row_norm == pytest.approx(other.row_norm, rel=1e-13)
    assert ours.column_norm == pytest.approx(other.column_norm, rel=1e-13)


def test_scales_of_entries_at_the_ends_of_all_numbers_are_the_same(without):
    """A product of two scales may be no number where each of them, and the scaled entry, is one."""
    least, most = np.nextafter(0, 1), np.finfo(np.float64).max
    for ends in ([least, 1.0], [5.6e-309, 1.0], [1e-160, 1e160], [most, 1.0], [least, most]):
        values = np.array([1.0, *ends, 1.0, 1.0])
        places = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 2])
        matrix = Columns.summed((3, 3), *places, values)
        ours, other = scales_of(matrix), without(scales_of, matrix)
        np.testing.assert_array_equal(ours.rows, other.rows)
        np.testing.assert_array_equal(ours.columns, other.columns)
        assert ours.row_norm == pytest.approx(other.row_norm, rel=1e-12)
        assert 0 < ours.row_norm < np.inf
        assert ours.column_norm == pytest.approx(other.column_norm, rel=1e-12)


@pytest.mark.parametrize("n", EACH_SIZE)
def test_needs_have_the_same_bits(without, n):
    matrix = technosphere(n, 3)
    plan, sizes = analyse(matrix, None), np.random.default_rng(n).lognormal(0, 2, n)
    ours, other = (
        way(needs_of, plan, matrix.data, sizes) for way in (lambda f, *a: f(*a), without)
    )
    np.testing.assert_array_equal(ours, other)
    if n:
        matrix.data[plan.pivots[n // 2]] = 0.0
        with pytest.raises(TornError):
            needs_of(plan, matrix.data, sizes)


@pytest.mark.parametrize("n", EACH_SIZE)
def test_pairs_and_plans_are_the_same(without, n):
    matrix = technosphere(n, 4)
    assert structure.pair(matrix) is None
    ours, other = analyse(matrix, None), without(analyse, matrix, None)
    assert (ours.up_end, ours.core_end) == (other.up_end, other.core_end)
    for name, values in cache._arrays(ours).items():
        np.testing.assert_array_equal(values, getattr(other, name))
    if n > 1:
        matrix.data[ours.pivots[0]] = 0.0
        assert structure._own_entries(matrix) == without(structure._own_entries, matrix) == n - 1


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(2, 25), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_a_plan_is_found_unfit_by_both_or_by_neither(without, n, seed, data):
    """A number of a sound plan becomes another, or two change places."""
    matrix = technosphere(n, seed)
    plan = analyse(matrix, None)
    name = data.draw(st.sampled_from([*cache._arrays(plan), "up_end", "core_end"]))
    value = getattr(plan, name)
    if isinstance(value, int):
        spoilt = replace(plan, **{name: data.draw(st.integers(0, n))})
    else:
        if not len(value):
            return
        value = value.copy()
        i, j = (data.draw(st.integers(0, len(value) - 1)) for _ in range(2))
        if data.draw(st.booleans()):
            value[[i, j]] = value[[j, i]]
        else:
            value[i] = data.draw(st.integers(-1, 2 * n))
        spoilt = replace(plan, **{name: value})
    entries = len(matrix.indices)
    if cache._is_bounded(spoilt, n, entries):
        assert cache._fits(spoilt, matrix) == without(cache._fits, spoilt, matrix)
        if cache._fits(spoilt, matrix):  # then it solves as well as the sound one
            q = np.random.default_rng(seed).random(n)
            found = [Factorised(matrix, plan=each, smallest=0) for each in (spoilt, plan)]
            np.testing.assert_allclose(*(each.adjoint(q).values for each in found), rtol=1e-9)
    assert cache._fits(plan, matrix)


@pytest.mark.parametrize("n", EACH_SIZE)
def test_what_is_left_of_a_solve_and_its_error_are_the_same(without, n):
    matrix, random = technosphere(n, 5), np.random.default_rng(n)
    scales = scales_of(matrix)
    values, b = random.normal(size=(2, n))
    for spoilt in (None, np.nan, np.inf):
        if spoilt is not None and n:
            values[n // 2] = spoilt
        with np.errstate(invalid="ignore"):
            left = b - without(matrix.turned_times, values)
            each = (left, values, b), (scales.columns, scales.rows), scales.column_norm
            expected = backward_error(*each)
        found, largest = matrix.left(values, b, scales.rows, scales.columns)
        np.testing.assert_allclose(found, left, rtol=1e-12, atol=1e-10 * abs(b).max(initial=1))
        error = error_of(largest, scales.column_norm)
        assert error == pytest.approx(expected, rel=1e-9, abs=1e-300, nan_ok=True)


@pytest.mark.usefixtures("without")
@pytest.mark.parametrize("n", EACH_SIZE)
def test_whole_solves_are_the_steps_one_by_one(n):
    matrix, random = technosphere(n, 6), np.random.default_rng(n)
    kernels = compiled.kernels()
    torn = Torn(matrix, analyse(matrix, None), scales_of(matrix), kernels)
    steps = Torn(matrix, analyse(matrix, None), scales_of(matrix), kernels)
    steps.whole = None
    unit = np.zeros(n)
    unit[n // 2 :][:1] = 1.0
    for right in (random.random(n), np.zeros(n), unit):
        for name in ("adjoint", "forward"):
            ours, other = (getattr(each, name)(right) for each in (torn, steps))
            near = 1e-13 * abs(other).max(initial=1e-300)
            np.testing.assert_allclose(ours, other, rtol=1e-10, atol=near)


@pytest.mark.usefixtures("without")
@pytest.mark.parametrize("n", EACH_SIZE[1:])
def test_what_one_unit_leaves_is_measured_against_the_matrix(n):
    matrix = technosphere(n, 7)
    torn = Torn(matrix, analyse(matrix, None), scales_of(matrix), compiled.kernels())
    dense = matrix.csc().toarray().T
    for process in {0, n // 2, n - 1, *torn.plan.order[torn.plan.torn[:1]].tolist()}:
        found, left = torn.whole.measured(process)
        unit = np.eye(n)[process]
        size = abs(dense) @ abs(found) + unit
        assert (abs(left - (unit - dense @ found)) <= 1e-14 * size).all()
        assert (abs(left) <= 1e-12 * size).all()
        found[0] += 1e-3 * abs(found).max()  # what is left tells of another answer
        assert abs(unit - dense @ found).max() > abs(left).max()


def test_a_unit_solved_for_wrongly_leaves_what_it_should(without):
    """Needs that are not those of the matrix are told by what is left."""
    del without
    matrix = technosphere(70, 8)
    torn = Torn(matrix, analyse(matrix, None), scales_of(matrix), compiled.kernels())
    dense = matrix.csc().toarray().T
    torn.needs *= 1.01
    found, left = torn.whole.measured(3)
    np.testing.assert_allclose(left, np.eye(70)[3] - dense @ found, rtol=1e-9, atol=1e-12)
    assert abs(left).max() > 1e-4


def test_what_moves_is_the_sum_and_its_largest_sizes_are_told(loops_from):
    assert loops_from is not None
    random = np.random.default_rng(9)
    before, y, left, y_left = random.normal(size=(4, 50))
    rows, columns_ = random.uniform(1, 2, (2, 50))
    loop = wheel.loops(single._LOOPS)["moved"]
    for spoilt, lost in ((0.0, 0), (1e9, 1), (np.nan, 0)):
        before[7] += spoilt
        y[7] = -before[7] / 0.5 + 2e-6 if lost else y[7]
        found, largest = np.empty(50), np.empty(3)
        arrays = before, y, left, y_left, rows, columns_, found, largest
        assert loop(0.5, SHRINKS, *arrays) == lost
        np.testing.assert_allclose(found, before + 0.5 * y, rtol=1e-14)
        sizes = [(left + 0.5 * y_left) * columns_, before * rows, found * rows]
        np.testing.assert_allclose(largest, [abs(each).max() for each in sizes], rtol=1e-14)
