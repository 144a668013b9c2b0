"""How much of the metal in the feed came out in the product? The recovery, and what is missing.

A recovery above one, or metal that went in and is in no stream out of the process, is a mistake of
the data until it is explained; both are findings that name the stream.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.findings import Finding, finding
from pcf.methods.balances.closing import Balance, Stream, balance
from pcf.methods.declaration import Method
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence


METHOD = Method(
    id="recovery",
    name=Name("recovery of a metal", "金属回收率"),
    needs=(),
    returns=Name("recovery by product, and what is missing", "各产品回收率与缺失量"),
    equation="recovery = metal in products / metal in feed",
    source="conservation of mass; ISO 14044:2006, 4.3.3.2",
    editions=(),
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """The share of an element in the feed that each product holds, and the balance behind it.

    `share` is that of all products together. `missing` is what went in and came out nowhere, as a
    share of the feed: negative where more came out than went in.
    """

    element: str
    share: float
    by_product: dict[str, float] = field(hash=False)
    missing: float
    balance: Balance
    findings: tuple[Finding, ...]


def recovery(
    element: str,
    *,
    feed: Sequence[Stream],
    products: Sequence[Stream],
    losses: Sequence[Stream] = (),
    tolerance: float,
) -> Recovery:
    """Return the recovery of one element, with a finding where it is above one or metal is missing.

    `losses` are slag, tailings, dust, effluent. `tolerance` is the share of the feed that may be
    unaccounted for. Raises ModelError as `balance` does, and where the feed holds none of it.

    >>> from pcf.model.amounts import Amount
    >>> read = Amount.read
    >>> found = recovery(
    ...     "Ni",
    ...     feed=[Stream("concentrate", read("10 t"), read("10 %"))],
    ...     products=[Stream("matte", read("1.5 t"), read("63 %"))],
    ...     losses=[Stream("slag", read("8 t"), read("0.6 %"))], tolerance=0.02)
    >>> round(found.share, 4), round(found.missing, 4), found.findings
    (0.945, 0.007, ())
    """
    whole = balance(element, inputs=feed, outputs=[*products, *losses], tolerance=tolerance)
    held = whole.contained
    into = math.fsum(value for _, side, value in held if side == "input")
    if into == 0:
        raise ModelError(problem("recovery-no-feed", element, element=element))
    out = [(name, value) for name, side, value in held if side == "output"]
    shares = {name: value / into for name, value in out[: len(products)]}
    share = math.fsum(shares.values())
    missing = 1 - math.fsum(value for _, value in out) / into
    findings = _findings(element, whole, shares, missing, tolerance)
    return Recovery(element, share, shares, missing, whole, findings)


def _findings(
    element: str, whole: Balance, shares: dict[str, float], missing: float, tolerance: float
) -> tuple[Finding, ...]:
    found = [
        finding("recovery-above-one", name, element=element, share=f"{100 * share:.4g} %")
        for name, share in shares.items()
        if share > 1
    ]
    total = math.fsum(shares.values())
    if total > 1 and not found:
        largest = max(shares, key=lambda name: shares[name])
        found = [
            finding("recovery-above-one", largest, element=element, share=f"{100 * total:.4g} %")
        ]
    if abs(missing) > tolerance:
        found.append(
            finding(
                "metal-missing",
                whole.largest,
                element=element,
                missing=f"{100 * missing:+.3g} %",
                inputs=whole.inputs,
                outputs=whole.outputs,
            )
        )
    return tuple(found)
