"""Byproduct technology: a by-product replaces the same product made for its own sake.

Construct BTC of Majeau-Bettez et al. (2014), Stone's method: Z = (U - V_secondary) E'; the product
substitution in which every by-product replaces itself, one to one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.methods.constructs.product_substitution import product_substitution
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.constructs.results import Allocated
    from pcf.methods.constructs.tables import SupplyUse

METHOD = Method(
    "byproduct technology",
    Name("byproduct-technology construct", "副产品技术假定"),
    (Need("table", Name("supply and use tables with primary products", "含主产品的供给使用表")),),
    Name("coefficients of primary products", "主产品的系数"),
    "Z = (U - V_secondary) E'; A = Z / V_primary",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, BTC",
    ("2014",),
)


def byproduct_technology(table: SupplyUse) -> Allocated:
    """Return the inventories of primary products, less the by-products that come with them.

    Raises AllocationError where an industry has several products and none is primary.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], products=["i", "j"], industries=["I", "J"],
    ...     primary={"I": "i"})
    >>> byproduct_technology(table).aggregated().findings[0].code
    'construct-negative'
    """
    itself = {name: {name: 1.0} for name in table.products}
    competitors = {
        product: table.industries[int(row.argmax())]
        for product, row in zip(table.products, table.primary * table.supply, strict=True)
    }
    return replace(
        product_substitution(table, replaced=itself, competitors=competitors), method=METHOD
    )
