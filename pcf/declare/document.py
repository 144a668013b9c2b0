"""How is a declaration asked for in a file? One TOML document, every mistake told at once.

::

    valid = "2026-01-01/2028-12-31"
    standards = ["ISO14067"]                # also: rules, preceding, note, id
    [product]
    name = "aluminium ingot 99.70 %"        # the fields of `Product`
    fossil_carbon = "0 %"
    [company]
    name = "示例铝业有限公司"               # the fields of `Company`
    [capture]                               # and [verification], where there are
    [cbam]                                  # what a single format asks for, see that format
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from pcf import files, text
from pcf.declare.values import Capture, Company, Product, Verification
from pcf.errors import DeclareError, PcfError, Where, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pcf.errors import Problem

Value = TypeVar("Value")
_LISTS = ("standards", "rules", "preceding")
_TEXTS = ("valid", "note", "id", "reason")
_PARTS: Mapping[str, Callable[..., Any]] = {
    "product": Product, "company": Company, "capture": Capture, "verification": Verification,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks: `said` goes to `declare_footprint`, `annexes` are tables by format."""

    said: Mapping[str, Any] = field(hash=False)
    annexes: Mapping[str, Mapping[str, Any]] = field(hash=False)
    reason: str = ""


def read_declaration(path: Path, *, annexes: tuple[str, ...] = ()) -> Asked:
    """Return what a declaration's document asks; `annexes` are the tables that formats know.

    Raises DeclareError with every problem: unknown words with their nearest, values of the wrong
    kind, what is missing.

    No example: it reads a file.
    """
    with files.collecting(DeclareError) as problems:
        document = files.read_toml(path, problems)
        where = Where(file=path.name)
        known = (*_TEXTS, *_LISTS, *_PARTS, *annexes)
        said: dict[str, Any] = {}
        for key, value in document.items():
            if key in _TEXTS:
                said[key] = value_of(value, str, key, where, problems)
            elif key in _LISTS:
                said[key] = _listed(value, key, where, problems)
            elif key in _PARTS:
                said[key] = built(_PARTS[key], value, key, where, problems)
            elif key not in annexes:
                problems.append(_unknown(key, key, where, known))
        for needed in ("valid", "product", "company"):
            if needed not in document and not problems:
                problems.append(problem("declare-missing", where, field=needed))
        tables = {key: document[key] for key in annexes if isinstance(document.get(key), dict)}
    reason = said.pop("reason", "")
    return Asked(said, tables, reason)


def built(
    make: Callable[..., Value],
    table: object,
    path: str,
    where: Where,
    problems: list[Problem],
    **read: Any,  # noqa: ANN401 - values that were read already
) -> Value | None:
    """Return a value made from a table of its fields, or None with the problems told.

    `read` are fields that were read already. Texts, numbers, truths and lists of texts are taken
    as the fields of the dataclass `make` say.

    >>> from pcf.errors import Where
    >>> problems = []
    >>> built(Company, {"nam": "a"}, "company", Where(), problems), problems[0].candidates
    (None, ('name',))
    """
    if not isinstance(table, dict):
        problems.append(problem("declare-kind", _at(where, path), wanted="table"))
        return None
    known = {each.name: each for each in fields(make)}  # type: ignore[arg-type]
    before, given = len(problems), dict(read)
    for key, value in table.items():
        if key in read:
            continue
        if key not in known:
            problems.append(_unknown(key, f"{path}.{key}", where, tuple(known)))
            continue
        wanted = _KINDS.get(str(known[key].type), object)
        if wanted is tuple:
            given[key] = _listed(value, f"{path}.{key}", where, problems)
        else:
            given[key] = value_of(value, wanted, f"{path}.{key}", where, problems)
    for name, each in known.items():
        if name not in given and each.default is MISSING and each.default_factory is MISSING:
            problems.append(problem("declare-missing", _at(where, path), field=name))
    if len(problems) > before:
        return None
    try:
        return make(**given)
    except PcfError as error:
        problems += error.problems
        return None


def value_of(value: object, wanted: type, path: str, where: Where, problems: list[Problem]) -> Any:  # noqa: ANN401 - of the kind wanted
    """Return a value if it is of the kind wanted; an integer is a number too.

    >>> value_of(3, float, "x", Where(), [])
    3.0
    """
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)):
        return value
    problems.append(problem("declare-kind", _at(where, path), wanted=_WORDS[wanted]))
    return None


_KINDS: Mapping[str, type] = {
    "str": str, "float": float, "float | None": float, "bool": bool, "int": int,
    "tuple[str, ...]": tuple,
}  # fmt: skip
_WORDS: Mapping[type, str] = {str: "text", float: "number", bool: "true or false", int: "integer",
                              dict: "table", object: "value"}  # fmt: skip


def _listed(value: object, path: str, where: Where, problems: list[Problem]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    problems.append(problem("declare-kind", _at(where, path), wanted="list of texts"))
    return ()


def _unknown(key: str, path: str, where: Where, known: tuple[str, ...]) -> Problem:
    near = text.nearest(key, known) or known
    return problem("declare-word", _at(where, path), near, word=key)


def _at(where: Where, path: str) -> Where:
    return Where(file=where.file, item=path)
