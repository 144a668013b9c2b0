"""docs/performance.md, the whole page, by one command: ours side by side with bw2calc 3.

Usage: python -m benchmarks.performance [--write] [--rounds N] [--seeds N N] [--processes N]
           [--quick] [--uslci ARCHIVE] [--premise WHEEL]

Needs the extra `bench`. `--quick` leaves out how cost grows. The two real systems are read from the
archive and the wheel that are named (`benchmarks/engine/real.py` says where they are published);
what is not named is left out, and the page says so. Seeds must not be those used while building.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[0:0] = [str(ROOT)] if str(ROOT) not in sys.path else []  # run as a script too

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.montecarlo.against_bw2calc import Measured
    from pcf.model.systems import ProductSystem

PAGE = ROOT / "docs" / "performance.md"
COMMAND = "python -m benchmarks.performance --write --uslci ARCHIVE --premise WHEEL"
HEAD = """# Performance

Written whole by one command; only ratios of one run on one machine mean something, and where other
programs used the machine they scatter:

    {command}

The method is told in `pcf/inventory/tearing/__init__.py`, what a draw is in
[reference/draws.md](reference/draws.md), how systems are generated and calibrated in
`benchmarks/engine/generator.py`, where the real ones are published in `benchmarks/engine/real.py`.

{machine}

Measured on {day}. Load average at the start {before}, at the end {after}: {busy}.
"""
MONTE_CARLO_WANTED = {
    "one product": (700, 60),
    "all products": (500, 45),
    "one product, SciPy alone": (25, 2),
}
"""Against `LCA` and against the best class of bw2calc."""
UNFAIR = """## What is unfair in the comparison

- `FastScoresOnlyMultiLCA.calculate` factorises at every call; ours keeps what it factorised.
  Against factors that are kept, see the row of plain `splu`, and the rows from file.
- `MultiLCA` keeps an inventory for each demand, ours is one adjoint solve and a look-up: for scores
  that is what is needed, for inventories each demand is a forward solve (last row).
- In every draw bw2calc builds the inventory and could show every flow; ours gives scores, with an
  estimate of the error of each, and counts draws that needed a direct solve. Random numbers differ,
  distributions agree. The iterative classes of bw2calc answer for one product.
- Both are given the greenhouse gases only, except where it says so.
- bw2calc solves with PARDISO on all processors; our static solves use one thread, draws all.
- From file means from a process in which both libraries are loaded, numba's kernels too. Kernels
  are compiled once a machine (about ten seconds, announced) and kept; small studies never load
  them.
- Both sides are measured warm after one round; neither is tuned for the other's case.
- The systems of 20,000 processes are generated, and how many processes of ecoinvent would have to
  be torn is not known. The real ones are small or, cut off from ecoinvent, hold few loops; their
  spreads are made up (a lognormal of sigma 0.2 on every amount).
"""
CANNOT = """## What cannot be had so

- **Memory.** Importing NumPy and SciPy takes {imported:.0f} MB before anything is computed. A third
  of what bw2calc's `LCA` needs is {third:.0f} MB, so {left:.0f} MB would have to hold the columns,
  the matrices, the structure and the factors: see the table for what they take. A first solve needs
  10 MB more than one whose structure is cached, because loops are found with Python lists. A
  twentieth of `MultiLCA` with the greenhouse gases only is less than the import alone.
- **numba.** Loading it takes 100 MB (LLVM 40, numba and its types 60), whatever it compiles. So
  kernels are loaded for a static solve only where they are there anyway, and for draws, where they
  are what makes them fast. SciPy alone draws in about half of the memory. A compiled wheel of our
  own would need neither; it was not built, because the times are reached without one.
