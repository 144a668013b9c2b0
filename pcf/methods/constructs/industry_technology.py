"""Industry technology: all products of an industry are made alike, unit for unit.

Construct ITC of Majeau-Bettez et al. (2014): Z = U g^-1 V', with g the total output of each
industry; a partition by a property that is one for every product. All products in one unit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.methods.constructs.partition import partition
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.constructs.results import Allocated
    from pcf.methods.constructs.tables import SupplyUse

METHOD = Method(
    "industry technology",
    Name("industry-technology construct", "产业技术假定"),
    (Need("table", Name("supply and use tables in one unit", "单位统一的供给使用表")),),
    Name("coefficients by industry and product", "按产业和产品的系数"),
    "Z = U g^-1 V'; A = Z / q",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, ITC",
    ("2014",),
)


def industry_technology(table: SupplyUse) -> Allocated:
    """Return every industry divided in proportion to what it makes of each product.

    Raises AllocationError where products are in several units, which cannot be added.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [9, 15]},
    ...     products=["i", "j"], industries=["I", "J"])
    >>> industry_technology(table).aggregated().extensions.tolist()
    [[3.0, 4.5]]
    """
    table.require_one_unit(METHOD.id)
    return replace(partition(table, per_unit=dict.fromkeys(table.products, 1.0)), method=METHOD)
