"""How must a value be spelt? Numbers, times, identifiers, as PACT 3.0 has them.

The published schemas let much pass that is no number; what counts here is the text itself, read
whole: ASCII digits, a point, an optional sign, no exponent, no spaces.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_URN = re.compile(
    r"[Uu][Rr][Nn]:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:"
    r"[A-Za-z0-9()+,.:=@;$_!*'%/&~?#\[\]-]+"
)
_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}(?:-[0-9]{8})?")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"{}|\\^`]+")


def decimal(text: object) -> Decimal | None:
    r"""Return the number that a text spells plainly, exactly; None where it does not.

    >>> decimal("-0.50"), decimal("1e3"), decimal("1,5"), decimal("1\n"), decimal("NaN")
    (Decimal('-0.50'), None, None, None, None)
    """
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        return None
    return Decimal(text)


def places(text: str) -> int:
    """Return how many digits stand behind the point.

    >>> places("1.50"), places("12")
    (2, 0)
    """
    return len(text.partition(".")[2])


def time(text: object) -> datetime | None:
    """Return the instant of an RFC 3339 date and time, with its offset; None where it is none.

    >>> time("2025-04-30T00:00:00Z").isoformat(), time("2025-04-30"), time("2025-02-30T00:00:00Z")
    ('2025-04-30T00:00:00+00:00', None, None)
    """
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def is_utc(moment: datetime) -> bool:
    """Tell whether an instant is written in universal time.

    >>> is_utc(time("2025-04-30T08:00:00+08:00"))
    False
    """
    return moment.utcoffset() == timedelta(0)


def utc(moment: datetime) -> str:
    """Return an instant as PACT writes it.

    >>> utc(datetime(2026, 1, 1, tzinfo=UTC))
    '2026-01-01T00:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_uuid(text: object) -> bool:
    """Tell whether a text is a UUID in its usual spelling.

    >>> is_uuid("f4b1225a-bd44-4c8e-861d-079e4e1dfd69"), is_uuid("f4b1225abd44")
    (True, False)
    """
    return isinstance(text, str) and _UUID.fullmatch(text) is not None


def uuid_version(text: str) -> int | None:
    """Return the version of a UUID; None where it is of another kind.

    >>> uuid_version("f4b1225a-bd44-4c8e-861d-079e4e1dfd69")
    4
    """
    return UUID(text).version


def is_urn(text: object) -> bool:
    """Tell whether a text is a URN (RFC 8141); of `urn:uuid:` the identifier is checked too.

    >>> is_urn("urn:gtin:5695872369587"), is_urn("urn:uuid:69585GB6"), is_urn("gtin:1")
    (True, False, False)
    """
    if not isinstance(text, str) or not _URN.fullmatch(text):
        return False
    name, _, rest = text[4:].partition(":")
    return name.lower() != "uuid" or is_uuid(rest)


def is_version(text: object) -> bool:
    """Tell whether a text is a version as major.minor.patch.

    >>> is_version("3.0.0"), is_version("3.0")
    (True, False)
    """
    return isinstance(text, str) and _VERSION.fullmatch(text) is not None


def is_uri(text: object) -> bool:
    """Tell whether a text is an absolute address.

    >>> is_uri("https://example.org/a.json"), is_uri("a.json")
    (True, False)
    """
    return isinstance(text, str) and _URI.fullmatch(text) is not None
