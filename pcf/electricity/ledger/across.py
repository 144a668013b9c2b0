"""Is anything claimed in two places? Claimed watt-hours of ledgers and statements together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pcf.digest import fingerprint
from pcf.electricity.ledger.agreeing import against_terms, same_claim
from pcf.electricity.ledger.checks import Everything, Tally, claimed_of
from pcf.electricity.ledger.grouping import clashing, groups
from pcf.electricity.ledger.sets import distinct
from pcf.electricity.ledger.sharing import over_covered
from pcf.electricity.ledger.statements import KIND, statement
from pcf.errors import problem
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import Book

    Whole = NDArray[np.int64]
    Series: TypeAlias = dict[tuple[str, str], list[tuple[Whole, Whole]]]
    Meter: TypeAlias = dict[tuple[str, ...], tuple[int, int]]


@dataclass(slots=True)
class Used:
    """What one ledger or statement claims.

    `ranges` are positions from low up to high by scheme and folded series, disjoint within it;
    `meters` watt-hours metered and claimed by meter, line, product, consumer, site, start and end.
    `chain` are the digests of a ledger's events with their places, `claims` its claims that are
    alive, or the one claim of a statement; `book` is the ledger's, `said` the statement's content.
    """

    ledger: str
    head: str
    ranges: Series = field(default_factory=dict)
    meters: Meter = field(default_factory=dict)
    records: tuple[str, ...] = ()
    null_power: Mapping[str, int] = field(default_factory=dict)
    chain: Mapping[str, int] = field(default_factory=dict)
    claims: frozenset[str] = frozenset()
    book: Book | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


def used_by_book(all_: Everything, ledger: str, chain: Sequence[str], *, alone: bool) -> Used:
    """Return what a ledger claims; `alone` leaves out the meters, which only others could share.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    registers, lots, segments = all_.book.registers, all_.lots, all_.segments
    rows = registers["status"].rows
    is_claimed = np.array([False, *(row[0] == "claimed" for row in rows)])
    claimed = segments.where(is_claimed[segments.status])
    place = claimed.lot - 1
    issue, low, high = lots.issue[place], lots.low[place], lots.low[place]
    places = {digest: place for place, digest in enumerate(chain, 1)}
    used = Used(ledger, chain[-1] if chain else "", chain=places, book=all_.book)
    for number, part in groups(issue):
        scheme, series, *_ = registers["issue"][number]
        column = (low[part] + claimed.low[part], high[part] + claimed.high[part])
        used.ranges.setdefault((str(scheme), fold(str(series))), []).append(column)
    used.meters = {} if alone else _meters(all_)
    alive = distinct(claimed.status).tolist()
    records = sorted({int(rows[each - 1][4]) for each in alive})
    used.records = tuple(str(registers["cancellation"][each][0]) for each in records)
    used.claims = frozenset(str(registers["claim"][each][0]) for each in all_.claims)
    return used


