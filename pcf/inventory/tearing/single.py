"""One changed column: what is asked for most often, at the price of one pass over the links.

With y the intensities by a burden of one in the changed process, the changed ones are l + s y. What
is left of each, q - A' l and e - A' y, is measured, y's in the pass that finds it; of their sum is
left the same sum, but in the changed column, which is measured anew. What rounding adds is bounded
(Higham 2002, section 2.2) and counted in. Where digits are lost, where the bound is not small, or
without the compiled wheel, `updates` takes the longer way.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.tearing import wheel
from pcf.inventory.tearing.solver import REFINED, error_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.solver import Factorised
    from pcf.inventory.tearing.varied import Entries, Varied
    from pcf.inventory.tearing.whole import Whole

    Vector = NDArray[np.float64]

CONDITION = 1e8
"""Beyond this condition of the k x k system of an update the changed one may be singular."""
SHRINKS = 1e4
"""An intensity that shrinks more than this has lost digits, which refinement brings back."""
KEPT = 16
"""Columns whose intensities are kept for the next change: memory used again costs less than new."""
_ROUNDING = 4 * 2.0**-53
"""What a product and two sums of two numbers are off by at most, of the largest of them."""
_LOOPS = {"moved": "x x f8[] f8[] f8[] f8[] f8[] f8[] f8[]! f8[]!"}


class Single:
    """Answers changes of one column of a solved system; see `Baseline`."""

    def __init__(self, factorised: Factorised, q: Vector, values: Vector) -> None:
        """Take what solves, burdens q (n) and intensities (n); nothing is measured yet."""
        self._factorised, self._q, self._values = factorised, q, values
        self._measured: dict[int, tuple[Vector, Vector]] = {}

    def changed(self, varied: Varied, entries: Entries) -> tuple[Vector, float] | None:
        """Return the intensities of the changed system and their residual, None where not so.

        No example: `Baseline` shows it at work.
        """
        torn = self._factorised.torn
        if torn is None or torn.whole is None or not self._fits(varied):
            return None
        column = int(varied.touched[0])
        y, y_left = self._of(column, torn.whole)
        inner = float(varied.by_column(entries.differences, y)[0])
        burden = float(entries.burdens[0])
        if not is_one_sure(inner):
            return None
        weighed = float(varied.by_column(entries.differences, self._values)[0]) + inner * burden
        step = burden - weighed / (1.0 + inner)
        found, largest = np.empty(len(y)), np.empty(3)
        columns = self._factorised.scales.columns
        elsewhere = columns.copy()
        elsewhere[column] = 0.0
        parts = self._values, y, self._left, y_left
        scales = self._of_intensities, elsewhere
        if wheel.loops(_LOOPS)["moved"](step, SHRINKS, *parts, *scales, found, largest):
            return None
        here = abs(float(varied.left_where_touched(entries, found)[0])) * float(columns[column])
        worst, before, after = largest.tolist()
        norm, burdens = varied.norm(entries), self._largest_burden_but(column)
        rounding = _ROUNDING * max(before, after)
        sizes = max(worst, here) + norm * rounding, after, burdens
        residual = error_of(np.array(sizes), norm)
        return (found, residual) if residual <= REFINED else None

    def _fits(self, varied: Varied) -> bool:
        return (
            self._q.ndim == 1
            and len(varied.touched) == 1
            and varied.size == varied.n
            and varied.has_burdens_inside
        )

    def _of(self, column: int, whole: Whole) -> tuple[Vector, Vector]:
        found = self._measured.get(column)
        if found is None:
            found = whole.measured(column)
            if len(self._measured) >= KEPT:  # another thread may ask meanwhile
                self._measured.clear()
            self._measured[column] = found
        return found

    @cached_property
    def _left(self) -> Vector:
        """What is left of the intensities before any change (n)."""
        return self._factorised.residual(self._values, self._q, turned=True)[0]

    @cached_property
    def _of_intensities(self) -> Vector:
        """What scales intensities (n): powers of two, so that one over them is exact."""
        return 1.0 / self._factorised.scales.rows

    def _largest_burden_but(self, column: int) -> float:
        """Return the largest scaled burden of the others; zero, which is safe, if its own is it."""
        largest, at = self._largest_burden
        return 0.0 if at == column else largest

    @cached_property
    def _largest_burden(self) -> tuple[float, int]:
        burdens = np.abs(self._q) * self._factorised.scales.columns
        at = int(burdens.argmax())
        return float(burdens[at]), at


def is_one_sure(inner: float) -> bool:
    """Say whether 1 + `inner` is not nearly zero against its terms.

    >>> is_one_sure(0.5), is_one_sure(-1.0), is_one_sure(float("nan"))
    (True, False, False)
    """
    return abs(1.0 + inner) * CONDITION >= 1.0 + abs(inner)
