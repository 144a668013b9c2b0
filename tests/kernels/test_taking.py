"""Which compiled loops are taken: the wheel where it fits, else the others, and the reason told."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.inventory import intensities
from pcf.inventory.sampling.draws import Numbers, factors
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.solving import solver_of
from pcf.inventory.sampling.terms import Counting
from pcf.inventory.storage import save_system
from pcf.inventory.tearing import cache, compiled, jit, wheel
from pcf.model.amounts import SPREAD_KINDS
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcf.model.systems import ProductSystem

ROOT = Path(__file__).resolve().parents[2]
SET = CharacterisationSet.of("mine", {"CO2": 1})
ALONE = """
import sys
from pathlib import Path
import numpy as np
from pcf.inventory import intensities
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.inventory.storage import open_system
from pcf.model.characterisation import CharacterisationSet
system = open_system(Path(sys.argv[1]))
intensities(system, CharacterisationSet.of("mine", {"CO2": 1}))
run = monte_carlo(system, Counting(np.where(system.exchanges.kind == 2, 1.0, 0.0)))
for block in run.blocks(300, seed=1): pass
names = {name.partition(".")[0] for name in sys.modules}
print(run.prepared.way, sorted({"scipy", "numba", "llvmlite"} & names), block.direct.sum())
"""
UNFIT = {
    "no library": (None, "damaged"),
    "text": (b"no library at all", "damaged"),
    "empty": (b"", "damaged"),
    "nothing tells the interface": ("long long pcf_other(void) { return 1; }", "damaged"),
    "another interface": (
        f"long long pcf_abi(void) {{ return {wheel.ABI + 1}; }}",
        "interface",
    ),
}
"""What may stand in the place of the library, bytes or C, and why it is not taken."""


@pytest.fixture(scope="session")
def compiler() -> str:
    """Return a C compiler, or skip."""
    tree = ROOT / "kernels"
    found = runpy.run_path(str(tree / "compile.py"))["compiler"]() if tree.is_dir() else None
    if found is None or sys.platform == "win32":
        pytest.skip("no C compiler: pcf-kernels cannot be built")
    return found


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Return a function that puts a folder with `pcf_kernels` before all others on the path."""

    def put(folder: Path) -> None:
        monkeypatch.syspath_prepend(str(folder))
        forget()

    def forget() -> None:
        sys.modules.pop("pcf_kernels", None)  # what a test imported would be taken by later ones
        wheel.library.cache_clear()
        wheel._taken.cache_clear()

    yield put
    monkeypatch.undo()
    forget()


def package(folder: Path, library: bytes | None) -> Path:
    """Write a `pcf_kernels` with this library, or with none."""
    made = folder / "pcf_kernels"
    made.mkdir()
    shutil.copy(ROOT / "kernels" / "pcf_kernels" / "__init__.py", made)
    if library is not None:
        (made / "_library.abi3.so").write_bytes(library)
    return folder


def built(source: str, compiler: str, folder: Path) -> bytes:
    """Return a library of one source."""
    written, made = folder / "source.c", folder / "made.so"
    written.write_text(source, encoding="ascii")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", str(made), str(written)], check=True, cwd=folder
    )
    return made.read_bytes()


@pytest.fixture(scope="module")
def system() -> ProductSystem:
    """Return a system that is torn, every amount of it uncertain."""
    n = cache.SMALLEST + 5
    found = product_system(
        unit_process(
            f"p{i}",
            "1 kg",
            takes={f"p{(i + step) % n}": "0.2 kg" for step in (1, 2, 7)},
            emits={"CO2": f"{1 + i % 5} kg"},
        )
        for i in range(n)
    )
    columns = found.exchanges
    kind = np.full(len(columns), SPREAD_KINDS.index("lognormal"), dtype=np.int8)
    return replace(found, exchanges=replace(columns, spread=kind, low=np.full(len(kind), 1.1)))


