"""How much refrigerant or SF6 was lost, by the books? What came in and is not accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.chemistry.blends import by_gas, parts_of
from pcf.methods.declaration import Method, Need, check
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcf.methods.declaration import Estimate
    from pcf.model.amounts import Amount

METHOD = Method(
    id="leak by mass balance",
    name=Name("leak of refrigerant or SF6 by mass balance", "质量平衡法制冷剂或 SF6 泄漏"),
    needs=(
        Need("opening", Name("gas in stock at the start", "期初库存"), "kg"),
        Need("bought", Name("gas bought or received", "购入量"), "kg"),
        Need("closing", Name("gas in stock at the end", "期末库存"), "kg"),
        Need("handed_on", Name("gas sold, returned or destroyed", "转出或销毁量"), "kg"),
        Need("capacity_added", Name("charge of equipment added", "新增设备额定充注量"), "kg"),
        Need("capacity_retired", Name("charge of equipment retired", "退役设备额定充注量"), "kg"),
    ),
    returns=Name("gas lost, by gas (kg)", "各气体损失量（kg）"),
    equation="E = (opening - closing) + bought - handed on - (capacity added - capacity retired)",
    source="IPCC 2006, Vol. 3, Ch. 7, eq. 7.9, and Ch. 8, eq. 8.5 (mass balance)",
    editions=("2006",),
    tier="2b, 3",
)


def leak_by_balance(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    refrigerant: str,
    opening: Amount,
    bought: Amount,
    closing: Amount,
    handed_on: Amount,
    capacity_added: Amount,
    capacity_retired: Amount,
    unverified: Collection[str] = (),
) -> Estimate:
    """Return what was lost in the period by the mass balance of the gas, gas by gas.

    Gas recovered from retired equipment stands in `handed_on` or in the closing stock. Raises
    ModelError where more gas is there than came in: a delivery or a stock is wrong.

    >>> from pcf.model.amounts import Amount
    >>> kg = lambda value: Amount(value, "kg")
    >>> found = leak_by_balance(refrigerant="SF6", opening=kg(20.0), bought=kg(50.0),
    ...     closing=kg(15.0), handed_on=kg(10.0), capacity_added=kg(40.0),
    ...     capacity_retired=kg(0.0))
    >>> [(row.flow, row.amount.value) for row in found.exchanges]
    [('SF6', 5.0)]
    """
    problems: list[Problem] = []
    given = check(
        METHOD,
        problems,
        {
            "opening": opening,
            "bought": bought,
            "closing": closing,
            "handed_on": handed_on,
            "capacity_added": capacity_added,
            "capacity_retired": capacity_retired,
        },
        where=refrigerant,
    )
    shares, rows = parts_of(refrigerant, problems, unverified)
    if problems:
        raise ModelError(*problems)
    stock = given["opening"] - given["closing"]
    charged = given["capacity_added"] - given["capacity_retired"]
    lost = stock + given["bought"] - given["handed_on"] - charged
    if lost < 0:
        raise ModelError(problem("leak-negative", refrigerant, lost=f"{lost:.6g} kg"))
    return by_gas(METHOD, lost, shares, parameters=rows, findings=given.findings)
