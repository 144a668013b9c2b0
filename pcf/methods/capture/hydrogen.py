"""What does hydrogen from a fuel emit, and what comes with it? By the carbon of feed and fuel.

Reforming of natural gas, gasification of coal, coke-oven gas, pyrolysis: all the carbon that is not
in a co-product becomes CO2, of which part may be captured (`capture`, `follow`). Co-products stand
beside the hydrogen and are allocated by a stated method, without credit by default.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.findings import finding
from pcf.methods.balances.closing import Stream, balance
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import CoProduct, Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.declaration import Given

ROUTES: Mapping[str, str] = {
    "natural gas reforming": "天然气重整制氢",
    "coal gasification": "煤气化制氢",
    "coke-oven gas": "焦炉煤气制氢",
    "methane pyrolysis": "甲烷热解制氢",
    "biomass gasification": "生物质气化制氢",
}

METHOD = Method(
    id="hydrogen from a feed",
    name=Name("hydrogen from a feed", "化石或生物质制氢"),
    needs=(
        Need("hydrogen", Name("hydrogen produced", "氢气产量"), "kg", low=1e-9),
        Need("route", Name("route", "工艺路线"), words=tuple(ROUTES)),
        Need("biogenic_share", Name("biogenic share of the carbon", "生物源碳份额"), "1", high=1.0),
    ),
    returns=Name("CO2 before capture (kg), inputs", "捕集前 CO2（kg）与投入"),
    equation="CO2 = (C of feed and fuel - C of co-products) x 44/12",
    source="conservation of carbon; (EU) 2025/2547, Annex II, B.3.2 (mass balance)",
    editions=(),
)


def hydrogen_from_feed(
    *,
    hydrogen: Amount,
    route: str,
    feeds: Mapping[str, Stream],
    carbon_products: Mapping[str, Stream],
    biogenic_share: Amount,
) -> Estimate:
    """Return the CO2 of making hydrogen from carbon feeds, and the feeds as inputs.

    `feeds` are feed and fuel with their carbon per mass or volume, `carbon_products` what carries
    carbon away (carbon black, methanol, tail gas): an empty mapping states that none does. Raises
    ModelError with every problem, also where more carbon leaves than came in.

    >>> read = Amount.read
    >>> gas = Stream("natural gas", read("3.4 kg"), read("74 %"))
    >>> found = hydrogen_from_feed(hydrogen=read("1 kg"), route="natural gas reforming",
    ...     feeds={"natural gas": gas}, carbon_products={}, biogenic_share=read("0 1"))
    >>> round(found["CO2 per hydrogen"], 3)
    9.225
    """
    problems: list[Problem] = []
    stated: dict[str, Given] = {
        "hydrogen": hydrogen,
        "route": route,
        "biogenic_share": biogenic_share,
    }
    given = check(METHOD, problems, stated, where=route)
    if not feeds:
        problems.append(problem("balance-side", route, element="C"))
    if problems:
        raise ModelError(*problems)
    # A balance needs both sides; hydrogen itself holds no carbon.
    made = Stream("hydrogen", hydrogen, Amount(0.0, "1"))
    carbon = balance(
        "C",
        inputs=tuple(feeds.values()),
        outputs=(made, *carbon_products.values()),
        tolerance=math.inf,
    )
    left = carbon.difference.value
    if left is None or left < 0:
        raise ModelError(problem("carbon-balance-negative", route, carbon=carbon.difference))
    co2 = left * CO2_PER_C
    per = co2 / given["hydrogen"]
    rows = [Exchange(each.name, each.amount, basis=each.basis) for each in feeds.values()]
    rows += by_origin("CO2", co2, given["biogenic_share"])
    findings = list(given.findings)
    if route != "methane pyrolysis" and co2 == 0:
        findings.append(finding("hydrogen-no-carbon", route))
    values = {"CO2": Amount(co2, "kg"), "CO2 per hydrogen": Amount(per, "kg/kg")}
    return Estimate(METHOD, "", tuple(rows), values, (), tuple(findings))


def with_co_products(hydrogen: Amount, others: Mapping[str, Amount]) -> tuple[CoProduct, ...]:
    """Return hydrogen and what is made with it as co-products, to be allocated by a stated method.

    >>> [row.product for row in with_co_products(Amount(1.0, "kg"), {"steam": Amount(5.0, "kg")})]
    ['hydrogen', 'steam']
    """
    rows = {"hydrogen": hydrogen} | dict(others)
    return tuple(CoProduct(name, amount) for name, amount in rows.items())
