"""Which certificate serves whose consumption, and can it be proved? The ledger of certificates.

The ledger mirrors the national registry, it does not replace it. `open_ledger` gives a `Ledger`;
`record` writes what happened, `commit` makes claims of a plan with the registry's cancellation
record, `audit` proves that nothing is counted twice, `export` and `replay` carry the ledger on.

Rooms within: `log` and `blocks` (what happened, as a chain), `performing` and what it calls
(`recording`, `moving`, `claiming`: what may happen), `tables` and `memory` (what follows from it),
`audit` (whether it does).
"""

from pcf.electricity.ledger.audit import Audit, Check
from pcf.electricity.ledger.claiming import Restatement
from pcf.electricity.ledger.entries import Move
from pcf.electricity.ledger.ledger import Ledger, Planned, Receipt, open_ledger
from pcf.electricity.ledger.matched import Matched
from pcf.electricity.ledger.replaying import replay
from pcf.electricity.ledger.standing import Standing
from pcf.electricity.ledger.views import ClaimRecord, Position

__all__ = [
    "Audit",
    "Check",
    "ClaimRecord",
    "Ledger",
    "Matched",
    "Move",
    "Planned",
    "Position",
    "Receipt",
    "Restatement",
    "Standing",
    "open_ledger",
    "replay",
]
