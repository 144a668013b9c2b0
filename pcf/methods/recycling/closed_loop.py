"""Closed loop: what is recycled comes back as the same material and saves virgin material.

ISO 14044:2006, 4.3.4.3.3 a: no allocation is needed, since the secondary material displaces virgin
material in the same product system or one with the same properties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.declaration import Method, Need, require
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "closed loop",
    Name("closed loop", "闭环法"),
    (
        share("recycled", "share of the material collected for recycling", "收集回收的材料比例"),
        Need(
            "recycling_yield",
            Name("recycled material made per kilogram collected", "每千克收集料制得的再生料"),
            "kg/kg",
            high=1.0,
            usual=(0.5, 1.0),
        ),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "(1 - R Y) Ev + R Y Erec + (1 - R) ED",
    "ISO 14044:2006, 4.3.4.3.3 a; ISO 14067:2018, 6.4.6.3",
    ("2006",),
)


def closed_loop(*, recycled: Amount, recycling_yield: Amount) -> Recycling:
    """Return what a kilogram of material stands for when it comes back as the same material.

    The recycled content does not matter: over the lives of the material, what is recycled saves
    virgin material. Residues of recycling belong to the recycling process.

    Raises ModelError with all problems: a share or the yield missing or outside zero to one.

    >>> from pcf.model.amounts import Amount
    >>> formula = closed_loop(recycled=Amount(90.0, "%"), recycling_yield=Amount(0.95, "kg/kg"))
    >>> round(formula.coefficient("recycled"), 12), round(formula.coefficient("disposal"), 12)
    (0.855, 0.1)
    """
    given = require(METHOD, recycled=recycled, recycling_yield=recycling_yield)
    back = given["recycled"] * given["recycling_yield"]
    return Recycling(
        METHOD,
        (
            Term("virgin", 1 - back, "material"),
            Term("recycled", back, "material"),
            Term("disposal", 1 - given["recycled"], "disposal"),
        ),
        findings=given.findings,
    )
