"""Which tier solves which part? Offers and needs that meet, directly or through others, are a part.

bound      certificates that are kept for one site or meter, cell by cell, before wider ones.
cell       every certificate of the part may serve every reading of it, within one period.
interval   the same, over several periods.
class      anything else without limits.
corridor   parts with corridors that carry only so much.

Where users are nested (a meter within a site within a province) and narrower certificates have one
period, filling the narrowest cells first is an optimum: within a period the readings of a wider
cell are alike to what comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.corridors import Limits
    from pcf.electricity.matching.pairs import Pairs


BOUND, CELL, INTERVAL, CLASS, CORRIDOR = "bound", "cell", "interval", "class", "corridor"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Offers that are matched together by one tier; `users` numbers the set of needs of each.

    `offers` are their numbers; `of_need` is the set to which each need belongs, or -1.
    """

    tier: str
    offers: Whole
    users: Whole
    of_need: Whole


def steps(allowed: Flags, pairs: Pairs, several: Flags, limits: Limits | None) -> list[Step]:
    """Return the steps of a plan in their order; `several` are offers with more than one period.

    No example: `match` shows it.
    """
    offers = np.flatnonzero(allowed.any(axis=1))
    if not len(offers):
        return []
    sets, users = np.unique(allowed[offers], axis=0, return_inverse=True)
    users = users.reshape(-1).astype(np.int64)
    parts = _parts(sets)
    long = np.zeros(len(sets), dtype=np.bool_)
    np.logical_or.at(long, users, several[offers])
    limited = np.zeros(len(sets), dtype=np.bool_)
    if limits is not None:
        narrow = (limits.corridor[offers] >= 0).any(axis=1)
        np.logical_or.at(limited, users, narrow)
    tier, height = _tiers(sets, parts, long, limited)
    kept = np.array([bool(each.kept) or bool(each.first) for each in pairs.offers])
    found = []
    for level in np.unique(height).tolist():
        for name in (CELL, INTERVAL, CLASS, CORRIDOR):
            chosen = (height == level) & (tier == name)
            rows = np.flatnonzero(chosen[users])
            if not len(rows):
                continue
            all_kept = name == CELL and kept[offers[rows]].all()
            of_need = _member(sets, np.flatnonzero(chosen))
            label = BOUND if all_kept else name
            found.append(Step(label, offers[rows], users[rows], of_need))
    return found


def _member(sets: Flags, chosen: Whole) -> Whole:
    """Return for each need the one chosen set that holds it, or -1."""
    found = np.full(sets.shape[1], -1, dtype=np.int64)
    for each in chosen.tolist():
        found[sets[each]] = each
    return found


def _parts(sets: Flags) -> Whole:
    """Return the part of each set: sets that share a need belong together."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - loads slowly, and few ask
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - as above

    meets = csr_array(sets.astype(np.int32))
    return connected_components(meets @ meets.T, directed=False)[1].astype(np.int64)


def _tiers(
    sets: Flags, parts: Whole, long: Flags, limited: Flags
) -> tuple[NDArray[np.str_], Whole]:
    """Return the tier of each set, and how many narrower sets stand one in another below it."""
    tier = np.full(len(sets), CELL, dtype="U8")
    height = np.zeros(len(sets), dtype=np.int64)
    for part in np.unique(parts).tolist():
        rows = np.flatnonzero(parts == part)
        widest = rows[int(np.argmax(sets[rows].sum(axis=1)))]
        narrow = rows[rows != widest]
        if limited[rows].any():
            tier[rows] = CORRIDOR
        elif not len(narrow):
            tier[rows] = INTERVAL if long[widest] else CELL
        elif long[narrow].any() or not _nested(sets[rows]):
            tier[rows] = CLASS
        else:
            height[rows] = _heights(sets[rows])
            tier[widest] = INTERVAL if long[widest] else CELL
    return tier, height


def _nested(sets: Flags) -> bool:
    """Tell whether any two sets are apart or one within the other."""
    size = sets.sum(axis=1)
    shared = sets.astype(np.float32) @ sets.astype(np.float32).T
    return bool(((shared == 0) | (shared == np.minimum(size[:, None], size[None, :]))).all())


def _heights(sets: Flags) -> Whole:
    """Return for each of some nested sets the longest chain of sets within it."""
    height = np.zeros(len(sets), dtype=np.int64)
    for row in np.argsort(sets.sum(axis=1), kind="stable").tolist():
        within = ~(sets & ~sets[row]).any(axis=1)
        within[row] = False
        if within.any():
            height[row] = height[within].max() + 1
    return height
