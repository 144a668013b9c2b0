"""How much fuel does a tonne-kilometre take? By the vehicle, its load, and its way back empty.

Fuel grows linearly from empty to full; the empty kilometres of the round trip burden the goods.
"""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

_LOAD = Need("load_factor", Name("load over capacity", "装载率"), "1", low=0.01, high=1.0)
_EMPTY = Need(
    "empty_return",
    Name("empty kilometres per loaded kilometre", "空驶率（空驶里程与载货里程之比）"),
    "1",
    high=3.0,
)

FUEL = Method(
    id="fuel of a vehicle",
    name=Name("fuel of a vehicle by load and empty return", "按装载率与空驶率计算的车辆油耗"),
    needs=(
        Need("load", Name("goods moved, with packaging", "货物重量（含包装）"), "t"),
        Need("distance", Name("loaded distance", "载货里程"), "km"),
        Need("capacity", Name("payload capacity of the vehicle", "额定载重量"), "t", low=0.01),
        _LOAD,
        _EMPTY,
        Need("empty_use", Name("fuel use when empty", "空载油耗"), "L/km", usual=(0.0, 1.0)),
        Need("full_use", Name("fuel use when full", "满载油耗"), "L/km", usual=(0.0, 2.0)),
    ),
    returns=Name("fuel (L), vehicle-kilometres", "燃料（L）与车公里"),
    equation="fuel per tkm = (Fe + (Ff - Fe) u + e Fe) / (capacity u)",
    source="EN 16258:2012 and ISO 14083:2023 (load factor, empty running; texts not opened)",
    editions=(),
)
RELOADED = Method(
    id="freight factor at another load",
    name=Name("freight factor at another load and return", "按装载率与空驶率修正的运输因子"),
    needs=(
        Need("factor", Name("factor per tkm", "每吨公里因子"), "kg CO2e/tkm"),
        Need("empty_share", Name("fuel use empty over full", "空载与满载油耗之比"), "1", high=1.0),
        Need(
            "from_load",
            Name("load factor of the factor", "因子对应装载率"),
            "1",
            low=0.01,
            high=1.0,
        ),
        Need("from_empty", Name("empty return of the factor", "因子对应空驶率"), "1", high=3.0),
        _LOAD,
        _EMPTY,
    ),
    returns=Name("factor per tkm at the plant's own load", "实际装载下的每吨公里因子"),
    equation="f' = f x g(u', e') / g(u, e), g = (s + (1 - s) u + e s) / u",
    source="EN 16258:2012 and ISO 14083:2023 (load factor, empty running; texts not opened)",
    editions=(),
)


def vehicle_fuel(  # noqa: PLR0913 - every quantity of the equation has its name
    fuel: str,
    *,
    load: Amount,
    distance: Amount,
    capacity: Amount,
    load_factor: Amount,
    empty_return: Amount,
    empty_use: Amount,
    full_use: Amount,
) -> Estimate:
    """Return the fuel that moving goods takes, with the goods' share of the way back.

    `empty_return` is 1 where the vehicle always returns empty, 0 where it never does. Raises
    ModelError where a vehicle uses more when empty than when full.

    >>> found = vehicle_fuel("diesel", load=Amount(10.0, "t"), distance=Amount(100.0, "km"),
    ...     capacity=Amount(20.0, "t"), load_factor=Amount(0.5, "1"),
    ...     empty_return=Amount(1.0, "1"), empty_use=Amount(0.22, "L/km"),
    ...     full_use=Amount(0.32, "L/km"))
    >>> round(found["fuel"], 6), found["vehicle kilometres"]
    (49.0, 200.0)
    """
    given = require(
        FUEL,
        load=load,
        distance=distance,
        capacity=capacity,
        load_factor=load_factor,
        empty_return=empty_return,
        empty_use=empty_use,
        full_use=full_use,
    )
    if given["full_use"] < given["empty_use"]:
        raise ModelError(problem("transport-empty-above-full", empty=empty_use, full=full_use))
    trips = given["load"] / (given["capacity"] * given["load_factor"])
    loaded = trips * given["distance"]
    back = loaded * given["empty_return"]
    slope = given["full_use"] - given["empty_use"]
    litres = loaded * (given["empty_use"] + slope * given["load_factor"])
    litres += back * given["empty_use"]
    findings = list(given.findings)
    if given["empty_return"] == 0:
        findings.append(finding("transport-never-empty"))
    values = {
        "fuel": Amount(litres, "L"),
        "vehicle kilometres": Amount(loaded + back, "vkm"),
        "tonne-kilometres": Amount(given["load"] * given["distance"], "tkm"),
    }
    row = Exchange(fuel, values["fuel"])
    return Estimate(FUEL, "", (row,), values, (), tuple(findings))


def reloaded(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    factor: Amount,
    empty_share: Amount,
    from_load: Amount,
    from_empty: Amount,
    load_factor: Amount,
    empty_return: Amount,
) -> Estimate:
    """Return a factor per tkm at another load factor and empty return; its boundary stays.

    A factor that already holds an average load is not doubled for an empty return: what it holds
    is stated and replaced.

    >>> found = reloaded(factor=Amount(0.065, "kg CO2e/tkm"), empty_share=Amount(0.65, "1"),
    ...     from_load=Amount(1.0, "1"), from_empty=Amount(0.0, "1"),
    ...     load_factor=Amount(1.0, "1"), empty_return=Amount(1.0, "1"))
    >>> round(found["factor"], 5)
    0.10725
    """
    given = require(
        RELOADED,
        factor=factor,
        empty_share=empty_share,
        from_load=from_load,
        from_empty=from_empty,
        load_factor=load_factor,
        empty_return=empty_return,
    )
    share = given["empty_share"]
    here = _per_tkm(share, given["load_factor"], given["empty_return"])
    there = _per_tkm(share, given["from_load"], given["from_empty"])
    values = {"factor": Amount(given["factor"] * here / there, "kg CO2e/tkm")}
    return Estimate(RELOADED, "", (), values, (), given.findings)


def _per_tkm(empty_share: float, load: float, empty: float) -> float:
    return (empty_share + (1 - empty_share) * load + empty * empty_share) / load
