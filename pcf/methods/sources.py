"""Which sources must a product system know that holds exchanges of methods? Their defaults'.

An exchange names its source by text; a product system wants each of them as a `Source`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.model.amounts import CONFIDENCES, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.methods.declaration import Estimate
    from pcf.model.amounts import Confidence


def sources_of(estimates: Iterable[Estimate]) -> tuple[Source, ...]:
    """Return the sources that the exchanges of several estimates name, each once.

    Their confidence is that of the least sure default behind them; 'derived' where no default is.
    Give them to `product_system(..., sources=...)`.

    >>> from pcf.methods.combustion import burn
    >>> from pcf.model.amounts import Amount
    >>> coal = burn(fuel="coke", quantity=Amount(1.0, "t"), edition="2006")
    >>> [each.confidence for each in sources_of([coal, coal])]
    ['secondary']
    """
    found: dict[str, Source] = {}
    for estimate in estimates:
        for row in estimate.exchanges:
            said = row.amount.source
            if said and said not in found:
                found[said] = Source(said, said, confidence=_confidence(said, estimate))
    return tuple(found.values())


def _confidence(said: str, estimate: Estimate) -> Confidence:
    behind = [row.confidence for row in estimate.parameters if row.said_by in said]
    return max(behind, key=CONFIDENCES.index) if behind else "derived"
