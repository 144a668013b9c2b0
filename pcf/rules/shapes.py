"""What may stand in the files of a pack? Their shapes, guarded key by key."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotation
from typing import Any

from pydantic import Field, StrictFloat

from pcf.study.settings import Shape, Words


class PackFile(Shape):
    """`pack.toml`."""

    id: str
    title: Words
    also: list[str] = Field(default_factory=list)
    extends: list[str] = Field(default_factory=list)
    standard: list[dict[str, Any]] | dict[str, Any] = Field(default_factory=dict)
    numbers: dict[str, Any] = Field(default_factory=dict)
    process: list[dict[str, Any]] = Field(default_factory=list)
    equivalent: list[dict[str, Any]] = Field(default_factory=list)


class StandardOf(Shape):
    """`[standard]` of a pack."""

    number: str
    title: Words = Words()
    status: str = ""
    read: str = ""
    note: str | Words = ""


class NumberOf(Shape):
    """A number of a pack, an edition or a profile."""

    value: StrictFloat
    unit: str = ""
    says: str | Words = ""
    source: str = ""


class ProcessOf(Shape):
    """`[[process]]` of a pack: a role."""

    id: str
    name: str | Words = ""
    made: list[str] = Field(default_factory=list)
    processes: list[str] = Field(default_factory=list)
    mandatory: bool | str = True
    within: list[str] = Field(default_factory=list)
    primary: bool = False


class EquivalentOf(Shape):
    """`[[equivalent]]` of a pack."""

    rule: str
    mutant: str
    proof: str


class EditionFile(Shape):
    """`editions/<edition>.toml`; without `rules` an edition is a draft of all rules there are."""

    edition: str
    published: str | date = ""
    follows: str = ""
    rules: list[str] | None = None
    extends: dict[str, str] = Field(default_factory=dict)
    numbers: dict[str, Any] = Field(default_factory=dict)


class ProfileFile(Shape):
    """A profile of a buyer or a programme."""

    id: str
    title: str | Words = ""
    numbers: dict[str, Any] = Field(default_factory=dict)


class ClauseOf(Shape):
    """`clause` of a rule."""

    document: str
    section: str = ""
    known: str = "proposal"
    note: str | Words = ""


class RuleFile(Shape):
    """`rules/<name>.toml`."""

    id: str
    name: str
    topic: str
    force: str
    clause: dict[str, Any]
    requires: str
    says: Words
    remedy: Words
    applies: str = "True"
    entails: list[str] = Field(default_factory=list)
    presence: bool = False
    facts: dict[str, Any] = Field(default_factory=dict)
    example: list[dict[str, Any]] = Field(default_factory=list)


class ExampleOf(Shape):
    """`[[example]]` of a rule."""

    verdict: str
    title: str | Words = ""
    facts: dict[str, Any] | None = None
    change: dict[str, Any] = Field(default_factory=dict)
    forget: list[str] = Field(default_factory=list)
    boundary: bool = False
