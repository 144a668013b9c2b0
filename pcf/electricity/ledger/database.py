"""Which database keeps the ledger? SQLite in one file, or PostgreSQL, behind the same few calls.

SQLite: write-ahead log, every commit synced before it returns (`synchronous=FULL`), so that what
was reported as done survives the loss of power. PostgreSQL: `synchronous_commit=on`, and a server
that runs without `fsync` is refused.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pcf.errors import LedgerError, Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

APPLICATION = 0x70636665
"""The number that marks a SQLite file as a ledger: 'pcfe'."""

_WAIT = 60.0  # seconds that a writer waits for another one
_SCHEMES = ("postgresql://", "postgres://")
# A lot has a range that ends where it does.
_RANGES = "FOREIGN KEY (number, size) REFERENCES position (lot, high) DEFERRABLE INITIALLY DEFERRED"
_SERVER_TYPES = {
    "integer": "BIGINT",
    "bytes": "BYTEA",
    "table": "",
    "keyed": "",
    "ranges_here": "",
    "ranges_later": f"ALTER TABLE lot ADD {_RANGES};",
}
_FILE_TYPES = {
    "integer": "INTEGER",
    "bytes": "BLOB",
    "table": "STRICT",
    "keyed": "STRICT, WITHOUT ROWID",
    "ranges_here": f", {_RANGES}",
    "ranges_later": "",
}


class Database(Protocol):
    """What the ledger asks of a database. Statements have question marks for values."""

    name: str

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""

    def texts(self, query: str, values: Sequence[Any], width: int) -> tuple[int, list[str]]:
        """Return the number of rows of a query, and the cells of each column joined by commas.

        A million rows are a few texts then, not as many values of Python. Rows come in any order,
        the same one in every column; a cell that is NULL is left out.
        """

    def many(self, query: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run a statement for each row; return how many rows of the table it changed."""

    def create(self, schema: str) -> None:
        """Create the tables of the schema."""

    def is_empty(self) -> bool:
        """Tell whether there is no ledger yet."""

    def begin(self, *, write: bool) -> None:
        """Begin a transaction: one writer at a time, or a reader's snapshot."""

    def commit(self) -> None:
        """End the transaction; what it did is durable when this returns."""

    def rollback(self) -> None:
        """End the transaction as if it had not been."""

    def close(self) -> None:
        """Close the connection."""


def connect(place: str | os.PathLike[str], *, read_only: bool = False) -> Database:
    """Return the database at a path, or at an address that begins with postgresql://.

    Raises LedgerError where it cannot be opened.
    """
    if isinstance(place, str) and place.startswith(_SCHEMES):
        return _Server(place, read_only=read_only)
    return _File(Path(place), read_only=read_only)


