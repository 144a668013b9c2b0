"""Which random words belong to a number? Philox4x32-10, a generator that counts instead of walking.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Random123). A
block of four 32-bit words is a pure function of a counter of 128 bits and a key of 64 bits, so that
any word can be had without those before it, on any worker, in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]

BATCH = 16
"""Draws that belong together: four blocks of four words."""

M0, M1, W0, W1 = (np.uint64(v) for v in (0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85))
LOW, S32 = np.uint64(0xFFFFFFFF), np.uint64(32)
ROUNDS = 10


def philox(
    counter: tuple[Words, Words, Words, Words], key: tuple[np.uint64, np.uint64]
) -> tuple[Words, Words, Words, Words]:
    """Return the four words of each counter; counters, key and words are 32-bit values in uint64.

    The published answer for a counter and a key of zeros:

    >>> zero = np.zeros(1, dtype=np.uint64)
    >>> [hex(word[0]) for word in philox((zero,) * 4, (np.uint64(0), np.uint64(0)))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(ROUNDS):
        p0, p1 = M0 * c0, M1 * c2
        c0, c1, c2, c3 = (p1 >> S32) ^ c1 ^ k0, p1 & LOW, (p0 >> S32) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + W0) & LOW, (k1 + W1) & LOW
    return c0, c1, c2, c3


def words(identity: Words, seed: int, batch: int, batches: int = 1) -> NDArray[np.uint32]:
    """Return (m, 16 batches): the words of draws 16 batch, 16 batch + 1, ... of m numbers.

    Draw d = 16 b + 4 w + r (0 <= w, r < 4) has word w of the block with the counter
    (4 b + r, identity), each 64 bits, low half first; the key is the seed. Raises ModelError for a
    seed that is not a whole number of 64 bits.

    >>> both = words(np.array([5], dtype=np.uint64), seed=1, batch=0, batches=2)
    >>> both.shape, bool((both[:, 16:] == words(np.array([5], dtype=np.uint64), 1, 1)).all())
    ((1, 32), True)
    """
    k0, k1 = key_of(seed)
    blocks = np.uint64(4 * batch) + np.arange(4 * batches, dtype=np.uint64)
    counter = (
        (blocks & LOW)[None, :],
        (blocks >> S32)[None, :],
        (identity & LOW)[:, None],
        (identity >> S32)[:, None],
    )
    # The words of a block stand four draws apart: (.., block, word) becomes (.., word, block).
    found = np.stack(philox(counter, (k0, k1)), axis=-1).astype(np.uint32)
    m = len(identity)
    return found.reshape(m, batches, 4, 4).swapaxes(2, 3).reshape(m, BATCH * batches)


def key_of(seed: int) -> tuple[np.uint64, np.uint64]:
    """Return the two halves of the key, low one first.

    Raises ModelError for a seed below 0 or beyond 64 bits.
    """
    if not 0 <= seed < 2**64:
        raise ModelError(problem("seed-range", seed=seed))
    return np.uint64(seed) & LOW, np.uint64(seed) >> S32
