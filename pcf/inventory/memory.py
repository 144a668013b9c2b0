"""Memory that was freed and is wanted again at once: it costs a fault a page, unless it is kept.

The C library of Linux (glibc) gives every array above a threshold back to the system when it is
freed, and the next one is made of new pages, zeroed one by one: a third of the time from file to
footprints. The threshold rises to the largest block that was ever freed (mallopt(3),
M_MMAP_THRESHOLD: "dynamic"), so one block, never touched, is freed once. Where memory is managed
otherwise nothing happens.
"""

from __future__ import annotations

from functools import cache

import numpy as np

_KEPT = 2**24
"""Bytes of an array below which its memory is used again; twice as many free ones are kept."""


@cache
def keep_freed() -> None:
    """Let freed arrays be used again from here on, as any program that frees a large one does.

    >>> keep_freed()
    """
    np.empty(_KEPT, dtype=np.uint8)
