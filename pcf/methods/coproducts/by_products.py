"""By-products without credit: the main products carry all; other ways stand beside.

Sulphuric acid, slag and steam leave a metal works without burden and without credit, unless a study
says otherwise. Substitution is a named alternative that shows gross, credit and net.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import AllocationError, problem
from pcf.findings import Finding, finding
from pcf.methods.allocation import Allocation, allocate
from pcf.methods.declaration import Method, Need
from pcf.methods.substitution import substitute
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pcf.model.processes import MultiOutputProcess

METHOD = Method(
    "by-products without credit",
    Name("by-products without burden or credit", "副产品不计负荷也不抵扣"),
    (
        Need("process", Name("the process", "过程")),
        Need("free", Name("by-products that carry nothing", "不计负荷的副产品")),
        Need("by", Name("how the main products divide", "主产品之间的分配方法")),
    ),
    Name("the allocation, and named alternatives", "分配结果与备选方案"),
    "share of by-products = 0; main products by the named method",
    "ISO 14067:2018, 6.4.6 (substitution shown apart); house rule: no credit by default",
    ("2018",),
)


@dataclass(frozen=True, slots=True)
class ByProducts:
    """The allocation without credit, and what other methods would have given, by their names."""

    chosen: Allocation
    others: Mapping[str, Allocation] = field(default_factory=dict, hash=False)
    findings: tuple[Finding, ...] = ()


def by_products(  # noqa: PLR0913 - the choice, and each other one that stands beside it
    process: MultiOutputProcess,
    *,
    free: Collection[str],
    by: str = "mass",
    reason: str = "",
    beside: Sequence[str] = (),
    replaced: Mapping[str, str | tuple[str, str]] | None = None,
) -> ByProducts:
    """Return the process divided among its main products alone; `free` carry no burden, no credit.

    `beside` names methods of `allocate` over all products, 'substitution' among them, which takes
    what the by-products replace from `replaced` and needs a single main product.

    Raises AllocationError with all problems: a by-product that is no product, none left to carry
    the burden, a method beside that lacks what it needs.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess
    >>> smelter = MultiOutputProcess("smelter", (
    ...     CoProduct("copper", Amount(1.0, "t")), CoProduct("sulphuric acid", Amount(3.0, "t"))),
    ...     (Exchange("concentrate", Amount(4.0, "t")),))
    >>> found = by_products(smelter, free=["sulphuric acid"], beside=["mass", "substitution"],
    ...                     replaced={"sulphuric acid": "sulphuric acid from sulphur"})
    >>> found.chosen.shares, found.others["mass"].shares
    ({'copper': 1.0, 'sulphuric acid': 0.0}, {'copper': 0.25, 'sulphuric acid': 0.75})
    >>> [row.kind for row in found.others["substitution"].processes[0].exchanges]
    ['product', 'credit']
    """
    products = [row.product for row in process.products]
    problems = [
        problem("allocation-stranger", process.id, text.nearest(name, products), product=name)
        for name in free
        if name not in products
    ]
    main = [name for name in products if name not in free]
    if not main:
        problems.append(problem("by-products-all", process.id))
    if "substitution" in beside and len(main) > 1:
        problems.append(problem("by-products-main", process.id, products=text.listed(main)))
    if problems:
        raise AllocationError(*problems)
    chosen = _without(process, main, by, reason)
    others: dict[str, Allocation] = {}
    for name in beside:
        others[name] = (
            substitute(process, main[0], replaced=replaced if replaced is not None else {})
            if name == "substitution"
            else allocate(process, by=name)
        )
    note = finding("by-products-free", process.id, products=text.listed(sorted(free)))
    return ByProducts(chosen, others, (note,) if free else ())


def _without(process: MultiOutputProcess, main: Sequence[str], by: str, reason: str) -> Allocation:
    """Return the allocation with shares of zero for all but the main products."""
    if len(main) == 1:
        shares = {main[0]: 1.0}
    else:
        kept = tuple(row for row in process.products if row.product in main)
        shares = dict(allocate(replace(process, products=kept, exchanges=()), by=by).shares)
    whole = {row.product: shares.get(row.product, 0.0) for row in process.products}
    return allocate(process, by="given", level="other", reason=reason, shares=whole)
