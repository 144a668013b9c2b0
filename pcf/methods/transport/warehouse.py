"""How much of a warehouse's energy is a product's? Its share of volume and days."""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    id="warehouse",
    name=Name("share of a warehouse", "仓储分摊"),
    needs=(
        Need("volume", Name("volume of the product stored", "产品占用容积"), "m3"),
        Need("time", Name("days stored", "储存天数"), "day"),
        Need(
            "capacity",
            Name("volume of all goods stored, on average", "平均在库容积"),
            "m3",
            low=1e-9,
        ),
        Need("period", Name("days of the energy bill", "能耗统计天数"), "day", low=1e-9),
        Need("power", Name("power of the warehouse in the period", "统计期用电量"), "kWh"),
        Need("heat", Name("heat of the warehouse in the period", "统计期用热量"), "GJ"),
    ),
    returns=Name("power (kWh) and heat (GJ) of the product", "产品分摊电量与热量"),
    equation="share = volume x days / (volume of all x days of the period)",
    source="GHG Protocol, Scope 3 calculation guidance, category 4 (storage by volume and time)",
    editions=(),
)


def warehouse(  # noqa: PLR0913 - every quantity of the equation has its name
    *,
    volume: Amount,
    time: Amount,
    capacity: Amount,
    period: Amount,
    power: Amount,
    heat: Amount,
) -> Estimate:
    """Return a product's part of the energy of a warehouse, by volume and time.

    `capacity` is what is stored on average, not the empty hall: else part of the energy would fall
    on nobody. Raises ModelError where the product would take more than the whole.

    >>> found = warehouse(volume=Amount(10.0, "m3"), time=Amount(36.5, "day"),
    ...     capacity=Amount(1000.0, "m3"), period=Amount(1.0, "year"),
    ...     power=Amount(50.0, "MWh"), heat=Amount(0.0, "GJ"))
    >>> round(found["share"], 6), round(found["power"], 6)
    (0.001, 50.0)
    """
    given = require(
        METHOD,
        volume=volume,
        time=time,
        capacity=capacity,
        period=period,
        power=power,
        heat=heat,
    )
    share = given["volume"] * given["time"] / (given["capacity"] * given["period"])
    if share > 1:
        raise ModelError(problem("warehouse-share", share=f"{share:.4g}"))
    values = {
        "share": Amount(share, "1"),
        "power": Amount(given["power"] * share, "kWh"),
        "heat": Amount(given["heat"] * share, "GJ"),
    }
    rows = [Exchange("electricity for storage", values["power"])]
    if given["heat"] > 0:
        rows.append(Exchange("heat for storage", values["heat"]))
    return Estimate(METHOD, "", tuple(rows), values, (), given.findings)
