"""Where does the log lie in the database? Creating, reading and appending events, and the head."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pcf import resources
from pcf.electricity.ledger.entries import Entry
from pcf.electricity.ledger.log import START, About, Event, event_of, request_digest
from pcf.electricity.ledger.performing import Outcome
from pcf.electricity.ledger.registers import REGISTERS, Registers
from pcf.errors import LedgerError, Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcf.electricity.ledger.database import Database

FORMAT = 1
_COLUMNS = "sequence, key, request, body, block, content, result, recorded, previous, digest"
_EVENTS = f"SELECT {_COLUMNS} FROM event "  # noqa: S608 - our own constants
_PAGE = 64


def create(database: Database) -> None:
    """Create a ledger: its tables, and a first event that gives it an identity of its own.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    database.begin(write=True)
    try:
        if database.is_empty():
            create_tables(database)
            entries = [Entry({"do": "open", "ledger": str(uuid.uuid4()), "format": FORMAT})]
            recorded = datetime.now(UTC).isoformat(timespec="seconds")
            about = About(None, request_digest(entries), recorded)
            store_event(database, event_of(entries, Outcome(), (0, START), about), 0)
        database.commit()
    except LedgerError:
        database.rollback()
        if database.is_empty():
            raise
        # Another process created it in the meantime.


def create_tables(database: Database) -> None:
    """Create the tables with a head before the first event."""
    database.create(resources.text_of("electricity", "ledger", "schema.sql"))
    query = "INSERT INTO head (one, sequence, digest, token) VALUES (1, 0, ?, 0)"
    database.many(query, [(START,)])


def identity(database: Database) -> str:
    """Return the identity of a ledger; raise LedgerError for a later format."""
    first = next(events(database, "WHERE sequence = ?", (1,)), None)
    if first is None:
        raise LedgerError(problem("ledger-format", Where(file=database.name), (), known=FORMAT))
    return identity_in(first)


def identity_in(first: Event) -> str:
    """Return the identity that a ledger's first event gives it; raise LedgerError for none."""
    entries = first.entries()
    body = entries[0].body if entries else {}
    if (body.get("do"), body.get("format")) != ("open", FORMAT) or not body.get("ledger"):
        raise LedgerError(problem("ledger-format", "event 1", (), known=FORMAT))
    return str(body["ledger"])


def head_of(database: Database) -> tuple[int, str]:
    """Return sequence and digest of the last event."""
    sequence, digest = database.rows("SELECT sequence, digest FROM head")[0]
    return int(sequence), str(digest)


def events(database: Database, where: str = "", values: Sequence[Any] = ()) -> Iterator[Event]:
    """Yield events in their order, a few in memory at a time.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    if where:
        yield from _read(database, where, values)
        return
    last = 0
    while True:
        page = _read(database, "WHERE sequence > ?", (last,))
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].sequence


def store_event(database: Database, event: Event, token: int) -> None:
    """Append an event and move the head, which only the newest writer may.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    query = f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own constants
    database.many(query, [event.columns()])
    query = "UPDATE head SET sequence = ?, digest = ? WHERE sequence = ? AND token = ?"
    moved = (event.sequence, event.digest, event.sequence - 1, token)
    if database.many(query, [moved]) != 1:
        raise LedgerError(problem("ledger-fenced", Where(file=database.name)))


def stored_registers(database: Database) -> Registers:
    """Return the registers as they are stored; raise LedgerError where their numbers have gaps."""
    registers = Registers()
    for name, (columns, _) in REGISTERS.items():
        query = f"SELECT number, {', '.join(columns)} FROM {name} ORDER BY number"  # noqa: S608 - our own constants
        registers.load(name, database.rows(query))
    return registers


def _read(database: Database, where: str, values: Sequence[Any]) -> list[Event]:
    query = f"{_EVENTS}{where} ORDER BY sequence LIMIT {_PAGE}"
    return [Event(*row) for row in database.rows(query, values)]
