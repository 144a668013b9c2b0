"""How does the evidence of a supply come back from JSON? As the value that wrote it, or not at all.

A study's folder and a sealed bundle carry `SupplyEvidence.as_dict()` beside the shares, so that
whoever reads them sees serials, coverage, the registry's records, the ledger's head and its audit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf.electricity.coverage import Scores
from pcf.electricity.evidence import KIND, Covered, Registered, SupplyEvidence
from pcf.electricity.facts import WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.supply import Share
from pcf.errors import ModelError, PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

# What Python raises where a key is missing or of another kind.
_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError, PcfError)


def read_evidence(content: Mapping[str, Any]) -> SupplyEvidence:
    """Return the evidence that `SupplyEvidence.as_dict` wrote; its digest is the same.

    Raises ModelError for what is no evidence, says more or less than one, or does not add up.

    >>> from pcf.electricity.proofs import read_evidence
    >>> read_evidence({"kind": "something else"})
    Traceback (most recent call last):
    pcf.errors.ModelError: [supply-proof] ...
    """
    try:
        found = _evidence(content)
    except _UNREADABLE:
        raise ModelError(problem("supply-proof")) from None
    if found.as_dict() != content or not _adds_up(found):
        raise ModelError(problem("supply-proof"))
    return found


def _evidence(content: Mapping[str, Any]) -> SupplyEvidence:
    if content["kind"] != KIND:
        raise ValueError(content["kind"])
    scores = content["scores"]
    return SupplyEvidence(
        line=str(content["line"]),
        profile=str(content["profile"]),
        period=Interval.read(content["period"]),
        consumed=_wh(content["consumed_wh"]),
        certified=_wh(content["certified_wh"]),
        own=_wh(content["own_wh"]),
        null=_wh(content["null_wh"]),
        scores=Scores(scores["hour"], scores["month"], scores["year"]),
        hours=_table(content["hours"]),
        months=_table(content["months"]),
        years=_table(content["years"]),
        ranges=tuple(
            WhRange(series, _wh(low), _wh(high), scheme)
            for scheme, series, low, high in content["ranges"]
        ),
        planned=content["status"] == "planned",
        registered=_registered(content),
        shares=tuple(
            Share(technology, share, connection, loss)
            for technology, connection, share, loss in content["shares"]
        ),
    )


def _registered(content: Mapping[str, Any]) -> Registered | None:
    ledger = content["ledger"]
    if ledger is None:
        return None
    return Registered(
        str(ledger["id"]),
        int(ledger["sequence"]),
        str(ledger["head"]),
        tuple(content["claims"]),
        tuple(content["cancellations"]),
        content["audited"],
    )


def _table(rows: list[list[str]]) -> tuple[Covered, ...]:
    return tuple(Covered(Interval.read(row[0]), *(_wh(each) for each in row[1:])) for row in rows)


def _wh(written: object) -> int:
    if not (isinstance(written, str) and written.isascii() and written.isdigit()):
        raise ValueError(written)
    return int(written)


def _adds_up(found: SupplyEvidence) -> bool:
    """Return whether serials cover what is certified, nothing is covered twice, periods sum."""
    serials = sum(each.energy for each in found.ranges)
    whole = (found.consumed, found.certified, found.own, found.null)
    sums = [
        tuple(sum(part) for part in zip(*rows, strict=True))
        for rows in (
            [(each.consumed, each.certified, each.own, each.null) for each in table]
            for table in (found.hours, found.months, found.years)
        )
        if rows
    ]
    known = found.registered is None or bool(found.registered.claims and found.registered.records)
    covered = found.certified <= serials <= found.covered <= found.consumed
    return covered and known and all(each == whole for each in sums)
