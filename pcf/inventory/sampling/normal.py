"""Which normal or lognormal value has a word? float32 with + - * and square roots only.

No library function and no fused multiply-add takes part, so that NumPy and compiled code give the
same bits on every IEEE 754 machine. The polynomials are those of Cephes (logf, expf) and of Giles'
single precision inverse error function ("Approximating the erfinv function", GPU Computing Gems,
2012), its tail fitted anew because the published one ends near 5 standard deviations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

f4, i4 = np.float32, np.int32

# Coefficients, highest power first.
LOG = tuple(
    f4(v)
    for v in (
        7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
        -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    )
)  # fmt: skip
EXP = tuple(
    f4(v)
    for v in (
        1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
        5.0000001201e-1,
    )
)  # fmt: skip
MIDDLE = tuple(
    f4(v)
    for v in (
        2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
        -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
    )
)  # fmt: skip
TAIL = tuple(
    f4(v)
    for v in (
        -0.000162569534, 0.00113508099, -0.00334475848, 0.00581104337, -0.00774498933,
        0.00942844943, 1.00168582, 2.8329774,
    )
)  # fmt: skip
LN2_HIGH, LN2_LOW, LOG2_E = f4(0.693359375), f4(-2.12194440e-4), f4(1.44269504)
ROOT_2, ROOT_HALF = f4(2**0.5), f4(2**-0.5)
ZERO, HALF, ONE, TWO = f4(0), f4(0.5), f4(1), f4(2)
MIDDLE_CENTRE, TAIL_CENTRE, TAIL_FROM = f4(2.5), f4(3), f4(5)
LARGEST_EXPONENT = f4(87)
"""Exponents are cut at +- 87, where float32 ends."""
TO_HALF = f4(2.0**-31)
MANTISSA, OF_HALF, MANTISSA_BITS, BIAS = i4(0x7FFFFF), i4(0x3F000000), i4(23), i4(127)


def halves(word: NDArray[np.uint32]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return p and whether u >= 1/2, of u = (word + 1/2) / 2**32: p = 2 u below, 2 (1 - u) above.

    p is above zero and at most one; so both tails are as fine as float32 is.

    >>> p, upper = halves(np.array([0, 2**32 - 1], dtype=np.uint32))
    >>> p * 2**32, upper
    (array([1., 1.], dtype=float32), array([False,  True]))
    """
    signed = word.view(i4)
    p = ((signed ^ (signed >> i4(31))).astype(f4) + HALF) * TO_HALF
    return p, signed < 0


def normal_quantile(p: Floats, upper: NDArray[np.bool_]) -> Floats:
    """Return z with 2 P(Z > |z|) = p, positive where `upper`, to 4e-6; p as `halves` gives it.

    >>> normal_quantile(np.array([0.05], dtype=np.float32), np.array([True]))
    array([1.9599...], dtype=float32)
    """
    x, y = ONE - p, p * (TWO - p)
    v = -_log(y)
    z = _polynomial(MIDDLE, v - MIDDLE_CENTRE)
    far = np.nonzero(v >= TAIL_FROM)
    z[far] = _polynomial(TAIL, np.sqrt(v[far]) - TAIL_CENTRE)
    z = z * x * ROOT_2
    found: Floats = np.where(upper, z, -z)
    return found


def exponential(g: Floats) -> Floats:
    """Return e to the power g, g cut at +- 87.

    >>> exponential(np.array([0.0, 1.0], dtype=np.float32))
    array([1.       , 2.7182817], dtype=float32)
    """
    g = np.minimum(np.maximum(g, -LARGEST_EXPONENT), LARGEST_EXPONENT)
    n = np.floor(g * LOG2_E + HALF)
    g = (g - n * LN2_HIGH) - n * LN2_LOW
    power = ((n.astype(i4) + BIAS) << MANTISSA_BITS).view(f4)
    found: Floats = ((_polynomial(EXP, g) * g) * g + g + ONE) * power
    return found


def _log(y: Floats) -> Floats:
    bits = y.view(i4)
    m = ((bits & MANTISSA) | OF_HALF).view(f4)
    small = m < ROOT_HALF
    e = ((bits >> MANTISSA_BITS) - i4(126)).astype(f4) - np.where(small, ONE, ZERO)
    m = np.where(small, m + m, m) - ONE
    square = m * m
    rest = (_polynomial(LOG, m) * m) * square + LN2_LOW * e
    found: Floats = rest - HALF * square + m + LN2_HIGH * e
    return found


def _polynomial(coefficients: Sequence[np.float32], x: Floats) -> Floats:
    y: Floats = coefficients[0] * x + coefficients[1]
    for each in coefficients[2:]:
        y = np.asarray(y * x + each)
    return y