"""


@dataclass
class Page:
    """The parts of the page, and every target with whether it was met."""

    parts: list[str] = field(default_factory=list)
    targets: list[list[str]] = field(default_factory=list)

    def add(self, *texts: str) -> None:
        """Add paragraphs, and say on stderr how far the run is."""
        self.parts += texts
        sys.stderr.write(f"{dt.datetime.now(tz=dt.UTC):%H:%M:%S} {texts[0].splitlines()[0]}\n")
        sys.stderr.flush()

    def judge(self, task: str, found: float, wanted: float) -> str:
        """Note a target; return what stands in the table."""
        met = "met" if found >= wanted else "**not met**"
        self.targets.append([task, times(found), times(wanted), met])
        return f"{times(wanted)} {met}"


def times(ratio: float) -> str:
    """Return a ratio with two digits."""
    return f"{float(f'{ratio:.2g}'):,g}x"


def shown(milliseconds: float) -> str:
    """Return milliseconds with three digits."""
    return f"{milliseconds:,.0f}" if milliseconds >= 100 else f"{milliseconds:.3g}"


def montecarlo_rows(page: Page, title: str, found: Measured) -> list[list[str]]:
    """Return a row a subject: milliseconds, ratios, targets, and what was drawn."""
    plain, best = found.took["LCA"], found.took[found.best]
    rows = []
    for name, took in found.took.items():
        scores = found.scores[name]
        wanted = ["", ""]
        if name in MONTE_CARLO_WANTED and title:
            against = zip(("LCA", found.best), (plain, best), MONTE_CARLO_WANTED[name], strict=True)
            wanted = [
                page.judge(f"Monte Carlo, {name}, against `{peer}` ({title})", theirs / took, limit)
                for peer, theirs, limit in against
            ]
        ratios = [times(plain / took), wanted[0], times(best / took), wanted[1]]
        rows.append([name, shown(took), *ratios, f"{fmean(scores):.4g} ± {stdev(scores):.2g}"])
    return rows


def static_part(page: Page, folder: Path, seed: int, options: argparse.Namespace) -> object:
    """Measure static solves of one seed; return the case."""
    from benchmarks.engine import static  # noqa: PLC0415 - the extra `bench`
    from benchmarks.engine.document import table  # noqa: PLC0415 - as above

    case = static.Case.made(folder / f"seed {seed}", options.processes, seed)
    found = static.in_turns(static.subjects_of(case), options.rounds)
    head = ["task", "ours, ms", "against", "ms", "ratio", "wanted"]
    for task, ours, others in static.ROWS:
        for peer, target in others.items():
            if target:
                name = peer.rpartition(", ")[2]
                ratio = found[peer] / found[ours]
                page.judge(f"{task}, against `{name}` (seed {seed})", ratio, target)
    page.add(
        f"### {options.processes:,} processes, seed {seed}\n",
        table(head, static.rows_of(found)),
        f"\n{static.agreement(case)} {static.limit(case, found['all'])}\n",
    )
    return case


def montecarlo_part(page: Page, system: ProductSystem, title: str, rounds: int) -> Measured:
    """Measure draws of one system."""
    from benchmarks.engine.document import table  # noqa: PLC0415 - the extra `bench`
    from benchmarks.montecarlo import against_bw2calc as against  # noqa: PLC0415 - as above

    found = against.measured(system, rounds=rounds)
    near, far = against.disagreement(found.run)
    plan = found.run.prepared.plan
    torn = 0 if plan is None else plan.h
    head = ["what", "ms a draw", "LCA / this", "wanted", "best class / this", "wanted"]
    page.add(
        f"### {title}\n",
        f"{len(found.run.prepared.terms.numbers):,} uncertain numbers, {torn:,} torn processes.\n",
        table([*head, "scores drawn"], montecarlo_rows(page, title, found)),
        f"\nScores of all products differ from direct solves of the same draws by {near:.0e} at "
        f"the 99th percentile and {far:.0e} at most.\n",
    )
    return found


def limit_of_draws(found: Measured) -> str:
    """Say how far a draw is from moving its own bytes once."""
    import numpy as np  # noqa: PLC0415 - what runs in a child must not need it

    from benchmarks.engine.static import timed  # noqa: PLC0415 - as above

    layout, plan = found.one.prepared.layout, found.one.prepared.plan
    if layout is None or plan is None:
        return ""
    block = np.ones(2**24)
    bandwidth = 2 * block.nbytes / timed(block.copy, 9)
    passes = float(np.mean(found.one.block(0, 64, 5).passes))
    drawn = 2 * 4 * layout.rows
    links = len(layout.varied.needs) + len(layout.certain.needs)
    moved = drawn + passes * (4 * layout.rows + links * (8 + 12 / 16))
    took = found.took["one product"] / 1e3
    return (
        f"A draw of one product writes and reads {layout.rows:,} factors "
        f"({drawn / 1e6:.2f} MB); with the {passes:.1f} passes over {links:,} links that it takes "
        f"it moves {moved / 1e6:.1f} MB. At the bandwidth of a copy from memory "
        f"({bandwidth / 1e9:.0f} GB/s) the first takes {drawn / bandwidth * 1e3:.3f} ms and all of "
        f"it {moved / bandwidth * 1e3:.3f} ms; the draw takes {times(took / (drawn / bandwidth))} "
        f"and {times(took / (moved / bandwidth))} that (most passes read from the cache; all "
        "threads).\n"
    )


def memory_part(page: Page, case: object, system: ProductSystem, folder: Path) -> None:
    """Measure peak memory."""
    from benchmarks.engine import static  # noqa: PLC0415 - the extra `bench`
    from benchmarks.engine.document import table  # noqa: PLC0415 - as above
    from benchmarks.engine.potentials import only_gases  # noqa: PLC0415 - as above
    from benchmarks.montecarlo import memory  # noqa: PLC0415 - as above

    head = ["alone in an interpreter", "ours, MB (with numba)", "against", "MB", "ratio"]
    rows = static.memory_rows(case)
    page.add("## Memory\n", "Peak resident memory.\n", table(head, rows))
    for row in rows:
        if row[2] in ("LCA", "FastScoresOnlyMultiLCA", "MultiLCA"):
            wanted = {"LCA": 3, "FastScoresOnlyMultiLCA": 2, "MultiLCA": 20}[row[2]]
            page.judge(f"memory, {row[0]}, against `{row[2]}`", float(row[4].split("x")[0]), wanted)
    folder.mkdir()
    found = memory.peaks(only_gases(system), folder)
    best = min(found[name] for name in ("IterativeLCA", "JacobiGMRESLCA"))
    lines = []
    for way, peak in found.items():
        wanted = ["", ""]
        if way.startswith("pcf"):
            title = f"memory, Monte Carlo, {way.removeprefix('pcf').strip(', ') or 'numba'}"
            wanted = [
                page.judge(f"{title}, against `LCA`", found["LCA"] / peak, 2),
                page.judge(f"{title}, against the best class", best / peak, 2),
            ]
        ratios = [f"{found['LCA'] / peak:.1f}x", wanted[0], f"{best / peak:.1f}x", wanted[1]]
        lines.append([way, f"{peak:.0f}", *ratios])
    head = ["Monte Carlo, one product, from file", "MB", "LCA / this", "wanted"]
    page.add(
        "\n1,024 draws of ours (64 with SciPy alone), 4 of bw2calc.\n",
        table([*head, "best class / this", "wanted"], lines),
        "",
    )
    third = float(rows[0][3]) / 3
    imported = found["import alone"]
    page.add(CANNOT.format(imported=imported, third=third, left=max(0.0, third - imported)))


def growth_part(page: Page, folder: Path) -> None:
    """Measure how cost grows."""
    from benchmarks.engine import static  # noqa: PLC0415 - the extra `bench`
    from benchmarks.engine.document import table  # noqa: PLC0415 - as above

    head = ["processes", "entries", "torn", "structure and values, ms", "values, ms"]
    head += ["all products, ms", "FastScoresOnlyMultiLCA, from file, ms", "a draw of all, ms"]
    page.add(
        "## How cost grows\n",
        table(head, static.growth_rows(folder)),
        "\nDraws of 1,000 processes have fewer terms than it takes to load kernels unasked: they "
        "are made with SciPy.\n",
    )


def real_part(page: Page, archives: dict[str, Path | None], rounds: int) -> None:
    """Measure the real systems that are at hand."""
    from benchmarks.engine import real  # noqa: PLC0415 - the extra `bench`
    from benchmarks.engine.document import table  # noqa: PLC0415 - as above
    from benchmarks.engine.static import CLIMATE, timed  # noqa: PLC0415 - as above
    from benchmarks.montecarlo import against_bw2calc as against  # noqa: PLC0415 - as above
    from pcf.inventory import assemble, intensities  # noqa: PLC0415 - as above

    titles = {
        "uslci": "USLCI, fiscal year 2018, first quarter",
        "premise": "the inventories in the wheel of premise",
    }
    page.add("## Two real systems\n")
    for name, title in titles.items():
        archive = archives[name]
        if archive is None:
            page.add(f"{title[0].upper()}{title[1:]}: not at hand in this run.\n")
            continue
        system = getattr(real, name)(archive)
        found = against.measured(system, rounds=rounds, accelerate=True)
        matrices = assemble(system)
        near, far = against.disagreement(found.run)
        plan = found.run.prepared.plan
        static = timed(lambda: intensities(system, CLIMATE), 5)  # noqa: B023 - called at once
        page.add(
            f"### {title[0].upper()}{title[1:]}\n",
            f"`{archive.name}`: {len(system.processes):,} processes, {matrices.technosphere.nnz:,} "
            f"entries, {0 if plan is None else plan.h} torn. All footprints, solved again and "
            f"checked: {static * 1e3:.2f} ms. Scores of all products differ from direct solves of "
            f"the same draws by {near:.0e} at the 99th percentile and {far:.0e} at most.\n",
            table(
                ["what", "ms a draw", "LCA / this", "", "best class / this", "", "scores drawn"],
                montecarlo_rows(page, "", found),
            ),
            "\nA single product of these stands on few others: take the row of all products. "
            "Kernels were asked for; a system this small does not load them by itself.\n",
        )


def main(arguments: Sequence[str]) -> None:
    """Measure, print the page, and write it if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[301, 302])
    parser.add_argument("--uslci", type=Path)
    parser.add_argument("--premise", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if find_spec("bw2calc") is None:
        print("bw2calc is not here (extra `bench`): nothing to compare with.")
        return
    with tempfile.TemporaryDirectory() as temporary:
        text = _measured(options, Path(temporary))
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


def _measured(options: argparse.Namespace, folder: Path) -> str:
    from benchmarks.engine.document import machine, table  # noqa: PLC0415 - the extra `bench`
    from benchmarks.engine.generator import generate  # noqa: PLC0415 - as above
    from pcf.inventory.sampling.layout import compiled_loops  # noqa: PLC0415 - as above
    from pcf.inventory.tearing import compiled  # noqa: PLC0415 - as above

    before = os.getloadavg()
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    if compiled.is_at_hand():
        compiled.kernels()
        compiled_loops()
    page = Page()
    page.add("## Static solves\n")
    cases = [static_part(page, folder, seed, options) for seed in options.seeds]
    page.add("## Monte Carlo\n", "Technosphere and greenhouse gases uncertain, errors <= 1e-6.\n")
    for seed in options.seeds:
        system = generate(options.processes, seed)
        title = f"{options.processes:,} processes, seed {seed}"
        found = montecarlo_part(page, system, title, options.rounds)
        page.add(limit_of_draws(found))
    memory_part(page, cases[-1], system, folder / "montecarlo")
    if not options.quick:
        growth_part(page, folder)
    real_part(page, {"uslci": options.uslci, "premise": options.premise}, options.rounds)
    page.add(UNFAIR)
    after = os.getloadavg()
    busy = "the machine was shared with other programs" if max(before[0], after[0]) > 3 else "quiet"
    head = HEAD.format(
        command=COMMAND,
        machine=machine(),
        day=dt.datetime.now(tz=dt.UTC).date(),
        before=", ".join(f"{each:.1f}" for each in before),
        after=", ".join(f"{each:.1f}" for each in after),
        busy=busy,
    )
    missed = [row for row in page.targets if "not" in row[3]]
    summary = (
        f"## What was wanted\n\n{len(page.targets) - len(missed)} of {len(page.targets)} targets "
        "were met in this run, each by one run alone.\n\n"
        + table(["target", "found", "wanted", ""], page.targets)
        + "\n"
    )
    return "\n".join([head, summary, *page.parts])


if __name__ == "__main__":
    main(sys.argv[1:])
