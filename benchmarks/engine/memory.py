"""How much memory does one subject need at its peak? It runs alone in a fresh interpreter.

Usage: python -m benchmarks.engine.memory SUBJECT FOLDER PRODUCTS
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def peak(subject: str, folder: Path, products: int = 0) -> float:
    """Return the peak resident megabytes of a subject."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.engine.memory"]
    command += [subject, str(folder), str(products)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(done.stdout)


def main(subject: str, folder: Path, products: int) -> None:
    if subject.partition(",")[0] in ("import", "cold"):
        import pcf.inventory  # noqa: F401, PLC0415 - each subject loads its own alone

        if subject == "cold, numba":
            from pcf.inventory.tearing import compiled  # noqa: PLC0415 - as above

            compiled.kernels()
        if subject != "import":
            _cold(folder, products)
    else:
        from benchmarks.engine import peers  # noqa: PLC0415 - as above

        if subject == "FastScoresOnlyMultiLCA":
            peers.all_scores(folder / "package")
        elif subject == "LCA":
            peers.lca(folder / "package", 5)
        elif subject == "MultiLCA":
            peers.several(folder / "package", range(products))
    print(_high_water())


def _high_water() -> float:
    """Return the peak of this program; what the system counts on may begin with its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        rows = status.read_text(encoding="ascii").splitlines()
        return next(float(row.split()[1]) for row in rows if row.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cold(folder: Path, products: int) -> None:
    from benchmarks.engine.potentials import factors  # noqa: PLC0415 - as above
    from pcf.inventory import assemble, factorise  # noqa: PLC0415 - as above
    from pcf.inventory.storage import open_system  # noqa: PLC0415 - as above

    system = open_system(folder / "columns")
    matrices = assemble(system)
    q = matrices.elementary.T @ factors(system)
    found = factorise(matrices.technosphere).adjoint(q).values
    print(found[:products].sum(), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
