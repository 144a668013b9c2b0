"""How much methane and nitrous oxide does waste water emit? By COD, treatment and nitrogen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Estimate, Method, Need, emitted
from pcf.methods.defaults import completed, joined, required
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcf.methods.declaration import Given

SYSTEMS: tuple[str, ...] = (
    "discharged to sea, river or lake",
    "aerobic plant, well managed",
    "aerobic plant, overloaded",
    "anaerobic sludge digester",
    "anaerobic reactor",
    "anaerobic shallow lagoon",
    "anaerobic deep lagoon",
)

METHOD = Method(
    id="industrial waste water",
    name=Name("industrial waste water", "工业废水"),
    needs=(
        Need("cod", Name("COD that enters treatment", "进水 COD"), "kg"),
        Need("sludge", Name("COD taken out with sludge", "污泥带走 COD"), "kg"),
        Need("recovered", Name("methane recovered", "回收甲烷"), "kg"),
        Need("system", Name("treatment", "处理方式"), words=SYSTEMS),
        Need("biogenic_share", Name("biogenic share of the carbon", "生物源碳份额"), "1", high=1.0),
        Need("nitrogen", Name("nitrogen in the effluent", "出水氮量"), "kg"),
        Need("capacity", Name("CH4 per COD (Bo)", "甲烷最大产率"), "1", high=0.35, optional=True),
        Need(
            "correction", Name("methane correction", "甲烷修正因子"), "1", high=1.0, optional=True
        ),
        Need(
            "nitrous",
            Name("N2O-N per N of effluent", "出水 N2O-N 因子"),
            "1",
            high=1.0,
            optional=True,
        ),
    ),
    returns=Name("CH4 and N2O (kg)", "CH4 与 N2O（kg）"),
    equation="CH4 = (COD - S) Bo MCF - R; N2O = N EF 44/28",
    source="IPCC 2006, Vol. 5, Ch. 6, eq. 6.4, 6.5 and 6.7, Tables 6.8 and 6.11",
    editions=("2006",),
    tier="1, with measured parameters 2",
)


def treat_water(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    cod: Amount,
    sludge: Amount,
    recovered: Amount,
    system: str,
    biogenic_share: Amount,
    nitrogen: Amount,
    unverified: Collection[str] = (),
    **measured: Given,
) -> Estimate:
    """Return the methane and the nitrous oxide of industrial waste water.

    `measured` may hold `capacity`, `correction`, `nitrous`. The published N2O factor of effluent
    was recalled: where the effluent holds nitrogen it is given, or named in `unverified`. Raises
    ModelError where more methane is recovered than could form.

    >>> kg = lambda value: Amount(value, "kg")
    >>> found = treat_water(cod=kg(90.0), sludge=kg(0.0), recovered=kg(0.0), nitrogen=kg(0.0),
    ...     system="anaerobic reactor", biogenic_share=Amount(100.0, "%"))
    >>> round(found["CH4"], 6), found.exchanges[0].flow
    (18.0, 'CH4, biogenic')
    """
    stated: dict[str, Given] = {
        "cod": cod,
        "sludge": sludge,
        "recovered": recovered,
        "system": system,
        "biogenic_share": biogenic_share,
        "nitrogen": nitrogen,
    }
    given = required(METHOD, stated | measured)
    found = joined(
        completed(given, "waste", {"capacity": "methane capacity"}, edition="2006"),
        completed(
            given,
            "waste",
            {"correction": "methane correction of water"},
            edition="2006",
            system=given.words["system"],
        ),
    )
    formed = (given["cod"] - given["sludge"]) * found["capacity"] * found["correction"]
    ch4 = formed - given["recovered"]
    if ch4 < 0 or formed < 0:
        raise ModelError(problem("water-recovered", formed=f"{formed:.6g} kg", recovered=recovered))
    n2o = 0.0
    if given["nitrogen"] > 0:
        effluent = completed(
            given, "waste", {"nitrous": "N2O-N of effluent"}, edition="2006", unverified=unverified
        )
        found = joined(found, effluent)
        n2o = given["nitrogen"] * effluent["nitrous"] * 44 / 28
    rows = list(by_origin("CH4", ch4, given["biogenic_share"]))
    if n2o > 0:
        rows.append(emitted("N2O, biogenic", n2o))
    values = {"CH4": Amount(ch4, "kg"), "N2O": Amount(n2o, "kg")}
    findings = (*given.findings, *found.findings)
    return Estimate(METHOD, "2006", tuple(rows), values, found.parameters, findings)
