"""What is true when something is unknown? Kleene's three-valued logic: True, False, None.

Truths come one by one and are asked for only until the answer stands, so that
`x != 0 and y / x > 1` computes no quotient where x is zero.
Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64, strong tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def negation(truth: bool | None) -> bool | None:
    """Return not `truth`.

    >>> negation(True), negation(None)
    (False, None)
    """
    return None if truth is None else not truth


def all_of(truths: Iterable[bool | None]) -> bool | None:
    """Return False if any is False, else None if any is unknown, else True.

    >>> all_of([True, None, False]), all_of([True, None])
    (False, None)
    """
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """Return True if any is True, else None if any is unknown, else False.

    >>> any_of([None, True]), any_of([None, False])
    (True, None)
    """
    return negation(all_of(negation(truth) for truth in truths))
