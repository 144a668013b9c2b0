"""What links between processes tell without their amounts.

Plain loops over arrays as they lie in memory: a chain of 100,000 processes needs no recursion, and
no list of each one's neighbours is made. Where SciPy is loaded already, it finds components; which
of the two does makes no difference to a plan. With the compiled wheel neither is asked.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing.columns import offsets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Indices = NDArray[np.int32] | NDArray[np.int64]

_MANY = 1_000_000
"""Links for which loading SciPy takes less time than plain loops."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links between processes: each entry leads from a supplier to a consumer."""

    suppliers: Indices
    consumers: Indices

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.suppliers)

    def those(self, which: NDArray[np.bool_]) -> Links:
        """Return the marked links."""
        return Links(self.suppliers[which], self.consumers[which])

    def without_those_from(self, processes: NDArray[np.bool_]) -> Links:
        """Return the links whose supplier is not marked."""
        return self.those(~processes[self.suppliers])

    def turned(self) -> Links:
        """Return every link the other way round."""
        return Links(self.consumers, self.suppliers)


def on_loops(n: int, links: Links) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Return (n) which processes are on a loop and (n) the label of each one's component.

    >>> on_loops(3, Links(np.array([0, 1, 0]), np.array([1, 0, 2])))[0]
    array([ True,  True, False])
    """
    labels = _by_scipy(n, links) if _is_worth_scipy(links) else _components(n, links)
    return np.bincount(labels, minlength=1)[labels] > 1, labels


def _is_worth_scipy(links: Links) -> bool:
    """Say whether SciPy searches, which is quicker: where it is loaded, or there is much to do."""
    return "scipy.sparse.csgraph" in sys.modules or len(links) > _MANY


def _by_scipy(n: int, links: Links) -> NDArray[np.int32]:
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - large, and seldom worth loading
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - as above

    ones = np.ones(len(links), dtype=np.int8)
    graph = csr_array(coo_array((ones, (links.suppliers, links.consumers)), shape=(n, n)))
    return connected_components(graph, directed=True, connection="strong")[1]


def _components(n: int, links: Links) -> NDArray[np.int32]:
    """Return (n) the label of each process's strong component (Tarjan 1972), without recursion."""
    consumers = Neighbours.of(n, links.suppliers, links.consumers)
    starts, linked = consumers.starts, consumers.linked
    following, found, low = starts[:-1].tolist(), [-1] * n, [0] * n
    component, labels = np.full(n, -1, dtype=np.int32), 0
    label, open_, count = component.data, [], 0
    for root in range(n):
        path = [root] if found[root] < 0 else []
        while path:
            v = path[-1]
            if found[v] < 0:
                found[v] = low[v] = count
                count += 1
                open_.append(v)
            for at in range(following[v], starts[v + 1]):
                w = linked[at]
                if found[w] < 0:
                    following[v] = at + 1
                    path.append(w)
                    break
                if label[w] < 0 and found[w] < low[v]:
                    low[v] = found[w]
            else:
                path.pop()
                if low[v] == found[v]:
                    while label[v] < 0:
                        label[open_.pop()] = labels
                    labels += 1
                if path and low[v] < low[path[-1]]:
                    low[path[-1]] = low[v]
    return component


def reached(n: int, links: Links, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (n): what can be reached from the marked processes, themselves included.

    >>> reached(3, Links(np.array([0, 1]), np.array([1, 2])), np.array([False, True, False]))
    array([False,  True,  True])
    """
    consumers = Neighbours.of(n, links.suppliers, links.consumers)
    found = bytearray(start.astype(np.uint8))
    ready = np.flatnonzero(start).tolist()
    for v in ready:
        for w in consumers[v]:
            if not found[w]:
                found[w] = 1
                ready.append(w)
    return np.frombuffer(found, dtype=np.bool_)


def levels(n: int, links: Links) -> NDArray[np.int32]:
    """Return (n) the most links that lead to each process one after the other; none is on a loop.

    Suppliers stand on lower levels than their consumers (Kahn 1962). Raises ValueError where links
    hold a loop.

    >>> levels(4, Links(np.array([2, 1, 2]), np.array([1, 0, 0])))
    array([2, 1, 0, 0], dtype=int32)
    """
    consumers = Neighbours.of(n, links.suppliers, links.consumers)
    waiting = np.bincount(links.consumers, minlength=n).astype(np.int32)
    level = np.zeros(n, dtype=np.int32)
    ready = np.flatnonzero(waiting == 0).tolist()
    left, found = waiting.data, level.data
    for v in ready:
        above = found[v] + 1
        for w in consumers[v]:
            left[w] -= 1
            if not left[w]:
                found[w] = above  # the last supplier to be reached is on the highest level
                ready.append(w)
    if len(ready) < n:
        raise ValueError("a loop has no levels")
    return level


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The neighbours of each process on one side, in two arrays; `[v]` gives those of v.

    >>> consumers = Neighbours.of(3, np.array([2, 0, 0]), np.array([1, 1, 2]))
    >>> list(consumers[0]), list(consumers[1]), consumers.counts()
    ([1, 2], [], [2, 0, 1])
    """

    starts: memoryview
    linked: memoryview

    @classmethod
    def of(cls, n: int, by: Indices, what: Indices) -> Neighbours:
        """Return the `what` of all links grouped `by` the other side."""
        grouped = what[np.argsort(by, kind="stable")]
        starts = offsets(np.bincount(by, minlength=n))
        return cls(starts.data, grouped.data)

    def __getitem__(self, v: int) -> Sequence[int]:
        """Return the neighbours of process v."""
        return self.linked[self.starts[v] : self.starts[v + 1]]

    def __len__(self) -> int:
        """Return the number of processes."""
        return len(self.starts) - 1

    def counts(self) -> list[int]:
        """Return how many neighbours each process has."""
        counts: list[int] = np.diff(np.asarray(self.starts)).tolist()
        return counts
