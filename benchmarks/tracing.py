"""How long does flow tracing take for a year of hours? Beside a plain loop over the hours.

A drawn network of 31 zones and about 110 lines, 8,760 hours. The loop builds each hour's matrix and
solves it with numpy, once as it is and once with the condition number first, as gridemissions and
the Open Grid Emissions initiative do. Medians, taking turns; the results are held equal.

Usage: python benchmarks/tracing.py [ROUNDS]
"""

from __future__ import annotations

import platform
import sys
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.tracing import Network, Store, network, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

HOURS, ZONES, PARTNERS = 8760, 31, 4
GASES = 8


def drawn(*, stores: bool) -> Network:
    """Return a network whose zones generate, exchange and, if asked, store."""
    random = np.random.default_rng(20261120)
    names = [f"zone {i}" for i in range(ZONES)]
    flows: dict[tuple[str, str], Numbers] = {}
    for i in range(ZONES):
        for j in random.choice(ZONES, PARTNERS, replace=False):
            if i != j and (names[j], names[i]) not in flows:
                flow = random.uniform(0, 5, HOURS) * (random.random(HOURS) > 0.5)
                flows[(names[i], names[j])] = flow
    generation = {name: random.uniform(20, 100, HOURS) for name in names}
    hour = np.arange(HOURS) % 24
    held = [Store(name, 1.0 * (hour < 6), 0.8 * (hour >= 18), 0.8) for name in names]
    return network(generation, flows, stores=held if stores else ())


def gases(grid: Network, count: int) -> dict[str, dict[str, Numbers]]:
    """Return the emissions of so many gases."""
    random = np.random.default_rng(1)
    table = grid.generation[:, :, None] * random.uniform(0, 1, (ZONES, count))
    return {f"gas {k}": dict(zip(grid.zones, table[:, :, k].T, strict=True)) for k in range(count)}


def loop(grid: Network, emissions: Mapping[str, Numbers], *, condition: bool) -> Numbers:
    """Solve each hour alone, as the equation stands: x (P + imports) = f + imports x."""
    starts, ends = grid.ends
    found = np.empty((HOURS, ZONES))
    for hour in range(HOURS):
        imports = np.zeros((ZONES, ZONES))
        imports[ends, starts] = grid.sent[hour]
        matrix = np.diag(grid.generation[hour] + imports.sum(axis=1)) - imports
        if condition and np.linalg.cond(matrix) > 1 / np.finfo(float).eps:
            raise ValueError(hour)
        right = np.array([emissions[zone][hour] for zone in grid.zones])
        found[hour] = np.linalg.solve(matrix, right)
    return found


def measure(subjects: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each subject; the first round warms caches."""
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, run in subjects.items():
            start = perf_counter()
            run()
            if number:
                samples[name].append(perf_counter() - start)
    return {name: median(rows) for name, rows in samples.items()}


def main(arguments: Sequence[str]) -> None:
    rounds = int(arguments[0]) if arguments else 5
    plain, stored = drawn(stores=False), drawn(stores=True)
    one, many = gases(plain, 1), gases(plain, GASES)
    by_hour = loop(plain, one["gas 0"], condition=False)
    np.testing.assert_allclose(trace(plain, one).values[:, :, 0], by_hour, rtol=1e-10)
    medians = measure(
        {
            "trace, one gas": lambda: trace(plain, one),
            f"trace, {GASES} gases": lambda: trace(plain, many),
            "trace, one gas, own supply first": lambda: trace(plain, one, coupling="aggregated"),
            "trace, one gas, 31 stores": lambda: trace(stored, one),
            "loop, one gas": lambda: loop(plain, one["gas 0"], condition=False),
            "loop with condition, one gas": lambda: loop(plain, one["gas 0"], condition=True),
        },
        rounds,
    )
    base = medians["loop, one gas"]
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {rounds} rounds\n")
    print(f"{HOURS} hours, {ZONES} zones, {len(plain.lines)} lines\n")
    print("| what | median, s | ratio to the loop |\n|---|---:|---:|")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds:.2f} | {seconds / base:.2f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
