"""Storage: what goes in and what comes out. Losses follow each other and multiply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD = Method(
    "storage losses",
    Name("storage losses, one after another", "贮藏损失（逐级）"),
    (
        Need("stored", Name("mass stored", "入库量"), "kg"),
        Need(
            "share",
            Name("share lost of what was left before", "占前一级余量的损失比例"),
            "1",
            high=0.95,
            usual=(0.0, 0.35),
        ),
    ),
    Name("mass delivered, and wastes", "出库量与废物"),
    "delivered = stored x product of (1 - loss)",
    "accounting identity",
    ("none",),
)


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: its share of what was left before, and the waste it becomes ('' for shrinkage)."""

    name: str
    share: Amount
    waste: str = ""


def storage(product: str, *, stored: Amount, losses: Sequence[Loss]) -> Estimate:
    """Return what is delivered of `product`, with the product stored and the wastes as exchanges.

    Shrinkage (drying out, respiration) becomes no waste. Values, in kg: 'delivered', and each loss
    by its name. Raises ModelError with all problems: an empty list (write a loss of zero).

    >>> found = storage("potato", stored=Amount(10.0, "t"), losses=[
    ...     Loss("shrinkage", Amount(5.0, "%")), Loss("rot", Amount(10.0, "%"), "rotten potatoes")])
    >>> found["delivered"], [(row.kind, row.amount.value) for row in found.exchanges]
    (8550.0, [('product', 10000.0), ('waste', 950.0)])
    """
    problems: list[Problem] = []
    if not losses:
        problems.append(problem("storage-empty", product))
    checked = [
        check(METHOD, problems, {"stored": stored, "share": each.share}, where=each.name)
        for each in losses
    ]
    if problems:
        raise ModelError(*problems)
    left = checked[0]["stored"]
    rows = [Exchange(product, Amount(left, "kg"))]
    values: dict[str, Amount] = {}
    for each, given in zip(losses, checked, strict=True):
        lost = left * given["share"]
        left -= lost
        values[each.name] = Amount(lost, "kg")
        if each.waste:
            rows.append(Exchange(each.waste, values[each.name], "output", "waste", note=each.name))
    values["delivered"] = Amount(left, "kg")
    findings = tuple(note for given in checked for note in given.findings)
    return Estimate(METHOD, "none", tuple(rows), values, findings=findings)
