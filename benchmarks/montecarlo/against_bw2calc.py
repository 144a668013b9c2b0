"""Monte Carlo side by side with bw2calc 3, in one process, both with all threads.

`python benchmarks/montecarlo/against_bw2calc.py [seed ...]` makes systems of 20,000 processes
(benchmarks/engine/generator.py), gives bw2calc the same matrices with the rows of greenhouse gases
only, takes turns, and prints milliseconds a draw and ratios. What is not alike: bw2calc builds the
inventory of every draw and draws other random numbers (distributions agree); ours gives scores, an
error estimate of each and a check, and with `all products` those of every product.
"""

from __future__ import annotations

import statistics
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.inventory.sampling.montecarlo import MonteCarlo, monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.model.systems import ELEMENTARY, NONE, OUTPUT, ProductSystem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

POTENTIALS = {
    "CO2, fossil": 1.0,
    "CH4, fossil": 29.8,
    "N2O, fossil": 273.0,
    "SF6": 25_200.0,
    "CF4": 7_380.0,
    "C2F6": 12_400.0,
}
ROUNDS = 5
CLASSES = ("LCA", "IterativeLCA", "JacobiGMRESLCA")
FIRST_FLOW = 10**6


def main() -> None:
    """Compare on every seed that is named."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "engine"))
    generate = import_module("generator").generate
    solver = "pypardiso" if find_spec("pypardiso") else "SuperLU (no pypardiso here)"
    print(f"bw2calc with {solver}; medians of {ROUNDS} rounds in turns")
    for seed in map(int, sys.argv[1:] or ["11"]):
        compare(generate(20_000, seed), seed)


def compare(system: ProductSystem, seed: int) -> None:
    """Print one table."""
    counts = counts_of(system)
    product = len(system.processes) - 1
    runs = {
        "pcf, one product": monte_carlo(system, Counting(counts), products=np.array([product])),
        "pcf, all products": monte_carlo(system, Counting(counts)),
        "pcf, one product, SciPy alone": monte_carlo(
            system, Counting(counts), products=np.array([product]), accelerate=False
        ),
    }
    told: dict[str, list[float]] = {}
    timed: dict[str, Callable[[], float]] = {
        name: ours(run, 64 if "SciPy" in name else 1024, told.setdefault(name, []))
        for name, run in runs.items()
    }
    timed |= {
        name: theirs(name, system, counts, product, told.setdefault(name, [])) for name in CLASSES
    }
    took: dict[str, list[float]] = {name: [] for name in timed}
    for round_ in range(ROUNDS + 1):
        for name, measure in timed.items():
            value = measure()
            if round_:
                took[name].append(value)
    found = {name: statistics.median(values) for name, values in took.items()}
    plain, best = found["LCA"], min(found[name] for name in CLASSES)
    prepared = runs["pcf, all products"].prepared
    torn = 0 if prepared.plan is None else prepared.plan.h
    print(
        f"\nseed {seed}: {len(prepared.terms.numbers):,} uncertain numbers, {torn} torn processes"
    )
    print("| what | ms a draw | LCA / this | best class / this | mean score | sd | draws |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, value in found.items():
        mean, sd = statistics.fmean(told[name]), statistics.stdev(told[name])
        print(
            f"| {name} | {value:.3f} | {plain / value:.0f} | {best / value:.1f} "
            f"| {mean:.5g} | {sd:.2g} | {len(told[name])} |"
        )


def counts_of(system: ProductSystem) -> NDArray[np.float64]:
    """Return what one unit of each exchange counts, zero for all but greenhouse gases."""
    columns = system.exchanges
    table = np.array([POTENTIALS.get(flow.id, 0.0) for flow in system.elementary])
    elementary = columns.kind == ELEMENTARY
    sign = np.where(columns.direction == OUTPUT, 1.0, -1.0)
    return np.where(elementary, table[np.where(elementary, columns.target, 0)] * sign, 0.0)


def ours(run: MonteCarlo, draws: int, scores: list[float]) -> Callable[[], float]:
    """Return a function that measures milliseconds a draw, and adds to the scores."""
    state = {"seed": 0}

    def measure() -> float:
        state["seed"] += 1
        start = time.perf_counter()
        last = np.array([len(run.static) - 1])
        for block in run.blocks(draws, seed=state["seed"], keep=last):
            scores.extend(block.scores[:, 0].tolist())
            if block.error.max() > run.prepared.tolerance:
                raise RuntimeError(block.error.max())
        return (time.perf_counter() - start) / draws * 1e3

    return measure


def theirs(
    name: str,
    system: ProductSystem,
    counts: NDArray[np.float64],
    product: int,
    scores: list[float],
) -> Callable[[], float]:
    """Return a function that measures milliseconds an iteration of one of bw2calc's classes."""
    import bw2calc  # noqa: PLC0415 - the extra `bench`

    lca: Any = getattr(bw2calc, name)(
        {product + 1: 1.0}, data_objs=[datapackage(system, counts)], use_distributions=True
    )
    lca.lci()
    lca.lcia()
    iterations = 4 if name == "LCA" else 16

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(iterations):
            next(lca)
            scores.append(float(lca.score))
        return (time.perf_counter() - start) / iterations * 1e3

    return measure


