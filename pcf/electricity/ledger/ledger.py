"""How is a ledger opened, written and read? One file or one server; one writer, many readers.

The ledger mirrors the national registry, it does not replace it. Everything that happened is one
append-only log; positions follow from it. A batch is written whole or not at all, and what was
reported as written is on the disk.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, Self

from pcf.electricity.columns import Claim
from pcf.electricity.facts import SCHEMES, Cancellation, WhRange
from pcf.electricity.ledger import views
from pcf.electricity.ledger.audit import audit
from pcf.electricity.ledger.database import connect
from pcf.electricity.ledger.entries import Entry, entry_of
from pcf.electricity.ledger.export import write_log
from pcf.electricity.ledger.legs import claim_entry
from pcf.electricity.ledger.log import About, Event, event_of, request_digest
from pcf.electricity.ledger.matched import Matched, matched
from pcf.electricity.ledger.moving import same_entity
from pcf.electricity.ledger.performing import perform, restatements_in
from pcf.electricity.ledger.recorded import unrecorded
from pcf.electricity.ledger.registers import REGISTERS
from pcf.electricity.ledger.standing import Standing, standing
from pcf.electricity.ledger.statements import statement
from pcf.electricity.ledger.storage import (
    create,
    events,
    head_of,
    identity,
    store_event,
    stored_registers,
)
from pcf.electricity.ledger.tables import TableBook
from pcf.errors import LedgerError, Where, problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.intervals import Interval
    from pcf.electricity.ledger.audit import Audit
    from pcf.electricity.ledger.claiming import Restatement
    from pcf.electricity.ledger.database import Database
    from pcf.electricity.ledger.entries import Step
    from pcf.electricity.ledger.known import Readings
    from pcf.electricity.ledger.registers import Registers
    from pcf.electricity.matching import Circumstances, Policy
    from pcf.electricity.profiles import Profile, Unit


class Planned(Protocol):
    """What a match gives: claims that become ones once certificates are cancelled for them."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the plan, one for each beneficiary and period."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a batch is in the log: its place, the head's digest, and which claims it made fall."""

    sequence: int
    digest: str
    restatements: tuple[Restatement, ...] = ()


