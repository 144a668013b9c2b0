"""What does each rule say of a study, and why? Rules judged on facts, one judgement each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import text
from pcf.rules.sentences import filled, shown, shown_number
from pcf.rules.turning import turns_of
from pcf.rules.values import LIMIT
from pcf.rules.verdicts import enough_alone, missing_facts, verdict_and_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.errors import Problem
    from pcf.rules.facts import LedgerEvidence
    from pcf.rules.opinion import Opinion
    from pcf.rules.turning import Turn
    from pcf.rules.values import Clause, Fact, FactKind, Facts, Number, Pack, Rule, Verdict
    from pcf.study import Study
    from pcf.text import Language


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule says of a study: its verdict, on which facts and limits, and why.

    `missing` is a least set of unknown facts that would settle a 'cannot tell', `enough` are those
    of which one alone could; `faults` say why a condition could not be computed.
    """

    rule: Rule
    verdict: Verdict
    facts: tuple[Fact, ...] = field(repr=False)
    limits: tuple[Number, ...] = field(default=(), repr=False)
    missing: tuple[FactKind, ...] = ()
    enough: tuple[FactKind, ...] = ()
    faults: tuple[Problem, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        """Return the rule and the verdict on one line."""
        return f"Judgement({self.rule.id} {self.rule.name} [{self.rule.force}]: {self.verdict})"

    @property
    def clause(self) -> Clause:
        """Where the rule comes from."""
        return self.rule.clause

    @property
    def is_unmet(self) -> bool:
        """Whether a demand is not met: violated, or not to be told, and not a mere 'may'."""
        return self.verdict in ("violated", "cannot tell") and self.rule.force != "may"

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The data of which a better value would change the verdict, the nearest first."""
        return turns_of(self.rule, self.facts, self._values())

    def says(self, language: Language = "en") -> str:
        """Return the rule's sentence with the facts of the study."""
        return self._filled(self.rule.says, language)

    def remedy(self, language: Language = "en") -> str:
        """Return what cures it; of a 'cannot tell', which facts to find first."""
        cure = self._filled(self.rule.remedy, language)
        if not self.missing:
            return cure
        return f"{text.cure('rule-cannot-tell', {}, language)} {cure}"

    def reason(self, language: Language = "en") -> str:
        """Return why the verdict is what it is: the facts and their values, what is missing."""
        facts = {"facts": _joined(self._told(language), language)}
        code = _CODES[self.verdict]
        if self.verdict == "cannot tell":
            if self.faults:
                why = {"why": " ".join(each.says(language) for each in self.faults)}
                return text.says("rule-cannot-compute", {**facts, **why}, language)
            facts["missing"] = _joined((_asked(each, language) for each in self.missing), language)
        return text.says(code, facts, language)

    def as_dict(self) -> dict[str, object]:
        """Return the judgement as plain JSON values, in both languages.

        No example: an opinion's JSON holds it.
        """
        return {
            "rule": self.rule.id,
            "name": self.rule.name,
            "pack": self.rule.pack,
            "topic": self.rule.topic,
            "force": self.rule.force,
            "clause": self.clause.as_dict(),
            "verdict": self.verdict,
            "says": _both(self.says),
            "reason": _both(self.reason),
            "remedy": _both(self.remedy),
            "facts": [_fact_dict(fact) for fact in self.facts],
            "limits": {
                each.name: {"value": each.value, "unit": each.unit, "source": each.source}
                for each in self.limits
            },
            "missing": [each.name for each in self.missing],
            "enough_alone": [each.name for each in self.enough],
            "would_change": [
                {
                    "datum": each.name,
                    "where": str(each.where),
                    "change": each.change,
                    "deviations": each.deviations,
                    "verdict": each.verdict,
                }
                for each in self.turns
            ],
        }

    def _values(self) -> dict[str, object]:
        facts = {fact.name: fact.kind.plain(fact.value) for fact in self.facts}
        return {**facts, **{f"{LIMIT}{each.name}": (each.value, each.unit) for each in self.limits}}

    def _filled(self, name: text.Name, language: Language) -> str:
        facts = {fact.name: fact for fact in self.facts}
        limits = {f"{LIMIT}{each.name}": each for each in self.limits}
        return filled(name.says(language), facts, limits, language)

    def _told(self, language: Language) -> Iterator[str]:
        for fact in self.facts:
            yield f"{fact.name} = {shown(fact.kind, fact.value, language)}"
        for each in self.limits:
            yield f"{LIMIT}{each.name} = {shown_number(each.value, each.unit, '', language)}"


_CODES: dict[Verdict, str] = {
    "satisfied": "rule-satisfied",
    "violated": "rule-violated",
    "not applicable": "rule-not-applicable",
    "cannot tell": "rule-cannot-tell",
}


def judge_rule(rule: Rule, facts: Facts, numbers: Mapping[str, Number]) -> Judgement:
    """Return what a rule says on facts under a pack's numbers, and why.

    >>> from pcf.rules.values import Clause, FactKind, Rule, facts_from
    >>> from pcf.text import Name
    >>> rule = Rule("X1", "no-review", "review", "shall", Clause("own"), "done", Name("Done."),
    ...             Name("Do it."), facts=("done",))
    >>> kinds = {"done": FactKind("done", "truth", question=Name("Was it reviewed?"))}
    >>> found = judge_rule(rule, facts_from(kinds, {}), {})
    >>> found.verdict, [each.name for each in found.missing]
    ('cannot tell', ['done'])
    """
    limits = tuple(numbers[name] for name in rule.limits)
    used = tuple(facts[name] for name in rule.facts)
    values = {fact.name: fact.kind.plain(fact.value) for fact in used}
    values |= {f"{LIMIT}{each.name}": (each.value, each.unit) for each in limits}
    verdict, faults = verdict_and_fault(rule, values)
    missing: tuple[FactKind, ...] = ()
    enough: tuple[FactKind, ...] = ()
    if verdict == "cannot tell":
        kinds = {fact.name: fact.kind for fact in used}
        missing = tuple(kinds[name] for name in missing_facts(rule, values, kinds))
        enough = tuple(kinds[name] for name in enough_alone(rule, values, kinds))
    return Judgement(rule, verdict, used, limits, missing, enough, faults)


def judge_facts(pack: Pack, facts: Facts) -> tuple[Judgement, ...]:
    """Return the judgement of every rule of a pack on facts, in the pack's order.

    No example: `judge_rule` shows one.
    """
    return tuple(judge_rule(rule, facts, pack.numbers) for rule in pack.rules)


def judge_study(
    pack: Pack,
    study: Study,
    footprint: Footprint,
    *,
    background: Background | None = None,
    evidence: LedgerEvidence | None = None,
) -> Opinion:
    """Return the opinion of a pack on a study: see `Pack.judge`.

    No example: it takes a footprint.
    """
    from pcf.rules.facts import facts_of  # noqa: PLC0415 - facts know studies, judging does not
    from pcf.rules.opinion import Opinion  # noqa: PLC0415 - it holds judgements
    from pcf.rules.suppliers import supplier_findings  # noqa: PLC0415 - as above

    facts = facts_of(study, footprint, background=background, evidence=evidence, pack=pack)
    low = () if background is None else supplier_findings(study, footprint, background)
    return Opinion.of(pack, facts, judge_facts(pack, facts), study, footprint, findings=low)


def _fact_dict(fact: Fact) -> dict[str, object]:
    value = sorted(fact.value) if isinstance(fact.value, frozenset) else fact.value
    return {
        "name": fact.name,
        "value": value,
        "unit": fact.kind.unit if fact.kind.kind == "number" else None,
        "evidence": [str(each) for each in fact.evidence],
        "how": {"en": fact.how.says("en"), "zh": fact.how.says("zh")},
    }


def _asked(kind: FactKind, language: Language) -> str:
    question = kind.question.says(language)
    return f"{kind.name} ({question})" if question else kind.name


def _joined(parts: Iterable[str], language: Language) -> str:
    return {"en": "; ", "zh": "；"}[language].join(parts)


def _both(says: Callable[[Language], str]) -> dict[str, str]:
    return {"en": says("en"), "zh": says("zh")}
