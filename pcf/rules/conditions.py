"""Is a condition one that can be judged? Names, words, days and units are checked when it is read.

A condition is judged on facts that nobody has seen yet; whatever could go wrong with it then, for
other reasons than a division by zero, is found here, once, with the place in the pack's file.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import ExpressionError, problem
from pcf.expressions import judge
from pcf.expressions.language import Formula, dotted, parse
from pcf.rules.values import FactKind, is_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcf.errors import Problem, Where

_BY_VALUE = {"expression-division-by-zero", "expression-domain", "expression-not-finite"}
"""What depends on the values that a study brings, and then makes a verdict 'cannot tell'."""


def condition_problems(
    condition: str, kinds: Mapping[str, FactKind], limits: Mapping[str, object], where: Where
) -> list[Problem]:
    """Return what is wrong with a condition over facts and limits, with the nearest right word.

    >>> from pcf.errors import Where
    >>> kinds = {"scrap": FactKind("scrap", "word", words={"internal": None, "bought": None})}
    >>> found = condition_problems("scrap == 'internl'", kinds, {}, Where(file="r.toml", line=3))
    >>> found[0].code, found[0].candidates
    ('rule-fact-word', ('internal',))
    """
    try:
        found = parse(condition)
    except ExpressionError as error:
        return [_placed(each, where) for each in error.problems]
    unknown = sorted(found.names - kinds.keys() - limits.keys())
    if unknown:
        known = [*kinds, *limits]
        return [
            problem("rule-fact-unknown", where, text.nearest(name, known), name=name)
            for name in unknown
        ]
    problems = list(_word_problems(found, kinds, where))
    return problems or _trial_problems(found, kinds, limits, where)


def names_used(conditions: Iterable[str]) -> tuple[str, ...]:
    """Return the names that conditions use, each once, in the order of their first use.

    >>> names_used(["b and a > 1", "a < 2 or c"])
    ('b', 'a', 'c')
    """
    names: dict[str, None] = {}
    for condition in conditions:
        found = parse(condition)
        order = sorted(_named(found.tree), key=lambda pair: pair[0])
        names.update(dict.fromkeys(name for _, name in order))
    return tuple(names)


def comparisons(tree: ast.expr) -> Iterator[ast.Compare]:
    """Yield every comparison of a condition.

    >>> len(list(comparisons(parse("a > 1 and (b == 'x' or c < 3)").tree)))
    3
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield node


def words_beside(
    node: ast.Compare, kinds: Mapping[str, FactKind]
) -> Iterator[tuple[FactKind, ast.Constant]]:
    """Yield each text of a comparison with the kind of the fact that it is compared with.

    >>> kinds = {"a": FactKind("a", "word", words={"x": None, "y": None})}
    >>> [word.value for _, word in words_beside(parse("a in ('x', 'y')").tree, kinds)]
    ['x', 'y']
    """
    sides = [node.left, *node.comparators]
    named = [kinds[name] for side in sides if (name := dotted(side)) in kinds and name]
    for kind in named:
        for side in sides:
            parts = side.elts if isinstance(side, ast.Tuple | ast.List) else [side]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield kind, part


def _named(tree: ast.expr) -> Iterator[tuple[tuple[int, int], str]]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        name = dotted(node)
        if name is not None and isinstance(node, ast.expr):
            yield (node.lineno, node.col_offset), name
        elif isinstance(node, ast.Call):
            waiting.extend(node.args)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _word_problems(
    found: Formula, kinds: Mapping[str, FactKind], where: Where
) -> Iterator[Problem]:
    """Yield texts beside a fact of words that are none of its words, or no day."""
    for node in comparisons(found.tree):
        for kind, part in words_beside(node, kinds):
            word = str(part.value)
            if kind.kind == "date" and not is_day(word):
                yield problem("rule-fact-day", where, name=kind.name, word=word)
            if kind.kind in ("word", "words") and word not in kind.words:
                near = text.nearest(word, kind.words) or tuple(kind.words)
                yield problem("rule-fact-word", where, near, name=kind.name, word=word)


def _trial_problems(
    found: Formula, kinds: Mapping[str, FactKind], limits: Mapping[str, object], where: Where
) -> list[Problem]:
    """Judge the condition and each of its comparisons on made-up facts, known and unknown."""
    pieces = [found.text]
    pieces += [ast.get_source_segment(found.text, node) or "" for node in comparisons(found.tree)]
    known = {
        name: _sample(kinds[name], at) for at, name in enumerate(sorted(found.names & kinds.keys()))
    }
    unknown = {name: kinds[name].plain(None) for name in known}
    problems: dict[str, Problem] = {}
    for piece in dict.fromkeys(pieces):
        for values in (known, unknown):
            try:
                judge(piece, {**values, **limits})
            except ExpressionError as error:
                told = [each for each in error.problems if each.code not in _BY_VALUE]
                problems |= {each.says(): each for each in (_placed(one, where) for one in told)}
    return list(problems.values())


def _sample(kind: FactKind, position: int) -> object:
    if kind.kind == "truth":
        return True
    if kind.kind == "number":
        return 0.3719 + 0.0137 * position, kind.unit
    if kind.kind == "date":
        return "2024-07-01"
    return frozenset(kind.words) if kind.kind == "words" else next(iter(kind.words))


def _placed(told: Problem, where: Where) -> Problem:
    """Return the problem at the place of the condition; the piece of it stays in the facts."""
    return replace(told, where=where)
