"""What may rules know of a study? Facts: documented functions of a study and its footprint.

One module a topic; `gathering` collects them, `case` is what they are functions of, `stated` reads
what a study says of itself. The vocabulary (`pcf/rules/vocabulary.toml`) says what each fact asks.
"""

from pcf.rules.facts.case import LedgerEvidence
from pcf.rules.facts.gathering import COMPUTED, facts_of
from pcf.rules.facts.stated import statement_problems

__all__ = ["COMPUTED", "LedgerEvidence", "facts_of", "statement_problems"]
