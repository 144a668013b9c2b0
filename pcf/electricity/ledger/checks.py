"""What must always hold, and how is it counted? Invariants I1 to I10 on the columns of a book.

They are counted from what is stored, apart from the rules that let it in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pcf.electricity.facts import SCHEMES
from pcf.electricity.ledger.book import NO_WHOLE, Book, LotRows, UseRows
from pcf.electricity.ledger.claiming import against_cancellation
from pcf.electricity.ledger.excluding import conflicts, excluded_devices
from pcf.electricity.ledger.grouping import clashing, dense, groups
from pcf.electricity.ledger.moving import same_entity
from pcf.electricity.ledger.pairing import against_pairs
from pcf.electricity.ledger.segments import Ranges, Segments, covered, joined, tiles
from pcf.electricity.ledger.sets import among, distinct
from pcf.errors import Problem, problem
from pcf.text import Name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import LegRows

    Whole = NDArray[np.int64]

CHECKS = {
    "I1": Name(
        "The ranges of a lot cover it exactly and do not overlap (lots)",
        "每批证书的区间互不重叠且恰好覆盖该批（批）",
    ),
    "I2": Name(
        "No production is issued twice, nor more than was metered or can be made (intervals)",
        "同一发电量不重复核发，且不超过计量电量和装机可发电量（时段）",
    ),
    "I3": Name("No serial stands in two lots (series)", "任何证书编号只出现在一批中（编号序列）"),
    "I4": Name(
        "No watt-hour has two claims; claims are what their legs say (legs)",
        "每瓦时至多被主张一次，主张与其明细一致（明细）",
    ),
    "I5": Name(
        "No consumption is covered beyond what was metered (records)",
        "用电记录被覆盖的电量不超过计量电量（记录）",
    ),
    "I6": Name(
        "Claims and exclusions such as CCER stay apart (devices)",
        "主张与 CCER 等排除事项不重叠（设备）",
    ),
    "I7": Name(
        "A claim has one beneficiary and one period, those of its cancellation records (claims)",
        "每项主张只有一个受益主体和一个期间，并与核销记录一致（主张）",
    ),
    "I8": Name(
        "Power whose attributes were sold is known (devices)",
        "环境属性已出让的电量已列明（设备）",
    ),
    "I9": Name(
        "No certificate was sold more often than its kind allows (ranges)",
        "证书的交易次数不超过规定（区间）",
    ),
    "I10": Name(
        "Parts are not more than their whole, for energy and for claims (wholes)",
        "下级电表之和不超过总表，电量与主张均如此（总表）",
    ),
    "I11": Name(
        "The log is one chain, and the tables are what it makes of them (events)",
        "事件日志首尾相连，各表与日志重算结果一致（事件）",
    ),
    "all": Name(
        "No watt-hour of a certificate or a consumption is claimed twice over all (ranges)",
        "在全部台账和文件之间，证书与用电量均未被重复主张（区间）",
    ),
}
_TOLD = 20  # of one kind, the rest is counted by mending these


@dataclass(slots=True)
class Tally:
    """How many things were counted, and what was wrong."""

    counted: int = 0
    problems: list[Problem] = field(default_factory=list)


class WholeBook(Book, Protocol):
    """A book that also gives all its rows at once."""

    def all_lots(self) -> LotRows:
        """Return every lot."""

    def all_segments(self) -> Segments:
        """Return the segments of every lot."""

    def all_uses(self) -> UseRows:
        """Return every consumption record."""

    def all_productions(self) -> tuple[Whole, Whole, Whole]:
        """Return every production record: source, span, watt-hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Everything:
    """All columns of a book, read once."""

    book: WholeBook
    lots: LotRows
    segments: Segments
    uses: UseRows
    claims: dict[int, LegRows]

    @classmethod
    def of(cls, book: WholeBook) -> Everything:
        """Return all columns of a book, with the legs of the claims that are alive."""
        alive = [
            number
            for number in range(1, len(book.registers["claim"]) + 1)
            if book.registers["voided"].find(number) is None
        ]
        legs = {number: book.legs(number) for number in alive}
        return cls(book, book.all_lots(), book.all_segments(), book.all_uses(), legs)


def check_lots(all_: Everything, tallies: dict[str, Tally]) -> None:
    """Count I1, I2 and I3."""
    book, lots = all_.book, all_.lots
    tally = tallies.setdefault("I1", Tally())
    tally.counted += len(lots)
    if not tiles(all_.segments, lots.number, lots.size):
        tally.problems.append(problem("audit-partition"))
    _check_series(book, lots, tallies.setdefault("I3", Tally()))
    _check_productions(book, lots, tallies.setdefault("I2", Tally()))


