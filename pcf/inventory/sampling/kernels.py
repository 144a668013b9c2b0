"""Which loops of solving are worth compiling? Passes and the iteration, sixteen draws at once.

Plain Python, to be read and run without numba; `pcf.inventory.tearing.compiled` gives numba's form.
Rows (., 16) are C-contiguous, one column a draw; when compiled, `load`, `store`, `mul`, `fma1`,
`fma2` are vector instructions. The same formulas as `iteration`; sums may associate differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.sampling.iteration import CAUTION, REGULAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Floats = NDArray[np.float32]
    Positions = NDArray[np.int32]

L = 16
f4 = np.float32
TINY = 1e-300


def load(rows: Vector, k: int) -> Vector:
    """Return row k as lanes."""
    return np.array(rows[k], dtype=np.float64)


def store(rows: Vector, k: int, lanes: Vector) -> None:
    """Write lanes into row k."""
    rows[k] = lanes


def mul(lanes: Vector, rows: Vector, k: int) -> Vector:
    """Return lanes * rows[k]."""
    return np.asarray(lanes * rows[k])


def fma1(lanes: Vector, factor: float, rows: Vector | Floats, k: int) -> Vector:
    """Return lanes + factor * rows[k]."""
    return np.asarray(lanes + factor * rows[k])


def fma2(  # noqa: PLR0913, PLR0917 - as the vector instruction takes them
    lanes: Vector, factor: float, factors: Floats, j: int, rows: Vector, k: int
) -> Vector:
    """Return lanes + (factor * factors[j]) * rows[k]."""
    return np.asarray(lanes + (factor * factors[j].astype(np.float64)) * rows[k])


def load32(rows: Floats, k: int) -> Floats:
    """Return row k as lanes of float32."""
    return np.array(rows[k], dtype=np.float32)


def store32(rows: Floats, k: int, lanes: Floats) -> None:
    """Write lanes of float32 into row k."""
    rows[k] = lanes


def fma132(lanes: Floats, factor: np.float32, rows: Floats, k: int) -> Floats:
    """Return lanes + factor * rows[k] of float32."""
    return np.asarray(lanes + factor * rows[k])


def sums16(  # noqa: PLR0913, PLR0917 - arrays one by one, as numba takes them
    base: Vector,
    starts: Positions,
    weights: Vector,
    first: int,
    factors: Floats,
    gas: Positions,
    gases: Vector,
    b: Vector,
) -> None:
    """Set b[k] to base[k] + sum weights[e] factors[first + e] gases[gas[e]] over its terms.

    `gases` is empty where the factors of gases are certain.

    >>> factors, b = np.full((1, L), 2.0, dtype=np.float32), np.zeros((1, L))
    >>> one, starts = np.ones(1), np.array([0, 1], dtype=np.int32)
    >>> sums16(one, starts, one, 0, factors, starts, np.zeros((0, L)), b)
    >>> b[0, :2]
    array([3., 3.])
    """
    zero, one = np.zeros((1, L)), np.ones((1, L))
    for k in range(len(base)):
        total = fma1(load(zero, 0), base[k], one, 0)
        if len(gases) > 0:
            for e in range(starts[k], starts[k + 1]):
                total = fma2(total, weights[e], factors, first + e, gases, gas[e])
        else:
            for e in range(starts[k], starts[k + 1]):
                total = fma1(total, weights[e], factors, first + e)
        store(b, k, total)


def pass16(  # noqa: PLR0913, PLR0917 - as `sums16`
    start: int,
    end: int,
    certain_starts: Positions,
    certain_suppliers: Positions,
    certain_needs: Vector,
    starts: Positions,
    suppliers: Positions,
    needs: Vector,
    factors: Floats,
    inverse: Vector,
    b: Vector,
    u: Vector,
) -> None:
    """Set u[k] = (b[k] + sum needs[e] factors[e] u[suppliers[e]]) inverse[k], start <= k < end.

    Certain terms have no factor. `inverse` is empty where every reference amount is certain.

    >>> none, first = np.zeros(3, dtype=np.int32), np.array([0, 0, 1], dtype=np.int32)
    >>> u, factors = np.zeros((2, L)), np.full((1, L), 2.0, dtype=np.float32)
    >>> given = none, none, np.zeros(0), first, none, np.array([0.5])
    >>> pass16(0, 2, *given, factors, np.zeros((0, L)), np.ones((2, L)), u)
    >>> u[:, 0]
    array([1., 2.])
    """
    varied = len(inverse) > 0
    for k in range(start, end):
        total = load(b, k)
        for e in range(certain_starts[k], certain_starts[k + 1]):
            total = fma1(total, certain_needs[e], u, certain_suppliers[e])
        for e in range(starts[k], starts[k + 1]):
            total = fma2(total, needs[e], factors, e, u, suppliers[e])
        if varied:
            total = mul(total, inverse, k)
        store(u, k, total)


def multiply16(matrix: Floats, rows: Floats, found: Floats) -> None:
    """Set found = matrix @ rows, in float32.

    >>> matrix, rows = np.full((2, 2), 0.5, dtype=np.float32), np.ones((2, L), dtype=np.float32)
    >>> found = np.zeros_like(rows)
    >>> multiply16(matrix, rows, found)
    >>> found[:, 0]
    array([1., 1.], dtype=float32)
    """
    h = len(matrix)
    zero = np.zeros((1, L), f4)
    even = h - h % 4
    for i in range(0, even, 4):
        a, b, c, d = load32(zero, 0), load32(zero, 0), load32(zero, 0), load32(zero, 0)
        for k in range(h):
            a, b = fma132(a, matrix[i, k], rows, k), fma132(b, matrix[i + 1, k], rows, k)
            c, d = fma132(c, matrix[i + 2, k], rows, k), fma132(d, matrix[i + 3, k], rows, k)
        store32(found, i, a)
        store32(found, i + 1, b)
        store32(found, i + 2, c)
        store32(found, i + 3, d)
    for i in range(even, h):
        a = load32(zero, 0)
        for k in range(h):
            a = fma132(a, matrix[i, k], rows, k)
        store32(found, i, a)


def correction16(  # noqa: PLR0913, PLR0917 - as `sums16`
    torn: Positions,
    u: Vector,
    y: Vector,
    preconditioner: Floats,
    change: Floats,
    r: Floats,
    error: Vector,
) -> None:
    """Set r = P (G(y) - y) and the estimated relative error of each lane, infinite for NaN.

    No example: it is a step of `iterate16`.
    """
    h = len(torn)
    for k in range(h):
        for lane in range(L):
            change[k, lane] = u[torn[k], lane] - y[k, lane]
    multiply16(preconditioner, change, r)
    for lane in range(L):
        error[lane] = 0.0
    for k in range(h):
        for lane in range(L):
            size = max(1.0, abs(y[k, lane]))
            now = abs(np.float64(r[k, lane]))
            if not now <= error[lane] * size:
                error[lane] = now / size if now < np.inf else np.inf
    for lane in range(L):
        error[lane] *= CAUTION


def slowness16(  # noqa: PLR0913, PLR0917 - as `sums16`
    h: int, of_moves: int, moves: Vector, of_steps: int, steps: Vector, slow: Vector
) -> None:
    """Raise the slowness of each lane to that of a move and its step, rows from `of_...` on.

    >>> slow = np.ones(L)
    >>> slowness16(1, 0, np.full((1, L), 3.0), 0, np.full((1, L), 1.5), slow)
    >>> float(slow[0])
    2.0
    """
    move, step = np.zeros(L), np.zeros(L)
    for k in range(h):
        for lane in range(L):
            move[lane] = max(move[lane], abs(moves[of_moves + k, lane]))
            step[lane] = max(step[lane], abs(steps[of_steps + k, lane]))
    for lane in range(L):
        if step[lane] > 0.0:
            slow[lane] = max(slow[lane], move[lane] / step[lane])


def weigh_steps16(m: int, gram: Vector, gamma: Vector, a: Vector, b: Vector) -> None:
    """Solve the regularised normal equations of each lane; gamma holds right side, then answer.

    >>> gram, gamma = np.full((1, 1, L), 4.0), np.full((1, L), 2.0)
    >>> weigh_steps16(1, gram, gamma, np.zeros((1, 1)), np.zeros(1))
    >>> gamma[0, :2].round(9)
    array([0.5, 0.5])
    """
    for lane in range(L):
        trace = TINY
        for i in range(m):
            b[i] = gamma[i, lane]
            trace += REGULAR * gram[i, i, lane]
            for j in range(m):
                a[i, j] = gram[i, j, lane]
        for i in range(m):
            a[i, i] += trace
        for i in range(m):
            for j in range(i + 1, m):
                t = a[j, i] / a[i, i]
                for k in range(i, m):
                    a[j, k] -= t * a[i, k]
                b[j] -= t * b[i]
        for i in range(m - 1, -1, -1):
            t = b[i]
            for k in range(i + 1, m):
                t -= a[i, k] * b[k]
            b[i] = t / a[i, i]
            gamma[i, lane] = b[i]


def iterate16(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - one loop over sixteen draws
    bounds: NDArray[np.int64],
    certain_starts: Positions,
    certain_suppliers: Positions,
    certain_needs: Vector,
    starts: Positions,
    suppliers: Positions,
    needs: Vector,
    factors: Floats,
    inverse: Vector,
    b: Vector,
    torn: Positions,
    start: Vector,
    preconditioner: Floats,
    tolerance: float,
    limits: NDArray[np.int64],
    u: Vector,
    error: Vector,
    passes: NDArray[np.int64],
) -> None:
    """Fill u (n + h, 16), the errors and the passes of sixteen draws, as `iteration` does for one.

    A lane that has converged is frozen, so that it does not depend on its companions. `bounds`: n,
    end of up, end of core; `limits`: most passes, depth; `start` (h): where the torn values begin.

    No example: `iteration.iterate` shows it for one draw, `layout` calls this.
    """
    n, up_end, core_end = bounds[0], bounds[1], bounds[2]
    most, depth = limits[0], limits[1]
    h = len(torn)
    y, r, last, r_last = u[n:], np.zeros((h, L)), np.empty((h, L)), np.empty((h, L))
    r_before, y_before = np.zeros((h, L)), np.zeros((h, L))
    steps, moves = np.zeros((depth * h, L)), np.zeros((depth * h, L))
    gram, gamma = np.zeros((depth, depth, L)), np.zeros((depth, L))
    a, c = np.empty((depth, depth)), np.empty(depth)
    change, correction = np.empty((h, L), f4), np.empty((h, L), f4)
    zero, row = np.zeros((1, L)), np.zeros((1, L))
    done, slow, slow_last = np.zeros(L, np.bool_), np.ones(L), np.ones(L)
    for k in range(h):
        for lane in range(L):
            y[k, lane] = start[k]
    pass16(
        0, core_end, certain_starts, certain_suppliers, certain_needs, starts, suppliers, needs,
        factors, inverse, b, u,
    )  # fmt: skip
    m = head = 0
    for made in range(1, most + 1):
        correction16(torn, u, y, preconditioner, change, correction, error)
        at = head * h
        for k in range(h):
            for lane in range(L):
                now = np.float64(correction[k, lane])
                r[k, lane], steps[at + k, lane] = now, now - r_before[k, lane]
                moves[at + k, lane] = y[k, lane] - y_before[k, lane]
        if made > 1:
            slowness16(h, at, moves, at, steps, slow)
        left = 0
        for lane in range(L):
            error[lane] *= slow[lane]
            if not done[lane]:
                passes[lane] = made + 1 if h > 0 else 1
                if not error[lane] > tolerance or made == most:
                    done[lane] = True
                    for k in range(h):
                        last[k, lane], r_last[k, lane] = y[k, lane] + r[k, lane], r[k, lane]
                        slow_last[lane] = slow[lane]
                else:
                    left += 1
        if left == 0:
            break
        for k in range(h):
            for lane in range(L):
                moves[at + k, lane] += steps[at + k, lane]
                r_before[k, lane], y_before[k, lane] = r[k, lane], y[k, lane]
        if made > 1:
            m = min(m + 1, depth)
            for i in range(m):
                total = load(zero, 0)
                for k in range(h):
                    total = fma2(total, 1.0, steps, at + k, steps, i * h + k)
                store(row, 0, total)
                for lane in range(L):
                    gram[head, i, lane] = gram[i, head, lane] = row[0, lane]
            head = (head + 1) % depth
        for i in range(m):
            total = load(zero, 0)
            for k in range(h):
                total = fma2(total, 1.0, steps, i * h + k, r, k)
            store(gamma, i, total)
        weigh_steps16(m, gram, gamma, a, c)
        for k in range(h):
            total = fma1(load(y, k), 1.0, r, k)
            for i in range(m):
                total = fma2(total, -1.0, moves, i * h + k, gamma, i)
            store(y, k, total)
        pass16(
            up_end, core_end, certain_starts, certain_suppliers, certain_needs, starts, suppliers,
            needs, factors, inverse, b, u,
        )  # fmt: skip
    for k in range(h):
        for lane in range(L):
            y[k, lane] = last[k, lane]
    pass16(
        up_end, n, certain_starts, certain_suppliers, certain_needs, starts, suppliers, needs,
        factors, inverse, b, u,
    )  # fmt: skip
    correction16(torn, u, y, preconditioner, change, correction, error)
    for k in range(h):
        for lane in range(L):
            steps[k, lane] = np.float64(correction[k, lane]) - r_last[k, lane]
    slowness16(h, 0, r_last, 0, steps, slow_last)
    for lane in range(L):
        error[lane] *= slow_last[lane]


def watch16(places: Positions, start: Vector, u: Vector, lowest: Vector, rest: Vector) -> None:
    """Lower `lowest` to u[k] start[k] of the places k; leave `rest` zero while all u are finite."""
    for p in range(len(places)):
        k = places[p]
        sign = start[k]
        for lane in range(L):
            value = u[k, lane]
            lowest[lane] = min(lowest[lane], value * sign)
            rest[lane] += value * 0.0


def scores16(  # noqa: PLR0913, PLR0917 - as `sums16`
    places: Positions, weights: Vector, u: Vector, batches: int, batch: int, scores: Vector
) -> None:
    """Set scores[p batches + batch] to weights[p] u[places[p]]: rows of sixteen draws."""
    zero = np.zeros((1, L))
    for p in range(len(places)):
        store(scores, p * batches + batch, fma1(load(zero, 0), weights[p], u, places[p]))
