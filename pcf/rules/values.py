"""What do rules speak of, and what is a pack? Frozen values: facts, rules, packs, profiles.

A fact is what a rule may read of a study; unknown is None. A rule is a condition on facts with its
clause, its sentences and its examples; a pack is an edition of rules with the numbers they use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

from pcf.errors import RuleError, Where, problem
from pcf.text import Name, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.rules.facts import LedgerEvidence
    from pcf.rules.opinion import Opinion
    from pcf.study import Study

Kind = Literal["truth", "number", "word", "words", "date"]
"""How a fact looks: yes or no, a number with a unit, one or several words of a list, a day."""
Force = Literal["shall", "should", "may"]
Known = Literal["read", "abstract", "recalled", "proposal"]
"""How surely a clause is known: read in its document, in an abstract, recalled, proposed by us."""
Verdict = Literal["satisfied", "violated", "not applicable", "cannot tell"]
Topic = Literal[
    "unit",
    "boundary",
    "cut-off",
    "primary data",
    "period",
    "data age",
    "quality",
    "allocation",
    "electricity",
    "by-products",
    "lines",
    "balances",
    "plausibility",
    "reporting",
    "comparison",
    "review",
]

KINDS: tuple[Kind, ...] = get_args(Kind)
FORCES: tuple[Force, ...] = get_args(Force)
KNOWN: tuple[Known, ...] = get_args(Known)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
TOPICS: tuple[Topic, ...] = get_args(Topic)

FactValue = bool | float | str | frozenset[str] | None
"""A truth, a number in the unit of its kind, a word or a day (ISO text), words; None is unknown."""

LIMIT = "limit."
"""What stands before the name of a pack's number in a condition: `limit.cutoff_single`."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class FactKind:
    """A fact that rules may speak of: its name, how it looks, what it asks, where it comes from.

    `unit` is that of a number, '1' for a share or a count; `words` is the closed list of a word or
    words. A `stated` fact may be answered in the study's `statements.csv`, with evidence; every
    other one is computed, and `doc` says how.

    >>> share = FactKind("excluded.share", "number", unit="1")
    >>> share.plain(0.05), share.plain(None)
    ((0.05, '1'), (None, '1'))
    """

    name: str
    kind: Kind
    unit: str = "1"
    words: Mapping[str, Name] = field(default_factory=dict, hash=False)
    question: Name = Name()
    doc: Name = Name()
    stated: bool = False

    def fits(self, value: object) -> bool:
        """Return whether a value is one of this kind; the unknown is one of every kind.

        >>> FactKind("data.end", "date").fits("2026-02-30")
        False
        """
        if value is None:
            return True
        if self.kind == "truth":
            return isinstance(value, bool)
        if self.kind == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "words":
            return isinstance(value, frozenset) and value <= self.words.keys()
        if not isinstance(value, str):
            return False
        return is_day(value) if self.kind == "date" else value in self.words

    def plain(self, value: FactValue) -> object:
        """Return a value as conditions read it; an unknown number still has its unit."""
        return (value, self.unit) if self.kind == "number" else value


def is_day(text: str) -> bool:
    """Return whether a text is a day that there is, written YYYY-MM-DD.

    >>> is_day("2024-02-29"), is_day("2026-02-29"), is_day("20240229")
    (True, False, False)
    """
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Driver:
    """A datum that moves a computed number.

    `effect` is the fact's derivative by the datum times the datum's value, in the fact's unit: 1 %
    more of the datum moves the fact by 0.01 x effect. `spread` is the datum's own standard
    deviation relative to its value, None where none is stated.
    """

    name: str
    effect: float
    spread: float | None = None
    where: Where = Where()


