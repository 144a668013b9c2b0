"""Which loops are worth compiling? Plain Python, to be read and run without numba.

`compiled` gives numba's form of them. Names, layout and meaning of the arrays are told in
`pcf.inventory.tearing`. In the kernels that end on 16, sixteen right-hand sides travel together as
the lanes of one vector: rows of C-contiguous arrays (., 16); when compiled, `load`, `store` and
`fma1` are vector instructions (`lanes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing.lanes import LANES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Positions = NDArray[np.int32]


def load(rows: Vector, k: int) -> Vector:
    """Return row k as lanes."""
    return np.array(rows[k])


def store(rows: Vector, k: int, lanes: Vector) -> None:
    """Write lanes into row k."""
    rows[k] = lanes


def fma1(lanes: Vector, factor: float, rows: Vector, k: int) -> Vector:
    """Return lanes + factor * rows[k]."""
    return np.asarray(lanes + factor * rows[k])


def gather16(  # noqa: PLR0913, PLR0917 - arrays one by one, as numba takes them
    values: Vector, places: Positions, weights: Vector, start: int, count: int, rows: Vector
) -> None:
    """Set rows[k] to weights[k] times columns start ... start + count - 1 of values[places[k]]."""
    for k in range(len(places)):
        for lane in range(count):
            rows[k, lane] = values[places[k], start + lane] * weights[k]


def scatter16(  # noqa: PLR0913, PLR0917 - as `gather16`
    rows: Vector, places: Positions, weights: Vector, start: int, count: int, values: Vector
) -> None:
    """Set columns start ... start + count - 1 of values[places[k]] to weights[k] times rows[k]."""
    for k in range(len(places)):
        for lane in range(count):
            values[places[k], start + lane] = rows[k, lane] * weights[k]


def lower(  # noqa: PLR0913, PLR0917 - as `gather16`
    start: int,
    end: int,
    starts: Positions,
    suppliers: Positions,
    needs: Vector,
    b: Vector,
    u: Vector,
) -> None:
    """Set u[k] = b[k] + sum needs[e] u[suppliers[e]] for positions start ... end - 1.

    >>> u = np.zeros(2)
    >>> lower(0, 2, np.array([0, 0, 1]), np.array([0]), np.array([0.5]), np.array([4.0, 1.0]), u)
    >>> u
    array([4., 3.])
    """
    for k in range(start, end):
        total, second, third, fourth = b[k], 0.0, 0.0, 0.0  # each waits for its own last term alone
        first, last = starts[k], starts[k + 1]
        fours = first + (last - first) // 4 * 4
        for e in range(first, fours, 4):
            total += needs[e] * u[suppliers[e]]
            second += needs[e + 1] * u[suppliers[e + 1]]
            third += needs[e + 2] * u[suppliers[e + 2]]
            fourth += needs[e + 3] * u[suppliers[e + 3]]
        for e in range(fours, last):
            total += needs[e] * u[suppliers[e]]
        u[k] = (total + second) + (third + fourth)


def upper(end: int, starts: Positions, suppliers: Positions, needs: Vector, x: Vector) -> None:
    """Let every consumer before `end` add what it needs to its suppliers, last consumers first.

    >>> x = np.array([0.0, 2.0])
    >>> upper(2, np.array([0, 0, 1]), np.array([0]), np.array([0.5]), x)
    >>> x
    array([1., 2.])
    """
    for k in range(end - 1, -1, -1):
        run = x[k]
        if run != 0.0:
            for e in range(starts[k], starts[k + 1]):
                x[suppliers[e]] += needs[e] * run


def lower16(  # noqa: PLR0913, PLR0917 - as `gather16`
    start: int,
    end: int,
    starts: Positions,
    suppliers: Positions,
    needs: Vector,
    b: Vector,
    u: Vector,
) -> None:
    """Do as `lower` for 16 right-hand sides: b (n, 16), u (n + h, 16).

    >>> u, b = np.zeros((2, 1)), np.array([[4.0], [1.0]])
    >>> lower16(0, 2, np.array([0, 0, 1]), np.array([0]), np.array([0.5]), b, u)
    >>> u.ravel()
    array([4., 3.])
    """
    for k in range(start, end):
        total = load(b, k)
        for e in range(starts[k], starts[k + 1]):
            total = fma1(total, needs[e], u, suppliers[e])
        store(u, k, total)


def upper16(end: int, starts: Positions, suppliers: Positions, needs: Vector, x: Vector) -> None:
    """Do as `upper` for 16 right-hand sides: x (n + h, 16).

    >>> x = np.array([[0.0], [2.0]])
    >>> upper16(2, np.array([0, 0, 1]), np.array([0]), np.array([0.5]), x)
    >>> x.ravel()
    array([1., 2.])
    """
    for k in range(end - 1, -1, -1):
        for e in range(starts[k], starts[k + 1]):
            store(x, suppliers[e], fma1(load(x, suppliers[e]), needs[e], x, k))


def split(  # noqa: PLR0913, PLR0917 - as `gather16`
    n: int,
    end: int,
    starts: Positions,
    suppliers: Positions,
    needs: Vector,
    inner_starts: Positions,
    inner: Positions,
    inner_needs: Vector,
    torn_starts: Positions,
    rows: Positions,
    torn_needs: Vector,
) -> None:
    """Part the links of positions before `end`: those from positions, and those from the torn.

    The first stay grouped by consumer; the others are grouped by torn process, `rows` telling who
    consumes.

    >>> starts, suppliers, needs = np.array([0, 1, 3]), np.array([2, 0, 2]), np.array([0.5, 2.0, 4])
    >>> inner = np.zeros(3, int), np.zeros(1, int), np.zeros(1)
    >>> torn = np.zeros(2, int), np.zeros(2, int), np.zeros(2)
    >>> split(2, 2, starts, suppliers, needs, *inner, *torn)
    >>> inner, torn
    ((array([0, 0, 1]), array([0]), array([2.])), (array([0, 2]), array([0, 1]), array([0.5, 4. ])))
    """
    at = np.zeros(len(torn_starts), dtype=np.int32)
    for e in range(starts[0], starts[end]):
        if suppliers[e] >= n:
            at[suppliers[e] - n + 1] += 1
    for t in range(len(at) - 1):
        at[t + 1] += at[t]
    torn_starts[:] = at
    count = 0
    for k in range(end):
        inner_starts[k] = count
        for e in range(starts[k], starts[k + 1]):
            if suppliers[e] < n:
                inner[count] = suppliers[e]
                inner_needs[count] = needs[e]
                count += 1
            else:
                here = at[suppliers[e] - n]
                rows[here] = k
                torn_needs[here] = needs[e]
                at[suppliers[e] - n] += 1
    inner_starts[end] = count


def loops(  # noqa: PLR0913, PLR0917 - as `gather16`
    first: int,
    last: int,
    inner_starts: Positions,
    inner: Positions,
    inner_needs: Vector,
    torn_starts: Positions,
    rows: Positions,
    torn_needs: Vector,
    torn: Positions,
    found: Vector,
) -> None:
    """Set columns first ... last - 1 of `found` (h, h) to what one unit of a torn needs of each.

    `torn` (h) are positions; links are as `split` parts them.

    >>> inner, torn = (np.array([0, 0, 1]), np.array([0]), np.array([2.0])), np.array([1])
    >>> found = np.zeros((1, 1))
    >>> loops(0, 1, *inner, np.array([0, 2]), np.array([0, 1]), np.array([0.5, 4.0]), torn, found)
    >>> found
    array([[5.]])
    """
    end = len(inner_starts) - 1
    u = np.zeros((end, LANES))
    for start in range(first, last, LANES):
        count = min(LANES, last - start)
        u[:] = 0.0
        for side in range(count):
            for e in range(torn_starts[start + side], torn_starts[start + side + 1]):
                u[rows[e], side] += torn_needs[e]
        for k in range(end):
            total = load(u, k)
            for e in range(inner_starts[k], inner_starts[k + 1]):
                total = fma1(total, inner_needs[e], u, inner[e])
            store(u, k, total)
        for t in range(len(torn)):
            for side in range(count):
                found[t, start + side] = u[torn[t], side]
