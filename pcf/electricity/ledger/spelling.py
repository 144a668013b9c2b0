"""Is it recorded under another spelling? One meter, plant or series must not count as two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import Problem, problem

if TYPE_CHECKING:
    from pcf.electricity.ledger.book import Book
    from pcf.electricity.ledger.registers import Cells


def against_spelling(book: Book, register: str, key: Cells) -> list[Problem]:
    """Return a problem where a register has the key in another spelling: case, width or spaces.

    No example: `pcf.electricity.ledger.Ledger.record` refuses by it.
    """
    known = book.registers.spelt_otherwise(register, key)
    if known is None:
        return []
    return [spelt_twice(key, known)]


def spelt_twice(key: Cells, known: Cells) -> Problem:
    """Return the problem of two spellings of one name."""
    pairs = [(str(a), str(b)) for a, b in zip(key, known, strict=True) if a != b]
    given, recorded = pairs[0] if pairs else ("", "")
    return problem("ledger-spelt", given, (recorded,), given=given, known=recorded)
