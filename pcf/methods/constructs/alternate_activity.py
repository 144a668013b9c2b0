"""Alternate activity: a by-product carries what making it on purpose elsewhere would have taken.

Allocation AAA and construct AAC of Majeau-Bettez et al. (2014): with A_alternate the requirements
of the alternate industries, themselves cleared of their by-products, a by-product is given
A_alternate V_secondary and the primary product the rest.
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

    Array = NDArray[np.float64]

METHOD = Method(
    "alternate activity",
    Name("alternate-activity construct", "替代生产法"),
    (
        Need("table", Name("supply and use tables with primary products", "含主产品的供给使用表")),
        Need(
            "alternates",
            Name("the industry that makes each by-product on purpose", "专门生产各副产品的产业"),
        ),
    ),
    Name("coefficients by industry and product", "按产业和产品的系数"),
    "A_alt = U v^-1 (I + Gamma M)^-1 Gamma; Z = (U - A_alt V_secondary) E' + A_alt V_secondary",
    "Majeau-Bettez et al. 2014, J. Ind. Ecol. 18(5):747-770, AAA and AAC",
    ("2014",),
)


def alternate_activity(table: SupplyUse, *, alternates: Mapping[str, str]) -> Allocated:
    """Return every industry divided: by-products as their alternates, the primary product the rest.

    `alternates` names, for each product made as a by-product, the industry that makes it for its
    own sake. Raises AllocationError for a by-product without one, an industry of which it is not
    the primary product, and alternates that stand for each other in a circle without end.

    >>> from pcf.methods.constructs.tables import supply_use
    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], extensions={"CO2": [10, 12]},
    ...     products=["i", "j"], industries=["I", "J"], primary={"I": "i"})
    >>> alternate_activity(table, alternates={"j": "J"}).aggregated().extensions.tolist()
    [[3.0, 4.0]]
    """
    table.require_primary(METHOD.id)
    spread = _alternates(table, alternates)
    return Allocated(
        METHOD,
        table,
        _given(table, table.use, spread),
        _given(table, table.extensions, spread),
        table.supply,
    )


def _alternates(table: SupplyUse, alternates: Mapping[str, str]) -> Array:
    """Return, industries x products, how much of each industry a unit of a product stands for."""
    gamma = np.zeros((len(table.industries), len(table.products)))
    problems = []
    for row, product in enumerate(table.products):
        makers = [
            name for column, name in enumerate(table.industries) if table.primary[row, column] > 0
        ]
        if product in alternates and alternates[product] in makers:
            gamma[table.industries.index(alternates[product]), row] = 1.0
        elif product in alternates or table.secondary[row].any():
            problems.append(
                problem("construct-alternate", product, makers, method=METHOD.id, product=product)
            )
    problems += [
        problem("construct-product-unknown", name, text.nearest(name, table.products), product=name)
        for name in alternates
        if name not in table.products
    ]
    if problems:
        raise AllocationError(*problems)
    gamma_mix = gamma @ (table.secondary / _own(table))
    if np.abs(np.linalg.eigvals(gamma_mix)).max() >= 1:
        raise AllocationError(problem("construct-circle", method=METHOD.id))
    mixed = np.linalg.solve(np.eye(len(table.industries)) + gamma_mix, gamma)
    return np.asarray(mixed, np.float64)


def _own(table: SupplyUse) -> Array:
    """Return what each industry makes of its primary product."""
    return np.asarray((table.primary * table.supply).sum(axis=0), np.float64)


def _given(table: SupplyUse, flows: Array, spread: Array) -> Array:
    requirements = flows / _own(table) @ spread
    besides = np.einsum("...p,pj->...jp", requirements, table.secondary)
    rest = flows - besides.sum(axis=-1)
    return np.asarray(divided(rest, table.primary.T) + besides, np.float64)
