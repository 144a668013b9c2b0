"""What does a rule say on facts, and which missing facts would settle it? Three-valued logic."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ExpressionError, UnitError
from pcf.expressions import judge
from pcf.expressions.language import dotted, parse
from pcf.rules.conditions import comparisons, words_beside
from pcf.rules.values import LIMIT, FactKind, FactValue, Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcf.errors import Problem

_BUDGET = 2000
_WORK = 200_000
"""Judgings spent on one rule's missing facts, fewer for a long condition: `_WORK` over its parts.

After them every doubtful fact is named, so that no pack can keep a study waiting.
"""


def verdict_on(rule: Rule, values: Mapping[str, object]) -> Verdict:
    """Return what a rule says on values of facts and limits, as `Facts.values` gives them.

    False of `applies` is 'not applicable', unknown is 'cannot tell'; then `requires` decides. What
    cannot be computed from the values (a division by zero) is 'cannot tell'.

    No example: `judge_rule` shows it at work.
    """
    return verdict_and_fault(rule, values)[0]


def verdict_and_fault(
    rule: Rule, values: Mapping[str, object]
) -> tuple[Verdict, tuple[Problem, ...]]:
    """Return what a rule says, and why a condition could not be computed, where it could not.

    No example: `judge_rule` shows it at work.
    """
    try:
        applies = judge(rule.applies, values)
        if applies is False:
            return "not applicable", ()
        holds = None if applies is None else judge(rule.requires, values)
    except ExpressionError as error:
        return "cannot tell", error.problems
    if holds is None:
        return "cannot tell", ()
    return ("satisfied" if holds else "violated"), ()


def missing_facts(
    rule: Rule, values: Mapping[str, object], kinds: Mapping[str, FactKind]
) -> tuple[str, ...]:
    """Return a least set of unknown facts that settle a rule, whatever they turn out to be.

    Every unknown fact is tried as each truth, word and number that the conditions tell apart; a
    fact stays in the set when without it some values of the others leave the verdict open.
    No example: `judge_rule` shows it at work.
    """
    unknown = [name for name in rule.facts if _is_unknown(values[name])]
    trials = {name: trial_values(rule, kinds[name], values) for name in unknown}
    if len(unknown) < 2:
        return tuple(unknown)
    budget = [_trials(rule)]
    kept = list(unknown)
    for name in unknown:
        others = [each for each in kept if each != name]
        if _settled(rule, dict(values), others, (kinds, trials), budget):
            kept = others
    return tuple(kept)


def enough_alone(
    rule: Rule, values: Mapping[str, object], kinds: Mapping[str, FactKind]
) -> tuple[str, ...]:
    """Return the unknown facts of which a single one could settle the rule, with the right value.

    No example: `judge_rule` shows it at work.
    """
    found, left = [], _trials(rule)
    for name in rule.facts:
        if _is_unknown(values[name]) and left > 0:
            tried = trial_values(rule, kinds[name], values)
            left -= len(tried)
            each = (verdict_on(rule, {**values, name: kinds[name].plain(one)}) for one in tried)
            if any(verdict != "cannot tell" for verdict in each):
                found.append(name)
    return tuple(found)


def trial_values(rule: Rule, kind: FactKind, values: Mapping[str, object]) -> tuple[FactValue, ...]:
    """Return values of a fact that the conditions of a rule may tell apart.

    Both truths; every word; no words, each word and all; days and numbers at, below and above each
    one that the conditions or their limits name.
    No example: `missing_facts` and the check of mutants use it.
    """
    if kind.kind == "truth":
        return (True, False)
    if kind.kind == "word":
        return tuple(kind.words)
    if kind.kind == "words":
        single = (frozenset([word]) for word in kind.words)
        return (frozenset(), *single, frozenset(kind.words))
    if kind.kind == "date":
        return tuple(dict.fromkeys(_days(rule, kind))) or ("2024-12-31",)
    return tuple(dict.fromkeys(_numbers(rule, kind, values)))


def _trials(rule: Rule) -> int:
    """Return how many judgings a rule's missing facts may take."""
    parts = sum(1 for each in (rule.applies, rule.requires) for _ in ast.walk(parse(each).tree))
    return min(_BUDGET, _WORK // parts)


def _is_unknown(value: object) -> bool:
    return value is None or (isinstance(value, tuple) and value[0] is None)


def _settled(
    rule: Rule,
    values: dict[str, object],
    names: Sequence[str],
    known: tuple[Mapping[str, FactKind], Mapping[str, Sequence[FactValue]]],
    budget: list[int],
) -> bool:
    """Return whether the named facts settle the rule for all their trial values."""
    budget[0] -= 1
    if budget[0] < 0:
        return False
    if verdict_on(rule, values) != "cannot tell":
        return True
    if not names:
        return False
    kinds, trials = known
    first, rest = names[0], names[1:]
    return all(
        _settled(rule, {**values, first: kinds[first].plain(value)}, rest, known, budget)
        for value in trials[first]
    )


def _days(rule: Rule, kind: FactKind) -> Iterable[str]:
    for condition in (rule.applies, rule.requires):
        for node in comparisons(parse(condition).tree):
            for _, word in words_beside(node, {kind.name: kind}):
                day = date.fromisoformat(str(word.value))
                yield from ((day + timedelta(days=step)).isoformat() for step in (-1, 0, 1))


def _numbers(rule: Rule, kind: FactKind, values: Mapping[str, object]) -> Iterable[float]:
    """Yield zero, something great, and what stands around each number of the conditions."""
    yield 0.0
    for number in _named_numbers(rule, kind, values):
        yield from (number, number * 0.999, number * 1.001, -number)
    yield 1e9


def _named_numbers(rule: Rule, kind: FactKind, values: Mapping[str, object]) -> Iterable[float]:
    for condition in (rule.applies, rule.requires):
        for node in ast.walk(parse(condition).tree):
            given: object = None
            name = dotted(node) if isinstance(node, ast.expr) else None
            if name is not None and name.startswith(LIMIT):
                given = values[name]
            elif isinstance(node, ast.Constant) and not isinstance(node.value, bool):
                given = _amount(node.value)
            if isinstance(given, tuple) and given[0] is not None:
                yield from _in_unit(given, kind.unit)


def _amount(written: object) -> tuple[float, str] | None:
    if isinstance(written, int | float):
        return float(written), "1"
    try:
        return units.parse(str(written))
    except UnitError:
        return None


def _in_unit(amount: tuple[float, str], unit: str) -> Iterable[float]:
    value, own = amount
    if units.same_dimension(own, unit):
        yield value * units.factor(own, unit)
    elif own == "1":  # beside a product of facts its unit is not this one's
        yield value
