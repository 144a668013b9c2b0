"""How does the register keep what it was told? A log in one SQLite file that only grows.

Each event is canonical JSON with the digest of it and of the event before: what was changed behind
the register's back is found by counting again. The database itself refuses changes and deletions.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pcf.digest import canonical, fingerprint_bytes
from pcf.errors import DeclareError, Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT = 1
_WAIT = 10.0
_TABLES = f"""
create table if not exists event (
    sequence integer primary key,
    body text not null,
    digest text not null unique
);
create trigger if not exists event_stays before update on event
begin select raise(abort, 'an event stays as it is'); end;
create trigger if not exists event_remains before delete on event
begin select raise(abort, 'an event remains'); end;
pragma user_version = {FORMAT};
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the log at `path`, made where there is none; raise DeclareError where it is not one.

    No example: it opens a file.
    """
    try:
        database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        (version,) = database.execute("pragma user_version").fetchone()
        (tables,) = database.execute("select count(*) from sqlite_master").fetchone()
        if version not in {0, FORMAT} or (version == 0 and tables):
            raise DeclareError(problem("register-other", Where(file=path.name)))
        if not version:
            database.executescript(f"begin immediate; {_TABLES} commit;")
        database.execute("pragma synchronous = full")
    except sqlite3.Error as error:
        where = Where(file=path.name)
        raise DeclareError(problem("register-unreadable", where, reason=error)) from None
    return database


@contextmanager
def writing(database: sqlite3.Connection, name: str) -> Iterator[None]:
    """Let one writer in; what is raised inside, or fails on disk, leaves nothing behind.

    No example: `Register.add` shows it at work.
    """
    try:
        database.execute("begin immediate")
    except sqlite3.Error as error:
        where = Where(file=name)
        raise DeclareError(problem("register-unwritten", where, reason=error)) from None
    try:
        yield
        database.execute("commit")
    except BaseException as error:
        if database.in_transaction:
            database.execute("rollback")
        if isinstance(error, sqlite3.Error):
            where = Where(file=name)
            raise DeclareError(problem("register-unwritten", where, reason=error)) from None
        raise


def append(database: sqlite3.Connection, body: Mapping[str, Any]) -> None:
    """Add an event; the caller holds the log for writing.

    No example: `Register.add` shows it at work.
    """
    row = database.execute("select digest from event order by sequence desc limit 1").fetchone()
    said = canonical(dict(body))
    digest = _digest("" if row is None else row[0], said)
    database.execute("insert into event (body, digest) values (?, ?)", (said.decode(), digest))


def read(database: sqlite3.Connection, name: str) -> Iterator[dict[str, Any]]:
    """Yield every event in order; raise DeclareError at the first that was tampered with.

    No example: `Register.entries` shows it at work.
    """
    before = ""
    expected = 1
    rows = database.execute("select sequence, body, digest from event order by sequence")
    for sequence, body, digest in rows:
        if sequence != expected or digest != _digest(before, body.encode()):
            raise DeclareError(problem("register-tampered", Where(file=name), sequence=sequence))
        before, expected = digest, expected + 1
        yield json.loads(body)


def head(database: sqlite3.Connection) -> tuple[int, str]:
    """Return how many events there are and the digest of the last one.

    No example: `Register.head` shows it.
    """
    row = database.execute(
        "select sequence, digest from event order by sequence desc limit 1"
    ).fetchone()
    return (0, "") if row is None else (int(row[0]), str(row[1]))


def _digest(before: str, body: bytes) -> str:
    return fingerprint_bytes(before.encode() + b"\n" + body)
