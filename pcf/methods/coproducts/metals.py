"""Base metals by mass, precious metals by price: the two groups divided by price.

Where a process makes base metals alone their mass of metal decides. A precious metal among them is
few kilograms of much worth: the group of precious metals takes its share of the revenue, each of
them by its own; the base metals divide the rest by mass.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import AllocationError, Problem, problem
from pcf.methods.allocation import allocate
from pcf.methods.coproducts.prices import PriceAllocation, average_prices
from pcf.methods.declaration import Method, Need
from pcf.methods.shares import find_property, whole
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pcf.methods.allocation import Allocation
    from pcf.methods.coproducts.prices import Price
    from pcf.methods.hierarchy import Level
    from pcf.model.amounts import Amount
    from pcf.model.processes import CoProduct, MultiOutputProcess

METHOD = Method(
    "metals by mass and price",
    Name("base metals by mass, precious metals by price", "贱金属按质量、贵金属按价格"),
    (
        Need("process", Name("metals with the mass of metal contained", "含金属量的产品")),
        Need("precious", Name("which of them are precious", "贵金属清单")),
        Need("prices", Name("prices of all, of the same years", "各金属同年份价格"), optional=True),
    ),
    Name("shares of the metals", "各金属份额"),
    "P = revenue of precious / revenue; precious_j = P r_j / sum r; base_i = (1-P) m_i / sum m",
    "PE International, Harmonization of LCA Methodologies for Metals (2014), co-product allocation;"
    " ISO 14044:2006, 4.3.4.2",
    ("2014",),
)
_CONTENT = frozenset({"metal content", "metal", "grade", "金属含量", "品位"})


def metal_allocation(
    process: MultiOutputProcess,
    *,
    precious: Collection[str] = (),
    prices: Sequence[Price] = (),
    years: Sequence[int] = (),
    reason: str = "",
) -> PriceAllocation:
    """Return one unit process for each metal: base metals by mass, precious ones by price.

    Each product's amount is metal contained (its `basis` says so), or it states the property
    'metal content' per unit. Prices are per unit of the product, their mean over the years; each
    single year stands beside (`single_years`, empty without precious metals).

    Raises AllocationError with all problems: an amount without its metal, a precious metal that is
    no product, prices that are missing or not comparable.

    >>> from pcf.methods.coproducts.prices import Price
    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> smelter = MultiOutputProcess("smelter", tuple(
    ...     CoProduct(name, Amount(mass, "t"), basis="metal contained")
    ...     for name, mass in (("nickel", 60.0), ("copper", 39.99), ("platinum", 0.01))))
    >>> quotes = {"nickel": 15000.0, "copper": 7000.0, "platinum": 30e6}
    >>> prices = [Price(name, 2024, Amount(value, "USD/t"), "LME cash", "market report")
    ...           for name, value in quotes.items()]
    >>> found = metal_allocation(smelter, precious=["platinum"], prices=prices, years=[2024])
    >>> {name: round(share, 4) for name, share in found.average.shares.items()}
    {'nickel': 0.4784, 'copper': 0.3189, 'platinum': 0.2027}
    """
    products = [row.product for row in process.products]
    problems = [
        problem("allocation-stranger", process.id, text.nearest(name, products), product=name)
        for name in precious
        if name not in products
    ]
    masses = {row.product: _metal(process, row, problems) for row in process.products}
    if problems:
        raise AllocationError(*problems)
    known = {name: mass for name, mass in masses.items() if mass is not None}
    if not precious:
        shares = _allocated(process, known, "physical", reason)
        return PriceAllocation(shares)

    def of(chosen: Sequence[int]) -> Allocation:
        revenue = _revenue(process, average_prices(prices, products=products, years=chosen))
        return _allocated(process, _weights(known, revenue, precious), "economic", reason)

    return PriceAllocation(of(years), {year: of([year]) for year in years})


def _allocated(
    process: MultiOutputProcess, weights: Mapping[str, float], level: Level, reason: str
) -> Allocation:
    return allocate(process, by="weights", level=level, reason=reason, shares=weights)


def _metal(process: MultiOutputProcess, row: CoProduct, problems: list[Problem]) -> float | None:
    content = find_property(row, _CONTENT)
    item = f"{process.id}: {row.product}"
    contained = bool(row.basis) and units.basis(row.basis) == "metal contained"
    if units.dimension(row.amount.unit) != "mass" or row.amount.value is None:
        problems.append(problem("metals-mass", item, amount=row.amount))
        return None
    if contained == (content is not None):
        problems.append(problem("metals-basis", item, basis=row.basis or "?"))
        return None
    if content is None:
        return row.amount.to("kg").value
    value, unit = whole(row, content)
    return units.convert(value, unit, "kg")


def _revenue(process: MultiOutputProcess, prices: Mapping[str, Amount]) -> dict[str, float]:
    """Return each product's revenue, all in the currency unit of the first."""
    found = {row.product: whole(row, prices[row.product]) for row in process.products}
    unit = next(iter(found.values()))[1]
    return {name: units.convert(value, each, unit) for name, (value, each) in found.items()}


def _weights(
    masses: Mapping[str, float], revenue: Mapping[str, float], precious: Collection[str]
) -> dict[str, float]:
    total = math.fsum(revenue.values())
    share = math.fsum(revenue[name] for name in precious) / total
    base = math.fsum(mass for name, mass in masses.items() if name not in precious)
    return {
        name: revenue[name] / total if name in precious else (1 - share) * mass / base
        for name, mass in masses.items()
    }
