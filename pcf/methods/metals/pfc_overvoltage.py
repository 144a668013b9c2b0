"""How much CF4 and C2F6 does the anode-effect overvoltage say? The overvoltage method.

Current efficiency is a fraction here: 94 %, or 0.94. Divided by 94 the result would be a hundredth.
"""

from __future__ import annotations

from pcf.errors import ModelError, Problem
from pcf.methods.declaration import Estimate, Method, Need, check, require_edition
from pcf.methods.defaults import completed
from pcf.methods.metals.pfc_words import (
    ALUMINIUM,
    FAMILY,
    RETURNS,
    TECHNOLOGY,
    WEIGHT,
    both_gases,
)
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="PFC overvoltage",
    name=Name("PFC by the overvoltage method", "过电压法 PFC"),
    needs=(
        ALUMINIUM,
        TECHNOLOGY,
        Need(
            "overvoltage",
            Name("anode-effect overvoltage", "阳极效应过电压"),
            "mV",
            usual=(0.0, 50.0),
        ),
        Need(
            "current_efficiency",
            Name("current efficiency, a fraction", "电流效率（分数）"),
            "1",
            low=0.5,
            high=1.0,
            usual=(0.85, 0.97),
        ),
        Need(
            "coefficient",
            Name("overvoltage coefficient measured at the plant", "实测过电压系数"),
            "kg/(t*mV)",
            usual=(0.5, 5.0),
            optional=True,
        ),
        WEIGHT,
    ),
    returns=RETURNS,
    equation="CF4 = OVC x AEO / CE x MP; C2F6 = CF4 x F",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.27, Table 4.16; Implementing Regulation (EU) "
    "2025/2547, Annex II, B.7.2, eq. 24 and 25, Table 3",
    editions=("2006", "EU 2025"),
    tier="2, with measured coefficients 3",
    family=FAMILY,
)


def pfc_by_overvoltage(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    aluminium: Amount,
    technology: str,
    overvoltage: Amount,
    current_efficiency: Amount,
    edition: str,
    coefficient: Amount | None = None,
    weight_fraction: Amount | None = None,
) -> Estimate:
    """Return CF4 and C2F6 by the overvoltage of anode effects.

    Published coefficients exist for prebake cells only. Raises ModelError with every problem: a
    current efficiency outside 50 to 100 %, a technology without a coefficient.

    >>> found = pfc_by_overvoltage(aluminium=Amount(1.0, "t"), technology="CWPB", edition="2006",
    ...     overvoltage=Amount(2.0, "mV"), current_efficiency=Amount(94.0, "%"))
    >>> round(found["CF4"], 4), round(found["C2F6"], 4)
    (2.4681, 0.2986)
    """
    problems: list[Problem] = []
    require_edition(METHOD, edition, problems)
    given = check(
        METHOD,
        problems,
        {
            "aluminium": aluminium,
            "technology": technology,
            "overvoltage": overvoltage,
            "current_efficiency": current_efficiency,
            "coefficient": coefficient,
            "weight_fraction": weight_fraction,
        },
    )
    if problems:
        raise ModelError(*problems)
    found = completed(
        given,
        "metals",
        {
            "coefficient": "overvoltage coefficient",
            "weight_fraction": "weight fraction, overvoltage",
        },
        edition=edition,
        technology=given.words["technology"],
    )
    per_aluminium = found["coefficient"] * given["overvoltage"] / given["current_efficiency"]
    cf4 = per_aluminium * given["aluminium"]
    c2f6 = cf4 * found["weight_fraction"]
    own = tuple(row for row in found.parameters if row.id == "overvoltage coefficient")
    return Estimate(
        METHOD,
        edition,
        both_gases(cf4, c2f6, {"CF4": own, "C2F6": found.parameters}),
        {"CF4": Amount(cf4, "kg"), "C2F6": Amount(c2f6, "kg")},
        found.parameters,
        (*given.findings, *found.findings),
    )
