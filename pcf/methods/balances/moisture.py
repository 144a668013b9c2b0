"""What does a wet mass weigh dry, and an analysis on one basis read on another? By moisture.

A mass and an analysis on different bases are the commonest quiet error of a metals or fuel study:
8 % of moisture in a concentrate is 8 % of its nickel.
"""

from __future__ import annotations

from pcf.errors import ModelError, problem
from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.text import Name

_MOISTURE = Need(
    "moisture", Name("moisture, share of the wet mass", "水分（占湿重）"), "1", high=0.95
)

DRY_MASS = Method(
    id="dry mass",
    name=Name("dry mass from wet mass", "湿重换算干重"),
    needs=(Need("wet_mass", Name("wet mass", "湿重"), "kg"), _MOISTURE),
    returns=Name("dry mass (kg) and water (kg)", "干重与水分质量（kg）"),
    equation="dry = wet x (1 - moisture)",
    source="conservation of mass; moisture as a share of the wet mass (ISO 589, GB/T 211)",
    editions=(),
)

OTHER_BASIS = Method(
    id="analysis on another basis",
    name=Name("analysis of coal on another basis", "煤质分析基准换算"),
    needs=(
        Need("content", Name("content as analysed", "分析值"), "1", high=1.0),
        Need(
            "from_moisture", Name("moisture of the basis of analysis", "原基准水分"), "1", high=0.95
        ),
        Need("to_moisture", Name("moisture of the basis wanted", "目标基准水分"), "1", high=0.95),
    ),
    returns=Name("content on the basis wanted", "目标基准的含量"),
    equation="X_to = X_from x (1 - M_to) / (1 - M_from)",
    source="GB/T 483 and ISO 1170 (calculation of analyses to different bases), for ash-containing "
    "bases; the identity of dry mass",
    editions=(),
)


def dry_mass(*, wet_mass: Amount, moisture: Amount) -> Estimate:
    """Return the dry mass (`dry`) and the water (`water`) in a wet mass, in kilograms.

    Raises ModelError where the moisture is missing (it is not zero) or not a share of the wet mass.

    >>> found = dry_mass(wet_mass=Amount(100.0, "t"), moisture=Amount(8.0, "%"))
    >>> found["dry"], found["water"]
    (92000.0, 8000.0)
    """
    given = require(DRY_MASS, wet_mass=wet_mass, moisture=moisture)
    water = given["wet_mass"] * given["moisture"]
    values = {"dry": Amount(given["wet_mass"] - water, "kg"), "water": Amount(water, "kg")}
    return Estimate(DRY_MASS, "", values=values, findings=given.findings)


def on_basis(*, content: Amount, from_moisture: Amount, to_moisture: Amount) -> Estimate:
    """Return an analysis (`content`) on a basis with another moisture.

    Dry to as received: `from_moisture` 0 %, `to_moisture` the total moisture; air-dried to as
    received: the two moistures that the laboratory reports.

    >>> found = on_basis(content=Amount(62.0, "%"), from_moisture=Amount(2.0, "%"),
    ...                  to_moisture=Amount(9.0, "%"))
    >>> round(found["content"], 4)
    0.5757
    """
    given = require(
        OTHER_BASIS, content=content, from_moisture=from_moisture, to_moisture=to_moisture
    )
    ratio = (1 - given["to_moisture"]) / (1 - given["from_moisture"])
    found = given["content"] * ratio
    if found > 1:
        raise ModelError(problem("basis-content-above-one", content=f"{found:.4g}"))
    values = {"content": Amount(found, "1")}
    return Estimate(OTHER_BASIS, "", values=values, findings=given.findings)
