"""Static solves side by side with bw2calc: all footprints, from file, what-if, memory, growth.

Subjects take turns in one process; medians of the rounds, after one that warms caches. A pause
before each lets the threads of the one before come to rest. `benchmarks.performance` runs it.
"""

from __future__ import annotations

import gc
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.linalg import splu

from benchmarks.engine import memory, peers
from benchmarks.engine.document import milliseconds, times
from benchmarks.engine.generator import generate
from benchmarks.engine.potentials import POTENTIALS, factors, only_gases
from benchmarks.montecarlo.against_bw2calc import counts_of
from pcf.inventory import assemble, factorise, intensities
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.inventory.storage import open_system, save_system
from pcf.inventory.tearing import compiled
from pcf.inventory.tearing.changes import Change
from pcf.inventory.tearing.updates import Baseline
from pcf.model.characterisation import CharacterisationSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.inventory.tearing.solver import Factorised

REST = 0.3
PORTFOLIO = 1_000
LONG = ("1,000, MultiLCA",)
"""What takes so long that once must do."""
CLIMATE = CharacterisationSet.of("climate", POTENTIALS)


@dataclass
class Case:
    """One system on disk, for us and for bw2calc; caches of ours in a folder of its own."""

    folder: Path
    ours: Path = field(init=False)
    theirs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.ours, self.theirs = self.folder / "columns", self.folder / "package"

    @classmethod
    def made(cls, folder: Path, n: int, seed: int) -> Case:
        folder.mkdir(parents=True)
        case = cls(folder)
        system = generate(n, seed)
        for place, each in ((folder, only_gases(system)), (folder / "all flows", system)):
            place.mkdir(exist_ok=True)
            save_system(each, place / "columns")
            peers.package(each, place / "package")
        return case

    def cold(self) -> tuple[Factorised, np.ndarray]:
        """Return the solved system and all footprints, from file."""
        system = open_system(self.ours)
        matrices = assemble(system)
        factorised = factorise(matrices.technosphere)
        return factorised, factorised.adjoint(matrices.elementary.T @ factors(system)).values

    def forget(self) -> None:
        """Forget the structure: the next cold solve finds it anew."""
        for path in Path(os.environ["XDG_CACHE_HOME"]).glob("pcf/plans/*"):
            path.unlink()


def timed(subject: Callable[[], object], times: int = 1) -> float:
    """Return the seconds that a subject takes, after a rest; the median of several `times`."""
    gc.collect()
    time.sleep(REST)
    samples = []
    for _ in range(times):
        start = time.perf_counter()
        subject()
        samples.append(time.perf_counter() - start)
    return median(samples)


