"""Static solves side by side with bw2calc: all footprints, from file, what-if, growth.

Subjects take turns in one process; medians of the rounds, after one that warms caches. A pause
before each lets the threads of the one before come to rest. `benchmarks.performance` runs it.
"""

from __future__ import annotations

import gc
import os
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse.linalg import splu

from benchmarks.engine import peers
from benchmarks.engine.document import milliseconds, times
from benchmarks.engine.generator import generate
from benchmarks.engine.potentials import CLIMATE, factors, only_gases
from benchmarks.engine.ways import taking
from benchmarks.montecarlo.against_bw2calc import counts_of
from pcf.inventory import assemble, factorise, intensities
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.inventory.storage import open_system, save_system
from pcf.inventory.tearing.changes import Change
from pcf.inventory.tearing.updates import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pcf.inventory.matrices import Matrices

REST = 0.3
PORTFOLIO = 1_000
SIZES = (1_000, 5_000, 20_000, 40_000, 80_000)
LONG = ("1,000, MultiLCA",)
"""What takes so long that once must do."""


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

    def cold(self) -> np.ndarray:
        """Return all footprints, from file, by the call that users make, with all its checks."""
        return intensities(open_system(self.ours), CLIMATE)

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


class Ours:
    """One system solved in one way: a subject a method; each times itself."""

    def __init__(self, case: Case, way: str) -> None:
        self.case, self.way = case, way
        system = open_system(case.ours)
        self.matrices, self.counted = assemble(system), factors(system)
        self.q = self.matrices.elementary.T @ self.counted
        with taking(way):
            self.factorised = factorise(self.matrices.technosphere)
            self.baseline = Baseline(self.matrices.technosphere, self.q)
        self._columns = iter(range(len(self.q)))

    def subjects(self) -> dict[str, Callable[[], float]]:
        """Return what is timed, by name."""
        products = portfolio(len(self.q))
        return {
            f"{name}, {self.way}": self._in_its_way(subject)
            for name, subject in {
                "all": lambda: timed(self._all, 15),
                "1,000": lambda: timed(lambda: self._all()[products], 15),
                "cold": lambda: timed(self._anew, 3),
                "known": lambda: timed(self.case.cold, 5),
                "column": lambda: timed(self._changed_column, 15),
                "demand": lambda: timed(self._new_demand, 15),
            }.items()
        }

    def _in_its_way(self, subject: Callable[[], float]) -> Callable[[], float]:
        def taken() -> float:
            with taking(self.way):
                return subject()

        return taken

    def _all(self) -> np.ndarray:
        return self.factorised.adjoint(self.q).values

    def _anew(self) -> None:
        self.case.forget()
        self.case.cold()

    def _changed_column(self) -> None:
        column, matrix = next(self._columns), self.matrices.technosphere
        here = slice(*matrix.indptr[column : column + 2])
        rows, values = matrix.indices[here], matrix.data[here]
        values = np.where(rows == column, values, 1.1 * values)
        where = np.full(len(rows), column)
        burdens = 1.1 * self.q[where[:1]]
        rows = rows.astype(np.int64)
        self.baseline.changed(Change(len(self.q), rows, where, values, where[:1], burdens))

    def _new_demand(self) -> None:
        solution = self.factorised.forward(np.eye(1, len(self.q), next(self._columns)).ravel())
        check(self.counted @ (self.matrices.elementary @ solution.values))


def portfolio(n: int) -> list[int]:
    """Return the products whose footprints are asked for together."""
    return [int(each) for each in np.linspace(0, n - 1, PORTFOLIO)]


def theirs_of(case: Case, matrices: Matrices, q: np.ndarray) -> dict[str, Callable[[], float]]:
    """Return what is timed of bw2calc, and of plain `splu`."""
    all_at_once, one, columns = peers.all_scores(case.theirs), peers.lca(case.theirs, 5), count()
    decomposed, products = splu(matrices.technosphere.T.tocsc()), portfolio(len(q))

    def changed_column() -> None:
        column = one.dicts.activity[peers.PROCESSES + next(columns)]
        matrix = one.technosphere_matrix.tocsc(copy=True)
        matrix.data[matrix.indptr[column] : matrix.indptr[column + 1]] *= 1.1
        one.technosphere_matrix = matrix.tocsr()
        one.lci_calculation()
        one.lcia_calculation()
        check(one.score)

    def new_demand() -> None:
        one.lci({next(columns): 1.0})
        one.lcia()
        check(one.score)

    return {
        "all, FastScoresOnlyMultiLCA": lambda: timed(all_at_once.calculate),
        "all, splu": lambda: timed(lambda: decomposed.solve(q), 15),
        "cold, FastScoresOnlyMultiLCA": lambda: timed(lambda: peers.all_scores(case.theirs)),
        "cold, LCA": lambda: timed(lambda: peers.lca(case.theirs, 5)),
        "column, LCA": lambda: timed(changed_column),
        "demand, LCA": lambda: timed(new_demand, 5),
        "1,000, MultiLCA": lambda: timed(lambda: peers.several(case.theirs, products)),
    }


class Row(NamedTuple):
    """A task: our subject, theirs, and each peer with the ratios wanted, ours and SciPy alone."""

    task: str
    ours: str
    theirs: str
    wanted: dict[str, tuple[int | None, int | None]]


ROWS = [
    Row(
        "footprints of all products, warm, checked",
        *("all", "all"),
        {"FastScoresOnlyMultiLCA": (300, None), "splu": (None, None)},
    ),
    Row("1,000 products", "1,000", "1,000", {"MultiLCA": (1000, None)}),
    Row(
        "from file to all footprints",
        *("cold", "cold"),
        {"FastScoresOnlyMultiLCA": (4, 1), "LCA": (4, 1)},
    ),
    Row(
        "from file, structure cached",
        *("known", "cold"),
        {"FastScoresOnlyMultiLCA": (15, None), "LCA": (15, None)},
    ),
    Row("one changed column, another each time", "column", "column", {"LCA": (500, None)}),
    Row("supply and inventory of a new demand", "demand", "demand", {"LCA": (None, None)}),
]
"""`splu` keeps its factors."""


def measured(case: Case, ways: Sequence[str], rounds: int) -> dict[str, float]:
    """Return the seconds of every subject, ours in each way, by name."""
    ours = [Ours(case, way) for way in ways]
    subjects = theirs_of(case, ours[0].matrices, ours[0].q)
    for each in ours:
        subjects |= each.subjects()
    return in_turns(subjects, rounds)


def growth_rows(folder: Path) -> list[list[str]]:
    """Return how cost grows with the number of processes, in the quickest way."""
    rows = []
    for n in SIZES:
        case = Case.made(folder / str(n), n, 201)
        system = open_system(case.ours)
        matrices = assemble(system)
        q = matrices.elementary.T @ factors(system)
        anew = timed(lambda: factorise(matrices.technosphere))  # noqa: B023 - called at once
        known = timed(lambda: factorise(matrices.technosphere), 3)  # noqa: B023
        factorised = factorise(matrices.technosphere)
        warm = timed(lambda: factorised.adjoint(q), 9)  # noqa: B023
        theirs = timed(lambda: peers.all_scores(case.theirs))  # noqa: B023
        torn = factorised.plan.h if factorised.plan else 0
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
    ours, treats = case.cold(), open_system(case.ours).processes.treats
    theirs = peers.scores_by_product(peers.all_scores(case.theirs), len(ours))
    theirs *= np.where(treats, -1.0, 1.0)  # ours count what is treated, theirs what is made of it
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
