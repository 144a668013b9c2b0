"""How does a column grow? Values are added at its end; its room doubles when it is full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@dataclass(slots=True)
class Column:
    """A column that grows at its end."""

    data: Whole = field(default_factory=lambda: np.zeros(16, dtype=np.int64))
    count: int = 0

    def extend(self, values: Whole) -> None:
        """Add values at the end."""
        need = self.count + len(values)
        if need > len(self.data):
            grown = np.zeros(max(need, 2 * len(self.data)), dtype=np.int64)
            grown[: self.count] = self.data[: self.count]
            self.data = grown
        self.data[self.count : need] = values
        self.count = need

    def values(self) -> Whole:
        """Return the values as they are now."""
        return self.data[: self.count]
