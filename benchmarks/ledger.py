"""How fast is the ledger of certificates? Beside one row a leg in plain SQLite, in one run.

Usage: python benchmarks/ledger.py [LOTS ...]      (by default 50000 100000 200000)

Hourly granular certificates of wind farms, meters by the hour, every hour matched: the lots are
recorded, the registry's cancellation, the claim with all its legs in one batch, and the audit. The
peer writes each leg as a row and takes its watt-hours from lot and meter with conditional updates,
20,000 to a commit, equally durable; it keeps no log, no digests and no proof.
"""

from __future__ import annotations

import platform
import sqlite3
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.columns import FOREVER, Claim, DemandColumns, Legs, SupplyColumns, Texts
from pcf.electricity.facts import Cancellation, Device, Facts, WhRange
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

FIRM, YEAR = "F", Interval.read("2025")
HOURS = YEAR.seconds // HOUR


def names(letter: str, count: int, code: Whole) -> Texts:
    return Texts(tuple(f"{letter}{number}" for number in range(count)), code.astype(np.int32))


def supply(farms: int, rng: np.random.Generator) -> SupplyColumns:
    """Return a lot for each hour of each farm, serials running through the year."""
    count = farms * HOURS
    farm, hour = np.divmod(np.arange(count), HOURS)
    ends = rng.integers(100, 900, count).reshape(farms, HOURS).cumsum(axis=1)
    low = np.concatenate((np.zeros((farms, 1), dtype=np.int64), ends[:, :-1]), axis=1)
    same = Texts.same("", count)
    return SupplyColumns(
        scheme=Texts.same("GC", count),
        series=names("S", farms, farm),
        low=low.ravel(),
        high=ends.ravel(),
        device=names("D", farms, farm),
        start=YEAR.start + HOUR * hour,
        end=YEAR.start + HOUR * (hour + 1),
        owner=Texts.same(FIRM, count),
        made=Texts.same("exported", count),
        state=Texts.same("active", count),
        usable_until=np.full(count, FOREVER),
        tradable=np.ones(count, dtype=np.int8),
        trades=np.zeros(count, dtype=np.int32),
        bound=same,
        cancellation=same,
    )


def demand(meters: int, rng: np.random.Generator) -> DemandColumns:
    count = meters * HOURS
    meter, hour = np.divmod(np.arange(count), HOURS)
    none = Texts.same("", count)
    return DemandColumns(
        meter=names("M", meters, meter),
        line=none,
        product=none,
        start=YEAR.start + HOUR * hour,
        end=YEAR.start + HOUR * (hour + 1),
        energy=rng.integers(200, 1300, count),
        claimed=np.zeros(count, dtype=np.int64),
        consumer=Texts.same(FIRM, count),
        site=none,
        place=none,
        measured=Texts.same("metered", count),
        within=none,
        trial=np.zeros(count, dtype=np.bool_),
        evidence=none,
    )


