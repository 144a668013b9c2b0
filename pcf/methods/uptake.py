"""Whose carbon dioxide was it that the plant took up? That of the product which holds the carbon.

Whatever the method, a co-product's uptake must cover the biogenic carbon that it carries out
(ISO 14067:2018, 6.4.6 and 6.4.9.3): shared by price alone, the uptake of a log would follow the
board's price while the carbon leaves in the sawdust, and the board's total would be too low.

With C the carbon of biogenic origin in each co-product (kg C; in a treated waste it comes in, so it
counts negative) and s the shares of the uptake (of the method), each co-product's uptake is
corrected by 44/12 (C - s sum(C)). The corrections sum to zero. What was taken up and is in no
co-product, because it was emitted or left with a waste, stays with the shares, as those emissions
do. The same holds where the uptake happened upstream and comes in with a log.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import PcfError, Problem, problem
from pcf.methods.shares import Shares, find_property, whole
from pcf.model.amounts import Amount
from pcf.model.flows import greenhouse_gases
from pcf.model.processes import Exchange

if TYPE_CHECKING:
    from pcf.model.processes import CoProduct, MultiOutputProcess

LINE = "biogenic CO2 taken up"
CARBON_TO_CO2 = 44 / 12
_PROPERTY = frozenset({"biogenic_carbon", "biogenic carbon", "生物源碳"})


def takes_up(exchange: Exchange) -> bool:
    """Say whether an exchange is biogenic carbon dioxide taken up."""
    return exchange.elementary is not None and exchange.elementary.line == LINE


def carbon_of(process: MultiOutputProcess, problems: list[Problem]) -> Shares | None:
    """Return kg of biogenic carbon in the whole of each co-product, None where it is not asked for.

    It is asked for where the process takes carbon dioxide up or any co-product states its carbon;
    then a co-product that does not is a problem. No example: `allocate` shows it.
    """
    stated = [find_property(row, _PROPERTY) for row in process.products]
    uptake = any(map(takes_up, process.exchanges))
    if not uptake and not any(stated):
        return None
    missing = [row.product for row, each in zip(process.products, stated, strict=True) if not each]
    if missing:
        products = text.listed(missing)
        problems.append(problem("allocation-carbon-missing", process.id, products=products))
        return None
    pairs = zip(process.products, stated, strict=True)
    try:
        return tuple(_kilograms(row, each) for row, each in pairs if each is not None)
    except PcfError as error:
        problems += error.problems
        return None


def corrected(
    exchanges: tuple[tuple[Exchange, ...], ...], carbon: Shares, shares: Shares | None
) -> tuple[tuple[Exchange, ...], ...]:
    """Return each co-product's exchanges with its uptake after its carbon.

    `exchanges` are already divided, by `shares` where one method holds for all. Where the uptake of
    the process covers the carbon, its rows are rescaled; where the carbon came from upstream, a row
    of its own corrects it: as an input where the co-product holds more than its share, as an output
    where it holds less. Where causes were given for every exchange and none of them is an uptake,
    the carbon upstream is as those causes say.

    No example: `allocate` shows it.
    """
    taken = [_taken_up(rows) for rows in exchanges]
    shares = _shares_of_uptake(taken) or shares
    if shares is None:
        return exchanges
    total = math.fsum(carbon)
    changes = [
        CARBON_TO_CO2 * (own - share * total) for own, share in zip(carbon, shares, strict=True)
    ]
    small = 1e-12 * CARBON_TO_CO2 * math.fsum(map(abs, carbon))
    if all(abs(change) <= small for change in changes):
        return exchanges
    covered = all(
        own is not None and own > 0 and own + change >= 0
        for own, change in zip(taken, changes, strict=True)
    )
    return tuple(
        tuple(_scaled(row, 1 + change / own) if takes_up(row) else row for row in rows)
        if covered and own is not None
        else (*rows, *_correction(change))
        for rows, own, change in zip(exchanges, taken, changes, strict=True)
    )


def _kilograms(row: CoProduct, per_unit: Amount) -> float:
    value, unit = whole(row, per_unit)
    return (-1.0 if row.treats else 1.0) * units.convert(value, unit, "kg")


def _taken_up(rows: tuple[Exchange, ...]) -> float | None:
    """Return kg of carbon dioxide taken up, None where an amount is unknown."""
    amounts = [row.amount.to("kg").value for row in rows if takes_up(row)]
    known = [value for value in amounts if value is not None]
    return math.fsum(known) if len(known) == len(amounts) else None


def _shares_of_uptake(taken: list[float | None]) -> Shares | None:
    known = [value for value in taken if value is not None]
    whole_uptake = math.fsum(known)
    if len(known) < len(taken) or whole_uptake == 0:
        return None
    return tuple(value / whole_uptake for value in known)


def _scaled(row: Exchange, factor: float) -> Exchange:
    amount = row.amount
    value = None if amount.value is None else amount.value * factor
    spread = None if amount.spread is None else amount.spread.scaled(factor)
    return replace(row, amount=replace(amount, value=value, spread=spread))


def _correction(change: float) -> tuple[Exchange, ...]:
    if change == 0:
        return ()
    flow = replace(
        greenhouse_gases()["CO2, taken up"], direction="input" if change > 0 else "output"
    )
    return (
        Exchange(
            flow.id,
            Amount(abs(change), "kg"),
            flow.direction,
            "elementary",
            elementary=flow,
            note="uptake follows the biogenic carbon of the co-products",
        ),
    )
