"""What has happened, in order, and how is it known that nothing was changed? Events in a chain.

Each event holds the digest of the one before it (I11), so that the digest of the last one, the
head, stands for the whole ledger: an export replayed elsewhere has the same head, and one changed
digit anywhere has another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pcf.digest import canonical, fingerprint
from pcf.electricity.ledger.blocks import block_digest, pack, unpack
from pcf.electricity.ledger.entries import Entry
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.electricity.ledger.entries import Columns
    from pcf.electricity.ledger.performing import Outcome

START = "0" * 64
"""What stands for the event before the first."""


@dataclass(frozen=True, slots=True)
class Event:
    """A batch as it stands in the log.

    `request` is the digest of what was asked, `content` of what is stored (the columns of the
    block), `body` and `result` are canonical JSON, `recorded` is the clock's time when it was
    written, which nothing rests on.
    """

    sequence: int
    key: str | None
    request: str
    body: str
    block: bytes = field(repr=False)
    content: str
    result: str
    recorded: str
    previous: str
    digest: str

    def columns(self) -> tuple[Any, ...]:
        """Return the fields in the order of the table."""
        return (
            *(self.sequence, self.key, self.request, self.body, self.block),
            *(self.content, self.result, self.recorded, self.previous, self.digest),
        )

    def entries(self) -> list[Entry]:
        """Return the entries; raise LedgerError where body or block are not what was hashed.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        columns = unpack(self.block)
        if block_digest(columns) != self.content:
            raise LedgerError(problem("ledger-block", f"event {self.sequence}"))
        try:
            found = [Entry(dict(body), {}) for body in json.loads(self.body)["steps"]]
            for name, column in columns.items():
                step, _, rest = name.partition(".")
                if not rest.startswith("taken."):
                    found[int(step)].columns[rest] = column
        except (ValueError, KeyError, TypeError, IndexError):
            raise LedgerError(problem("ledger-event", f"event {self.sequence}")) from None
        return found

    def says(self, outcome: Outcome, entries: Sequence[Entry]) -> bool:
        """Tell whether doing the entries again came out as the event has it."""
        content = block_digest(_joined(entries, outcome.taken))
        result = canonical(outcome.as_result()).decode()
        return (content, result) == (self.content, self.result)

    def expected_digest(self) -> str:
        """Return the digest that its other fields give.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        return fingerprint(
            {
                "sequence": self.sequence,
                "key": self.key,
                "request": self.request,
                "body": self.body,
                "content": self.content,
                "result": self.result,
                "recorded": self.recorded,
                "previous": self.previous,
            }
        )


def request_digest(entries: Sequence[Entry]) -> str:
    """Return the digest of what a batch asks, which a retry with the same key must have.

    >>> request_digest([Entry({"do": "record"})]) == request_digest([Entry({"do": "record"})])
    True
    """
    return fingerprint([_bodies(entries), block_digest(_joined(entries, {}))])


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a batch beside its entries: key, digest of what was asked, clock."""

    key: str | None
    request: str
    recorded: str


def event_of(
    entries: Sequence[Entry], outcome: Outcome, after: tuple[int, str], about: About
) -> Event:
    """Return the event of a batch that follows the event with sequence and digest `after`.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    columns = _joined(entries, outcome.taken)
    draft = Event(
        sequence=after[0] + 1,
        key=about.key,
        request=about.request,
        body=canonical(_bodies(entries)).decode(),
        block=pack(columns),
        content=block_digest(columns),
        result=canonical(outcome.as_result()).decode(),
        recorded=about.recorded,
        previous=after[1],
        digest="",
    )
    return replace(draft, digest=draft.expected_digest())


def _bodies(entries: Sequence[Entry]) -> dict[str, Any]:
    return {"steps": [entry.body for entry in entries]}


def _joined(entries: Sequence[Entry], taken: dict[int, Columns]) -> Columns:
    """Return the columns of all entries under names that begin with the step's number."""
    return {
        f"{step}.{name}": column
        for step, entry in enumerate(entries)
        for name, column in (entry.columns | taken.get(step, {})).items()
    }
