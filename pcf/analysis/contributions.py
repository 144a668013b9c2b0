"""Which exchange of the foreground brings how much: the one table that every view groups.

A contribution is an exchange of a foreground process with one (line, gas): its own emission, its
metered electricity by the treatment's factor, or what it buys from the background at the provider's
intensity. Purchases among foreground processes carry nothing: the seller's own rows do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.analysis.accounting import link_signs, role_rows, summed
from pcf.model.amounts import CONFIDENCES
from pcf.model.systems import ELEMENTARY, NONE, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pcf.analysis.accounting import Account, Group
    from pcf.model.systems import ProductSystem

REFERENCE = -1
"""In `exchange`: the reference flow itself, where a background process provides it."""


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """Columns, one entry a contribution, in kg CO2e per declared unit.

    `exchange`: index of the exchange, or REFERENCE; `process`: its process; `group`: index into
    `groups`; `amount`: of the exchange per declared unit; `value`: kg CO2e.
    """

    system: ProductSystem
    groups: tuple[Group, ...]
    exchange: NDArray[np.int64]
    process: NDArray[np.int64]
    group: NDArray[np.int64]
    amount: NDArray[np.float64]
    value: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of contributions."""
        return len(self.value)

    @property
    def in_total(self) -> NDArray[np.bool_]:
        """Which contributions are part of the total."""
        from pcf.model.flows import IN_TOTAL  # noqa: PLC0415 - a name, used here only

        part = np.array([group.line in IN_TOTAL for group in self.groups], dtype=np.bool_)
        return part[self.group] if len(self.group) else np.zeros(0, dtype=np.bool_)

    def summed(self, keys: list[str]) -> dict[str, float]:
        """Return the in-total kg CO2e by key (one key a contribution), in order of first use."""
        sums: dict[str, float] = {}
        for key, value, counts in zip(keys, self.value, self.in_total, strict=True):
            if counts:
                sums[key] = sums.get(key, 0.0) + float(value)
        return sums

    def stages(self) -> list[str]:
        """Return the stage of each contribution; empty where none is stated."""
        column, heads = self.system.exchanges, self.system.processes.stages
        names = (*self.system.stages, "")
        own = [NONE if e == REFERENCE else int(column.stage[e]) for e in self.exchange]
        return [
            names[stage if stage != NONE else int(heads[process])]
            for stage, process in zip(own, self.process, strict=True)
        ]

    def providers(self) -> list[int]:
        """Return the providing process of each contribution, -1 for an own emission or a meter."""
        column = self.system.exchanges
        linked = [e != REFERENCE and column.kind[e] != ELEMENTARY for e in self.exchange]
        return [
            int(column.target[e]) if link else (int(p) if e == REFERENCE else NONE)
            for e, p, link in zip(self.exchange, self.process, linked, strict=True)
        ]


def contributions(account: Account, factors: NDArray[np.float64]) -> Contributions:
    """Return the contributions under a treatment, `factors` (meters, g) in kg CO2e per kWh.

    No example: `footprint` shows it at work.
    """
    system, columns = account.system, account.system.exchanges
    foreground = system.processes.foreground
    amount = account.scaling[columns.process] * columns.amount
    of_foreground = foreground[columns.process] & (amount != 0)
    own = np.flatnonzero(of_foreground & (account.group >= 0))
    parts = [
        (
            own,
            account.group[own],
            account.scaling[columns.process[own]] * account.characterised[own],
        )
    ]
    meters = {k: (i, sign) for i, (k, sign) in enumerate(role_rows(system, "meter"))}
    metered = of_foreground & (columns.kind == ELEMENTARY) & np.isin(columns.target, list(meters))
    rows = np.flatnonzero(metered)
    at = np.array([meters[int(k)][0] for k in columns.target[rows]], dtype=np.int64)
    turned = np.array([meters[int(k)][1] for k in columns.target[rows]])
    parts.append(_spread_out(rows, (turned * amount[rows])[:, None] * factors[at]))
    bought = of_foreground & np.isin(columns.kind, (PRODUCT, WASTE))
    rows = np.flatnonzero(bought)
    rows = rows[~foreground[columns.target[rows]]]
    price = with_meters(account, factors)
    sign = link_signs(system)[rows]
    parts.append(_spread_out(rows, (sign * amount[rows])[:, None] * price[columns.target[rows]]))
    exchange, group, value = (np.concatenate(each) for each in zip(*parts, strict=True))
    return _with_reference(account, price, (exchange, group, value), amount)


def with_meters(account: Account, factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, g): the intensity of every product with its metered electricity counted."""
    return account.intensity + summed(account.metered, factors)


def _spread_out(
    rows: NDArray[np.int64], values: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Turn (rows, g) values into entries, one a value that is not zero."""
    at, group = np.nonzero(values)
    return rows[at], group, values[at, group]


def _with_reference(
    account: Account,
    price: NDArray[np.float64],
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    amount: NDArray[np.float64],
) -> Contributions:
    """Add the reference flow itself where the background provides it."""
    exchange, group, value = found
    process = account.system.exchanges.process[exchange].astype(np.int64)
    per_unit = amount[exchange]
    asked = np.flatnonzero(account.reference * ~account.system.processes.foreground)
    if len(asked):
        of, own_group, own = _spread_out(asked, account.reference[asked, None] * price[asked])
        exchange = np.concatenate([exchange, np.full(len(of), REFERENCE)])
        group, value = np.concatenate([group, own_group]), np.concatenate([value, own])
        process = np.concatenate([process, of])
        per_unit = np.concatenate([per_unit, account.reference[of]])
    return Contributions(account.system, account.groups, exchange, process, group, per_unit, value)


def exchange_confidence(system: ProductSystem, exchange: int) -> str:
    """Return how sure an exchange's amount is: its own word, else its source's, else empty."""
    columns = system.exchanges
    if columns.confidence[exchange] != NONE:
        return str(CONFIDENCES[columns.confidence[exchange]])
    if columns.source[exchange] != NONE:
        return str(system.sources[columns.source[exchange]].confidence)
    return ""


def factor_confidences(system: ProductSystem) -> Mapping[int, str]:
    """Return the least sure word among the exchanges of each background process."""
    words: dict[int, set[str]] = {}
    columns = system.exchanges
    for e in np.flatnonzero(~system.processes.foreground[columns.process]):
        word = exchange_confidence(system, int(e))
        words.setdefault(int(columns.process[e]), set()).add(word)
    order = (*CONFIDENCES, "")
    return {process: max(found, key=order.index) for process, found in words.items()}
