"""The register: declarations with versions, validity and successors, and what touches them."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pcf import text
from pcf.declare.register import events
from pcf.declare.register.standing import entry_of
from pcf.declare.register.values import KINDS, Affected, Change, Entry, Ground
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from pcf.declare.bundle import Case
    from pcf.declare.values import Declaration


class Register:
    """Every declaration that was ever made, in one SQLite file; `open_register` opens it.

    Nothing is amended: a new declaration replaces one, a withdrawal ends one, and both say why.
    Several processes may read while one writes. What success reports is on the disk.
    """

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        """Hold an open log; use `open_register`."""
        self._database = database
        self.name = name

    @property
    def head(self) -> tuple[int, str]:
        """How many events there are, and the digest of the last."""
        return events.head(self._database)

    def add(self, declaration: Declaration, *, case: Case | None = None, reason: str = "") -> Entry:
        """Enter a declaration, and return its entry; what it replaces is superseded.

        `case` is its sealed bundle, which names the certificate claims and serials behind it.
        Raises DeclareError, and enters nothing: the id is there already, what it replaces is not
        there or is replaced already, a replacement without a reason, a case of another study.
        """
        with self.adding(declaration, case=case, reason=reason) as entry:
            return entry

    @contextmanager
    def adding(
        self, declaration: Declaration, *, case: Case | None = None, reason: str = ""
    ) -> Iterator[Entry]:
        """Enter a declaration if what is done inside succeeds; else nothing is entered.

        Raises DeclareError as `add` does, before anything inside is done.
        No example: `issue` shows it at work.
        """
        entry = entry_of(declaration, case, reason)
        if case is not None and not math.isclose(case.declared.total, entry.total, rel_tol=1e-9):
            raise DeclareError(problem("register-case", entry.id, total=f"{entry.total:.9g}"))
        with events.writing(self._database, self.name):
            known = self._entries()
            self._require_new(entry, known)
            events.append(self._database, {"event": "declared", **entry.as_dict()})
            yield entry

    def withdraw(self, id: str, *, reason: str) -> Entry:  # noqa: A002 - the word users write
        """End a declaration, and return its entry; raise DeclareError unless it stands."""
        with events.writing(self._database, self.name):
            entry = self._find(id, self._entries())
            if entry.status == "withdrawn" or not reason.strip():
                raise DeclareError(problem("register-withdraw", id, status=entry.status))
            events.append(self._database, {"event": "withdrawn", "id": id, "reason": reason})
            return self._find(id, self._entries())

    def entries(self, *, on: date | None = None) -> tuple[Entry, ...]:
        """Return every entry in the order it was made, with its status on a day (today)."""
        day = date.today() if on is None else on  # noqa: DTZ011 - a day of whoever asks
        return tuple(each.on(day) for each in self._entries().values())

    def entry(self, id: str) -> Entry:  # noqa: A002 - the word users write
        """Return an entry by id; raise DeclareError with candidates."""
        return self._find(id, self._entries())

    def expiring(self, *, within: int = 90, on: date | None = None) -> tuple[Entry, ...]:
        """Return the active entries that expire within so many days, the soonest first."""
        day = date.today() if on is None else on  # noqa: DTZ011 - a day of whoever asks
        last = day + timedelta(days=within)
        found = [e for e in self.entries(on=day) if e.status == "active" and e.valid_until <= last]
        return tuple(sorted(found, key=lambda each: (each.valid_until, each.id)))

    def affected(self, *grounds: Ground, on: date | None = None) -> tuple[Affected, ...]:
        """Return the active entries that stand on one of `grounds`, each with what is touched.

        A background edition that was corrected, a gas table that changed, a pack that was
        withdrawn, a claim, a cancellation record, a range of serials. Raises DeclareError for a
        kind that is none, or a name that no entry has ever stood on, with candidates.
        No example: tests/declare/test_register.py shows it.
        """
        known = {each for entry in self._entries().values() for each in entry.grounds}
        problems = []
        for ground in grounds:
            names = sorted({each.name for each in known if each.kind == ground.kind})
            if ground.kind not in KINDS:
                near = text.nearest(ground.kind, KINDS) or KINDS
                problems.append(problem("register-kind", ground.kind, near, kind=ground.kind))
            elif ground.name not in names:
                near = text.nearest(ground.name, names) or tuple(names[:5])
                problems.append(
                    problem("register-ground", "", near, kind=ground.kind, name=ground.name)
                )
        if problems:
            raise DeclareError(*problems)
        found = []
        for entry in self.entries(on=on):
            touched = tuple(e for e in entry.grounds if any(e.touches(g) for g in grounds))
            if touched and entry.status in {"active", "not yet valid"}:
                found.append(Affected(entry, touched))
        return tuple(found)

    def changes(self, id: str) -> tuple[Change, ...]:  # noqa: A002 - the word users write
        """Return what changed from version to version up to this one, the oldest first.

        No example: tests/declare/test_register.py shows it.
        """
        entries = self._entries()
        after, found = self._find(id, entries), []
        while after.preceding:
            before = self._find(after.preceding, entries)
            gone = tuple(sorted(set(before.grounds) - set(after.grounds)))
            come = tuple(sorted(set(after.grounds) - set(before.grounds)))
            found.append(Change(before, after, gone, come))
            after = before
        return tuple(reversed(found))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        """Return the register itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def _entries(self) -> dict[str, Entry]:
        """Return the entries as all events together leave them; the chain is checked on the way."""
        found: dict[str, Entry] = {}
        for event in events.read(self._database, self.name):
            kind = event.pop("event")
            if kind == "declared":
                entry = Entry.read(event)
                found[entry.id] = entry
                if entry.preceding:
                    before = found[entry.preceding]
                    status = "superseded" if before.status == "active" else before.status
                    found[before.id] = replace(before, status=status, successor=entry.id)
            else:
                before = found[event["id"]]
                ended = replace(before, status="withdrawn", withdrawn_because=event["reason"])
                found[before.id] = ended
        return found

    def _require_new(self, entry: Entry, known: Mapping[str, Entry]) -> None:
        problems = []
        if entry.id in known:
            problems.append(problem("register-twice", entry.id))
        if entry.preceding:
            before = known.get(entry.preceding)
            if before is None:
                near = text.nearest(entry.preceding, known)
                problems.append(problem("register-unknown", entry.preceding, near))
            elif before.successor:
                problems.append(problem("register-replaced", before.id, by=before.successor))
            if not entry.reason.strip():
                problems.append(problem("register-reason", entry.id))
        if problems:
            raise DeclareError(*problems)

    def _find(self, id: str, known: Mapping[str, Entry]) -> Entry:  # noqa: A002 - as above
        if id not in known:
            near = text.nearest(id, known) or tuple(known)[:5]
            raise DeclareError(problem("register-unknown", id, near))
        return known[id]


def open_register(path: Path | str) -> Register:
    """Open the register at `path`; it is made where there is none.

    Raises DeclareError for a file that is not a register, or one that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_register(f"{folder}/register.db") as register:
    ...         register.entries(), register.head
    ((), (0, ''))
    """
    place = Path(path)
    return Register(events.connect(place), place.name)
