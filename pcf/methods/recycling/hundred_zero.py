"""100:0: the whole benefit of recycling goes to the product that uses recycled material.

The Circular Footprint Formula with A = 1, material and disposal alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.declaration import Method, require
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "100:0",
    Name("100:0, credit to recycled content", "100:0（收益归再生料使用者）"),
    (
        share("recycled_content", "share of recycled material (R1)", "再生料比例（R1）"),
        share("recycled_at_end", "share recycled at end of life (R2)", "寿命末期回收比例（R2）"),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "(1 - R1) Ev + R1 Erec + (1 - R2) ED",
    "Recommendation (EU) 2021/2279, Annex I, 4.4.8 (A = 1 reflects a 100:0 approach)",
    ("PEF 2021",),
)


def hundred_zero(*, recycled_content: Amount, recycled_at_end: Amount) -> Recycling:
    """Return what a kilogram of material stands for when recycled content has the whole benefit.

    Raises ModelError with all problems: a share missing or outside zero to one.

    >>> from pcf.model.amounts import Amount
    >>> formula = hundred_zero(recycled_content=Amount(0.4, "1"), recycled_at_end=Amount(0.9, "1"))
    >>> formula.coefficient("virgin"), formula.coefficient("recycled")
    (0.6, 0.4)
    """
    given = require(METHOD, recycled_content=recycled_content, recycled_at_end=recycled_at_end)
    content = given["recycled_content"]
    return Recycling(
        METHOD,
        (
            Term("virgin", 1 - content, "material"),
            Term("recycled", content, "material"),
            Term("disposal", 1 - given["recycled_at_end"], "disposal"),
        ),
    )
