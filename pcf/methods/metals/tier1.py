"""How much CO2 does a tonne of coke, iron or ferroalloy emit? Tier 1, where nothing was measured.

Factors by tonnage only: the direct process emissions of one step, not a footprint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, check, emitted, require_edition
from pcf.methods.lookups import combined_spread, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD = Method(
    id="metals Tier 1",
    name=Name("CO2 by tonnage", "按产量缺省的 CO2"),
    needs=(Need("amount", Name("product made", "产量"), "kg"),),
    returns=Name("CO2 (kg)", "CO2（kg）"),
    equation="CO2 = production x EF",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.4 to 4.8 and 4.15, Tables 4.1 and 4.5; IPCC 2019 "
    "Refinement",
    editions=("2006", "2019"),
    tier="1",
    family="IPCC iron and steel",
)


def tier1(*, product: str, amount: Amount, edition: str) -> Estimate:
    """Return the direct CO2 of making `amount` of a product, always with a finding.

    >>> found = tier1(product="EAF steel", amount=Amount(1.0, "t"), edition="2019")
    >>> found["CO2"], found.findings[0].code
    (180.0, 'metals-tier-1')
    """
    problems: list[Problem] = []
    require_edition(METHOD, edition, problems)
    given = check(METHOD, problems, {"amount": amount})
    row = find("metals", "CO2 Tier 1", problems, edition=edition, product=product)
    if problems or row is None:
        raise ModelError(*problems)
    co2 = given["amount"] * row.value
    exchange = emitted("CO2, fossil", co2, spread=combined_spread(co2, row), source=row.said_by)
    found = finding("metals-tier-1", product=product, value=f"{row.value:g} t/t", edition=edition)
    values = {"CO2": Amount(co2, "kg")}
    return Estimate(METHOD, edition, (exchange,), values, (row,), (found, *given.findings))


def route_average(*, shares: Mapping[str, Amount], edition: str) -> Estimate:
    """Return the direct CO2 per tonne (`average`, kg/t) of products made by several routes.

    Raises ModelError where the shares do not sum to one.

    >>> share = lambda value: Amount(value, "%")
    >>> found = route_average(edition="2006", shares={"BOF steel": share(65.0),
    ...     "EAF steel": share(30.0), "OHF steel": share(5.0)})
    >>> round(found["average"], 6)
    1059.0
    """
    parts = {name: share.to("1").value for name, share in shares.items()}
    known = [part for part in parts.values() if part is not None and part >= 0]
    total = math.fsum(known)
    if len(known) < len(parts) or not math.isclose(total, 1, abs_tol=1e-9):
        raise ModelError(problem("allocation-share-sum", METHOD.id, sum=f"{total:.6g}"))
    made = [
        tier1(product=name, amount=Amount(1000 * part, "kg"), edition=edition)
        for name, part in parts.items()
        if part is not None
    ]
    average = math.fsum(each["CO2"] for each in made)
    rows = tuple(row for each in made for row in each.parameters)
    findings = tuple(row for each in made for row in each.findings)
    exchange = emitted("CO2, fossil", average)
    values = {"average": Amount(average, "kg/t")}
    return Estimate(METHOD, edition, (exchange,), values, rows, findings)
