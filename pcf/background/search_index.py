"""Where do words stand among a hundred thousand rows? In one file of SQLite, built once.

Words of three letters and more are found by a trigram index (FTS5), single characters and pairs by
lists of their own; without FTS5 longer words are looked for row by row, with the same hits. A file
is named by the fingerprint of what it indexes. What is torn or of another form is built anew.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from array import array
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

from pcf.background.search_entries import Entry
from pcf.background.search_spelling import SHORTEST, allowed, nearest_words, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pcf.background.search_ranking import Wish

FORM = "pcf search 3"
_COLUMNS = tuple(field.name for field in fields(Entry))
_TABLES = f"""
CREATE TABLE entry ({", ".join(_COLUMNS)});
CREATE TABLE gram (gram TEXT PRIMARY KEY, rows BLOB) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, length INTEGER) WITHOUT ROWID;
CREATE TABLE about (form TEXT, fingerprint TEXT, entries INTEGER, trigrams INTEGER, pages INTEGER);
"""
_TRIGRAMS = (
    "CREATE VIRTUAL TABLE trigram USING fts5"
    "(lines, content='', tokenize='trigram case_sensitive 1')"
)
_AMONG = "rowid IN (SELECT value FROM json_each(:{}))"
_MATCHED = "rowid IN (SELECT rowid FROM trigram WHERE trigram MATCH :{})"


class TornError(Exception):
    """The file is not the index that its name says: it must be built anew."""


@dataclass(frozen=True)
class Index:
    """An open index; `trigrams` tells whether FTS5 was there when it was built."""

    connection: sqlite3.Connection
    trigrams: bool

    def has(self, word: str) -> bool:
        """Return whether `word` stands anywhere, be it within another."""
        condition, facts = self._holding(word, 0)
        sql = f"SELECT 1 FROM entry WHERE {condition} LIMIT 1"  # noqa: S608 - our own words only
        with _told_torn():
            return self.connection.execute(sql, facts).fetchone() is not None

    def near(self, word: str) -> tuple[str, ...]:
        """Return the words of the set that may have been meant by `word`.

        No example: `search` shows it at work.
        """
        most = allowed(word)
        if not most:
            return ()
        held = [f"instr(word, :p{n})" for n, _ in enumerate(pieces(word))]
        facts: dict[str, object] = {f"p{n}": part for n, part in enumerate(pieces(word))}
        facts |= {"least": len(word) - most, "longest": len(word) + most}
        sql = "SELECT word FROM word WHERE length BETWEEN :least AND :longest"
        sql += f" AND ({' OR '.join(held)})"
        with _told_torn():
            return nearest_words(word, (row[0] for row in self.connection.execute(sql, facts)))

    def find(self, terms: Sequence[Sequence[str]], wish: Wish, most: int) -> list[Entry]:
        """Return the first entries that hold a spelling of every term and that the wish allows.

        No example: `search` shows it at work.
        """
        facts: dict[str, object] = dict(wish.facts)
        conditions = list(wish.conditions)
        for spellings in terms:
            parts = []
            for word in spellings:
                condition, more = self._holding(word, len(facts))
                parts.append(condition)
                facts |= more
            conditions.append(f"({' OR '.join(parts)})")
        sql = f"SELECT {', '.join(_COLUMNS)} FROM entry WHERE {' AND '.join(conditions)}"  # noqa: S608 - holes only
        sql += f" ORDER BY {', '.join(wish.order)} LIMIT {most:d}"
        with _told_torn():
            return [Entry(*row) for row in self.connection.execute(sql, facts)]

    def among(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those of `ids` that are processes of the set."""
        sql = "SELECT id FROM entry WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        with _told_torn():
            return tuple(row[0] for row in self.connection.execute(sql, (json.dumps([*ids]),)))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all processes."""
        with _told_torn():
            return tuple(row[0] for row in self.connection.execute("SELECT id FROM entry"))

    @property
    def count(self) -> int:
        """How many processes it holds."""
        with _told_torn():
            return int(self.connection.execute("SELECT entries FROM about").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def _holding(self, word: str, number: int) -> tuple[str, dict[str, object]]:
        """Return the condition that an entry holds `word`, with its facts."""
        hole = f"w{number}"
        if len(word) <= 2:
            sql = "SELECT rows FROM gram WHERE gram = ?"
            found = self.connection.execute(sql, (word,)).fetchone()
            rows = [] if found is None else _unpacked(found[0])
            return _AMONG.format(hole), {hole: json.dumps(rows)}
        if self.trigrams:
            quoted = '"' + word.replace('"', '""') + '"'
            return _MATCHED.format(hole), {hole: quoted}
        return f"instr(lines, :{hole})", {hole: word}


def open_index(path: Path | None, fingerprint: str, make: Callable[[], Iterable[Entry]]) -> Index:
    """Return the index kept at `path`; one that is not there or torn is built of what `make` gives.

    Without a path, or where it cannot be written, the index is built in memory.
    No example: it writes a file.
    """
    if path is None:
        return _built(":memory:", fingerprint, make())
    with suppress(TornError):
        return _opened(path, fingerprint)
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _built(str(beside), fingerprint, make()).close()
        beside.replace(path)
        return _opened(path, fingerprint)
    except (OSError, sqlite3.OperationalError, TornError):
        return _built(":memory:", fingerprint, make())
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _opened(path: Path, fingerprint: str) -> Index:
    if not path.is_file():
        raise TornError
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        with _told_torn():
            form, key, entries, trigrams, pages = connection.execute(
                "SELECT form, fingerprint, entries, trigrams, pages FROM about"
            ).fetchone()
            size = connection.execute("PRAGMA page_size").fetchone()[0] * pages
            held = connection.execute("SELECT ifnull(max(rowid), 0) FROM entry").fetchone()[0]
        _report_torn((form, key, size, held), (FORM, fingerprint, path.stat().st_size, entries))
    except TornError:
        connection.close()
        raise
    return Index(connection, bool(trigrams))


def _report_torn(found: tuple[object, ...], wanted: tuple[object, ...]) -> None:
    if found != wanted:
        raise TornError


def _built(name: str, fingerprint: str, entries: Iterable[Entry]) -> Index:
    connection = sqlite3.connect(name)
    try:
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        trigrams = _has_trigrams(connection)
        count = _fill(connection, entries, trigrams=trigrams)
        facts = (FORM, fingerprint, count, trigrams)
        connection.execute("INSERT INTO about VALUES (?, ?, ?, ?, 0)", facts)
        connection.commit()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute("UPDATE about SET pages = ?", (pages,))
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return Index(connection, trigrams)


def _has_trigrams(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute(_TRIGRAMS)
    except sqlite3.OperationalError:
        return False
    return True


def _fill(connection: sqlite3.Connection, entries: Iterable[Entry], *, trigrams: bool) -> int:
    grams: dict[str, array[int]] = {}
    words: set[str] = set()
    holes = ", ".join("?" * len(_COLUMNS))
    number = 0
    for number, entry in enumerate(entries, 1):
        connection.execute(f"INSERT INTO entry VALUES ({holes})", astuple(entry))  # noqa: S608 - holes only
        if trigrams:
            sql = "INSERT INTO trigram (rowid, lines) VALUES (?, ?)"
            connection.execute(sql, (number, entry.lines))
        for gram in grams_of(entry.lines):
            grams.setdefault(gram, array("I")).append(number)
        words |= words_of(entry.lines)
    packed = ((gram, zlib.compress(rows.tobytes(), 1)) for gram, rows in grams.items())
    connection.executemany("INSERT INTO gram VALUES (?, ?)", packed)
    connection.executemany("INSERT INTO word VALUES (?, ?)", ((each, len(each)) for each in words))
    return number


def grams_of(lines: str) -> set[str]:
    """Return the single characters and the pairs of the words in `lines`.

    >>> sorted(grams_of("铝锭 a"))
    ['a', '铝', '铝锭', '锭']
    """
    grams: set[str] = set()
    for word in lines.split():
        grams.update(word)
        grams.update(map("".join, pairwise(word)))
    return grams


def words_of(lines: str) -> set[str]:
    """Return the words of plain letters in `lines`, by which a misspelt one is corrected.

    >>> words_of("coal, 铝 7601-al")
    {'coal'}
    """
    letters = "".join(each if each.isascii() and each.isalpha() else " " for each in lines)
    return {word for word in letters.split() if len(word) >= SHORTEST}


def _unpacked(rows: bytes) -> list[int]:
    found = array("I")
    try:
        found.frombytes(zlib.decompress(rows))
    except (zlib.error, ValueError) as error:
        raise TornError from error
    return found.tolist()


@contextmanager
def _told_torn() -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, TypeError) as error:
        raise TornError from error
