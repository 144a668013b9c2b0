"""What is a rule profile? Rules with their sources, over facts that are the same for all of them.

A certificate has no property 'eligible': the same one may serve under one profile and not under
another. Profiles are data, dated, and say of each rule how surely it is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pcf import text
from pcf.electricity.profiles.vocabulary import KNOWN, UNREAD, Known, Unit
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.findings import Finding

Parameter = bool | int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the `test` it asks with parameters, what it says, its source, how surely known.

    `optional` rules may be switched off by a study that says so; see `read_profile`.
    """

    test: str
    says: text.Name
    source: str
    locator: str = ""
    known: Known = "text"
    parameters: Mapping[str, Parameter] = field(default_factory=dict, hash=False)
    optional: bool = False

    def words(self, name: str) -> tuple[str, ...]:
        """Return a parameter that is a list of words."""
        return cast("tuple[str, ...]", self.parameters[name])

    def number(self, name: str) -> int:
        """Return a parameter that is a whole number."""
        return cast("int", self.parameters[name])

    def origin(self, language: text.Language = "en") -> str:
        """Return source, locator and how surely the rule is known, as one phrase."""
        known = KNOWN[self.known].says(language)
        comma = {"en": ", ", "zh": "，"}[language]
        return comma.join(part for part in (self.source, self.locator, known) if part)


@dataclass(frozen=True, slots=True)
class Profile:
    """A rule set in one edition: `rules` by test.

    `not_tested` are what the rule set asks and no test here does; `changes` what a study switched
    off or altered, which is part of the profile's `name`.
    """

    id: str
    edition: str
    status: str
    title: text.Name
    rules: Mapping[str, Rule] = field(hash=False)
    note: text.Name = text.Name()
    not_tested: tuple[text.Name, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its id, with what was changed; a treatment `market:<name>` shows it."""
        return f"{self.id} ({', '.join(self.changes)})" if self.changes else self.id

    @property
    def unit(self) -> Unit:
        """What production and consumption are compared by."""
        return cast("Unit", self.rules["period"].parameters["unit"])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be weighed: a draft, rules that could not be read, rules of our own reading."""
        found = []
        if self.status == "draft":
            found.append(finding("profile-draft", "", profile=self.id, edition=self.edition))
        for code, known in (("profile-unread", UNREAD), ("profile-ours", ("ours",))):
            rules = [each.test for each in self.rules.values() if each.known in known]
            if rules:
                facts = {"profile": self.id, "rules": text.listed(sorted(rules), most=20)}
                found.append(finding(code, "", **facts))
        if self.changes:
            facts = {"profile": self.id, "changes": ", ".join(self.changes)}
            found.append(finding("profile-changed", "", **facts))
        return tuple(found)
