"""Which loops are worth compiling? Plain Python, to be read and run without numba.

`pairing` gives numba's form of them where numba is at hand and there is enough to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcf.electricity.matching.arrays import Whole


def count_legs(given: Whole, got: Whole) -> int:
    """Return how many legs `fill_legs` makes.

    No example: `pairing.side_by_side` calls it.
    """
    legs = 0
    place = 0
    left = 0
    for row in range(len(given)):
        rest = given[row]
        while rest > 0:
            if left == 0:
                left = got[place]
            step = min(rest, left)
            rest -= step
            left -= step
            legs += 1
            if left == 0:
                place += 1
    return legs


def fill_legs(  # noqa: PLR0913, PLR0917 - arrays one by one, as numba takes them
    given: Whole, got: Whole, giver: Whole, taker: Whole, energy: Whole, offset: Whole
) -> None:
    """Lay two columns of equal sums side by side; write who gives whom how much, from where.

    No example: `pairing.side_by_side` calls it.
    """
    leg = 0
    place = 0
    left = 0
    for row in range(len(given)):
        rest = given[row]
        while rest > 0:
            if left == 0:
                left = got[place]
            step = min(rest, left)
            giver[leg] = row
            taker[leg] = place
            energy[leg] = step
            offset[leg] = given[row] - rest
            rest -= step
            left -= step
            leg += 1
            if left == 0:
                place += 1