class Ledger:
    """A ledger that is open; see `open_ledger`.

    >>> import tempfile
    >>> from datetime import date
    >>> from pathlib import Path
    >>> from pcf.electricity.columns import Claim, Legs
    >>> from pcf.electricity.facts import *
    >>> from pcf.electricity.intervals import Interval
    >>> march, firm = Interval.read("2026-03"), "示例铝业有限公司"
    >>> lot = Lot("P1", 1, 10, "wind-1", march, owner=firm)
    >>> meter = ConsumptionRecord("potline 1", march, 8_000_000, consumer=firm)
    >>> facts = Facts(devices=(Device("wind-1", "wind"),), lots=(lot,), consumptions=(meter,))
    >>> record = Cancellation("HX-1", date(2026, 4, 2), firm, (WhRange.of_serials("P1", 1, 8),))
    >>> legs = Legs.of([Leg(WhRange.of_serials("P1", 1, 8), meter)])
    >>> folder = tempfile.TemporaryDirectory()
    >>> with open_ledger(Path(folder.name, "certificates.db")) as ledger:
    ...     receipt = ledger.record(facts, key="upload-2026-03")
    ...     receipt = ledger.commit(Claim("K1", firm, march, legs), cancellation=record)
    ...     ledger.totals()
    {'active': 2000000, 'claimed': 8000000}
    >>> folder.cleanup()
    """

    def __init__(self, database: Database, *, read_only: bool = False) -> None:
        """Open the ledger of a database, which is created where there is none."""
        self._database = database
        self._cache: tuple[str, Registers] | None = None
        self._verdict: tuple[tuple[int, str], bool] | None = None
        if database.is_empty():
            if read_only:
                raise LedgerError(problem("ledger-missing", Where(file=database.name)))
            create(database)
        self.id = identity(database)
        """The ledger's own identity, drawn when it was created; an export carries it on."""

    def record(self, *steps: Step, key: str | None = None) -> Receipt:
        """Record what happened: facts, moves, settlements, cancellations, claims. All or nothing.

        With the same `key` and the same content a second call changes nothing and returns the same
        receipt. Raises LedgerError with every problem of the first step that cannot be.
        """
        return self._write(list(steps), key)

    def commit(
        self,
        plan: Claim | Planned,
        *,
        cancellation: Cancellation | Sequence[Cancellation] = (),
        key: str | None = None,
    ) -> Receipt:
        """Make claims of a plan, with the registry's records that certificates were cancelled.

        The readings that a plan of `match` was given are recorded too. What the ledger has already,
        readings and records, may be given again. Without a record, the plan's watt-hours must have
        been cancelled before: a plan alone gives no claim.
        """
        records = (cancellation,) if isinstance(cancellation, Cancellation) else cancellation
        claims = (plan,) if isinstance(plan, Claim) else plan.claims
        _require_beneficiaries(records, claims)
        readings = plan.readings if isinstance(plan, Matched) else None
        first = [] if readings is None else [readings]
        return self._write([*first, *records, *claims], key, again=True)

    def match(
        self,
        meters: Readings | None = None,
        *,
        profile: Profile | str,
        policy: Policy | str = "earliest_expiry",
        circumstances: Circumstances | None = None,
        unit: Unit | None = None,
    ) -> Matched:
        """Return a frozen plan: which certificates of the ledger serve which readings, and why not.

        `meters` are readings, which need not be recorded yet; without any, all that are recorded.
        The ledger adds to `circumstances` what it knows: trades, cancellation records, exclusions,
        metered production, and what claims have taken. `profile`, `policy` and `unit` are those of
        `pcf.electricity.matching.match`.

        Raises ModelError as that does, LedgerError for a reading that is recorded otherwise.

        >>> import tempfile
        >>> from pcf.electricity.facts import ConsumptionRecord, Device, Facts, Lot
        >>> from pcf.electricity.intervals import Interval
        >>> march, firm = Interval.read("2026-03"), "示例铝业有限公司"
        >>> lots = Facts(devices=(Device("w", "wind", place="CN-GS"),),
        ...              lots=(Lot("P1", 1, 10, "w", march, owner=firm),))
        >>> used = ConsumptionRecord("potline 1", march, 8_500_000, consumer=firm, place="CN-GS")
        >>> with tempfile.TemporaryDirectory() as folder, open_ledger(f"{folder}/a.db") as ledger:
        ...     receipt = ledger.record(lots)
        ...     plan = ledger.match(Facts(consumptions=(used,)), profile="CN-GEC-2026")
        ...     supply = plan.supply("potline 1")
        >>> plan.covered, plan.left_over.energy, plan.stranded.energy, supply.evidence
        (8500000, 1000000, 500000, None)
        """
        return matched(
            self,
            meters,
            profile=profile,
            policy=policy,
            given=circumstances,
            unit=unit,
        )

    def totals(self) -> dict[str, int]:
        """Return the watt-hours in each state."""
        with self.reading() as book:
            return views.totals(book)

    def position(self, where: WhRange | str, scheme: str = "GEC") -> tuple[views.Position, ...]:
        """Return what the watt-hours of a range, or of a whole series, are."""
        if isinstance(where, str):
            where = WhRange(where, 0, 2**62 - 1, scheme)
        with self.reading() as book:
            return views.positions(book, where)

    def supply(self, states: Sequence[str] = ("active", "cancelled")) -> SupplyColumns:
        """Return the ranges in one of some states, as columns for matching."""
        with self.reading() as book:
            return views.supply(book, self.id, states)

    def demand(self) -> DemandColumns:
        """Return the consumption records, as columns for matching."""
        with self.reading() as book:
            return views.demand(book, self.id)

    def claims(self) -> tuple[views.ClaimRecord, ...]:
        """Return the claims, alive and fallen."""
        with self.reading() as book:
            return views.claims(book)

    def standing(
        self,
        period: Interval | None = None,
        *,
        circumstances: Circumstances | None = None,
        audited: bool = True,
    ) -> Standing:
        """Return all claims that stand, with the readings of a period: supplies of lines and proof.

        A plant that claims month by month takes the supply of a year from here. `circumstances` are
        those of `match`; `audited` asks for the ledger's audit too.

        Raises LedgerError where the ledger has no reading in the period.
        """
        verdict = self.verified() if audited else None
        return standing(self, period, circumstances, audited=verdict)

    def next_serial(self, series: str, scheme: str = "GEC") -> int:
        """Return the serial after the last one ever recorded of a series, withdrawn or not."""
        with self.reading() as book:
            return views.end_of_series(book, series, scheme) // SCHEMES[scheme].face

    def statement(self, claim: str) -> dict[str, object]:
        """Return what a bundle says of a claim: serials, consumption, the registry's record.

        `audit` takes statements beside ledgers. Raises LedgerError for an unknown or fallen claim.
        """
        with self.reading() as book:
            return statement(book, self.id, self.head, claim)

    def audit(self, *others: Ledger | Path | Mapping[str, object]) -> Audit:
        """Prove invariants I1 to I11, and that no watt-hour is claimed in any other one given.

        The whole log is done again in memory and compared with the tables; claims are recounted
        from their legs. `others` are ledgers, exports of ledgers, statements of claims, and the
        evidence of supplies (`Supply.behind.as_dict()`), which is held against its ledger.
        """
        return audit(self, *others)

    def verified(self) -> bool:
        """Return whether the ledger's own audit finds nothing wrong; made once for each head."""
        head = self.head
        if self._verdict is None or self._verdict[0] != head:
            self._verdict = (head, self.audit().ok)
        return self._verdict[1]

    def export(self, path: Path) -> str:
        """Write the log as a file of JSON lines; return the head's digest. See `replay`."""
        with self.reading() as book:
            write_log(path, events(book.database))
            return self.head[1]

    @property
    def name(self) -> str:
        """The file's name, or what the server is called."""
        return self._database.name

    @property
    def head(self) -> tuple[int, str]:
        """Sequence and digest of the last event."""
        return head_of(self._database)

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    @contextmanager
    def reading(self) -> Iterator[TableBook]:
        """Yield the ledger's tables as they are now, whatever others write meanwhile."""
        self._database.begin(write=False)
        try:
            yield self._book(head_of(self._database)[1])
        finally:
            self._database.rollback()

    def _book(self, head: str) -> TableBook:
        """Return the book of the open transaction, with registers read anew where others wrote."""
        if self._cache is None or self._cache[0] != head:
            self._cache = (head, stored_registers(self._database))
        registers = self._cache[1]
        stored = {name: len(registers[name]) for name in REGISTERS}
        return TableBook(self._database, registers, stored)

    def _write(self, steps: Sequence[Step], key: str | None, *, again: bool = False) -> Receipt:
        database = self._database
        database.begin(write=True)
        try:
            database.many("UPDATE head SET token = token + 1 WHERE one = ?", [(1,)])
            book = self._book(head_of(database)[1])
            known = None if key is None else _with_key(database, key)
            if known is not None:
                database.rollback()
                return self._repeated(book, steps, known)
            event = self._append(book, steps, key, again=again)
            database.commit()
        except BaseException:
            database.rollback()
            self._cache = None  # its registers hold what was undone
            raise
        self._cache = (event.digest, book.registers)
        return _receipt(event)

    def _append(
        self, book: TableBook, steps: Sequence[Step], key: str | None, *, again: bool
    ) -> Event:
        """Do the steps in their order and store their event; the head moves last."""
        sequence, digest, token = book.database.rows("SELECT sequence, digest, token FROM head")[0]
        asked: list[Entry] = []
        done: list[Entry] = []

        def entries() -> Iterator[Entry]:
            for step in steps:
                entry = self._entry(book, step)
                asked.append(entry)
                new = unrecorded(book, entry) if again else entry
                if new is not None:
                    done.append(new)
                    yield new

        outcome = perform(book, entries(), sequence + 1)
        book.store_registers()
        recorded = datetime.now(UTC).isoformat(timespec="seconds")
        about = About(key, request_digest(asked), recorded)
        event = event_of(done, outcome, (sequence, digest), about)
        store_event(book.database, event, token)
        return event

    def _entry(self, book: TableBook, step: Step) -> Entry:
        return claim_entry(book, step, self.id) if isinstance(step, Claim) else entry_of(step)

    def _repeated(self, book: TableBook, steps: Sequence[Step], known: Event) -> Receipt:
        """Return the receipt of a batch that was done before, where it is the same batch."""
        try:
            request = request_digest([self._entry(book, step) for step in steps])
        except LedgerError:
            request = ""  # what was done could be asked again
        if request != known.request:
            raise LedgerError(problem("ledger-key-reused", str(known.key), (), key=known.key))
        return _receipt(known)


