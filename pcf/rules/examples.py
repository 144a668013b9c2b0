"""Do a rule's examples say what it says, and are they enough? Each is run, and gaps are told."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from pcf.errors import ExpressionError, problem
from pcf.expressions import judge
from pcf.expressions.language import parse
from pcf.rules.conditions import comparisons
from pcf.rules.values import LIMIT, Verdict
from pcf.rules.verdicts import verdict_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.errors import Problem
    from pcf.rules.values import Example, FactKind, Number, Rule

NEEDED: tuple[Verdict, ...] = ("satisfied", "violated", "cannot tell")
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def example_values(
    rule: Rule,
    example: Example,
    kinds: Mapping[str, FactKind],
    numbers: Mapping[str, Number],
) -> dict[str, object]:
    """Return the values on which an example is judged: facts not named are unknown.

    No example: `check` runs it.
    """
    facts: dict[str, object] = {
        name: kinds[name].plain(example.facts.get(name)) for name in rule.facts
    }
    limits = {f"{LIMIT}{name}": (numbers[name].value, numbers[name].unit) for name in rule.limits}
    return {**facts, **limits}


def example_problems(
    rule: Rule, kinds: Mapping[str, FactKind], numbers: Mapping[str, Number]
) -> Iterator[Problem]:
    """Yield examples that a rule judges otherwise, and kinds of examples that it lacks.

    Every rule has one that is satisfied, one violated, one that cannot be told, and, for each
    comparison of numbers or days, one marked `boundary` on which both sides are equal.
    No example: `check` runs it.
    """
    for each in rule.examples:
        found = verdict_on(rule, example_values(rule, each, kinds, numbers))
        if found != each.verdict:
            facts = {"rule": rule.id, "wanted": each.verdict, "found": found}
            yield problem("rule-example-wrong", each.where, (), **facts)
    verdicts = {each.verdict for each in rule.examples}
    for needed in NEEDED:
        if needed not in verdicts:
            yield problem("rule-example-lacks", rule.where, (), rule=rule.id, lacks=needed)
    for left, right in _boundaries(rule):
        if not any(_equal(rule, each, left, right, (kinds, numbers)) for each in rule.examples):
            lacks = f"{left} = {right}"
            yield problem("rule-example-boundary", rule.where, (), rule=rule.id, lacks=lacks)


def _boundaries(rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield both sides of every comparison that orders them, as text."""
    for condition in dict.fromkeys((rule.applies, rule.requires)):
        for node in comparisons(parse(condition).tree):
            sides = [ast.unparse(each) for each in (node.left, *node.comparators)]
            for operator, pair in zip(node.ops, pairwise(sides), strict=True):
                if isinstance(operator, _ORDERED):
                    yield pair


def _equal(
    rule: Rule,
    example: Example,
    left: str,
    right: str,
    known: tuple[Mapping[str, FactKind], Mapping[str, Number]],
) -> bool:
    if not example.boundary:
        return False
    try:
        return judge(f"({left}) == ({right})", example_values(rule, example, *known)) is True
    except ExpressionError:
        return False
