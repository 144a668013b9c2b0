"""What a TOML and a JSON document hold, and what neither may hold."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from pcf.errors import FileError, Where, problem
from pcf.files.raw import LIMITS, Limits, decode, read_bytes
from pcf.files.values import shown
from pcf.text import listed

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem

_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_LARGEST = 2**63
# The way to a value: that of its parent, and a key or a position.
_Path: TypeAlias = "tuple[_Path, str] | None"
_BROKEN_TEXT = re.compile("[\0\ud800-\udfff]")
# A dotted key of so many parts costs the parser the square of them, in time and in memory.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){128}""")
# A value costs a hundred times its bytes; TOML is written by hand, and slower to read.
_OF_TOML = 10


def read_toml(
    path: Path, problems: list[Problem], *, name: str = "", limits: Limits = LIMITS
) -> dict[str, Any]:
    """Return a TOML document; an empty one when a problem says why it cannot be read."""
    data = read_bytes(path, problems, name=name, limits=limits)
    return {} if data is None else parse_toml(data, name or path.name, problems, limits=limits)


def parse_toml(
    data: bytes, name: str, problems: list[Problem], *, limits: Limits = LIMITS
) -> dict[str, Any]:
    r"""Return the TOML document in `data`, as `read_toml` does; BOM and GB18030 are read too.

    >>> problems = []
    >>> parse_toml(b"goal = 'x'\nplace = CN", "study.toml", problems)
    {}
    >>> str(problems[0].where)
    'study.toml, line 2'
    """
    text = decode(data, name, problems)
    if text is None:
        return {}
    if _LONG_KEY.search(text):
        problems.append(problem("document-deep", Where(file=name), limit=limits.depth))
        return {}
    if too_many := _too_many(text, "=,[", limits.values // _OF_TOML, name):
        problems.append(too_many)
        return {}
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(_toml_problem(str(error), text, name))
    except RecursionError:
        problems.append(problem("document-deep", Where(file=name), limit=limits.depth))
    except ValueError:  # an integer of more than 4300 digits
        problems.append(problem("document-number", Where(file=name), text="…"))
    else:
        found = _faults(document, name, limits)
        problems.extend(found)
        return {} if found else document
    return {}


def read_json(
    path: Path, problems: list[Problem], *, name: str = "", limits: Limits = LIMITS
) -> Any:  # noqa: ANN401 - a JSON document is any JSON value
    """Return a JSON document, or None when a problem says why it cannot be read."""
    data = read_bytes(path, problems, name=name, limits=limits)
    return None if data is None else parse_json(data, name or path.name, problems, limits=limits)


def parse_json(data: bytes, name: str, problems: list[Problem], *, limits: Limits = LIMITS) -> Any:  # noqa: ANN401 - a JSON document is any JSON value
    """Return the JSON document in `data`, as `read_json` does.

    Keys that stand twice, NaN, infinities, integers beyond 2**63 and nesting deeper than the limit
    are refused, because readers disagree about what they mean.

    >>> problems = []
    >>> parse_json(b'{"a": 1, "a": 2}', "a.json", problems)
    >>> problems[0].code
    'document-key-twice'
    """
    text = decode(data, name, problems)
    if text is None:
        return None
    if too_many := _too_many(text, ",[{", limits.values, name):
        problems.append(too_many)
        return None
    try:
        document = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refuse_number, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        where = Where(file=name, line=error.lineno)
        problems.append(problem("json-syntax", where, column=error.colno, reason=error.msg))
        return None
    except FileError as error:
        problems += [replace(each, where=Where(file=name)) for each in error.problems]
        return None
    except RecursionError:
        problems.append(problem("document-deep", Where(file=name), limit=limits.depth))
        return None
    found = _faults(document, name, limits)
    problems.extend(found)
    return None if found else document


def _too_many(text: str, before_values: str, most: int, name: str) -> Problem | None:
    """Return a problem where a document could hold too many values, by what stands before each."""
    if sum(map(text.count, before_values)) <= most:
        return None
    return problem("document-values", Where(file=name), limit=most)


def _toml_problem(message: str, text: str, name: str) -> Problem:
    match = _TOML_PLACE.search(message)
    reason = _TOML_PLACE.sub("", message)
    if match and match[1]:
        return problem(
            "toml-syntax", Where(file=name, line=int(match[1])), column=match[2], reason=reason
        )
    lines = text.rstrip().split("\n")
    where = Where(file=name, line=len(lines))
    return problem("toml-syntax", where, column=len(lines[-1]) + 1, reason=reason)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = [key for key, count in counts.items() if count > 1]
        raise FileError(problem("document-key-twice", key=shown(listed(twice))))
    return found


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else _refuse_number(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise FileError(problem("document-number", text=digits[:40]))


def _faults(document: object, name: str, limits: Limits) -> list[Problem]:
    """Return what no document may hold: numbers out of range, broken text, too deep nesting."""
    faults: list[Problem] = []
    pending: list[tuple[object, _Path, int]] = [(document, None, 0)]
    while pending and len(faults) < limits.problems:
        value, path, depth = pending.pop()
        fault = _fault(value, depth, limits)
        if fault:
            faults.append(replace(fault, where=Where(file=name, item=_spelt(path))))
        elif isinstance(value, dict):
            pending += [(key, path, depth) for key in value if _fault(key, depth, limits)]
            pending += [(each, (path, f".{key}"), depth + 1) for key, each in value.items()]
        elif isinstance(value, list):
            pending += [(each, (path, f"[{at}]"), depth + 1) for at, each in enumerate(value)]
    return faults


def _fault(value: object, depth: int, limits: Limits) -> Problem | None:
    if depth > limits.depth:
        return problem("document-deep", limit=limits.depth)
    if isinstance(value, str) and _BROKEN_TEXT.search(value):
        return problem("document-text")
    if isinstance(value, int | float) and not -_LARGEST <= value < _LARGEST:
        return problem("document-number", text=str(value)[:40])
    return None


def _spelt(path: _Path) -> str:
    parts = []
    while path is not None:
        path, part = path
        parts.append(part[:80])
    return shown("".join(reversed(parts)).lstrip("."))
