"""Indirect N2O of nitrogen that leaches or runs off: in wet climates, or under irrigation.

Drip irrigation leaches nothing; FracLEACH is zero in dry climates without other irrigation.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.findings import finding
from pcf.methods.crops.climate import AREA, CLIMATE, EDITION, IRRIGATED, leaches
from pcf.methods.crops.n2o_direct import HECTARE, N_TO_N2O
from pcf.methods.crops.nitrogen import findings_of
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import combined_spread, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.methods.crops.nitrogen import Nitrogen

METHOD = Method(
    "indirect N2O, leached",
    Name("indirect N2O by leaching and runoff", "淋溶径流引起的间接 N2O"),
    (
        Need("inputs", Name("nitrogen inputs (`nitrogen`)", "氮投入（`nitrogen`）"), optional=True),
        CLIMATE,
        IRRIGATED,
        AREA,
        EDITION,
    ),
    Name("N2O per area", "单位面积 N2O"),
    "N2O = sum (N_i) x FracLEACH x EF5 x 44/28",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 11, eq. 11.10, Table 11.3",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def n2o_leached(
    inputs: Sequence[Nitrogen],
    *,
    climate: str | None,
    irrigation: str | None,
    edition: str | None,
    area: Amount = HECTARE,
) -> Estimate:
    """Return the N2O of nitrogen that leaches, one exchange for all inputs.

    Values: 'N leached' and 'N2O-N', in kg. Where the climate is unknown nitrogen is taken to leach,
    with a finding. Raises ModelError with all problems: no climate, no irrigation, no edition.

    >>> from pcf.methods.crops.nitrogen import nitrogen
    >>> urea = nitrogen("synthetic", Amount(100.0, "kg/ha"), basis="nutrient", fertiliser="urea")
    >>> [n2o_leached([urea], climate="dry", irrigation=each, edition="2019")["N leached"]
    ...  for each in ("none", "drip", "other")]
    [0.0, 0.0, 24.0]
    """
    problems: list[Problem] = []
    words = {"climate": climate, "irrigation": irrigation, "edition": edition, "area": area}
    given = check(METHOD, problems, words)
    if problems:
        raise ModelError(*problems)
    stated, version = given.words["climate"], given.words["edition"]
    fraction = find("crops", "FracLEACH", problems, edition=version)
    factor = find("crops", "EF5", problems, edition=version)
    if fraction is None or factor is None:
        raise ModelError(*problems)
    leaching = leaches(stated, given.words["irrigation"])
    applied = math.fsum(each.rate for each in inputs) * given["area"]
    lost = applied * fraction.value if leaching else 0.0
    mass = lost * factor.value * N_TO_N2O
    row = emitted(
        "N2O, biogenic",
        mass,
        spread=combined_spread(mass, fraction, factor),
        source=factor.said_by,
        note="leached",
    )
    assumed = stated == "unknown" and given.words["irrigation"] != "other"
    return Estimate(
        METHOD,
        version,
        (row,) if leaching else (),
        {"N leached": Amount(lost, "kg"), "N2O-N": Amount(lost * factor.value, "kg")},
        (fraction, factor) if leaching else (),
        (*((finding("leaching-assumed", METHOD.id),) if assumed else ()), *findings_of(inputs)),
    )