def used_by_statement(content: Mapping[str, Any], chain: Tally) -> Used:
    """Return what a statement claims; faults of its form, digest or terms go to `chain`.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    chain.counted += 1
    bare = {name: value for name, value in content.items() if name != "digest"}
    try:
        if content["kind"] != KIND or fingerprint(bare) != content["digest"]:
            raise ValueError  # noqa: TRY301 - told below, with every other fault of its form
        used = Used(str(content["ledger"]), str(content["head"]["digest"]))
        for scheme, series, low, high in content["ranges"]:
            column = (np.array([int(low)]), np.array([int(high)]))
            used.ranges.setdefault((str(scheme), fold(str(series))), []).append(column)
        for row in content["consumption"]:
            used.meters[tuple(str(each) for each in row[:7])] = (int(row[7]), int(row[8]))
        used.records = tuple(str(each["number"]) for each in content["cancellations"])
        used.claims = frozenset({str(content["claim"]["id"])})
        used.said = {**content, "head": dict(content["head"])}
        chain.problems += against_terms(content)
    except (KeyError, TypeError, ValueError, IndexError):
        chain.problems.append(problem("audit-statement"))
        return Used("", "")
    return used


def clashes(used: Sequence[Used], elsewhere: Sequence[Used] = ()) -> Tally:
    """Return what is claimed in two of them; what is a copy or a part of another counts once.

    `elsewhere` is what evidence of ledgers that are not here claims.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    tally = Tally()
    together: Series = {}
    apart = [*_apart(used, tally), *elsewhere]
    for each in apart:
        for name, parts in each.ranges.items():
            together.setdefault(name, []).extend(parts)
    for (scheme, series), parts in together.items():
        low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
        tally.counted += len(low)
        for row in clashing(low, high)[:20].tolist():
            facts = {"series": f"{scheme} {series}", "low": int(low[row])}
            tally.problems.append(problem("audit-claimed-twice", series, (), **facts))
    for meter in over_covered([each.meters for each in apart]):
        tally.problems.append(problem("audit-covered", meter, (), meter=meter))
    return tally


def _apart(used: Sequence[Used], tally: Tally) -> list[Used]:
    """Return what stands on its own: no older copy of a ledger, no statement of one that is here.

    Two copies of one ledger that went different ways are a problem, and so is a statement of a
    claim that its ledger no longer has, or has otherwise.
    """
    found: dict[str, Used] = {}
    for each in used:
        if each.chain:
            other = found.get(each.ledger)
            if other is not None and not {each.head, other.head} & (
                each.chain.keys() & other.chain.keys()
            ):
                tally.problems.append(problem("audit-fork", each.ledger, (), ledger=each.ledger))
            if other is None or len(each.chain) > len(other.chain):
                found[each.ledger] = each
    statements = [each for each in used if each.said]
    for each in statements:
        if each.ledger in found:
            _compare(each, found[each.ledger], tally)
    return [
        *found.values(),
        *_once([each for each in statements if each.ledger not in found], tally),
    ]


def _compare(stated: Used, ledger: Used, tally: Tally) -> None:
    """Tell where a statement is not what its ledger says."""
    (name,) = stated.claims
    head = stated.said["head"]
    if ledger.chain.get(str(head["digest"])) != head["sequence"]:
        tally.problems.append(problem("audit-fork", ledger.ledger, (), ledger=ledger.ledger))
    elif name not in ledger.claims or ledger.book is None:
        tally.problems.append(problem("audit-statement-stale", name, (), claim=name))
    elif not same_claim(stated.said, statement(ledger.book, ledger.ledger, (0, ""), name)):
        tally.problems.append(problem("audit-statement-differs", name, (), claim=name))


def _once(statements: Sequence[Used], tally: Tally) -> list[Used]:
    """Return statements of ledgers that are not here, each claim once; tell of contradictions."""
    found: list[Used] = []
    heads: dict[tuple[str, int], str] = {}
    for each in statements:
        (name,) = each.claims
        place = (each.ledger, int(each.said["head"]["sequence"]))
        if heads.setdefault(place, each.head) != each.head:
            tally.problems.append(problem("audit-fork", each.ledger, (), ledger=each.ledger))
        same = [
            other for other in found if (other.ledger, other.claims) == (each.ledger, each.claims)
        ]
        if not same:
            found.append(each)
        elif not all(same_claim(each.said, other.said) for other in same):
            tally.problems.append(problem("audit-statement-differs", name, (), claim=name))
    return found


def _meters(all_: Everything) -> Meter:
    uses, claimed = all_.uses, claimed_of(all_)
    registers = all_.book.registers
    found = {}
    for row in np.flatnonzero(claimed).tolist():
        names = registers["slice"][int(uses.slice[row])][:5]
        when = registers["span"][int(uses.span[row])]
        key = tuple(str(each) for each in (*names, *when))
        found[key] = (int(uses.energy[row]), int(claimed[row]))
    return found
