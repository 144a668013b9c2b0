"""What does the rest count, when a part with its emissions is taken out? Factors of totals."""

from __future__ import annotations

from pcf.errors import ModelError, problem


def remaining_factor(  # noqa: PLR0913 - three pairs of totals
    emissions: float,
    generation: float,
    *,
    removed_emissions: float,
    removed_generation: float,
    returned_emissions: float = 0.0,
    returned_generation: float = 0.0,
) -> float:
    """Return (E - E_removed + E_returned) / (G - G_removed + G_returned).

    Type A of the residual mixes that the Center for Resource Solutions describes takes out all that
    is specified; type B returns what a renewable portfolio standard gives to all customers. With
    removed power that emits nothing it is the ministry's factor 'without market-traded non-fossil
    power': E / (G - G_traded). Raises ModelError when nothing remains, or less than nothing.

    >>> remaining_factor(530.6, 1000.0, removed_emissions=0.0, removed_generation=200.0)
    0.66325
    """
    left = generation - removed_generation + returned_generation
    carried = emissions - removed_emissions + returned_emissions
    if not (left > 0 and carried >= 0):
        facts = {"generation": f"{left:.9g}", "emissions": f"{carried:.9g}"}
        raise ModelError(problem("nothing-remains", "", (), **facts))
    return carried / left


def implied_removed_share(average: float, remaining: float) -> float:
    """Return which share of generation was taken out, if it emitted nothing: 1 - average/remaining.

    Raises ModelError when the remaining factor is not above zero or below the average.

    >>> round(implied_removed_share(0.5306, 0.6096), 4)
    0.1296
    """
    if not (remaining > 0 and 0 <= average <= remaining):
        facts = {"average": f"{average:.6g}", "remaining": f"{remaining:.6g}"}
        raise ModelError(problem("remaining-below-average", "", (), **facts))
    return 1 - average / remaining


def supplier_share(
    load: float,
    *,
    sales: float,
    cancelled: float,
    other: float = 0.0,
    sold: float = 0.0,
) -> float:
    """Return how much of a customer's load a supplier's own cancellations cover, pro rata.

    load x (cancelled + other - sold) / sales: certificates the supplier cancelled for all its
    customers, other sources it may count, less what it sold under products of their own; at most
    the load. All in one unit. Source: The Granular Registry, Standard Supply Service reporting.
    Raises ModelError for sales that are not above zero, or a negative volume.

    >>> supplier_share(10_000, sales=80e6, cancelled=35.2e6, other=40e6, sold=0.5e6)
    9337.5
    """
    covered = cancelled + other - sold
    if not sales > 0 or min(load, cancelled, other, sold, covered) < 0:
        facts = {"sales": f"{sales:.9g}", "covered": f"{covered:.9g}"}
        raise ModelError(problem("supplier-volumes", "", (), **facts))
    return load * min(1.0, covered / sales)