@dataclass(frozen=True, slots=True)
class Fact:
    """What is so in one study: a value of a kind, where that stands, and how it was found.

    `evidence` are the places in the study; `how` is the arithmetic in words; `drivers` are the
    data that move a computed number most (see `pcf.rules.drivers.drivers_of`).
    """

    kind: FactKind
    value: FactValue = None
    evidence: tuple[Where, ...] = ()
    how: Name = Name()
    drivers: tuple[Driver, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a value that is not of the kind: a fault of the code that found it."""
        if not self.kind.fits(self.value):
            message = f"{self.kind.name} is a {self.kind.kind} and cannot be {self.value!r}"
            raise TypeError(message)

    @property
    def name(self) -> str:
        """The name of its kind."""
        return self.kind.name


@dataclass(frozen=True, slots=True)
class Facts:
    """Every fact of the vocabulary for one study, by name; what nobody found is unknown.

    >>> kinds = {"a": FactKind("a", "truth"), "b": FactKind("b", "number", unit="year")}
    >>> facts = facts_from(kinds, {"a": True})
    >>> facts.values(), facts["b"].value is None
    ({'a': True, 'b': (None, 'year')}, True)
    """

    found: Mapping[str, Fact] = field(hash=False)

    def __getitem__(self, name: str) -> Fact:
        """Return the fact of a name."""
        return self.found[name]

    def __contains__(self, name: object) -> bool:
        """Return whether the vocabulary has a name."""
        return name in self.found

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(self.found)

    def __len__(self) -> int:
        """Return how many facts there are, unknown ones included."""
        return len(self.found)

    def __repr__(self) -> str:
        """Return how many facts there are and how many of them are unknown."""
        unknown = sum(fact.value is None for fact in self.found.values())
        return f"Facts({len(self)} facts, {unknown} unknown)"

    def values(self) -> dict[str, object]:
        """Return what `pcf.expressions.judge` reads: the plain values by name."""
        return {name: fact.kind.plain(fact.value) for name, fact in self.found.items()}

    def changed(self, values: Mapping[str, FactValue]) -> Facts:
        """Return the facts with other values, whose evidence is then gone."""
        new = {name: Fact(self.found[name].kind, value) for name, value in values.items()}
        return Facts({**self.found, **new})


def facts_from(kinds: Mapping[str, FactKind], found: Mapping[str, Fact | FactValue]) -> Facts:
    """Return facts over a vocabulary from values or facts by name; the others are unknown.

    Raises KeyError for a name that the vocabulary does not have.

    >>> facts_from({"a": FactKind("a", "truth")}, {})["a"].value is None
    True
    """
    given = {
        name: each if isinstance(each, Fact) else Fact(kinds[name], each)
        for name, each in found.items()
    }
    strange = given.keys() - kinds.keys()
    if strange:
        raise KeyError(*sorted(strange))
    return Facts({name: given.get(name, Fact(kind)) for name, kind in kinds.items()})


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a rule comes from, and how surely that is known; never a quotation that was not read.

    >>> str(Clause("GB/T 44905-2024", "6.3.2", "recalled"))
    'GB/T 44905-2024, 6.3.2'
    """

    document: str
    section: str = ""
    known: Known = "proposal"
    note: Name = Name()

    def __str__(self) -> str:
        """Return document and section."""
        return ", ".join(part for part in (self.document, self.section) if part)

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON values."""
        note = {"en": self.note.en, "zh": self.note.zh}
        return {
            "document": self.document,
            "section": self.section,
            "known": self.known,
            "note": note,
        }


@dataclass(frozen=True, slots=True)
class Example:
    """Facts and the verdict that a rule must give on them.

    `facts` are all values that are known; those not named are unknown. `boundary` marks the exact
    value at which the verdict turns.
    """

    title: Name
    verdict: Verdict
    facts: Mapping[str, FactValue] = field(default_factory=dict, hash=False)
    boundary: bool = False
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand of a category: when it applies, what it requires, what it says, how to cure it.

    `applies` and `requires` are conditions of `pcf.expressions.judge` on facts and on
    `limit.<number of the pack>`. `entails` are ids of rules that break with it. `presence` marks a
    rule that only tests that a text is there. `used` are the facts that it names.
    """

    id: str
    name: str
    topic: Topic
    force: Force
    clause: Clause
    requires: str
    says: Name
    remedy: Name
    applies: str = "True"
    entails: tuple[str, ...] = ()
    presence: bool = False
    examples: tuple[Example, ...] = field(default=(), repr=False)
    facts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    pack: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A limit that rules use by name, so that a profile can set another one.

    `written` is the value as its file spells it, for the last written place.
    """

    name: str
    value: float
    unit: str = "1"
    says: Name = Name()
    source: str = ""
    written: str = ""


MATERIALITY = Number("materiality", 0.05, written="0.05")
"""The share of the total above which misstatements are material; a profile may set another."""


@dataclass(frozen=True, slots=True)
class Role:
    """A process that the category has: one of `processes`, or a maker of one of `made`.

    It is covered as well where one of `made` or `within` is bought from cradle to gate: `within`
    are products that it stands behind. `primary` asks for own data wherever the study has it as a
    process of its own. `mandatory` is a condition on facts: 'True' for always, 'False' for never.
    """

    id: str
    name: Name
    made: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    mandatory: str = "True"
    within: tuple[str, ...] = ()
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant of a rule that no example can tell apart from it, with the proof."""

    rule: str
    mutant: str
    proof: str


@dataclass(frozen=True, slots=True)
class Standard:
    """The document that a pack follows, and how much of it was read."""

    number: str
    title: Name = Name()
    status: str = ""
    read: str = ""
    note: Name = Name()
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A buyer's or a programme's own limits: numbers that take the place of a pack's, no more."""

    id: str
    title: Name = Name()
    numbers: Mapping[str, Number] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Pack:
    """An edition of a category's rules, those of the packs that it extends included.

    `rules` stand in order, the extended packs' first; `numbers` are the limits in force, a
    profile's in the place of the pack's; `roles` are the category's processes; `extends` are the
    packs included, as 'id edition'. A `draft` may still change.
    """

    id: str
    edition: str
    title: Name
    rules: tuple[Rule, ...] = field(repr=False)
    numbers: Mapping[str, Number] = field(repr=False, hash=False)
    kinds: Mapping[str, FactKind] = field(repr=False, hash=False)
    roles: tuple[Role, ...] = field(default=(), repr=False)
    standards: tuple[Standard, ...] = field(default=(), repr=False)
    extends: tuple[str, ...] = ()
    equivalents: tuple[Equivalent, ...] = field(default=(), repr=False)
    published: str = ""
    follows: str = ""
    draft: bool = True
    fingerprint: str = ""
    profile: Profile | None = None
    folder: Path | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Return id, edition and profile, as an opinion names the pack."""
        upon = "" if self.profile is None else f" + {self.profile.id}"
        return f"{self.id} {self.edition}{upon}"

    def rule(self, id: str) -> Rule:  # noqa: A002 - the word users write
        """Return the rule of an id or a name; raise RuleError with the nearest."""
        for each in self.rules:
            if id in (each.id, each.name):
                return each
        known = [name for each in self.rules for name in (each.id, each.name)]
        raise RuleError(problem("rule-unknown", self.name, nearest(id, known), rule=id[:60]))

    @property
    def limits(self) -> dict[str, object]:
        """The numbers as conditions read them, by `limit.<name>`."""
        return {f"{LIMIT}{name}": (each.value, each.unit) for name, each in self.numbers.items()}

    def with_number(self, name: str, value: float) -> Pack:
        """Return the pack with another value of one number."""
        changed = replace(self.numbers[name], value=value)
        return replace(self, numbers={**self.numbers, name: changed})

    def judge(
        self,
        study: Study,
        footprint: Footprint,
        *,
        background: Background | None = None,
        evidence: LedgerEvidence | None = None,
    ) -> Opinion:
        """Return the opinion on a study and its footprint.

        `background` gives facts on the providers; `evidence` is what a ledger says of certificates
        (see `pcf.rules.facts`). What cannot be told from them is 'cannot tell', never satisfied.
        """
        from pcf.rules.judging import judge_study  # noqa: PLC0415 - it reads this value

        return judge_study(self, study, footprint, background=background, evidence=evidence)