def in_turns(subjects: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each subject, taking turns."""
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, subject in subjects.items():
            if name in LONG and number != 1:
                continue
            took = subject()
            if number:
                samples[name].append(took)
    return {name: median(took) for name, took in samples.items()}


def check(score: float) -> None:
    """Refuse a score that is no number."""
    if not np.isfinite(score):
        raise ValueError(score)


def subjects_of(case: Case) -> dict[str, Callable[[], float]]:
    """Return what is measured on one system."""
    system = open_system(case.ours)
    matrices = assemble(system)
    counted = factors(system)
    q = matrices.elementary.T @ counted
    factorised = factorise(matrices.technosphere)
    all_at_once = peers.all_scores(case.theirs)
    one = peers.lca(case.theirs, 5)
    products = [int(each) for each in np.linspace(0, len(q) - 1, PORTFOLIO)]
    baseline, columns = Baseline(matrices.technosphere, q), iter(range(len(q)))

    def forgotten() -> float:
        def anew() -> None:
            case.forget()
            case.cold()

        return timed(anew, 3)

    def by_scipy(subject: Callable[[], float]) -> Callable[[], float]:
        def without_kernels() -> float:
            at_hand, compiled.is_at_hand = compiled.is_at_hand, lambda: False
            try:
                return subject()
            finally:
                compiled.is_at_hand = at_hand

        return without_kernels

    def changed_column() -> None:
        column = next(columns)
        start, end = matrices.technosphere.indptr[column : column + 2]
        rows, values = (
            matrices.technosphere.indices[start:end],
            matrices.technosphere.data[start:end],
        )
        values = np.where(rows == column, values, 1.1 * values)
        where = np.full(len(rows), column)
        change = Change(len(q), rows.astype(np.int64), where, values, where[:1], 1.1 * q[where[:1]])
        baseline.changed(change)

    def changed_column_by_lca() -> None:
        column = one.dicts.activity[peers.PROCESSES + next(columns)]
        matrix = one.technosphere_matrix.tocsc(copy=True)
        matrix.data[matrix.indptr[column] : matrix.indptr[column + 1]] *= 1.1
        one.technosphere_matrix = matrix.tocsr()
        one.lci_calculation()
        one.lcia_calculation()
        check(one.score)

    def new_demand() -> None:
        solution = factorised.forward(np.eye(1, len(q), next(columns)).ravel())
        check(counted @ (matrices.elementary @ solution.values))

    def new_demand_by_lca() -> None:
        one.lci({next(columns): 1.0})
        one.lcia()
        check(one.score)

    decomposed = splu(matrices.technosphere.T.tocsc())
    return {
        "all": lambda: timed(lambda: factorised.adjoint(q), 15),
        "all, FastScoresOnlyMultiLCA": lambda: timed(all_at_once.calculate),
        "all, splu": lambda: timed(lambda: decomposed.solve(q), 15),
        "factorise, splu": lambda: timed(lambda: splu(matrices.technosphere.T.tocsc())),
        "1,000": lambda: timed(lambda: factorised.adjoint(q).values[products], 15),
        "cold, structure cached": lambda: timed(case.cold, 5),
        "cold": forgotten,
        "cold, SciPy alone": by_scipy(forgotten),
        "cold, SciPy alone, structure cached": by_scipy(lambda: timed(case.cold, 5)),
        "cold, the library's own call": lambda: timed(
            lambda: intensities(open_system(case.ours), CLIMATE), 5
        ),
        "cold, FastScoresOnlyMultiLCA": lambda: timed(lambda: peers.all_scores(case.theirs)),
        "cold, LCA": lambda: timed(lambda: peers.lca(case.theirs, 5)),
        "column": lambda: timed(changed_column, 15),
        "column, LCA": lambda: timed(changed_column_by_lca),
        "demand": lambda: timed(new_demand, 15),
        "demand, LCA": lambda: timed(new_demand_by_lca, 5),
        "1,000, MultiLCA": lambda: timed(lambda: peers.several(case.theirs, products)),
    }


# What is shown: the task, ours, and the peers it is held against with the target of the ratio.
ROWS = [
    ("footprints of all products, warm, checked", "all", {"all, FastScoresOnlyMultiLCA": 300}),
    ("the same, plain `splu` of the transpose, factors kept", "all", {"all, splu": None}),
    ("1,000 products", "1,000", {"1,000, MultiLCA": 1000}),
    ("from file to all footprints", "cold", {"cold, FastScoresOnlyMultiLCA": 4, "cold, LCA": 4}),
    (
        "from file, structure cached",
        "cold, structure cached",
        {"cold, FastScoresOnlyMultiLCA": 15, "cold, LCA": 15},
    ),
    (
        "from file, SciPy alone",
        "cold, SciPy alone",
        {"cold, FastScoresOnlyMultiLCA": 1, "cold, LCA": 1},
    ),
    (
        "from file, SciPy alone, structure cached",
        "cold, SciPy alone, structure cached",
        {"cold, FastScoresOnlyMultiLCA": None},
    ),
    (
        "from file by `intensities(open_system(...))`, all checks, structure cached",
        "cold, the library's own call",
        {"cold, FastScoresOnlyMultiLCA": None},
    ),
    ("one changed column, another each time", "column", {"column, LCA": 500}),
    ("supply and inventory of a new demand", "demand", {"demand, LCA": None}),
]


def rows_of(found: dict[str, float]) -> list[list[str]]:
    """Return task, our time, and for each peer its name, time, ratio, target and whether met."""
    rows = []
    for task, ours, others in ROWS:
        for peer, target in others.items():
            ratio = found[peer] / found[ours]
            name = peer.rpartition(", ")[2]
            wanted = f"{target:,}x {'met' if ratio >= target else '**not met**'}" if target else ""
            mine, theirs = milliseconds(found[ours]), milliseconds(found[peer])
            rows.append([task, mine, name, theirs, times(ratio), wanted])
    return rows


def memory_rows(case: Case) -> list[list[str]]:
    """Return the peak memory of ours and of each peer, each alone in an interpreter."""
    rows = []
    memory.peak("cold, numba", case.folder)  # so that kernels and structure are in the cache
    folders = {"gases only": case.folder, "all flows": case.folder / "all flows"}
    for flows, folder in folders.items():
        for products, names in ((1, ("LCA", "FastScoresOnlyMultiLCA")), (PORTFOLIO, ("MultiLCA",))):
            mine = memory.peak("cold", folder, products)
            fast = memory.peak("cold, numba", folder, products)
            for name in names:
                theirs = memory.peak(name, folder, products)
                ratios = f"{theirs / mine:.1f}x ({theirs / fast:.1f}x)"
                row = [f"{mine:.0f} ({fast:.0f})", name, f"{theirs:.0f}", ratios]
                rows.append([f"from file, {flows}, products: {products:,}", *row])
    imports = [memory.peak(name, case.folder) for name in ("import", "import bw2calc")]
    return [*rows, ["import", f"{imports[0]:.0f}", "import", f"{imports[1]:.0f}", ""]]


def growth_rows(folder: Path) -> list[list[str]]:
    """Return how cost grows with the number of processes."""
    rows = []
    for n in (1_000, 5_000, 20_000, 40_000, 80_000):
        case = Case.made(folder / str(n), n, 201)
        factorised, _ = case.cold()
        matrices = assemble(open_system(case.ours))
        q = matrices.elementary.T @ factors(open_system(case.ours))
        case.forget()
        anew = timed(lambda: factorise(matrices.technosphere))  # noqa: B023 - called at once
        known = timed(lambda: factorise(matrices.technosphere), 3)  # noqa: B023
        warm = timed(lambda: factorised.adjoint(q), 9)  # noqa: B023
        theirs = timed(lambda: peers.all_scores(case.theirs))  # noqa: B023
        torn = factorised.plan.h if factorised.plan else 0
        system = open_system(case.ours)
        run = monte_carlo(system, Counting(counts_of(system)))
        none = np.zeros(0, dtype=np.int64)

        def drawn() -> None:
            for _ in run.blocks(256, seed=1, keep=none):  # noqa: B023 - called at once
                pass

        draw = timed(drawn, 3) / 256
        sizes = [f"{n:,}", f"{matrices.technosphere.nnz:,}", f"{torn:,}"]
        rows.append([*sizes, *map(milliseconds, (anew, known, warm, theirs, draw))])
    return rows


def agreement(case: Case) -> str:
    """Say how far ours are from bw2calc's."""
    _, ours = case.cold()
    theirs = peers.scores_by_product(peers.all_scores(case.theirs), len(ours))
    apart = np.abs(ours - theirs) / np.abs(theirs)
    near, far = np.percentile(apart, 99), apart.max()
    return (
        f"The footprints of all products differ from bw2calc's by {near:.0e} at the 99th "
        f"percentile and {far:.0e} at most."
    )


def limit(case: Case, warm: float) -> str:
    """Say how far the warm solve is from reading the technosphere once."""
    matrix = assemble(open_system(case.ours)).technosphere
    moved = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    block = np.ones(2**24)
    copied = timed(block.copy, 9)
    bandwidth = 2 * block.nbytes / copied
    bound = moved / bandwidth
    return (
        f"Reading the technosphere once ({moved / 1e6:.1f} MB) at the bandwidth of a copy "
        f"({bandwidth / 1e9:.0f} GB/s) takes {milliseconds(bound)} ms; the checked solve takes "
        f"{times(warm / bound)} that."
    )
