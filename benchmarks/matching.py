"""Matching at scale, beside HiGHS and a plain pandas loop: seconds, memory, the same answers.

Usage: python benchmarks/matching.py [CERTIFICATES]

A year of hours, 1,000 meters in 31 provinces and 10 million hourly certificates (or as many as are
asked for), matched by hour and province; then the same kind of problem small enough for a linear
program over all pairs (HiGHS) and for a loop over pandas groups. Each runs in an interpreter of its
own, whose peak memory is told; seconds are of the processor, so that other work does not count.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.columns import (
    FOREVER,
    DemandColumns,
    SupplyColumns,
    Texts,
    demand_columns,
    supply_columns,
)
from pcf.electricity.facts import ConsumptionRecord, Device, Lot
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import match
from pcf.electricity.profiles import read_profile
from pcf.model.coverage import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

HOURS, METERS, ZONES = 8760, 1000, 31
YEAR = Interval.read("2025")
PROVINCES = [code for code in places() if code.startswith("CN-") and "GRID" not in code][:ZONES]
PROFILE = read_profile("ENERGYTAG", {"zone": {"level": "province"}})
SMALL = (1_000, 50)
MIDDLE = (300_000, HOURS, 30, ZONES)


def problem(
    certificates: int, hours: int, meters: int, zones: int
) -> tuple[SupplyColumns, DemandColumns]:
    """Return certificates and readings: as many hours and meters, places in turn."""
    order = np.random.default_rng(7)
    devices = -(-certificates // hours)
    code = np.repeat(np.arange(devices, dtype=np.int32), hours)[:certificates]
    start = YEAR.start + np.tile(np.arange(hours, dtype=np.int64) * HOUR, devices)[:certificates]
    energy = order.integers(1_000, 200_000, certificates)
    low = np.cumsum(energy) - energy
    low -= low[(np.arange(certificates) // hours) * hours]
    names = tuple(f"plant {number:06}" for number in range(devices))
    plants = {
        name: Device(name, "wind", place=PROVINCES[number % zones])
        for number, name in enumerate(names)
    }
    supply = SupplyColumns(
        scheme=one("GC", certificates),
        series=Texts(names, code),
        low=low,
        high=low + energy,
        device=Texts(names, code),
        start=start,
        end=start + HOUR,
        owner=one("firm", certificates),
        made=one("exported", certificates),
        state=one("active", certificates),
        usable_until=constant(FOREVER, certificates),
        tradable=constant(-1, certificates).astype(np.int8),
        trades=constant(0, certificates).astype(np.int32),
        bound=one("", certificates),
        cancellation=one("", certificates),
        devices=plants,
    )
    return supply, readings(hours, meters, zones, order)


def readings(hours: int, meters: int, zones: int, order: np.random.Generator) -> DemandColumns:
    """Return readings of every meter in every hour."""
    count = hours * meters
    meter = np.repeat(np.arange(meters, dtype=np.int32), hours)
    start = YEAR.start + np.tile(np.arange(hours, dtype=np.int64) * HOUR, meters)
    return DemandColumns(
        meter=Texts(tuple(f"meter {number:04}" for number in range(meters)), meter),
        line=one("", count),
        product=one("", count),
        start=start,
        end=start + HOUR,
        energy=order.integers(1_000, 230_000, count),
        claimed=constant(0, count),
        consumer=one("firm", count),
        site=one("", count),
        place=Texts(tuple(PROVINCES[:zones]), meter % np.int32(zones)),
        measured=one("metered", count),
        within=one("", count),
        trial=constant(0, count).astype(np.bool_),
        evidence=one("", count),
    )


def one(text: str, count: int) -> Texts:
    """Return a column of one text that takes no memory."""
    return Texts((text,), np.broadcast_to(np.zeros(1, dtype=np.int32), count))


def constant(value: int, count: int) -> Whole:
    """Return a column of one number that takes no memory."""
    return np.broadcast_to(np.array([value], dtype=np.int64), count)


def cells(supply: SupplyColumns, demand: DemandColumns) -> tuple[Whole, Whole, int]:
    """Return the cell of each certificate and reading, written here a second time."""
    zone = {code: number for number, code in enumerate(PROVINCES)}
    of_device = np.array([zone[supply.devices[name].place] for name in supply.device.names])
    of_place = np.array([zone[name] for name in demand.place.names])
    made, used = ((each.start - YEAR.start) // HOUR for each in (supply, demand))
    return (
        made * ZONES + of_device[supply.device.codes],
        used * ZONES + of_place[demand.place.codes],
        HOURS * ZONES,
    )


def largest(supply: SupplyColumns, demand: DemandColumns) -> int:
    """Return the optimum: in each cell the lesser of both sums."""
    made, used, count = cells(supply, demand)
    sums = np.zeros((2, count), dtype=np.int64)
    np.add.at(sums[0], made, supply.energy)
    np.add.at(sums[1], used, demand.energy)
    return int(sums.min(axis=0).sum())


def require(found: float, expected: float) -> None:
    """Stop where an answer is not the optimum: a benchmark of wrong answers says nothing."""
    if abs(found - expected) > 1e-9 * expected:
        message = f"{found} Wh are matched, the optimum is {expected} Wh"
        raise ValueError(message)


def by_pcf(size: Sequence[int]) -> dict[str, float]:
    """Match with the library; return seconds, peak memory, legs and the optimum's check."""
    supply, demand = problem(*size)
    begun, wall = time.process_time(), time.perf_counter()
    plan = match(supply, demand, profile=PROFILE)
    seconds, wall = time.process_time() - begun, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    require(plan.covered, largest(supply, demand))
    return {"seconds": seconds, "wall": wall, "GB": memory, "legs": len(plan.legs)}


