"""Which loops are worth compiling? Plain Python, to be read and run without numba.

`compiled` gives numba's form of them. Names, layout and meaning of the arrays are told in
`pcf.inventory.tearing`. In the kernels that end on 16, sixteen right-hand sides travel together as
the lanes of one vector: rows of C-contiguous arrays (., 16); when compiled, `load`, `store` and
`fma1` are vector instructions (`lanes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
        total = b[k]
        for e in range(starts[k], starts[k + 1]):
            total += needs[e] * u[suppliers[e]]
        u[k] = total


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
