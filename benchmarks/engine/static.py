"""Static solves side by side with bw2calc: all footprints, from file, what-if, memory, growth.

Usage: python -m benchmarks.engine.static [--rounds N] [--quick] [--write]

`--write` puts the result into its section of docs/performance.md; `--quick` leaves out how cost
grows. Subjects take turns in one process; medians of the rounds, after one that warms caches. A
pause before each lets the threads of the one before come to rest. The seeds were not used while
building.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.linalg import splu

from benchmarks.engine import memory, peers
from benchmarks.engine.document import machine, milliseconds, table, times, write_section
from benchmarks.engine.generator import generate
from benchmarks.engine.potentials import POTENTIALS, factors, only_gases
from pcf.inventory import assemble, factorise, intensities
from pcf.inventory.storage import open_system, save_system
from pcf.inventory.tearing import compiled
from pcf.inventory.tearing.changes import Change
from pcf.inventory.tearing.updates import Baseline
from pcf.model.characterisation import CharacterisationSet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pcf.inventory.tearing.solver import Factorised

REST = 0.3
PROCESSES, PORTFOLIO = 20_000, 1_000
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
UNFAIR = """What is unfair in the comparison:

- `FastScoresOnlyMultiLCA.calculate` factorises at every call; ours keeps what it factorised.
  Against factors that are kept, see the row of plain `splu`, and the rows from file.
- `MultiLCA` keeps an inventory for each demand, ours is one adjoint solve and a look-up: for scores
  that is what is needed, for inventories each demand is a forward solve (last row).
- Both are given the greenhouse gases only, except where it says so.
- bw2calc solves with PARDISO on all processors, ours with one thread.
- From file means from a process in which both libraries are loaded, numba's kernels too.
- The systems are generated (see `benchmarks/engine/generator.py`); how many processes of ecoinvent
  would have to be torn is not known.
"""


def rows_of(found: dict[str, float]) -> list[list[str]]:
    """Return task, our time, and for each peer its name, time, ratio and target."""
    rows = []
    for task, ours, others in ROWS:
        for peer, target in others.items():
            ratio = found[peer] / found[ours]
            name = peer.rpartition(", ")[2]
            wanted = f"{target:,}x" if target else ""
            mine, theirs = milliseconds(found[ours]), milliseconds(found[peer])
            rows.append([task, mine, name, theirs, times(ratio), wanted])
    return rows


def memory_rows(case: Case) -> list[list[str]]:
    """Return the peak memory of ours and of each peer, each alone in an interpreter."""
    rows = []
    for flows, folder in (("gases only", case.folder), ("all flows", case.folder / "all flows")):
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
        sizes = [f"{n:,}", f"{matrices.technosphere.nnz:,}", f"{torn:,}"]
        rows.append([*sizes, *map(milliseconds, (anew, known, warm, theirs))])
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


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[105, 106])
    options = parser.parse_args(arguments)
    if compiled.is_at_hand():
        compiled.kernels()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        parts = [
            f"## Static solves\n\n`python -m benchmarks.engine.static --write`\n\n{machine()}\n"
        ]
        for seed in options.seeds:
            case = Case.made(folder / f"seed {seed}", PROCESSES, seed)
            found = in_turns(subjects_of(case), options.rounds)
            head = ["task", "ours, ms", "against", "ms", "ratio", "wanted"]
            parts += [
                f"### {PROCESSES:,} processes, seed {seed}\n",
                table(head, rows_of(found)),
                f"\n{agreement(case)} {limit(case, found['all'])}\n",
            ]
        head = ["peak memory, alone in an interpreter", "ours, MB (with numba)", "against", "MB"]
        head += ["ratio"]
        parts += ["### Memory\n", table(head, memory_rows(case)), ""]
        if not options.quick:
            head = ["processes", "entries", "torn", "structure and values, ms", "values, ms"]
            head += ["all products, ms", "FastScoresOnlyMultiLCA, from file, ms"]
            parts += ["### How cost grows\n", table(head, growth_rows(folder)), ""]
        parts.append(UNFAIR)
        page = "\n".join(parts)
    print(page)
    if options.write:
        write_section("static", page)


if __name__ == "__main__":
    main(sys.argv[1:])
