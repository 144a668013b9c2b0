"""Networks to draw and to trace: every zone consumes what is left, so nothing is out of balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import strategies as st

from pcf.electricity.tracing import network

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy
    from numpy.typing import NDArray

    from pcf.electricity.tracing import Network

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Drawn:
    """A network as plain arrays: generation (hours, n), sent and received (hours, to, from)."""

    generation: Numbers
    emissions: Numbers
    sent: Numbers
    received: Numbers

    @property
    def count(self) -> int:
        """The number of zones."""
        return self.generation.shape[1]

    def zones(self, order: list[int] | None = None) -> list[str]:
        """Return the names of the zones, in an order."""
        return [f"zone {number}" for number in (order or range(self.count))]

    def network(self, order: list[int] | None = None) -> Network:
        """Return the network as the library takes it, its zones in an order."""
        ranks = order or list(range(self.count))
        generation = {f"zone {i}": self.generation[:, i] for i in ranks}
        pairs = [(i, j) for i in ranks for j in ranks if self.sent[:, j, i].any()]
        flows = {(f"zone {i}", f"zone {j}"): self.sent[:, j, i] for i, j in pairs}
        arrived = {(f"zone {i}", f"zone {j}"): self.received[:, j, i] for i, j in pairs}
        return network(generation, flows, received=arrived)

    def carried(self) -> dict[str, Numbers]:
        """Return the emissions by zone."""
        return {f"zone {i}": self.emissions[:, i] for i in range(self.count)}


def _drawn(numbers: list[int], shape: tuple[int, int], loss: float, sparse: int) -> Drawn:
    """Build a network from a seed: some flows, and generation that covers what is sent on."""
    hours, count = shape
    random = np.random.default_rng(numbers)
    sent = random.uniform(0, 10, (hours, count, count)) * (
        random.integers(0, sparse, (hours, count, count)) == 0
    )
    sent[:, np.arange(count), np.arange(count)] = 0
    received = sent * (1 - loss * random.uniform(0, 1, sent.shape))
    short = np.maximum(sent.sum(axis=1) - received.sum(axis=2), 0)
    generation = short + random.uniform(0.5, 20, (hours, count))
    emissions = generation * random.uniform(0, 1, (hours, count))
    return Drawn(generation, emissions, sent, received)


def drawn_networks(*, loss: float = 0.0, most: int = 6) -> SearchStrategy[Drawn]:
    """Return a strategy of networks with loops; `loss` is the most that a line may lose."""
    return st.builds(
        lambda seed, hours, count, sparse: _drawn([seed], (hours, count), loss, sparse),
        st.integers(0, 2**32 - 1),
        st.integers(1, 3),
        st.integers(1, most),
        st.integers(1, 4),
    )


@pytest.fixture(scope="session")
def draw() -> Callable[..., Drawn]:
    """Return the function that builds a network from a seed."""
    return _drawn
