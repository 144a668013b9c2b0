"""Net scrap: the scrap given back, less the scrap taken in, has the value of scrap.

The value of a kilogram of scrap is Y (Xpr - Xre): the virgin material that it saves less the
recycling, with Y the material made of it. A product that takes more scrap than it gives back is
burdened with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.declaration import Method, Need, require
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "net scrap",
    Name("net scrap, value of scrap", "净废料法（废料价值）"),
    (
        share(
            "recovered",
            "scrap recovered at end of life per kilogram (RR)",
            "寿命末期回收废料（RR）",
        ),
        Need(
            "scrap_input",
            Name("scrap taken in per kilogram of product (S)", "每千克产品投入的废料（S）"),
            "kg/kg",
            usual=(0.0, 1.2),
        ),
        Need(
            "recycling_yield",
            Name("material made per kilogram of scrap (Y)", "每千克废料制得的材料（Y）"),
            "kg/kg",
            high=1.0,
            usual=(0.5, 1.0),
        ),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "X - (RR - S) Y (Xpr - Xre)",
    "worldsteel, Life cycle inventory methodology report (2017), Appendix 10, value of scrap",
    ("2017",),
)


def net_scrap(*, recovered: Amount, scrap_input: Amount, recycling_yield: Amount) -> Recycling:
    """Return what a kilogram stands for: as made, less the value of the net scrap it gives back.

    'as made' is the product from cradle to gate with its scrap taken in free of burden; 'virgin
    avoided' the route without scrap, 'recycling at end of life' the route of scrap alone.

    Raises ModelError with all problems: a number missing or outside its range.

    >>> from pcf.model.amounts import Amount
    >>> formula = net_scrap(recovered=Amount(0.85, "1"), scrap_input=Amount(0.1, "kg/kg"),
    ...                     recycling_yield=Amount(0.9, "kg/kg"))
    >>> round(formula.coefficient("virgin avoided"), 12)
    -0.675
    """
    given = require(
        METHOD, recovered=recovered, scrap_input=scrap_input, recycling_yield=recycling_yield
    )
    net = (given["recovered"] - given["scrap_input"]) * given["recycling_yield"]
    return Recycling(
        METHOD,
        (
            Term("as made", 1.0, "material"),
            Term("recycling at end of life", net, "material"),
            Term("virgin avoided", -net, "material"),
        ),
        findings=given.findings,
    )
