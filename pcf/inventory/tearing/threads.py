"""Two things at once: compiled loops release the interpreter's lock, and so do hashes and files.

One thread waits for work as long as the interpreter lives: starting one takes as long as many a
loop. While it has work, others do theirs by themselves, so that nobody waits for another.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

One = TypeVar("One")
Other = TypeVar("Other")

_BUSY = Lock()


def side_by_side(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """Return what both give, computed at once where there is a processor for each.

    What either raises is raised, once both have ended. Where no thread is to be had, as while the
    interpreter ends or too many are there, one comes after the other.

    >>> side_by_side(lambda: 1, lambda: 2)
    (1, 2)
    """
    if not _has_two() or not _BUSY.acquire(blocking=False):
        return one(), other()
    try:
        first = _submitted(one)
        if first is None:
            return one(), other()
        try:
            second = other()
        finally:
            first.exception()  # once it has ended
        return first.result(), second
    finally:
        _BUSY.release()


@cache
def _has_two() -> bool:
    return (os.cpu_count() or 1) > 1


def _submitted(one: Callable[[], One]) -> Future[One] | None:
    try:
        return _helper().submit(one)
    except RuntimeError:
        return None


@cache
def _helper() -> ThreadPoolExecutor:
    """Return the thread, started: what waits for one that cannot start would be done later on."""
    helper = ThreadPoolExecutor(1, "pcf")
    helper.submit(int)
    return helper


def _begin_anew() -> None:
    """Forget the thread: a forked process has none."""
    global _BUSY  # noqa: PLW0603 - it may be held by a thread that is not there any more
    _BUSY = Lock()
    _helper.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
