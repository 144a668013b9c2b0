"""How does a ledger come back from its exported log? Every event is done again and must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.electricity.ledger.database import connect
from pcf.electricity.ledger.export import read_log
from pcf.electricity.ledger.ledger import Ledger
from pcf.electricity.ledger.log import About, Event, event_of
from pcf.electricity.ledger.performing import perform_again
from pcf.electricity.ledger.registers import REGISTERS
from pcf.electricity.ledger.storage import create_tables, head_of, store_event, stored_registers
from pcf.electricity.ledger.tables import TableBook
from pcf.errors import LedgerError, Where, problem

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from pcf.electricity.ledger.database import Database


def replay(path: Path, place: str | os.PathLike[str]) -> Ledger:
    """Return a new ledger at `place` in which the exported log at `path` was done again.

    Every event is judged anew and must give the digest it had. Raises LedgerError, and then the new
    ledger holds the events up to the fault, or where there is a ledger already.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from pcf.electricity.ledger import open_ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_ledger(f"{folder}/one.db") as ledger:
    ...         head = ledger.export(Path(folder, "log.jsonl"))
    ...     with replay(Path(folder, "log.jsonl"), f"{folder}/two.db") as other:
    ...         other.head[1] == head
    True
    """
    database = connect(place)
    try:
        _require_empty(database)
        for event in read_log(path):
            _redo(database, event)
        return Ledger(database, read_only=True)
    except BaseException:
        database.close()
        raise


def _require_empty(database: Database) -> None:
    if not database.is_empty():
        raise LedgerError(problem("ledger-not-empty", Where(file=database.name)))


def _redo(database: Database, event: Event) -> None:
    database.begin(write=True)
    try:
        if event.sequence == 1:
            create_tables(database)
        sequence, digest = head_of(database)
        book = TableBook(database, stored_registers(database))
        book.stored = {name: len(book.registers[name]) for name in REGISTERS}
        outcome = perform_again(book, event)
        book.store_registers()
        about = About(event.key, event.request, event.recorded)
        again = event_of(event.entries(), outcome, (sequence, digest), about)
        _require_same(again, event)
        token = database.rows("SELECT token FROM head")[0][0]
        store_event(database, again, token)
        database.commit()
    except BaseException:
        database.rollback()
        raise


def _require_same(again: Event, event: Event) -> None:
    if again.digest != event.digest:
        raise LedgerError(problem("ledger-replay", f"event {event.sequence}"))
