"""What may a bundle say of a claim? Its serials, its consumption and the registry's own record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.digest import fingerprint
from pcf.electricity.ledger.moving import status_of
from pcf.electricity.ledger.segments import covered, joined
from pcf.electricity.ledger.sets import distinct
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from pcf.electricity.ledger.book import Book

KIND = "claim of certificates, 1"


def statement(book: Book, ledger: str, head: tuple[int, str], claim: str) -> dict[str, object]:
    """Return the statement of a claim, JSON with its own digest; positions and Wh are text.

    No example: `pcf.electricity.ledger.Ledger` shows it.
    """
    registers = book.registers
    number = registers["claim"].find(claim)
    if number is None or registers["voided"].find(number) is not None:
        raise LedgerError(problem("ledger-claim-unknown", claim, (), claim=claim))
    legs = book.legs(number)
    ranges, _ = joined(legs.lot, legs.low, legs.low + legs.energy)
    lots = book.lots(distinct(ranges.lot))
    place = np.searchsorted(lots.number, ranges.lot)
    series = [registers["issue"][issue][:2] for issue in lots.issue[place].tolist()]
    low = (lots.low[place] + ranges.low).tolist()
    high = (lots.low[place] + ranges.high).tolist()
    touched = covered(book.segments(lots.number), ranges)
    records = {status_of(book, each).cancellation for each in distinct(touched.status).tolist()}
    content: dict[str, Any] = {
        "kind": KIND,
        "ledger": ledger,
        "head": {"sequence": head[0], "digest": head[1]},
        "claim": registers.content("claim", number),
        "cancellations": [registers.content("cancellation", each) for each in sorted(records)],
        "ranges": [
            [*name, str(start), str(end)]
            for name, start, end in zip(series, low, high, strict=True)
        ],
        "consumption": _consumption(book, number),
    }
    return content | {"digest": fingerprint(content)}


def _consumption(book: Book, claim: int) -> list[list[object]]:
    """Return meter, line, product, start, end, metered and claimed Wh of each record."""
    legs = book.legs(claim)
    numbers, inverse = np.unique(legs.consumption, return_inverse=True)
    claimed = np.zeros(len(numbers), dtype=np.int64)
    np.add.at(claimed, inverse, legs.energy)
    uses = book.uses(numbers)
    return [
        [
            *book.registers["slice"][slice_][:5],
            *book.registers["span"][span],
            str(metered),
            str(covers),
        ]
        for slice_, span, metered, covers in zip(
            uses.slice.tolist(),
            uses.span.tolist(),
            uses.energy.tolist(),
            claimed.tolist(),
            strict=True,
        )
    ]
