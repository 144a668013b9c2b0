"""Product substitution: what an industry makes besides replaces products made elsewhere.

Allocation PSA and construct PSC of Majeau-Bettez et al. (2014): Z = (U - Xi V_secondary) E', made
per unit of primary product alone. Credits are flows below zero: gross and credit stand apart.
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

    from numpy.typing import NDArray

    from pcf.methods.constructs.tables import SupplyUse

METHOD = Method(
    "product substitution",
    Name("product-substitution construct", "产品替代法"),
    (
        Need("table", Name("supply and use tables with primary products", "含主产品的供给使用表")),
        Need(
            "replaced", Name("what a unit of each by-product replaces", "每单位副产品所替代的产品")
        ),
    ),
    Name("coefficients of primary products", "主产品的系数"),
    "Z = (U - Xi V_secondary) E'; A = Z / V_primary",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, PSA and PSC",
    ("2014",),
)


def product_substitution(
    table: SupplyUse,
    *,
    replaced: Mapping[str, Mapping[str, float]],
    competitors: Mapping[str, str] | None = None,
) -> Allocated:
    """Return the inventories of primary products, less what their by-products replace.

    `replaced` says, for each product made as a by-product, how much of which products one unit of
    it replaces. With a traceable use table `competitors` names, for each replaced product and each
    by-product that is used, the industry whose output is replaced.

    Raises AllocationError for by-products that replace nothing named, or an unknown product.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [10, 15]},
    ...     products=["i", "j"], industries=["I", "J"], primary={"I": "i"})
    >>> found = product_substitution(table, replaced={"j": {"j": 1.0}}).aggregated()
    >>> found.technical[:, 0].tolist(), found.extensions.tolist()
    ([0.0, -0.5], [[5.0, 5.0]])
    """
    table.require_primary(METHOD.id)
    xi = _replacement(table, replaced)
    use = (
        _traced(table, xi, competitors if competitors is not None else {})
        if table.traceable
        else table.use - xi @ table.secondary
    )
    return Allocated(
        METHOD,
        table,
        divided(use, table.primary.T),
        divided(table.extensions, table.primary.T),
        np.where(table.primary > 0, table.supply, 0.0),
    )


def _replacement(
    table: SupplyUse, replaced: Mapping[str, Mapping[str, float]]
) -> NDArray[np.float64]:
    """Return Xi: how much of each product (rows) a unit of each by-product (columns) replaces."""
    besides = [
        name
        for name, row in zip(table.products, table.secondary, strict=True)
        if row.any() and name not in replaced
    ]
    problems = []
    if besides:
        problems.append(
            problem("construct-replaces", method=METHOD.id, products=text.listed(besides))
        )
    xi = np.zeros((len(table.products), len(table.products)))
    for product, others in replaced.items():
        for other, amount in others.items():
            unknown = [name for name in (product, other) if name not in table.products]
            problems += [
                problem(
                    "construct-product-unknown",
                    name,
                    text.nearest(name, table.products),
                    product=name,
                )
                for name in unknown
            ]
            if not unknown:
                xi[table.products.index(other), table.products.index(product)] = amount
    if problems:
        raise AllocationError(*problems)
    return xi


def _traced(
    table: SupplyUse, xi: NDArray[np.float64], competitors: Mapping[str, str]
) -> NDArray[np.float64]:
    """Return the use of primary products by origin, less the replaced output of competitors.

    A by-product that is used comes from its competitor too: who makes it besides makes none of it
    for its own sake, and its output is already counted as replaced there.
    """
    byproducts = np.where(table.primary > 0, 0.0, 1.0).T[:, :, None] * table.use
    change = byproducts.sum(axis=0) - xi @ table.secondary
    theta = np.zeros((len(table.industries), len(table.products)))
    problems = []
    for row, product in enumerate(table.products):
        if not change[row].any() and not byproducts[:, row].any():
            continue
        if competitors.get(product) not in table.industries:
            problems.append(
                problem("construct-competitor", product, table.industries, product=product)
            )
            continue
        theta[table.industries.index(competitors[product]), row] = 1.0
    if problems:
        raise AllocationError(*problems)
    return np.asarray(table.use - byproducts + theta[:, :, None] * change[None, :, :], np.float64)
