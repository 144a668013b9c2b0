"""What do ledgers say of a study's certificates? Their audit, and the claims on its meters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf.electricity.intervals import chinese_day
from pcf.rules.facts import LedgerEvidence
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.electricity.ledger import Ledger
    from pcf.study import Study


def ledger_evidence(ledgers: Sequence[Ledger]) -> LedgerEvidence:
    """Return the audit over ledgers together, and the statement of every claim that is alive.

    `about` picks those of one study, so that a run over many audits once.
    No example: it takes ledgers.
    """
    if not ledgers:
        return LedgerEvidence()
    first, *others = ledgers
    statements = [
        each.statement(claim.id) for each in ledgers for claim in each.claims() if claim.alive
    ]
    return LedgerEvidence(tuple(statements), first.audit(*others))


def about(evidence: LedgerEvidence, study: Study) -> LedgerEvidence:
    """Return what ledgers say of a study: the claims on its meters that touch its period.

    A meter of the study is one of the ledger's meters or, by its name, one of its lines, as for the
    fact `certificates.cancelled_share`.

    No example: see `ledger_evidence`.
    """
    meters = {fold(row.meter) for row in study.activity if row.meter}
    told = tuple(each for each in evidence.statements if _touches(each, meters, study))
    return replace(evidence, statements=told)


def _touches(statement: Mapping[str, Any], meters: set[str], study: Study) -> bool:
    """Return whether a claim consumes at one of the meters or lines in the study's period."""
    period = study.period
    for row in statement["consumption"]:
        start, end = chinese_day(int(row[5])), chinese_day(int(row[6]))
        overlaps = period is not None and start < period.end and period.start < end
        if overlaps and {fold(str(row[0])), fold(str(row[1]))} & meters:
            return True
    return False
