"""Drying: the water to evaporate follows from the moisture before and after, the energy from it.

Moistures are on wet basis: water over the mass that holds it. The dry matter stays the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.methods.lookups import Parameter, find
from pcf.model.amounts import Amount
from pcf.model.flows import meter_flow
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Checked

LATENT_HEAT = 2.26
"""MJ per kg of water: less heat than this evaporates nothing, but a heat pump needs less power."""

TECHNOLOGIES = ("heat pump", "coal stove", "biomass hot air", "sun")

METHOD = Method(
    "drying",
    Name("drying by technology and fuel", "干燥（按工艺与燃料）"),
    (
        Need("wet_mass", Name("mass before drying", "干燥前质量"), "kg"),
        Need(
            "moisture_before",
            Name("moisture before, wet basis", "干燥前含水率（湿基）"),
            "1",
            high=0.99,
        ),
        Need(
            "moisture_after",
            Name("moisture after, wet basis", "干燥后含水率（湿基）"),
            "1",
            high=0.99,
        ),
        Need(
            "technology", Name("drying technology", "干燥工艺"), words=TECHNOLOGIES, optional=True
        ),
        Need(
            "energy",
            Name("energy per water removed", "每千克脱水能耗"),
            "MJ/kg",
            usual=(0.0, 15.0),
            optional=True,
        ),
    ),
    Name("water removed, dried mass, energy", "脱水量、干燥后质量与能量"),
    "water = wet mass x (before - after) / (1 - after); energy = water x energy per water",
    "conservation of dry matter",
    ("none",),
)


def drying(  # noqa: PLR0913 - two moistures, a technology or a measurement, and who delivers
    *,
    wet_mass: Amount,
    moisture_before: Amount,
    moisture_after: Amount,
    technology: str | None = None,
    energy: Amount | None = None,
    meter: str = "",
    fuel: str = "",
) -> Estimate:
    """Return water removed and the energy for it, at a `meter` or of a `fuel`.

    Give the measured `energy` per water removed (heat of the fuel, or electricity), or a
    `technology` of the table, whose values are assumptions. Values, in kg: 'water removed',
    'dried mass'; and 'energy' in MJ.

    Raises ModelError with all problems: moisture that rises, neither or both of energy and
    technology, neither or both of meter and fuel where energy is needed.

    >>> found = drying(wet_mass=Amount(3.5, "kg"), moisture_before=Amount(75.0, "%"),
    ...                moisture_after=Amount(12.5, "%"), technology="heat pump", meter="dryer")
    >>> found["water removed"], found["dried mass"], str(found.exchanges[0].amount)
    (2.5, 1.0, '3.8 kWh')
    """
    problems: list[Problem] = []
    words = {
        "wet_mass": wet_mass,
        "moisture_before": moisture_before,
        "moisture_after": moisture_after,
        "technology": technology,
        "energy": energy,
    }
    given = check(METHOD, problems, words)
    problems += _contradictions(given, meter, fuel)
    if problems:
        raise ModelError(*problems)
    before, after = given["moisture_before"], given["moisture_after"]
    water = given["wet_mass"] * (before - after) / (1 - after)
    row = _published(given, problems)
    if problems:
        raise ModelError(*problems)
    per_water = given["energy"] if row is None else _megajoules(row)
    values = {
        "water removed": Amount(water, "kg"),
        "dried mass": Amount(given["wet_mass"] - water, "kg"),
        "energy": Amount(water * per_water, "MJ"),
    }
    used = () if row is None else (row,)
    rows = _delivered(water * per_water, meter, fuel)
    return Estimate(METHOD, "none", rows, values, used, given.findings)


def _contradictions(given: Checked, meter: str, fuel: str) -> list[Problem]:
    found = []
    before, after = given.get("moisture_before"), given.get("moisture_after")
    if before is not None and after is not None and after > before:
        found.append(
            problem("drying-moisture", METHOD.id, before=f"{before:.4g}", after=f"{after:.4g}")
        )
    technology, energy = given.words.get("technology"), given.get("energy")
    if (technology is None) == (energy is None):
        found.append(problem("drying-energy", METHOD.id, TECHNOLOGIES))
    free = technology == "sun" or energy == 0
    if (bool(meter) == bool(fuel)) and not (free and not meter):
        found.append(problem("drying-source", METHOD.id))
    if fuel and energy is not None and 0 < energy < LATENT_HEAT:
        found.append(
            problem("drying-latent", METHOD.id, given=f"{energy:.4g}", least=f"{LATENT_HEAT:g}")
        )
    return found


def _published(given: Checked, problems: list[Problem]) -> Parameter | None:
    if "technology" not in given.words:
        return None
    technology = given.words["technology"]
    return find("crops_practice", "drying energy", problems, edition="any", technology=technology)


def _megajoules(row: Parameter) -> float:
    value = row.amount.to("MJ/kg").value
    if value is None:
        raise ModelError(problem("amount-unknown", flow=row.id))
    return value


def _delivered(megajoules: float, meter: str, fuel: str) -> tuple[Exchange, ...]:
    if meter:
        flow = meter_flow(meter)
        amount = Amount(megajoules / 3.6, "kWh")
        return (Exchange(flow.id, amount, kind="elementary", elementary=flow, note=METHOD.id),)
    if fuel:
        return (Exchange(fuel, Amount(megajoules, "MJ"), note=METHOD.id),)
    return ()
