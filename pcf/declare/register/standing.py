"""What does a declaration stand on? Editions, gas table, packs, claims, serial ranges."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pcf.declare.register.values import Entry, Ground

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.declare.bundle import Case
    from pcf.declare.values import Declaration


def entry_of(declaration: Declaration, case: Case | None, reason: str) -> Entry:
    """Return the entry of a declaration; the sealed case names its claims and packs.

    No example: `Register.add` shows it at work.
    """
    footprint = declaration.footprint
    return Entry(
        id=declaration.id,
        product=declaration.product.name,
        company=declaration.company.name,
        study=footprint.context.get("study", ""),
        unit=str(footprint.declared_unit),
        total=footprint.total,
        value=declaration.declared_value,
        valid_from=declaration.valid.start,
        valid_until=declaration.valid.end - timedelta(days=1),
        created=declaration.created.isoformat(),
        bundle="" if case is None else case.digest,
        preceding=declaration.preceding[-1] if declaration.preceding else "",
        reason=reason,
        grounds=tuple(sorted(set(_grounds(declaration, case)))),
    )


def _grounds(declaration: Declaration, case: Case | None) -> Iterator[Ground]:
    footprint = declaration.footprint
    for name in footprint.context.get("background", "").split(" + "):
        if name:
            yield Ground("background", name)
    yield Ground("characterisation", footprint.characterisation)
    pack = getattr(declaration.opinion, "pack", None)
    if pack is not None:
        yield Ground("pack", f"{pack.id} {pack.edition}")
    for claim in () if case is None else case.claims:
        yield from _of_claim(claim)


def _of_claim(statement: Mapping[str, Any]) -> Iterator[Ground]:
    """Yield the claim, its cancellation records and its ranges of serials."""
    yield Ground("claim", str(statement["claim"]["id"]))
    for record in statement["cancellations"]:
        yield Ground("cancellation", str(record["number"]))
    for *series, low, high in statement["ranges"]:
        yield Ground("certificates", " ".join(map(str, series)), int(low), int(high))
