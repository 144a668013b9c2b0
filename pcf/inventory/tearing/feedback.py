"""Which processes must be torn so that no loop is left.

A smallest such set is NP-hard to find. Three steps come close, all in plain Python: take away what
is on no loop, tear the process with the most links and begin again, and in the end give back every
torn process that closes no loop. For the last step the torn processes that reach a process are the
bits of one whole number, so one sweep in the order of supply finds them all.
"""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing.graphs import Neighbours, levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.graphs import Links


def feedback_set(n: int, links: Links) -> NDArray[np.bool_]:
    """Return (n): which of n processes to tear so that `links`, none to itself, hold no loop.

    >>> from pcf.inventory.tearing.graphs import Links
    >>> ring = Links(np.array([0, 1, 2, 3]), np.array([1, 2, 0, 2]))
    >>> int(feedback_set(4, ring).sum())
    1
    """
    suppliers = Neighbours.of(n, links.consumers, links.suppliers)
    consumers = Neighbours.of(n, links.suppliers, links.consumers)
    picked = _greedy(suppliers, consumers)
    torn = np.zeros(n, dtype=np.bool_)
    torn[picked] = True
    reach = _reaching(n, links, torn, picked, suppliers)
    cheapest = sorted(
        range(len(picked)), key=lambda t: len(suppliers[picked[t]]) * len(consumers[picked[t]])
    )
    torn[[picked[t] for t in _returned(reach, cheapest)]] = False
    return torn


def _greedy(suppliers: Neighbours, consumers: Neighbours) -> list[int]:
    """Return the torn: peel what is on no loop, else tear the most inputs times consumers."""
    inputs, outputs = suppliers.counts(), consumers.counts()
    alive = bytearray(b"\1" * len(inputs))
    sides = ((consumers, inputs), (suppliers, outputs))

    def peel(stack: list[int]) -> None:
        while stack:
            v = stack.pop()
            if alive[v]:
                alive[v] = 0
                for linked, left in sides:
                    for w in linked[v]:
                        left[w] -= 1
                        if not left[w]:
                            stack.append(w)

    peel([v for v in range(len(inputs)) if not (inputs[v] and outputs[v])])
    heap = [(-inputs[v] * outputs[v], v) for v in range(len(inputs)) if alive[v]]
    heapify(heap)
    picked = []
    while heap:
        links, v = heap[0]
        now = -inputs[v] * outputs[v]
        if alive[v] and now > links:
            heapreplace(heap, (now, v))
            continue
        heappop(heap)
        if alive[v]:
            picked.append(v)
            peel([v])
    return picked


def _reaching(
    n: int,
    links: Links,
    torn: NDArray[np.bool_],
    picked: list[int],
    suppliers: Neighbours,
) -> list[int]:
    """Return, for each picked, the picked that reach it through processes that are not torn."""
    bit = [0] * n
    for t, v in enumerate(picked):
        bit[v] = 1 << t
    reach = bit.copy()
    is_torn = torn.tolist()
    for v in np.argsort(levels(n, links.without_those_from(torn)), kind="stable").tolist():
        if not is_torn[v]:
            mask = 0
            for w in suppliers[v]:
                mask |= reach[w]
            reach[v] = mask
    found = []
    for v in picked:
        mask = 0
        for w in suppliers[v]:
            mask |= reach[w]
        found.append(mask)
    return found


def _returned(reach: list[int], order: list[int]) -> list[int]:
    """Return the positions in `reach` of the torn that close no loop when given back in `order`."""
    returned, undecided = [], order[::-1]
    while undecided:
        t = undecided.pop()
        here, own = 1 << t, reach[t]
        if not own & here:
            returned.append(t)
            for other in undecided:
                if reach[other] & here:
                    reach[other] |= own
    return returned
