"""How is a technosphere taken apart? Pairing, loops, torn processes, order: from structure alone.

Every product is paired with one process (its own, where that entry is not zero). Loops are the
strong components of the links from suppliers to consumers; within them a feedback set is torn. What
is left has no loop and is solved in the order of supply, by levels: those of one level do not wait
for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import SolveError, problem
from pcf.inventory.tearing import wheel
from pcf.inventory.tearing.columns import column_of_entries, offsets
from pcf.inventory.tearing.feedback import feedback_set
from pcf.inventory.tearing.graphs import Links, levels, on_loops, reached
from pcf.inventory.tearing.plan import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.columns import Stored

    Positions = NDArray[np.int32]

_LOOPS = {"plan": "i4[] i4[] i4[]" + 9 * " i4[]!", "own_entries": "i4[] i4[] f8[]"}


def pair(technosphere: Stored) -> Positions | None:
    """Return (n) the process paired with each product, or None where each has its own.

    Where an own entry is zero, all are paired anew, so that the product of the paired entries, each
    taken relative to the largest of its column, is largest (as Duff and Koster 2001).

    Raises SolveError when products cannot be paired: the system is singular whatever its amounts.

    >>> from scipy.sparse import csc_array
    >>> pair(csc_array([[0.0, 1.0], [1.0, -0.5]]))
    array([1, 0], dtype=int32)
    """
    return None if _own_entries(technosphere) == technosphere.shape[0] else _matched(technosphere)


def _own_entries(technosphere: Stored) -> int:
    """Return how many products have an entry of their own process that is not zero."""
    if wheel.is_at_hand():
        places = technosphere.indptr, technosphere.indices
        given = (np.ascontiguousarray(each, dtype=np.int32) for each in places)
        return wheel.loops(_LOOPS)["own_entries"](*given, np.ascontiguousarray(technosphere.data))
    own = technosphere.indices == column_of_entries(technosphere)
    return int(np.count_nonzero(technosphere.data[own]))


def _matched(technosphere: Stored) -> Positions:
    from scipy.sparse import csc_array, csr_array  # noqa: PLC0415 - large, and seldom needed
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415 - as above

    n, entries = technosphere.shape[0], np.abs(technosphere.data)
    parts = entries, technosphere.indices, technosphere.indptr
    size = csr_array(csc_array(parts, (n, n)))
    size.eliminate_zeros()
    largest = size.max(axis=0).toarray().ravel()
    size.data = 1.0 + np.log(largest[size.indices] / size.data)
    try:
        products, processes = min_weight_full_bipartite_matching(size)
    except ValueError:
        raise SolveError(problem("system-singular")) from None
    paired = np.empty(n, dtype=np.int32)
    paired[products] = processes
    return paired


def analyse(technosphere: Stored, paired: Positions | None) -> Plan:
    """Return the plan of `technosphere` (canonical CSC), its products `paired` as `pair` says.

    >>> from scipy.sparse import csc_array
    >>> plan = analyse(csc_array([[1.0, -0.5], [-0.5, 1.0]]), None)
    >>> plan.h, plan.core_end, plan.starts
    (1, 2, array([0, 1, 2], dtype=int32))
    """
    return (_by_wheel if wheel.is_at_hand() else _by_hand)(technosphere, paired)


def _by_hand(technosphere: Stored, paired: Positions | None) -> Plan:
    n = technosphere.shape[0]
    consumers = column_of_entries(technosphere)
    suppliers = technosphere.indices if paired is None else paired[technosphere.indices]
    linking = suppliers != consumers
    links = Links(suppliers, consumers).those(linking)
    torn = _torn(n, links)
    part = _parts(n, links, torn)
    within = part[links.suppliers] == part[links.consumers]
    level = levels(n, links.those(within & ~torn[links.suppliers]))
    inputs = np.bincount(links.consumers, minlength=n)
    order = np.lexsort((inputs, level, torn, part)).astype(np.int32)
    positions = _inverse(order)
    torn_at = np.sort(positions[torn])
    place = positions.copy()
    place[order[torn_at]] = n + np.arange(len(torn_at), dtype=np.int32)
    takers = positions[links.consumers]
    sorted_ = np.argsort(takers, kind="stable")
    pivots = np.empty(n, dtype=np.int32)
    pivots[positions[consumers[~linking]]] = np.flatnonzero(~linking)
    return Plan(
        up_end=int((part == 0).sum()),
        core_end=int((part <= 1).sum()),
        order=order,
        positions=positions,
        products=order if paired is None else _inverse(paired)[order],
        torn=torn_at,
        starts=offsets(np.bincount(takers, minlength=n)),
        suppliers=place[links.suppliers[sorted_]],
        entries=np.flatnonzero(linking)[sorted_].astype(np.int32),
        pivots=pivots,
    )


def _by_wheel(technosphere: Stored, paired: Positions | None) -> Plan:
    """Return the same plan, found by the compiled loops."""
    n, entries = technosphere.shape[0], len(technosphere.indices)
    none = np.empty(0, dtype=np.int32)
    given = technosphere.indptr, technosphere.indices, none if paired is None else paired
    lengths = n, n, n, n, n + 1, entries - n, entries - n, n, 2
    arrays = [np.empty(length, dtype=np.int32) for length in lengths]
    loop = wheel.loops(_LOOPS)["plan"]
    h = loop(*(np.ascontiguousarray(each, dtype=np.int32) for each in given), *arrays)
    order, positions, products, torn, *rest, ends = arrays
    up_end, core_end = ends.tolist()
    return Plan(up_end, core_end, order, positions, products, torn[:h].copy(), *rest)


def _torn(n: int, links: Links) -> NDArray[np.bool_]:
    looped, component = on_loops(n, links)
    torn = np.zeros(n, dtype=np.bool_)
    if looped.any():
        renumbered = (np.cumsum(looped) - 1).astype(np.int32)
        inside = links.those(
            looped[links.suppliers] & (component[links.suppliers] == component[links.consumers])
        )
        inner = Links(renumbered[inside.suppliers], renumbered[inside.consumers])
        torn[looped] = feedback_set(int(looped.sum()), inner)
    return torn


def _parts(n: int, links: Links, torn: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return (n): 0 up, 1 core, 2 down."""
    descends = reached(n, links, torn)
    leads = reached(n, links.turned(), torn)
    return np.where(leads, np.where(descends, 1, 0), 2).astype(np.int8)


def _inverse(permutation: Positions) -> Positions:
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(len(permutation), dtype=permutation.dtype)
    return inverse
