"""Who does the work? This process, its threads, any executor: the same results in the same order.

An executor is whatever has `submit` as `concurrent.futures.Executor` has it: a process pool, a
thread pool, Dask's `client.get_executor()`. A piece of work that an executor loses, because a
worker was killed or its pool broke, is done here: it costs time and nothing else.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, TypeVar

from pcf.errors import PcfError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Executor, Future

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 32
"""Pieces of work that an executor is given before the first of them is asked for."""


def each(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    executor: Executor | None = None,
    *,
    ahead: int = AHEAD,
) -> Generator[Result]:
    """Yield `function` of each item, in the order of the items.

    `function` must not depend on anything but its item. For an executor in other processes both
    pickle. At most `ahead` pieces are under way; closing the iterator cancels those not begun.
    Errors of the library are raised as they are; whatever else goes wrong elsewhere is done again
    here, where a fault of the function itself shows.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     list(each(abs, [-1, 2, -3], pool))
    [1, 2, 3]
    """
    if executor is None:
        yield from map(function, items)
        return
    under_way: deque[tuple[Item, Future[Result] | None]] = deque()
    try:
        for item in items:
            under_way.append((item, _submitted(executor, function, item)))
            if len(under_way) >= ahead:
                yield _finished(function, *under_way.popleft())
        while under_way:
            yield _finished(function, *under_way.popleft())
    finally:
        for _, future in under_way:
            if future is not None:
                future.cancel()


def _submitted(
    executor: Executor, function: Callable[[Item], Result], item: Item
) -> Future[Result] | None:
    """Return the future of one piece of work, or None where the executor takes no more."""
    try:
        return executor.submit(function, item)
    except RuntimeError:  # a pool that broke or was shut down
        return None


def _finished(
    function: Callable[[Item], Result], item: Item, future: Future[Result] | None
) -> Result:
    if future is None:
        return function(item)
    try:
        return future.result()
    except PcfError:
        raise
    except (Exception, CancelledError):  # noqa: BLE001 - executors lose work in ways of their own
        return function(item)
