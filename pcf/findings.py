"""Findings: what is not wrong but a user must weigh, said in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from pcf import text
from pcf.errors import Where


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a reader of the result must weigh.

    `code` is a message of the catalogue, `where` the place in the study or the system it speaks
    of, `facts` what fills the message.

    >>> Finding("total-zero").says("en")
    'The total is exactly zero.'
    """

    code: str
    where: Where = Where()
    facts: dict[str, str] = field(default_factory=dict, hash=False)

    def says(self, language: text.Language = "en") -> str:
        """Return the finding as text."""
        colon = {"en": ": ", "zh": "："}[language]
        place = f"{self.where.says(language)}{colon}" if str(self.where) else ""
        return place + text.says(self.code, self.facts, language)

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def remedy(self, language: text.Language = "en") -> str:
        """Return what could be done about it."""
        return text.cure(self.code, self.facts, language)


def finding(code: str, where: Where | str = "", **facts: object) -> Finding:
    """Build a `Finding`; every fact becomes text; a `where` that is text names an item."""
    place = where if isinstance(where, Where) else Where(item=where)
    return Finding(code, place, {key: str(fact) for key, fact in facts.items()})
