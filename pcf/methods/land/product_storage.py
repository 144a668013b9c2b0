"""Carbon stored in a product, and the delay of its release: shown, never subtracted.

Both are flows on the line 'outside', which is in no total (ISO 14067:2018, 6.4.9.4, 7.2 and 7.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.methods.land.soil_carbon import C_TO_CO2
from pcf.model.amounts import Amount
from pcf.model.flows import ElementaryFlow
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Checked

STORED = ElementaryFlow(
    "CO2, stored in product",
    Name("carbon dioxide stored in the product", "产品中储存的二氧化碳"),
    direction="input",
    role="resource",
    source="ISO 14067:2018, 6.4.9.4",
)
DELAYED = ElementaryFlow(
    "CO2, effect of delayed release",
    Name("effect of delayed release of carbon dioxide", "延迟排放的效应"),
    direction="input",
    role="resource",
    source="ISO 14067:2018, 6.4.9.4",
)
WEIGHTINGS = ("ILCD 2010", "PAS 2050:2008")

METHOD = Method(
    "storage in products",
    Name("carbon storage and delayed emission", "产品储碳与延迟排放"),
    (
        Need("carbon", Name("biogenic carbon in the product", "产品中生物源碳"), "kg"),
        Need("years", Name("years until it is released", "释放前年数"), "year", high=1000.0),
        Need("weighting", Name("how the delay is weighted", "延迟加权方法"), words=WEIGHTINGS),
    ),
    Name(
        "CO2 stored, and the effect of its delay, outside all totals",
        "储存的 CO2 及延迟效应（不计入总量）",
    ),
    "stored = C x 44/12; effect = stored x min(years, 100) / 100 (ILCD), 0.76 of it for 2 to 25"
    " years (PAS 2050:2008)",
    "ILCD Handbook (2010), 7.4.3.7.3; PAS 2050:2008, Annex C; ISO 14067:2018, 6.4.9.4",
    WEIGHTINGS,
)


def product_storage(*, carbon: Amount, years: Amount, weighting: str | None) -> Estimate:
    """Return the CO2 stored in a product and the effect of its late release, outside all totals.

    Values, in kg CO2: 'stored', 'effect'. Raises ModelError with all problems.

    >>> found = product_storage(carbon=Amount(12.0, "kg"), years=Amount(20.0, "year"),
    ...                         weighting="ILCD 2010")
    >>> round(found["stored"], 9), round(found["effect"], 9), found.lines
    (44.0, 8.8, frozenset({'outside'}))
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"carbon": carbon, "years": years, "weighting": weighting})
    if problems:
        raise ModelError(*problems)
    stored = given["carbon"] * C_TO_CO2
    effect = stored * _weight(given)
    rows = tuple(
        Exchange(flow.id, Amount(value, "kg"), "input", "elementary", elementary=flow)
        for flow, value in ((STORED, stored), (DELAYED, effect))
    )
    values = {"stored": Amount(stored, "kg"), "effect": Amount(effect, "kg")}
    return Estimate(METHOD, given.words["weighting"], rows, values)


def _weight(given: Checked) -> float:
    years = min(given["years"], 100.0)
    early = given.words["weighting"] == "PAS 2050:2008" and 2 <= years <= 25
    return (0.76 if early else 1.0) * years / 100
