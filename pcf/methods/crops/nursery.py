"""From nursery to field by plants: how much nursery ground stands behind a field."""

from __future__ import annotations

from pcf.errors import ModelError, Problem
from pcf.methods.crops.n2o_direct import HECTARE
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    "nursery share",
    Name("nursery to field by plants", "育苗到大田（按株数）"),
    (
        Need("planted", Name("plants per field area", "大田定植密度"), "item/ha", low=1.0),
        Need(
            "raised",
            Name("plants raised per nursery area", "苗圃单位面积成苗数"),
            "item/ha",
            low=1.0,
        ),
        Need(
            "survival",
            Name("share of plants raised that is planted out", "成苗移栽率"),
            "1",
            low=0.01,
            high=1.0,
        ),
        Need("area", Name("area of the field", "田块面积"), "ha"),
    ),
    Name("nursery area behind the field", "对应的苗圃面积"),
    "nursery area = planted x area / (raised x survival)",
    "accounting identity",
    ("none",),
)


def nursery_share(
    nursery: str, *, planted: Amount, raised: Amount, survival: Amount, area: Amount = HECTARE
) -> Estimate:
    """Return the exchange of the nursery's product, in hectares of nursery, for a field.

    Values: 'field area per nursery area'. Raises ModelError with all problems.

    >>> found = nursery_share("codonopsis nursery", planted=Amount(300000.0, "item/ha"),
    ...     raised=Amount(2000000.0, "item/ha"), survival=Amount(0.9, "1"))
    >>> str(found.exchanges[0].amount), round(found["field area per nursery area"], 6)
    ('0.166667 ha', 6.0)
    """
    problems: list[Problem] = []
    words = {"planted": planted, "raised": raised, "survival": survival, "area": area}
    given = check(METHOD, problems, words, where=nursery)
    if problems:
        raise ModelError(*problems)
    ratio = given["raised"] * given["survival"] / given["planted"]
    row = Exchange(nursery, Amount(given["area"] / ratio, "ha"), note=METHOD.id)
    values = {"field area per nursery area": Amount(ratio, "1")}
    return Estimate(METHOD, "none", (row,), values)
