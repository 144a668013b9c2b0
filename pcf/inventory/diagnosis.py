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
from pcf.inventory.matrices import technosphere_of
from pcf.inventory.tearing.columns import column_of_entries
from pcf.inventory.tearing.graphs import Links, reached
from pcf.model.systems import CREDIT, ELEMENTARY, INPUT, INTERNAL, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.inventory.engine import Factorised
    from pcf.model.systems import ProductSystem

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
    column, n = system.exchanges, len(system.processes)
    elementary = column.kind == ELEMENTARY
    linked = np.isin(column.kind, (PRODUCT, WASTE, CREDIT))
    most = np.where(elementary, len(system.elementary), n)
    nowhere = (linked | elementary) & ((column.target < 0) | (column.target >= most))
    for e in np.flatnonzero(nowhere):
        yield problem("link-broken", _item(system, e))
    yield from _direction_problems(system, linked & ~nowhere, elementary & ~nowhere)


def _direction_problems(
    system: ProductSystem, linked: NDArray[np.bool_], elementary: NDArray[np.bool_]
) -> Iterator[Problem]:
    column = system.exchanges
    treated = np.zeros(len(column), dtype=np.bool_)
    treated[linked] = system.processes.treats[column.target[linked]]
    sent = (column.kind == WASTE) | ((column.kind == CREDIT) & (column.direction == INPUT))
    expected = np.where(column.kind == PRODUCT, INPUT, column.direction)
    expected = np.where(column.kind == WASTE, OUTPUT, expected)
    wrong = linked & ((treated != sent) | (column.direction != expected))
    for e in np.flatnonzero(wrong):
        provider = system.processes.ids[column.target[e]]
        yield problem("link-direction", _item(system, e), provider=provider)
    signs = np.array(
        [OUTPUT if flow.direction == "output" else INPUT for flow in system.elementary]
    )
    here = np.flatnonzero(elementary)
    for e in here[column.direction[here] != signs[column.target[here]]]:
        yield problem("elementary-direction", _item(system, e))


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
