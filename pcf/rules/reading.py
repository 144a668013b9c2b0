"""How does a file become a rule? Conditions, sentences and examples are checked as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pcf import text, units
from pcf.errors import UnitError, problem
from pcf.expressions import is_name
from pcf.rules.conditions import condition_problems, names_used
from pcf.rules.sentences import sentence_problems
from pcf.rules.shapes import ClauseOf, ExampleOf, RuleFile
from pcf.rules.values import (
    FORCES,
    KNOWN,
    LIMIT,
    TOPICS,
    VERDICTS,
    Clause,
    Example,
    FactKind,
    FactValue,
    Rule,
)
from pcf.rules.vocabulary import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.rules.documents import Document
    from pcf.text import Name

MOST_EXAMPLES = 200


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules of a pack may speak of: the vocabulary and the pack's limits."""

    pack: str
    kinds: Mapping[str, FactKind]
    limits: Mapping[str, object] = field(default_factory=dict)

    @property
    def with_numbers(self) -> set[str]:
        """The names that stand for a number."""
        return {name for name, kind in self.kinds.items() if kind.kind == "number"} | set(
            self.limits
        )


def read_rule(document: Document, ground: Ground) -> Rule | None:
    """Return the rule of a document, or None; every problem is told, also of a rule returned.

    No example: `read_pack` shows it at work.
    """
    row = document.shaped(RuleFile, document.content)
    if row is None:
        return None
    topic = document.word(row.topic, TOPICS, "topic")
    force = document.word(row.force, FORCES, "force")
    clause = _clause(document, row)
    used = _conditions(document, row, ground)
    if topic is None or force is None or clause is None or used is None:
        return None
    says, remedy = named(row.says), named(row.remedy)
    _check_sentences(document, {"says": says, "remedy": remedy}, used, ground)
    return Rule(
        id=row.id,
        name=row.name,
        topic=topic,
        force=force,
        clause=clause,
        requires=row.requires,
        says=says,
        remedy=remedy,
        applies=row.applies,
        entails=tuple(row.entails),
        presence=row.presence,
        examples=_examples(document, row, ground, used),
        facts=tuple(name for name in used if not name.startswith(LIMIT)),
        limits=tuple(name.removeprefix(LIMIT) for name in used if name.startswith(LIMIT)),
        pack=ground.pack,
        where=document.where("id"),
    )


def _clause(document: Document, row: RuleFile) -> Clause | None:
    shaped = document.shaped(ClauseOf, row.clause, "clause")
    if shaped is None:
        return None
    known = document.word(shaped.known, KNOWN, "clause.known")
    if known is None:
        return None
    return Clause(shaped.document, shaped.section, known, named(shaped.note))


def _conditions(document: Document, row: RuleFile, ground: Ground) -> tuple[str, ...] | None:
    """Return the names that both conditions use; None when one of them cannot be judged."""
    found = []
    for key in ("applies", "requires"):
        where = document.where(key)
        found += condition_problems(getattr(row, key), ground.kinds, ground.limits, where)
    document.problems.extend(found)
    return None if found else names_used([row.applies, row.requires])


def _check_sentences(
    document: Document, sentences: Mapping[str, Name], used: tuple[str, ...], ground: Ground
) -> None:
    for key, name in sentences.items():
        for language in ("en", "zh"):
            where = document.where(f"{key}.{language}")
            sentence = getattr(name, language)
            if not sentence.strip():
                document.problems.append(problem("rule-sentence-missing", where, language=language))
            document.tell(*sentence_problems(sentence, used, ground.with_numbers, where))


def _examples(
    document: Document, row: RuleFile, ground: Ground, used: tuple[str, ...]
) -> tuple[Example, ...]:
    if len(row.example) > MOST_EXAMPLES:
        document.problems.append(
            problem("pack-too-many", document.where("example"), most=MOST_EXAMPLES)
        )
        return ()
    base = _values(document, row.facts, "facts", ground, used)
    found = []
    for position, table in enumerate(row.example):
        path = f"example[{position}]"
        shaped = document.shaped(ExampleOf, table, path)
        verdict = shaped and document.word(shaped.verdict, VERDICTS, f"{path}.verdict")
        if shaped is None or not verdict:
            continue
        own = _values(document, shaped.facts or {}, f"{path}.facts", ground, used)
        change = _values(document, shaped.change, f"{path}.change", ground, used)
        facts = {**(base if shaped.facts is None else own), **change}
        for name in shaped.forget:
            if name not in facts:
                where = document.where(f"{path}.forget")
                near = text.nearest(name, facts) or tuple(facts)
                document.problems.append(problem("rule-example-fact", where, near, name=name))
        facts = {name: value for name, value in facts.items() if name not in shaped.forget}
        place = document.where(path)
        found.append(Example(named(shaped.title), verdict, facts, shaped.boundary, place))
    return tuple(found)


def _values(
    document: Document,
    table: Mapping[str, Any],
    path: str,
    ground: Ground,
    used: tuple[str, ...],
) -> dict[str, FactValue]:
    """Return the values of facts in an example, numbers in the unit of their kind."""
    values: dict[str, FactValue] = {}
    for name, written in flattened(table):
        where = document.where(f"{path}.{name}")
        if name not in used:
            near = text.nearest(name, used) or used
            document.problems.append(problem("rule-example-fact", where, near, name=name))
            continue
        if name not in ground.kinds:  # a limit: examples do not change it
            document.problems.append(problem("rule-example-fact", where, (), name=name))
            continue
        try:
            value = value_of(ground.kinds[name], written)
        except UnitError as error:
            document.tell(
                *(
                    problem(each.code, where, each.candidates, **each.facts)
                    for each in error.problems
                )
            )
            continue
        if value is None or not ground.kinds[name].fits(value):
            kind = ground.kinds[name]
            near = text.nearest(str(written), kind.words) or tuple(kind.words)
            shown = str(written)[:60]
            document.problems.append(
                problem("rule-fact-value", where, near, name=name, kind=kind.kind, value=shown)
            )
            continue
        values[name] = value
    return values


def flattened(table: Mapping[str, Any], path: str = "") -> list[tuple[str, Any]]:
    """Return the values of a table by dotted name, however its keys are quoted.

    >>> flattened({"excluded": {"share": 0.05}, "unit.basis": "dry mass"})
    [('excluded.share', 0.05), ('unit.basis', 'dry mass')]
    """
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, dict) and is_name(name):
            found += flattened(value, name)
        else:
            found.append((name, value))
    return found


def value_of(kind: FactKind, written: object) -> FactValue:
    """Return what was written as a value of a kind; None, or as it stands, where it is none.

    A number is written in the kind's unit, or as an amount ("5 %"); a day as a date or a text.
    Raises UnitError for an amount in a unit that does not convert.

    >>> value_of(FactKind("share", "number"), "5 %")
    0.05
    """
    if kind.kind == "number" and isinstance(written, str):
        value, unit = units.parse(written)
        return float(f"{value * units.factor(unit, kind.unit):.15g}")
    if kind.kind == "number" and isinstance(written, int) and not isinstance(written, bool):
        return float(written)
    if kind.kind == "date" and isinstance(written, date):
        return written.isoformat()
    if kind.kind == "words" and isinstance(written, list):
        return frozenset(str(each) for each in written)
    return written if isinstance(written, bool | float | str) else None
