"""Why has a system no answer? Asked before the solver is, and again when it fails.

By construction every product of a system has one process and every link one provider. What can
still be wrong is an amount, a link that points nowhere, and a loop that consumes what it makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import Problem, SolveError, problem
from pcf.inventory.engine import factorise
from pcf.inventory.loops import Loop, find_loops, self_loops
from pcf.inventory.mapping import pieces
from pcf.inventory.matrices import technosphere_of
from pcf.inventory.tearing.columns import column_of_entries
from pcf.inventory.tearing.graphs import Links, reached
from pcf.model.flow_table import words_of
from pcf.model.systems import CREDIT, ELEMENTARY, INPUT, INTERNAL, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.inventory.engine import Factorised
    from pcf.model.systems import ProductSystem

_NONE = np.zeros(0, dtype=np.intp)
_NOISE = 1e-12
"""A negative run this small against the largest is rounding."""


def diagnose(system: ProductSystem) -> None:
    """Raise SolveError with everything that keeps `system` from being solved, before solving.

    Amounts that are not finite or negative, processes without a reference amount, links to nowhere
    or against the direction of their provider, elementary exchanges against the direction of their
    flow, processes that consume all they make. Longer loops are named when the solver fails.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> diagnose(product_system([unit_process("power", "1 kWh", takes={"power": "0.1 kWh"})]))
    >>> diagnose(product_system([unit_process("power", "1 kWh", takes={"power": "1.2 kWh"})]))
    Traceback (most recent call last):
    pcf.errors.SolveError: [loop-consumes] The loop power → power consumes 1.2 for every 1 that ...
    """
    problems = [*_reference_problems(system), *_amount_problems(system), *_link_problems(system)]
    if not problems:
        problems = [_said(loop) for loop in self_loops(system)]
    if problems:
        raise SolveError(*problems)


def factorise_system(system: ProductSystem, *, credits: bool = True) -> Factorised:  # noqa: A002 - the word users write
    """Diagnose `system`, assemble and factorise it; a failure names the loops that cause it.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("power", "2 kWh")])
    >>> factorise_system(system).forward(np.array([3.0])).values
    array([1.5])
    """
    diagnose(system)
    try:
        return factorise(technosphere_of(system, credits=credits))
    except SolveError as error:
        raise SolveError(*(loop_problems(system) or error.problems)) from None


def require_productive(system: ProductSystem, scaling: NDArray[np.float64]) -> None:
    """Raise SolveError when negative runs (n) come from a loop that consumes more than it makes.

    `scaling` answers a reference flow without negative amounts. Negative runs that credits explain
    pass. No example: `solve` calls it.
    """
    negative = scaling < -_NOISE * np.abs(scaling).max(initial=0.0)
    if negative.any():
        problems = loop_problems(system, negative)
        if problems:
            raise SolveError(*problems)


def unreached(system: ProductSystem, process: str) -> tuple[str, ...]:
    """Return the ids of the processes from which nothing comes into `process`, in their order.

    That is information, not a fault: a background set holds more than one product needs.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("power", "1 kWh"), unit_process("rain", "1 L")])
    >>> unreached(system, "power")
    ('rain',)
    """
    technosphere, start = technosphere_of(system), np.zeros(len(system.processes), dtype=np.bool_)
    start[system.index(process)] = True
    links = Links(column_of_entries(technosphere), technosphere.indices)  # to what each takes
    here = ~reached(len(start), links, start)
    return tuple(str(id_) for id_ in system.processes.ids[here])


def _reference_problems(system: ProductSystem) -> Iterator[Problem]:
    column = system.processes
    if len(column) == 0:
        yield problem("system-empty")
    wrong = ~((column.amounts > 0) & np.isfinite(column.amounts))
    for i in np.flatnonzero(wrong):
        yield problem("reference-missing", str(column.ids[i]), amount=column.amounts[i])


def _amount_problems(system: ProductSystem) -> Iterator[Problem]:
    column = system.exchanges
    wrong = ~((column.amount >= 0) & np.isfinite(column.amount)) & (column.kind != INTERNAL)
    for e in np.flatnonzero(wrong):
        yield problem("amount-unusable", _item(system, e), amount=column.amount[e])


def _link_problems(system: ProductSystem) -> Iterator[Problem]:
    column = system.exchanges
    broken, turned, against = _wrong_links(system)
    for e in broken:
        yield problem("link-broken", _item(system, e))
    for e in turned:
        provider = system.processes.ids[column.target[e]]
        yield problem("link-direction", _item(system, e), provider=provider)
    for e in against:
        yield problem("elementary-direction", _item(system, e))


def _wrong_links(system: ProductSystem) -> list[NDArray[np.intp]]:
    """Return the exchanges that lead nowhere, against their provider, and against their flow."""
    column, treats = system.exchanges, system.processes.treats
    leaves = words_of(system.elementary, "direction") == "output"
    signs = np.where(leaves, OUTPUT, INPUT).astype(np.int8)
    found: list[list[NDArray[np.intp]]] = [[], [], []]
    for piece in pieces(len(column)):
        kind, target, direction = column.kind[piece], column.target[piece], column.direction[piece]
        elementary, waste = kind == ELEMENTARY, kind == WASTE
        linked = (kind == PRODUCT) | waste | (kind == CREDIT)
        nowhere = (linked & (target >= len(treats))) | (elementary & (target >= len(signs)))
        nowhere |= (linked | elementary) & (target < 0)
        sent = waste | ((kind == CREDIT) & (direction == INPUT))
        turned = ((kind == PRODUCT) & (direction != INPUT)) | (waste & (direction != OUTPUT))
        # Asked of every exchange, told of the linked alone: cheaper than to pick them first.
        turned |= treats.take(target, mode="clip") != sent
        flows = np.flatnonzero(elementary & ~nowhere)
        against = flows[direction[flows] != signs[target[flows]]]
        here = (np.flatnonzero(nowhere), np.flatnonzero(linked & ~nowhere & turned), against)
        for all_, some in zip(found, here, strict=True):
            all_.append(some + piece.start)
    return [np.concatenate([_NONE, *each]) for each in found]


def loop_problems(
    system: ProductSystem, among: NDArray[np.bool_] | None = None
) -> tuple[Problem, ...]:
    """Return a problem for each loop that consumes more than it makes, if need be among some.

    No example: `factorise_system` raises them.
    """
    return tuple(_said(loop) for loop in find_loops(system, among))


def _said(loop: Loop) -> Problem:
    gain, own = f"{loop.gain:.6g}", f"{loop.own:.6g}"
    if own == gain:
        return problem("loop-consumes", "", loop=loop, gain=gain)
    return problem("loops-consume", "", process=loop.processes[0], gain=gain, loop=loop, own=own)


def _item(system: ProductSystem, exchange: np.intp) -> str:
    column = system.exchanges
    return f"{system.processes.ids[column.process[exchange]]}: {column.flows[exchange]}"
