"""Which matrices a product system becomes.

Column j is process j, row i the product (or the treated waste) of process i; outputs are positive,
inputs negative. What a treatment takes in is negative on the diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.mapping import pieces, release
from pcf.inventory.tearing.columns import Columns
from pcf.model.systems import CREDIT, ELEMENTARY, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array, csr_array

    from pcf.model.systems import ExchangeColumns, ProductSystem

_PLUS, _MINUS = np.int8(1), np.int8(-1)


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """The two matrices of a system, per run of each process (its reference amount).

    `technosphere` (n x n): row i in the unit of the product of process i. `elementary` (k x n):
    row k is `system.elementary[k]` in its unit, positive where it leaves, negative where it is
    taken in.
    """

    technosphere: csc_array[np.float64]
    elementary: csr_array[np.float64]


def assemble(system: ProductSystem, *, credits: bool = True) -> Matrices:  # noqa: A002 - the word users write
    """Return the matrices of `system`; without `credits`, what is avoided is left out.

    Exchanges of one process with the same provider or flow add up. Internal streams are no entry.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh", emits={"CO2": "9 kg"}),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> assemble(system).technosphere.toarray()
    array([[  10., -400.],
           [   0.,    1.]])
    """
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - large, to show matrices only

    technosphere = technosphere_of(system, credits=credits).csc()
    flows, emitting, amounts = _entries(system.exchanges, (ELEMENTARY,))
    shape = (len(system.elementary), len(system.processes))
    elementary = coo_array((amounts, (flows, emitting)), shape=shape)
    release(system)
    return Matrices(technosphere, csr_array(elementary))


def technosphere_of(system: ProductSystem, *, credits: bool = True) -> Columns:  # noqa: A002 - the word users write
    """Return the technosphere (n x n) by columns, as `assemble` does, without SciPy.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> technosphere_of(product_system([unit_process("power", "10 kWh")])).data
    array([10.])
    """
    n = len(system.processes)
    kinds = (PRODUCT, WASTE, CREDIT) if credits else (PRODUCT, WASTE)
    rows, at, values = _entries(system.exchanges, kinds, n)
    own = slice(len(values) - n, None)
    rows[own] = at[own] = np.arange(n)
    values[own] = np.where(system.processes.treats, -1.0, 1.0) * system.processes.amounts
    release(system)
    return Columns.summed((n, n), rows, at, values)


def flows_of(system: ProductSystem, scaling: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (k) how much of each elementary flow goes in or out where processes run `scaling` (n).

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("power", "10 kWh", emits={"CO2": "9 kg"})])
    >>> flows_of(system, np.array([2.0]))
    array([18.])
    """
    flows, emitting, amounts = _entries(system.exchanges, (ELEMENTARY,))
    release(system)
    amounts *= scaling[emitting]
    return np.bincount(flows, amounts, len(system.elementary)).astype(np.float64, copy=False)


def signed_amounts(columns: ExchangeColumns) -> NDArray[np.float64]:
    """Return (m): amounts per run, positive for outputs and negative for inputs."""
    return _signed(columns.amount, columns.direction)


def _entries(
    columns: ExchangeColumns, kinds: tuple[int, ...], room: int = 0
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return rows, columns and signed values of the exchanges of some kinds.

    A product or an avoided treatment is an input of its row, a waste or an avoided product an
    output, which is the sign that the exchange's own direction has. After them there is `room` for
    so many entries more, which hold nothing yet.
    """
    wanted = np.zeros(len(columns), dtype=np.bool_)
    for kind in kinds:
        wanted |= columns.kind == kind
    count = int(np.count_nonzero(wanted)) + room
    rows, at, values = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count)
    end = 0
    for piece in pieces(len(columns)):
        here = np.flatnonzero(wanted[piece])
        start, end = end, end + len(here)
        # "clip" writes where it is told at once, without a copy for an error that cannot be.
        columns.target[piece].take(here, out=rows[start:end], mode="clip")
        columns.process[piece].take(here, out=at[start:end], mode="clip")
        signed = _signed(columns.amount[piece], columns.direction[piece])
        signed.take(here, out=values[start:end], mode="clip")
    return rows, at, values


def _signed(amounts: NDArray[np.float64], directions: NDArray[np.int8]) -> NDArray[np.float64]:
    return amounts * np.where(directions == OUTPUT, _PLUS, _MINUS)
