"""What needs NumPy alone: matrices by columns, levels, a small dense system, a whole solve."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array, csc_array

from pcf.inventory import intensities
from pcf.inventory.storage import save_system
from pcf.inventory.tearing import cache, levels
from pcf.inventory.tearing.columns import Columns, group_sums
from pcf.inventory.tearing.dense import Dense
from pcf.inventory.tearing.levels import ranges_of
from pcf.inventory.tearing.structure import analyse
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.model.systems import ProductSystem

    Maker = Callable[..., csc_array[np.float64]]

SET = CharacterisationSet.of("mine", {"CO2": 1})
ALONE = """
import sys
from pathlib import Path
from pcf.inventory import intensities
from pcf.inventory.storage import open_system
from pcf.model.characterisation import CharacterisationSet
found = intensities(open_system(Path(sys.argv[1])), CharacterisationSet.of("mine", {"CO2": 1}))
print(*[name for name in sys.modules if name.partition(".")[0] == "scipy"])
print(*found[:50].tolist())
"""


def looped_system(n: int) -> ProductSystem:
    """Return n processes, each buying from the next three, the last from the first."""
    return product_system(
        unit_process(
            f"p{i}",
            "1 kg",
            takes={f"p{(i + step) % n}": "0.2 kg" for step in (1, 2, 7)},
            emits={"CO2": f"{i % 5} kg"},
        )
        for i in range(n)
    )


@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(0, 12), st.integers(0, 80))
def test_columns_are_what_scipy_makes_of_the_same_entries(
    seed: int, rows: int, columns: int, entries: int
) -> None:
    random = np.random.default_rng(seed)
    entries = entries if rows and columns else 0
    places = [random.integers(0, max(size, 1), entries) for size in (rows, columns)]
    values = random.normal(size=entries)
    expected = csc_array(coo_array((values, tuple(places)), shape=(rows, columns)))
    found = Columns.summed((rows, columns), *places, values)
    np.testing.assert_array_equal(found.indptr, expected.indptr)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.data, expected.data, rtol=1e-12, atol=1e-14)
    for width in ((), (0,), (1,), (3,)):
        v, w = random.normal(size=(columns, *width)), random.normal(size=(rows, *width))
        np.testing.assert_allclose(found.times(v), expected @ v, atol=1e-12)
        np.testing.assert_allclose(found.turned_times(w), expected.T @ w, atol=1e-12)
    assert abs(found.csc() - expected).sum() <= 1e-12


def test_groups_without_members_sum_to_zero() -> None:
    starts = np.array([0, 0, 2, 2, 3, 3])
    np.testing.assert_array_equal(group_sums(np.array([1.0, 2.0, 4.0]), starts), [0, 3, 0, 4, 0])
    assert group_sums(np.zeros((0, 2)), np.array([0, 0])).tolist() == [[0.0, 0.0]]


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_what_is_computed_together_does_not_wait_for_itself(
    looped: Maker, seed: int, n: int
) -> None:
    plan = analyse(looped(n, seed), None)
    found = ranges_of(plan)
    assert found is not None
    ends = [each.end for each in found]
    assert [each.start for each in found] == [0, *ends[:-1]]
    assert ends[-1] == n
    start_of = np.repeat([each.start for each in found], np.diff([0, *ends]))
    within = plan.suppliers < plan.n
    assert (plan.suppliers[within] < start_of[plan.consumers[within]]).all()
    assert {plan.up_end, plan.core_end} <= {0, *ends}


def test_as_few_ranges_are_found_as_there_are_levels() -> None:
    """A chain has one for each process, ten chains side by side no more."""
    n = 300
    own = np.arange(n)
    for chains in (1, 10):
        rows, columns = own[:-chains], own[chains:]
        places = np.append(own, rows), np.append(own, columns)
        matrix = Columns.summed((n, n), *places, np.append(np.ones(n), np.full(n - chains, -0.5)))
        found = ranges_of(analyse(matrix, None))
        assert found is not None
        assert len(found) == n // chains


def test_too_many_ranges_are_left_to_scipy(monkeypatch: pytest.MonkeyPatch, looped: Maker) -> None:
    plan = analyse(looped(60, 3), None)
    monkeypatch.setattr(levels, "MOST", 3)
    assert ranges_of(plan) is None


@pytest.mark.parametrize("h", [1, 63, 64, 65, 200])
@pytest.mark.parametrize("columns", [None, 0, 1, 5])
def test_a_dense_system_is_solved_by_tiles(h: int, columns: int | None) -> None:
    random = np.random.default_rng(h)
    matrix = np.eye(h) - random.random((h, h)) * 1.8 / h
    right = random.random(h) if columns is None else random.random((h, columns))
    dense = Dense(matrix)
    for turned, whole in ((False, matrix), (True, matrix.T)):
        found = dense.solve(right, turned=turned)
        assert found.shape == right.shape
        np.testing.assert_allclose(whole @ found, right, atol=1e-12)


@pytest.mark.parametrize("h", [3, 70, 130])
def test_a_singular_dense_system_is_refused(h: int) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        Dense(np.zeros((h, h)))


def alone(folder: Path, cached: Path) -> tuple[str, list[float]]:
    """Solve what `folder` keeps in an interpreter of its own; return SciPy's modules and values."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(folder)],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"XDG_CACHE_HOME": str(cached)},
        check=True,
        capture_output=True,
        text=True,
    )
    modules, values = done.stdout.splitlines()
    return modules, [float(each) for each in values.split()]


def test_a_system_from_a_folder_is_solved_without_scipy(tmp_path: Path, own_cache: Path) -> None:
    """The first time, and with a structure that is known."""
    system = looped_system(cache.SMALLEST + 5)
    save_system(system, tmp_path / "system")
    for _ in range(2):
        modules, found = alone(tmp_path / "system", own_cache.parent)
        assert modules == ""
        assert list(own_cache.glob("plans/*"))
    np.testing.assert_allclose(found, intensities(system, SET)[:50], rtol=1e-12)
