"""How much CF4 and C2F6 does a smelter emit that measures its duct? By collection efficiency."""

from __future__ import annotations

from pcf.methods.declaration import Estimate, Method, Need, require
from pcf.methods.metals.pfc_words import FAMILY, RETURNS, both_gases
from pcf.model.amounts import Amount
from pcf.text import Name

METHOD = Method(
    id="PFC measured",
    name=Name("PFC measured in the duct", "烟道实测 PFC"),
    needs=(
        Need("cf4", Name("CF4 measured in the duct", "烟道实测 CF4"), "kg"),
        Need("c2f6", Name("C2F6 measured in the duct", "烟道实测 C2F6"), "kg"),
        Need(
            "collection",
            Name("collection efficiency of the duct", "集气效率"),
            "1",
            low=0.5,
            high=1.0,
            usual=(0.85, 1.0),
        ),
    ),
    returns=RETURNS,
    equation="E = E(duct) / collection efficiency",
    source="Implementing Regulation (EU) 2025/2547, Annex II, B.7, eq. 20; US EPA and IAI protocol "
    "for measurement of CF4 and C2F6",
    editions=("EU 2025",),
    tier="3",
    family=FAMILY,
)


def pfc_measured(*, cf4: Amount, c2f6: Amount, collection: Amount) -> Estimate:
    """Return CF4 and C2F6 as measured, with what escaped the duct.

    Measured over the whole period they hold high- and low-voltage emissions alike. Raises
    ModelError where one gas or the collection efficiency is missing.

    >>> found = pfc_measured(cf4=Amount(95.0, "kg"), c2f6=Amount(9.5, "kg"),
    ...                      collection=Amount(95.0, "%"))
    >>> round(found["CF4"], 9), round(found["C2F6"], 9)
    (100.0, 10.0)
    """
    given = require(METHOD, cf4=cf4, c2f6=c2f6, collection=collection)
    gases = {"CF4": "cf4", "C2F6": "c2f6"}
    mass = {gas: given[need] / given["collection"] for gas, need in gases.items()}
    values = {gas: Amount(amount, "kg") for gas, amount in mass.items()}
    exchanges = both_gases(mass["CF4"], mass["C2F6"], {})
    return Estimate(METHOD, "EU 2025", exchanges, values, (), given.findings)
