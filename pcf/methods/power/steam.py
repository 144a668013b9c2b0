"""How much heat does steam or hot water deliver? Mass times the enthalpy that stays."""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="heat of steam",
    name=Name("heat of steam or hot water", "蒸汽或热水供热量"),
    needs=(
        Need("mass", Name("steam or water supplied", "供汽（水）量"), "t"),
        Need("enthalpy", Name("enthalpy supplied", "供出焓值"), "kJ/kg", usual=(200.0, 3600.0)),
        Need("return_enthalpy", Name("enthalpy of the return", "回水焓值"), "kJ/kg", high=900.0),
        Need("returned", Name("share of the mass that returns", "回水率"), "1", high=1.0),
        Need(
            "feed_enthalpy",
            Name("enthalpy of the make-up water", "补水焓值"),
            "kJ/kg",
            high=500.0,
        ),
    ),
    returns=Name("heat delivered (GJ)", "供热量（GJ）"),
    equation="Q = m (h - r h_return - (1 - r) h_feed)",
    source="(EU) 2019/331, Annex VII, 7.2 (net measurable heat)",
    editions=(),
)


def heat_of_steam(
    *,
    mass: Amount,
    enthalpy: Amount,
    return_enthalpy: Amount,
    returned: Amount,
    feed_enthalpy: Amount,
) -> Estimate:
    """Return the heat (`heat`, GJ) that steam or hot water delivers, net of what comes back.

    Raises ModelError where the return is hotter than the supply.

    >>> found = heat_of_steam(mass=Amount(100.0, "t"), enthalpy=Amount(2800.0, "kJ/kg"),
    ...     return_enthalpy=Amount(335.0, "kJ/kg"), returned=Amount(80.0, "%"),
    ...     feed_enthalpy=Amount(84.0, "kJ/kg"))
    >>> round(found["heat"], 2)
    251.52
    """
    given = require(
        METHOD,
        mass=mass,
        enthalpy=enthalpy,
        return_enthalpy=return_enthalpy,
        returned=returned,
        feed_enthalpy=feed_enthalpy,
    )
    back = given["returned"] * given["return_enthalpy"]
    back += (1 - given["returned"]) * given["feed_enthalpy"]
    left = given["enthalpy"] - back
    if left <= 0:
        raise ModelError(problem("steam-enthalpy", supply=enthalpy, back=f"{back:.4g} kJ/kg"))
    heat = given["mass"] * left / 1000
    findings = list(given.findings)
    if given["returned"] == 0:
        findings.append(finding("steam-no-return"))
    return Estimate(METHOD, "", (), {"heat": Amount(heat, "GJ")}, (), tuple(findings))
