"""What every loop of the wheel takes: arguments that fit, of another kind, that do not fit."""

from __future__ import annotations

import numpy as np

from pcf.inventory.sampling import filling, kernels, layout
from pcf.inventory.sampling.draws import COMPILED
from pcf.inventory.sampling.philox import key_of
from pcf.inventory.tearing import cache, columns, compiled, scaling, schur, single, structure
from pcf.inventory.tearing import kernels as passes
from pcf.inventory.tearing.columns import Columns
from pcf.inventory.tearing.levels import Levelwise, ranges_of
from pcf.inventory.tearing.structure import analyse

L = 16
SHARED = compiled._WHEEL | layout._FILLING | layout._SOLVING
"""The loops that have a plain form too."""
ALONE = (
    compiled._WHEEL_ALONE | columns._LOOPS | scaling._LOOPS | schur._LOOPS | structure._LOOPS
    | cache._LOOPS | single._LOOPS
)  # fmt: skip
SIGNATURES = SHARED | ALONE
PLAIN = {name: getattr(passes, name) for name in compiled._WHEEL} | {
    name: getattr(filling if name == "fill16" else kernels, name)
    for name in (*layout._FILLING, *layout._SOLVING)
}


def links(random: np.random.Generator, n: int, h: int, most: int) -> tuple:
    """Return links grouped by consumer: suppliers come before, or are torn."""
    count = random.integers(0, most + 1, n)
    count[:1] *= h > 0
    starts = np.append(0, np.cumsum(count)).astype(np.int32)
    consumers = np.repeat(np.arange(n), count)
    suppliers = random.integers(0, np.maximum(consumers, 1), dtype=np.int32)
    torn = (random.random(len(consumers)) < 0.2) | (consumers == 0)
    suppliers[torn] = n + random.integers(0, max(h, 1), torn.sum()) if h else 0
    return starts, suppliers, random.uniform(-0.2, 0.3, len(consumers))


