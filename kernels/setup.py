# noqa: INP001 - a script, no package
"""Build the loops as one shared library of the limited API: every Python from 3.11 on takes it.

Who calls a loop does so through ctypes; Python's own headers serve for `src/module.c` alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import Extension, setup

HERE = Path(__file__).parent
SOURCES = sorted(f"src/{path.name}" for path in HERE.glob("src/*.c"))
# No contraction: compilers would round differently where a draw has the same bits everywhere.
GCC = (HERE / "flags.txt").read_text(encoding="ascii").split()
MSVC = ["/std:c11", "/O2", "/fp:precise", "/W3"]

setup(
    ext_modules=[
        Extension(
            "pcf_kernels._library",
            sources=SOURCES,
            depends=["src/kernels.h"],
            extra_compile_args=MSVC if sys.platform == "win32" else GCC,
            libraries=[] if sys.platform == "win32" else ["m"],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
