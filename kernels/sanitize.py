# noqa: INP001 - a script, no package
"""Run the tests of the loops under the C compiler's address and undefined-behaviour sanitizers.

Usage: python kernels/sanitize.py [ARGUMENT OF PYTEST ...]

Needs gcc with libasan and what `make test` needs. The loops are compiled anew with every check on,
one body for all processors and no vectors that would hide a fault; the tests that call them run in
an interpreter with the sanitizer loaded first. It stops at the first fault.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLAGS = "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -DPCF_ONE_TARGET"
TESTS = (
    "tests/kernels",
    "tests/sampling/test_wheel.py",
    "tests/engine",
    "-k",
    "wheel or test_loops or array_operations",
)


def main(arguments: list[str]) -> int:
    """Return what pytest returns."""
    compiler = runpy.run_path(str(ROOT / "kernels" / "compile.py"))["compiler"]()
    library = _library(compiler) if compiler else None
    if library is None:
        sys.exit("No C compiler with libasan is here: install gcc.")
    environment = os.environ | {
        "PCF_KERNELS_FLAGS": FLAGS,
        "LD_PRELOAD": library,
        "ASAN_OPTIONS": "detect_leaks=0",  # the interpreter itself frees little when it ends
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 - as it stands here


def _library(compiler: str) -> str | None:
    """Return where the compiler keeps the sanitizer, or None where it has none."""
    command = [compiler, "-print-file-name=libasan.so"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - as it stands here
    path = Path(told.stdout.strip())
    return str(path.resolve()) if path.is_absolute() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
