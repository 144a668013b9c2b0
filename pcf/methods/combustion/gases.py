"""How much methane and nitrous oxide does burning a fuel emit? By heat, sector and equipment."""

from __future__ import annotations

from pcf.findings import finding
from pcf.methods.combustion.words import EQUIPMENT, FUELS, SECTORS, fuel_named
from pcf.methods.declaration import Checked, Estimate, Method, Need, emitted, require
from pcf.methods.defaults import completed
from pcf.methods.lookups import Parameter, combined_spread
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="CH4 and N2O of combustion",
    name=Name("CH4 and N2O of combustion", "燃烧的 CH4 与 N2O"),
    needs=(
        Need("heat", Name("heat of the fuel, lower heating value", "燃料热量（低位）"), "TJ"),
        Need("fuel", Name("fuel", "燃料"), words=FUELS),
        Need("sector", Name("where it is burnt", "燃烧部门"), words=SECTORS),
        Need("equipment", Name("equipment", "设备"), words=EQUIPMENT),
        Need("methane", Name("measured CH4 per heat", "实测单位热值 CH4"), "kg/TJ", optional=True),
        Need("nitrous", Name("measured N2O per heat", "实测单位热值 N2O"), "kg/TJ", optional=True),
        Need(
            "biogenic_share",
            Name("biogenic share of the carbon", "生物源碳份额"),
            "1",
            high=1.0,
            optional=True,
        ),
    ),
    returns=Name("CH4 and N2O, fossil and biogenic (kg)", "化石与生物源 CH4、N2O（kg）"),
    equation="E = heat x EF",
    source="IPCC 2006, Vol. 2, Ch. 2, eq. 2.1, Tables 2.2 to 2.6; Ch. 3, Table 3.3.1 (off-road)",
    editions=("2006",),
    tier="1",
    family="IPCC stationary combustion",
)


def other_gases(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    heat: Amount,
    fuel: str,
    sector: str,
    equipment: str = "other",
    methane: Amount | None = None,
    nitrous: Amount | None = None,
    biogenic_share: Amount | None = None,
) -> Estimate:
    """Return CH4 and N2O of burning `heat` (lower heating value) of a fuel, with their ranges.

    The gases of a biomass fuel stand on the biogenic line; they are counted. A fluidised bed emits
    some forty times the nitrous oxide of another boiler. Factors that were measured replace the
    published ones.

    >>> found = other_gases(heat=Amount(1000.0, "GJ"), fuel="diesel", sector="manufacturing")
    >>> [(row.flow, row.amount.value) for row in found.exchanges]
    [('CH4, fossil', 3.0), ('N2O, fossil', 0.6)]
    >>> bed = other_gases(heat=Amount(1.0, "TJ"), fuel="bituminous coal", sector="manufacturing",
    ...                   equipment="fluidised bed")
    >>> bed["N2O"]
    61.0
    """
    given = require(
        METHOD,
        heat=heat,
        fuel=fuel_named(fuel),
        sector=sector,
        equipment=equipment,
        methane=methane,
        nitrous=nitrous,
        biogenic_share=biogenic_share,
    )
    word = given.words["fuel"]
    found = completed(
        given, "combustion", _ids(given), edition="2006", fuel=word, sector=given.words["sector"]
    )
    rows = {"CH4": found["methane"], "N2O": found["nitrous"]}
    exchanges = []
    values = {}
    for gas, factor in rows.items():
        amount = given["heat"] * factor
        values[gas] = Amount(amount, "kg")
        by = [row for row in found.parameters if row.id.startswith(gas)]
        for origin, share in _origins(found["biogenic_share"]):
            part = amount * share
            spread = combined_spread(part, *by)
            exchanges.append(emitted(f"{gas}, {origin}", part, spread=spread, source=_said(by)))
    findings = [*given.findings, *found.findings]
    if given.words["equipment"] == "fluidised bed" and nitrous is None:
        findings.append(finding("fuel-fluidised-bed", word))
    return Estimate(METHOD, "2006", tuple(exchanges), values, found.parameters, tuple(findings))


def _ids(given: Checked) -> dict[str, str]:
    off_road = ", off-road" if given.words["sector"] == "off-road" else ""
    bed = ", fluidised bed" if given.words["equipment"] == "fluidised bed" else off_road
    return {
        "methane": f"CH4{off_road}",
        "nitrous": f"N2O{bed}",
        "biogenic_share": "biogenic share",
    }


def _origins(biogenic: float) -> list[tuple[str, float]]:
    parts = (("fossil", 1 - biogenic), ("biogenic", biogenic))
    return [(origin, share) for origin, share in parts if share > 0]


def _said(parameters: list[Parameter]) -> str:
    return parameters[0].said_by if parameters else ""
