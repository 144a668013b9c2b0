"""How long does `import pcf` take, beside bw2calc? Medians of fresh interpreters, taking turns.

Usage: python benchmarks/import_time.py [ROUNDS]
"""

from __future__ import annotations

import platform
import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SUBJECTS = {
    "import pcf": "import pcf",
    "import pcf, every public name": "import pcf; [getattr(pcf, name) for name in pcf.__all__]",
    "import bw2calc": "import bw2calc",
}
TIMED = """
from time import perf_counter
start = perf_counter()
{statement}
print(perf_counter() - start)
"""


def seconds(statement: str) -> float:
    """Return the seconds that a statement takes in a fresh interpreter."""
    command = [sys.executable, "-W", "ignore", "-c", TIMED.format(statement=statement)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(rounds: int) -> dict[str, float]:
    """Return the median seconds of each subject; the first round, which warms caches, is left."""
    samples: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    for number in range(rounds + 1):
        for name, statement in SUBJECTS.items():
            took = seconds(statement)
            if number:
                samples[name].append(took)
    return {name: median(rows) for name, rows in samples.items()}


def table(medians: dict[str, float], rounds: int) -> str:
    """Return the medians as a Markdown table, each beside its ratio to bw2calc."""
    peer = medians["import bw2calc"]
    rows = [f"| {n} | {s * 1000:,.1f} | {s / peer:.3f} |" for n, s in medians.items()]
    head = [f"Python {platform.python_version()}, {rounds} rounds", ""]
    return "\n".join([*head, "| what | median, ms | ratio to bw2calc |", "|---|---:|---:|", *rows])


def main(arguments: Sequence[str]) -> None:
    rounds = int(arguments[0]) if arguments else 15
    print(table(measure(rounds), rounds))


if __name__ == "__main__":
    main(sys.argv[1:])
