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
ONE, ALL, SCIPY = "one product", "all products", "one product, SciPy alone"
CLASSES = ("LCA", "IterativeLCA", "JacobiGMRESLCA")
FIRST_FLOW = 10**6


@dataclass(frozen=True)
class Measured:
    """Milliseconds a draw by subject, scores that were drawn, and the run of all products."""

    took: dict[str, float]
    scores: dict[str, list[float]]
    run: MonteCarlo
    one: MonteCarlo

    @property
    def best(self) -> str:
        """The quickest class of bw2calc."""
        return min(CLASSES, key=lambda name: self.took[name])


def measured(
    system: ProductSystem, *, rounds: int = ROUNDS, accelerate: bool | None = None
) -> Measured:
    """Return what a draw costs ours and theirs, in turns: medians, after a round to warm up.

    `accelerate`: with compiled kernels also where the system is too small to load them unasked.
    """
    counts = counts_of(system)
    every = monte_carlo(system, Counting(counts), accelerate=accelerate)
    product = int(np.flatnonzero(every.static)[-1])
    one = np.array([product])
    runs = {
        ONE: monte_carlo(system, Counting(counts), products=one, accelerate=accelerate),
        ALL: every,
        SCIPY: monte_carlo(system, Counting(counts), products=one, accelerate=False),
    }
    told: dict[str, list[float]] = {}
    timed: dict[str, Callable[[], float]] = {
        name: ours(run, product, 64 if name == SCIPY else 1024, told.setdefault(name, []))
        for name, run in runs.items()
    }
    timed |= {
        name: theirs(name, system, counts, product, told.setdefault(name, [])) for name in CLASSES
    }
    took: dict[str, list[float]] = {name: [] for name in timed}
    for round_ in range(rounds + 1):
        for name, measure in timed.items():
            value = measure()
            if round_:
                took[name].append(value)
    found = {name: statistics.median(values) for name, values in took.items()}
    return Measured(found, told, runs[ALL], runs[ONE])


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
    table = np.array([POTENTIALS.get(flow.id, 0.0) for flow in system.elementary])
    elementary = columns.kind == ELEMENTARY
    sign = np.where(columns.direction == OUTPUT, 1.0, -1.0)
    return np.where(elementary, table[np.where(elementary, columns.target, 0)] * sign, 0.0)


def ours(run: MonteCarlo, product: int, draws: int, scores: list[float]) -> Callable[[], float]:
    """Return a function that measures milliseconds a draw, and adds to the scores."""
    state = {"seed": 0}
    last = np.array([product if len(run.static) > 1 else 0])

    def measure() -> float:
        state["seed"] += 1
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