def check_claims(all_: Everything, tallies: dict[str, Tally]) -> None:
    """Count I4, I5, I7 and I10 from the legs of all claims that are alive."""
    _check_legs(all_, tallies.setdefault("I4", Tally()))
    _check_uses(all_, tallies.setdefault("I5", Tally()))
    _check_terms(all_, tallies.setdefault("I7", Tally()))
    _check_wholes(all_, tallies.setdefault("I10", Tally()))


def check_rest(all_: Everything, tallies: dict[str, Tally]) -> dict[str, int]:
    """Count I6 and I9; return the null power of I8 by device.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    book = all_.book
    tally = tallies.setdefault("I6", Tally())
    devices = excluded_devices(book)
    tally.counted += len(devices)
    tally.problems += [each for device in devices for each in conflicts(book, device)]
    tally = tallies.setdefault("I9", Tally())
    tally.counted += len(all_.segments)
    _check_trades(all_, tally)
    found = _null_power(all_)
    tallies.setdefault("I8", Tally()).counted += len(found)
    return found


def _check_series(book: Book, lots: LotRows, tally: Tally) -> None:
    names = {name: at for at, name in enumerate(book.registers.by_series)}
    tally.counted += len(names)
    of_issue = np.zeros(len(book.registers["issue"]) + 1, dtype=np.int64)
    for name, issues in book.registers.by_series.items():
        of_issue[issues] = names[name]
    series = of_issue[lots.issue]
    order = np.lexsort((lots.low, series))
    series, low = series[order], lots.low[order]
    high = low + lots.size[order]
    wrong = np.flatnonzero((series[1:] == series[:-1]) & (low[1:] < high[:-1])) + 1
    told = list(names)
    for row in wrong[:_TOLD].tolist():
        which = " ".join(told[int(series[row])])
        facts = {"series": which, "low": int(low[row])}
        tally.problems.append(problem("audit-series", which, (), **facts))


def _check_productions(book: WholeBook, lots: LotRows, tally: Tally) -> None:
    """Count the intervals of each source: disjoint, and not above what was metered."""
    issues = book.registers["issue"].rows
    source_of = np.array([0, *(int(row[2]) for row in issues)], dtype=np.int64)
    face_of = np.array([1, *(SCHEMES[str(row[0])].face for row in issues)], dtype=np.int64)
    source, span = source_of[lots.issue], lots.span
    if not len(lots):
        return
    code, first = dense(source, span)
    issued = np.zeros(len(first), dtype=np.int64)
    np.add.at(issued, code, lots.size)
    tally.counted += len(first)
    _check_spans(book, source[first], span[first], tally)
    made, when, energy = book.all_productions()
    width = len(book.registers["span"]) + 1
    keys, known = source[first] * width + span[first], made * width + when
    place = np.searchsorted(known, keys)
    metered = among(keys, known)
    most = energy[place[metered]] + face_of[lots.issue[first[metered]]] - 1
    for row in np.flatnonzero(issued[metered] > most)[:_TOLD].tolist():
        device = str(book.registers["source"][int(source[first[metered][row]])][0])
        tally.problems.append(problem("audit-issued", device, (), device=device))


def _check_spans(book: Book, source: Whole, span: Whole, tally: Tally) -> None:
    starts, ends = book.registers.spans()
    for each, rows in groups(source):
        late = clashing(starts[span[rows] - 1], ends[span[rows] - 1])
        if len(late):
            device = str(book.registers["source"][each][0])
            tally.problems.append(problem("audit-production", device, (), device=device))


def _check_legs(all_: Everything, tally: Tally) -> None:
    """Compare the ranges that the legs of claims give with those that are stored as claimed."""
    tally.counted += sum(len(legs) for legs in all_.claims.values())
    parts = [(each.lot, each.low, each.low + each.energy) for each in all_.claims.values()]
    none = np.zeros(0, dtype=np.int64)
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)] or [none, none, none]
    together, disjoint = joined(*columns)
    if not disjoint:
        tally.problems.append(problem("audit-legs-twice"))
    claim_of = np.array(
        [0, *(int(row[5]) for row in all_.book.registers["status"].rows)], dtype=np.int64
    )
    claim = claim_of[all_.segments.status]
    stored = all_.segments.where(claim > 0)
    if not _same_ranges(together, joined(stored.lot, stored.low, stored.high)[0]):
        tally.problems.append(problem("audit-legs-differ", "", (), claim="*"))
    energy = np.zeros(len(all_.book.registers["claim"]) + 1, dtype=np.int64)
    np.add.at(energy, claim[claim > 0], stored.high - stored.low)
    for number, legs in all_.claims.items():
        if int(energy[number]) != int(legs.energy.sum()):
            name = str(all_.book.registers["claim"][number][0])
            tally.problems.append(problem("audit-legs-differ", name, (), claim=name))


def _same_ranges(one: Ranges, other: Ranges) -> bool:
    columns = zip((one.lot, one.low, one.high), (other.lot, other.low, other.high), strict=True)
    return all(np.array_equal(a, b) for a, b in columns)


def claimed_of(all_: Everything) -> Whole:
    """Return the watt-hours that legs cover of each record, with those of its parts."""
    claimed = np.zeros(len(all_.uses) + 1, dtype=np.int64)
    for legs in all_.claims.values():
        np.add.at(claimed, legs.consumption, legs.energy)
    own = claimed.copy()
    np.add.at(claimed, all_.uses.whole, own[1:])
    claimed[NO_WHOLE] = 0
    return claimed[1:]


def _check_uses(all_: Everything, tally: Tally) -> None:
    uses, claimed = all_.uses, claimed_of(all_)
    tally.counted += len(uses)
    for code, wrong in (
        ("audit-covered", claimed > uses.energy),
        ("audit-count", claimed != uses.claimed),
    ):
        for row in np.flatnonzero(wrong)[:_TOLD].tolist():
            meter = str(all_.book.registers["slice"][int(uses.slice[row])][0])
            tally.problems.append(problem(code, meter, (), meter=meter))


def _check_terms(all_: Everything, tally: Tally) -> None:
    """Compare each claim with its cancellation records and its meters."""
    registers, uses = all_.book.registers, all_.uses
    tally.counted += len(all_.claims)
    starts, ends = registers.spans()
    records: dict[int, set[int]] = {}
    for row in registers["status"].rows:
        records.setdefault(int(row[5]), set()).add(int(row[4]))
    for number, legs in all_.claims.items():
        content = registers.content("claim", number)
        for record in sorted(records.get(number, set())):
            tally.problems += against_cancellation(
                content, registers.content("cancellation", record)
            )
        ranges, _ = joined(legs.lot, legs.low, legs.low + legs.energy)
        touched = covered(all_.book.segments(distinct(ranges.lot)), ranges)
        tally.problems += against_pairs(all_.book, content["id"], legs, touched)
        rows = distinct(legs.consumption) - 1
        slices = distinct(uses.slice[rows]).tolist()
        consumers = {str(registers["slice"][each][3]) for each in slices}
        one = all(same_entity(each, content["beneficiary"]) for each in consumers)
        span = uses.span[rows] - 1
        start, end = content["period"]
        if not one or (starts[span] < start).any() or (ends[span] > end).any():
            name = content["id"]
            tally.problems.append(problem("audit-claim-terms", name, (), claim=name))


def _check_wholes(all_: Everything, tally: Tally) -> None:
    uses = all_.uses
    parts = np.zeros(len(uses) + 1, dtype=np.int64)
    np.add.at(parts, uses.whole, uses.energy)
    parts[NO_WHOLE] = 0
    tally.counted += int((parts > 0).sum())
    wrong = (parts[1:] != uses.parts) | (uses.parts > uses.energy)
    for row in np.flatnonzero(wrong)[:_TOLD].tolist():
        meter = str(all_.book.registers["slice"][int(uses.slice[row])][0])
        tally.problems.append(problem("audit-parts", meter, (), meter=meter))


def _check_trades(all_: Everything, tally: Tally) -> None:
    registers = all_.book.registers
    trades = np.array([0, *(int(row[2]) for row in registers["status"].rows)], dtype=np.int64)
    limits = [SCHEMES[str(row[0])].trades for row in registers["issue"].rows]
    most = np.array([0, *(2**31 if each is None else each for each in limits)], dtype=np.int64)
    issue = all_.lots.issue[all_.segments.lot - 1]
    wrong = np.flatnonzero(trades[all_.segments.status] > most[issue])
    for number in distinct(issue[wrong])[:_TOLD].tolist():
        series = str(registers["issue"][number][1])
        tally.problems.append(problem("audit-trades", series, (), series=series))


def _null_power(all_: Everything) -> dict[str, int]:
    """Return watt-hours made on site or at a direct line whose attributes left the owner."""
    registers = all_.book.registers
    owner_of = [str(row[1]) for row in registers["status"].rows]
    issue = all_.lots.issue[all_.segments.lot - 1]
    found: dict[str, int] = {}
    if not len(issue):
        return found
    code, first = dense(issue, all_.segments.status)
    energy = np.zeros(len(first), dtype=np.int64)
    np.add.at(energy, code, all_.segments.high - all_.segments.low)
    for row, start in enumerate(first.tolist()):
        source = int(registers["issue"][int(issue[start])][2])
        device = str(registers["source"][source][0])
        number = registers["device"].find(device)
        content = registers.content("device", number) if number else {}
        near = content.get("connection") in ("on-site", "direct line")
        own = content.get("owner", "")
        holder = owner_of[int(all_.segments.status[start]) - 1]
        if near and own and not same_entity(holder, own):
            found[device] = found.get(device, 0) + int(energy[row])
    return found
