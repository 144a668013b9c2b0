"""docs/performance.md, part by part: what is measured, what stands in the tables, what was wanted.

Targets are held against the quickest way that is at hand, and against SciPy alone where it has
targets of its own. `benchmarks.performance` runs it.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.engine import memory, real, static, words
from benchmarks.engine.document import machine, milliseconds, shown, table, times
from benchmarks.engine.generator import generate
from benchmarks.engine.potentials import CLIMATE, only_gases
from benchmarks.engine.static import timed
from benchmarks.engine.ways import ALONE, NUMBA, WHEEL, at_hand, provide, taking
from benchmarks.montecarlo import against_bw2calc as against
from benchmarks.montecarlo import memory as draws_memory
from pcf.inventory import assemble, intensities
from pcf.inventory.sampling.layout import compiled_loops
from pcf.inventory.tearing import compiled

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from benchmarks.montecarlo.against_bw2calc import Measured
    from pcf.model.systems import ProductSystem

DRAWS_WANTED = {against.ONE: (700, 60), against.ALL: (500, 45)}
"""Against `LCA` and against the best class of bw2calc."""
DRAWS_WANTED_ALONE = (25, 2)
MEMORY_WANTED = {"LCA": 3, "FastScoresOnlyMultiLCA": 2, "MultiLCA": 20}


@dataclass
class Page:
    """The parts of the page, the ways that are measured, and every target with what was found."""

    ways: list[str]
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


def page(options: argparse.Namespace, folder: Path) -> str:
    """Measure everything, and return the page; what is written on the way goes into `folder`."""
    before, of_wheel = os.getloadavg(), provide(folder / "kernels")
    found = Page(at_hand())
    if NUMBA in found.ways:  # from file means with the kernels loaded
        with taking(NUMBA):
            compiled.kernels()
            compiled_loops("numba")
    found.add("## Static solves\n")
    cases = [_static(found, folder, seed, options) for seed in options.seeds]
    found.add("## Monte Carlo\n", words.MONTE_CARLO)
    for seed in options.seeds:
        system = generate(options.processes, seed)
        _montecarlo(found, system, f"{options.processes:,} processes, seed {seed}", options.rounds)
    _memory(found, cases[-1], system, folder / "montecarlo")
    if not options.quick:
        _growth(found, folder)
    _real(found, {"uslci": options.uslci, "premise": options.premise}, options.rounds)
    found.add(words.CANNOT, words.UNFAIR)
    return "\n".join([_head(before, of_wheel), _summary(found), *found.parts])


def _head(before: tuple[float, float, float], of_wheel: str) -> str:
    after = os.getloadavg()
    busy = max(before[0], after[0]) > 3
    return words.HEAD.format(
        machine=machine(),
        of_wheel=of_wheel,
        day=dt.datetime.now(tz=dt.UTC).date(),
        before=", ".join(f"{each:.1f}" for each in before),
        after=", ".join(f"{each:.1f}" for each in after),
        busy="the machine was shared with other programs" if busy else "quiet",
    )


def _summary(found: Page) -> str:
    missed = [row for row in found.targets if "not" in row[3]]
    rows = table(["target", "found", "wanted", ""], found.targets)
    return words.SUMMARY.format(
        met=len(found.targets) - len(missed),
        all=len(found.targets),
        way=_called(found.ways[0]),
        table=rows,
    )


def _called(way: str) -> str:
    return {WHEEL: "the wheel", NUMBA: "numba"}.get(way, way)


def _static(found: Page, folder: Path, seed: int, options: argparse.Namespace) -> static.Case:
    """Measure static solves of one seed; return the case."""
    case = static.Case.made(folder / f"seed {seed}", options.processes, seed)
    took = static.measured(case, found.ways, options.rounds)
    rows = []
    for row in static.ROWS:
        ours = [took[f"{row.ours}, {way}"] for way in found.ways]
        for peer, (wanted, wanted_alone) in row.wanted.items():
            theirs = took[f"{row.theirs}, {peer}"]
            told = []
            if wanted:
                task = f"{row.task}, against `{peer}` (seed {seed})"
                told.append(found.judge(task, theirs / ours[0], wanted))
            if wanted_alone:
                task = f"{row.task}, SciPy alone, against `{peer}` (seed {seed})"
                told.append(f"alone {found.judge(task, theirs / ours[-1], wanted_alone)}")
            cells = [" / ".join(map(milliseconds, ours)), peer, milliseconds(theirs)]
            ratios = " / ".join(times(theirs / each) for each in ours)
            rows.append([row.task, *cells, ratios, "; ".join(told)])
    head = ["task", f"ours, ms: {' / '.join(found.ways)}", "against", "ms", "ratios", "wanted"]
    quickest = took[f"all, {found.ways[0]}"]
    found.add(
        f"### {options.processes:,} processes, seed {seed}\n",
        table(head, rows),
        f"\n{static.agreement(case)} {static.limit(case, quickest)}\n",
    )
    return case


def _montecarlo(found: Page, system: ProductSystem, title: str, rounds: int) -> None:
    """Measure draws of one system."""
    measured = against.measured(system, found.ways, rounds)
    run = measured.runs[f"{against.ALL}, {found.ways[0]}"]
    head = ["what", "ms a draw", "LCA / this", "wanted", "best class / this", "wanted"]
    found.add(
        f"### {title}\n",
        f"{len(run.prepared.terms.numbers):,} uncertain numbers, {_torn(measured, found)} torn "
        "processes.\n",
        table([*head, "scores drawn"], _draw_rows(found, title, measured)),
        f"\n{_checked(measured, found)}\n",
        _limit_of_draws(measured, found),
    )


def _draw_rows(found: Page, title: str, measured: Measured) -> list[list[str]]:
    """Return a row a subject: milliseconds, ratios, targets, and what was drawn."""
    plain, best = measured.took["LCA"], measured.took[measured.best]
    rows = []
    for name, took in measured.took.items():
        asked, _, way = name.rpartition(", ")
        limits = DRAWS_WANTED.get(asked) if way == found.ways[0] else None
        limits = DRAWS_WANTED_ALONE if way == ALONE else limits
        wanted = ["", ""]
        if limits and title:
            peers = (("LCA", plain, limits[0]), (measured.best, best, limits[1]))
            wanted = [
                found.judge(
                    f"Monte Carlo, {name}, against `{peer}` ({title})", theirs / took, least
                )
                for peer, theirs, least in peers
            ]
        ratios = [times(plain / took), wanted[0], times(best / took), wanted[1]]
        drawn = measured.scores[name]
        rows.append([name, shown(took), *ratios, f"{fmean(drawn):.4g} ± {stdev(drawn):.2g}"])
    return rows


def _torn(measured: Measured, found: Page) -> int:
    plan = measured.runs[f"{against.ALL}, {found.ways[0]}"].prepared.plan
    return 0 if plan is None else plan.h


def _checked(measured: Measured, found: Page) -> str:
    """Say how far draws are from direct solves, and the ways from each other."""
    with taking(found.ways[0]):
        near, far = against.disagreement(measured.runs[f"{against.ALL}, {found.ways[0]}"])
    return (
        f"Scores of all products differ from direct solves of the same draws by {near:.0e} at the "
        f"99th percentile and {far:.0e} at most; those of one product in the ways above from each "
        f"other by {against.apart(measured.runs):.0e} at most."
    )


def _limit_of_draws(measured: Measured, found: Page) -> str:
    """Say how far a draw is from moving its own bytes once."""
    name = f"{against.ONE}, {found.ways[0]}"
    run = measured.runs[name]
    layout = run.prepared.layout
    if layout is None:
        return ""
    block = np.ones(2**24)
    bandwidth = 2 * block.nbytes / timed(block.copy, 9)
    with taking(found.ways[0]):
        passes = float(np.mean(run.block(0, 64, 5).passes))
    drawn = 2 * 4 * layout.rows
    links = len(layout.varied.needs) + len(layout.certain.needs)
    moved = drawn + passes * (4 * layout.rows + links * (8 + 12 / 16))
    took = measured.took[name] / 1e3
    return words.LIMIT_OF_DRAWS.format(
        rows=layout.rows,
        drawn=drawn / 1e6,
        passes=passes,
        links=links,
        moved=moved / 1e6,
        bandwidth=bandwidth / 1e9,
        once=drawn / bandwidth * 1e3,
        every=moved / bandwidth * 1e3,
        over_once=times(took / (drawn / bandwidth)),
        over_every=times(took / (moved / bandwidth)),
    )


def _memory(found: Page, case: static.Case, system: ProductSystem, folder: Path) -> None:
    """Measure peak memory."""
    found.add("## Memory\n", words.MEMORY, table(*_static_memory(found, case)))
    folder.mkdir()
    peaks = draws_memory.peaks(only_gases(system), folder, found.ways)
    best = min(peaks[name] for name in draws_memory.ITERATIVE)
    lines = []
    for way, peak in peaks.items():
        wanted = ["", ""]
        if way == found.ways[0]:
            wanted = [
                found.judge("memory, Monte Carlo, against `LCA`", peaks["LCA"] / peak, 2),
                found.judge("memory, Monte Carlo, against the best class", best / peak, 2),
            ]
        ratios = [f"{peaks['LCA'] / peak:.1f}x", wanted[0], f"{best / peak:.1f}x", wanted[1]]
        name = f"pcf, {way}" if way in found.ways else way
        lines.append([name, f"{peak:.0f}", *ratios])
    head = ["Monte Carlo, one product, from file", "MB", "LCA / this", "wanted"]
    found.add(words.MEMORY_OF_DRAWS, table([*head, "best class / this", "wanted"], lines), "")


def _static_memory(found: Page, case: static.Case) -> tuple[list[str], list[list[str]]]:
    rows = []
    for flows, folder in {
        "gases only": case.folder,
        "all flows": case.folder / "all flows",
    }.items():
        for products, peers in ((1, memory.PEERS[:2]), (static.PORTFOLIO, memory.PEERS[2:])):
            ours = []
            for way in found.ways:
                case.forget()
                ours.append(memory.peak(way, folder, products))
            for peer in peers:
                theirs, wanted = memory.peak(peer, folder, products), MEMORY_WANTED[peer]
                task = f"from file, {flows}, products: {products:,}"
                told = found.judge(f"memory, {task}, against `{peer}`", theirs / ours[0], wanted)
                ratios = " / ".join(f"{theirs / each:.1f}x" for each in ours)
                cells = [" / ".join(f"{each:.0f}" for each in ours), peer, f"{theirs:.0f}"]
                rows.append([task, *cells, ratios, told])
    own, other = (memory.peak(name, case.folder) for name in ("import", "import bw2calc"))
    rows.append(["import", f"{own:.0f}", "import", f"{other:.0f}", times(other / own), ""])
    ways = " / ".join(f"{way}, loaded" if way == NUMBA else way for way in found.ways)
    return [
        "alone in an interpreter",
        f"ours, MB: {ways}",
        "against",
        "MB",
        "ratios",
        "wanted",
    ], rows


def _growth(found: Page, folder: Path) -> None:
    """Measure how cost grows."""
    head = ["processes", "entries", "torn", "structure and values, ms", "values, ms"]
    head += ["all products, ms", "FastScoresOnlyMultiLCA, from file, ms", "a draw of all, ms"]
    found.add("## How cost grows\n", table(head, static.growth_rows(folder)), "")


def _real(found: Page, archives: dict[str, Path | None], rounds: int) -> None:
    """Measure the real systems that are at hand."""
    found.add("## Two real systems\n")
    for name, title in words.REAL.items():
        archive = archives[name]
        if archive is None:
            found.add(f"{title}: not at hand in this run.\n")
            continue
        system = getattr(real, name)(archive)
        measured = against.measured(system, found.ways, rounds)
        entries = assemble(system).technosphere.nnz
        warm = timed(lambda: intensities(system, CLIMATE), 5)  # noqa: B023 - called at once
        found.add(
            f"### {title}\n",
            f"`{archive.name}`: {len(system.processes):,} processes, {entries:,} entries, "
            f"{_torn(measured, found)} torn. All footprints, solved again and checked: "
            f"{warm * 1e3:.2f} ms. {_checked(measured, found)}\n",
            table(
                ["what", "ms a draw", "LCA / this", "", "best class / this", "", "scores drawn"],
                _draw_rows(found, "", measured),
            ),
            words.REAL_REMARK,
        )
