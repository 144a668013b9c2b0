"""All problems of one input are raised together."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pcf.errors import FileError, PcfError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.errors import Problem


@contextmanager
def collecting(error: type[PcfError] = FileError) -> Iterator[list[Problem]]:
    """Yield a list for problems; when the block ends, raise one `error` holding all of them.

    An error of the library raised inside the block adds its problems to those found before it.

    >>> from pcf.errors import problem
    >>> with collecting() as problems:
    ...     problems.append(problem("file-empty", "activity.csv"))
    Traceback (most recent call last):
    pcf.errors.FileError: [file-empty] activity.csv: The file is empty. Fill it in, or remove it.
    """
    problems: list[Problem] = []
    try:
        yield problems
    except PcfError as raised:
        raise error(*problems, *raised.problems) from raised
    if problems:
        raise error(*problems)
