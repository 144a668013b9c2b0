"""Which keys are withdrawn? Those on a list that a certification body or the key itself signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pcf import files
from pcf.declare.signatures import opened, signed_content
from pcf.digest import canonical
from pcf.errors import DeclareError, Where, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.declare.keys import Card, SigningKey
    from pcf.errors import Problem

Reason = Literal["compromised", "superseded", "ceased"]
REASONS: tuple[Reason, ...] = get_args(Reason)
_KIND = "pcf-revocations+jwt"
_FORMAT = "pcf revocations 1"


@dataclass(frozen=True, slots=True)
class Revocation:
    """A key that is withdrawn, since when, and why."""

    kid: str
    since: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Revocations:
    """The keys withdrawn by lists that a reader trusts."""

    rows: tuple[Revocation, ...] = ()

    def fells(self, kid: str, signed: datetime) -> bool:
        """Return whether a signature of `kid` falls that says it was made at `signed`.

        What a compromised key says of the time is not believed: all its signatures fall.

        >>> old, new = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
        >>> Revocations((Revocation("k", new, "superseded"),)).fells("k", old)
        False
        >>> Revocations((Revocation("k", new, "compromised"),)).fells("k", old)
        True
        """
        return any(
            row.kid == kid and (row.reason == "compromised" or signed >= row.since)
            for row in self.rows
        )


def sign_revocations(
    path: Path | str,
    rows: Sequence[Revocation],
    key: SigningKey,
    *,
    until: datetime,
    signed: datetime | None = None,
) -> None:
    """Write a signed list of withdrawn keys that is to be replaced before `until`.

    No example: it needs the extra `sign`; tests/declare/test_signatures.py shows it.
    """
    moment = datetime.now(UTC) if signed is None else signed
    content = {
        "revoked": [
            {"kid": row.kid, "since": row.since.isoformat(), "reason": row.reason} for row in rows
        ],
        "iat": int(moment.timestamp()),
        "exp": int(until.timestamp()),
    }
    token = signed_content(content, _KIND, key)
    files.write(Path(path), canonical({"format": _FORMAT, "list": token}))


def read_revocations(
    path: Path | str, cards: Sequence[Card], *, at: datetime | None = None
) -> Revocations:
    """Return the keys that a list withdraws, as of `at` (now unless given).

    A list is believed when a trusted certification body signed it, or the withdrawn key itself.
    Raises DeclareError for a list that is damaged, signed by nobody known, or out of date.

    No example: it needs the extra `sign`; tests/declare/test_signatures.py shows it.
    """
    path, moment = Path(path), datetime.now(UTC) if at is None else at
    problems: list[Problem] = []
    found = files.read_json(path, problems)
    where = Where(file=path.name)
    token = found.get("list") if isinstance(found, dict) else None
    if problems or not isinstance(token, str):
        raise DeclareError(*problems, problem("revocations-form", where))
    kind, card, content = opened(token, {each.kid: each for each in cards})
    if card is None:
        raise DeclareError(problem("revocations-unknown", where))
    rows = _rows(content) if kind == _KIND else None
    if content is None or rows is None:
        raise DeclareError(problem("revocations-form", where))
    ends = datetime.fromtimestamp(content["exp"], UTC)
    if moment >= ends:
        raise DeclareError(problem("revocations-old", where, (), until=ends.isoformat()))
    others = [row.kid for row in rows if row.kid != card.kid]
    if others and "certification body" not in card.roles:
        raise DeclareError(problem("revocations-unknown", where))
    return Revocations(rows)


def _rows(content: dict[str, Any] | None) -> tuple[Revocation, ...] | None:
    """Return the rows of a list, None where it has not the form of one."""
    try:
        listed = (content or {})["revoked"]
        datetime.fromtimestamp((content or {})["exp"], UTC)
        rows = tuple(
            Revocation(str(each["kid"]), datetime.fromisoformat(each["since"]), each["reason"])
            for each in listed
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    return rows if all(row.reason in REASONS and row.since.tzinfo for row in rows) else None
