"""How much memory does one subject need at its peak? It runs alone in a fresh interpreter.

Usage: python -m benchmarks.engine.memory SUBJECT FOLDER PRODUCTS

Ours find the structure anew each time. A subject of ours is told by its way; numba's is with its
kernels loaded, as they are where draws were made before.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.engine import ways

ROOT = Path(__file__).resolve().parents[2]
PEERS = ("LCA", "FastScoresOnlyMultiLCA", "MultiLCA")


def peak(subject: str, folder: Path, products: int = 0) -> float:
    """Return the peak resident megabytes of a subject."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.engine.memory"]
    command += [subject, str(folder), str(products)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(done.stdout)


def high_water() -> float:
    """Return the peak of this program alone, MB (Linux).

    Not what getrusage tells, which goes back to the interpreter that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


def main(subject: str, folder: Path, products: int) -> None:
    if subject in (ways.WHEEL, ways.NUMBA, ways.ALONE):
        ways.take(subject)
        _ours(folder, products, numba=subject == ways.NUMBA)
    elif subject == "import":
        import pcf.inventory  # noqa: F401, PLC0415 - each subject loads its own alone
    else:
        from benchmarks.engine import peers  # noqa: PLC0415 - as above

        if subject == "FastScoresOnlyMultiLCA":
            peers.all_scores(folder / "package")
        elif subject == "LCA":
            peers.lca(folder / "package", 5)
        elif subject == "MultiLCA":
            peers.several(folder / "package", range(products))
    print(high_water())


def _ours(folder: Path, products: int, *, numba: bool) -> None:
    from benchmarks.engine.potentials import CLIMATE  # noqa: PLC0415 - as above
    from pcf.inventory import intensities  # noqa: PLC0415 - as above
    from pcf.inventory.storage import open_system  # noqa: PLC0415 - as above
    from pcf.inventory.tearing import compiled  # noqa: PLC0415 - as above

    if numba:
        compiled.kernels()
    found = intensities(open_system(folder / "columns"), CLIMATE)
    print(found[:products].sum(), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
