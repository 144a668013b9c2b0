"""How does a ledger travel? Its log as lines of JSON, one event each; all else follows from it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from pcf.digest import canonical
from pcf.electricity.ledger.log import START, Event
from pcf.errors import FileError, LedgerError, Where, problem
from pcf.files import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NAMES = (
    *("sequence", "key", "request", "body", "block", "content"),
    *("result", "recorded", "previous", "digest"),
)


_DATABASE = b"SQLite format 3"


def write_beside(path: Path, content: str | bytes) -> None:
    """Write a file; raise LedgerError where a ledger is: the export of one never replaces one.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.db").write_bytes(b"SQLite format 3 and more")
    ...     write_beside(Path(folder, "a.db"), "log")
    Traceback (most recent call last):
    pcf.errors.LedgerError: [ledger-in-the-way] a.db: ...
    """
    if path.is_file():
        with path.open("rb") as file:
            if file.read(len(_DATABASE)) == _DATABASE:
                raise LedgerError(problem("ledger-in-the-way", Where(file=path.name)))
    write(path, content)


def write_log(path: Path, events: Iterable[Event]) -> None:
    """Write events as lines of canonical JSON, blocks in base 64.

    Raises FileError, and LedgerError where a ledger stands at the path.

    No example: `pcf.electricity.ledger.replay` shows it.
    """
    lines = []
    for event in events:
        row = dict(zip(_NAMES, event.columns(), strict=True))
        row["block"] = base64.b64encode(event.block).decode()
        lines.append(canonical(row))
    write_beside(path, b"\n".join([*lines, b""]))


def read_log(path: Path) -> Iterator[Event]:
    """Yield the events of an exported log; raise LedgerError where the chain is broken (I11).

    No example: `pcf.electricity.ledger.replay` shows it.
    """
    previous, sequence = START, 0
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                event = _event(line, path.name, sequence + 1)
                sequence += 1
                whole = event.digest == event.expected_digest() and event.previous == previous
                if event.sequence != sequence or not whole:
                    where = Where(file=path.name, line=sequence)
                    raise LedgerError(problem("ledger-chain", where, (), sequence=sequence))
                previous = event.digest
                yield event
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise FileError(problem("file-unreadable", Where(file=path.name), reason=reason)) from error


def _event(line: str, file: str, number: int) -> Event:
    try:
        row = json.loads(line)
        row["block"] = base64.b64decode(row["block"], validate=True)
        return Event(**row)
    except (ValueError, TypeError, KeyError):
        raise LedgerError(problem("ledger-event", Where(file=file, line=number))) from None
