"""What is given to a published method that a study calls? One line for each of its needs.

The lines of one call share their id. What a call makes, the exchanges of a field or of a furnace,
becomes rows of activity data in `pcf.study.calling`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.errors import Where
from pcf.study.values import Evidence

if TYPE_CHECKING:
    from pcf.model.amounts import Confidence


@dataclass(frozen=True, slots=True)
class CallRow:
    """What one need of a method is given: a number in `unit`, a word, or what another call found.

    `formula` computes the number over the study's parameters. `taken` is the id of another call:
    `value` then names the quantity of it that is meant, and is empty for the whole of it. `process`
    is the process whose reference amount the method's exchanges are for; `stage` and `alternative`
    are theirs. All rows of a call name the same method, process, stage and alternative.
    """

    id: str
    process: str
    method: str
    need: str
    value: str = ""
    unit: str = ""
    formula: str = ""
    taken: str = ""
    stage: str = ""
    confidence: Confidence | None = None
    evidence: Evidence = Evidence()
    source: str = ""
    locator: str = ""
    alternative: str = ""
    note: str = ""
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)
