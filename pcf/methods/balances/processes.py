"""Does a unit process balance? The streams of a balance, read from its exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.balances.closing import Balance, Direction, Stream, balance
from pcf.methods.balances.contents import content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.model.amounts import Amount
    from pcf.model.processes import Exchange, UnitProcess

_FORMULAE = frozenset({"CO2", "CH4", "N2O", "SF6", "CF4", "C2F6", "C3F8", "NF3"})
"""The gases whose name is their formula."""


def process_balance(
    process: UnitProcess, element: str, *, contents: Mapping[str, Amount], tolerance: float
) -> Balance:
    """Return the balance of one element around a unit process.

    `contents` gives the element per unit of each flow, the reference product included; what holds
    none is stated as zero. The gases of the library need none: their formula is known. Exchanges
    returned within the system (`internal`) count like others. Metered electricity holds nothing.

    Raises ModelError with every flow whose content is not given.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import unit_process
    >>> kiln = unit_process("lime", "1 t", takes={"limestone": "1.8 t"}, emits={"CO2": "0.79 t"})
    >>> found = process_balance(kiln, "C", contents={"limestone": Amount(12.0, "%"),
    ...     "lime": Amount(0.0, "%")}, tolerance=0.01)
    >>> round(found.share, 4)
    0.0025
    """
    problems: list[Problem] = []
    sides: dict[Direction, list[Stream]] = {"input": [], "output": []}
    made: Direction = "input" if process.treats else "output"
    reference = contents.get(process.product)
    if reference is None:
        problems.append(_unknown(process, process.product, element))
    else:
        sides[made].append(Stream(process.product, process.amount, reference, process.basis))
    for row in process.exchanges:
        if row.meter or row.kind == "credit":
            continue
        held = _content(row, element, contents)
        if held is None:
            problems.append(_unknown(process, row.flow, element))
        else:
            sides[row.direction].append(Stream(row.flow, row.amount, held, row.basis))
    if problems:
        raise ModelError(*problems)
    return balance(element, inputs=sides["input"], outputs=sides["output"], tolerance=tolerance)


def _content(row: Exchange, element: str, contents: Mapping[str, Amount]) -> Amount | None:
    if row.flow in contents:
        return contents[row.flow]
    if row.elementary is None or row.elementary.gas not in _FORMULAE:
        return None
    return content(element, row.elementary.gas)


def _unknown(process: UnitProcess, flow: str, element: str) -> Problem:
    return problem("balance-unknown", f"{process.id}: {flow}", element=element)
