"""CO2 of urea: the carbon fixed when it was made is set free on the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.climate import EDITION
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.lookups import Parameter

C_TO_CO2 = 44 / 12

METHOD = Method(
    "urea CO2",
    Name("CO2 from urea", "尿素施用 CO2"),
    (
        Need(
            "urea", Name("urea applied (product, not nitrogen)", "尿素施用量（实物，非氮量）"), "kg"
        ),
        EDITION,
    ),
    Name("CO2", "CO2"),
    "CO2 = M x EF x 44/12, EF = 0.20",
    "IPCC 2006 Guidelines, Vol. 4, Ch. 11, 11.4, eq. 11.13 (not refined in 2019)",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def urea_co2(*, urea: Amount, edition: str | None) -> Estimate:
    """Return the CO2 of an amount of urea; in urea ammonium nitrate, of its urea part.

    Value: 'C', the carbon set free, in kg. Raises ModelError with all problems.

    >>> urea_co2(urea=Amount(1.0, "t"), edition="2006").exchanges[0].amount.value
    733.33...
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"urea": urea, "edition": edition})
    if problems:
        raise ModelError(*problems)
    factor = find("crops", "urea", problems, edition=given.words["edition"])
    if factor is None:
        raise ModelError(*problems)
    return released(METHOD, given.words["edition"], given["urea"], factor)


def released(method: Method, edition: str, mass: float, factor: Parameter) -> Estimate:
    """Return the estimate of fossil CO2 for `mass` kg that holds carbon by `factor`.

    >>> from pcf.methods.lookups import look_up
    >>> row = look_up("crops", "lime", edition="2006", lime="limestone")
    >>> released(METHOD, "2006", 100.0, row)["C"]
    12.0
    """
    carbon = mass * factor.value
    row = emitted("CO2, fossil", carbon * C_TO_CO2, source=factor.said_by, note=method.id)
    return Estimate(method, edition, (row,), {"C": Amount(carbon, "kg")}, (factor,))
