"""Which certificates prove a site's own power? Those of its plants, in the same period.

A kWh of own power with a certificate is one kWh: these legs prove what `OwnPower` counts already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.matching.cells import Cells, fill_cells
from pcf.electricity.matching.laying import Work
from pcf.electricity.matching.periods import periods_of

if TYPE_CHECKING:
    from pcf.electricity.matching.judged import Judged
    from pcf.electricity.matching.own import OwnPower


def fill_own(work: Work, judged: Judged, own: OwnPower) -> int:
    """Take own power off the open readings, and its certificates off the free ones.

    Return how many legs prove own power; they are the first ones of the plan.

    No example: `match` shows it.
    """
    np.subtract.at(work.open, own.demand, own.claimable)
    np.maximum(work.open, 0, out=work.open)
    offers, unit = judged.offers, judged.profile.unit
    sub = Work(
        policy=work.policy,
        free=work.free,
        open=own.claimable,
        low=work.low,
        order=work.order,
        weight=None,
        when=judged.needs.columns.start[own.demand],
    )
    need = judged.pairs.need[judged.needs.kind[own.demand]]
    period = judged.needs.period[own.demand]
    made = periods_of(offers.columns.start, unit)
    usable = (made >= offers.first) & (made <= offers.last)
    for kind, each in enumerate(offers.kinds):
        if not each.is_own or each.device_id not in own.names:
            continue
        rows = np.flatnonzero(offers.kind == kind)
        offer = int(judged.pairs.offer[kind])
        if offer >= 0:
            mine = (own.device == own.names.index(each.device_id)) & (need >= 0)
            asked = np.flatnonzero(mine & judged.pairs.allowed[offer][need])
            fits = rows[usable[rows] & (sub.free[rows] > 0)]
            low = int(made.min()) if len(made) else 0
            given, got = np.full(len(made), -1, np.int32), np.full(len(need), -1, np.int32)
            given[fits], got[asked] = made[fits] - low, period[asked] - low
            fill_cells(sub, Cells(given), Cells(got), "own")
        # Own power's certificates serve nothing else.
        work.free[rows] = 0
    supply, row, low_, energy = sub.legs.read()
    work.legs.write(supply, own.demand[row], low_, energy)
    work.tiers.update(sub.tiers)
    return sub.legs.count
