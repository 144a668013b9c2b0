"""Which loops of drawing are worth compiling? From identities to the factors of sixteen draws.

Plain Python, to be read and run without numba; `pcf.inventory.tearing.compiled` gives numba's form.
The same formulas as `philox`, `normal` and `draws`, and the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.sampling.draws import LOGNORMAL, NORMAL, UNIFORM
from pcf.inventory.sampling.normal import (
    BIAS,
    EXP,
    HALF,
    LARGEST_EXPONENT,
    LN2_HIGH,
    LN2_LOW,
    LOG,
    LOG2_E,
    MANTISSA,
    MANTISSA_BITS,
    MIDDLE,
    MIDDLE_CENTRE,
    OF_HALF,
    ONE,
    ROOT_2,
    ROOT_HALF,
    TAIL,
    TAIL_CENTRE,
    TAIL_FROM,
    TO_HALF,
    TWO,
    ZERO,
)
from pcf.inventory.sampling.philox import LOW, M0, M1, ROUNDS, S32, W0, W1

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Words = NDArray[np.uint32]
    Positions = NDArray[np.int32]

f4, i4, u4, u8 = np.float32, np.int32, np.uint32, np.uint64
G0, G1, G2, G3, G4, G5, G6, G7, G8 = LOG
A0, A1, A2, A3, A4, A5, A6, A7, A8 = MIDDLE
B0, B1, B2, B3, B4, B5, B6, B7 = TAIL
E0, E1, E2, E3, E4, E5 = EXP
I126 = i4(126)
AT_ONCE = 128
"""Numbers whose words are made together, so that they stay in the cache."""


def make_words(  # noqa: PLR0913, PLR0917 - arrays one by one, as numba takes them
    identity: NDArray[np.uint64],
    block: NDArray[np.uint64],
    count: int,
    k0: np.uint64,
    k1: np.uint64,
    words: Words,
) -> None:
    """Set words[:, t] to the four words of the counter (block[t], identity[t]).

    >>> words, zero = np.zeros((4, 1), dtype=np.uint32), np.zeros(1, dtype=np.uint64)
    >>> make_words(zero, zero, 1, zero[0], zero[0], words)
    >>> [hex(word) for word in words[:, 0]]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
    for t in range(count):
        c0, c1, c2, c3 = block[t] & LOW, block[t] >> S32, identity[t] & LOW, identity[t] >> S32
        a, b = k0, k1
        for _ in range(ROUNDS):
            p0, p1 = M0 * c0, M1 * c2
            c0, c1, c2, c3 = (p1 >> S32) ^ c1 ^ a, p1 & LOW, (p0 >> S32) ^ c3 ^ b, p0 & LOW
            a, b = (a + W0) & LOW, (b + W1) & LOW
        w0[t], w1[t], w2[t], w3[t] = c0, c1, c2, c3


def make_normals(words: Words, count: int, p: Floats, v: Floats, z: Floats) -> None:
    """Set z to the normal quantiles of words, using p and v as room.

    Three short loops instead of a long one: the chain of sixty operations of the whole formula
    would not fit into the window in which a processor looks ahead.

    >>> words = np.array([2**31, 2**32 - 1], dtype=np.uint32)
    >>> p, v, z = np.zeros((3, 2), dtype=np.float32)
    >>> make_normals(words, 2, p, v, z)
    >>> z.round(2)
    array([0.  , 6.34], dtype=float32)
    """
    for t in range(count):
        s = i4(words[t])
        k = ~s if s < 0 else s
        x = (f4(i4(k)) + HALF) * TO_HALF
        y = x * (TWO - x)
        bits = f4(y).view(i4)
        r = i4((bits & MANTISSA) | OF_HALF).view(f4)
        small = r < ROOT_HALF
        e = f4(i4((bits >> MANTISSA_BITS) - I126)) - (ONE if small else ZERO)
        r = (r + r if small else r) - ONE
        square = r * r
        g = (((((((G0 * r + G1) * r + G2) * r + G3) * r + G4) * r + G5) * r + G6) * r + G7) * r + G8
        p[t] = x
        v[t] = -(((g * r) * square + LN2_LOW * e) - HALF * square + r + LN2_HIGH * e)
    for t in range(count):
        a = v[t] - MIDDLE_CENTRE
        z[t] = (
            ((((((A0 * a + A1) * a + A2) * a + A3) * a + A4) * a + A5) * a + A6) * a + A7
        ) * a + A8
    for t in range(count):
        b = np.sqrt(max(TAIL_FROM, v[t])) - TAIL_CENTRE
        tail = ((((((B0 * b + B1) * b + B2) * b + B3) * b + B4) * b + B5) * b + B6) * b + B7
        q = (z[t] if v[t] < TAIL_FROM else tail) * (ONE - p[t]) * ROOT_2
        z[t] = q if i4(words[t]) < 0 else -q


