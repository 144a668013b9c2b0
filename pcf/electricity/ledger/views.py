"""What does the ledger hold? Columns for matching, positions and claims for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.electricity.columns import DemandColumns, SupplyColumns, Texts
from pcf.electricity.facts import Device, WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger.moving import status_of
from pcf.electricity.ledger.sets import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pcf.electricity.ledger.book import LotRows
    from pcf.electricity.ledger.registers import Register, Registers
    from pcf.electricity.ledger.segments import Segments
    from pcf.electricity.ledger.tables import TableBook

    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Position:
    """A range of watt-hours and what it is: state, owner, times sold, and what it is bound to."""

    range: WhRange
    state: str
    owner: str
    trades: int
    settlement: str
    cancellation: str
    claim: str

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return self.range.energy


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A claim as the ledger has it; `alive` until a watt-hour of it is withdrawn."""

    id: str
    beneficiary: str
    period: Interval
    profile: str
    purpose: str
    energy: int
    alive: bool
    cancellations: tuple[str, ...]


def supply(book: TableBook, ledger: str, states: Sequence[str]) -> SupplyColumns:
    """Return the ranges in one of some states, as columns for matching.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    registers = book.registers
    segments, lots = book.all_segments(), book.all_lots()
    wanted = [number for number, row in _numbered(registers["status"]) if row[0] in states]
    segments = segments.where(among(segments.status, np.array(wanted, dtype=np.int64)))
    place = segments.lot - 1
    issue, start, end = lots.issue[place], *_times(registers, lots.span[place])
    source = _cells(registers["issue"], 2)[issue - 1]
    settlements = ["", *(str(row[0]) for row in registers["settlement"].rows)]
    cancellations = ["", *(str(row[0]) for row in registers["cancellation"].rows)]
    bound, cancelled = (_cells(registers["status"], at)[segments.status - 1] for at in (3, 4))
    return SupplyColumns(
        scheme=_text(registers["issue"], 0, issue),
        series=_text(registers["issue"], 1, issue),
        low=lots.low[place] + segments.low,
        high=lots.low[place] + segments.high,
        device=_text(registers["source"], 0, source),
        start=start,
        end=end,
        owner=_text(registers["status"], 1, segments.status),
        made=_text(registers["source"], 1, source),
        state=_text(registers["status"], 0, segments.status),
        usable_until=_cells(registers["issue"], 5)[issue - 1],
        tradable=_cells(registers["issue"], 3)[issue - 1].astype(np.int8),
        trades=_cells(registers["status"], 2)[segments.status - 1].astype(np.int32),
        bound=Texts.of_names(settlements, bound),
        cancellation=Texts.of_names(cancellations, cancelled),
        devices=devices(registers),
        lot=segments.lot,
        ledger=ledger,
    )


def demand(book: TableBook, ledger: str) -> DemandColumns:
    """Return the consumption records as columns for matching.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    uses, slices = book.all_uses(), book.registers["slice"]
    start, end = _times(book.registers, uses.span)
    words = ("meter", "line", "product", "consumer", "site", "place", "measured", "within")
    meter, line, product, consumer, site, place, measured, within = (
        _text(slices, at, uses.slice) for at in range(len(words))
    )
    return DemandColumns(
        *(meter, line, product, start, end, uses.energy, uses.claimed),
        *(consumer, site, place, measured, within),
        trial=_cells(slices, 8)[uses.slice - 1].astype(np.bool_),
        evidence=Texts.same("", len(uses)),
        record=uses.number,
        ledger=ledger,
    )


