"""Direct N2O from nitrogen put on mineral soils, by climate (2019) or one factor for all (2006).

Irrigation does not change EF1: a dry field under irrigation is dry here, and leaches.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.climate import AREA, CLIMATE, EDITION, aggregated
from pcf.methods.crops.nitrogen import findings_of
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import combined_spread, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.methods.crops.nitrogen import Nitrogen

N_TO_N2O = 44 / 28
HECTARE = Amount(1.0, "ha")

METHOD = Method(
    "direct N2O from soils",
    Name("direct N2O from managed soils", "农田土壤直接 N2O"),
    (
        Need("inputs", Name("nitrogen inputs (`nitrogen`)", "氮投入（`nitrogen`）"), optional=True),
        CLIMATE,
        AREA,
        EDITION,
    ),
    Name("N2O per area", "单位面积 N2O"),
    "N2O = sum (N_i x EF1_i) x 44/28",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 11, eq. 11.1, Table 11.1",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def n2o_direct(
    inputs: Sequence[Nitrogen], *, climate: str | None, edition: str | None, area: Amount = HECTARE
) -> Estimate:
    """Return the direct N2O of nitrogen inputs on `area`, one exchange for each input.

    Values: 'N' put on and 'N2O-N' emitted, in kg. Raises ModelError with all problems: no climate,
    no edition, a negative area.

    >>> from pcf.methods.crops.nitrogen import nitrogen
    >>> urea = nitrogen("synthetic", Amount(100.0, "kg/ha"), basis="nutrient", fertiliser="urea")
    >>> [round(n2o_direct([urea], climate=each, edition="2019").exchanges[0].amount.value, 4)
    ...  for each in ("wet", "dry", "unknown")]
    [2.5143, 0.7857, 1.5714]
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"climate": climate, "edition": edition, "area": area})
    if problems:
        raise ModelError(*problems)
    stated, version = given.words["climate"], given.words["edition"]
    factors = [
        find("crops", "EF1", problems, edition=version, climate=stated, input=each.kind)
        for each in inputs
    ]
    if problems:
        raise ModelError(*problems)
    used = [(each, factor) for each, factor in zip(inputs, factors, strict=True) if factor]
    rows = []
    for each, factor in used:
        mass = each.rate * given["area"] * factor.value * N_TO_N2O
        spread = combined_spread(mass, factor)
        note = f"direct, {each.kind} nitrogen"
        rows.append(emitted("N2O, biogenic", mass, spread=spread, source=factor.said_by, note=note))
    return Estimate(
        METHOD,
        version,
        tuple(rows),
        {
            "N": Amount(math.fsum(each.rate * given["area"] for each in inputs), "kg"),
            "N2O-N": Amount(
                math.fsum(each.rate * given["area"] * factor.value for each, factor in used), "kg"
            ),
        },
        tuple(dict.fromkeys(factor for _, factor in used)),
        (*aggregated(METHOD, stated), *findings_of(inputs)),
    )
