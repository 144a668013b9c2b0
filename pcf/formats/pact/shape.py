"""Does every field hold what it should? Kind, spelling, sign and words, object by object."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pcf.formats.pact import spelling
from pcf.formats.pact.faults import fault
from pcf.formats.pact.fields import PARTS, REMOVED, Field
from pcf.text import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcf.formats.pact.faults import Fault

_SIGNS = {">0": lambda x: x > 0, ">=0": lambda x: x >= 0, "<=0": lambda x: x <= 0}
_PLACES = {
    "geographyCountry": re.compile(r"[A-Z]{2}"),
    "geographyCountrySubdivision": re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"),
}


def shape(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the fields of a ProductFootprint, each by itself.

    >>> {each.code for each in shape({"id": "1", "status": "active"})} >= {"pact-missing"}
    True
    """
    yield from _object(document, "")


def _object(value: Mapping[str, Any], part: str, at: str = "") -> Iterator[Fault]:
    fields = PARTS[part]
    for name, field in fields.items():
        path = f"{at}.{name}" if at else name
        if name not in value:
            if field.need != "optional":
                code = "pact-missing" if field.need == "required" else "pact-missing-shall"
                yield fault(code, path, field=name)
        elif field.kind in {"object", "list"}:
            yield from _nested(value[name], f"{part}.{name}".strip("."), path, field)
        else:
            yield from _CHECKS[field.kind](value[name], path, field)
    for name in value:
        if name not in fields:
            yield _stranger(name, f"{at}.{name}" if at else name, part)


def _nested(value: object, part: str, path: str, field: Field) -> Iterator[Fault]:
    if field.kind == "object":
        if not isinstance(value, dict):
            yield fault("pact-type", path, wanted="object", found=_kind(value))
        elif part in PARTS:
            yield from _object(value, part, path)
        return
    if not isinstance(value, list):
        yield fault("pact-type", path, wanted="list", found=_kind(value))
        return
    if not value:
        yield fault("pact-empty-list", path, field=field.name)
    for at, each in enumerate(value):
        yield from _nested(each, part, f"{path}[{at}]", Field(field.name, "object"))


def _stranger(name: str, path: str, part: str) -> Fault:
    if name in REMOVED and not part:
        return fault("pact-removed", path, [REMOVED[name]], field=name, instead=REMOVED[name])
    homes = [f"{home}.{name}".strip(".") for home, fields in PARTS.items() if name in fields]
    if homes:
        return fault("pact-misplaced", path, homes, field=name, home=homes[0])
    return fault("pact-unknown", path, nearest(name, PARTS[part]), field=name)


def _text(value: object, path: str, field: Field) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield fault("pact-type", path, wanted="text", found=_kind(value))
    elif field.filled and not value.strip():
        code = "pact-empty" if field.need == "required" else "pact-empty-text"
        yield fault(code, path, field=field.name)
    elif field.name in _PLACES and not _PLACES[field.name].fullmatch(value):
        yield fault("pact-place", path, value=value)


def _word(value: object, path: str, field: Field) -> Iterator[Fault]:
    if value not in field.words:
        near = nearest(str(value), field.words) or field.words
        yield fault("pact-word", path, near, value=value)


def _uuid(value: object, path: str, field: Field) -> Iterator[Fault]:
    if not isinstance(value, str) or not spelling.is_uuid(value):
        yield fault("pact-uuid", path, value=value)
    elif spelling.uuid_version(value) != 4 and field.name == "id":
        yield fault("pact-uuid-version", path, value=value)


def _time(value: object, path: str, field: Field) -> Iterator[Fault]:
    moment = spelling.time(value)
    if moment is None:
        yield fault("pact-time", path, field=field.name, value=value)
    elif not spelling.is_utc(moment):
        yield fault("pact-not-utc", path, value=value)


def _decimal(value: object, path: str, field: Field) -> Iterator[Fault]:
    written = value
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = format(Decimal(repr(value)), "f")
        yield fault("pact-number-bare", path, value=value)
    number = spelling.decimal(written)
    if number is None:
        yield fault("pact-number", path, value=value)
    elif field.sign and not _SIGNS[field.sign](number):
        yield fault("pact-sign", path, value=value, sign=field.sign)
    elif field.low and not Decimal(field.low) <= number <= Decimal(field.high):
        yield fault("pact-range", path, value=value, low=field.low, high=field.high)


def _truth(value: object, path: str, _: Field) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield fault("pact-type", path, wanted="true or false", found=_kind(value))


def _list(value: object, path: str, field: Field) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield fault("pact-type", path, wanted="list", found=_kind(value))
        return
    if not value:
        code = "pact-empty" if field.need == "required" else "pact-empty-list"
        yield fault(code, path, field=field.name)
    for at, each in enumerate(value):
        yield from _ENTRIES[field.kind](each, f"{path}[{at}]", field)
    counts = Counter(each for each in value if isinstance(each, str))
    for each in sorted(each for each, count in counts.items() if count > 1):
        yield fault("pact-twice", path, value=each)


def _urn(value: object, path: str, _: Field) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield fault("pact-type", path, wanted="text", found=_kind(value))
    elif not spelling.is_urn(value):
        yield fault("pact-urn", path, value=value)


def _assessment(value: object, path: str, _: Field) -> Iterator[Fault]:
    if not isinstance(value, str) or not re.fullmatch(r"AR[0-9]{1,2}", value):
        yield fault("pact-assessment", path, value=value)
    elif value != "AR6":
        yield fault("pact-assessment-old", path, value=value)


def _filled(value: object, path: str, field: Field) -> Iterator[Fault]:
    if not isinstance(value, str) or not value.strip():
        yield fault("pact-empty", path, field=field.name)


def _version(value: object, path: str, _: Field) -> Iterator[Fault]:
    if not spelling.is_version(value):
        yield fault("pact-version", path, value=value)


def _uri(value: object, path: str, _: Field) -> Iterator[Fault]:
    if not spelling.is_uri(value):
        yield fault("pact-uri", path, value=value)


def _kind(value: object) -> str:
    words = {dict: "object", list: "list", str: "text", bool: "true or false", type(None): "null"}
    return words.get(type(value), "number")


_CHECKS: dict[str, Callable[[Any, str, Field], Iterator[Fault]]] = {
    "text": _text,
    "word": _word,
    "uuid": _uuid,
    "uuids": _list,
    "urns": _list,
    "texts": _list,
    "assessments": _list,
    "time": _time,
    "decimal": _decimal,
    "truth": _truth,
    "version": _version,
    "uri": _uri,
}
_ENTRIES: dict[str, Callable[[Any, str, Field], Iterator[Fault]]] = {
    "uuids": _uuid,
    "urns": _urn,
    "texts": _filled,
    "assessments": _assessment,
}