def datapackage(
    system: ProductSystem,
    counts: NDArray[np.float64],
    file: Any = None,  # noqa: ANN401 - a file system of fsspec
) -> Any:  # noqa: ANN401 - bw_processing has no types
    """Return the system as bw2calc takes it: process j and its product are j + 1."""
    import bw_processing as bwp  # noqa: PLC0415 - comes with bw2calc

    columns, heads = system.exchanges, system.processes
    package = bwp.create_datapackage(fs=file)
    links = np.flatnonzero(columns.kind != ELEMENTARY)
    n = len(heads)
    own = np.arange(1, n + 1)
    flip = np.append(heads.treats, columns.direction[links] != OUTPUT)
    _add(
        package,
        "technosphere_matrix",
        (np.append(own, columns.target[links] + 1), np.append(own, columns.process[links] + 1)),
        np.append(heads.amounts, columns.amount[links]),
        np.append(np.zeros(n), _sigmas(system, links)),
        flip,
    )
    here = np.flatnonzero(counts)
    places = (columns.target[here] + FIRST_FLOW, columns.process[here] + 1)
    _add(package, "biosphere_matrix", places, columns.amount[here], _sigmas(system, here))
    flows = np.unique(columns.target[here])
    factors = np.array([POTENTIALS[system.elementary[k].id] for k in flows])
    same = (flows + FIRST_FLOW, np.ones(len(flows), dtype=int))
    _add(package, "characterization_matrix", same, factors, np.zeros(len(flows)))
    return package


def _sigmas(system: ProductSystem, exchanges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the deviation of the logarithm, zero for a certain number."""
    columns = system.exchanges
    certain = columns.spread[exchanges] == NONE
    return np.where(certain, 0.0, np.log(np.where(certain, 1.0, columns.low[exchanges])))


def _add(  # noqa: PLR0913, PLR0917 - what a vector of a datapackage consists of
    package: Any,  # noqa: ANN401
    matrix: str,
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    amounts: NDArray[np.float64],
    sigmas: NDArray[np.float64],
    flip: NDArray[np.bool_] | None = None,
) -> None:
    import bw_processing as bwp  # noqa: PLC0415 - comes with bw2calc

    indices = np.empty(len(amounts), dtype=bwp.INDICES_DTYPE)
    indices["row"], indices["col"] = places
    spreads = np.zeros(len(amounts), dtype=bwp.UNCERTAINTY_DTYPE)
    uncertain = sigmas > 0
    spreads["uncertainty_type"] = np.where(uncertain, 2, 0)  # 2 lognormal, 0 undefined
    spreads["loc"] = np.where(uncertain, np.log(np.where(amounts > 0, amounts, 1.0)), amounts)
    spreads["scale"] = np.where(uncertain, sigmas, np.nan)
    for name in ("shape", "minimum", "maximum"):
        spreads[name] = np.nan
    package.add_persistent_vector(
        matrix=matrix,
        indices_array=indices,
        data_array=amounts,
        distributions_array=spreads,
        flip_array=flip,
        name=matrix,
        **({"global_index": 1} if matrix.startswith("char") else {}),
    )


if __name__ == "__main__":
    main()
