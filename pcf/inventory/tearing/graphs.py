"""What links between processes tell without their amounts.

SciPy's compiled searches do the work, so that a chain of 100,000 processes needs neither recursion
nor 100,000 steps in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int32] | NDArray[np.int64]


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

    def graph(self, n: int) -> csr_array[np.int8]:
        """Return (n x n): row = supplier, column = consumer."""
        ones = np.ones(len(self), dtype=np.int8)
        return csr_array(coo_array((ones, (self.suppliers, self.consumers)), shape=(n, n)))


def on_loops(n: int, links: Links) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Return (n) which processes are on a loop and (n) the label of each one's component.

    >>> on_loops(3, Links(np.array([0, 1, 0]), np.array([1, 0, 2])))[0]
    array([ True,  True, False])
    """
    _, labels = connected_components(links.graph(n), directed=True, connection="strong")
    return np.bincount(labels)[labels] > 1, labels


def reached(n: int, links: Links, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (n): what can be reached from the marked processes, themselves included.

    >>> reached(3, Links(np.array([0, 1]), np.array([1, 2])), np.array([False, True, False]))
    array([False,  True,  True])
    """
    first = np.flatnonzero(start).astype(np.int32)
    origin = np.full(len(first), n, dtype=np.int32)
    wider = Links(
        np.concatenate([links.suppliers, origin]), np.concatenate([links.consumers, first])
    )
    found = np.zeros(n + 1, dtype=np.bool_)
    found[breadth_first_order(wider.graph(n + 1), n, return_predecessors=False)] = True
    return found[:n]


def supply_order(n: int, links: Links) -> NDArray[np.int64]:
    """Return (n) the processes with every supplier before its consumers; `links` hold no loop.

    SciPy numbers strong components in the order in which its search leaves them, which for links
    without loops is an order of supply, forwards or backwards. It does not promise so: the order
    is checked, and found in rounds if need be.

    >>> supply_order(3, Links(np.array([2, 1]), np.array([1, 0])))
    array([2, 1, 0])
    """
    _, rank = connected_components(links.graph(n), directed=True, connection="strong")
    ahead = rank[links.consumers] > rank[links.suppliers]
    if ahead.all():
        return np.argsort(rank, kind="stable")
    if not ahead.any() and len(np.unique(rank)) == n:
        return np.argsort(-rank, kind="stable")
    return _in_rounds(n, links)


def _in_rounds(n: int, links: Links) -> NDArray[np.int64]:
    """Return an order of supply by taking away what no longer waits for a supplier (Kahn 1962)."""
    _, consumers = neighbours(n, links)
    waiting = np.bincount(links.consumers, minlength=n).tolist()
    ready = [v for v in range(n) if not waiting[v]]
    for v in ready:
        for w in consumers[v]:
            waiting[w] -= 1
            if not waiting[w]:
                ready.append(w)
    return np.array(ready, dtype=np.int64)


def neighbours(n: int, links: Links) -> tuple[list[list[int]], list[list[int]]]:
    """Return the suppliers and the consumers of each of n processes, as lists.

    >>> neighbours(2, Links(np.array([0]), np.array([1])))
    ([[], [0]], [[1], []])
    """
    return _grouped(n, links.consumers, links.suppliers), _grouped(
        n, links.suppliers, links.consumers
    )


def _grouped(n: int, by: Indices, what: Indices) -> list[list[int]]:
    ends = np.cumsum(np.bincount(by, minlength=n)).tolist()
    listed = what[np.argsort(by, kind="stable")].tolist()
    return [listed[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
