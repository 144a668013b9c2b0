"""How do numbers by zone and hour come in? Mappings of names to a number or to one an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from pcf.errors import Problem

    Numbers = NDArray[np.float64]


def hours_in(series: Iterable[ArrayLike]) -> int:
    """Return how many hours the longest of some series has; a single number is any number of hours.

    >>> hours_in([3.0, [1.0, 2.0]])
    2
    """
    return max((np.size(each) for each in series), default=1)


def read_columns(
    series: Mapping[str, ArrayLike], names: Sequence[str], hours: int, what: str
) -> Numbers:
    """Return an array (hours, names) of `series`; a single number holds in every hour.

    A name without a series is zero in every hour: callers ask first which names must have one.
    Raises ModelError with every series that has other hours, or a number that is not finite.

    >>> read_columns({"A": [1, 2], "B": 5}, ["B", "A"], 2, "generation").tolist()
    [[5.0, 1.0], [5.0, 2.0]]
    """
    table = np.zeros((hours, len(names)))
    problems: list[Problem] = []
    for column, name in enumerate(names):
        if name in series:
            _read(series[name], table[:, column], (what, name), problems)
    if problems:
        raise ModelError(*problems)
    return table


def _read(
    values: ArrayLike, column: Numbers, called: tuple[str, str], problems: list[Problem]
) -> None:
    """Write one series into its column, or say why it cannot be read."""
    what, name = called
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        problems.append(problem("series-unknown", name, what=what, hour="?"))
        return
    if numbers.ndim > 1 or numbers.size not in (1, len(column)):
        facts = {"what": what, "found": numbers.shape, "hours": len(column)}
        problems.append(problem("series-length", name, (), **facts))
    elif not np.isfinite(numbers).all():
        hour = int(np.argmin(np.isfinite(np.atleast_1d(numbers))))
        problems.append(problem("series-unknown", name, what=what, hour=hour))
    else:
        column[:] = numbers


def unknown_names(
    given: Iterable[str], known: Sequence[str], what: str, code: str = "zone-unknown"
) -> list[Problem]:
    """Return one problem for each name that is not among `known`.

    >>> [each.code for each in unknown_names(["A", "X"], ["A"], "generation")]
    ['zone-unknown']
    """
    strangers = sorted(set(given) - set(known))
    return [
        problem(code, each, text.nearest(each, known), name=each, what=what) for each in strangers
    ]


def sums_at(values: Numbers, ends: NDArray[np.intp], count: int) -> Numbers:
    """Return (hours, count): the columns of `values` summed by the node each one ends at.

    >>> sums_at(np.array([[1.0, 2.0, 4.0]]), np.array([1, 0, 1]), 2).tolist()
    [[2.0, 5.0]]
    """
    incidence = np.zeros((len(ends), count))
    incidence[np.arange(len(ends)), ends] = 1.0
    return values @ incidence
