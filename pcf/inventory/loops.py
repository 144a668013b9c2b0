"""Which loop of a system consumes more than it makes, and by what gain.

A loop of one process is seen at once; longer ones are looked for where a system has no answer
(`unproductive`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.model.systems import PRODUCT, WASTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

ALL = 1 - 1e-12
"""A gain that rounding alone keeps from one."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of processes, each buying from the next and the last from the first.

    `gain` is how much of the first product is consumed for every 1 that the first process makes,
    over all paths of its component; `own` is the same over this loop alone.
    """

    processes: tuple[str, ...]
    gain: float
    own: float

    def __str__(self) -> str:
        """Return the ids in order, the first again at the end."""
        return " → ".join((*self.processes, self.processes[0]))


def find_loops(system: ProductSystem, among: NDArray[np.bool_] | None = None) -> tuple[Loop, ...]:
    """Return one loop for each component whose loops consume at least what they make.

    `among` (n) limits the search to components that hold one of the marked processes.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "1 kWh", takes={"coal": "0.5 kg"}),
    ...     unit_process("coal", "1 kg", takes={"power": "2.5 kWh"}),
    ... ])
    >>> loop, = find_loops(system)
    >>> print(loop, loop.gain)
    power → coal → power 1.25
    """
    from pcf.inventory.unproductive import cycles  # noqa: PLC0415 - SciPy is large

    rows, columns, runs = _needs(system)
    found = cycles(len(system.processes), (rows, columns, runs), among)
    ids = system.processes.ids
    return tuple(Loop(tuple(str(ids[i]) for i in cycle), gain, own) for cycle, gain, own in found)


def self_loops(system: ProductSystem) -> tuple[Loop, ...]:
    """Return the processes that alone consume at least what they make; no solver is needed."""
    rows, _, runs = _needs(system, system.exchanges.target == system.exchanges.process)
    gains = np.bincount(rows, runs, len(system.processes))
    ids = system.processes.ids
    return tuple(
        Loop((str(ids[i]),), float(gains[i]), float(gains[i])) for i in np.flatnonzero(gains >= ALL)
    )


def _needs(
    system: ProductSystem, among: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return the runs of a provider that one run of a process needs, link by link.

    As provider, process, runs; the links of one pair add up. `among` (m) marks the exchanges that
    are asked for, if not all.
    """
    columns = system.exchanges
    here = (columns.kind == PRODUCT) | (columns.kind == WASTE)
    if among is not None:
        here &= among
    target = columns.target[here]
    runs = columns.amount[here] / system.processes.amounts[target]
    return target, columns.process[here], runs
