"""Monte Carlo side by side with bw2calc 3, in one process, both with all threads.

bw2calc is given the same matrices with the rows of greenhouse gases only. What is not alike:
bw2calc builds the inventory of every draw and draws other random numbers (distributions agree);
ours gives scores, an error estimate of each and a check, and with `all products` those of every
product. `benchmarks.performance` runs it.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.linalg import splu

from benchmarks.engine.potentials import factors
from benchmarks.engine.ways import ALONE, taking
from pcf.inventory.sampling.montecarlo import MonteCarlo, monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.model.systems import ELEMENTARY, NONE, OUTPUT, ProductSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

ONE, ALL = "one product", "all products"
CLASSES = ("LCA", "IterativeLCA", "JacobiGMRESLCA")
FIRST_FLOW = 10**6


@dataclass(frozen=True)
class Measured:
    """Milliseconds a draw by subject, scores that were drawn, and the runs by subject.

    A subject of ours is what is asked for and the way: "one product, numba".
    """

    took: dict[str, float]
    scores: dict[str, list[float]]
    runs: dict[str, MonteCarlo]

    @property
    def best(self) -> str:
        """The quickest class of bw2calc."""
        return min(CLASSES, key=lambda name: self.took[name])


def measured(system: ProductSystem, ways: Sequence[str], rounds: int) -> Measured:
    """Return what a draw costs ours and theirs, in turns: medians, after a round to warm up.

    Kernels are asked for, also where a system is too small to load numba's unasked. SciPy alone
    makes the draws of one product only.
    """
    counts = counts_of(system)
    product = last_counted(system, counts)
    runs: dict[str, MonteCarlo] = {}
    for way in ways:
        with taking(way):
            for asked, positions in ((ONE, np.array([product])), (ALL, None)):
                if (asked, way) != (ALL, ALONE):
                    runs[f"{asked}, {way}"] = monte_carlo(
                        system, Counting(counts), products=positions, accelerate=way != ALONE
                    )
    scores: dict[str, list[float]] = {name: [] for name in (*runs, *CLASSES)}
    timed: dict[str, Callable[[], float]] = {
        name: ours(run, name.rpartition(", ")[2], product, scores[name])
        for name, run in runs.items()
    }
    timed |= {name: theirs(name, system, counts, product, scores[name]) for name in CLASSES}
    took: dict[str, list[float]] = {name: [] for name in timed}
    for round_ in range(rounds + 1):
        for name, measure in timed.items():
            value = measure()
            if round_:
                took[name].append(value)
    found = {name: statistics.median(values) for name, values in took.items()}
    return Measured(found, scores, runs)


def last_counted(system: ProductSystem, counts: NDArray[np.float64]) -> int:
    """Return the last process whose product counts anything."""
    every = monte_carlo(system, Counting(counts), accelerate=False)
    return int(np.flatnonzero(every.static)[-1])


def apart(runs: dict[str, MonteCarlo], draws: int = 16, seed: int = 98) -> float:
    """Return how far the ways are from each other on the same draws of one product, relatively."""
    drawn = []
    for name, run in runs.items():
        if name.startswith(ONE):
            with taking(name.rpartition(", ")[2]):
                drawn.append(run.block(0, draws, seed).scores[:, 0])
    return max(float((np.abs(each - drawn[0]) / np.abs(drawn[0])).max()) for each in drawn)


def disagreement(run: MonteCarlo, draws: int = 4, seed: int = 99) -> tuple[float, float]:
    """Return how far scores are from direct solves of the same draws: 99th percentile and most."""
    block = run.block(0, draws, seed)
    treats = run.system.processes.treats
    apart = []
    for draw in range(draws):
        technosphere, per_run = run.sample(draw, seed)
        exact = splu(technosphere.T.tocsc()).solve(per_run) * np.where(treats, -1.0, 1.0)
        counted = run.static != 0  # where nothing is emitted, SuperLU leaves rounding
        apart.append(np.abs(block.scores[draw] - exact)[counted] / np.abs(exact[counted]))
    every = np.concatenate(apart)
    return float(np.percentile(every, 99)), float(every.max())


def counts_of(system: ProductSystem) -> NDArray[np.float64]:
    """Return what one unit of each exchange counts, zero for all but greenhouse gases."""
    columns = system.exchanges
    elementary = columns.kind == ELEMENTARY
    sign = np.where(columns.direction == OUTPUT, 1.0, -1.0)
    counted = factors(system)[np.where(elementary, columns.target, 0)]
    return np.where(elementary, counted * sign, 0.0)


def ours(run: MonteCarlo, way: str, product: int, scores: list[float]) -> Callable[[], float]:
    """Return a function that measures milliseconds a draw, and adds to the scores."""
    state, draws = {"seed": 0}, 64 if way == ALONE else 1024
    last = np.array([product if len(run.static) > 1 else 0])

    def measure() -> float:
        state["seed"] += 1
        with taking(way):
            start = time.perf_counter()
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
    same = (flows + FIRST_FLOW, np.ones(len(flows), dtype=int))
    counted = factors(system)[flows]
    _add(package, "characterization_matrix", same, counted, np.zeros(len(flows)))
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