def answers(system: ProductSystem) -> tuple[np.ndarray, np.ndarray]:
    """Return the footprints of all products, and twenty draws of some."""
    counts = np.where(system.exchanges.kind == 2, 1.0, 0.0)
    run = monte_carlo(system, Counting(counts), products=np.array([0, 77]))
    return intensities(replace(system), SET), run.block(0, 20, seed=5).scores


@pytest.fixture(params=[*UNFIT, "cut off"])
def unfit(
    request: pytest.FixtureRequest, compiler: str, install: Callable[[Path], None], tmp_path: Path
) -> str:
    """Install a wheel that does not fit; return why."""
    library, reason = UNFIT.get(request.param, (None, "damaged"))
    if request.param == "cut off":
        folder: Path = request.getfixturevalue("built_kernels")
        library = (folder / "pcf_kernels" / "_library.abi3.so").read_bytes()[:-1]
    if isinstance(library, str):
        library = built(library, compiler, tmp_path)
    install(package(tmp_path, library))
    return reason


def test_a_wheel_that_does_not_fit_is_left_alone_and_told_once(
    unfit: str, system: ProductSystem, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not wheel.is_at_hand()
    assert wheel.why_not() == unfit
    assert compiled.way() != "pcf-kernels"
    assert all(np.isfinite(each).all() for each in answers(system))
    said = capfd.readouterr().err
    assert said.count("The installed pcf-kernels") == 1
    assert (f"of interface {wheel.ABI + 1} and not {wheel.ABI}" in said) == (unfit == "interface")
    with pytest.raises(ImportError):
        wheel.loops({"lower": "n"})


def test_without_the_wheel_nothing_is_told(
    install: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    install(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    assert (wheel.library(), wheel.why_not()) == (None, "missing")
    assert capfd.readouterr().err == ""


def test_the_wheel_gives_the_answers_that_are_given_without_it(
    built_kernels: Path,
    install: Callable[[Path], None],
    tmp_path: Path,
    system: ProductSystem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Static answers, and scores of the same draws."""
    install(built_kernels)
    assert (compiled.way(), wheel.why_not()) == ("pcf-kernels", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    static, drawn = answers(system)
    with monkeypatch.context() as without:
        without.setattr(wheel, "library", lambda: None)
        plain, one_by_one = answers(system)
    np.testing.assert_allclose(static, plain, rtol=1e-12)
    np.testing.assert_allclose(drawn, one_by_one, rtol=1e-6)


def test_all_ways_draw_the_same_bits(
    built_kernels: Path,
    install: Callable[[Path], None],
    system: ProductSystem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NumPy's, the wheel's, and numba's where it is installed; their scores to rounding."""
    install(built_kernels)
    counting = Counting(np.where(system.exchanges.kind == 2, 1.0, 0.0))
    scores = []
    for way in ["pcf-kernels", *(["numba"] if jit.is_at_hand() else [])]:
        with monkeypatch.context() as patched:
            if way == "numba":
                patched.setattr(wheel, "library", lambda: None)
            run = monte_carlo(system, counting, accelerate=True)
            assert run.prepared.way == way
            lanes = solver_of(run.prepared)._lanes
            lanes.solve(3, 5, run.prepared)
            drawn = run.prepared.layout.compiled
            count, one = len(drawn.rows), np.ones(len(drawn.rows))
            numbers = Numbers(
                np.arange(count), drawn.identity, drawn.kind, one, one, drawn.parameters
            )
            found, expected = lanes.factors[drawn.rows], factors(numbers, 5, 3)
            assert count == len(system.exchanges)
            assert np.array_equal(found.view(np.uint32), expected.view(np.uint32))
            scores.append(run.block(48, 16, seed=5).scores)
    for each in scores:
        np.testing.assert_allclose(each, scores[0], rtol=1e-9)


def test_with_the_wheel_neither_scipy_nor_numba_is_loaded(
    built_kernels: Path, system: ProductSystem, tmp_path: Path
) -> None:
    """From a folder to footprints and draws; what they would load is most of the memory."""
    save_system(system, tmp_path / "system")
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path / "system")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(built_kernels), "XDG_CACHE_HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("pcf-kernels [] 0", "")
