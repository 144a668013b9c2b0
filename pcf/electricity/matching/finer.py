"""In which hours was a monthly certificate made? In those in which its plant was metered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.facts import SCHEMES
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching.amounts import in_proportion
from pcf.electricity.matching.canonical import ordered_supply, taken_rows
from pcf.electricity.matching.refusals import kwh
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.columns import SupplyColumns
    from pcf.electricity.facts import ProductionRecord
    from pcf.electricity.matching.arrays import Whole
    from pcf.errors import Problem


def by_hour(supply: SupplyColumns, records: Sequence[ProductionRecord]) -> SupplyColumns:
    """Return certificates of longer intervals divided over the hours that made them.

    The watt-hours of a row go to the metered hours of its device (`records` of the same kind of
    output) in proportion to what was made, by the largest remainder; its first positions are the
    earliest hours. What a certificate carries over from the month before, less than one
    certificate, goes with them. Rows of one hour stay as they are.

    Raises ModelError with every row whose hours were not metered, or made less than it.

    >>> from pcf.electricity.columns import supply_columns
    >>> from pcf.electricity.facts import Lot, ProductionRecord
    >>> hours = [Interval.read(f"2025-03-01T{h:02}:00Z/2025-03-01T{h + 1:02}:00Z") for h in (1, 2)]
    >>> made = [ProductionRecord("w", hour, energy) for hour, energy in zip(hours, (7, 3))]
    >>> lot = Lot("P1", 1, 10, "w", Interval(hours[0].start, hours[1].end), scheme="GC")
    >>> finer = by_hour(supply_columns([lot]), made)
    >>> finer.energy.tolist(), finer.start.tolist() == [hour.start for hour in hours]
    ([7, 3], True)
    """
    supply = ordered_supply(supply)
    long = supply.end - supply.start > HOUR
    left = _by_device(records)
    problems: list[Problem] = []
    rows, starts, energies = [], [], []
    for each in np.flatnonzero(long).tolist():
        hours, parts = _parts(supply, each, left, problems)
        rows.append(np.full(len(hours), each, dtype=np.int64))
        starts.append(hours)
        energies.append(parts)
    if problems:
        raise ModelError(*problems)
    plain = np.flatnonzero(~long)
    row = np.concatenate([plain, *rows])
    start = np.concatenate([supply.start[plain], *starts])
    end = np.concatenate([supply.end[plain], *(hours + HOUR for hours in starts)])
    energy = np.concatenate([supply.energy[plain], *energies])
    order = np.lexsort((start, row))
    row, start, end, energy = row[order], start[order], end[order], energy[order]
    before = np.cumsum(energy) - energy
    first = np.searchsorted(row, row)
    low = supply.low[row] + before - before[first]
    found = replace(taken_rows(supply, row), low=low, high=low + energy, start=start, end=end)
    return taken_rows(found, np.flatnonzero(energy))


def _by_device(records: Sequence[ProductionRecord]) -> dict[tuple[str, str], tuple[Whole, Whole]]:
    """Return the hours of each device and kind of output, and the watt-hours of each."""
    found: dict[tuple[str, str], dict[int, int]] = {}
    for record in records:
        if record.interval.seconds <= HOUR and record.interval.start % HOUR == 0:
            hours = found.setdefault((record.device, record.made), {})
            start = record.interval.start
            hours[start] = hours.get(start, 0) + record.energy
    return {
        name: (
            np.array(sorted(hours), dtype=np.int64),
            np.array([hours[start] for start in sorted(hours)], dtype=np.int64),
        )
        for name, hours in found.items()
    }


def _parts(
    supply: SupplyColumns,
    row: int,
    left: dict[tuple[str, str], tuple[Whole, Whole]],
    problems: list[Problem],
) -> tuple[Whole, Whole]:
    """Return the hours of a row and its part of each, and take the parts off what is left."""
    none = np.zeros(0, dtype=np.int64)
    hours, energy = left.get((supply.device[row], supply.made[row]), (none, none))
    low, high = np.searchsorted(hours, [supply.start[row], supply.end[row]]).tolist()
    total, there = int(supply.high[row] - supply.low[row]), energy[low:high]
    missing = total - int(there.sum())
    if high == low or missing >= SCHEMES[supply.scheme[row]].face:
        when = Interval(int(supply.start[row]), int(supply.end[row]))
        told = {"range": supply.range(row), "interval": when, "metered": kwh(int(there.sum()))}
        problems.append(problem("finer-short", supply.device[row], (), **told))
        return none, none
    one = np.zeros(1, dtype=np.int64)
    parts = in_proportion(there, one, np.array([total], dtype=np.int64))
    there -= parts
    parts = parts.copy()
    parts[0] += max(missing, 0)
    return hours[low:high], parts
