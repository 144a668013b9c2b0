"""Partition: each industry is divided among its products by a property of them.

Allocation PA and construct PC of Majeau-Bettez et al. (2014): with the property psi of a unit of
each product, phi = V' psi' / (psi V) and Z = U phi. Price, mass, energy or any other property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.errors import AllocationError, problem
from pcf.methods.constructs.results import Allocated, divided
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.constructs.tables import SupplyUse

METHOD = Method(
    "partition",
    Name("partition of industries by a property", "按属性划分产业"),
    (
        Need("table", Name("supply and use tables", "供给使用表")),
        Need("per_unit", Name("the property of a unit of each product", "每单位产品的属性")),
    ),
    Name("coefficients by industry and product", "按产业和产品的系数"),
    "phi = V' psi' / (psi V); Z = U phi; A = Z / V",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, PA and PC",
    ("2014",),
)


def partition(table: SupplyUse, *, per_unit: Mapping[str, float]) -> Allocated:
    """Return every industry divided by `per_unit`, the property of one unit of each product.

    Raises AllocationError for a product without the property, a negative one, or an industry whose
    products together have none of it.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> from pcf.inventory import solve
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [10, 15]},
    ...     products=["i", "j"], industries=["I", "J"])
    >>> found = partition(table, per_unit={"i": 0.1, "j": 0.2}).aggregated()
    >>> found.extensions.tolist()
    [[2.5, 5.0]]
    >>> solve(found.system(), {"i": 4.0}).amount("CO2")
    10.0
    """
    missing = [name for name in table.products if name not in per_unit]
    if missing:
        raise AllocationError(
            problem("construct-property", method=METHOD.id, products=text.listed(missing))
        )
    psi = np.array([per_unit[name] for name in table.products], np.float64)
    weights = table.supply.T * psi
    totals = weights.sum(axis=1, keepdims=True)
    if not (np.isfinite(psi) & (psi >= 0)).all() or not (totals > 0).all():
        raise AllocationError(problem("construct-weights", method=METHOD.id))
    shares = weights / totals
    return Allocated(
        METHOD,
        table,
        divided(table.use, shares),
        divided(table.extensions, shares),
        table.supply,
    )
