"""What all tests share: one seed, peers' data, programs that may be missing, the tally of skips.

Also the compiled loops, built from the tree, for the rooms that compute with and without them.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import random
import runpy
import shutil
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Set by `.ci/run`: there a missing program is a failure, elsewhere a skip that is counted.
REQUIRED = bool(os.environ.get("PCF_REQUIRE_PROGRAMS"))

settings.register_profile(
    "pcf",
    deadline=None,
    derandomize=False,  # hypothesis would turn it on by itself where $CI is set
    max_examples=50,
    print_blob=True,
)
settings.load_profile("pcf")


def _found_program(*names: str) -> bool:
    elsewhere = [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin")]
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), *elsewhere])
    return any(shutil.which(name, path=search) for name in names)


def _found_modules(*names: str) -> bool:
    return all(find_spec(name) for name in names)


def _found_chinese_font() -> bool:
    if not _found_modules("typst", "pypdf"):
        return False
    import typst  # noqa: PLC0415 - only where it is installed

    families = typst.Fonts(include_system_fonts=True).families()
    return any("CJK" in name or "Source Han" in name or "YaHei" in name for name in families)


# A marker and whether what it needs is here.
PROGRAMS: dict[str, Callable[[], bool]] = {
    "postgres": lambda: _found_program("initdb") and _found_modules("psycopg"),
    "browser": lambda: _found_program("chromium", "chromium-browser", "google-chrome"),
    "pdf": _found_chinese_font,
    "dask": lambda: _found_modules("distributed"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give hypothesis the seed of the random order, so that one number repeats a run."""
    if getattr(config.option, "randomly_seed", None) == "default":
        config.option.randomly_seed = random.SystemRandom().getrandbits(32)
    if config.getoption("--hypothesis-seed") is None and hasattr(config.option, "randomly_seed"):
        config.option.hypothesis_seed = config.option.randomly_seed


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a marked test whose program is missing, or fail it where all must be there."""
    for marker, found in PROGRAMS.items():
        if item.get_closest_marker(marker) and not found():
            reason = f"what the marker '{marker}' needs is not installed"
            if REQUIRED:
                pytest.fail(reason)
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say last, after pytest's own summary, how many tests did not run here, and why."""
    yield
    reasons = Counter(_skip_reasons(terminalreporter))
    if reasons:
        terminalreporter.section(f"tests not run here: {reasons.total()}")
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count:5}  {reason}")


def _skip_reasons(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for report in reporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        yield text.removeprefix("Skipped: ")


@pytest.fixture(scope="session")
def built_kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `pcf_kernels`, compiled from the tree once a run, or skip.

    $PCF_KERNELS_FLAGS are flags of the compiler; `kernels/sanitize.py` sets them.
    """
    tree = Path(__file__).resolve().parents[1] / "kernels"
    if not tree.is_dir():
        pytest.skip("the sources of pcf-kernels are not here")
    compiling = runpy.run_path(str(tree / "compile.py"))
    if compiling["compiler"]() is None or sys.platform == "win32":
        pytest.skip("no C compiler: pcf-kernels cannot be built")
    sources = sorted([*tree.glob("src/*"), *tree.glob("*/*.py"), tree / "flags.txt"])
    flags = os.environ.get("PCF_KERNELS_FLAGS", "-Werror")
    contents = b"".join(path.read_bytes() for path in sources)
    state = hashlib.sha256(flags.encode() + contents).hexdigest()[:12]
    folder = tmp_path_factory.getbasetemp().parent / f"kernels-{state}"
    if not (folder / "pcf_kernels" / "_library.abi3.so").exists():
        compiling["compile_into"](folder, *flags.split())
    return folder


@pytest.fixture
def loops_from(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> ctypes.CDLL | None:
    """Let a test compute without the compiled wheel; with it where its parameter is "wheel"."""
    from pcf.inventory.tearing import wheel  # noqa: PLC0415 - other tests do not load it

    found = None
    if getattr(request, "param", "") == "wheel":
        folder: Path = request.getfixturevalue("built_kernels")
        found = ctypes.CDLL(str(folder / "pcf_kernels" / "_library.abi3.so"))
        found.pcf_abi.restype = ctypes.c_int64
        path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        monkeypatch.setenv("PYTHONPATH", path)  # for the interpreters that a test starts
    monkeypatch.setattr(wheel, "library", lambda: found)
    return found


@pytest.fixture(scope="session")
def peer_data() -> Callable[[str], Path]:
    """Return the path of a file of peers' data that may not be committed, or skip.

    The folder is named by $PCF_PEER_DATA; where it is named, a file that it lacks is a failure.
    """

    def find(path: str) -> Path:
        if not os.environ.get("PCF_PEER_DATA"):
            pytest.skip("$PCF_PEER_DATA is not set: peers' data is not here")
        found = Path(os.environ["PCF_PEER_DATA"]).resolve() / path
        if not found.exists():
            pytest.fail(f"$PCF_PEER_DATA has no {path}")
        return found

    return find
