"""What of a solve depends on the structure alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.columns import Stored

    Positions = NDArray[np.int32]

FORM = 3
"""The version of what a plan holds; another one has another fingerprint."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The order in which a technosphere of n processes is solved, and where its entries stand.

    Processes stand at positions 0 ... n-1: `up` = [0, up_end), `core` = [up_end, core_end), `down`
    = [core_end, n), each by the levels of the links within it, so that suppliers stand before
    consumers, and within a level by the number of inputs, so that loops over them are as long as
    the last. Torn processes are the last of the core; only what they supply may stand before
    them. Up are the ancestors of torn processes that do not
    descend from any; core descends from and leads to torn ones; down is the rest.

    - `order` (n): the process at each position; `positions` (n): the position of each process.
    - `products` (n): the row of the technosphere paired with the process at each position.
    - `torn` (h): positions of the torn processes, ascending.
    - `starts` (n+1): the inputs of position k are entries starts[k] : starts[k+1].
    - `suppliers` (m): the position that supplies each input, or n + t for torn process t.
    - `entries` (m), `pivots` (n): where each input, and the paired entry of each position, stands
      in `technosphere.data` (CSC, canonical).
    """

    up_end: int
    core_end: int
    order: Positions
    positions: Positions
    products: Positions
    torn: Positions
    starts: Positions
    suppliers: Positions
    entries: Positions
    pivots: Positions

    @property
    def n(self) -> int:
        """The number of processes."""
        return len(self.order)

    @property
    def h(self) -> int:
        """The number of torn processes."""
        return len(self.torn)

    @property
    def consumers(self) -> Positions:
        """Return (m): the position that takes each input."""
        return np.repeat(np.arange(self.n, dtype=np.int32), np.diff(self.starts))

    @property
    def supplying(self) -> Positions:
        """Return (m): the position that supplies each input, torn ones by their position too."""
        return np.concatenate([np.arange(self.n, dtype=np.int32), self.torn])[self.suppliers]


def structure_fingerprint(technosphere: Stored, pairing: Positions | None) -> str:
    """Return the SHA-256 of where `technosphere` (canonical CSC) has entries, and of the pairing.

    Explicit zeros count as entries: they may become something else. `pairing` is None where every
    process is paired with the product of its own row.
    """
    digest = hashlib.sha256(f"plan {FORM} {technosphere.shape[0]}".encode())
    for part in (technosphere.indptr, technosphere.indices, pairing):
        if part is not None:
            digest.update(np.ascontiguousarray(part, dtype="<i4").data)
    return digest.hexdigest()
