"""Random scripts of events, beside a model that knows one cell of a certificate at a time.

A cell is one watt-hour of a granular certificate, or a quarter of a green one. What the model
allows the ledger must do, what it does not the ledger must refuse, and nothing else may change.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import (
    AttributeExclusion,
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Leg,
    Lot,
    ProductionRecord,
    Reliance,
    Settlement,
    WhAmount,
    WhRange,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Move, open_ledger, replay
from pcf.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

CELL = {"GC": 1, "GEC": 250_000}
FACE = {"GC": 1, "GEC": 4}  # cells of one certificate
SERIES = {"A": ("GC", "d1"), "B": ("GC", "d2"), "G": ("GEC", "d3")}
OWNERS = ("甲", "乙")
INTERVALS = ("2023-12", "2025-01", "2025-02", "2025-01-01/2025-01-15", "2025-01/2025-02")
DAYS = (date(2025, 1, 20), date(2025, 6, 1), date(2026, 1, 5))
METERS = {"M1": ("甲", ""), "M2": ("甲", "M1"), "M3": ("乙", "")}
FROM = {
    "reserve": ("active",),
    "release": ("reserved",),
    "lock": ("active",),
    "unlock": ("locked",),
    "freeze": ("active",),
    "unfreeze": ("frozen",),
    "annul": ("frozen",),
    "expire": ("active", "reserved"),
    "withdraw": ("active", "reserved", "locked", "cancelled", "claimed"),
    "transfer": ("active",),
    "cancel": ("active", "reserved"),
}
TO = {
    "reserve": "reserved",
    "release": "active",
    "lock": "locked",
    "unlock": "active",
    "freeze": "frozen",
    "unfreeze": "active",
    "annul": "annulled",
    "expire": "expired",
    "withdraw": "withdrawn",
}
BY_OWNER = {"reserve", "release", "lock", "unlock", "transfer", "cancel"}
NOT_EXPIRED = {"reserve", "lock", "transfer", "cancel"}


@dataclass
class Cell:
    interval: str
    owner: str
    state: str = "active"
    trades: int = 0
    cancellation: str = ""
    claim: str = ""
    bought: date | None = None


@dataclass
class Used:
    energy: int
    claimed: int = 0
    parts: int = 0


@dataclass
class Made:
    cells: list
    uses: list
    alive: bool = True
    footprints: set = field(default_factory=set)


def overlap(one, other):
    return Interval.read(one).overlaps(Interval.read(other))


class Model:
    """Everything that the ledger should know, in dictionaries."""

    def __init__(self):
        self.cells = {}  # (series, number of the cell) -> Cell
        self.used = {}  # (meter, month) -> Used
        self.made = {}  # (device, interval) -> energy
        self.records = {}  # number -> (beneficiary, period)
        self.settlements = set()
        self.claims = {}
        self.exclusions = []

    def lots(self, series, first, count, interval, owner):
        scheme, device = SERIES[series]
        face = FACE[scheme]
        cells = range(first * face, (first + count) * face)
        mine = [key for key in self.cells if SERIES[key[0]][1] == device]
        others = {self.cells[key].interval for key in mine} - {interval}
        issued = sum(CELL[scheme] for key in mine if self.cells[key].interval == interval)
        issued += len(cells) * CELL[scheme]
        metered = self.made.get((device, interval))
        carry = face * CELL[scheme] - 1
        if any((series, cell) in self.cells for cell in cells):
            return False
        if any(overlap(interval, each) for each in others):
            return False
        if metered is not None and issued > metered + carry:
            return False
        for cell in cells:
            self.cells[series, cell] = Cell(interval, owner)
        return True

    def production(self, device, interval, energy):
        if any(d == device and overlap(i, interval) for d, i in self.made):
            return False
        series = next(name for name, (_, each) in SERIES.items() if each == device)
        size = CELL[SERIES[series][0]]
        cells = [c for (s, _), c in self.cells.items() if s == series and c.interval == interval]
        carry = FACE[SERIES[series][0]] * size - 1
        if cells and len(cells) * size > energy + carry:
            return False
        self.made[device, interval] = energy
        return True

    def meter(self, meter, month, energy):
        whole = METERS[meter][1]
        if (meter, month) in self.used or (whole and (whole, month) not in self.used):
            return False
        if whole:
            above = self.used[whole, month]
            if above.parts + energy > above.energy:
                return False
            above.parts += energy
        self.used[meter, month] = Used(energy)
        return True

    def found(self, spans):
        """Return the cells of some spans, None where one is not recorded or named twice."""
        keys = [(series, cell) for series, low, high in spans for cell in range(low, high)]
        known = all(key in self.cells for key in keys) and len(set(keys)) == len(keys)
        return [(key, self.cells[key]) for key in keys] if known else None

    def may(self, verb, cells, day, by):
        for (series, _), cell in cells:
            if cell.state not in FROM[verb]:
                return False
            if verb == "transfer" and series == "G" and cell.trades >= 1:
                return False
            made = Interval.read(cell.interval)
            if (made.last_day if verb == "cancel" else made.first_day) > day:
                return False
            mine = cell.owner == by and (cell.bought is None or day >= cell.bought)
            if verb in BY_OWNER and not mine:
                return False
            expired = series == "G" and cell.interval == "2023-12" and day > date(2025, 12, 31)
            if (verb in NOT_EXPIRED and expired) or (verb == "expire" and not expired):
                return False
        return True

    def move(self, verb, spans, day, by):
        cells = self.found(spans)
        if not cells or not self.may(verb, cells, day, by):
            return None
        fallen = {cell.claim for _, cell in cells} - {""}
        for name in fallen:
            self.release(name)
        for _, cell in cells:
            cell.state, cell.cancellation = TO[verb], ""
        return fallen

    def release(self, name):
        claim = self.claims[name]
        claim.alive = False
        for key in claim.cells:
            self.cells[key].state, self.cells[key].claim = "cancelled", ""
        for (meter, month), energy in claim.uses:
            self.count(meter, month, -energy)

    def count(self, meter, month, energy):
        self.used[meter, month].claimed += energy
        if METERS[meter][1]:
            self.used[METERS[meter][1], month].claimed += energy

    def transfer(self, number, spans, day, seller, buyer):
        cells = self.found(spans)
        if number in self.settlements or not cells or not self.may("transfer", cells, day, seller):
            return False
        self.settlements.add(number)
        for _, cell in cells:
            cell.owner, cell.trades, cell.bought = buyer, cell.trades + 1, day
        return True

    def cancel(self, number, spans, day, beneficiary, period):
        cells = self.found(spans)
        if number in self.records or not cells or not self.may("cancel", cells, day, beneficiary):
            return False
        self.records[number] = (beneficiary, period)
        for _, cell in cells:
            cell.state, cell.cancellation = "cancelled", number
        return True

    def claim(self, name, spans, records, period, beneficiary):  # noqa: C901, PLR0911 - every reason to refuse, one after the other
        """`spans` each serve the record of the same place in `records`."""
        cells = self.found(spans)
        if name in self.claims or not cells:
            return False
        if any(cell.state != "cancelled" for _, cell in cells):
            return False
        if any(self.records[cell.cancellation][0] != beneficiary for _, cell in cells):
            return False
        wanted, uses = {}, []
        for (series, low, high), (meter, month) in zip(spans, records, strict=True):
            if (meter, month) not in self.used or METERS[meter][0] != beneficiary:
                return False
            stated = {self.records[self.cells[series, c].cancellation][1] for c in range(low, high)}
            for each in {period, *stated} - {""}:
                if not Interval.read(each).holds(Interval.read(month)):
                    return False
            energy = (high - low) * CELL[SERIES[series][0]]
            uses.append(((meter, month), energy))
            for each in {meter, METERS[meter][1]} - {""}:
                wanted[each, month] = wanted.get((each, month), 0) + energy
        if any(self.used[k].claimed + energy > self.used[k].energy for k, energy in wanted.items()):
            return False
        if any(self.clash(exclusion, extra=cells) for exclusion in self.exclusions):
            return False
        for _, cell in cells:
            cell.state, cell.claim = "claimed", name
        for (meter, month), energy in uses:
            self.count(meter, month, energy)
        self.claims[name] = Made([key for key, _ in cells], uses)
        return True

    def clash(self, exclusion, extra=()):
        device, interval, taken = exclusion
        extra = {key for key, _ in extra}
        hit = [
            (CELL[SERIES[key[0]][0]], cell.interval)
            for key, cell in self.cells.items()
            if SERIES[key[0]][1] == device
            and (cell.state == "claimed" or key in extra)
            and overlap(cell.interval, interval)
        ]
        if not hit:
            return False
        metered = self.made.get((device, interval))
        inside = all(Interval.read(interval).holds(Interval.read(each)) for _, each in hit)
        apart = taken is not None and metered is not None and inside
        return not (apart and sum(size for size, _ in hit) + taken <= metered)

    def exclude(self, exclusion):
        if self.clash(exclusion):
            return False
        self.exclusions.append(exclusion)
        return True


SPANS = st.tuples(st.sampled_from(sorted(SERIES)), st.integers(0, 20), st.integers(1, 8)).map(
    lambda each: (each[0], each[1], each[1] + each[2])
)


def ranges_of(spans):
    found = []
    for series, low, high in spans:
        scheme = SERIES[series][0]
        size = CELL[scheme]
        found.append(WhRange(series, low * size, high * size, scheme))
    return tuple(found)


class Scripts(RuleBasedStateMachine):
    """Events on a ledger and on the model."""

    make: Callable[[], str | Path]

    def __init__(self):
        super().__init__()
        self.place = self.make()
        self.ledger = open_ledger(self.place)
        self.model = Model()
        self.keys = {}
        self.number = 0

    def teardown(self):
        audit = self.ledger.audit()
        assert audit.ok, str(audit)
        with tempfile.TemporaryDirectory() as folder:
            head = self.ledger.export(Path(folder, "log.jsonl"))
            with replay(Path(folder, "log.jsonl"), self.make()) as again:
                assert again.head[1] == head
                assert again.totals() == self.ledger.totals()
        self.ledger.close()

    def spans(self, data, states, most=2):
        """Draw spans, mostly of cells that are recorded and in one of some states."""
        ready = sorted(key for key, cell in self.model.cells.items() if cell.state in states)
        if not ready or data.draw(st.integers(0, 5)) == 0:
            return data.draw(st.lists(SPANS, min_size=1, max_size=most))
        found = []
        for _ in range(data.draw(st.integers(1, most))):
            series, low = ready[data.draw(st.integers(0, len(ready) - 1))]
            high = low + 1
            wanted = data.draw(st.integers(1, 8))
            while high - low < wanted and (series, high) in ready:
                high += 1
            found.append((series, low, high))
        return found

    def owner(self, data, spans):
        """Draw an owner, mostly that of the first cell."""
        cell = self.model.cells.get(spans[0][:2])
        if cell is None or data.draw(st.integers(0, 4)) == 0:
            return data.draw(st.sampled_from(OWNERS))
        return cell.owner

    def next_name(self, letter):
        self.number += 1
        return f"{letter}{self.number}"

    def do(self, allowed, *steps):
        """Record steps; the ledger must do what the model allowed, and nothing else."""
        before = self.ledger.head
        key = self.next_name("key ")
        if not allowed:
            with pytest.raises(LedgerError):
                self.ledger.record(*steps, key=key)
            assert self.ledger.head == before
            return None
        receipt = self.ledger.record(*steps, key=key)
        self.keys[key] = (steps, receipt)
        return receipt

    @initialize()
    def devices(self):
        facts = Facts(
            devices=tuple(Device(each, "wind") for _, each in SERIES.values()),
        )
        self.ledger.record(facts)
        for meter in METERS:
            self.meter(meter, "2025-01", 900_000)
        self.lots("A", 0, 8, "2025-01", "甲")
        self.lots("G", 1, 3, "2023-12", "甲")
        self.lots("B", 2, 8, "2025-02", "乙")

    @rule(
        kind=st.sampled_from(("lots", "production", "meter", "exclude")),
        series=st.sampled_from(sorted(SERIES)),
        first=st.integers(0, 14),
        count=st.integers(1, 8),
        interval=st.sampled_from(INTERVALS),
        month=st.sampled_from(("2025-01", "2025-02")),
        which=st.integers(0, 3),
    )
    def facts(self, kind, series, first, count, interval, month, which):  # noqa: PLR0917 - drawn by name
        if kind == "lots":
            self.lots(series, first, count, interval, OWNERS[which % 2])
        elif kind == "production":
            self.production(series, interval, (5, 20, 1_500_000)[which % 3])
        elif kind == "meter":
            self.meter(sorted(METERS)[which % 3], month, (3, 10, 250_000, 900_000)[first % 4])
        elif which == 0:
            self.exclude(series, interval, (None, 5, 700_000)[first % 3])

    def lots(self, series, first, count, interval, owner):
        scheme, device = SERIES[series]
        if scheme == "GEC":
            first, count = first % 4, min(count, 3)
        lot = Lot(
            *(series, first, first + count - 1, device, Interval.read(interval)),
            owner=owner,
            scheme=scheme,
        )
        self.do(self.model.lots(series, first, count, interval, owner), Facts(lots=(lot,)))

    def production(self, series, interval, energy):
        device = SERIES[series][1]
        record = ProductionRecord(device, Interval.read(interval), energy)
        allowed = self.model.production(device, interval, energy)
        self.do(allowed, Facts(productions=(record,)))

    def meter(self, meter, month, energy):
        consumer, within = METERS[meter]
        record = ConsumptionRecord(
            meter, Interval.read(month), energy, consumer=consumer, within=within
        )
        self.do(self.model.meter(meter, month, energy), Facts(consumptions=(record,)))

    @rule(data=st.data(), verb=st.sampled_from(sorted(TO)), day=st.sampled_from(DAYS))
    def move(self, data, verb, day):
        spans = self.spans(data, FROM[verb])
        by = self.owner(data, spans)
        fallen = self.model.move(verb, spans, day, by)
        receipt = self.do(fallen is not None, Move(verb, ranges_of(spans), day, by))
        if receipt is not None:
            told = {each.claim: set(each.footprints) for each in receipt.restatements}
            assert told == {name: self.model.claims[name].footprints for name in fallen}

    @rule(
        verb=st.sampled_from(("reserve", "reserve", "lock", "release", "freeze")),
        series=st.sampled_from(sorted(SERIES)),
        count=st.integers(1, 6),
        by=st.sampled_from(OWNERS),
    )
    def amount(self, verb, series, count, by):
        size = CELL[SERIES[series][0]]
        free = sorted(
            cell
            for (name, cell), each in self.model.cells.items()
            if name == series
            and each.state in FROM[verb]
            and (verb not in BY_OWNER or each.owner == by)
        )
        spans = [(series, cell, cell + 1) for cell in free[:count]]
        day = DAYS[1]
        allowed = len(spans) == count and self.model.move(verb, spans, day, by) is not None
        amount = WhAmount(series, count * size, SERIES[series][0])
        self.do(allowed, Move(verb, (amount,), day, by))

    @rule(data=st.data(), day=st.sampled_from(DAYS), again=st.booleans())
    def transfer(self, data, day, again):
        spans = self.spans(data, ("active",))
        seller = self.owner(data, spans)
        number = "S0" if again else self.next_name("S")
        buyer = OWNERS[1 - OWNERS.index(seller)]
        allowed = self.model.transfer(number, spans, day, seller, buyer)
        self.do(allowed, Settlement(number, day, seller, buyer, ranges_of(spans)))

    @rule(
        data=st.data(),
        day=st.sampled_from(DAYS),
        period=st.sampled_from(("", "", "2025-01", "2025-02")),
        again=st.sampled_from((False, False, False, True)),
    )
    def cancel(self, data, day, period, again):
        spans = self.spans(data, FROM["cancel"], most=3)
        beneficiary = self.owner(data, spans)
        number = "H0" if again else self.next_name("H")
        allowed = self.model.cancel(number, spans, day, beneficiary, period)
        when = Interval.read(period) if period else None
        record = Cancellation(number, day, beneficiary, ranges_of(spans), period=when)
        self.do(allowed, record)

    @rule(
        spans=st.lists(SPANS, min_size=1, max_size=3),
        meters=st.lists(st.sampled_from(sorted(METERS)), min_size=3, max_size=3),
        month=st.sampled_from(("2025-01", "2025-02")),
        period=st.sampled_from(("2025-01", "2025-02", "2025")),
        beneficiary=st.sampled_from(OWNERS),
    )
    def claim(self, spans, meters, month, period, beneficiary):
        self.commit(spans, [(meter, month) for meter in meters[: len(spans)]], period, beneficiary)

    @rule(
        data=st.data(),
        take=st.integers(1, 6),
        month=st.sampled_from(("2025-01", "2025-01", "2025-02")),
    )
    def claim_what_is_cancelled(self, data, take, month):
        """Aim at what can be claimed, which random ranges seldom meet."""
        ready = sorted(key for key, cell in self.model.cells.items() if cell.state == "cancelled")
        if not ready:
            return
        start = ready[data.draw(st.integers(0, len(ready) - 1))]
        record = self.model.cells[start].cancellation
        same = [key for key in ready if self.model.cells[key].cancellation == record]
        chosen = (same if data.draw(st.booleans()) else ready)[:take]
        spans = [(series, cell, cell + 1) for series, cell in chosen]
        beneficiary, _ = self.model.records[record]
        meters = [name for name, (consumer, _) in METERS.items() if consumer == beneficiary]
        records = [(data.draw(st.sampled_from(meters)), month) for _ in spans]
        self.commit(spans, records, "2025", beneficiary)

    @rule(data=st.data(), series=st.sampled_from(sorted(SERIES)), take=st.integers(1, 9))
    def cancel_and_claim(self, data, series, take):
        """One batch, as a plan is committed with its cancellation record."""
        ready = sorted(
            key
            for key, cell in self.model.cells.items()
            if key[0] == series and cell.state in FROM["cancel"]
        )
        if not ready:
            return
        start = data.draw(st.integers(0, len(ready) - 1))
        owner = self.model.cells[ready[start]].owner
        spans = [(name, cell, cell + 1) for name, cell in ready[start : start + take]]
        meter = data.draw(st.sampled_from([m for m, (who, _) in METERS.items() if who == owner]))
        number = self.next_name("H")
        if not self.model.cancel(number, spans, DAYS[1], owner, "2025-01"):
            self.do(False, Cancellation(number, DAYS[1], owner, ranges_of(spans)))
            return
        record = Cancellation(
            number, DAYS[1], owner, ranges_of(spans), period=Interval.read("2025-01")
        )
        self.do(True, record)
        self.commit(spans, [(meter, "2025-01")] * len(spans), "2025-01", owner)

    def commit(self, spans, records, period, beneficiary):
        name = self.next_name("K")
        energies = {key: used.energy for key, used in self.model.used.items()}
        legs = [
            Leg(
                span,
                ConsumptionRecord(
                    *(meter, Interval.read(month), energies.get((meter, month), 1)),
                    consumer=METERS[meter][0],
                ),
            )
            for span, (meter, month) in zip(ranges_of(spans), records, strict=True)
        ]
        allowed = self.model.claim(name, spans, records, period, beneficiary)
        claim = Claim(name, beneficiary, Interval.read(period), Legs.of(legs))
        if self.do(allowed, claim):
            self.ledger.record(Facts(reliances=(Reliance(f"footprint of {name}", name),)))
            self.model.claims[name].footprints.add(f"footprint of {name}")

    def exclude(self, series, interval, taken):
        device = SERIES[series][1]
        fact = AttributeExclusion("CCER", device, Interval.read(interval), energy=taken)
        allowed = self.model.exclude((device, interval, taken))
        self.do(allowed, Facts(exclusions=(fact,)))

    @rule(data=st.data())
    def retry(self, data):
        """The same key with the same content changes nothing; with another it is refused."""
        if not self.keys:
            return
        key = data.draw(st.sampled_from(sorted(self.keys)))
        steps, receipt = self.keys[key]
        head = self.ledger.head
        assert self.ledger.record(*steps, key=key) == receipt
        other = Facts(devices=(Device("d1", "wind"),))
        with pytest.raises(LedgerError) as refused:
            self.ledger.record(other, key=key)
        assert refused.value.problems[0].code == "ledger-key-reused"
        assert self.ledger.head == head

    @rule(data=st.data())
    def all_or_nothing(self, data):
        """A batch whose last step cannot be leaves no trace of the first ones."""
        before, head = self.ledger.totals(), self.ledger.head
        fresh = Lot("Z", 1, 5, "d9", Interval.read("2025-01"), owner="甲", scheme="GC")
        bad = Move("annul", (WhRange("Z", 1, 2, "GC"),), DAYS[1])
        with pytest.raises(LedgerError):
            self.ledger.record(Facts(devices=(Device("d9", "PV"),), lots=(fresh,)), bad)
        assert (self.ledger.totals(), self.ledger.head) == (before, head)
        del data

    @rule()
    def reopen(self):
        self.ledger.close()
        self.ledger = open_ledger(self.place)

    @rule()
    def audit(self):
        audit = self.ledger.audit()
        assert audit.ok, str(audit)

    @invariant()
    def every_cell_is_what_the_model_says(self):
        for series, (scheme, _) in SERIES.items():
            cells = {}
            for each in self.ledger.position(series, scheme):
                low, high = each.range.low // CELL[scheme], each.range.high // CELL[scheme]
                for cell in range(low, high):
                    assert cell not in cells, "a cell stands in two positions"
                    found = content_of(each)
                    cells[cell] = found
            model = {
                cell: (each.state, each.owner, each.trades, each.cancellation, each.claim)
                for (name, cell), each in self.model.cells.items()
                if name == series
            }
            assert cells == model

    @invariant()
    def every_record_is_covered_as_the_model_says(self):
        demand = self.ledger.demand()
        found = {
            (demand.meter[row], str(Interval(start, end))): claimed
            for row, (start, end, claimed) in enumerate(
                zip(
                    demand.start.tolist(),
                    demand.end.tolist(),
                    demand.claimed.tolist(),
                    strict=True,
                )
            )
        }
        assert found == {key: used.claimed for key, used in self.model.used.items()}


def content_of(position):
    return (
        *(position.state, position.owner, position.trades),
        *(position.cancellation, position.claim),
    )


# How many scripts a file gets; the long campaign sets it to thousands.
SCRIPTS = int(os.environ.get("PCF_LEDGER_SCRIPTS", "25"))


def run(make, examples, steps):
    machine = type("Machine", (Scripts,), {"make": staticmethod(make)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_scripts_in_a_file(file_place):
    run(file_place, examples=SCRIPTS, steps=40)


@pytest.mark.postgres
def test_random_scripts_on_a_server(server_place):
    run(server_place, examples=max(SCRIPTS // 5, 1), steps=25)
