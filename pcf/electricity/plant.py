"""Which product of a plant holds which kilowatt-hour? Claims of a site, divided over its products.

Where nothing else is shown, every product of a site holds the same share of claimed power in every
bucket (hour, month or year). Power is designated to a product only where the product is metered or
billed apart, or all products of the plant are disclosed under one rule (after Recommendation (EU)
2021/2279, 4.4.2); then the evidence is named. Either way the products sum to the site, watt-hour
by watt-hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem


def divide_claims(
    claimed: int,
    used: Mapping[str, int],
    *,
    designated: Mapping[str, int] | None = None,
    evidence: str = "",
) -> dict[str, int]:
    """Return how many Wh of a site's claims each product holds, in one bucket.

    `claimed` and `used` (by product) are whole Wh. What is `designated` goes to its product first,
    on the named `evidence`; the rest is divided by what each product still uses, by the largest
    remainder, ties to the product named first. The parts sum to `claimed` exactly.

    Raises ModelError with every problem: amounts that are no whole Wh, more claimed than used, more
    designated to a product than it uses or than there is, designation without evidence.

    >>> divide_claims(100, {"ingot": 200, "billet": 100})
    {'ingot': 67, 'billet': 33}
    >>> divide_claims(100, {"ingot": 200, "billet": 100},
    ...               designated={"billet": 60}, evidence="meter M7")
    {'ingot': 33, 'billet': 67}
    """
    first = dict(designated or {})
    problems = _refused(claimed, used, first, evidence)
    if problems:
        raise ModelError(*problems)
    parts = {product: first.get(product, 0) for product in used}
    rest = claimed - sum(parts.values())
    open_ = {product: amount - parts[product] for product, amount in used.items()}
    total = sum(open_.values())
    if total:
        for product, amount in open_.items():
            parts[product] += rest * amount // total
        by_remainder = sorted(open_, key=lambda product: -(rest * open_[product] % total))
        for product in by_remainder[: claimed - sum(parts.values())]:
            parts[product] += 1
    return parts


def _refused(
    claimed: int, used: Mapping[str, int], first: Mapping[str, int], evidence: str
) -> list[Problem]:
    problems = []
    amounts = {"": claimed, **used, **first}
    problems += [
        problem("plant-whole", name, (), amount=amount)
        for name, amount in amounts.items()
        if amount != int(amount) or amount < 0
    ]
    problems += [problem("plant-product", name) for name in sorted(set(first) - set(used))]
    if problems:
        return problems
    if claimed > sum(used.values()):
        facts = {"claimed": claimed, "consumed": sum(used.values())}
        problems.append(
            problem("claimed-too-much", "", (), **{k: str(v) for k, v in facts.items()})
        )
    over = [name for name, amount in first.items() if amount > used[name]]
    if over or sum(first.values()) > claimed:
        problems.append(problem("designated-too-much", over[0] if over else ""))
    if first and not evidence.strip():
        problems.append(problem("designated-unproven"))
    return problems
