"""How much CF4 and C2F6 do recorded anode effects emit? The slope method.

Anode-effect minutes per cell-day are frequency times duration. What cells emit between anode
effects (low-voltage anode effects) is not in the slope: it is given besides, or a finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, check, require, require_edition
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

if TYPE_CHECKING:
    from collections.abc import Collection

METHOD = Method(
    id="PFC slope",
    name=Name("PFC by the slope method", "斜率法 PFC"),
    needs=(
        ALUMINIUM,
        TECHNOLOGY,
        Need(
            "minutes",
            Name("anode-effect minutes per cell-day", "每槽日阳极效应分钟数"),
            "min/day",
            high=1440.0,
            usual=(0.0, 10.0),
        ),
        Need(
            "slope",
            Name("slope coefficient measured at the plant", "实测斜率系数"),
            "kg*day/(t*min)",
            usual=(0.03, 0.4),
            optional=True,
        ),
        WEIGHT,
        Need(
            "low_voltage",
            Name("CF4 of low-voltage anode effects per aluminium", "低电压阳极效应 CF4"),
            "kg/t",
            usual=(0.0, 0.5),
            optional=True,
        ),
    ),
    returns=RETURNS,
    equation="CF4 = S x AEM x MP (+ low voltage); C2F6 = CF4 of anode effects x F",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.26, Table 4.16; IPCC 2019 Refinement; Implementing "
    "Regulation (EU) 2025/2547, Annex II, B.7.1, eq. 21 to 23, Table 2",
    editions=("2006", "2019", "EU 2025"),
    tier="2, with measured coefficients 3",
    family=FAMILY,
)

MINUTES = Method(
    id="anode-effect minutes",
    name=Name("anode-effect minutes per cell-day", "每槽日阳极效应分钟数"),
    needs=(
        Need("frequency", Name("anode effects per cell-day", "每槽日效应系数"), "1/day"),
        Need("duration", Name("minutes per anode effect", "平均效应持续时间"), "min", high=1440.0),
    ),
    returns=Name("anode-effect minutes per cell-day", "每槽日阳极效应分钟数"),
    equation="AEM = frequency x duration",
    source="IPCC 2006, Vol. 3, Ch. 4, 4.4.2.3; (EU) 2025/2547, Annex II, B.7.1, eq. 23",
    editions=(),
)


def anode_effect_minutes(*, frequency: Amount, duration: Amount) -> Amount:
    """Return anode-effect minutes per cell-day: frequency times average duration, not one of them.

    >>> str(anode_effect_minutes(frequency=Amount(0.3, "1/day"), duration=Amount(2.0, "min")))
    '0.6 min/day'
    """
    given = require(MINUTES, frequency=frequency, duration=duration)
    return Amount(given["frequency"] * given["duration"], "min/day")


def pfc_by_slope(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    aluminium: Amount,
    technology: str,
    minutes: Amount,
    edition: str,
    slope: Amount | None = None,
    weight_fraction: Amount | None = None,
    low_voltage: Amount | None = None,
    unverified: Collection[str] = (),
) -> Estimate:
    """Return CF4 and C2F6 by anode-effect minutes per cell-day (`anode_effect_minutes`).

    The coefficients are those measured at the plant, else those of the edition for the technology,
    with their range and a finding. The values of '2019' are recalled and want `unverified`; the
    same numbers were read in 'EU 2025'. Modern cells without fully automated intervention (PFPB MW)
    have no default: they measure.

    >>> found = pfc_by_slope(aluminium=Amount(1.0, "t"), technology="CWPB", edition="2006",
    ...                      minutes=Amount(0.6, "min/day"))
    >>> round(found["CF4"], 4), round(found["C2F6"], 7)
    (0.0858, 0.0103818)
    """
    problems: list[Problem] = []
    require_edition(METHOD, edition, problems)
    given = check(
        METHOD,
        problems,
        {
            "aluminium": aluminium,
            "technology": technology,
            "minutes": minutes,
            "slope": slope,
            "weight_fraction": weight_fraction,
            "low_voltage": low_voltage,
        },
    )
    if problems:
        raise ModelError(*problems)
    found = completed(
        given,
        "metals",
        {"slope": "slope", "weight_fraction": "weight fraction"},
        edition=edition,
        unverified=unverified,
        technology=given.words["technology"],
    )
    findings = [*given.findings, *found.findings]
    low = given.get("low_voltage")
    if low is None and edition != "2006":
        findings.append(finding("pfc-low-voltage", edition=edition))
    effects = found["slope"] * given["minutes"] * given["aluminium"]
    cf4 = effects if low is None else effects + low * given["aluminium"]
    c2f6 = effects * found["weight_fraction"]
    slopes = tuple(row for row in found.parameters if row.id == "slope")
    return Estimate(
        METHOD,
        edition,
        both_gases(cf4, c2f6, {"CF4": slopes, "C2F6": found.parameters}),
        {"CF4": Amount(cf4, "kg"), "C2F6": Amount(c2f6, "kg")},
        found.parameters,
        tuple(findings),
    )
