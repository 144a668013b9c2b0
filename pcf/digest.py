"""Fingerprints and canonical JSON: the same content gives the same bytes on every machine.

Canonical form follows RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units,
numbers in ECMAScript's shortest form, no white space.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

type_error = (
    "canonical JSON holds text, numbers, true, false, null, lists and objects with text keys"
)


def canonical(value: object) -> bytes:
    """Return `value` as canonical JSON (RFC 8785), UTF-8.

    Raises ValueError for NaN, infinities and integers beyond 2**53, TypeError for other types.

    >>> canonical({"b": 1.0, "a": [1e21, 0.000001, 1e-7, -0.0]})
    b'{"a":[1e+21,0.000001,1e-7,0],"b":1}'
    """
    return _write(value).encode("utf-8")


def fingerprint(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, as hexadecimal text.

    >>> fingerprint({}) == fingerprint_bytes(b"{}")
    True
    """
    return fingerprint_bytes(canonical(value))


def fingerprint_bytes(data: bytes) -> str:
    """Return the SHA-256 of `data` as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


def fingerprint_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(value: object) -> str:
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(type_error)
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_write(key)}:{_write(value[key])}" for key in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_write, value)) + "]"
    raise TypeError(type_error)


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > 2**53:
            message = f"{value} is beyond the integers that JSON carries exactly (2**53)"
            raise ValueError(message)
        return str(value)
    if not math.isfinite(value):
        message = f"{value} has no JSON form"
        raise ValueError(message)
    if value == 0:
        return "0"
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + ("" if fraction == "0" else fraction)).lstrip("0")
    point = len(whole) + int(exponent or "0")
    if whole == "0":
        point = int(exponent or "0") - (len(fraction) - len(fraction.lstrip("0")))
    digits = digits.rstrip("0")
    return ("-" if value < 0 else "") + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    """Place the decimal point as ECMA-262 Number::toString does (radix 10)."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = point - 1
    sign = "+" if power > 0 else "-"
    head = digits[0] + (f".{digits[1:]}" if count > 1 else "")
    return f"{head}e{sign}{abs(power)}"
