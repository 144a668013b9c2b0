"""What is a system like in which some amounts or providers are others? A copy of its columns.

Exchanges are named by their id or as "process: flow"; names that mean none or several are errors
with candidates. Solved with `near=` the system that was varied, a large one is updated and not
factorised anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pcf import text, units
from pcf.errors import ModelError, PcfError, problem
from pcf.model.amounts import SPREAD_KINDS, Amount
from pcf.model.systems import CREDIT, ELEMENTARY, NONE, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from pcf.errors import Problem
    from pcf.model.systems import ExchangeColumns, ProductSystem

    Positions = NDArray[np.int64]

LOGNORMAL = SPREAD_KINDS.index("lognormal")


def vary(
    system: ProductSystem,
    *,
    amounts: Mapping[str, str | float] | None = None,
    providers: Mapping[str, str] | None = None,
) -> ProductSystem:
    """Return `system` with other amounts of exchanges, and other providers of some, by name.

    An amount is a text with its unit, or a number in the unit of the flow or of the provider; its
    spread stays the same relative to it. Another provider is a process id; the amount is converted
    to its unit. Varying nothing gives an equal system.

    Raises ModelError with every name that means no exchange or several, every provider that is not
    there, every amount that is negative or in another dimension.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("coal power", "1 kWh", emits={"CO2": "0.9 kg"}),
    ...     unit_process("wind power", "1 MWh", emits={"CO2": "10 kg"}),
    ...     unit_process("steel", "1 t", takes={"coal power": "400 kWh"}),
    ... ])
    >>> windy = vary(system, providers={"steel: coal power": "wind power"})
    >>> str(windy.process(2).exchanges[0].amount), windy.process(2).exchanges[0].provider
    ('0.4 MWh', 'wind power')
    """
    problems: list[Problem] = []
    columns = replace(
        system.exchanges,
        **{name: getattr(system.exchanges, name).copy() for name in ("target", "amount")},
        low=system.exchanges.low.copy(),
        high=system.exchanges.high.copy(),
    )
    varied = replace(system, exchanges=columns)
    for name, e in exchanges_called(system, providers or {}, problems).items():
        _move(varied, e, (providers or {})[name], problems)
    for name, e in exchanges_called(system, amounts or {}, problems).items():
        try:
            _set(columns, e, _amount((amounts or {})[name], unit_of(varied, e), name))
        except PcfError as error:
            problems += error.problems
    if problems:
        raise ModelError(*problems)
    return varied


def exchanges_called(
    system: ProductSystem, names: Iterable[str], problems: list[Problem]
) -> dict[str, int]:
    """Return the exchange that each name means, by its id or as "process: flow".

    Names that mean none, or several, become problems. No example: `vary` shows it.
    """
    wanted = list(names)
    if not wanted:
        return {}
    found = {}
    for name in wanted:
        meant = np.union1d(np.flatnonzero(system.exchanges.ids == name), _of_process(system, name))
        if len(meant) == 1:
            found[name] = int(meant[0])
        elif len(meant):
            problems.append(problem("exchange-several", "", exchange=name, count=len(meant)))
        else:
            near = text.nearest(name, _names(system))
            problems.append(problem("exchange-unknown", "", near, exchange=name))
    return found


def unit_of(system: ProductSystem, exchange: int) -> str:
    """Return the unit of an exchange's amount: that of its flow, or of its provider's product.

    No example: `vary` shows it.
    """
    kind, target = int(system.exchanges.kind[exchange]), int(system.exchanges.target[exchange])
    if kind == ELEMENTARY:
        return system.elementary[target].unit
    return str(system.processes.units[target]) if kind in (PRODUCT, WASTE, CREDIT) else ""


def _of_process(system: ProductSystem, name: str) -> Positions:
    """Return the exchanges that "process: flow" may mean."""
    columns = system.exchanges
    parts = name.split(": ")
    found = np.zeros(len(columns), dtype=np.bool_)
    for cut in range(1, len(parts)):
        process, flow = ": ".join(parts[:cut]), ": ".join(parts[cut:])
        owner = np.flatnonzero(system.processes.ids == process)
        found |= np.isin(columns.process, owner) & (columns.flows == flow)
    return np.flatnonzero(found)


def _names(system: ProductSystem) -> list[str]:
    columns = system.exchanges
    owners = system.processes.ids[columns.process].tolist()
    pairs = zip(owners, columns.flows.tolist(), strict=True)
    return [*filter(None, columns.ids.tolist()), *(f"{owner}: {flow}" for owner, flow in pairs)]


def _move(system: ProductSystem, exchange: int, provider: str, problems: list[Problem]) -> None:
    """Link an exchange to another provider, its amount in the unit of that one."""
    columns = system.exchanges
    try:
        if columns.kind[exchange] not in (PRODUCT, WASTE, CREDIT):
            raise ModelError(problem("link-broken", str(columns.flows[exchange])))
        before = unit_of(system, exchange)
        columns.target[exchange] = system.index(provider)
        after = unit_of(system, exchange)
        factor = 1.0 if before == after else units.factor(before, after)
    except PcfError as error:
        problems += error.problems
        return
    _set(columns, exchange, float(columns.amount[exchange]) * factor)


def _amount(written: str | float, unit: str, name: str) -> float:
    amount = Amount.read(written).to(unit) if isinstance(written, str) else Amount(written, unit)
    value = amount.value
    if value is None or not 0 <= value < float("inf"):
        raise ModelError(problem("amount-negative", name, amount=amount))
    return value


def _set(columns: ExchangeColumns, exchange: int, value: float) -> None:
    """Set an amount; a spread in its unit stays the same share of it."""
    before = float(columns.amount[exchange])
    columns.amount[exchange] = value
    if columns.spread[exchange] in (NONE, LOGNORMAL) or before == 0:
        return
    columns.low[exchange] *= value / before
    columns.high[exchange] *= value / before
