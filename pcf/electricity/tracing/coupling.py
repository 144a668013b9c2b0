"""What mixes with what? Three couplings of zones, each a way to read the same numbers.

`direct`      all that a zone generates and receives mixes, and the mix is consumed and sent on.
`aggregated`  a zone first consumes what it generates; only what is left mixes with what passes
              through (transit leaves a zone's own supply alone; Hörsch et al., 'Flow tracing as a
              tool set for the analysis of networked large-scale renewable electricity systems',
              Int. J. Electr. Power Energy Syst. 96, 2018).
`net`         flows both ways between two zones are set against each other first, then as direct:
              the coupling of the official provincial factors, on annual net transfers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from pcf.electricity.tracing.series import sums_at
from pcf.electricity.tracing.solving import Mixing, solve_mixing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.tracing.network import Network

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Coupling = Literal["direct", "aggregated", "net"]
COUPLINGS: tuple[Coupling, ...] = get_args(Coupling)
ROUNDING = 1e-12
"""What sums may miss by rounding, as a part of what passes through a zone."""


@dataclass(frozen=True, slots=True, eq=False)
class Coupled:
    """A network under a coupling: what mixes, and how much of a zone's own goes past the mix.

    `supply` is what enters each node (hours, nodes); `kept` the part of consumption that is the
    node's own supply before any mixing, `mixed` the part of the supply that enters the mix; `sent`
    is what enters each line of the network (hours, lines).
    """

    mixing: Mixing
    supply: Numbers
    kept: Numbers
    mixed: Numbers
    sent: Numbers

    def follow(self, carried: Numbers) -> tuple[Numbers, Numbers, Flags]:
        """Return what a unit consumed carries, what a unit sent carries, and where that is known.

        All are (hours, nodes, k) or (hours, nodes); linear in `carried`, what enters each node with
        its supply. What a node consumes of its own alone (`kept` is one) is known everywhere.
        """
        if not self.kept.any():
            sent, known = solve_mixing(self.mixing, carried)
            return sent, sent, known
        sent, known = solve_mixing(self.mixing, carried * self.mixed[:, :, None])
        safe = np.where(self.supply > 0, self.supply, 1.0)[:, :, None]
        own = carried / safe
        kept = self.kept[:, :, None]
        return kept * own + (1 - kept) * sent, sent, known


def couple(grid: Network, coupling: Coupling) -> Coupled:
    """Return the network as one of `COUPLINGS` reads it; external nodes stand after the zones.

    >>> from pcf.electricity.tracing import network
    >>> grid = network({"A": 200, "B": 100, "C": 50}, {("A", "B"): 100, ("B", "C"): 100})
    >>> couple(grid, "aggregated").kept.tolist()
    [[1.0, 1.0, 0.3333333333333333]]
    """
    zones, nodes = len(grid.zones), len(grid.nodes)
    starts, ends = grid.ends
    sent, received = _netted(grid) if coupling == "net" else (grid.sent, grid.received)
    supply = sums_at(sent, starts, nodes)
    supply[:, :zones] = grid.supply
    kept = np.zeros_like(supply)
    own = supply
    if coupling == "aggregated":
        own, kept = _left_over(grid, supply)
    safe = np.where(supply > 0, supply, 1.0)
    mixed = np.where(supply > 0, own / safe, 1.0)
    inside = ends < zones
    lines = (sent[:, inside], received[:, inside], starts[inside], ends[inside])
    return Coupled(Mixing(own, *lines), supply, kept, mixed, sent)


def _left_over(grid: Network, supply: Numbers) -> tuple[Numbers, Numbers]:
    """Return what each node's supply leaves after its own use, and its part of that use.

    Less than the rounding of what passes through a zone is neither left nor missing: else it alone
    would feed flows that go round.
    """
    zones = len(grid.zones)
    used, through = np.zeros_like(supply), supply.copy()
    used[:, :zones] = grid.consumption + grid.charging
    through += sums_at(grid.received, grid.ends[1], supply.shape[1])
    over = supply - used
    over[np.abs(over) <= ROUNDING * through] = 0.0
    part = np.minimum(supply / np.where(used > 0, used, 1.0), 1.0)
    kept = np.where(used > 0, np.where(over < 0, part, 1.0), np.where(supply > 0, 1.0, 0.0))
    kept[:, zones:] = 0.0
    return np.maximum(over, 0.0), kept


def _netted(grid: Network) -> tuple[Numbers, Numbers]:
    """Return sent and received with the flows both ways between two places set against each other.

    What a place sends less what it receives on the pair is its net flow, so no balance changes.
    Where both ends give more than they get (losses above the net flow) both lines remain, and
    nothing arrives.
    """
    sent, received = grid.sent.copy(), grid.received.copy()
    place = {line: number for number, line in enumerate(grid.lines)}
    for (start, end), there in place.items():
        back = place.get((end, start))
        if back is not None and there < back:
            out = grid.sent[:, there] - grid.received[:, back]
            arrives = grid.received[:, there] - grid.sent[:, back]
            sent[:, there], received[:, there] = np.maximum(out, 0), np.maximum(arrives, 0)
            sent[:, back], received[:, back] = np.maximum(-arrives, 0), np.maximum(-out, 0)
    return sent, received
