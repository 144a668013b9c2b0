"""CO2 of lime: the carbonate that is spread dissolves and sets its carbon free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.climate import EDITION
from pcf.methods.crops.urea_co2 import released
from pcf.methods.declaration import Method, Need, check
from pcf.methods.lookups import find
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Estimate
    from pcf.model.amounts import Amount

LIMES = ("limestone", "dolomite")

METHOD = Method(
    "lime CO2",
    Name("CO2 from liming", "施用石灰 CO2"),
    (
        Need(
            "lime",
            Name("limestone (CaCO3) or dolomite (CaMg(CO3)2)", "石灰石或白云石"),
            words=LIMES,
        ),
        Need("amount", Name("carbonate applied", "碳酸盐施用量"), "kg"),
        EDITION,
    ),
    Name("CO2", "CO2"),
    "CO2 = M x EF x 44/12, EF = 0.12 (limestone) or 0.13 (dolomite)",
    "IPCC 2006 Guidelines, Vol. 4, Ch. 11, 11.3, eq. 11.12 (not refined in 2019)",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def lime_co2(*, lime: str | None, amount: Amount, edition: str | None) -> Estimate:
    """Return the CO2 of limestone or dolomite spread on a field.

    Burnt lime (CaO) and slaked lime hold no carbonate: their CO2 was emitted when they were made.
    Value: 'C', the carbon set free, in kg. Raises ModelError with all problems.

    >>> from pcf.model.amounts import Amount
    >>> lime_co2(lime="dolomite", amount=Amount(1.0, "t"), edition="2019").exchanges[0].amount.value
    476.66...
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"lime": lime, "amount": amount, "edition": edition})
    if problems:
        raise ModelError(*problems)
    version = given.words["edition"]
    factor = find("crops", "lime", problems, edition=version, lime=given.words["lime"])
    if factor is None:
        raise ModelError(*problems)
    return released(METHOD, version, given["amount"], factor)
