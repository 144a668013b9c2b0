"""What if an input comes from several providers at once? A declared mix, shares summing to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import LinkError, problem
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem

TOLERANCE = 1e-9
"""How far from one the sum of shares may be: the rounding of a few additions."""


def mix(
    product: str,
    shares: Mapping[str, float],
    *,
    unit: str,
    id: str = "",  # noqa: A002 - the word users write
    source: str = "",
) -> UnitProcess:
    """Return the unit process that makes one `unit` of `product` from providers by shares.

    `shares` leads from the id of a provider to its share. Raises LinkError when a share is not
    above zero or when the shares do not sum to one.

    >>> steel = mix("steel", {"converter": 0.9, "arc furnace": 0.1}, unit="t")
    >>> [(each.provider, each.amount.value) for each in steel.exchanges]
    [('arc furnace', 0.1), ('converter', 0.9)]
    """
    name = id or f"mix of {product}"
    problems: list[Problem] = [
        problem("mix-share", name, provider=provider, share=share)
        for provider, share in sorted(shares.items())
        if not 0 < share <= 1 + TOLERANCE
    ]
    total = sum(shares.values())
    if not abs(total - 1) <= TOLERANCE:
        problems.append(problem("mix-sum", name, product=product, total=f"{total:.12g}"))
    if problems:
        raise LinkError(*problems)
    inputs = tuple(
        Exchange(product, Amount(share, unit, source=source), provider=provider)
        for provider, share in sorted(shares.items())
    )
    return UnitProcess(name, product, Amount(1.0, unit), inputs, foreground=False, source=source)
