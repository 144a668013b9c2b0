"""How are certificates matched that may be used over several periods? By a sweep through time.

Readings are taken period by period; each is served by what may be used then. Giving first what
expires first loses no coverage (Glover 1967, on convex bipartite graphs); every other order may,
and then the plan tells how much.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.electricity.matching.amounts import cell_starts, cell_sums
from pcf.electricity.matching.laying import Flows, givers, lay, takers

if TYPE_CHECKING:
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.laying import Work


_BY_ORDER = {"fifo", "lifo", "lowest_factor", "highest_factor", "lowest_price"}


class Spans(NamedTuple):
    """Rows of certificates: their part (rows of different parts never meet), first, last period."""

    rows: Whole
    part: Whole
    first: Whole
    last: Whole


def fill_intervals(work: Work, given: Spans, got: tuple[Whole, Whole, Whole], tier: str) -> None:
    """Match certificates with windows to readings, which are rows, parts and periods.

    No example: `match` shows it.
    """
    greedy = work.policy.name in _BY_ORDER
    inner = [work.order[given.rows]] if greedy else []
    keys = [given.part, given.first, given.last, *inner]
    supply, classes = givers(work, given.rows, keys)
    demand, asked = takers(work, got[0], [got[1], got[2]])
    if not len(supply.rows) or not len(demand.rows):
        return
    offered = cell_sums(work.free[supply.rows], supply.starts)
    wanted = cell_sums(work.open[demand.rows], demand.starts)
    soonest = classes[2]
    flows = _sweep(classes, soonest, offered, (asked, wanted))
    if greedy:
        best = int(flows.energy.sum())
        flows = _sweep(classes, classes[3], offered, (asked, wanted))
        work.gap += best - int(flows.energy.sum())
    if len(flows.energy):
        work.so_far()
        lay(work, supply, demand, flows, tier)


def _sweep(classes: Whole, key: Whole, offered: Whole, demand: tuple[Whole, Whole]) -> Flows:
    """Return flows between classes: part by part, period by period, the smallest key first."""
    asked, wanted = demand
    found: list[tuple[int, int, int]] = []
    first, last = (classes[row].tolist() for row in (1, 2))
    keys, left = key.tolist(), offered.tolist()
    by_first = np.lexsort((classes[1], classes[0]))
    starts = cell_starts(classes[0][by_first])
    runs = dict(
        zip(classes[0][by_first][starts].tolist(), np.split(by_first, starts[1:]), strict=True)
    )
    heap: list[tuple[int, int, int]] = []
    waiting: list[int] = []
    part = None
    for taker, (in_part, period, need) in enumerate(
        zip(asked[0].tolist(), asked[1].tolist(), wanted.tolist(), strict=True)
    ):
        if in_part != part:
            part, heap = in_part, []
            waiting = runs[part].tolist()[::-1] if part in runs else []
        while waiting and first[waiting[-1]] <= period:
            giver = waiting.pop()
            heappush(heap, (keys[giver], last[giver], giver))
        while need and heap:
            giver = heap[0][2]
            if last[giver] < period or not left[giver]:
                heappop(heap)
                continue
            step = min(need, left[giver])
            found.append((giver, taker, step))
            need -= step  # noqa: PLW2901 - what is left of it
            left[giver] -= step
    columns = np.array(found, dtype=np.int64).reshape(-1, 3)
    return Flows(columns[:, 0], columns[:, 1], columns[:, 2])
