"""50:50: the benefit of recycling is halved between who recycles and who uses the recycled.

The Circular Footprint Formula with A = 0.5, material and disposal alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.declaration import Method, Need, require
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "50:50",
    Name("50:50, halves to supplier and user", "50:50（供需各半）"),
    (
        share("recycled_content", "share of recycled material (R1)", "再生料比例（R1）"),
        share("recycled_at_end", "share recycled at end of life (R2)", "寿命末期回收比例（R2）"),
        Need(
            "quality",
            Name("quality of recycled over primary material", "再生料与原生料的质量比"),
            "1",
            high=1.0,
        ),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "(1 - R1) Ev + R1 (Erec + Q Ev) / 2 + R2 (ErecEoL - Q Ev*) / 2 + (1 - R2) ED",
    "Recommendation (EU) 2021/2279, Annex I, 4.4.8 (A = 0.5)",
    ("PEF 2021",),
)


def fifty_fifty(*, recycled_content: Amount, recycled_at_end: Amount, quality: Amount) -> Recycling:
    """Return what a kilogram of material stands for when the benefit of recycling is halved.

    Raises ModelError with all problems: a share or a ratio missing or outside zero to one.

    >>> from pcf.model.amounts import Amount
    >>> formula = fifty_fifty(recycled_content=Amount(0.5, "1"), recycled_at_end=Amount(1, "1"),
    ...                       quality=Amount(1.0, "1"))
    >>> [(term.role, term.coefficient) for term in formula.terms][:2]
    [('virgin', 0.75), ('recycled', 0.25)]
    """
    given = require(
        METHOD,
        recycled_content=recycled_content,
        recycled_at_end=recycled_at_end,
        quality=quality,
    )
    content, recycled, quality_ratio = (
        given[name] for name in ("recycled_content", "recycled_at_end", "quality")
    )
    return Recycling(
        METHOD,
        (
            Term("virgin", 1 - content + content * quality_ratio / 2, "material"),
            Term("recycled", content / 2, "material"),
            Term("recycling at end of life", recycled / 2, "material"),
            Term("virgin avoided", -recycled * quality_ratio / 2, "material"),
            Term("disposal", 1 - recycled, "disposal"),
        ),
    )
