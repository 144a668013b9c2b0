"""How does a solved system become one provider of another? As one process with its totals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.inventory.solving import solve
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange

if TYPE_CHECKING:
    from pcf.model.flows import ElementaryFlow
    from pcf.model.processes import UnitProcess
    from pcf.model.systems import ProductSystem


def as_process(
    system: ProductSystem,
    reference: str,
    *,
    credits: bool = True,  # noqa: A002 - the word users write
) -> UnitProcess:
    """Return process (or product) `reference` of `system` with all that lies behind it, as one.

    It makes the same product in the same reference amount, and exchanges nothing but elementary
    flows, meters and upper bounds: the totals of the system for that amount. It is background data
    to whoever buys from it, with the solved process's own source; the sources of the exchanges
    behind it stay in `system`.

    Raises SolveError and ModelError as `solve` does.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh", emits={"CO2": "9 kg"}),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> [str(exchange.amount) for exchange in as_process(system, "steel").exchanges]
    ['360 kg']
    """
    known = reference in system.processes.ids
    position = system.index(reference) if known else system.maker(reference)
    row = system.process(position)
    inventory = solve(system, {row.id: float(system.processes.amounts[position])}, credits=credits)
    totals = zip(system.elementary, inventory.flows.tolist(), strict=True)
    exchanges = tuple(_exchange(flow, amount) for flow, amount in totals if amount)
    return replace(row, exchanges=exchanges, foreground=False)


def _exchange(flow: ElementaryFlow, amount: float) -> Exchange:
    """Return the row of a signed amount; what credits turned around gets the other direction."""
    turned = replace(flow, direction="output" if amount > 0 else "input")
    return Exchange(
        turned.id,
        Amount(abs(amount), turned.unit),
        turned.direction,
        "elementary",
        elementary=turned,
    )
