"""What value has a draw of a number? Every word becomes a value by inversion of its distribution.

A drawn number is scale (float64) x factor (float32). One word gives one draw, the factor grows with
the word, and a number keeps its word whatever else is drawn. The definition is frozen under
`DRAWS`: docs/reference/draws.md states it, golden values hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.sampling.normal import HALF, ONE, exponential, halves, normal_quantile
from pcf.inventory.sampling.philox import BATCH, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Words32 = NDArray[np.uint32]
    Vector = NDArray[np.float64]

DRAWS = 1
"""The version of the definition of a draw; another digit anywhere is another version."""

FIXED, LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM, PERT, TABLE, SHARE = range(8)
COMPILED = (LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM)
"""Kinds that kernels draw too, with the same bits; the others are drawn here alone."""
_AT_ONCE = 16_384
"""Values of a temporary array, so that it stays in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A distribution by values: `values` (k, over the scale) below the thresholds of words (k - 1).

    Value i is drawn while thresholds[i - 1] <= word < thresholds[i], in units of 2**-32.
    """

    values: Floats
    thresholds: NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Uncertain numbers, one entry each, in the order of their exchanges.

    `exchange` (m): position in the columns of the system, -1 for a characterisation factor.
    `identity` (m, uint64). `kind` (m, uint8): a kind of this module. `value` (m): the number
    without uncertainty. `scale` (m): a draw is scale x factor. `parameters` (m, 3), by kind:
    ln g | value, sd | low, mode, high | low, -, high | low, mode, high | index of the table |
    alpha, stated share, all over the scale where they have a unit. `mixes`: positions of the
    numbers of each mix.
    """

    exchange: NDArray[np.int64]
    identity: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    value: Vector
    scale: Vector
    parameters: Vector
    tables: tuple[Table, ...] = ()
    mixes: tuple[NDArray[np.int64], ...] = ()

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return len(self.identity)


def factors(numbers: Numbers, seed: int, batch: int, batches: int = 1) -> Floats:
    """Return (m, 16 batches) the factors of draws 16 batch ... 16 (batch + batches) - 1.

    >>> one = Numbers(np.array([0]), np.array([7], dtype=np.uint64),
    ...               np.array([LOGNORMAL], dtype=np.uint8), np.ones(1), np.ones(1),
    ...               np.array([[np.log(1.2), 0.0, 0.0]]))
    >>> bool((factors(one, 1, 0, 2)[:, 16:] == factors(one, 1, 1)).all())
    True
    """
    found = np.empty((len(numbers), BATCH * batches), np.float32)
    rows = max(1, _AT_ONCE // found.shape[1])
    for kind in np.unique(numbers.kind):
        if kind == SHARE:
            continue
        every = np.flatnonzero(numbers.kind == kind)
        for start in range(0, len(every), rows):
            some = every[start : start + rows]
            drawn = words(numbers.identity[some], seed, batch, batches)
            found[some] = _quantile(int(kind), numbers.parameters[some], drawn, numbers.tables)
    for mix in numbers.mixes:
        drawn = words(numbers.identity[mix], seed, batch, batches)
        found[mix] = _shares(numbers.parameters[mix], drawn)
    return found


def _quantile(kind: int, parameters: Vector, drawn: Words32, tables: tuple[Table, ...]) -> Floats:
    if kind == PERT:
        return _pert(parameters, drawn)
    if kind == TABLE:
        return _tabled(parameters[:, 0].astype(np.int64), drawn, tables)
    first, second, third = (each[:, None] for each in parameters.astype(np.float32).T)
    p, upper = halves(drawn)
    found: Floats
    if kind == LOGNORMAL:
        found = exponential(first * normal_quantile(p, upper))
    elif kind == NORMAL:
        found = first + second * normal_quantile(p, upper)
    else:
        found = _between(kind, (first, second, third), p * HALF, upper)
    return found


def _between(
    kind: int, ends: tuple[Floats, Floats, Floats], low: Floats, upper: NDArray[np.bool_]
) -> Floats:
    """Return a uniform or triangular value; `low` is the smaller of u and 1 - u."""
    first, mode, last = ends
    below, above = np.where(upper, ONE - low, low), np.where(upper, low, ONE - low)
    width = last - first
    found: Floats
    if kind == UNIFORM:
        found = first + width * below
    else:
        rising = below * width < mode - first
        left, right = width * (mode - first), width * (last - mode)
        reach = np.sqrt(np.where(rising, below * left, above * right))
        found = np.where(rising, first + reach, last - reach)
    return found


def _pert(parameters: Vector, drawn: Words32) -> Floats:
    from scipy.special import betaincinv  # noqa: PLC0415 - large, and few numbers need it

    low, mode, high = (each[:, None] for each in parameters.T)
    width = high - low
    left, right = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
    found: Floats = (low + width * betaincinv(left, right, _fraction(drawn))).astype(np.float32)
    return found


def _tabled(which: NDArray[np.int64], drawn: Words32, tables: tuple[Table, ...]) -> Floats:
    found = np.empty(drawn.shape, np.float32)
    for row, table in enumerate(tables[t] for t in which):
        at = np.searchsorted(table.thresholds, drawn[row].astype(np.uint64), side="right")
        found[row] = table.values[at]
    return found


def _shares(parameters: Vector, drawn: Words32) -> Floats:
    """Return the shares of a Dirichlet distribution over the stated ones: gammas over their sum.

    Logarithms are taken because a gamma of small shape lies below the smallest float64.
    """
    from scipy.special import gammaincinv, gammaln  # noqa: PLC0415 - as above

    shape, stated = parameters[:, :1], parameters[:, 1:2]
    u = _fraction(drawn)
    gamma = gammaincinv(shape, u)
    tiny = gamma < 1e-290
    logarithm = np.where(
        tiny, (np.log(u) + gammaln(shape + 1)) / shape, np.log(np.where(tiny, 1.0, gamma))
    )
    gamma = np.exp(logarithm - logarithm.max(axis=0))
    found: Floats = (gamma / gamma.sum(axis=0) / stated).astype(np.float32)
    return found


def _fraction(drawn: Words32) -> Vector:
    """Return u = (word + 1/2) / 2**32."""
    return (drawn.astype(np.float64) + 0.5) * 2.0**-32
