"""What is told of what was not matched? A sentence, its rule and source, and how much it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pcf import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.profiles import Rule


@dataclass(frozen=True, slots=True)
class Refusal:
    """Certificates that may not be used, or consumption that nothing covers, and why.

    `energy` are watt-hours in `count` rows that are refused for one reason; `rule` is the rule of
    the profile that fails, None where there is only too little to go round.
    """

    test: str
    code: str
    energy: int
    count: int
    rule: Rule | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)

    def says(self, language: text.Language = "en") -> str:
        """Return the sentence, what to do, and the rule with its source."""
        sentence = text.says(self.code, self.facts, language)
        rest = text.cure(self.code, self.facts, language)
        return f"{sentence} {rest} {self.because(language)}".strip()

    def because(self, language: text.Language = "en") -> str:
        """Return the rule that fails, with its source and how surely it is known."""
        if self.rule is None:
            return ""
        said, origin = self.rule.says.says(language), self.rule.origin(language)
        if language == "zh":
            return f"【依据：{said}（{origin}）】"
        return f"[Rule '{self.test}': {said} ({origin})]"


def kwh(energy: int) -> str:
    """Return watt-hours as kilowatt-hours, exactly.

    >>> kwh(1_234_500), kwh(1_000_000)
    ('1,234.5', '1,000')
    """
    return f"{Decimal(energy).scaleb(-3).normalize():,f}"


def named(first: str, count: int) -> str:
    """Return the first of some things, and how many more there are.

    >>> named("P1 3-4", 1), named("P1 3-4", 13)
    ('P1 3-4', 'P1 3-4 (+12)')
    """
    return first if count == 1 else f"{first} (+{count - 1})"
