"""Which facts may rules speak of? The closed vocabulary, read from `vocabulary.toml`.

One table a fact: `kind` (truth, number, word, words, date), `unit` of a number, `words` (a list, or
word -> name in both languages), `question` and `doc` in both languages, `stated = true` where a
study's `statements.csv` answers it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import Field

from pcf import files, resources, text, units
from pcf.errors import RuleError, UnitError, problem
from pcf.expressions import is_name
from pcf.rules.values import KINDS, LIMIT, FactKind
from pcf.study.settings import Places, Shape, Words, shaped, toml_places
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.errors import Problem

VOCABULARY = "vocabulary.toml"


class KindOf(Shape):
    """One table of the vocabulary."""

    kind: str
    unit: str = "1"
    words: list[str] | dict[str, Words] = Field(default_factory=list)
    question: str | Words = ""
    doc: str | Words = ""
    stated: bool = False


@cache
def vocabulary() -> Mapping[str, FactKind]:
    """Return every fact that rules may speak of, by name.

    No example: the room of facts says what they are.
    """
    with files.collecting(RuleError) as problems:
        return read_vocabulary(resources.text_of("rules", VOCABULARY), VOCABULARY, problems)


def read_vocabulary(source: str, file: str, problems: list[Problem]) -> dict[str, FactKind]:
    r"""Return the kinds of facts in a TOML text, by name; what is wrong is added to the list.

    >>> found = read_vocabulary('["cut.share"]\nkind = "number"\n', "v.toml", [])
    >>> found["cut.share"].unit
    '1'
    """
    places = toml_places(source, file)
    document = files.parse_toml(source.encode(), file, problems)
    found = {}
    for name, table in flat_tables(document, "kind"):
        kind = _kind(name, table, places, problems)
        if kind is not None:
            found[name] = kind
    return found


def flat_tables(table: Mapping[str, Any], mark: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the tables that hold the key `mark`, under their dotted names.

    >>> list(flat_tables({"a": {"b": {"kind": "truth"}}}, "kind"))
    [('a.b', {'kind': 'truth'})]
    """
    for key, value in table.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, dict) and not isinstance(value.get(mark), str):
            yield from flat_tables(value, mark, name)
        else:
            yield name, value


def named(written: str | Words) -> Name:
    """Return a text in one or both languages as a name.

    >>> named("铝锭").zh
    '铝锭'
    """
    if isinstance(written, Words):
        return Name(en=written.en, zh=written.zh)
    chinese = any("\u4e00" <= each <= "\u9fff" for each in written)
    return Name(zh=written) if chinese else Name(en=written)


def _kind(name: str, table: object, places: Places, problems: list[Problem]) -> FactKind | None:
    where = places.where(name)
    if not is_name(name) or name.startswith(LIMIT) or not isinstance(table, dict):
        problems.append(problem("fact-name", where, name=name))
        return None
    row = shaped(KindOf, table, name, places, problems)
    if row is None:
        return None
    kind = next((each for each in KINDS if each == row.kind), None)
    if kind is None:
        near = text.nearest(row.kind, KINDS) or KINDS
        at = places.where(f"{name}.kind")
        problems.append(problem("rule-word", at, near, key="kind", word=row.kind))
        return None
    try:
        unit = units.unit(row.unit)
    except UnitError as error:
        problems.extend(error.problems)
        return None
    words = row.words if isinstance(row.words, dict) else {each: Words() for each in row.words}
    if bool(words) != (kind in ("word", "words")):
        problems.append(problem("fact-words", where, name=name, kind=kind))
    names = {word: _word(word, both) for word, both in words.items()}
    return FactKind(name, kind, unit, names, named(row.question), named(row.doc), row.stated)


def _word(word: str, both: Words) -> Name:
    return Name(en=both.en or word, zh=both.zh)
