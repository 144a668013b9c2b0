"""Peak memory of Monte Carlo, ours and bw2calc's, each in an interpreter of its own, from files.

A system is written as a folder of columns and as a datapackage with the rows of greenhouse gases
only; each interpreter opens its own form, makes some draws of one product, and tells the largest
size that it had (Linux). `benchmarks.performance` runs it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.engine import ways
from benchmarks.engine.memory import high_water

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.model.systems import ProductSystem

IMPORT = "import alone"
ITERATIVE = ("IterativeLCA", "JacobiGMRESLCA")
ROOT = Path(__file__).resolve().parents[2]


def peaks(system: ProductSystem, folder: Path, own: Sequence[str]) -> dict[str, float]:
    """Return the peak megabytes of each of our `own` ways, and of theirs; `folder` is empty."""
    from fsspec.implementations.zip import ZipFileSystem  # noqa: PLC0415 - comes with bw2calc

    from benchmarks.montecarlo import against_bw2calc as against  # noqa: PLC0415 - not in a child
    from pcf.inventory.storage import save_system  # noqa: PLC0415 - other ways do not load it

    counts = against.counts_of(system)
    save_system(system, folder / "system")
    np.save(folder / "counts.npy", counts)
    package = ZipFileSystem(folder / "package.zip", mode="w")
    against.datapackage(system, counts, package).finalize_serialization()
    return {way: _peak(way, folder) for way in (IMPORT, *own, "LCA", *ITERATIVE)}


def _peak(way: str, folder: Path) -> float:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.montecarlo.memory"]
    told = subprocess.run(
        [*command, way, str(folder)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return float(told.stdout)


def measured(way: str, folder: Path) -> None:
    """Run one way and print the largest size of this interpreter, MB."""
    if way in (IMPORT, ways.WHEEL, ways.NUMBA, ways.ALONE):
        ours(way, folder)
    else:
        theirs(way, folder)
    print(high_water())


def ours(way: str, folder: Path) -> None:
    """Make 1,024 draws (64 with SciPy alone)."""
    from pcf.inventory.sampling.montecarlo import monte_carlo  # noqa: PLC0415 - one way, one library
    from pcf.inventory.sampling.terms import Counting  # noqa: PLC0415
    from pcf.inventory.storage import open_system  # noqa: PLC0415

    if way == IMPORT:
        return
    ways.take(way)
    system = open_system(folder / "system")
    counting = Counting(np.load(folder / "counts.npy"))
    last = np.array([len(system.processes) - 1])
    run = monte_carlo(system, counting, products=last, accelerate=way != ways.ALONE)
    for _ in run.blocks(64 if way == ways.ALONE else 1024, seed=1):
        pass


def theirs(way: str, folder: Path) -> None:
    """Make 4 draws."""
    import bw2calc  # noqa: PLC0415 - one way, one library
    import bw_processing  # noqa: PLC0415
    from fsspec.implementations.zip import ZipFileSystem  # noqa: PLC0415

    products = int(np.load(folder / "system" / "processes.amounts.npy", mmap_mode="r").shape[0])
    package = bw_processing.load_datapackage(ZipFileSystem(folder / "package.zip"))
    lca = getattr(bw2calc, way)({products: 1.0}, data_objs=[package], use_distributions=True)
    lca.lci()
    lca.lcia()
    for _ in range(4):
        next(lca)


if __name__ == "__main__":
    measured(sys.argv[1], Path(sys.argv[2]))
