"""What a TOML and a JSON document hold, and what neither may hold."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from pcf.errors import FileError, Where, problem
from pcf.files.raw import LIMITS, Limits, decode, read_bytes
from pcf.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcf.errors import Problem

_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_LARGEST = 2**63
_BROKEN_TEXT = re.compile("[\0\ud800-\udfff]")


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
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(_toml_problem(str(error), text, name))
    except RecursionError:
        problems.append(problem("document-deep", Where(file=name), limit=limits.depth))
    except ValueError:  # an integer of more than 4300 digits
        problems.append(problem("document-number", Where(file=name), text="…"))
    else:
        found = list(_faults(document, name, limits))
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
    found = list(_faults(document, name, limits))
    problems.extend(found)
    return None if found else document


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
        raise FileError(problem("document-key-twice", key=listed(twice)))
    return found


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else _refuse_number(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise FileError(problem("document-number", text=digits[:40]))


def _faults(document: object, name: str, limits: Limits) -> Iterator[Problem]:
    """Yield what no document may hold: numbers out of range, broken text, too deep nesting."""
    pending: list[tuple[object, str, int]] = [(document, "", 0)]
    while pending:
        value, place, depth = pending.pop()
        where = Where(file=name, item=place)
        if depth > limits.depth:
            yield problem("document-deep", where, limit=limits.depth)
        elif isinstance(value, dict):
            pending += [(value[key], f"{place}.{key}".lstrip("."), depth + 1) for key in value]
        elif isinstance(value, list):
            pending += [(each, f"{place}[{at}]", depth + 1) for at, each in enumerate(value)]
        elif isinstance(value, str) and _BROKEN_TEXT.search(value):
            yield problem("document-text", where)
        elif isinstance(value, int | float) and not -_LARGEST <= value < _LARGEST:
            yield problem("document-number", where, text=str(value)[:40])
