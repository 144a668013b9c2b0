"""Is the evidence of a study's supply still true? Held against the ledgers and statements at hand.

Evidence in a study's folder or a bundle says which claims cover a line, with which serials. Its
digest shows no more than that nobody changed it by accident; what it cannot get right is what the
ledger says now: claims that stand, and serials that are theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.evidence import KIND
from pcf.electricity.ledger.across import Used
from pcf.electricity.proofs import read_evidence
from pcf.errors import PcfError, problem
from pcf.text import fold, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcf.electricity.evidence import Registered, SupplyEvidence
    from pcf.electricity.ledger.checks import Tally
    from pcf.errors import Problem

    Spans = dict[tuple[str, str], list[tuple[int, int]]]


def is_proof(content: object) -> bool:
    """Return whether something is the evidence of a supply, as `SupplyEvidence.as_dict` has it.

    >>> is_proof({"kind": "claim of certificates, 1"}), is_proof({"kind": KIND})
    (False, True)
    """
    return isinstance(content, dict) and content.get("kind") == KIND


def held_against(
    proofs: Iterable[Mapping[str, Any]], used: Sequence[Used], tally: Tally
) -> list[Used]:
    """Tell where evidence is not what its ledger says; return what that of other ledgers claims.

    A plan claims nothing. Evidence of a ledger that is not here claims its serials, so that nobody
    else may; what several say of one ledger counts once.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    elsewhere: dict[str, Spans] = {}
    for content in proofs:
        tally.counted += 1
        try:
            proof = read_evidence(content)
        except PcfError as error:
            tally.problems += error.problems
            continue
        if proof.registered is None:
            continue
        sources = [each for each in used if each.ledger == proof.registered.ledger]
        if sources:
            tally.problems += _against(proof, proof.registered, sources)
        else:
            spans = elsewhere.setdefault(proof.registered.ledger, {})
            _add(spans, proof)
    return [_used(ledger, spans) for ledger, spans in elsewhere.items()]


def _against(proof: SupplyEvidence, said: Registered, sources: Sequence[Used]) -> list[Problem]:
    """Return where evidence differs from the ledger that it names, or from its statements."""
    chains = [each.chain for each in sources if each.chain]
    if chains and not any(chain.get(said.head) == said.sequence for chain in chains):
        return [problem("audit-fork", said.ledger, (), ledger=said.ledger)]
    standing = frozenset[str]().union(*(each.claims for each in sources))
    gone = set(said.claims) - standing
    if gone:
        told = {"line": proof.line or "-", "claims": listed(sorted(gone))}
        return [problem("audit-proof-stale", proof.line, (), **told)]
    claimed: Spans = {}
    for each in sources:
        for name, parts in each.ranges.items():
            for low, high in parts:
                spans = zip(low.tolist(), high.tolist(), strict=True)
                claimed.setdefault(name, []).extend(spans)
    wanted: Spans = {}
    _add(wanted, proof)
    inside = all(
        any(low <= start and end <= high for low, high in _joined(claimed.get(name, [])))
        for name, spans in wanted.items()
        for start, end in _joined(spans)
    )
    if inside and set(said.records) <= {r for each in sources for r in each.records}:
        return []
    return [problem("audit-proof-differs", proof.line, (), line=proof.line or "-")]


def _add(spans: Spans, proof: SupplyEvidence) -> None:
    for each in proof.ranges:
        spans.setdefault((each.scheme, fold(each.series)), []).append((each.low, each.high))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans that touch or overlap as one, sorted."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _used(ledger: str, spans: Spans) -> Used:
    used = Used(ledger, "")
    for name, rows in spans.items():
        low, high = zip(*_joined(rows), strict=True)
        used.ranges[name] = [(np.array(low), np.array(high))]
    return used
