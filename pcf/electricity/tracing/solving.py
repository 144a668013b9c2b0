"""What does a kilowatt-hour in each node carry? The equations of all hours, solved in batches.

For node i with own supply P, received R and sent S (row receives, column sends):

    x_i (P_i + sum_j R_ij) = f_i + sum_j S_ij x_j

f is what the own supply carries. A line's receiver takes what was sent into it, losses included,
so nothing carried is lost (Bialek, 'Tracing the flow of electricity', IEE Proc.-Gener. Transm.
Distrib. 143(4), 1996: gross flows). A node that no supply reaches has no value: it is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.tracing.series import sums_at
from pcf.errors import SolveError, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Ends = NDArray[np.intp]

CELLS = 2**17
"""How many cells of matrices are held at a time: 1 MB, which stays near the processor."""
RESIDUAL = 1e-9
"""How far |Ax - f| may be from zero, as a part of |x| + |f|, rows scaled to a diagonal of one."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixing:
    """What mixes in each node: own supply and lines, hour by hour.

    `own` is (hours, nodes), `sent` and `received` (hours, lines), `starts` and `ends` positions of
    nodes. Lines that lead to an external node are not among them: they only leave.
    """

    own: Numbers
    sent: Numbers
    received: Numbers
    starts: Ends
    ends: Ends

    @property
    def through(self) -> Numbers:
        """What passes through each node (hours, nodes)."""
        return self.own + sums_at(self.received, self.ends, self.own.shape[1])


def solve_mixing(mixing: Mixing, carried: Numbers) -> tuple[Numbers, Flags]:
    """Return what a unit of energy in each node carries (hours, nodes, k), and where it is known.

    `carried` is (hours, nodes, k): what enters each node with its own supply. Values that are not
    known are zero there. Raises SolveError when the residual is not small.

    >>> two = Mixing(np.array([[10.0, 0.0]]), np.array([[4.0]]), np.array([[4.0]]),
    ...              np.array([0]), np.array([1]))
    >>> values, known = solve_mixing(two, np.array([[[5.0], [0.0]]]))
    >>> values[0, :, 0].tolist(), known.tolist()
    ([0.5, 0.5], [[True, True]])
    """
    hours, count = mixing.own.shape
    through = mixing.through
    known = _reached(mixing) & _drained(mixing, through)
    values = np.zeros((hours, count, carried.shape[2]))
    step = max(1, CELLS // max(1, count * count))
    for first in range(0, hours, step):
        part = slice(first, first + step)
        values[part] = _solve_hours(mixing, part, through, known, carried)
    return values, known


def _solve_hours(
    mixing: Mixing, part: slice, through: Numbers, known: Flags, carried: Numbers
) -> Numbers:
    """Solve the hours of one batch; rows and columns of unknown nodes are left out of it."""
    there = known[part]
    hours, count = there.shape
    matrix = np.zeros((hours, count, count))
    seen = there[:, mixing.starts] & there[:, mixing.ends]
    matrix[:, mixing.ends, mixing.starts] = np.where(seen, -mixing.sent[part], 0.0)
    diagonal = np.arange(count)
    matrix[:, diagonal, diagonal] = np.where(there, through[part], 1.0)
    right = np.where(there[:, :, None], carried[part], 0.0)
    try:
        solved = np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise SolveError(problem("tracing-inaccurate", "", (), residual="1")) from None
    _require_accurate(matrix, solved, right)
    return solved


def _require_accurate(matrix: Numbers, solved: Numbers, right: Numbers) -> None:
    """Raise SolveError unless Ax - f is small beside x and f, rows scaled to a diagonal of one."""
    scale = np.einsum("tii->ti", matrix)[:, :, None]
    worst = np.abs((matrix @ solved - right) / scale).max(axis=1)
    size = np.abs(solved).max(axis=1) + np.abs(right / scale).max(axis=1)
    if not (worst <= RESIDUAL * size).all():
        ratio = float((worst / np.maximum(size, np.finfo(float).tiny)).max())
        raise SolveError(problem("tracing-inaccurate", "", (), residual=f"{ratio:.1e}"))


def _reached(mixing: Mixing) -> Flags:
    """Return which nodes energy from some supply reaches."""
    return _spread(mixing.own > 0, mixing.starts, mixing.ends, mixing.received > 0)


def _drained(mixing: Mixing, through: Numbers) -> Flags:
    """Return from which nodes what is carried can leave: without losses, from all.

    With losses a group of zones can use up in its lines all that it generates. Then nothing of what
    it emits reaches anybody, and its equations have no answer.
    """
    if (mixing.sent == mixing.received).all():
        return np.ones(mixing.own.shape, dtype=np.bool_)
    kept = through - sums_at(mixing.sent, mixing.starts, mixing.own.shape[1])
    return _spread(kept > RESIDUAL * through, mixing.ends, mixing.starts, mixing.sent > 0)


def _spread(flags: Flags, starts: Ends, ends: Ends, open_: Flags) -> Flags:
    """Return the flags and what they reach along open lines."""
    reached = flags.copy()
    while not reached.all():
        before = int(reached.sum())
        for line, (start, end) in enumerate(zip(starts, ends, strict=True)):
            reached[:, end] |= reached[:, start] & open_[:, line]
        if int(reached.sum()) == before:
            break
    return reached
