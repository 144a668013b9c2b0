"""Is anything claimed in two places? Claimed watt-hours of ledgers and statements together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pcf.digest import fingerprint
from pcf.electricity.ledger.checks import Everything, Tally, claimed_of
from pcf.electricity.ledger.grouping import clashing, groups
from pcf.electricity.ledger.sets import distinct
from pcf.electricity.ledger.statements import KIND
from pcf.errors import problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Series: TypeAlias = dict[tuple[str, str], list[tuple[Whole, Whole]]]
    Meter: TypeAlias = dict[tuple[str, ...], tuple[int, int]]


@dataclass(slots=True)
class Used:
    """What one ledger or statement claims.

    `ranges` are positions from low up to high by scheme and series, disjoint within it; `meters`
    watt-hours metered and claimed by meter, line, product, consumer, site, start and end. `chain`
    are the digests of a ledger's events, `claims` its claims that are alive, or the one claim of a
    statement.
    """

    ledger: str
    head: str
    ranges: Series = field(default_factory=dict)
    meters: Meter = field(default_factory=dict)
    records: tuple[str, ...] = ()
    null_power: Mapping[str, int] = field(default_factory=dict)
    chain: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()


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
    used = Used(ledger, chain[-1] if chain else "", chain=frozenset(chain))
    for number, part in groups(issue):
        scheme, series, *_ = registers["issue"][number]
        column = (low[part] + claimed.low[part], high[part] + claimed.high[part])
        used.ranges.setdefault((str(scheme), str(series)), []).append(column)
    used.meters = {} if alone else _meters(all_)
    alive = distinct(claimed.status).tolist()
    records = sorted({int(rows[each - 1][4]) for each in alive})
    used.records = tuple(str(registers["cancellation"][each][0]) for each in records)
    used.claims = frozenset(str(registers["claim"][each][0]) for each in all_.claims)
    return used


def used_by_statement(content: Mapping[str, Any], chain: Tally) -> Used:
    """Return what a statement claims; faults of its form or digest go to `chain`.

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
            used.ranges.setdefault((str(scheme), str(series)), []).append(column)
        for row in content["consumption"]:
            used.meters[tuple(str(each) for each in row[:7])] = (int(row[7]), int(row[8]))
        used.records = tuple(str(each["number"]) for each in content["cancellations"])
        used.claims = frozenset({str(content["claim"]["id"])})
    except (KeyError, TypeError, ValueError):
        chain.problems.append(problem("audit-statement"))
        return Used("", "")
    return used


def clashes(used: Sequence[Used]) -> Tally:
    """Return what is claimed in two of them; what is a copy or a part of another counts once.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    tally = Tally()
    together: Series = {}
    meters: Meter = {}
    for each in _apart(used, tally):
        for name, parts in each.ranges.items():
            together.setdefault(name, []).extend(parts)
        for meter, (metered, claimed) in each.meters.items():
            before = meters.get(meter, (0, 0))
            meters[meter] = (max(before[0], metered), before[1] + claimed)
    for (scheme, series), parts in together.items():
        low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
        tally.counted += len(low)
        for row in clashing(low, high)[:20].tolist():
            facts = {"series": f"{scheme} {series}", "low": int(low[row])}
            tally.problems.append(problem("audit-claimed-twice", series, (), **facts))
    for meter, (metered, claimed) in meters.items():
        if claimed > metered:
            tally.problems.append(problem("audit-covered", meter[0], (), meter=meter[0]))
    return tally


def _apart(used: Sequence[Used], tally: Tally) -> list[Used]:
    """Return what stands on its own: no older copy of a ledger, no statement of one that is here.

    Two copies of one ledger that went different ways are a problem, and so is a statement of a
    claim that its ledger no longer has.
    """
    found: dict[str, Used] = {}
    for each in used:
        if each.chain:
            other = found.get(each.ledger)
            if other is not None and not {each.head, other.head} & (each.chain & other.chain):
                tally.problems.append(problem("audit-fork", each.ledger, (), ledger=each.ledger))
            if other is None or len(each.chain) > len(other.chain):
                found[each.ledger] = each
    statements: dict[tuple[str, frozenset[str]], Used] = {}
    for each in used:
        if each.chain:
            continue
        if each.ledger not in found:
            statements[each.ledger, each.claims] = each
        elif not each.claims <= found[each.ledger].claims:
            name = ", ".join(each.claims)
            tally.problems.append(problem("audit-statement-stale", name, (), claim=name))
    return [*found.values(), *statements.values()]


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