def open_ledger(place: str | os.PathLike[str], *, read_only: bool = False) -> Ledger:
    """Return the ledger at a path (SQLite) or an address that begins with postgresql://.

    A ledger that is not there is created, unless `read_only`. Raises LedgerError where it cannot be
    opened or is none. Close it, or use it in a `with` statement.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_ledger(f"{folder}/certificates.db") as ledger:
    ...         ledger.audit().ok
    True
    """
    database = connect(place, read_only=read_only)
    try:
        return Ledger(database, read_only=read_only)
    except BaseException:
        database.close()
        raise


def _require_beneficiaries(records: Sequence[Cancellation], claims: Sequence[Claim]) -> None:
    """Refuse records that the registry made for nobody who claims."""
    names = [claim.beneficiary for claim in claims]
    foreign = [
        each for each in records if not any(same_entity(each.beneficiary, name) for name in names)
    ]
    if foreign and names:
        raise LedgerError(
            *(
                problem(
                    "beneficiary-differs",
                    each.number,
                    number=each.number,
                    recorded=each.beneficiary,
                    beneficiary=", ".join(sorted(set(names))),
                )
                for each in foreign
            )
        )


def _with_key(database: Database, key: str) -> Event | None:
    found = list(events(database, "WHERE key = ?", (key,)))
    return found[0] if found else None


def _receipt(event: Event) -> Receipt:
    return Receipt(event.sequence, event.digest, restatements_in(event.result))