def arguments(n: int, h: int, seed: int) -> dict[str, list]:
    """Return what each loop takes, for a system of n processes of which the last h are torn."""
    random = np.random.default_rng(seed)
    certain, varied = links(random, n, h, 3), links(random, n, h, 3)
    terms = links(random, n, 0, 2)
    gases = random.random((3, L))
    m, g, rows = len(varied[1]), len(terms[1]), random.permutation(n + 5)[:n].astype(np.int32)
    narrow = random.lognormal(0, 0.1, (m + g, L)).astype(np.float32)
    b, u = random.random((n, L)), np.zeros((n + h, L))
    wide, weights = random.random((n, 40)), random.random(n)
    torn = np.arange(n - h, n, dtype=np.int32)
    kind = random.choice(COMPILED, n).astype(np.uint8)
    parameters = np.sort(random.uniform(0.1, 3, (n, 3))).astype(np.float32)
    coarse = (np.eye(h) + 0.01 * random.random((h, h))).astype(np.float32)
    inner, out_of_torn = split(n, h, certain)
    return {
        "split": [n, n, *certain, *room(n, len(certain[1])), *room(h, len(certain[1]))],
        "loops": [0, h, *inner, *out_of_torn, torn, np.zeros((h, h))],
        "lower": [0, n, *certain, random.random(n), random.random(n + h)],
        "upper": [n, *certain, random.random(n + h)],
        "lower16": [0, n, *certain, b, random.random((n + h, L))],
        "upper16": [n, *certain, random.random((n + h, L))],
        "gather16": [wide, rows % max(n, 1), weights, 7, 13, np.zeros((n, L))],
        "scatter16": [b, rows % max(n, 1), weights, 7, 13, wide.copy()],
        "fill16": [
            random.integers(0, 2**64, n, dtype=np.uint64), kind, parameters, rows,
            *key_of(seed), 2**30 + seed, np.zeros((n + 5, L), np.float32),
        ],
        "sums16": [
            random.random(n), terms[0], terms[2], m, narrow,
            random.integers(0, 3, g, dtype=np.int32), gases, np.zeros((n, L)),
        ],
        "iterate16": [
            np.array([n, (n - h) // 2, n]), *certain, *varied, narrow,
            random.uniform(0.9, 1.1, (n, L)), b, torn, random.random(h), coarse, 1e-9,
            np.array([20, 5]), u, np.zeros(L), np.zeros(L, np.int64),
        ],
        "watch16": [torn, random.random(n), b - 0.5, np.zeros(L), np.zeros(L)],
        "scores16": [torn, weights, b, 3, 1, np.zeros((3 * h, L))],
    }  # fmt: skip


def room(groups: int, count: int) -> list:
    """Return empty arrays for links by group."""
    return [np.zeros(groups + 1, np.int32), np.zeros(count, np.int32), np.zeros(count)]


def split(n: int, h: int, all_links: tuple) -> tuple:
    """Return links as `split` parts them, each array as long as it has to be."""
    parts = room(n, len(all_links[1])), room(h, len(all_links[1]))
    passes.split(n, n, *all_links, *parts[0], *parts[1])
    return tuple((part[0], *(each[: part[0][-1]].copy() for each in part[1:])) for part in parts)


def technosphere(n: int, seed: int) -> Columns:
    """Return a matrix of n processes that is solved by tearing: loops, units, no zero pivot."""
    random = np.random.default_rng(seed)
    count = 4 * n if n > 1 else 0
    rows, taken_by = random.integers(0, n, (2, count)) if n else np.zeros((2, 0), int)
    own = np.arange(n)
    size = random.lognormal(0, 3, n)
    values = np.concatenate([-0.1 * random.random(count) * size[rows], size])
    return Columns.summed((n, n), np.append(rows, own), np.append(taken_by, own), values)


def alone(n: int, seed: int) -> dict[str, list]:
    """Return what each loop takes that is called for matrices and plans, for n processes."""
    matrix, random = technosphere(n, seed), np.random.default_rng(seed)
    plan = analyse(matrix, None)
    places = [matrix.indptr, matrix.indices]
    arrays = list(cache._arrays(plan).values())
    count, links_ = len(matrix.data), len(plan.entries)
    order = random.permutation(count)
    in_column = np.repeat(np.arange(n, dtype=np.int32), np.diff(matrix.indptr))
    own = [np.ones(n), random.uniform(1, 2, n)]
    needs = schur.needs_of(plan, matrix.data, own[1])
    step_by_step = Levelwise(plan, ranges_of(plan), needs)
    tiles = schur._solver_of(step_by_step.loops())[1]
    inner = step_by_step._parted[0]
    torn = [plan.order, plan.products, *own, plan.torn, *inner, plan.starts, plan.suppliers]
    lengths = n, n, n, n, n + 1, links_, links_, n, 2
    return {
        "sum_entries": [
            n, matrix.indices[order], in_column[order], matrix.data[order],
            np.zeros(n + 1, np.int32), np.zeros(count, np.int32), np.zeros(count),
        ],
        "left": [
            *places, matrix.data, random.random(n), random.random(n), *own, np.zeros(n),
            np.zeros(3),
        ],
        "times": [*places, matrix.data, random.random((n, 2)), np.zeros((n, 2))],
        "turned_times": [*places, matrix.data, random.random((n, 1)), np.zeros((n, 1))],
        "scales": [4, *places, np.log2(np.abs(matrix.data)), np.zeros(n), np.zeros(n)],
        "norms": [*places, matrix.data, *own, np.zeros(2)],
        "needs": [
            matrix.data, plan.pivots, plan.starts, plan.suppliers, plan.entries, plan.torn, own[1],
            np.zeros(links_),
        ],
        "plan": [*places, np.arange(n, dtype=np.int32), *(np.zeros(k, np.int32) for k in lengths)],
        "own_entries": [*places, matrix.data],
        "misfits": [plan.up_end, plan.core_end, *places, *arrays],
        "adjoint": [*torn, needs, tiles, random.random(n), np.zeros(n)],
        "forward": [*torn, needs, tiles, random.random(n), np.zeros(n)],
        "measured": [*torn, needs, tiles, own[1], needs, n // 2, np.zeros(n), np.zeros(n)],
        "moved": [
            0.5, 1e4, *random.random((4, n)), *own, np.zeros(n), np.zeros(3),
        ],
    }  # fmt: skip


def usual_of(name: str) -> list:
    """Return what a loop takes, for a system of thirty processes."""
    return arguments(30, 6, 1)[name] if name in SHARED else alone(30, 1)[name]


def unfit(kind: str, value: object) -> list:
    """Return values in the place of an argument that no loop can take."""
    if not isinstance(value, np.ndarray):
        return [None, "1", np.zeros(2)]
    found = [None, 3, value.tolist(), value[None], np.ma.array(value)]
    with np.errstate(all="ignore"):
        found += [
            value.astype(each) for each in (np.int16, np.float16, np.complex128, ">f8", object)
        ]
    wide = np.zeros((len(value), *(2 * each for each in value.shape[1:])), value.dtype)
    found.append(wide[:, ::2] if value.ndim > 1 else np.zeros(2 * len(value), value.dtype)[::2])
    raw = np.zeros(value.nbytes + 1, np.uint8)
    if value.itemsize > 1:
        found.append(raw[1:].view(value.dtype).reshape(value.shape))
    if kind.endswith("!"):
        frozen = value.copy()
        frozen.setflags(write=False)
        found.append(frozen)
    if "[16]" in kind:
        found.append(np.zeros((len(value), 15), value.dtype))
    return found


def misfits(name: str) -> list[tuple[int, object]]:
    """Return sizes and indices that do not fit: the place of the argument, and the argument."""
    usual, found = usual_of(name), []
    for at, value in enumerate(usual):
        if isinstance(value, np.ndarray):
            found += [(at, value[:-1].copy()), (at, value[:0].copy())]
            if value.dtype == np.int32:
                for bad in (-1, 10**6, -(2**31), 2**31 - 1):
                    changed = value.copy()
                    changed[len(changed) // 2] = bad
                    found.append((at, changed))
        elif isinstance(value, int):
            found += [(at, bad) for bad in (-1, 10**6, 2**62, -(2**62))]
    return found
