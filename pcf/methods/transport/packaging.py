"""How much packaging does a product take? Its mass over its trips, and what is lost on the way."""

from __future__ import annotations

import math

from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    id="packaging",
    name=Name("packaging of a product", "产品包装"),
    needs=(
        Need("mass", Name("packaging per filling", "每次包装用量"), "kg"),
        Need("filled", Name("product in one filling", "每次包装的产品量"), "kg", low=1e-9),
        Need("trips", Name("fillings in the life of the packaging", "周转次数"), "1", low=1.0),
        Need("loss", Name("share lost after each filling", "每次周转损耗率"), "1", high=1.0),
        Need("product", Name("product delivered", "交付产品量"), "kg"),
    ),
    returns=Name("packaging made, discarded, sent back (kg)", "包装投入、废弃与返回量（kg）"),
    equation="made = product / filled x mass / n, n = 1 + (1 - l) + ... + (1 - l)^(trips - 1)",
    source="conservation of mass; PEF method, (EU) 2021/2279 (reused packaging; text not opened)",
    editions=(),
)


def packaging(  # noqa: PLR0913 - every quantity of the equation has its name
    material: str,
    *,
    mass: Amount,
    filled: Amount,
    trips: Amount,
    loss: Amount,
    product: Amount,
) -> Estimate:
    """Return the packaging made for, and discarded with, a delivered product.

    One-way packaging has one trip. No piece is filled more often than `trips`, and after each
    filling the share `loss` does not come back. What is used again is sent back: the mass (`sent
    back`) is for the leg of the return. Discarded packaging is a waste output with its treatment.

    >>> found = packaging("steel pallet", mass=Amount(20.0, "kg"), filled=Amount(1.0, "t"),
    ...     trips=Amount(50.0, "1"), loss=Amount(0.0, "1"), product=Amount(10.0, "t"))
    >>> found["made"], found["sent back"]
    (4.0, 196.0)
    """
    given = require(METHOD, mass=mass, filled=filled, trips=trips, loss=loss, product=product)
    used = given["product"] / given["filled"] * given["mass"]
    made = used / _fillings(given["trips"], given["loss"])
    values = {
        "made": Amount(made, "kg"),
        "discarded": Amount(made, "kg"),
        "sent back": Amount(used - made, "kg"),
    }
    rows = (
        Exchange(material, values["made"]),
        Exchange(f"{material}, discarded", values["discarded"], "output", "waste"),
    )
    return Estimate(METHOD, "", rows, values, (), given.findings)


def _fillings(trips: float, loss: float) -> float:
    """Return how often a piece is filled on average."""
    if loss == 0:
        return trips
    return 1.0 if loss == 1 else -math.expm1(trips * math.log1p(-loss)) / loss