def matched(lots: SupplyColumns, uses: DemandColumns) -> Legs:
    """Return the legs of each hour, lots and meters in their order: enough for a benchmark."""
    by_lot, by_use = np.argsort(lots.start, kind="stable"), np.argsort(uses.start, kind="stable")
    hour_lot, hour_use = ((each - YEAR.start) // HOUR for each in (lots.start, uses.start))
    made, used = lots.energy[by_lot], uses.energy[by_use]
    room = np.zeros((2, HOURS), dtype=np.int64)
    np.add.at(room[0], hour_lot, lots.energy)
    np.add.at(room[1], hour_use, uses.energy)
    base = np.concatenate(([0], room.max(axis=0).cumsum()[:-1]))

    def starts(energy: Whole, hour: Whole, total: Whole) -> Whole:
        before = np.concatenate(([0], total.cumsum()[:-1]))
        return energy.cumsum() - energy - before[hour] + base[hour]

    lot_start = starts(made, hour_lot[by_lot], room[0])
    use_start = starts(used, hour_use[by_use], room[1])
    cuts = np.sort(np.concatenate((lot_start, lot_start + made, use_start, use_start + used)))
    low, high = cuts[:-1], cuts[1:]
    lot = np.searchsorted(lot_start, low, side="right") - 1
    use = np.searchsorted(use_start, low, side="right") - 1
    keep = (low < high) & (low < (lot_start + made)[lot]) & (low < (use_start + used)[use])
    low, high, lot, use = low[keep], high[keep], lot[keep], use[keep]
    first = lots.low[by_lot[lot]] + low - lot_start[lot]
    return Legs(lots, uses, by_lot[lot], by_use[use], first, high - low)


def timed(rows: dict[str, float], name: str, work: Callable[[], object]) -> object:
    """Run `work`; note its seconds of wall clock and of processor."""
    wall, processor = perf_counter(), process_time()
    found = work()
    rows[name] = perf_counter() - wall
    rows[f"{name}, processor"] = process_time() - processor
    return found


def measure(farms: int, folder: Path) -> dict[str, float]:
    """Return seconds and counts for so many farms over a year of hours."""
    rng = np.random.default_rng(1)
    lots, uses = supply(farms, rng), demand(max(farms * 2 // 3, 1), rng)
    rows: dict[str, float] = {"lots": len(lots), "records": len(uses)}
    devices = tuple(Device(f"D{each}", "wind") for each in range(farms))
    with open_ledger(folder / f"{farms}.db") as ledger:
        ledger.record(Facts(devices=devices))
        timed(rows, "record lots", lambda: ledger.record(lots))
        timed(rows, "audit of lots", ledger.audit)
        timed(rows, "record meters", lambda: ledger.record(uses))
        legs = matched(ledger.supply(), ledger.demand())
        rows["legs"] = len(legs)
        ranges = tuple(
            WhRange(f"S{each}", 0, int(lots.high[(each + 1) * HOURS - 1]), "GC")
            for each in range(farms)
        )
        record = Cancellation("HX", date(2026, 1, 5), FIRM, ranges)
        timed(rows, "cancel", lambda: ledger.record(record))
        claim = Claim("K", FIRM, YEAR, legs)
        timed(rows, "commit legs", lambda: ledger.commit(claim))
        _require(ledger, rows)
    rows["bytes"] = (folder / f"{farms}.db").stat().st_size
    timed(rows, "peer", lambda: plain(legs, folder / f"{farms} plain.db"))
    return rows


def _require(ledger: Ledger, rows: dict[str, float]) -> None:
    found = timed(rows, "audit", ledger.audit)
    if not found.ok:
        raise SystemExit(str(found))


def plain(legs: Legs, path: Path) -> None:
    """Write the legs as a plain programme would: a row for each, and two conditional updates."""
    made, used = legs.supply_columns.energy, legs.demand_columns.energy
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("CREATE TABLE lot (number INTEGER PRIMARY KEY, free INTEGER)")
    connection.execute("CREATE TABLE usage (number INTEGER PRIMARY KEY, open INTEGER)")
    connection.execute("CREATE TABLE leg (lot INTEGER, usage INTEGER, energy INTEGER)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO lot VALUES (?, ?)", enumerate(made.tolist()))
    connection.executemany("INSERT INTO usage VALUES (?, ?)", enumerate(used.tolist()))
    connection.execute("COMMIT")
    columns = (legs.supply.tolist(), legs.demand.tolist(), legs.energy.tolist())
    rows = list(zip(*columns, strict=True))
    for start in range(0, len(rows), 20_000):
        part = rows[start : start + 20_000]
        connection.execute("BEGIN IMMEDIATE")
        for lot, use, energy in part:
            taken = connection.execute(
                "UPDATE lot SET free = free - ? WHERE number = ? AND free >= ?",
                (energy, lot, energy),
            ).rowcount
            given = connection.execute(
                "UPDATE usage SET open = open - ? WHERE number = ? AND open >= ?",
                (energy, use, energy),
            ).rowcount
            if (taken, given) != (1, 1):
                raise SystemExit("the plain programme ran out of watt-hours")
            connection.execute("INSERT INTO leg VALUES (?, ?, ?)", (lot, use, energy))
        connection.execute("COMMIT")
    connection.close()


def table(results: Sequence[dict[str, float]]) -> str:
    """Return the results as a Markdown table."""
    lines = [f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}", ""]
    lines.append("| what | " + " | ".join(f"{row['lots']:,.0f} lots" for row in results) + " |")
    lines.append("|---|" + "---:|" * len(results))

    def add(name: str, values: Sequence[str]) -> None:
        lines.append(f"| {name} | " + " | ".join(values) + " |")

    add("consumption records", [f"{row['records']:,.0f}" for row in results])
    add("legs", [f"{row['legs']:,.0f}" for row in results])
    steps = ("record lots", "audit of lots", "record meters", "cancel", "commit legs", "audit")
    for name in steps:
        cells = [f"{row[name]:.2f} ({row[f'{name}, processor']:.2f})" for row in results]
        add(f"{name}, s (processor)", cells)
    add("legs committed a second", [f"{row['legs'] / row['commit legs']:,.0f}" for row in results])
    add("one row a leg, legs a second", [f"{row['legs'] / row['peer']:,.0f}" for row in results])
    add("ratio", [f"{row['peer'] / row['commit legs']:.1f}" for row in results])
    add("MB on disk", [f"{row['bytes'] / 1e6:.0f}" for row in results])
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    sizes = [int(each) for each in arguments] or [50_000, 100_000, 200_000]
    with tempfile.TemporaryDirectory() as folder:
        print(table([measure(max(size // HOURS, 1), Path(folder)) for size in sizes]))


if __name__ == "__main__":
    main(sys.argv[1:])
