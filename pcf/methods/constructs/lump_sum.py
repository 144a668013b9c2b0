"""Lump sum: by-products count as if they were the primary product of their industry.

Allocation LSA and construct LSC of Majeau-Bettez et al. (2014): Z = U E', made = E g, with g the
total output of each industry. All products in one unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import AllocationError, problem
from pcf.methods.constructs.results import Allocated, divided
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.constructs.tables import SupplyUse

METHOD = Method(
    "lump sum",
    Name("lump-sum construct", "总量并入法"),
    (Need("table", Name("supply and use tables with primary products", "含主产品的供给使用表")),),
    Name("coefficients of primary products", "主产品的系数"),
    "Z = U E'; A = Z / (E g)",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, LSA and LSC",
    ("2014",),
)


def lump_sum(table: SupplyUse) -> Allocated:
    """Return the inventories of primary products, over the whole output of their industries.

    Not defined for traceable tables. Raises AllocationError for one, for products in several units,
    and where an industry has several products and none is primary.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [9, 15]},
    ...     products=["i", "j"], industries=["I", "J"], primary={"I": "i"})
    >>> lump_sum(table).aggregated().extensions.tolist()
    [[3.0, 5.0]]
    """
    table.require_primary(METHOD.id)
    table.require_one_unit(METHOD.id)
    if table.traceable:
        raise AllocationError(problem("construct-traceable", method=METHOD.id))
    shares = table.primary.T
    return Allocated(
        METHOD,
        table,
        divided(table.use, shares),
        divided(table.extensions, shares),
        table.primary * table.supply.sum(axis=0),
    )
