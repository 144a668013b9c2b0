"""Indirect N2O of nitrogen that volatilises from fertiliser and manure and comes down elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.climate import AREA, CLIMATE, EDITION, aggregated
from pcf.methods.crops.n2o_direct import HECTARE, N_TO_N2O
from pcf.methods.crops.nitrogen import findings_of
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import combined_spread, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pcf.methods.crops.nitrogen import Nitrogen
    from pcf.methods.lookups import Parameter

METHOD = Method(
    "indirect N2O, volatilised",
    Name("indirect N2O by volatilisation and deposition", "挥发沉降引起的间接 N2O"),
    (
        Need("inputs", Name("nitrogen inputs (`nitrogen`)", "氮投入（`nitrogen`）"), optional=True),
        CLIMATE,
        AREA,
        EDITION,
    ),
    Name("N2O per area", "单位面积 N2O"),
    "N2O = (F_SN x FracGASF + F_ON x FracGASM) x EF4 x 44/28",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 11, eq. 11.9 and 11.11, Table 11.3",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def n2o_volatilised(
    inputs: Sequence[Nitrogen],
    *,
    climate: str | None,
    edition: str | None,
    area: Amount = HECTARE,
    unverified: Collection[str] = (),
) -> Estimate:
    """Return the N2O of nitrogen that volatilises, one exchange for each input that does.

    Nitrogen of residues and of soil organic matter does not volatilise here. Values: 'N
    volatilised' and 'N2O-N', in kg. Raises ModelError with all problems: no climate, no edition, a
    fertiliser whose fraction no source gives (accept a recalled one by `unverified`).

    >>> from pcf.methods.crops.nitrogen import nitrogen
    >>> urea = nitrogen("synthetic", Amount(100.0, "kg/ha"), basis="nutrient", fertiliser="urea")
    >>> found = n2o_volatilised([urea], climate="dry", edition="2019")
    >>> found["N volatilised"], round(found.exchanges[0].amount.value, 5)
    (15.0, 0.11786)
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"climate": climate, "edition": edition, "area": area})
    if problems:
        raise ModelError(*problems)
    stated, version = given.words["climate"], given.words["edition"]
    volatile = [each for each in inputs if each.kind in ("synthetic", "organic")]
    fractions = [_fraction(each, version, unverified, problems) for each in volatile]
    factor = find("crops", "EF4", problems, edition=version, climate=stated)
    if problems or factor is None:
        raise ModelError(*problems)
    rows, lost = [], []
    for each, fraction in zip(volatile, fractions, strict=True):
        if fraction is not None:
            lost.append(each.rate * given["area"] * fraction.value)
            mass = lost[-1] * factor.value * N_TO_N2O
            spread = combined_spread(mass, fraction, factor)
            note = f"volatilised, {each.kind} nitrogen"
            rows.append(
                emitted("N2O, biogenic", mass, spread=spread, source=factor.said_by, note=note)
            )
    used = tuple(dict.fromkeys(each for each in (*fractions, factor) if each is not None))
    return Estimate(
        METHOD,
        version,
        tuple(rows),
        {
            "N volatilised": Amount(math.fsum(lost), "kg"),
            "N2O-N": Amount(math.fsum(lost) * factor.value, "kg"),
        },
        used,
        (
            *aggregated(METHOD, stated),
            *findings_of(inputs),
            *(note for each in used for note in each.findings),
        ),
    )


def _fraction(
    row: Nitrogen, edition: str, unverified: Collection[str], problems: list[Problem]
) -> Parameter | None:
    if row.kind == "organic":
        return find("crops", "FracGASM", problems, edition=edition)
    return find(
        "crops",
        "FracGASF",
        problems,
        edition=edition,
        unverified=unverified,
        fertiliser=row.fertiliser,
    )
