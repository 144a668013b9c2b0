"""Allocation by price over several years, and how far each single year would have moved it.

Prices of all co-products are of the same years, in one currency and on one delivery basis; the mean
of the years is the result, each single year stands beside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import AllocationError, PcfError, Problem, problem
from pcf.methods.allocation import Allocation, allocate
from pcf.methods.declaration import Method, Need
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.model.processes import MultiOutputProcess

METHOD = Method(
    "price over several years",
    Name("allocation by the mean price of several years", "按多年平均价格分配"),
    (
        Need("prices", Name("price of each co-product in each year", "各共生产品各年价格")),
        Need("years", Name("the years", "年份")),
    ),
    Name("the allocation, and one for each single year", "分配结果及各单年结果"),
    "share_i = mean price_i x amount_i / sum (mean price x amount)",
    "ISO 14044:2006, 4.3.4.2, step 3; ISO 14067:2018, 6.4.6",
    ("2006",),
)
SHORT = 3
"""Fewer years than this do not smooth a price."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a unit of a product cost in a year, at which delivery basis, and who says so.

    `delivery` is in the words of the trade, such as 'ex works', 'FOB' or 'delivered, VAT included'.
    """

    product: str
    year: int
    amount: Amount
    delivery: str
    source: str


@dataclass(frozen=True, slots=True)
class PriceAllocation:
    """An allocation by the mean price, and by the prices of each single year."""

    average: Allocation
    single_years: Mapping[int, Allocation] = field(default_factory=dict, hash=False)

    def range_of(self, product: str) -> tuple[float, float]:
        """Return the lowest and the highest share of a product over the single years.

        No example: `price_allocation` shows it.
        """
        shares = [each.shares[product] for each in self.single_years.values()]
        return min(shares), max(shares)


def price_allocation(
    process: MultiOutputProcess,
    prices: Sequence[Price],
    *,
    years: Sequence[int],
    reason: str = "",
) -> PriceAllocation:
    """Return the allocation by the mean price of the years, and one by each single year.

    Raises AllocationError with all problems of the prices (`average_prices`).

    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> smelter = MultiOutputProcess("smelter", (
    ...     CoProduct("nickel", Amount(9.0, "t")), CoProduct("cobalt", Amount(1.0, "t"))))
    >>> quoted = {"nickel": (13000.0, 14000.0, 13500.0), "cobalt": (73000.0, 33000.0, 31000.0)}
    >>> prices = [Price(product, 2018 + n, Amount(value, "USD/t"), "LME cash", "USGS")
    ...           for product, row in quoted.items() for n, value in enumerate(row)]
    >>> found = price_allocation(smelter, prices, years=(2018, 2019, 2020))
    >>> round(found.average.shares["cobalt"], 4)
    0.2732
    >>> [round(each, 4) for each in found.range_of("cobalt")]
    [0.2033, 0.3842]
    """
    products = [row.product for row in process.products]
    means = average_prices(prices, products=products, years=years)
    single = {
        year: _priced(process, average_prices(prices, products=products, years=[year]), reason)
        for year in years
    }
    return PriceAllocation(_priced(process, means, reason), single)


def average_prices(
    prices: Sequence[Price], *, products: Sequence[str], years: Sequence[int]
) -> dict[str, Amount]:
    """Return the mean price of each product over the years.

    Raises AllocationError with all problems: a price that is missing or stands twice, delivery
    bases or currencies that differ, an unknown or negative price, a price without source.

    >>> rows = [Price("nickel", year, Amount(value, "USD/t"), "LME cash", "USGS")
    ...         for year, value in ((2019, 13903.0), (2020, 13772.0))]
    >>> str(average_prices(rows, products=["nickel"], years=[2019, 2020])["nickel"])
    '13,837.5 USD/t'
    """
    wanted = [row for row in prices if row.product in products and row.year in years]
    problems = [*_gaps(wanted, products, years), *_doubtful(wanted)]
    if problems:
        raise AllocationError(*problems)
    found: dict[str, Amount] = {}
    for product in products:
        rows = [row for row in wanted if row.product == product]
        unit = rows[0].amount.unit
        try:
            values = [row.amount.to(unit).value for row in rows]
        except PcfError as error:
            problems += error.problems
            continue
        known = [value for value in values if value is not None]
        found[product] = Amount(math.fsum(known) / len(known), unit)
    if problems:
        raise AllocationError(*problems)
    return found


def _gaps(prices: Sequence[Price], products: Sequence[str], years: Sequence[int]) -> list[Problem]:
    found = []
    for product in products:
        count = {
            year: sum(row.product == product and row.year == year for row in prices)
            for year in years
        }
        missing = [year for year, times in count.items() if times == 0]
        twice = [year for year, times in count.items() if times > 1]
        if missing:
            found.append(problem("price-missing", product, years=text.listed(missing)))
        if twice:
            found.append(problem("price-twice", product, years=text.listed(twice)))
    return found


def _doubtful(prices: Sequence[Price]) -> list[Problem]:
    found = [
        problem("price-value", f"{row.product}, {row.year}", price=row.amount)
        for row in prices
        if row.amount.value is None or row.amount.value < 0
    ]
    found += [
        problem("price-unsourced", f"{row.product}, {row.year}")
        for row in prices
        if not row.source.strip()
    ]
    bases = sorted({row.delivery.strip() for row in prices})
    if len(bases) > 1 or "" in bases:
        found.append(problem("price-delivery", bases=text.listed(each or "?" for each in bases)))
    moneys = sorted({_currency(row.amount.unit) for row in prices})
    if len(moneys) > 1:
        found.append(problem("allocation-currencies", measured=text.listed(moneys)))
    return found


def _currency(unit: str) -> str:
    return next((part for part in ("CNY", "EUR", "USD") if part in units.dimension(unit)), "?")


def _priced(process: MultiOutputProcess, prices: Mapping[str, Amount], reason: str) -> Allocation:
    products = tuple(
        replace(row, properties={**row.properties, "price": prices[row.product]})
        for row in process.products
    )
    return allocate(replace(process, products=products), by="price", reason=reason)
