"""How much refrigerant or SF6 leaks from equipment in service? Charge times its annual rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.chemistry.blends import by_gas, parts_of
from pcf.methods.declaration import Checked, Estimate, Method, Need, check
from pcf.methods.defaults import Completed, completed
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcf.methods.declaration import Given
    from pcf.model.amounts import Amount

EQUIPMENT: tuple[str, ...] = (
    "domestic refrigeration",
    "stand-alone commercial",
    "medium and large commercial",
    "transport refrigeration",
    "industrial refrigeration",
    "chillers",
    "air conditioning",
    "mobile air conditioning",
    "switchgear",
)

_CHARGE = Need("charge", Name("charge of the equipment", "充注量"), "kg")
_EQUIPMENT = Need("equipment", Name("kind of equipment", "设备类型"), words=EQUIPMENT)

SERVICE = Method(
    id="leak in service",
    name=Name("leak of refrigerant or SF6 in service", "运行期制冷剂或 SF6 泄漏"),
    needs=(
        _CHARGE,
        _EQUIPMENT,
        Need("time", Name("time in service", "运行时间"), "year"),
        Need("rate", Name("annual leak rate", "年泄漏率"), "1/year", high=1.0, optional=True),
    ),
    returns=Name("gas lost, by gas (kg)", "各气体泄漏量（kg）"),
    equation="E = charge x rate x time x share of the gas",
    source="IPCC 2006, Vol. 3, Ch. 7, eq. 7.13, Ch. 8, eq. 8.2; rates: DEFRA 2010, screening",
    editions=("DEFRA 2010",),
    tier="2a",
)
DISPOSAL = Method(
    id="leak at disposal",
    name=Name("refrigerant lost at disposal", "报废期制冷剂损失"),
    needs=(
        _CHARGE,
        _EQUIPMENT,
        Need("left", Name("share of the charge left", "剩余充注"), "1", high=1.0, optional=True),
        Need("recovered", Name("share recovered of it", "回收率"), "1", high=1.0, optional=True),
    ),
    returns=Name("gas lost, by gas (kg)", "各气体损失量（kg）"),
    equation="E = charge x left x (1 - recovered) x share of the gas",
    source="IPCC 2006, Vol. 3, Ch. 7, eq. 7.14; shares: DEFRA 2010, screening",
    editions=("DEFRA 2010",),
    tier="2a",
)


def leak_by_rate(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    refrigerant: str,
    charge: Amount,
    equipment: str,
    time: Amount,
    rate: Amount | None = None,
    unverified: Collection[str] = (),
) -> Estimate:
    """Return what leaks from equipment in service, gas by gas.

    `refrigerant` is a gas ('R134a', 'SF6') or a blend ('R-407C'). The rate is the plant's own, or
    the published one of the kind of equipment with a finding; switchgear has none and must state
    its rate. Where refills are recorded, `leak_by_balance` is surer.

    >>> from pcf.model.amounts import Amount
    >>> found = leak_by_rate(refrigerant="R-407C", charge=Amount(100.0, "kg"),
    ...     equipment="industrial refrigeration", time=Amount(1.0, "year"))
    >>> [(row.flow, round(row.amount.value, 2)) for row in found.exchanges]
    [('HFC-32', 1.84), ('HFC-125', 2.0), ('HFC-134a', 4.16)]
    """
    problems: list[Problem] = []
    stated: dict[str, Given] = {
        "charge": charge,
        "equipment": equipment,
        "time": time,
        "rate": rate,
    }
    given = check(SERVICE, problems, stated, where=refrigerant)
    shares, rows = parts_of(refrigerant, problems, unverified)
    if problems:
        raise ModelError(*problems)
    ids = {"rate": "annual leak rate"}
    found = _completed(given, ids)
    lost = given["charge"] * found["rate"] * given["time"]
    parameters, findings = (*rows, *found.parameters), (*given.findings, *found.findings)
    return by_gas(SERVICE, lost, shares, parameters=parameters, findings=findings)


def leak_at_disposal(  # noqa: PLR0913 - as its sister
    *,
    refrigerant: str,
    charge: Amount,
    equipment: str,
    left: Amount | None = None,
    recovered: Amount | None = None,
    unverified: Collection[str] = (),
) -> Estimate:
    """Return what is lost when equipment is scrapped, gas by gas.

    >>> from pcf.model.amounts import Amount
    >>> found = leak_at_disposal(refrigerant="R134a", charge=Amount(10.0, "kg"),
    ...                          equipment="chillers")
    >>> round(found["lost"], 9)
    0.5
    """
    problems: list[Problem] = []
    stated: dict[str, Given] = {
        "charge": charge,
        "equipment": equipment,
        "left": left,
        "recovered": recovered,
    }
    given = check(DISPOSAL, problems, stated, where=refrigerant)
    shares, rows = parts_of(refrigerant, problems, unverified)
    if problems:
        raise ModelError(*problems)
    ids = {"left": "charge left at disposal", "recovered": "recovered at disposal"}
    found = _completed(given, ids)
    lost = given["charge"] * found["left"] * (1 - found["recovered"])
    parameters, findings = (*rows, *found.parameters), (*given.findings, *found.findings)
    return by_gas(DISPOSAL, lost, shares, parameters=parameters, findings=findings)


def _completed(given: Checked, ids: dict[str, str]) -> Completed:
    word = given.words["equipment"]
    return completed(given, "chemistry", ids, edition="DEFRA 2010", equipment=word)
