"""CH4 and N2O of crop residues burnt in the field; their CO2 was taken up in the same season."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.climate import EDITION
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import find
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcf.model.amounts import Amount

METHOD = Method(
    "residue burning",
    Name("field burning of crop residues", "秸秆田间焚烧"),
    (
        Need(
            "burnt",
            Name("dry residue that burnt (after Cf)", "实际烧去的干残留物（已乘 Cf）"),
            "kg",
        ),
        EDITION,
    ),
    Name("CH4 and N2O", "CH4 和 N2O"),
    "L = M x Cf x Gef, per gas",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 2, eq. 2.27, Table 2.5",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def residue_burning(
    *, burnt: Amount, edition: str | None, unverified: Collection[str] = ()
) -> Estimate:
    """Return CH4 and N2O of `burnt` dry residue, such as the value 'burnt' of `residues` x area.

    Raises ModelError with all problems; of 2006 the CH4 factor is recalled and must be accepted.

    >>> from pcf.model.amounts import Amount
    >>> rows = residue_burning(burnt=Amount(1.0, "t"), edition="2019").exchanges
    >>> [(row.flow, row.amount.value) for row in rows]
    [('CH4, biogenic', 2.7), ('N2O, biogenic', 0.07)]
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"burnt": burnt, "edition": edition})
    if problems:
        raise ModelError(*problems)
    version = given.words["edition"]
    factors = {
        flow: find("crops_residues", name, problems, edition=version, unverified=unverified)
        for flow, name in (("CH4, biogenic", "Gef CH4"), ("N2O, biogenic", "Gef N2O"))
    }
    if problems:
        raise ModelError(*problems)
    known = {flow: row for flow, row in factors.items() if row is not None}
    rows = tuple(
        emitted(flow, given["burnt"] * row.value / 1000, source=row.said_by, note=METHOD.id)
        for flow, row in known.items()
    )
    findings = tuple(each for row in known.values() for each in row.findings)
    values = {"burnt": given.amounts["burnt"]}
    return Estimate(METHOD, version, rows, values, tuple(known.values()), findings)
