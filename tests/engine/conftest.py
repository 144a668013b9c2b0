"""What the tests of the engine share: random systems, and a cache of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import csc_array, diags_array, random_array

from pcf.inventory.tearing import columns, schur, solver

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

WITH_AND_WITHOUT = {
    "test_adversarial",
    "test_changed",
    "test_numpy_alone",
    "test_peers",
    "test_solves",
    "test_structure",
    "test_updates",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that compute without the compiled wheel and with it."""
    if metafunc.module.__name__.rpartition(".")[2] in WITH_AND_WITHOUT:
        metafunc.parametrize("loops_from", ["", "wheel"], indirect=True)


@pytest.fixture(autouse=True)
def own_loops(loops_from: ctypes.CDLL | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test depend on what is installed; the wheel serves systems of any size here."""
    if loops_from is not None:
        for module in (columns, schur, solver):
            monkeypatch.setattr(module, "LEAST", 0)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty cache folder for plans; compiled kernels stay where they are."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "pcf"


@pytest.fixture(scope="session")
def looped() -> Callable[..., csc_array[np.float64]]:
    """Return a maker of random technospheres with loops, odd units and treatments."""

    def make(
        n: int, seed: int, *, links: float = 4.0, gain: float = 0.95, credited: float = 0.0
    ) -> csc_array[np.float64]:
        random = np.random.default_rng(seed)
        needs = csc_array(random_array((n, n), density=min(1.0, links / n), rng=random))
        needs.setdiag(0.0)
        needs.eliminate_zeros()
        worth = np.repeat(np.maximum(np.asarray(needs.sum(axis=0)), 1e-300), np.diff(needs.indptr))
        needs.data *= gain / worth
        needs.data[random.random(needs.nnz) < credited] *= -1.0
        units, runs = 10.0 ** random.uniform(-3, 3, n), 10.0 ** random.uniform(-2, 2, n)
        signs = np.where(random.random(n) < 0.1, -1.0, 1.0)  # what a treatment takes in is negative
        inputs = diags_array(units * signs) @ needs @ diags_array(runs)
        return csc_array(diags_array(units * signs * runs) - inputs)

    return make


@pytest.fixture(scope="session")
def burdens() -> Callable[[int, int], NDArray[np.float64]]:
    """Return a maker of what each process emits: many nothing, some a little, some much."""

    def make(n: int, seed: int) -> NDArray[np.float64]:
        random = np.random.default_rng(seed)
        return np.where(random.random(n) < 0.3, 0.0, 10.0 ** random.uniform(-3, 3, n))

    return make
