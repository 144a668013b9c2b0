"""Compiled kernels, numba's: as the plain ones, loaded only where they pay, absent without harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import csc_array

from pcf.inventory import factorise
from pcf.inventory.tearing import compiled, jit, kernels
from pcf.inventory.tearing.lanewise import Lanewise
from pcf.inventory.tearing.scaling import scales_of
from pcf.inventory.tearing.schur import Torn
from pcf.inventory.tearing.solver import PAYS, Factorised
from pcf.inventory.tearing.structure import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from numpy.typing import NDArray

    Maker = Callable[..., csc_array[np.float64]]
    Burdens = Callable[[int, int], NDArray[np.float64]]


@pytest.fixture(scope="module")
def root() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compiled_kernels() -> ModuleType:
    pytest.importorskip("numba")
    return compiled._of_numba()


@pytest.fixture
def nothing_known() -> Iterator[None]:
    """Let a test find out about the cache folder itself."""
    jit.is_at_hand.cache_clear()
    yield
    jit.is_at_hand.cache_clear()


@pytest.mark.parametrize("count", [1, 16, 20])
def test_compiled_kernels_give_what_the_plain_ones_give(
    looped: Maker, compiled_kernels: ModuleType, count: int
) -> None:
    matrix = looped(200, 3, links=6.0)
    plan, scales = analyse(matrix, None), scales_of(matrix)
    plain, fast = (Torn(matrix, plan, scales, each) for each in (kernels, compiled_kernels))
    np.testing.assert_allclose(fast.loops, plain.loops, rtol=1e-13, atol=1e-300)
    right = np.random.default_rng(0).random((200, count))
    for each in (right, right[:, 0]):
        for name in ("adjoint", "forward"):
            one, other = getattr(fast, name)(each), getattr(plain, name)(each)
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-14 * abs(other).max())


def test_the_plain_kernels_stay_plain(compiled_kernels: ModuleType) -> None:
    assert compiled_kernels.lower16 is not kernels.lower16
    assert callable(kernels.lower16)
    assert not hasattr(kernels.lower16, "py_func")


def test_a_small_system_loads_no_numba(root: Path) -> None:
    code = """
import sys, numpy as np
from scipy.sparse import diags_array, csc_array
from pcf.inventory import factorise
matrix = csc_array(diags_array([1.0, -0.5], offsets=[0, 1], shape=(2000, 2000)))
factorise(matrix).adjoint(np.ones(2000))
print('numba' in sys.modules)
"""
    command = [sys.executable, "-B", "-c", code]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


@pytest.fixture(scope="module")
def large() -> csc_array[np.float64]:
    """Return a system with as many links as make kernels worth loading."""
    random, n = np.random.default_rng(0), 6_000
    consumers = np.repeat(np.arange(n), 18)
    suppliers = np.minimum(random.integers(0, n, len(consumers)), 300 + consumers)
    links = csc_array((np.full(len(consumers), -0.04), (suppliers, consumers)), shape=(n, n))
    links.setdiag(1.0)
    assert links.nnz - n >= PAYS
    return links


def test_one_solve_loads_kernels_only_where_they_are_loaded_anyway(
    large: csc_array[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    for loaded in (False, True):
        asked = []
        monkeypatch.setattr(compiled, "are_loaded", lambda loaded=loaded: loaded)
        monkeypatch.setattr(compiled, "kernels", lambda asked=asked: asked.append(1) or kernels)
        assert factorise(large[:2000, :2000]).method == "torn"
        assert bool(asked) == loaded


def test_a_large_system_is_solved_alike_with_and_without_numba(
    large: csc_array[np.float64],
    compiled_kernels: ModuleType,
    burdens: Burdens,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del compiled_kernels
    q = burdens(large.shape[0], 1)
    found = []
    for at_hand in (True, False):
        monkeypatch.setattr(compiled, "is_at_hand", lambda at_hand=at_hand: at_hand)
        found.append(Factorised(large))
        assert isinstance(found[-1].torn._passes, Lanewise) == at_hand
    fast, plain = found
    np.testing.assert_allclose(fast.adjoint(q).values, plain.adjoint(q).values, rtol=1e-10)
    np.testing.assert_allclose(fast.forward(q).values, plain.forward(q).values, rtol=1e-10)


@pytest.mark.usefixtures("nothing_known")
def test_without_numba_no_kernels_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    assert not compiled.is_at_hand()


@pytest.mark.usefixtures("nothing_known")
@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no mode")
def test_compiled_code_is_kept_only_where_nobody_else_can_write(own_cache: Path) -> None:
    folder = own_cache / "kernels"
    assert jit._code_folder() == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert jit._code_folder() is None


@pytest.mark.usefixtures("nothing_known")
def test_without_a_cache_folder_kernels_are_not_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert not compiled.is_at_hand()


TINY = '''
"""A module of one kernel."""
def twice(x):
    return 2 * x
'''


def test_compiling_is_announced_once_kept_and_mended(
    own_cache: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In one go, because each time takes a good part of a second."""
    pytest.importorskip("numba")
    source = tmp_path / "tiny.py"
    source.write_text(TINY, encoding="utf-8")
    spec = jit.importlib.util.spec_from_file_location("tiny", source)
    tiny = jit.importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tiny)

    def attempt(module: ModuleType) -> None:
        assert module.twice(3) == 6

    jit._announce.cache_clear()  # an earlier test may have compiled
    assert jit.compile_module(tiny, attempt).twice(4) == 8
    announced = capfd.readouterr()
    assert announced.out == ""
    assert announced.err.count("pcf compiles its kernels") == 1
    made = sorted(own_cache.glob("kernels/*/*/*.nb*"))
    assert made
    assert jit.compile_module(tiny, attempt).twice(4) == 8
    assert capfd.readouterr().err == ""
    for path in made:
        path.write_bytes(path.read_bytes()[:-20])
    assert jit.compile_module(tiny, attempt).twice(4) == 8
    os.sync()
