"""Does each rule notice when it is broken? Examples are run, then every slip must be noticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.errors import problem
from pcf.rules.examples import example_problems, example_values
from pcf.rules.mutants import mutants_of
from pcf.rules.values import LIMIT
from pcf.rules.verdicts import verdict_on

if TYPE_CHECKING:
    from pcf.errors import Problem
    from pcf.rules.mutants import Mutant
    from pcf.rules.values import Pack, Rule
    from pcf.text import Language

MOST_EQUIVALENT = 0.02
"""The greatest share of mutants that may be listed as equivalent."""


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """What the check found of one rule: how many mutants there are, which nobody noticed."""

    rule: Rule
    mutants: tuple[str, ...] = field(repr=False)
    unnoticed: tuple[str, ...] = ()
    equivalent: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether examples agree, none is lacking, and every mutant is noticed or proved equal."""
        return not self.unnoticed and not self.problems


@dataclass(frozen=True, slots=True)
class PackCheck:
    """What the check found of a pack's own rules."""

    pack: Pack
    rules: tuple[RuleCheck, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def mutants(self) -> int:
        """How many mutants were tried."""
        return sum(len(each.mutants) for each in self.rules)

    @property
    def unnoticed(self) -> int:
        """How many no example noticed and no proof covers."""
        return sum(len(each.unnoticed) for each in self.rules)

    @property
    def equivalent(self) -> int:
        """How many a proof says cannot be told apart."""
        return sum(len(each.equivalent) for each in self.rules)

    @property
    def holds(self) -> bool:
        """Whether every rule notices being broken."""
        return not self.problems and all(each.holds for each in self.rules)

    def says(self, language: Language = "en", *, listing: bool = False) -> str:
        """Return the list of rules; with `listing` also every mutant and how it fared.

        No example: `pcf rules check` prints it.
        """
        heads = _HEADS[language]
        rows: list[list[str | float | None]] = [
            [
                each.rule.id,
                each.rule.name,
                len(each.rule.examples),
                len(each.mutants),
                len(each.equivalent),
                len(each.unnoticed),
            ]
            for each in self.rules
        ]
        parts = [f"{self.pack.name}", charts.text_table(heads, rows, align="llrrrr")]
        told = [each.says(language) for one in self.rules for each in one.problems]
        told += [each.says(language) for each in self.problems]
        for one in self.rules:
            told += [
                f"{one.rule.id}: {_UNNOTICED.says(language)}: {each}" for each in one.unnoticed
            ]
        told += [
            f"{each.rule}: {_EQUAL.says(language)}: {each.mutant} – {each.proof}"
            for each in self.pack.equivalents
        ]
        if listing:
            parts += [_listing(each, language) for each in self.rules]
        facts = {
            "rules": str(len(self.rules)),
            "mutants": str(self.mutants),
            "equivalent": str(self.equivalent),
            "unnoticed": str(self.unnoticed),
        }
        return "\n".join([*parts, *told, text.says("pack-checked", facts, language)])

    def as_dict(self) -> dict[str, object]:
        """Return the check as plain JSON values.

        No example: `pcf rules check --format json` prints it.
        """
        return {
            "pack": self.pack.id,
            "edition": self.pack.edition,
            "holds": self.holds,
            "mutants": self.mutants,
            "equivalent": self.equivalent,
            "unnoticed": self.unnoticed,
            "problems": [each.says("en") for each in self.problems],
            "rules": [
                {
                    "rule": each.rule.id,
                    "examples": len(each.rule.examples),
                    "mutants": list(each.mutants),
                    "equivalent": list(each.equivalent),
                    "unnoticed": list(each.unnoticed),
                    "problems": [one.says("en") for one in each.problems],
                }
                for each in self.rules
            ],
        }


_HEADS = {
    "en": ["rule", "name", "examples", "mutants", "equivalent", "unnoticed"],
    "zh": ["规则", "名称", "示例", "变异", "等价", "未察觉"],
}
_UNNOTICED = text.Name("no example notices", "没有示例能察觉")
_NOTICED = text.Name("noticed", "已察觉")
_EQUAL = text.Name("equivalent, proved in the pack", "等价，规则包中有证明")


def check(pack: Pack) -> PackCheck:
    """Run the examples of a pack's own rules and break each rule on purpose.

    The rules of the packs that it extends are checked there. Limits are those of the edition; a
    profile's do not count.
    No example: tests check a small pack.
    """
    own = [rule for rule in pack.rules if rule.pack == pack.id]
    found = tuple(check_rule(rule, pack) for rule in own)
    mutants = {each.rule.id: each.mutants for each in found}
    problems = [
        problem(
            "equivalent-unknown", f"{pack.id}/pack.toml", (), rule=each.rule, mutant=each.mutant
        )
        for each in pack.equivalents
        if each.rule in mutants and each.mutant not in mutants[each.rule]
    ]
    total = sum(map(len, mutants.values()))
    equal = sum(len(each.equivalent) for each in found)
    if equal > MOST_EQUIVALENT * total:
        problems.append(problem("equivalent-many", pack.id, (), count=equal, mutants=total))
    return PackCheck(pack, found, tuple(problems))


def check_rule(rule: Rule, pack: Pack) -> RuleCheck:
    """Run the examples of one rule and its mutants.

    No example: `check` runs it.
    """
    problems = list(example_problems(rule, pack.kinds, pack.numbers))
    mutants = mutants_of(rule, pack.kinds, pack.numbers)
    names = tuple(each.name for each in mutants)
    silent = [each.name for each in mutants if not is_noticed(each, rule, pack)]
    proved = {each.mutant for each in pack.equivalents if each.rule == rule.id and each.proof}
    problems += [
        problem("equivalent-noticed", rule.where, (), rule=rule.id, mutant=name)
        for name in names
        if name in proved and name not in silent
    ]
    return RuleCheck(
        rule,
        names,
        tuple(name for name in silent if name not in proved),
        tuple(name for name in silent if name in proved),
        tuple(problems),
    )


def is_noticed(mutant: Mutant, rule: Rule, pack: Pack) -> bool:
    """Return whether an example of a rule has another verdict under a mutant of it.

    No example: `check` runs it.
    """
    for example in rule.examples:
        values = example_values(rule, example, pack.kinds, pack.numbers)
        if mutant.limit is not None:
            values[f"{LIMIT}{mutant.limit.name}"] = (mutant.limit.value, mutant.limit.unit)
        if mutant.forgotten:
            values[mutant.forgotten] = pack.kinds[mutant.forgotten].plain(None)
        if verdict_on(mutant.rule, values) != example.verdict:
            return True
    return False


def _listing(check: RuleCheck, language: Language) -> str:
    rows = []
    for name in check.mutants:
        fate = _UNNOTICED if name in check.unnoticed else _NOTICED
        fate = _EQUAL if name in check.equivalent else fate
        rows.append(f"{check.rule.id}  {name}  – {fate.says(language)}")
    return "\n".join(rows)
