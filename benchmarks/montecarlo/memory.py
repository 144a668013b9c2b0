"""Peak memory of Monte Carlo, ours and bw2calc's, each in an interpreter of its own, from files.

`python benchmarks/montecarlo/memory.py [seed]`: a system of 20,000 processes is written as a folder
of columns and as a datapackage with the rows of greenhouse gases only; each interpreter opens its
own form, makes some draws of one product, and tells the largest size that it had (Linux).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import numpy as np

WAYS = ("import alone", "pcf", "pcf, SciPy alone", "LCA", "IterativeLCA", "JacobiGMRESLCA")


def main() -> None:
    """Print one table."""
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent / "engine")]
    against = import_module("against_bw2calc")
    from fsspec.implementations.zip import ZipFileSystem  # noqa: PLC0415 - comes with bw2calc

    from pcf.inventory.storage import save_system  # noqa: PLC0415 - other ways do not load it

    system = import_module("generator").generate(
        20_000, int(sys.argv[1:2][0] if sys.argv[1:] else 11)
    )
    counts = against.counts_of(system)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_system(system, folder / "system")
        np.save(folder / "counts.npy", counts)
        package = ZipFileSystem(folder / "package.zip", mode="w")
        against.datapackage(system, counts, package).finalize_serialization()
        print("| way | peak memory, MB |\n|---|---:|")
        for way in WAYS:
            told = subprocess.run(
                [sys.executable, "-W", "ignore", __file__, way, name],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            print(f"| {way} | {float(told):.0f} |")


def measured(way: str, folder: Path) -> None:
    """Run one way and print the largest size of this interpreter, MB."""
    if way.startswith(("pcf", "import")):
        ours(way, folder)
    else:
        theirs(way, folder)
    # Not getrusage: what it tells goes back to the interpreter that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(float(status.split("VmHWM:")[1].split()[0]) / 1024)


def ours(way: str, folder: Path) -> None:
    """Make 1,024 draws (64 with SciPy alone)."""
    from pcf.inventory.sampling.montecarlo import monte_carlo  # noqa: PLC0415 - one way, one library
    from pcf.inventory.sampling.terms import Counting  # noqa: PLC0415
    from pcf.inventory.storage import open_system  # noqa: PLC0415

    if way == "import alone":
        return
    system = open_system(folder / "system")
    counting = Counting(np.load(folder / "counts.npy"))
    alone = "SciPy" in way
    last = np.array([len(system.processes) - 1])
    run = monte_carlo(system, counting, products=last, accelerate=not alone)
    for _ in run.blocks(64 if alone else 1024, seed=1):
        pass


def theirs(way: str, folder: Path) -> None:
    """Make 4 draws."""
    import bw2calc  # noqa: PLC0415 - one way, one library
    import bw_processing  # noqa: PLC0415
    from fsspec.implementations.zip import ZipFileSystem  # noqa: PLC0415

    package = bw_processing.load_datapackage(ZipFileSystem(folder / "package.zip"))
    lca = getattr(bw2calc, way)({20_000: 1.0}, data_objs=[package], use_distributions=True)
    lca.lci()
    lca.lcia()
    for _ in range(4):
        next(lca)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        measured(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
