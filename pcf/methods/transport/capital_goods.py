"""Are plant and machines counted? A switch that a rule can demand: by mass, life and output."""

from __future__ import annotations

from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    id="capital goods",
    name=Name("capital goods", "资本品"),
    needs=(
        Need("mass", Name("plant or machine", "设备或建筑质量"), "kg"),
        Need("life", Name("years of service", "使用年限"), "year", low=0.1, high=200.0),
        Need("output", Name("product made in a year", "年产量"), "t/year", low=1e-12),
        Need("product", Name("product studied", "所研究产品量"), "t"),
    ),
    returns=Name("capital goods of the product (kg)", "产品分摊的资本品（kg）"),
    equation="part = mass x product / (life x output)",
    source="ISO 14067:2018, 6.3 (boundary); PEF method, (EU) 2021/2279 (capital goods; not opened)",
    editions=(),
)


def capital_goods(  # noqa: PLR0913 - every quantity of the equation has its name
    name: str,
    *,
    counted: bool,
    mass: Amount,
    life: Amount,
    output: Amount,
    product: Amount,
) -> Estimate:
    """Return a product's part of a plant or machine, as an input; or a finding that it is left out.

    `counted` is the switch: a category's rule demands or excludes capital goods, and a study says
    which. Left out, the mass stays known, so that the exclusion can be given an upper bound.

    >>> stated = dict(mass=Amount(5000.0, "t"), life=Amount(25.0, "year"),
    ...     output=Amount(100.0, "kt/year"), product=Amount(1.0, "t"))
    >>> capital_goods("potline steel", counted=True, **stated).exchanges[0].amount.value
    2.0
    >>> left_out = capital_goods("potline steel", counted=False, **stated)
    >>> left_out.exchanges, left_out.findings[0].code
    ((), 'capital-goods-left-out')
    """
    given = require(METHOD, mass=mass, life=life, output=output, product=product)
    part = given["mass"] * given["product"] / (given["life"] * given["output"])
    values = {"part": Amount(part, "kg")}
    if not counted:
        left_out = finding("capital-goods-left-out", name, part=values["part"])
        return Estimate(METHOD, "", (), values, (), (*given.findings, left_out))
    return Estimate(METHOD, "", (Exchange(name, values["part"]),), values, (), given.findings)
