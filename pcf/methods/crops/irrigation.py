"""How much energy does irrigation take? Water lifted by a head, through pump and motor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.flows import meter_flow
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Checked

WEIGHT_OF_WATER = 1000 * 9.80665
"""N per m3."""

METHOD = Method(
    "irrigation energy",
    Name("energy of irrigation by head and flow", "按扬程和流量计的灌溉能耗"),
    (
        Need("water", Name("water pumped", "抽水量"), "m3", optional=True),
        Need("flow", Name("flow of the pump", "水泵流量"), "m3/h", optional=True),
        Need("hours", Name("running time", "运行时间"), "h", optional=True),
        Need(
            "head",
            Name("total head: lift, pressure and friction", "总扬程（提升、压力、摩阻）"),
            "m",
            usual=(0.0, 200.0),
        ),
        Need(
            "pump_efficiency", Name("efficiency of the pump", "水泵效率"), "1", low=0.05, high=0.95
        ),
        Need(
            "drive_efficiency",
            Name("efficiency of motor or engine", "电机或发动机效率"),
            "1",
            low=0.05,
            high=1.0,
        ),
    ),
    Name("electricity at a meter, or fuel energy", "电表电量或燃料能量"),
    "E = rho g H V / (pump efficiency x drive efficiency)",
    "hydraulic power; FAO Irrigation and Drainage Paper on pumping (energy = weight x head)",
    ("none",),
)


def irrigation(  # noqa: PLR0913 - head and flow, each part of the pumping set
    *,
    head: Amount,
    pump_efficiency: Amount,
    drive_efficiency: Amount,
    water: Amount | None = None,
    flow: Amount | None = None,
    hours: Amount | None = None,
    meter: str = "",
    fuel: str = "",
) -> Estimate:
    """Return the energy of pumping `water`, or `flow` for `hours`: at a `meter`, or of a `fuel`.

    Water that comes by gravity has no head. Values: 'water' in m3, 'energy' in kWh.
    Raises ModelError with all problems: neither or both of water and flow, neither or both of
    meter and fuel.

    >>> found = irrigation(water=Amount(2250.0, "m3"), head=Amount(50.0, "m"), meter="well",
    ...     pump_efficiency=Amount(60.0, "%"), drive_efficiency=Amount(1.0, "1"))
    >>> round(found["energy"], 1), found.exchanges[0].flow
    (510.8, 'kWh at well')
    """
    problems: list[Problem] = []
    words = {
        "water": water,
        "flow": flow,
        "hours": hours,
        "head": head,
        "pump_efficiency": pump_efficiency,
        "drive_efficiency": drive_efficiency,
    }
    given = check(METHOD, problems, words)
    if bool(meter) == bool(fuel):
        problems.append(problem("irrigation-drive", METHOD.id))
    if (water is None) == (flow is None) or (flow is None) != (hours is None):
        problems.append(problem("irrigation-water", METHOD.id))
    if problems:
        raise ModelError(*problems)
    volume = _volume(given)
    efficiency = given["pump_efficiency"] * given["drive_efficiency"]
    joules = WEIGHT_OF_WATER * given["head"] * volume / efficiency
    row = (
        Exchange(fuel, Amount(joules / 1e6, "MJ"), note=METHOD.id)
        if fuel
        else Exchange(
            meter_flow(meter).id,
            Amount(joules / 3.6e6, "kWh"),
            kind="elementary",
            elementary=meter_flow(meter),
            note=METHOD.id,
        )
    )
    values = {"water": Amount(volume, "m3"), "energy": Amount(joules / 3.6e6, "kWh")}
    return Estimate(METHOD, "none", (row,), values, findings=given.findings)


def _volume(given: Checked) -> float:
    water = given.get("water")
    return given["flow"] * given["hours"] if water is None else water
