"""The three ways in which the engine computes: the compiled wheel, numba, NumPy and SciPy alone.

The wheel is taken where it is installed; else it is compiled here from `kernels/`, for this run
alone. What is not at hand is left out, and the page says so.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pcf.inventory.tearing import jit, wheel

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
WHEEL, NUMBA, ALONE = "wheel", "numba", "SciPy alone"


def provide(folder: Path) -> str:
    """Put the wheel on the path, compiled into `folder` where it is not installed.

    Return what to say of it. Interpreters that are started from here on find it too.
    """
    if find_spec("pcf_kernels") is not None:
        return "The wheel is the one that is installed."
    compiling = runpy.run_path(str(ROOT / "kernels" / "compile.py"))
    if compiling["compiler"]() is None:
        return "No C compiler is here, so that the wheel is left out."
    try:
        compiling["compile_into"](folder)
    except (OSError, subprocess.CalledProcessError) as failed:
        return f"The wheel is left out, for compiling it failed: {failed}."
    sys.path.insert(0, str(folder))
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), known]))
    return "The wheel was compiled from `kernels/` by the C compiler, for this run alone."


def at_hand() -> list[str]:
    """Return the ways that there are, the quickest first."""
    numba = [NUMBA] if find_spec("numba") is not None and jit.is_at_hand() else []
    return [*([WHEEL] if wheel.is_at_hand() else []), *numba, ALONE]


def take(way: str) -> None:
    """Compute from here on in one way, in this interpreter."""
    if way != WHEEL:
        wheel.library = _nothing
    if way == ALONE:
        jit.is_at_hand = _no


@contextmanager
def taking(way: str) -> Iterator[None]:
    """Compute in one way for a while."""
    before = wheel.library, jit.is_at_hand
    take(way)
    try:
        yield
    finally:
        wheel.library, jit.is_at_hand = before


def _nothing() -> None:
    return None


def _no() -> bool:
    return False
