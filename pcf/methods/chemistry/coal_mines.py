"""How much methane does mining coal release? By depth or measured, less what is drained and used.

What is drained and flared or burnt becomes CO2; what is handed on as fuel is emitted by its user.
"""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, emitted, require
from pcf.methods.defaults import completed
from pcf.methods.lookups import look_up
from pcf.model.amounts import Amount
from pcf.text import Name

MINES: tuple[str, ...] = (
    "underground, less than 200 m",
    "underground, 200 to 400 m",
    "underground, more than 400 m",
    "surface, less than 25 m",
    "surface, 25 to 50 m",
    "surface, more than 50 m",
)

METHOD = Method(
    id="coal-mine methane",
    name=Name("coal-mine methane", "煤矿瓦斯 CH4"),
    needs=(
        Need("coal", Name("raw coal mined", "原煤产量"), "t"),
        Need("mine", Name("kind and depth of the mine", "矿井类型与深度"), words=MINES),
        Need(
            "mining",
            Name("measured CH4 released per coal", "实测吨煤瓦斯涌出量"),
            "m3@20C/t",
            usual=(0.0, 60.0),
            optional=True,
        ),
        Need(
            "post_mining",
            Name("CH4 released after mining per coal", "矿后活动 CH4"),
            "m3@20C/t",
            usual=(0.0, 10.0),
            optional=True,
        ),
        Need("flared", Name("CH4 drained and flared", "抽采并火炬燃烧的 CH4"), "m3@20C"),
        Need("used", Name("CH4 drained and handed on as fuel", "抽采利用的 CH4"), "m3@20C"),
    ),
    returns=Name("CH4 and the CO2 of flaring (kg)", "CH4 与火炬 CO2（kg）"),
    equation="CH4 = (coal x (EF mining + EF post) - flared x 0.98 - used) x 0.67 kg/m3",
    source="IPCC 2006, Vol. 2, Ch. 4, eq. 4.1.3 to 4.1.8",
    editions=("2006",),
    tier="1, measured 3",
)


def coal_mine(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    coal: Amount,
    mine: str,
    flared: Amount,
    used: Amount,
    mining: Amount | None = None,
    post_mining: Amount | None = None,
) -> Estimate:
    """Return the methane of mining coal and the CO2 of flaring part of it.

    Methane is measured, or the published factor by depth with a finding: mines differ by a factor
    of ten. Gas volumes are at 20 °C; others convert. Raises ModelError where more is drained than
    is released.

    >>> none = Amount(0.0, "m3@20C")
    >>> found = coal_mine(coal=Amount(1.0, "t"), mine="underground, 200 to 400 m", flared=none,
    ...                   used=none)
    >>> round(found["CH4"], 3)
    13.735
    """
    given = require(
        METHOD,
        coal=coal,
        mine=mine,
        flared=flared,
        used=used,
        mining=mining,
        post_mining=post_mining,
    )
    found = completed(
        given,
        "chemistry",
        {"mining": "mining methane", "post_mining": "post-mining methane"},
        edition="2006",
        mine=given.words["mine"],
    )
    density, flare = (
        look_up("chemistry", id_, edition="2006") for id_ in ("methane density", "flare efficiency")
    )
    released = given["coal"] * (found["mining"] + found["post_mining"])
    drained = given["flared"] + given["used"]
    if drained > released:
        raise ModelError(
            problem("mine-drained", drained=f"{drained:.6g}", released=f"{released:.6g}")
        )
    burnt = given["flared"] * flare.value
    ch4 = (released - burnt - given["used"]) * density.value
    rows = [emitted("CH4, fossil", ch4, source=found.said_by)]
    co2 = burnt * density.value * 44 / 16
    if co2 > 0:
        rows.append(emitted("CO2, fossil", co2, source=flare.said_by))
    findings = [*given.findings, *found.findings]
    if mining is None:
        findings.append(finding("mine-tier-1", mine=given.words["mine"]))
    return Estimate(
        METHOD,
        "2006",
        tuple(rows),
        {"CH4": Amount(ch4, "kg"), "CO2": Amount(co2, "kg")},
        (*found.parameters, density, flare),
        tuple(findings),
    )
