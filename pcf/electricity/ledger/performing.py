"""What does an entry do? Each kind of entry to the rule that judges and does it, in any book."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pcf.electricity.ledger.claiming import Restatement, claim, void
from pcf.electricity.ledger.moving import cancel, prepare, shift, transfer
from pcf.electricity.ledger.recording import record
from pcf.electricity.ledger.shapes import has_shape
from pcf.electricity.ledger.states import VERBS
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.electricity.ledger.book import Book
    from pcf.electricity.ledger.entries import Columns, Entry
    from pcf.electricity.ledger.log import Event


# What Python raises where a field of an entry is missing or of another kind.
_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch did beyond what it asked: ranges that amounts took, claims that fell."""

    taken: dict[int, Columns] = field(default_factory=dict, hash=False)
    restatements: tuple[Restatement, ...] = ()

    def as_result(self) -> list[dict[str, Any]]:
        """Return the claims that fell, as JSON has them."""
        return [asdict(each) for each in self.restatements]


def perform(book: Book, entries: Iterable[Entry], sequence: int) -> Outcome:
    """Do the entries of the event `sequence` in their order; raise LedgerError at the first fault.

    What was done before the fault stays in the book: a batch that fails is the caller's to undo.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    taken: dict[int, Columns] = {}
    restatements: list[Restatement] = []
    for step, entry in enumerate(entries):
        do = entry.body["do"]
        if do == "open" and (sequence, step) == (1, 0):
            continue
        if do == "record":
            record(book, entry)
        elif do == "transfer":
            transfer(book, entry)
        elif do == "cancel":
            cancel(book, entry)
        elif do == "claim":
            claim(book, entry, (sequence, step))
        elif do in VERBS:
            columns, ranges, change = prepare(book, entry)
            if columns:
                taken[step] = columns
            if do == "withdraw":
                restatements += void(book, ranges, sequence, change)
            else:
                shift(book, ranges, change)
        else:
            raise LedgerError(problem("ledger-step", "", (), kind=do))
    return Outcome(taken, tuple(restatements))


def perform_again(book: Book, event: Event) -> Outcome:
    """Do the entries of an event that came from a log, whoever wrote it.

    Raises LedgerError where it breaks a rule, cannot be read, or comes out otherwise than it says.

    No example: `pcf.electricity.ledger.replay` runs it.
    """
    entries = event.entries()
    if not all(has_shape(entry) for entry in entries):
        raise LedgerError(problem("ledger-event", f"event {event.sequence}"))
    try:
        outcome = perform(book, entries, event.sequence)
    except _UNREADABLE:
        raise LedgerError(problem("ledger-event", f"event {event.sequence}")) from None
    if not event.says(outcome, entries):
        raise LedgerError(problem("ledger-replay", f"event {event.sequence}"))
    return outcome


def restatements_in(result: str) -> tuple[Restatement, ...]:
    """Return the claims that fell, from the result in the log.

    >>> restatements_in("[]")
    ()
    """
    return tuple(
        Restatement(
            claim=row["claim"],
            beneficiary=row["beneficiary"],
            energy=row["energy"],
            footprints=tuple(row["footprints"]),
            products=tuple(row["products"]),
            lines=tuple(row["lines"]),
        )
        for row in json.loads(result)
    )