class _File:
    """SQLite."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.name = path.name
        self._path = path
        self._created = False
        if read_only and not path.exists():
            raise LedgerError(problem("ledger-missing", Where(file=path.name)))
        mode = "ro" if read_only else "rwc"
        address = f"{path.absolute().as_uri()}?mode={mode}"
        with _told(self.name):
            self._connection = sqlite3.connect(
                address, uri=True, timeout=_WAIT, isolation_level=None
            )
            try:
                self._prepare(read_only=read_only)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, *, read_only: bool) -> None:
        run = self._connection.execute
        for setting in ("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON"):
            run(f"PRAGMA {setting}")
        found = run("PRAGMA application_id").fetchone()[0]
        if found not in (0, APPLICATION) or (found == 0 and not self.is_empty()):
            raise LedgerError(problem("ledger-foreign", Where(file=self.name)))
        if not read_only:
            self._keep_a_log()
            run("PRAGMA synchronous=FULL")
            run("PRAGMA fullfsync=ON")

    def _keep_a_log(self) -> None:
        """Turn the write-ahead log on; a file keeps it, and two that begin at once take turns."""
        until = time.monotonic() + _WAIT
        while self._connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _told(self.name):
            return self._connection.execute(query, values).fetchall()

    def texts(self, query: str, values: Sequence[Any], width: int) -> tuple[int, list[str]]:
        return _texts(self.rows(_joined(query, width, "group_concat(c{})"), values))

    def many(self, query: str, rows: Iterable[Sequence[Any]]) -> int:
        with _told(self.name):
            return max(self._connection.executemany(query, rows).rowcount, 0)

    def create(self, schema: str) -> None:
        for statement in _statements(schema, _FILE_TYPES):
            self.rows(statement)
        self.rows(f"PRAGMA application_id={APPLICATION}")
        self._created = True

    def is_empty(self) -> bool:
        return not self.rows("SELECT 1 FROM sqlite_master LIMIT 1")

    def begin(self, *, write: bool) -> None:
        self.rows("BEGIN IMMEDIATE" if write else "BEGIN")

    def commit(self) -> None:
        self.rows("COMMIT")
        if self._created:
            _settle(self._path.absolute().parent)
            self._created = False

    def rollback(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


class _Server:
    """PostgreSQL."""

    def __init__(self, address: str, *, read_only: bool) -> None:
        try:
            import psycopg  # noqa: PLC0415 - an extra, and only where a server is named
        except ImportError:
            raise LedgerError(problem("ledger-psycopg")) from None
        self._errors = psycopg.Error
        self.name = "PostgreSQL"
        with self._told():
            self._connection = psycopg.connect(address, autocommit=True)
            self._cursor = self._connection.cursor()
            try:
                self._prepare(read_only=read_only)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, *, read_only: bool) -> None:
        self._cursor.execute("SET synchronous_commit = on")
        self._cursor.execute("SET lock_timeout = '60s'")
        if self._cursor.execute("SHOW fsync").fetchone() != ("on",):
            raise LedgerError(problem("ledger-not-durable"))
        if read_only:
            self._cursor.execute("SET default_transaction_read_only = on")

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._told():
            self._cursor.execute(_marked(query), values or None)
            return self._cursor.fetchall() if self._cursor.description else []

    def texts(self, query: str, values: Sequence[Any], width: int) -> tuple[int, list[str]]:
        return _texts(self.rows(_joined(query, width, "string_agg(c{}::text, ',')"), values))

    def many(self, query: str, rows: Iterable[Sequence[Any]]) -> int:
        with self._told():
            self._cursor.executemany(_marked(query), rows)
            return max(self._cursor.rowcount, 0)

    def create(self, schema: str) -> None:
        for statement in _statements(schema, _SERVER_TYPES):
            self.rows(statement)

    def is_empty(self) -> bool:
        return self.rows("SELECT to_regclass('event')") == [(None,)]

    def begin(self, *, write: bool) -> None:
        self.rows("BEGIN" if write else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def commit(self) -> None:
        self.rows("COMMIT")

    def rollback(self) -> None:
        with suppress(self._errors):
            self._connection.rollback()
            self._cursor.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in our own words what the server refused."""
        from psycopg import errors  # noqa: PLC0415 - an extra

        try:
            yield
        except errors.IntegrityError as error:
            raise LedgerError(problem("ledger-constraint", reason=_line(error))) from error
        except errors.ReadOnlySqlTransaction as error:
            raise LedgerError(problem("ledger-read-only")) from error
        except (errors.LockNotAvailable, errors.SerializationFailure) as error:
            raise LedgerError(problem("ledger-busy")) from error
        except self._errors as error:
            raise LedgerError(problem("ledger-database", reason=_line(error))) from error


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say in our own words what SQLite refused."""
    where = Where(file=name)
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise LedgerError(problem("ledger-constraint", where, reason=_line(error))) from error
    except sqlite3.DatabaseError as error:
        known = {
            sqlite3.SQLITE_BUSY: "ledger-busy",
            sqlite3.SQLITE_LOCKED: "ledger-busy",
            sqlite3.SQLITE_FULL: "ledger-disk-full",
            sqlite3.SQLITE_READONLY: "ledger-read-only",
            sqlite3.SQLITE_CORRUPT: "ledger-damaged",
            sqlite3.SQLITE_NOTADB: "ledger-foreign",
        }
        if _code(error) in known:
            raise LedgerError(problem(known[_code(error)], where)) from error
        raise LedgerError(problem("ledger-database", where, reason=_line(error))) from error


def _code(error: sqlite3.Error) -> int:
    """Return the primary code of an error of SQLite; zero where Python raised it itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _joined(query: str, width: int, aggregate: str) -> str:
    """Return the query of how many rows a query has, and of each column's cells as one text."""
    names = ", ".join(f"c{number}" for number in range(width))
    cells = ", ".join(aggregate.format(number) for number in range(width))
    return f"WITH found({names}) AS ({query}) SELECT COUNT(*), {cells} FROM found"  # noqa: S608 - our own statements


def _texts(rows: list[tuple[Any, ...]]) -> tuple[int, list[str]]:
    count, *cells = rows[0]
    return int(count), ["" if each is None else str(each) for each in cells]


def _statements(schema: str, types: dict[str, str]) -> list[str]:
    lines = [line for line in schema.splitlines() if not line.lstrip().startswith("--")]
    found = "\n".join(lines).format_map(types).split(";")
    return [statement.strip() for statement in found if statement.strip()]


def _marked(query: str) -> str:
    return query.replace("?", "%s")


def _settle(folder: Path) -> None:
    """Ask the system to keep the name of a new file; some file systems and Windows cannot."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
