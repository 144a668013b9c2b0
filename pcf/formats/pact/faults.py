"""What can be wrong with a PACT footprint, and how badly.

A refused fault leaves no number that could be used; a weighed one is a finding for the reader. A
writer refuses both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pcf.errors import Problem, Where
from pcf.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSED = frozenset(
    {
        "pact-missing", "pact-type", "pact-number", "pact-sign", "pact-word", "pact-time",
        "pact-period", "pact-uuid", "pact-empty", "pact-version", "pact-geography", "pact-place",
        "pact-assessment",
    }
)  # fmt: skip
"""Codes of faults that a lenient reader refuses too."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at a path such as 'pcf.fossilGhgEmissions'."""

    code: str
    path: str
    facts: tuple[tuple[str, str], ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def grade(self) -> Literal["refused", "weighed"]:
        """Whether the footprint cannot be used, or must be weighed."""
        return "refused" if self.code in REFUSED else "weighed"


def fault(code: str, path: str, candidates: Iterable[str] = (), **facts: object) -> Fault:
    """Build a `Fault`; every fact becomes short text.

    >>> fault("pact-sign", "pcf.fossilGhgEmissions", value="-1", sign=">=0").grade
    'refused'
    """
    told = tuple((key, str(value)[:80]) for key, value in facts.items())
    return Fault(code, path, told, tuple(candidates))


def problems(faults: Iterable[Fault], file: str) -> list[Problem]:
    """Return faults as problems of a file.

    >>> [each.code for each in problems([fault("pact-missing", "id", field="id")], "a.json")]
    ['pact-missing']
    """
    return [
        Problem(each.code, Where(file=file, item=each.path), each.candidates, dict(each.facts))
        for each in faults
    ]


def findings(faults: Iterable[Fault], file: str) -> tuple[Finding, ...]:
    """Return faults as findings of a file.

    >>> [each.code for each in findings([fault("pact-not-utc", "created", value="x")], "a.json")]
    ['pact-not-utc']
    """
    return tuple(
        Finding(each.code, Where(file=file, item=each.path), dict(each.facts)) for each in faults
    )
