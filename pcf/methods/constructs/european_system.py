"""European system: an industry's inputs go to its primary product, over the product's whole supply.

Construct ESC of Majeau-Bettez et al. (2014), after the ESA: Z = U E', A = Z / q, with q the total
supply of each product, whoever made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.constructs.results import Coefficients
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.constructs.tables import SupplyUse

METHOD = Method(
    "european system",
    Name("European system construct", "欧洲核算体系法"),
    (Need("table", Name("supply and use tables with primary products", "含主产品的供给使用表")),),
    Name("coefficients per product", "各产品的系数"),
    "Z = U E'; A = Z / q",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, ESC",
    ("2014",),
)


def european_system(table: SupplyUse) -> Coefficients:
    """Return the coefficients of each product.

    A product that no industry makes for its own sake takes nothing here.
    Raises AllocationError where an industry has several products and none is primary.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [10, 16]},
    ...     products=["i", "j"], industries=["I", "J"], primary={"I": "i"})
    >>> european_system(table).extensions.tolist()
    [[5.0, 4.0]]
    """
    table.require_primary(METHOD.id)
    made = table.supply.sum(axis=1)
    technical = table.untraced_use() @ table.primary.T / made
    return Coefficients(
        METHOD,
        table.products,
        table.products,
        table.flows,
        technical,
        table.extensions @ table.primary.T / made,
        made,
        table.product_units,
        table.flow_units,
    )