def monthly(lots: int, meters: int) -> tuple[SupplyColumns, DemandColumns]:
    """Return lots of two years and monthly readings of a year and a half, of one company."""
    order = np.random.default_rng(11)
    wind = Device("wind", "wind", place="CN-GS")
    months = [Interval.of_month(2024 + n // 12, n % 12 + 1) for n in range(24)]
    made = order.integers(0, len(months), lots).tolist()
    counts = order.integers(1, 900, lots).tolist()
    supply = supply_columns(
        [
            Lot(f"P{n:06}", 1, count, "wind", months[month], owner="firm")
            for n, (count, month) in enumerate(zip(counts, made, strict=True))
        ],
        [wind],
    )
    energy = order.integers(1, 900_000_000, (meters, 18)).tolist()
    demand = demand_columns(
        [
            ConsumptionRecord(f"M{n:04}", months[month + 6], each, consumer="firm", place="CN-GS")
            for n, row in enumerate(energy)
            for month, each in enumerate(row)
        ]
    )
    return supply, demand


def by_windows(size: Sequence[int]) -> dict[str, float]:
    """Match lots with windows of up to 24 months with the library."""
    supply, demand = monthly(*size)
    begun = time.process_time()
    plan = match(supply, demand, profile="CN-GEC-2024")
    return {
        "seconds": time.process_time() - begun,
        "legs": len(plan.legs),
        "covered": plan.covered,
    }


def by_highs(size: Sequence[int]) -> dict[str, float]:
    """Match the same by a linear program over all pairs."""
    from scipy.optimize import linprog  # noqa: PLC0415 - what is measured elsewhere lacks it
    from scipy.sparse import csr_array  # noqa: PLC0415 - as above

    supply, demand = monthly(*size)
    begun = time.process_time()
    january = np.array([Interval.read(str(2024 + n)).start for n in range(3)])
    first = january[np.searchsorted(january, supply.start, side="right") - 1]
    fits = (demand.start[None, :] >= first[:, None]) & (
        demand.end[None, :] <= supply.usable_until[:, None]
    )
    left, right = np.nonzero(fits)
    rows = np.concatenate([left, right + len(supply)])
    shape = (len(supply) + len(demand), len(left))
    places_ = (rows, np.tile(np.arange(len(left)), 2))
    matrix = csr_array((np.ones(2 * len(left)), places_), shape=shape)
    limits = np.concatenate([supply.energy, demand.energy])
    found = linprog(-np.ones(len(left)), A_ub=matrix, b_ub=limits, method="highs")
    return {
        "seconds": time.process_time() - begun,
        "legs": int((found.x > 0.5).sum()),
        "covered": -found.fun,
        "pairs": len(left),
    }


def by_pandas(size: Sequence[int]) -> dict[str, float]:
    """Match by a loop over groups of two data frames, as one would write it at first."""
    import pandas as pd  # noqa: PLC0415 - as above

    supply, demand = problem(*size)
    made, used, _ = cells(supply, demand)
    begun = time.process_time()
    certificates = pd.DataFrame({"cell": made, "energy": supply.energy})
    asked = dict(list(pd.DataFrame({"cell": used, "energy": demand.energy}).groupby("cell")))
    legs = []
    for cell, group in certificates.groupby("cell"):
        if cell not in asked:
            continue
        open_ = list(asked[cell]["energy"].items())
        for row, energy in group["energy"].items():
            while energy and open_:
                meter, wanted = open_[-1]
                step = min(energy, wanted)
                legs.append((row, meter, step))
                energy -= step  # noqa: PLW2901 - what is left of it
                if step == wanted:
                    open_.pop()
                else:
                    open_[-1] = (meter, wanted - step)
    seconds = time.process_time() - begun
    require(sum(leg[2] for leg in legs), largest(supply, demand))
    return {"seconds": seconds, "legs": len(legs)}


RUNS = {"pcf": by_pcf, "windows": by_windows, "highs": by_highs, "pandas": by_pandas}


def run(name: str, size: Sequence[int]) -> dict[str, float]:
    """Return what a run in an interpreter of its own tells."""
    command = [sys.executable, "-W", "ignore", __file__, "--run", name, *map(str, size)]
    return dict(
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    )


def table(certificates: int) -> str:
    """Return the results as Markdown tables."""
    full = (certificates, HOURS, METERS, ZONES)
    rows = [f"Python {platform.python_version()}, {certificates:,} certificates", ""]
    rows += ["| with | processor, s | clock, s | peak, GB | legs |", "|---|---:|---:|---:|---:|"]
    each = run("pcf", full)
    numbers = f"{each['seconds']:.1f} | {each['wall']:.1f} | {each['GB']:.2f}"
    rows.append(f"| pcf | {numbers} | {int(each['legs']):,} |")
    rows += ["", "| problem | peer, s | pcf, s | ratio |", "|---|---:|---:|---:|"]
    theirs, ours = run("highs", SMALL), run("windows", SMALL)
    require(ours["covered"], theirs["covered"])
    what = f"HiGHS: 24 months' validity, {int(theirs['pairs']):,} pairs"
    rows.append(compared(what, theirs["seconds"], ours["seconds"]))
    theirs, ours = run("pandas", MIDDLE), run("pcf", MIDDLE)
    what = f"pandas loop: {MIDDLE[0]:,} certificates, {MIDDLE[1] * MIDDLE[2]:,} readings"
    rows.append(compared(what, theirs["seconds"], ours["seconds"]))
    return "\n".join(rows)


def compared(what: str, peer: float, ours: float) -> str:
    """Return a row of two times and their ratio."""
    return f"| {what} | {peer:.2f} | {ours:.2f} | {peer / ours:.0f} |"


def main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["--run"]:
        print(json.dumps(RUNS[arguments[1]]([int(each) for each in arguments[2:]])))
        return
    print(table(int(arguments[0]) if arguments else 10_000_000))


if __name__ == "__main__":
    main(sys.argv[1:])
