"""How much of a plant's power comes out of its own line? Certificates less the line's loss.

Certificates are issued for what a plant makes; a meter at the end of a line of its own measures
what is left of it. What the line loses serves nobody: it is neither claimed nor left over.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.columns import SupplyColumns
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.kinds import Certificate

_GONE = ("withdrawn", "annulled", "expired")


def lessened_by_lines(
    supply: SupplyColumns, kind: Whole, kinds: Sequence[Certificate], left: Whole | None
) -> tuple[Whole | None, int]:
    """Return what own lines leave of each row, and the watt-hours that they lose.

    Of the certificates of a plant's interval (1 - loss) comes out of its line, rounded down; what
    claims have taken of it is no longer there, so that matching again never recovers the loss.
    `left` is what was there before, None for all.

    No example: `match` shows it.
    """
    losses = [_loss(each) for each in kinds]
    if not any(losses):
        return left, 0
    found = (supply.energy if left is None else left).copy()
    before = int(found.sum())
    lines = {each.device_id: loss for each, loss in zip(kinds, losses, strict=True) if loss}
    for device, loss in sorted(lines.items()):
        mine = [each.device_id == device and bool(_loss(each)) for each in kinds]
        _lessen(supply, np.flatnonzero(np.array(mine)[kind]), loss, found)
    return found, before - int(found.sum())


def _loss(kind: Certificate) -> Fraction:
    if kind.instrument != "direct line" or kind.tie is None or not kind.tie.line_loss:
        return Fraction(0)
    return Fraction(str(kind.tie.line_loss))


def _lessen(supply: SupplyColumns, rows: Whole, loss: Fraction, found: Whole) -> None:
    """Lessen the usable rows of a plant, interval by interval, the last positions first."""
    names = np.array(supply.state.names)
    state = names[supply.state.codes[rows]]
    for start in np.unique(supply.start[rows]).tolist():
        here = rows[supply.start[rows] == start]
        words = state[supply.start[rows] == start]
        made = int(supply.energy[here[~np.isin(words, _GONE)]].sum())
        taken = int(supply.energy[here[words == "claimed"]].sum())
        comes_out = made * (loss.denominator - loss.numerator) // loss.denominator
        usable = here[~np.isin(words, (*_GONE, "claimed"))]
        room = max(comes_out - taken, 0)
        before = np.cumsum(found[usable]) - found[usable]
        found[usable] = np.clip(room - before, 0, found[usable])
