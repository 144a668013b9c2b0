"""CH4 and N2O of composting, per mass of waste composted (as biological treatment of waste)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem
from pcf.methods.crops.climate import EDITION
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import combined_spread, find
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "composting",
    Name("composting of organic waste", "有机废物堆肥"),
    (
        Need("waste", Name("waste composted", "堆肥原料量"), "kg"),
        Need("basis", Name("basis of its mass", "质量基准"), words=("wet", "dry")),
        EDITION,
    ),
    Name("CH4 and N2O", "CH4 和 N2O"),
    "E = M x EF, per gas",
    "IPCC 2006 Guidelines, Vol. 5, Ch. 4, eq. 4.1 and 4.2, Table 4.1 (not refined in 2019)",
    ("2006", "2019"),
    "tier 1",
    "IPCC waste",
)


def composting(*, waste: Amount, basis: str | None, edition: str | None) -> Estimate:
    """Return CH4 and N2O of composting; the CO2 is of biogenic carbon and not counted here.

    Raises ModelError with all problems: no basis (a wet tonne emits two fifths of a dry one).

    >>> from pcf.model.amounts import Amount
    >>> rows = composting(waste=Amount(1.0, "t"), basis="wet", edition="2019").exchanges
    >>> [(row.flow, row.amount.value) for row in rows]
    [('CH4, biogenic', 4.0), ('N2O, biogenic', 0.24)]
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"waste": waste, "basis": basis, "edition": edition})
    if problems:
        raise ModelError(*problems)
    version, stated = given.words["edition"], given.words["basis"]
    factors = {
        flow: find("crops_manure", name, problems, edition=version, basis=stated)
        for flow, name in (("CH4, biogenic", "compost CH4"), ("N2O, biogenic", "compost N2O"))
    }
    if problems:
        raise ModelError(*problems)
    known = {flow: row for flow, row in factors.items() if row is not None}
    rows = []
    for flow, row in known.items():
        mass = given["waste"] * row.value / 1000
        spread = combined_spread(mass, row)
        rows.append(emitted(flow, mass, spread=spread, source=row.said_by, note=METHOD.id))
    return Estimate(METHOD, version, tuple(rows), parameters=tuple(known.values()))
