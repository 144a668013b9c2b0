"""Commodity technology: a product is made alike in every industry.

Construct CTC of Majeau-Bettez et al. (2014): A = U V^-1, which needs as many industries as products
and can give coefficients below zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import AllocationError, problem
from pcf.methods.constructs.results import Coefficients
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.methods.constructs.tables import SupplyUse

    Array = NDArray[np.float64]

METHOD = Method(
    "commodity technology",
    Name("commodity-technology construct", "产品技术假定"),
    (Need("table", Name("square supply and use tables", "方形供给使用表")),),
    Name("coefficients per product", "各产品的系数"),
    "A = U V^-1; F = G V^-1",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, CTC",
    ("2014",),
)


def commodity_technology(table: SupplyUse) -> Coefficients:
    """Return the coefficients of each product, the same in whatever industry it is made.

    Raises AllocationError where there are not as many industries as products, or where the
    industries make the same mix, so that nothing tells their products apart.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [10, 15]},
    ...     products=["i", "j"], industries=["I", "J"])
    >>> commodity_technology(table).extensions.tolist()
    [[2.5, 5.0]]
    """
    shape = table.supply.shape
    if shape[0] != shape[1]:
        raise AllocationError(
            problem("construct-square", method=METHOD.id, products=shape[0], industries=shape[1])
        )
    if not np.linalg.cond(table.supply) < 1e12:
        raise AllocationError(problem("construct-singular", method=METHOD.id))
    return Coefficients(
        METHOD,
        table.products,
        table.products,
        table.flows,
        _times_inverse(table.untraced_use(), table.supply),
        _times_inverse(table.extensions, table.supply),
        table.supply.sum(axis=1),
        table.product_units,
        table.flow_units,
    )


def _times_inverse(flows: Array, supply: Array) -> Array:
    return np.asarray(np.linalg.solve(supply.T, flows.T).T, np.float64)
