"""Who may sign, with what, until when? Private keys under a passphrase, public cards to be trusted.

The extra `sign` (joserfc, cryptography) is needed here, in `signatures` and in `revoking`, and
loaded nowhere else. A key is Ed25519 (RFC 8032); its name (`kid`) is its thumbprint (RFC 7638).
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pcf import files
from pcf.digest import canonical
from pcf.errors import DeclareError, FileError, Where, problem
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.errors import Problem

Role = Literal["declarer", "verifier", "certification body"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES = {
    "declarer": Name("declarer", "声明方"),
    "verifier": Name("verifier", "核查方"),
    "certification body": Name("certification body", "认证机构"),
}
_KEY_FORMAT, _CARD_FORMAT = "pcf key 1", "pcf public key 1"
# RFC 7518, 4.8; the rounds are those that OWASP asks of PBKDF2 with SHA-512.
_WRAPPING = {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 210_000, "cty": "jwk+json"}
_WRAPPINGS = ["PBES2-HS512+A256KW", "A256GCM"]
_SHORTEST = 14
"""Characters that a passphrase has at least."""


@dataclass(frozen=True, slots=True)
class Card:
    """A public key with its holder, the roles it may sign in, and the time it may sign within.

    Whoever trusts a card believes that the key is the holder's; nothing in the file proves it.
    """

    kid: str
    public: str
    holder: str
    roles: tuple[Role, ...]
    start: datetime
    end: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return the card as plain JSON."""
        return {
            "format": _CARD_FORMAT,
            "kid": self.kid,
            "jwk": {"kty": "OKP", "crv": "Ed25519", "x": self.public},
            "holder": self.holder,
            "roles": list(self.roles),
            "from": self.start.isoformat(timespec="seconds"),
            "until": self.end.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key in memory, with its card; it never shows itself."""

    card: Card
    secret: str

    def __repr__(self) -> str:
        """Return whose key it is; the secret is for no line."""
        return f"SigningKey({self.card.holder}, {self.card.kid})"


def new_key(  # noqa: PLR0913 - each word stands on the card
    path: Path | str,
    passphrase: str,
    *,
    holder: str,
    roles: Iterable[Role],
    until: datetime,
    start: datetime | None = None,
) -> Card:
    """Draw a key, write it under its passphrase to `path`, and return its card.

    The file is readable by its owner alone. Raises DeclareError for a passphrase shorter than 14
    characters, an unknown role or a time without an offset; FileError where there is a file.

    No example: it needs the extra `sign`; tests/declare/test_signatures.py shows it.
    """
    begins = (datetime.now(UTC) if start is None else start).replace(microsecond=0)
    asked = tuple(roles)
    names = tuple(role for role in ROLES if role in asked)
    problems = [problem("key-role", each, ROLES, role=each) for each in asked if each not in ROLES]
    if len(passphrase) < _SHORTEST:
        problems.append(problem("key-passphrase-short", "", (), least=_SHORTEST))
    if not names or not holder.strip():
        problems.append(problem("key-holder"))
    if begins.tzinfo is None or until.tzinfo is None or until <= begins:
        problems.append(problem("key-period", "", (), start=begins, end=until))
    if problems:
        raise DeclareError(*problems)
    jose = _jose("jwk")
    key = jose.OKPKey.generate_key("Ed25519")
    whole = key.as_dict(private=True)
    card = Card(key.thumbprint(), whole["x"], holder, names, begins, until.replace(microsecond=0))
    wrapped = _jose("jwe").encrypt_compact(
        _WRAPPING, canonical(whole), _wrapping_key(passphrase), algorithms=_WRAPPINGS
    )
    _write_private(Path(path), canonical({"format": _KEY_FORMAT, **_told(card), "jwe": wrapped}))
    return card


def read_key(path: Path | str, passphrase: str) -> SigningKey:
    """Return the key in a file; raise DeclareError for another passphrase or an open file.

    No example: it needs the extra `sign`; tests/declare/test_signatures.py shows it.
    """
    path = Path(path)
    found = _document(path, _KEY_FORMAT)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise DeclareError(problem("key-open", Where(file=path.name)))
    card = _card({**found.get("card", {}), "format": _CARD_FORMAT}, path.name)
    errors = _jose("errors")
    try:
        opened = _jose("jwe").decrypt_compact(
            found["jwe"], _wrapping_key(passphrase), algorithms=_WRAPPINGS
        )
        secret = files.parse_json(opened.plaintext, path.name, [])["d"]
        whole = {"kty": "OKP", "crv": "Ed25519", "x": card.public, "d": secret}
        _jose("jwk").OKPKey.import_key(whole)
    except (errors.JoseError, ValueError, KeyError, TypeError):
        raise DeclareError(problem("key-passphrase", Where(file=path.name))) from None
    return SigningKey(card, secret)


def write_card(card: Card, path: Path | str) -> None:
    """Write a card, to be handed to those who shall verify.

    No example: `new_key` makes cards.
    """
    files.write(Path(path), canonical(card.as_dict()))


def read_cards(paths: Iterable[Path | str]) -> tuple[Card, ...]:
    """Return the cards that a reader trusts; raise DeclareError for a file that is none.

    No example: `write_card` writes them.
    """
    return tuple(_card(_document(Path(path), _CARD_FORMAT), Path(path).name) for path in paths)


def _jose(module: str) -> Any:  # noqa: ANN401 - joserfc ships no types
    """Return a module of joserfc; say what to install where it is not there."""
    try:
        return import_module(f"joserfc.{module}")
    except ModuleNotFoundError:
        raise DeclareError(problem("sign-extra")) from None


def _wrapping_key(passphrase: str) -> Any:  # noqa: ANN401 - joserfc ships no types
    if len(passphrase) < _SHORTEST:
        raise DeclareError(problem("key-passphrase-short", "", (), least=_SHORTEST))
    return _jose("jwk").OctKey.import_key(passphrase.encode())


def _told(card: Card) -> dict[str, Any]:
    return {"card": {key: said for key, said in card.as_dict().items() if key != "format"}}


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, where there is none."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            problem("file-not-written", Where(file=path.name), reason=reason)
        ) from error
    try:
        files.write(path, content)  # it keeps the permissions of the file that is there
    except FileError:
        path.unlink()  # an empty file would be in the way of the next attempt
        raise


def _document(path: Path, form: str) -> dict[str, Any]:
    problems: list[Problem] = []
    found = files.read_json(path, problems)
    if problems:
        raise DeclareError(*problems)
    if not isinstance(found, dict) or found.get("format") != form:
        raise DeclareError(problem("key-form", Where(file=path.name), (), format=form))
    return found


def _card(found: dict[str, Any], name: str) -> Card:
    """Return a card from its JSON; its name must be the thumbprint of its key."""
    errors: Any = _jose("errors")
    try:
        public = found["jwk"]["x"]
        key = _jose("jwk").OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})
        card = Card(
            key.thumbprint(),
            public,
            str(found["holder"]),
            tuple(role for role in ROLES if role in found["roles"]),
            datetime.fromisoformat(found["from"]),
            datetime.fromisoformat(found["until"]),
        )
        whole = card.as_dict() == found and card.start.tzinfo is not None
    except (KeyError, TypeError, ValueError, AttributeError, errors.JoseError):
        whole = False
    if not whole:
        raise DeclareError(problem("key-form", Where(file=name), (), format=_CARD_FORMAT))
    return card
