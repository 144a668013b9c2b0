"""What does the ledger know that matching asks for? Readings, records, exclusions, own power."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.columns import DemandColumns, demand_columns
from pcf.electricity.facts import (
    AttributeExclusion,
    Cancellation,
    Facts,
    ProductionRecord,
    Settlement,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import views
from pcf.electricity.ledger.moving import same_entity
from pcf.electricity.ledger.recorded import record_numbers
from pcf.electricity.ledger.spans import kwh
from pcf.electricity.matching.own import own_power
from pcf.electricity.matching.periods import within_one
from pcf.electricity.ranges import merged
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from pcf.electricity.columns import SupplyColumns, Texts
    from pcf.electricity.facts import WhRange
    from pcf.electricity.ledger.registers import Registers
    from pcf.electricity.ledger.tables import TableBook
    from pcf.electricity.matching.arrays import Flags
    from pcf.electricity.matching.circumstances import Circumstances, Tie
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.profiles import Unit

    Whole = NDArray[np.int64]
    Readings = Facts | DemandColumns


def readings(book: TableBook, ledger: str, given: Readings | None) -> DemandColumns:
    """Return the readings to be matched, with what claims cover of them already.

    `given` are all that the ledger has where it is None. Raises LedgerError where there are none,
    and where a reading is recorded with another energy.

    No example: `pcf.electricity.ledger.Ledger.match` shows it.
    """
    if given is None:
        demand = views.demand(book, ledger)
    else:
        demand = demand_columns(given.consumptions) if isinstance(given, Facts) else given
    if not len(demand):
        raise LedgerError(problem("match-no-readings"))
    if demand.record is not None and demand.ledger == ledger:
        return demand
    names = [demand.meter, demand.line, demand.product]
    number = record_numbers(book, names, demand.start, demand.end)
    known = np.flatnonzero(number)
    order = known[np.argsort(number[known], kind="stable")]
    rows = book.uses(number[order])
    wrong = np.flatnonzero(rows.energy != demand.energy[order])[:20].tolist()
    if wrong:
        raise LedgerError(
            *(
                problem(
                    "ledger-reading-differs",
                    demand.meter[int(order[row])],
                    interval=Interval(int(demand.start[order[row]]), int(demand.end[order[row]])),
                    recorded=kwh(int(rows.energy[row])),
                    given=kwh(int(demand.energy[order[row]])),
                )
                for row in wrong
            )
        )
    claimed = np.zeros(len(demand), dtype=np.int64)
    claimed[order] = rows.claimed
    if len(known) == len(demand):
        return replace(demand, claimed=claimed, record=number, ledger=ledger)
    return replace(demand, claimed=claimed, record=None, ledger="")


def circumstances(
    book: TableBook, supply: SupplyColumns, demand: DemandColumns, given: Circumstances
) -> Circumstances:
    """Return what is given together with what the ledger has recorded.

    The ledger adds settlements, cancellation records, exclusions and metered production; where ties
    are given and the tied devices' own use is recorded, own power follows from it.

    No example: `pcf.electricity.ledger.Ledger.match` shows it.
    """
    registers = book.registers
    exclusions = tuple(dict.fromkeys((*_exclusions(registers), *given.exclusions)))
    devices = {each.device for each in exclusions} | {each.device for each in given.ties}
    known = replace(
        given,
        settlements=_settlements(registers, supply) | dict(given.settlements),
        cancellations=_cancellations(registers, supply) | dict(given.cancellations),
        exclusions=exclusions,
        productions=tuple(dict.fromkeys((*_productions(book, devices), *given.productions))),
    )
    if known.own is not None or not known.ties:
        return known
    return replace(known, own=_own(supply, demand, known))


def _named(
    registers: Registers, supply: SupplyColumns, kind: str
) -> list[tuple[str, dict[str, Any], tuple[WhRange, ...]]]:
    """Return name, content and ranges of the records of a kind that certificates are bound to."""
    column = supply.bound if kind == "settlement" else supply.cancellation
    found = []
    for code, name in enumerate(column.names):
        number = registers[kind].find(name) if name else None
        if number is None:
            continue
        rows = np.flatnonzero(column.codes == code)
        found.append(
            (
                name,
                registers.content(kind, number),
                merged(supply, rows, supply.low[rows], supply.high[rows]),
            )
        )
    return found


def _settlements(registers: Registers, supply: SupplyColumns) -> dict[str, Settlement]:
    found = _named(registers, supply, "settlement")
    return {name: Settlement(**_typed(content), ranges=ranges) for name, content, ranges in found}


def _cancellations(registers: Registers, supply: SupplyColumns) -> dict[str, Cancellation]:
    found = _named(registers, supply, "cancellation")
    return {name: Cancellation(**_typed(content), ranges=ranges) for name, content, ranges in found}


def _typed(content: dict[str, Any]) -> dict[str, Any]:
    """Return what a register says of a record with its day and its interval as values."""
    found = dict(content)
    found["day"] = date.fromisoformat(found["day"])
    for name in ("interval", "period"):
        if name in found:
            found[name] = Interval(*found[name])
    return found


def _exclusions(registers: Registers) -> list[AttributeExclusion]:
    found = []
    for number in range(1, len(registers["exclusion"]) + 1):
        content = registers.content("exclusion", number)
        found.append(AttributeExclusion(**content | {"interval": Interval(*content["interval"])}))
    return found


def _productions(book: TableBook, devices: set[str]) -> list[ProductionRecord]:
    """Return the metered production of some devices."""
    starts, ends = book.registers.spans()
    source, span, energy = book.all_productions()
    wanted = [
        number for number, row in enumerate(book.registers["source"].rows, 1) if row[0] in devices
    ]
    found = []
    for row in np.flatnonzero(np.isin(source, wanted)).tolist():
        device, made = book.registers["source"][int(source[row])]
        at = int(span[row]) - 1
        when = Interval(int(starts[at]), int(ends[at]))
        found.append(ProductionRecord(str(device), when, int(energy[row]), made))  # type: ignore[arg-type] # words were checked on the way in
    return found


def _own(supply: SupplyColumns, demand: DemandColumns, known: Circumstances) -> OwnPower | None:
    """Return what tied devices gave their readings, without certificates or with."""
    ties = [each for each in known.ties if each.device in supply.devices]
    names = {each.device for each in ties}
    records = [each for each in known.productions if each.device in names]
    if not any(each.made == "self-consumed" for each in records):
        return None
    foreign = {each.device: _foreign(supply, demand, each) for each in ties}
    exported = {
        name: sum(each.energy for each in records if (each.device, each.made) == (name, "exported"))
        for name in names
    }
    return own_power(
        demand,
        records,
        devices=list(supply.devices.values()),
        ties=ties,
        sold={name: exported[name] + foreign[name] for name in names if foreign[name]},
        self_consumed_sellable=_sellable(supply, names),
        unit=_finest(demand, records),
    )


def _foreign(supply: SupplyColumns, demand: DemandColumns, tie: Tie) -> int:
    """Return the watt-hours of own use whose certificates another than the user holds."""
    column, name = (demand.site, tie.site) if tie.site else (demand.meter, tie.meter)
    tied = _named_rows(column, lambda each: same_entity(each, name))
    codes = np.unique(demand.consumer.codes[tied]).tolist()
    users = [demand.consumer.names[code] for code in codes]
    rows = _own_use(supply, {tie.device}) & ~_named_rows(
        supply.owner, lambda owner: any(same_entity(owner, user) for user in users)
    )
    return int(supply.energy[rows].sum())


def _sellable(supply: SupplyColumns, devices: set[str]) -> bool:
    """Return whether certificates of some devices' own use are of a scheme that sells them."""
    rows = _own_use(supply, devices) & _named_rows(supply.scheme, lambda name: name != "GEC")
    return bool(rows.any())


def _own_use(supply: SupplyColumns, devices: set[str]) -> Flags:
    """Return which certificates are of what some devices gave their users."""
    return _named_rows(supply.device, lambda name: name in devices) & _named_rows(
        supply.made, lambda name: name == "self-consumed"
    )


def _named_rows(column: Texts, fits: Callable[[str], bool]) -> Flags:
    """Return the rows of a column whose text fits."""
    return np.array([fits(name) for name in column.names], dtype=np.bool_)[column.codes]


def _finest(demand: DemandColumns, records: list[ProductionRecord]) -> Unit:
    """Return the finest period in which every reading and every record lies."""
    starts = np.array([each.interval.start for each in records], dtype=np.int64)
    ends = np.array([each.interval.end for each in records], dtype=np.int64)
    units: tuple[Unit, ...] = ("hour", "month")
    for unit in units:
        inside = within_one(demand.start, demand.end, unit)[1].all()
        if inside and within_one(starts, ends, unit)[1].all():
            return unit
    return "year"
