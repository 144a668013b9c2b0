"""What does keeping a product cold take? Power by mass and days, refrigerant by its leak."""

from __future__ import annotations

from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    id="cold chain",
    name=Name("cold store or cooled transport", "冷藏储存或冷链运输"),
    needs=(
        Need("mass", Name("product kept cold", "冷藏产品量"), "t"),
        Need("time", Name("days kept", "冷藏天数"), "day"),
        Need(
            "power", Name("power per tonne and day", "单位电耗"), "kWh/(t*day)", usual=(0.0, 20.0)
        ),
        Need("loss", Name("share of the product lost", "损耗率"), "1", high=0.99),
    ),
    returns=Name("power (kWh), product kept (t)", "电量（kWh）与留存产品（t）"),
    equation="power = mass x days x q; out = mass (1 - loss)",
    source="energy and mass balance of the store; leaks by 'leak_by_rate' or 'leak_by_balance'",
    editions=(),
)


def cold_chain(*, mass: Amount, time: Amount, power: Amount, loss: Amount) -> Estimate:
    """Return the power that keeping a product cold takes, and what is left of it.

    The burden falls on what comes out (`out`). Refrigerant lost is not in it: see
    `chemistry.leak_by_rate`.

    >>> found = cold_chain(mass=Amount(100.0, "t"), time=Amount(90.0, "day"),
    ...     power=Amount(1.2, "kWh/(t*day)"), loss=Amount(5.0, "%"))
    >>> round(found["power"]), found["out"]
    (10800, 95.0)
    """
    given = require(METHOD, mass=mass, time=time, power=power, loss=loss)
    used = Amount(given["mass"] * given["time"] * given["power"], "kWh")
    out = Amount(given["mass"] * (1 - given["loss"]), "t")
    row = Exchange("electricity for cooling", used)
    return Estimate(METHOD, "", (row,), {"power": used, "out": out}, (), given.findings)
