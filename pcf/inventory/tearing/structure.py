"""How is a technosphere taken apart? Pairing, loops, torn processes, order: from structure alone.

Every product is paired with one process (its own, where that entry is not zero). Loops are the
strong components of the links from suppliers to consumers; within them a feedback set is torn. What
is left has no loop and is solved in the order of supply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from pcf.errors import SolveError, problem
from pcf.inventory.tearing.feedback import feedback_set
from pcf.inventory.tearing.graphs import Links, on_loops, reached, supply_order
from pcf.inventory.tearing.plan import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    Positions = NDArray[np.int32]


def pair(technosphere: csc_array[np.float64]) -> Positions | None:
    """Return (n) the process paired with each product, or None where each has its own.

    Where an own entry is zero, all are paired anew, so that the product of the paired entries, each
    taken relative to the largest of its column, is largest (as Duff and Koster 2001).

    Raises SolveError when products cannot be paired: the system is singular whatever its amounts.

    >>> from scipy.sparse import csc_array
    >>> pair(csc_array([[0.0, 1.0], [1.0, -0.5]]))
    array([1, 0], dtype=int32)
    """
    n = technosphere.shape[0]
    columns = np.repeat(np.arange(n, dtype=np.int32), np.diff(technosphere.indptr))
    if np.count_nonzero(technosphere.data[technosphere.indices == columns]) == n:
        return None
    size = csr_array(abs(technosphere))
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


def analyse(technosphere: csc_array[np.float64], paired: Positions | None) -> Plan:
    """Return the plan of `technosphere` (canonical CSC), its products `paired` as `pair` says.

    >>> from scipy.sparse import csc_array
    >>> plan = analyse(csc_array([[1.0, -0.5], [-0.5, 1.0]]), None)
    >>> plan.h, plan.core_end, plan.starts
    (1, 2, array([0, 1, 2], dtype=int32))
    """
    n = technosphere.shape[0]
    consumers = np.repeat(np.arange(n, dtype=np.int32), np.diff(technosphere.indptr))
    suppliers = technosphere.indices if paired is None else paired[technosphere.indices]
    linking = suppliers != consumers
    links = Links(suppliers, consumers).those(linking)
    torn = _torn(n, links)
    part = _parts(n, links, torn)
    ranks = np.empty(n, dtype=np.int64)
    ranks[supply_order(n, links.without_those_from(torn))] = np.arange(n)
    order = np.lexsort((ranks, torn, part)).astype(np.int32)
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
        starts=_offsets(np.bincount(takers, minlength=n)),
        suppliers=place[links.suppliers[sorted_]],
        entries=np.flatnonzero(linking)[sorted_].astype(np.int32),
        pivots=pivots,
    )


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


def _offsets(counts: NDArray[np.int64]) -> Positions:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
