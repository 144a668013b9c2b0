"""Cut-off (recycled content): each life carries what it causes; what leaves for recycling is free.

Only post-consumer scrap comes in free of burden. Pre-consumer scrap carries its product's burden,
by mass or by price (`pre_consumer_burden`: one by mass, the ratio of prices by price).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.findings import finding
from pcf.methods.declaration import Method, Need, require
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.amounts import Amount

METHOD = Method(
    "cut-off",
    Name("cut-off, recycled content", "截断法（再生含量法）"),
    (
        share("post_consumer", "share of post-consumer scrap", "消费后废料比例"),
        share("pre_consumer", "share of pre-consumer scrap", "消费前废料比例"),
        Need(
            "pre_consumer_burden",
            Name(
                "burden of pre-consumer scrap over its product's", "消费前废料负荷与其产品负荷之比"
            ),
            "1",
            usual=(0.0, 1.0),
        ),
        share("recycled_at_end", "share recycled at end of life (R2)", "寿命末期回收比例（R2）"),
        share(
            "energy_at_end", "share burnt with energy recovery (R3)", "寿命末期能量回收比例（R3）"
        ),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "(1 - post - pre) Ev + pre b Ev + (post + pre) Erec + R3 EER + (1 - R2 - R3) ED",
    "ISO 14044:2006, 4.3.4.3; Recommendation (EU) 2021/2279, Annex I, 4.4.8 (A = 1)",
    ("2006",),
)


def cut_off(
    *,
    post_consumer: Amount,
    pre_consumer: Amount,
    pre_consumer_burden: Amount,
    recycled_at_end: Amount,
    energy_at_end: Amount,
) -> Recycling:
    """Return what a kilogram of material stands for when each life carries what it causes.

    Energy recovery is carried and not credited. Pre-consumer scrap taken as free of burden
    (`pre_consumer_burden` zero) is a finding: both results are to be reported.

    Raises ModelError with all problems: a share missing or outside zero to one, shares that sum to
    more than one.

    >>> from pcf.model.amounts import Amount
    >>> one = {"pre_consumer_burden": Amount(1.0, "1"), "energy_at_end": Amount(0.0, "1")}
    >>> formula = cut_off(post_consumer=Amount(30.0, "%"), pre_consumer=Amount(20.0, "%"),
    ...                   recycled_at_end=Amount(0.9, "1"), **one)
    >>> round(formula.coefficient("virgin"), 12), formula.coefficient("virgin avoided")
    (0.7, 0)
    """
    given = require(
        METHOD,
        post_consumer=post_consumer,
        pre_consumer=pre_consumer,
        pre_consumer_burden=pre_consumer_burden,
        recycled_at_end=recycled_at_end,
        energy_at_end=energy_at_end,
    )
    post, pre, carried = given["post_consumer"], given["pre_consumer"], given["pre_consumer_burden"]
    recycled, burnt = given["recycled_at_end"], given["energy_at_end"]
    problems = [
        problem("recycling-shares", METHOD.id, shares=names, sum=f"{total:.10g}")
        for names, total in (
            ("post_consumer + pre_consumer", post + pre),
            ("recycled_at_end + energy_at_end", recycled + burnt),
        )
        if total > 1 + 1e-12
    ]
    if problems:
        raise ModelError(*problems)
    free = (finding("scrap-pre-consumer-free", METHOD.id),) if pre > 0 and carried == 0 else ()
    return Recycling(
        METHOD,
        (
            Term("virgin", 1 - post - pre + pre * carried, "material"),
            Term("recycled", post + pre, "material"),
            Term("energy recovery", burnt, "energy"),
            Term("disposal", max(0.0, 1 - recycled - burnt), "disposal"),
        ),
        findings=(*given.findings, *free),
    )
