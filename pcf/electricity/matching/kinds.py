"""Which certificates, and which meters, are alike but for time? Kinds: what rules are asked of.

Ten million certificates have few kinds: their scheme, device, owner, state and so on. Rules judge
each kind once; time is judged for all rows at once (see `windows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.facts import Cancellation, Device, Settlement
    from pcf.electricity.matching.arrays import Whole
    from pcf.electricity.matching.circumstances import Circumstances, Tie
    from pcf.electricity.profiles import Instrument


_TABLE = 2**22
"""How many combinations are looked up in a table rather than sorted."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What certificates of one kind have in common, with the records that they name."""

    scheme: str
    device_id: str
    owner: str
    made: str
    state: str
    trades: int
    bound: str
    cancellation: str
    device: Device | None
    settlement: Settlement | None
    record: Cancellation | None
    tie: Tie | None

    @property
    def instrument(self) -> Instrument:
        """The way by which it reaches its user."""
        connection = self.device.connection if self.device else "grid"
        if connection == "direct line" and self.tie is not None:
            return "direct line"
        if self.made == "self-consumed":
            return "direct line" if connection == "direct line" else "on-site"
        return "green-power trade" if self.bound else "certificate alone"

    @property
    def holder(self) -> str:
        """Who may use it: the beneficiary of its cancellation record, else its owner."""
        return self.record.beneficiary if self.record else self.owner

    @property
    def is_own(self) -> bool:
        """Whether it is of power that reached its user without the public grid."""
        return self.instrument in ("on-site", "direct line")


@dataclass(frozen=True, slots=True)
class Use:
    """What readings of one kind have in common."""

    meter: str
    consumer: str
    site: str
    place: str
    measured: str
    trial: bool


def certificates(
    supply: SupplyColumns, circumstances: Circumstances
) -> tuple[Whole, tuple[Certificate, ...]]:
    """Return the kind of each row of supply, and the kinds."""
    texts = ("scheme", "device", "owner", "made", "state", "bound", "cancellation")
    columns = [getattr(supply, name).codes for name in texts]
    codes, rows = coded([*columns, supply.trades])
    ties = {tie.device: tie for tie in circumstances.ties}
    kinds = []
    for row in rows.tolist():
        scheme, device, owner, made, state, bound, cancelled = (
            getattr(supply, name)[row] for name in texts
        )
        kinds.append(
            Certificate(
                *(scheme, device, owner, made, state, int(supply.trades[row]), bound, cancelled),
                supply.devices.get(device),
                circumstances.settlements.get(bound),
                circumstances.cancellations.get(cancelled),
                ties.get(device),
            )
        )
    return codes, tuple(kinds)


def uses(demand: DemandColumns) -> tuple[Whole, tuple[Use, ...]]:
    """Return the kind of each row of demand, and the kinds."""
    texts = ("meter", "consumer", "site", "place", "measured")
    columns = [getattr(demand, name).codes for name in texts]
    codes, rows = coded([*columns, demand.trial])
    kinds = []
    for row in rows.tolist():
        meter, consumer, site, place, measured = (getattr(demand, name)[row] for name in texts)
        kinds.append(Use(meter, consumer, site, place, measured, bool(demand.trial[row])))
    return codes, tuple(kinds)


def coded(columns: Sequence[NDArray[Any]]) -> tuple[Whole, Whole]:
    """Return a code for each different combination of columns, and a row of each.

    Columns hold whole numbers that are not below zero.

    >>> codes, rows = coded([np.array([4, 4, 9]), np.array([0, 1, 0])])
    >>> codes.tolist(), rows.tolist()
    ([0, 1, 2], [0, 1, 2])
    """
    count, size = len(columns[0]), 1
    key: NDArray[Any] = np.zeros(count, dtype=np.int32)
    for column in columns:
        width = int(column.max()) + 1 if count else 1
        if width == 1:
            continue
        if size * width > _TABLE:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            size = int(key.max()) + 1
        kind = np.int32 if size * width < 2**31 else np.int64
        key = key * kind(width) + column.astype(kind, copy=False)
        size *= width
    if size > _TABLE:
        _, rows, codes = np.unique(key, return_index=True, return_inverse=True)
        return codes.reshape(-1).astype(np.int32), rows.astype(np.int64)
    seen = np.zeros(size, dtype=np.bool_)
    seen[key] = True
    table = np.cumsum(seen, dtype=np.int32) - np.int32(1)
    codes = table[key]
    rows = np.zeros(int(seen.sum()), dtype=np.int64)
    # Backwards, so that the first row of each code is the one that stays.
    rows[codes[::-1]] = np.arange(count - 1, -1, -1, dtype=np.int64)
    return codes, rows
