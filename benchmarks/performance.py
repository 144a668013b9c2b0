"""docs/performance.md, the whole page, by one command: ours side by side with bw2calc 3.

Usage: python -m benchmarks.performance [--write] [--rounds N] [--seeds N N] [--processes N]
           [--quick] [--uslci ARCHIVE] [--premise WHEEL]

Needs the extra `bench` and pypardiso (x86-64 only), without which bw2calc is not itself. Ours is
measured in three ways: with the wheel `pcf-kernels`, which is compiled here where it is not
installed, with numba, with NumPy and SciPy alone. `--quick` leaves out how cost grows. The two real
systems are read from the archive and the wheel that are named (`benchmarks/engine/real.py` says
where they are published); what is not named is left out, and the page says so. Seeds must not be
those used while building.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[0:0] = [str(ROOT)] if str(ROOT) not in sys.path else []  # run as a script too

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> None:
    """Measure, print the page, and write it if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[301, 302])
    parser.add_argument("--uslci", type=Path)
    parser.add_argument("--premise", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    missing = [name for name in ("bw2calc", "pypardiso") if find_spec(name) is None]
    if missing:
        print(f"Not here, so that nothing can be compared: {', '.join(missing)}.")
        print("bw2calc is of the extra `bench`; pypardiso, its solver on x86-64, is by itself.")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        from benchmarks.engine import report  # noqa: PLC0415 - needs what `main` looks for

        text = report.page(options, folder)
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
