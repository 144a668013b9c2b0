"""N2O and CH4 of manure kept before it is spread, and the nitrogen that is left for the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.crops.climate import CLIMATE, aggregated
from pcf.methods.crops.n2o_direct import N_TO_N2O
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import Parameter, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Checked
    from pcf.model.processes import Exchange

METHANE_DENSITY = 0.67
"""kg per m3, IPCC 2006, Vol. 4, Ch. 10, eq. 10.23."""

SYSTEMS = (
    "composting, passive windrow",
    "composting, intensive windrow",
    "composting, static pile",
    "composting, in vessel",
    "solid storage",
)
ZONES = ("cool temperate", "warm temperate")

METHOD = Method(
    "manure management",
    Name("manure management", "粪便管理"),
    (
        Need("system", Name("manure management system", "粪便管理方式"), words=SYSTEMS),
        Need("nitrogen", Name("nitrogen in the manure kept", "所管理粪便含氮量"), "kg"),
        Need(
            "volatilised",
            Name("share of nitrogen volatilised", "氮挥发比例"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need("leached", Name("share of nitrogen leached", "氮淋失比例"), "1", high=1.0),
        Need(
            "nitrogen_gas", Name("share of nitrogen lost as N2", "以 N2 损失的比例"), "1", high=1.0
        ),
        Need("volatile_solids", Name("volatile solids kept", "挥发性固体"), "kg"),
        Need(
            "methane_capacity", Name("methane capacity B0", "最大产甲烷能力 B0"), "m3/kg", high=0.6
        ),
        Need(
            "methane_conversion",
            Name("methane conversion factor MCF", "甲烷转化系数 MCF"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need("zone", Name("climate zone", "气候带"), words=ZONES, optional=True),
        CLIMATE,
    ),
    Name("N2O, CH4 and the nitrogen left", "N2O、CH4 与剩余氮"),
    "N2O = N (EF3 + FracGas EF4 + FracLeach EF5) 44/28; CH4 = VS B0 0.67 MCF;"
    " N left = N (1 - FracGas - FracLeach - FracN2 - EF3)",
    "IPCC 2019 Refinement, Vol. 4, Ch. 10, eq. 10.23, 10.25 to 10.29, 10.34, Tables 10.17, 10.21",
    ("2019",),
    "tier 1",
    "IPCC managed soils",
)


def manure_management(  # noqa: PLR0913 - what the equations ask for
    *,
    system: str | None,
    nitrogen: Amount,
    leached: Amount,
    nitrogen_gas: Amount,
    volatile_solids: Amount,
    methane_capacity: Amount,
    climate: str | None,
    zone: str | None = None,
    volatilised: Amount | None = None,
    methane_conversion: Amount | None = None,
) -> Estimate:
    """Return N2O and CH4 of manure kept in a system; value 'N left' goes on to the field.

    `volatilised` and `methane_conversion` are the study's own where the tables have none for the
    system (or the `zone`). All amounts are for the manure of the process.

    Values, in kg: 'N2O-N direct', 'N volatilised', 'N leached', 'N lost as N2', 'N left'.
    Raises ModelError with all problems: what is missing, losses of more than the nitrogen.

    >>> found = manure_management(
    ...     system="composting, static pile", nitrogen=Amount(100.0, "kg"),
    ...     leached=Amount(0.0, "1"), nitrogen_gas=Amount(0.03, "1"),
    ...     volatile_solids=Amount(2.0, "t"), methane_capacity=Amount(0.1, "m3/kg"),
    ...     climate="dry", zone="cool temperate")
    >>> round(found["N left"], 6), [round(row.amount.value, 4) for row in found.exchanges]
    (31.0, [1.5714, 0.5107, 1.34])
    """
    problems: list[Problem] = []
    words = {
        "system": system,
        "nitrogen": nitrogen,
        "volatilised": volatilised,
        "leached": leached,
        "nitrogen_gas": nitrogen_gas,
        "volatile_solids": volatile_solids,
        "methane_capacity": methane_capacity,
        "methane_conversion": methane_conversion,
        "zone": zone,
        "climate": climate,
    }
    given = check(METHOD, problems, words)
    if problems:
        raise ModelError(*problems)
    factors = _factors(given, problems)
    if problems:
        raise ModelError(*problems)
    parts = _nitrogen(given, factors)
    if parts["N left"] < 0:
        raise ModelError(problem("manure-losses", METHOD.id, left=f"{parts['N left']:.4g} kg"))
    return Estimate(
        METHOD,
        "2019",
        _rows(given, factors, parts),
        {name: Amount(value, "kg") for name, value in parts.items()},
        tuple(factors.values()),
        (*aggregated(METHOD, given.words["climate"]), *given.findings),
    )


def _factors(given: Checked, problems: list[Problem]) -> dict[str, Parameter]:
    system, edition = given.words["system"], "2019"
    rows = {
        "EF3": find("crops_manure", "EF3", problems, edition=edition, system=system),
        "EF4": find("crops", "EF4", problems, edition=edition, climate=given.words["climate"]),
        "EF5": find("crops", "EF5", problems, edition=edition),
    }
    if given.get("volatilised") is None:
        rows["FracGasMS"] = find(
            "crops_manure", "FracGasMS", problems, edition=edition, system=system
        )
    if given.get("methane_conversion") is None:
        zone = given.words.get("zone", "")
        rows["MCF"] = find(
            "crops_manure", "MCF", problems, edition=edition, system=system, climate=zone
        )
    return {name: row for name, row in rows.items() if row is not None}


def _nitrogen(given: Checked, factors: dict[str, Parameter]) -> dict[str, float]:
    own = given.get("volatilised")
    shares = {
        "N2O-N direct": factors["EF3"].value,
        "N volatilised": factors["FracGasMS"].value if own is None else own,
        "N leached": given["leached"],
        "N lost as N2": given["nitrogen_gas"],
    }
    total = given["nitrogen"]
    return {name: total * share for name, share in shares.items()} | {
        "N left": total * (1 - sum(shares.values()))
    }


def _rows(
    given: Checked, factors: dict[str, Parameter], parts: dict[str, float]
) -> tuple[Exchange, ...]:
    own = given.get("methane_conversion")
    conversion = factors["MCF"].value if own is None else own
    methane = given["volatile_solids"] * given["methane_capacity"] * METHANE_DENSITY * conversion
    indirect = (
        parts["N volatilised"] * factors["EF4"].value + parts["N leached"] * factors["EF5"].value
    )
    direct = parts["N2O-N direct"]
    return (
        emitted("N2O, biogenic", direct * N_TO_N2O, source=factors["EF3"].said_by, note="direct"),
        emitted(
            "N2O, biogenic", indirect * N_TO_N2O, source=factors["EF4"].said_by, note="indirect"
        ),
        emitted("CH4, biogenic", methane, source=METHOD.source, note=METHOD.id),
    )