def make_lognormals(z: Floats, a: Floats, count: int, found: Floats) -> None:
    """Set found to e to the power a z.

    >>> z, a, found = np.array([[0.0, 1.0], [1.0, 0.5], [0.0, 0.0]], dtype=np.float32)
    >>> make_lognormals(z, a, 2, found)
    >>> found
    array([1.       , 1.6487212], dtype=float32)
    """
    for t in range(count):
        g = a[t] * z[t]
        g = max(-LARGEST_EXPONENT, g)
        g = min(LARGEST_EXPONENT, g)
        n = np.floor(g * LOG2_E + HALF)
        g = (g - n * LN2_HIGH) - n * LN2_LOW
        y = ((((E0 * g + E1) * g + E2) * g + E3) * g + E4) * g + E5
        y = (y * g) * g + g + ONE
        found[t] = y * i4((i4(n) + BIAS) << MANTISSA_BITS).view(f4)


def other_factor(  # noqa: PLR0913, PLR0917 - scalars one by one, as numba takes them
    kind: int, a: np.float32, b: np.float32, c: np.float32, word: np.uint32, z: np.float32
) -> np.float32:
    """Return the factor of a normal, uniform or triangular number.

    >>> half, ends = np.uint32(2**31), np.array([0.5, 0.7, 1.0], dtype=np.float32)
    >>> [float(other_factor(kind, *ends, half, ZERO)) for kind in (UNIFORM, NORMAL)]
    [0.75, 0.5]
    """
    if kind == NORMAL:
        return f4(a + b * z)
    s = i4(word)
    upper = s < 0
    k = ~s if upper else s
    low = (f4(i4(k)) + HALF) * TO_HALF * HALF
    high = ONE - low
    below, above = (high, low) if upper else (low, high)
    width = c - a
    if kind == UNIFORM:
        return f4(a + width * below)
    if below * width < b - a:
        return f4(a + np.sqrt(below * (width * (b - a))))
    return f4(c - np.sqrt(above * (width * (c - b))))


def fill16(  # noqa: C901, PLR0913, PLR0917 - arrays one by one, as numba takes them
    identity: NDArray[np.uint64],
    kind: NDArray[np.uint8],
    parameters: Floats,
    rows: Positions,
    k0: np.uint64,
    k1: np.uint64,
    batch: int,
    found: Floats,
) -> None:
    """Set found[rows[i]] to the factors of the draws of `batch`; other rows stay as they are.

    No example: it is `draws.factors` for numbers and rows as `layout` has them.
    """
    m = len(identity)
    words, factors = np.empty((4, 4 * AT_ONCE), u4), np.empty((4, 4 * AT_ONCE), f4)
    z, p, v = np.empty((4, 4 * AT_ONCE), f4), np.empty(4 * AT_ONCE, f4), np.empty(4 * AT_ONCE, f4)
    each, block = np.empty(4 * AT_ONCE, u8), np.empty(4 * AT_ONCE, u8)
    sigma = np.empty(4 * AT_ONCE, f4)
    for t in range(4 * AT_ONCE):
        block[t] = u8(4 * batch + (t & 3))
    for start in range(0, m, AT_ONCE):
        count, plain = min(AT_ONCE, m - start), True
        for i in range(count):
            own = kind[start + i] == LOGNORMAL
            plain &= own
            for r in range(4):
                each[4 * i + r] = identity[start + i]
                sigma[4 * i + r] = parameters[start + i, 0] if own else ZERO
        make_words(each, block, 4 * count, k0, k1, words)
        for w in range(4):
            make_normals(words[w], 4 * count, p, v, z[w])
            make_lognormals(z[w], sigma, 4 * count, factors[w])
            if not plain:
                for i in range(count):
                    if kind[start + i] != LOGNORMAL:
                        a, b, c = (
                            parameters[start + i, 0],
                            parameters[start + i, 1],
                            parameters[start + i, 2],
                        )
                        for t in range(4 * i, 4 * i + 4):
                            factors[w, t] = other_factor(
                                kind[start + i], a, b, c, words[w, t], z[w, t]
                            )
        for i in range(count):
            row = rows[start + i]
            for w in range(4):
                for r in range(4):
                    found[row, 4 * w + r] = factors[w, 4 * i + r]