def positions(book: TableBook, range_: WhRange) -> tuple[Position, ...]:
    """Return what the watt-hours of a range are, in their order.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    found = []
    for issue in book.registers.by_series.get((range_.scheme, range_.series), []):
        lots = book.lots_between(issue, range_.low, range_.high)
        segments = book.segments(lots.number)
        found += _described(book.registers, lots, segments)
    inside = [each for each in found if each.range.overlaps(range_)]
    return tuple(sorted(inside, key=lambda each: each.range))


def _described(registers: Registers, lots: LotRows, segments: Segments) -> list[Position]:
    found = []
    place = np.searchsorted(lots.number, segments.lot)
    for row, at in enumerate(place.tolist()):
        scheme, series, *_ = registers["issue"][int(lots.issue[at])]
        start = int(lots.low[at])
        low, high = start + int(segments.low[row]), start + int(segments.high[row])
        state, owner, trades, *numbers = registers["status"][int(segments.status[row])]
        names = (
            str(registers[name][int(number)][0]) if number else ""
            for name, number in zip(("settlement", "cancellation", "claim"), numbers, strict=True)
        )
        span = WhRange(str(series), low, high, str(scheme))
        found.append(Position(span, str(state), str(owner), int(trades), *names))
    return found


def end_of_series(book: TableBook, series: str, scheme: str) -> int:
    """Return the position after the last one that was ever recorded of a series."""
    issues = book.registers.by_series.get((scheme, series), [])
    query = "SELECT COALESCE(MAX(low + size), 0) FROM lot WHERE issue = ?"
    return max((int(book.database.rows(query, (issue,))[0][0]) for issue in issues), default=0)


def totals(book: TableBook) -> dict[str, int]:
    """Return the watt-hours in each state.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    query = "SELECT status, SUM(high - low) FROM position GROUP BY status ORDER BY status"
    found: dict[str, int] = {}
    for number, energy in book.database.rows(query):
        state = status_of(book, int(number)).state
        found[state] = found.get(state, 0) + int(energy)
    return found


def claims(book: TableBook) -> tuple[ClaimRecord, ...]:
    """Return the claims, alive and fallen, in the order in which they were made.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    registers = book.registers
    rows: dict[int, list[int]] = {}
    for row in registers["status"].rows:
        if row[5]:
            rows.setdefault(int(row[5]), []).append(int(row[4]))
    found = []
    for number in range(1, len(registers["claim"]) + 1):
        content = registers.content("claim", number)
        used = sorted(set(rows.get(number, [])))
        found.append(
            ClaimRecord(
                content["id"],
                content["beneficiary"],
                Interval(*content["period"]),
                content.get("profile", ""),
                content.get("purpose", ""),
                int(book.legs(number).energy.sum()),
                registers["voided"].find(number) is None,
                tuple(str(registers["cancellation"][each][0]) for each in used),
            )
        )
    return tuple(found)


def standing(book: TableBook, claims: Sequence[str]) -> dict[str, tuple[str, ...] | None]:
    """Return the cancellation records of each claim by its id, None for one that does not stand.

    No example: `pcf.electricity.ledger.Matched` shows it.
    """
    registers = book.registers
    numbers = {each: registers["claim"].find(each) for each in claims}
    alive = {
        number: each
        for each, number in numbers.items()
        if number is not None and registers["voided"].find(number) is None
    }
    found: dict[str, tuple[str, ...] | None] = dict.fromkeys(claims)
    records: dict[str, set[str]] = {each: set() for each in alive.values()}
    for row in registers["status"].rows:
        if int(row[5]) in alive:
            record = registers["cancellation"][int(row[4])][0]
            records[alive[int(row[5])]].add(str(record))
    return found | {each: tuple(sorted(names)) for each, names in records.items()}


def devices(registers: Registers) -> dict[str, Device]:
    """Return the recorded devices by id."""
    found = {}
    for number in range(1, len(registers["device"]) + 1):
        content: dict[str, Any] = registers.content("device", number)
        if "commissioned" in content:
            content["commissioned"] = date.fromisoformat(content["commissioned"])
        found[content["id"]] = Device(**content)
    return found


def _numbered(register: Register) -> list[tuple[int, tuple[Any, ...]]]:
    return list(enumerate(register.rows, 1))


def _cells(register: Register, at: int) -> Whole:
    return np.array([row[at] for row in register.rows], dtype=np.int64)


def _text(register: Register, at: int, numbers: Whole) -> Texts:
    return Texts.of_names([str(row[at]) for row in register.rows], numbers - 1)


def _times(registers: Registers, span: Whole) -> tuple[Whole, Whole]:
    starts, ends = registers.spans()
    return starts[span - 1], ends[span - 1]
