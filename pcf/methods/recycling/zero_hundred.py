"""0:100: the whole benefit of recycling goes to the product that is recycled at its end of life.

The Circular Footprint Formula with A = 0, material and disposal alone: whatever the product is made
of counts as virgin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.declaration import Method, Need, require
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "0:100",
    Name("0:100, credit to recycling at end of life", "0:100（收益归寿命末期回收）"),
    (
        share("recycled_at_end", "share recycled at end of life (R2)", "寿命末期回收比例（R2）"),
        Need(
            "quality",
            Name(
                "quality of the recycled over the replaced material", "再生料与被替代原料的质量比"
            ),
            "1",
            high=1.0,
        ),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "Ev + R2 (ErecEoL - Q Ev*) + (1 - R2) ED",
    "Recommendation (EU) 2021/2279, Annex I, 4.4.8 (A = 0 reflects a 0:100 approach)",
    ("PEF 2021",),
)


def zero_hundred(*, recycled_at_end: Amount, quality: Amount) -> Recycling:
    """Return what a kilogram stands for when recycling at the end of life has the whole benefit.

    Raises ModelError with all problems: a share or a ratio missing or outside zero to one.

    >>> from pcf.model.amounts import Amount
    >>> formula = zero_hundred(recycled_at_end=Amount(0.9, "1"), quality=Amount(1.0, "1"))
    >>> formula.coefficient("virgin"), formula.coefficient("virgin avoided")
    (1.0, -0.9)
    """
    given = require(METHOD, recycled_at_end=recycled_at_end, quality=quality)
    recycled = given["recycled_at_end"]
    return Recycling(
        METHOD,
        (
            Term("virgin", 1.0, "material"),
            Term("recycling at end of life", recycled, "material"),
            Term("virgin avoided", -recycled * given["quality"], "material"),
            Term("disposal", 1 - recycled, "disposal"),
        ),
    )
