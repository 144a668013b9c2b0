"""What do all claims of a ledger cover together? The claims that stand, as a plan shows itself.

A plant that claims month by month has twelve plans of a year; what its meters were supplied with is
in none of them alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.behind import line_supply, proved, serials
from pcf.electricity.columns import Legs
from pcf.electricity.coverage import Claimed, coverage, rows_of
from pcf.electricity.evidence import Registered, SupplyEvidence, evidence_of
from pcf.electricity.ledger import known, views
from pcf.electricity.ledger.states import STATES
from pcf.electricity.matching import Circumstances
from pcf.electricity.matching.canonical import taken_rows
from pcf.electricity.matching.kinds import certificates
from pcf.errors import LedgerError, problem
from pcf.text import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.charts import Drawing
    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.coverage import Coverage
    from pcf.electricity.facts import WhRange
    from pcf.electricity.intervals import Interval
    from pcf.electricity.ledger.ledger import Ledger
    from pcf.electricity.ledger.tables import TableBook
    from pcf.electricity.profiles import Unit
    from pcf.electricity.supply import Losses, Supply
    from pcf.text import Language

    Whole = NDArray[np.int64]
    LegParts = tuple[Whole, Whole, Whole, Whole]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The claims of a ledger that stood when it was asked, with the readings of a period.

    `claims` are their ids with profile and records; `seen` is the ledger's identity and head then.
    """

    claimed: Claimed
    claims: tuple[tuple[str, str, tuple[str, ...]], ...]
    of_claim: tuple[Whole, ...]
    seen: Registered

    def evidence(self, line: str = "") -> SupplyEvidence:
        """Return what stands behind a line, as the ledger had it."""
        mine = rows_of(self.claimed.legs.demand_columns, line)
        chosen = [
            each for each, rows in zip(self.claims, self.of_claim, strict=True) if mine[rows].any()
        ]
        records = sorted({record for *_, each in chosen for record in each})
        names = tuple(sorted(name for name, *_ in chosen))
        profile = listed(sorted({profile for _, profile, _ in chosen}))
        registered = replace(self.seen, claims=names, records=tuple(records)) if chosen else None
        return evidence_of(self.claimed, line, profile, registered)

    def supply(self, line: str, *, losses: Losses = "published") -> Supply:
        """Return where the electricity of a line, meter, product or site came from.

        Raises ModelError for a name that no reading has, and where nothing was consumed.
        """
        return proved(line_supply(self.claimed, line, losses=losses), self.evidence(line))

    def coverage(self, unit: Unit = "month", *, of: str = "") -> Coverage:
        """Return consumption and what covers it by hour, month or year, of all or of one line."""
        return coverage(self.claimed, unit, of=of)

    def ranges(self, line: str = "") -> tuple[WhRange, ...]:
        """Return the serials behind a line, meter, product or site, neighbours merged."""
        return serials(self.claimed, line)

    def heat_map(self, *, language: Language = "en") -> Drawing:
        """Return the covered share by line and month; with hourly readings by hour and month."""
        from pcf.electricity.showing import heat_map  # noqa: PLC0415 - it reads this value

        return heat_map(self.claimed, language=language)

    def flows(self, *, language: Language = "en") -> Drawing:
        """Return bands from plants over the way their power is claimed to lines, in kWh."""
        from pcf.electricity.showing import flows  # noqa: PLC0415 - it reads this value

        return flows(self.claimed, language=language)


def standing(
    ledger: Ledger,
    period: Interval | None,
    given: Circumstances | None,
    *,
    audited: bool | None,
) -> Standing:
    """Return the claims of a ledger that stand; it is `Ledger.standing`.

    No example: `Ledger.standing` shows it.
    """
    with ledger.reading() as book:
        supply = views.supply(book, ledger.id, ("claimed",))
        demand = views.demand(book, ledger.id)
        if period is not None:
            inside = (demand.start >= period.start) & (demand.end <= period.end)
            demand = taken_rows(demand, np.flatnonzero(inside))
        if not len(demand):
            raise LedgerError(problem("ledger-no-readings", "", (), period=period or "-"))
        # What was sold of own power is in other states than claimed.
        every = views.supply(book, ledger.id, STATES)
        rest = known.circumstances(book, every, demand, given or Circumstances())
        made = [each for each in views.claims(book) if each.alive]
        numbers = (book.registers["claim"].find(each.id) for each in made)
        parts = [_rows(book, each, supply, demand) for each in numbers if each is not None]
        sequence, head = ledger.head
    none = (np.zeros(0, dtype=np.int64),) * 4
    joined = (np.concatenate(each) for each in zip(none, *parts, strict=True))
    legs, of_own = _own_first(Legs(supply, demand, *joined), rest)
    claims = tuple((each.id, each.profile, each.cancellations) for each in made)
    seen = Registered(ledger.id, sequence, head, (), (), audited)
    touched = tuple(part[1] for part in parts)
    return Standing(Claimed(legs, rest, rest.own, of_own), claims, touched, seen)


def _rows(book: TableBook, number: int, supply: SupplyColumns, demand: DemandColumns) -> LegParts:
    """Return the legs of a claim to some readings as rows: supply, demand, position, energy."""
    legs = book.legs(number)
    order = np.argsort(_numbers(demand.record), kind="stable")
    record = _numbers(demand.record)[order]
    place = np.minimum(np.searchsorted(record, legs.consumption), len(record) - 1)
    mine = np.flatnonzero(record[place] == legs.consumption)
    lot, energy = legs.lot[mine], legs.energy[mine]
    lots = book.lots(np.unique(lot))
    low = legs.low[mine] + lots.low[np.searchsorted(lots.number, lot)]
    return _cut(supply, (lot, low, low + energy), order[place[mine]])


def _cut(supply: SupplyColumns, spans: tuple[Whole, Whole, Whole], demand: Whole) -> LegParts:
    """Return positions of lots as rows of certificates, cut where another row begins."""
    lot, low, high = spans
    row = np.searchsorted(_numbers(supply.lot), lot)
    while len(row) and (supply.high[row] <= low).any():
        row = row + (supply.high[row] <= low)
    none = np.zeros(0, dtype=np.int64)
    found: tuple[list[Whole], ...] = ([none], [none], [none], [none])
    while len(row):
        upto = np.minimum(high, supply.high[row])
        for column, values in zip(found, (row, demand, low, upto - low), strict=True):
            column.append(values)
        more = upto < high
        row, demand, low, high = row[more] + 1, demand[more], upto[more], high[more]
    parts = [np.concatenate(column) for column in found]
    return parts[0], parts[1], parts[2], parts[3]


def _numbers(column: Whole | None) -> Whole:
    """Return the ledger's numbers of columns that came from it."""
    if column is None:
        raise LedgerError(problem("ledger-tables"))
    return column


def _own_first(legs: Legs, rest: Circumstances) -> tuple[Legs, int]:
    """Return legs with those first that prove own power, which counts without them."""
    if rest.own is None or not len(legs):
        return legs, 0
    kind, kinds = certificates(legs.supply_columns, rest)
    proves = np.array([each.is_own and each.device_id in rest.own.names for each in kinds])
    mine = proves[kind][legs.supply]
    order = np.argsort(~mine, kind="stable")
    columns = (legs.supply, legs.demand, legs.low, legs.energy)
    sorted_ = (each[order] for each in columns)
    return Legs(legs.supply_columns, legs.demand_columns, *sorted_), int(mine.sum())
