"""Where does a system consume more than it makes? Its components, their loops, their gains.

With G[i, j] the runs of process i that one run of process j needs, a system without credits has an
answer with no negative run exactly if every strongly connected component of G has a spectral
radius below one (Hawkins and Simon 1949). Credits are no part of a loop's gain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, eye_array
from scipy.sparse.csgraph import connected_components

from pcf.errors import SolveError
from pcf.inventory.engine import factorise
from pcf.inventory.loops import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Positions = NDArray[np.intp]
    Entries = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]

_POWER_STEPS = 1000


def cycles(
    n: int, links: Entries, among: NDArray[np.bool_] | None = None
) -> Iterator[tuple[list[int], float, float]]:
    """Yield processes, gain and own gain of one loop of each component that consumes all it makes.

    `links` are providers, processes and runs; `among` (n) limits the search to components that hold
    one of the marked processes.

    >>> links = np.array([0, 1]), np.array([1, 0]), np.array([2.5, 0.5])
    >>> list(cycles(2, links))
    [([0, 1], 1.25, 1.25)]
    """
    providers, processes, runs = links
    needs = csr_array(coo_array((runs, (providers, processes)), shape=(n, n)))
    needs.eliminate_zeros()
    for component in _components(needs):
        if among is None or among[component].any():
            part = csc_array(needs[component][:, component])
            if not _is_productive(part):
                cycle, gain, own = _loop_in(part)
                yield [int(component[i]) for i in cycle], gain, own


def _components(needs: csr_array[np.float64] | csc_array[np.float64]) -> Iterator[Positions]:
    """Yield the strongly connected components that hold a loop, as sorted positions."""
    _, labels = connected_components(needs, directed=True, connection="strong")
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    looped = needs.diagonal() > 0
    for component in np.split(order, starts[1:]):
        if len(component) > 1 or looped[component[0]]:
            yield component


def _is_productive(needs: csc_array[np.float64]) -> bool:
    """Say whether (I - G) u = 1 has a positive answer, which it has exactly if all gains are < 1.

    (Semipositivity of M-matrices: Berman and Plemmons 1994, chapter 6, condition I27.)
    """
    n = needs.shape[0]
    if n == 1:
        return bool(needs.diagonal()[0] < ALL)
    try:
        u = factorise(csc_array(eye_array(n) - needs)).forward(np.ones(n)).values
    except SolveError:
        return False
    return bool(u.min() > 0)


def _loop_in(needs: csc_array[np.float64]) -> tuple[list[int], float, float]:
    """Return positions, gain and own gain of the dominant loop of an unproductive component.

    The search goes on in a smaller component that is unproductive by itself, so that in the end the
    rest has an answer without the first process, and its gain over all paths exists.
    """
    inside = np.arange(needs.shape[0])
    while True:
        part = csc_array(needs[inside][:, inside])
        cycle = _dominant_cycle(part)
        rest = np.delete(inside, cycle[0])
        smaller = next(_unproductive(needs, rest), None)
        if smaller is None:
            break
        inside = smaller
    steps = zip(cycle, cycle[1:] + cycle[:1], strict=True)
    own = float(np.prod([part[provider, process] for process, provider in steps]))
    return [int(inside[i]) for i in cycle], _gain_through(part, cycle[0]), own


def _unproductive(needs: csc_array[np.float64], rest: Positions) -> Iterator[Positions]:
    """Yield the components within `rest` that consume at least what they make."""
    if len(rest):
        for component in _components(csc_array(needs[rest][:, rest])):
            inside = rest[component]
            if not _is_productive(csc_array(needs[inside][:, inside])):
                yield inside


def _dominant_cycle(needs: csc_array[np.float64]) -> list[int]:
    """Follow from a process always the provider through whom most comes back, until one repeats.

    What comes back is measured by the dominant eigenvectors; the process through which most passes
    stands first.
    """
    back, through = _perron(csc_array(needs.T)), _perron(needs)
    passing = back * through
    path = [int(passing.argmax())]
    while True:
        start, end = needs.indptr[path[-1]], needs.indptr[path[-1] + 1]
        providers = needs.indices[start:end]
        best = int(providers[(back[providers] * needs.data[start:end]).argmax()])
        if best in path:
            break
        path.append(best)
    cycle = path[path.index(best) :]
    first = max(range(len(cycle)), key=lambda i: passing[cycle[i]])
    return cycle[first:] + cycle[:first]


def _perron(matrix: csc_array[np.float64]) -> NDArray[np.float64]:
    """Return the dominant eigenvector by the power iteration of I + G, which does not oscillate."""
    u = np.ones(matrix.shape[0])
    for _ in range(_POWER_STEPS):
        u = u + matrix @ u
        u /= u.max()
    return u


def _gain_through(needs: csc_array[np.float64], first: int) -> float:
    """Return how many runs of `first` one run of it needs over all paths."""
    rest = np.delete(np.arange(needs.shape[0]), first)
    own = float(needs[first, first])
    if len(rest) == 0:
        return own
    others = csc_array(eye_array(len(rest)) - needs[rest][:, rest])
    bought = factorise(others).forward(needs[rest][:, [first]].toarray().ravel()).values
    return own + float(np.asarray(needs[[first]][:, rest] @ bought)[0])
