"""Which certificates are used first, and who gets how much? Policies, in whole watt-hours.

`earliest_expiry`  what expires first; it loses no coverage.
`fifo`, `lifo`     what was made first, or last.
`lowest_factor`, `highest_factor`, `lowest_price`
                   by a number for each technology, or each device or series.
`priority`         by earliest expiry; the meters, lines or products with the highest weights first.
`pro_rata`         every certificate gives, and every reading gets, the same share.
`equal_level`      by earliest expiry; readings are filled to the same level.

Unless the policy says otherwise, readings of one period share what is there in proportion to what
they use, so that no line of a plant is favoured. Parts are whole watt-hours by the largest
remainder, ties to the row that comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from pcf import text
from pcf.electricity.supply import technology_called
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.matching.arrays import Whole


PolicyName = Literal[
    "earliest_expiry",
    "fifo",
    "lifo",
    "lowest_factor",
    "highest_factor",
    "lowest_price",
    "priority",
    "pro_rata",
    "equal_level",
]
POLICIES: tuple[PolicyName, ...] = get_args(PolicyName)
_NUMBERED = {"lowest_factor", "highest_factor", "lowest_price", "priority"}

MOST = 2**56
"""The most watt-hours that are matched at once: seventy thousand TWh."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy by its name, with the numbers that some need.

    `numbers` are factors by technology, prices by device or series, or weights by meter, line or
    product (a larger weight goes first; none is zero).

    >>> Policy("priority", {"potline 1": 2}).name
    'priority'
    """

    name: PolicyName = "earliest_expiry"
    numbers: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse an unknown policy and one whose numbers are missing."""
        if self.name not in POLICIES:
            near = text.nearest(self.name, POLICIES) or POLICIES
            raise ModelError(problem("match-policy", "", near, policy=self.name))
        if (self.name in _NUMBERED) != bool(self.numbers):
            raise ModelError(problem("match-policy-numbers", "", (), policy=self.name))

    @classmethod
    def of(cls, policy: Policy | str) -> Policy:
        """Return a policy, or the one of a name."""
        return policy if isinstance(policy, Policy) else cls(policy)  # type: ignore[arg-type] # an unknown name is refused


def supply_order(supply: SupplyColumns, policy: Policy) -> Whole:
    """Return a key for each row of supply; a smaller one is used first.

    Raises ModelError where a technology has no factor, or a device no price.

    No example: `match` shows it.
    """
    if policy.name == "fifo":
        return supply.start
    if policy.name == "lifo":
        return -supply.start
    if policy.name == "lowest_price":
        return _ranked_prices(supply, policy)
    if policy.name in ("lowest_factor", "highest_factor"):
        return _ranked_factors(supply, policy)
    return supply.usable_until


def demand_order(demand: DemandColumns, policy: Policy) -> Whole | None:
    """Return a key for each row of demand, smaller ones served first; None where all share.

    Raises ModelError for a weight of what is no meter, line or product.

    No example: `match` shows it.
    """
    if policy.name != "priority":
        return None
    columns = (demand.product, demand.line, demand.meter)
    named = {name for column in columns for name in column.names}
    unknown = sorted(set(policy.numbers) - named)
    if unknown:
        raise ModelError(
            *(
                problem("match-weight", each, text.nearest(each, named), name=each)
                for each in unknown
            )
        )
    levels = sorted(set(policy.numbers.values()) | {0.0}, reverse=True)
    weight = np.full(len(demand), levels.index(0.0), dtype=np.int64)
    for column in columns:
        ranks = np.array([_rank(name, policy.numbers, levels) for name in column.names])
        found = ranks[column.codes]
        weight = np.where(found >= 0, found, weight)
    return weight


def _rank(name: str, numbers: Mapping[str, float], levels: list[float]) -> int:
    return levels.index(numbers[name]) if name in numbers else -1


def _ranked_factors(supply: SupplyColumns, policy: Policy) -> Whole:
    factors = {technology_called(name): value for name, value in policy.numbers.items()}
    used = {supply.device.names[code] for code in np.unique(supply.device.codes).tolist()}
    technologies = {
        name: technology_called(supply.devices[name].technology)
        for name in used
        if name in supply.devices
    }
    missing = sorted(set(technologies.values()) - set(factors))
    if missing:
        raise ModelError(*(problem("match-factor", each, (), name=each) for each in missing))
    by_device = {name: factors[each] for name, each in technologies.items()}
    keys = _ranks(supply.device.names, by_device)[supply.device.codes]
    return keys if policy.name == "lowest_factor" else -keys


def _ranked_prices(supply: SupplyColumns, policy: Policy) -> Whole:
    by_series, by_device = (
        _ranks(column.names, policy.numbers) for column in (supply.series, supply.device)
    )
    series, device = by_series[supply.series.codes], by_device[supply.device.codes]
    found = np.where(series >= 0, series, device)
    if (found < 0).any():
        row = int(np.flatnonzero(found < 0)[0])
        raise ModelError(problem("match-price", supply.series[row], (), name=supply.series[row]))
    return found


def _ranks(names: tuple[str, ...], numbers: Mapping[str, float]) -> Whole:
    """Return the rank of each name's number among all numbers; -1 where it has none."""
    levels = {value: rank for rank, value in enumerate(sorted(set(numbers.values())))}
    found = [levels[numbers[name]] if name in numbers else -1 for name in names]
    return np.array(found, dtype=np.int64)
