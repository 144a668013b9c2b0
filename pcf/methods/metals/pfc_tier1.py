"""How much CF4 and C2F6 does a smelter emit that measured nothing? Tier 1, by technology only.

The range of these factors spans two orders of magnitude; plant data replace them (Tier 2 or 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, check, require_edition
from pcf.methods.lookups import find
from pcf.methods.metals.pfc_words import ALUMINIUM, FAMILY, RETURNS, TECHNOLOGY, both_gases
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection

METHOD = Method(
    id="PFC Tier 1",
    name=Name("PFC by technology", "按槽型缺省的 PFC"),
    needs=(ALUMINIUM, TECHNOLOGY),
    returns=RETURNS,
    equation="E = EF x MP",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.25, Table 4.15",
    editions=("2006", "GB/T 32151.4"),
    tier="1",
    family=FAMILY,
)


def pfc_by_technology(
    *, aluminium: Amount, technology: str, edition: str, unverified: Collection[str] = ()
) -> Estimate:
    """Return CF4 and C2F6 of a smelter by its technology alone, always with a finding.

    Raises ModelError with every problem: a technology without a published default, a recalled
    default whose id is not named in `unverified`.

    >>> found = pfc_by_technology(aluminium=Amount(1.0, "t"), technology="CWPB", edition="2006")
    >>> found["CF4"], found["C2F6"], found.findings[0].code
    (0.4, 0.04, 'pfc-tier-1')
    """
    problems: list[Problem] = []
    require_edition(METHOD, edition, problems)
    given = check(METHOD, problems, {"aluminium": aluminium, "technology": technology})
    if problems:
        raise ModelError(*problems)
    word = given.words["technology"]
    rows = {
        gas: find(
            "metals",
            f"{gas} Tier 1",
            problems,
            edition=edition,
            unverified=unverified,
            technology=word,
        )
        for gas in ("CF4", "C2F6")
    }
    known = {gas: (row,) for gas, row in rows.items() if row is not None}
    if problems:
        raise ModelError(*problems)
    mass = {gas: given["aluminium"] * row[0].value for gas, row in known.items()}
    parameters = tuple(row[0] for row in known.values())
    tier = finding("pfc-tier-1", technology=word)
    return Estimate(
        METHOD,
        edition,
        both_gases(mass["CF4"], mass["C2F6"], known),
        {gas: Amount(amount, "kg") for gas, amount in mass.items()},
        parameters,
        (tier, *given.findings, *(each for row in parameters for each in row.findings)),
    )
