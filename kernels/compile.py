# noqa: INP001 - a script, no package
"""Compile the package into a folder by the C compiler alone, as tests and benchmarks need it.

Usage: python kernels/compile.py FOLDER [FLAG ...]

Neither setuptools nor Python's headers take part: the loops know nothing of Python. FOLDER then
holds `pcf_kernels`; put it on the path. Flags come behind those of flags.txt.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def compiler() -> str | None:
    """Return a C compiler, or None where there is none."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def compile_into(folder: Path, *flags: str) -> Path:
    """Make `pcf_kernels` in `folder`; return its library."""
    package = folder / "pcf_kernels"
    package.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "pcf_kernels" / "__init__.py", package)
    made, begun = package / "_library.abi3.so", package / f"_library.{os.getpid()}"
    sources = sorted(path for path in HERE.glob("src/*.c") if path.name != "module.c")
    usual = (HERE / "flags.txt").read_text(encoding="ascii").split()
    command = [compiler() or "cc", *usual, *flags, "-shared", "-fPIC", "-o", str(begun)]
    subprocess.run([*command, *map(str, sources), "-lm"], check=True)  # noqa: S603 - as it stands here
    begun.replace(made)  # at once, whoever else compiles it
    return made


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]), *sys.argv[2:])
