"""Does it add up, and can a third party see that? The log done again, and every invariant counted.

`audit` reads the log and does each event again in memory, compares what comes out with the tables,
and counts invariants I1 to I11 on them. Over several ledgers, exports and statements together it
shows that no watt-hour of a certificate, and none of a consumption, is claimed twice among them;
beyond them it can only quote the registry's cancellation records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pcf import text
from pcf.electricity.ledger.across import Used, clashes, used_by_book, used_by_statement
from pcf.electricity.ledger.checks import (
    CHECKS,
    Everything,
    Tally,
    check_claims,
    check_lots,
    check_rest,
)
from pcf.electricity.ledger.comparing import differences
from pcf.electricity.ledger.export import read_log
from pcf.electricity.ledger.log import START, Event
from pcf.electricity.ledger.memory import MemoryBook
from pcf.electricity.ledger.performing import perform_again
from pcf.electricity.ledger.proving import held_against, is_proof
from pcf.electricity.ledger.storage import events, head_of, identity_in
from pcf.errors import PcfError, Problem, Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.electricity.ledger.ledger import Ledger
    from pcf.electricity.ledger.tables import TableBook


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant, what it says, how many things were counted, and what breaks it."""

    id: str
    name: text.Name
    counted: int
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing breaks it."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: its checks, the heads of the ledgers, the registry's records behind.

    `heads` are (ledger, digest of its head); `records` the numbers of cancellation records that
    claims rest on; `null_power` the watt-hours, by device, whose attributes left their owner: where
    they are used they count by the residual factor.
    """

    checks: tuple[Check, ...]
    heads: tuple[tuple[str, str], ...]
    records: tuple[str, ...]
    null_power: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether every check holds."""
        return all(check.ok for check in self.checks)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found, in the order of the checks."""
        return tuple(each for check in self.checks for each in check.problems)

    def says(self, language: text.Language = "en") -> str:
        """Return the audit as text: each check, then what it means and what it cannot say.

        No example: that of `pcf.electricity.ledger.Ledger` runs it.
        """
        rows = []
        for check in self.checks:
            mark = {True: "ok", False: "!!"}[check.ok]
            rows.append(f"{mark}  {check.id:<4} {check.name.says(language)} ({check.counted:,})")
            rows += [f"        {each.says(language)}" for each in check.problems]
        code = "audit-unique" if self.ok else "audit-not-unique"
        facts = {
            "count": str(len(self.heads)),
            "records": text.listed(self.records) or "-",
            "found": str(len(self.problems)),
        }
        return "\n".join(
            [*rows, text.says(code, facts, language), text.cure(code, facts, language)]
        )

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")


def audit(ledger: Ledger, *others: Ledger | Path | Mapping[str, object]) -> Audit:
    """Return the audit of a ledger, with others beside it; see `Ledger.audit`.

    >>> import tempfile
    >>> from pcf.electricity.ledger import open_ledger
    >>> with tempfile.TemporaryDirectory() as folder, open_ledger(f"{folder}/a.db") as ledger:
    ...     [check.id for check in audit(ledger).checks][-3:]
    ['I10', 'I11', 'all']
    """
    tallies: dict[str, Tally] = {}
    used = [_of_ledger(ledger, tallies, alone=not others)]
    proofs = [each for each in others if isinstance(each, Mapping) and is_proof(each)]
    for other in others:
        if isinstance(other, Mapping) and is_proof(other):
            continue
        if isinstance(other, Path):
            used.append(_of_export(other, tallies))
        elif isinstance(other, Mapping):
            used.append(used_by_statement(other, tallies.setdefault("I11", Tally())))
        else:
            used.append(_of_ledger(other, tallies))
    elsewhere = held_against(proofs, used, tallies["I11"])
    tallies["all"] = clashes(used, elsewhere)
    checks = tuple(
        Check(name, says, tallies[name].counted, tuple(tallies[name].problems))
        for name, says in CHECKS.items()
        if name in tallies
    )
    null_power: dict[str, int] = {}
    for each in used:
        for device, energy in each.null_power.items():
            null_power[device] = null_power.get(device, 0) + energy
    heads = tuple(dict.fromkeys((each.ledger, each.head) for each in used))
    records = tuple(sorted({record for each in used for record in each.records}))
    return Audit(checks, heads, records, null_power)


def _of_ledger(ledger: Ledger, tallies: dict[str, Tally], *, alone: bool = False) -> Used:
    chain = tallies.setdefault("I11", Tally())
    with ledger.reading() as book:
        again = _again(events(book.database), ledger.name, chain)
        head = head_of(book.database)
        if (len(again.chain), again.chain[-1]) != head:
            told = {"sequence": len(again.chain)}
            chain.problems.append(problem("ledger-head", Where(file=ledger.name), (), **told))
        if again.complete:
            chain.problems += _differences(book, again.book, ledger.name)
    return _counted(again, tallies, alone=alone)


def _differences(book: TableBook, again: MemoryBook, name: str) -> list[Problem]:
    try:
        return differences(book, again, name)
    except PcfError as error:  # a table that cannot even be read as one
        return list(error.problems)


def _of_export(path: Path, tallies: dict[str, Tally]) -> Used:
    chain = tallies.setdefault("I11", Tally())
    try:
        again = _again(read_log(path), path.name, chain)
    except PcfError as error:
        chain.problems += error.problems
        return Used(path.name, "")
    return _counted(again, tallies, alone=False)


def _counted(again: _Again, tallies: dict[str, Tally], *, alone: bool) -> Used:
    """Count the invariants on what the log makes, with which the tables were compared.

    A log that breaks off makes nothing that could be counted on.
    """
    if not again.complete:
        return Used(again.ledger, "")
    all_ = Everything.of(again.book)
    check_lots(all_, tallies)
    check_claims(all_, tallies)
    null_power = check_rest(all_, tallies)
    used = used_by_book(all_, again.ledger, again.chain, alone=alone)
    used.null_power = null_power
    return used


@dataclass(slots=True)
class _Again:
    """The log done again as far as it goes: a book, the chain, and whether it went to the end."""

    book: MemoryBook = field(default_factory=MemoryBook)
    chain: list[str] = field(default_factory=list)
    ledger: str = ""
    complete: bool = True


def _again(log: Iterable[Event], name: str, chain: Tally) -> _Again:
    """Check the chain of events and do each again; faults go to `chain`."""
    again = _Again()
    for event in log:
        chain.counted += 1
        where = Where(file=name, item=f"event {event.sequence}")
        before = again.chain[-1] if again.chain else START
        follows = (event.sequence, event.previous) == (len(again.chain) + 1, before)
        if not follows or event.digest != event.expected_digest():
            chain.problems.append(problem("ledger-chain", where, (), sequence=event.sequence))
            again.complete = False
        again.chain.append(event.digest)
        if again.complete:
            again.complete = _redo(again, event, where, chain)
    return again


def _redo(again: _Again, event: Event, where: Where, chain: Tally) -> bool:
    try:
        perform_again(again.book, event)
        if event.sequence == 1:
            again.ledger = identity_in(event)
    except PcfError as error:
        chain.problems.append(problem("ledger-illegal", where, (), reason=error.problems[0].code))
        return False
    return True
