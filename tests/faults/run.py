"""Compile the shim and try every call of the ledger's script under every fault: the long campaign.

    python tests/faults/run.py [--seeds N] [--modes stop,torn,power,reorder,full,broken,readonly]

Prints what was tried and what was found; the figures are recorded in docs/electricity-ledger.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        shim = Path(folder, "shim.so")
        command = ["cc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "shim.c", "-ldl"]
        subprocess.run(command, check=True)
        return subprocess.run(
            [sys.executable, HERE / "campaign.py", *arguments],
            env={**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": str(HERE.parents[1])},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
