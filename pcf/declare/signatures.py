"""Who answers for this bundle, in which role, and does it hold? Statements as JWS, and verdicts.

A statement is over the digest of a bundle's manifest, so over every byte of it. It is written with
`alg: Ed25519` (RFC 9864); `EdDSA`, its older name, is read too; no other algorithm is. Each
signature gets one of five verdicts; a reader passes the cards that he trusts.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pcf import files
from pcf.declare.credentials import CREDENTIAL, credential, subject_of
from pcf.declare.keys import ROLE_NAMES, ROLES, Card, SigningKey
from pcf.declare.results import printable
from pcf.digest import canonical
from pcf.errors import DeclareError, Problem, Where, problem
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pcf.declare.bundle import Case
    from pcf.declare.keys import Role
    from pcf.declare.revoking import Revocations
    from pcf.text import Language

Finding = Literal["valid", "wrong content", "unknown key", "expired", "revoked"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)
STATEMENTS = {
    "declarer": Name(
        "The declared footprint is ours; it follows from the study and the data in this bundle.",
        "所声明的碳足迹由我方负责，源自本封存包中的研究和数据。",
    ),
    "verifier": Name(
        "The declared footprint was recomputed from this bundle and verified.",
        "已依据本封存包复算并核查所声明的碳足迹。",
    ),
    "certification body": Name(
        "The declared footprint is certified.",
        "所声明的碳足迹已获认证。",
    ),
}
STATEMENT = "pcf-statement+jwt"
_FORMAT = "pcf signatures 1"
_READ = ("Ed25519", "EdDSA")
_VALID_FOR = timedelta(days=730)
_SAYS = {
    "valid": Name("valid", "有效"),
    "wrong content": Name(
        "wrong content: the signature is not over this bundle", "内容不符：签名所对应的不是本封存包"
    ),
    "unknown key": Name(
        "unknown key: no trusted card holds it in this role",
        "未知密钥：可信名片中没有该角色的此密钥",
    ),
    "expired": Name("expired: outside its period of validity", "已过期：不在有效期内"),
    "revoked": Name("revoked: its key was withdrawn", "已撤销：其密钥已被撤销"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be thought of one signature: the finding, and who stated what, and when.

    What an unknown key states is not shown as anybody's statement: holder and role are empty.
    """

    finding: Finding
    holder: str = ""
    role: str = ""
    statement: str = ""
    signed: datetime | None = None
    until: datetime | None = None
    kid: str = ""

    def says(self, language: Language = "en") -> str:
        """Return the verdict as one line."""
        role = ROLE_NAMES[self.role].says(language) if self.role in ROLE_NAMES else ""
        when = "" if self.signed is None else self.signed.isoformat(timespec="seconds")
        usual = STATEMENTS.get(self.role, Name())
        stated = usual.says(language) if self.statement == usual.en else self.statement
        facts = (self.holder, role, when, stated)
        said = {"en": "; ", "zh": "；"}[language].join(fact for fact in facts if fact)
        verdict = _SAYS[self.finding].says(language)
        return printable(f"{verdict}{f' – {said}' if said else ''}")


def sign(  # noqa: PLR0913 - each word is part of what is signed
    case: Case,
    key: SigningKey,
    *,
    role: Role,
    statement: str = "",
    signed: datetime | None = None,
    until: datetime | None = None,
    as_credential: bool = False,
) -> str:
    """Return the signature of an intact bundle: a compact JWS over a role and a statement.

    Without `statement` it is the usual one of the role; `signed` is now unless given, `until` two
    years later, never beyond the key's own end. `as_credential` makes it a verifiable credential
    (`vc+jwt`). Raises DeclareError for a role that the key does not have, or a time outside it.

    No example: it needs the extra `sign`; tests/declare/test_signatures.py shows it.
    """
    case.require_intact()
    card, begins = key.card, datetime.now(UTC) if signed is None else signed
    ends = min(begins + _VALID_FOR, card.end) if until is None else until
    if role not in card.roles:
        raise DeclareError(problem("sign-role", card.holder, card.roles, role=role))
    if not card.start <= begins < ends <= card.end:
        facts = {"start": begins, "end": ends, "first": card.start, "last": card.end}
        raise DeclareError(problem("sign-period", card.holder, (), **facts))
    said = statement or STATEMENTS[role].en
    content: dict[str, Any] = {
        "kind": STATEMENT,
        "role": role,
        "statement": said,
        "bundle": case.digest,
    }
    if as_credential:
        content = credential(case, card, (begins, ends), content)
    else:
        content |= {"iat": int(begins.timestamp()), "exp": int(ends.timestamp())}
    return signed_content(content, CREDENTIAL if as_credential else STATEMENT, key)


def signed_content(content: dict[str, Any], kind: str, key: SigningKey) -> str:
    """Return JSON as a compact JWS of a kind (`typ`), written with `alg: Ed25519`.

    No example: `sign` shows it at work.
    """
    header = {"alg": "Ed25519", "kid": key.card.kid, "typ": kind}
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": key.card.public, "d": key.secret}
    private = import_module("joserfc.jwk").OKPKey.import_key(jwk)
    jws = import_module("joserfc.jws")
    return str(jws.serialize_compact(header, canonical(content), private, algorithms=["Ed25519"]))


def verify(
    case: Case,
    signatures: Iterable[str],
    cards: Sequence[Card],
    *,
    revocations: Revocations | None = None,
    at: datetime | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdict on each signature of a bundle, as of `at` (now unless given).

    A signature is valid when the bundle is intact, the key is on a trusted card with the stated
    role, the signature is of that key over this bundle, and neither is expired or revoked.

    No example: it needs the extra `sign`; tests/declare/test_signatures.py shows it.
    """
    moment = datetime.now(UTC) if at is None else at
    known = {card.kid: card for card in cards}
    return tuple(_verdict(case, each, known, revocations, moment) for each in signatures)


def opened(token: str, cards: dict[str, Card]) -> tuple[str, Card | None, dict[str, Any] | None]:
    """Return the kind of a JWS, the trusted card of its key, its content where the signature holds.

    No example: `verify` shows it at work.
    """
    errors = import_module("joserfc.errors")
    jws, jwk = import_module("joserfc.jws"), import_module("joserfc.jwk")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that EdDSA is the older name is no news here
            header = jws.extract_compact(token.encode()).headers()
            kind, card = str(header.get("typ", "")), cards.get(str(header.get("kid", "")))
            if card is None:
                return kind, None, None
            public = jwk.OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": card.public})
            found = jws.deserialize_compact(token, public, algorithms=list(_READ))
    except (errors.JoseError, ValueError, TypeError, KeyError, AttributeError):
        return "", cards.get(_kid(token)), None
    content = files.parse_json(found.payload, "signature", [])
    return kind, card, content if isinstance(content, dict) else None


def write_signatures(path: Path | str, signatures: Sequence[str]) -> None:
    """Write signatures to a file beside their bundle; raise FileError where that fails.

    No example: `pcf sign` does it.
    """
    files.write(Path(path), canonical({"format": _FORMAT, "signatures": list(signatures)}))


def read_signatures(path: Path | str) -> tuple[str, ...]:
    """Return the signatures of a file; raise DeclareError where it is none.

    No example: `pcf verify` does it.
    """
    path, problems = Path(path), list[Problem]()
    found = files.read_json(path, problems)
    listed = found.get("signatures") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise DeclareError(problem("signatures-form", Where(file=path.name)))
    return tuple(listed)


def _kid(token: str) -> str:
    """Return the key that a damaged signature names, where that can still be read."""
    try:
        header = import_module("joserfc.util").urlsafe_b64decode(token.partition(".")[0].encode())
        found = files.parse_json(header, "signature", [])
    except (ValueError, TypeError):
        return ""
    return str(found.get("kid", "")) if isinstance(found, dict) else ""


def _verdict(
    case: Case,
    token: str,
    cards: dict[str, Card],
    revocations: Revocations | None,
    at: datetime,
) -> Verdict:
    kind, card, content = opened(token, cards)
    if card is None:
        return Verdict("unknown key", kid=_kid(token))
    if content is None or kind not in (STATEMENT, CREDENTIAL) or case.problems:
        return Verdict("wrong content", card.holder, kid=card.kid)
    said = _stated(content, kind)
    if said is None or content_digest(content, kind) != case.digest:
        return Verdict("wrong content", card.holder, kid=card.kid)
    verdict = replace(said, holder=card.holder, kid=card.kid)
    if verdict.role not in card.roles or verdict.role not in ROLES:
        return replace(verdict, finding="unknown key", holder="", role="")
    return replace(verdict, finding=_standing(verdict, card, revocations, at))


def _standing(
    verdict: Verdict, card: Card, revocations: Revocations | None, at: datetime
) -> Finding:
    """Return how a true signature stands: revoked, expired or valid."""
    signed, until = verdict.signed, verdict.until
    if signed is None or until is None:
        return "wrong content"
    if revocations is not None and revocations.fells(card.kid, signed):
        return "revoked"
    within = card.start <= signed < card.end and signed <= at < until and at < card.end
    return "valid" if within else "expired"


def content_digest(content: dict[str, Any], kind: str) -> str:
    """Return the digest of the bundle that a statement or a credential speaks of.

    No example: `verify` shows it at work.
    """
    return str((subject_of(content) if kind == CREDENTIAL else content).get("bundle", ""))


def _stated(content: dict[str, Any], kind: str) -> Verdict | None:
    """Return what is stated, where it has the form; the finding is not yet made."""
    try:
        if kind == CREDENTIAL:
            said = subject_of(content)
            signed = datetime.fromisoformat(content["validFrom"])
            until = datetime.fromisoformat(content["validUntil"])
        else:
            said = content
            signed, until = (datetime.fromtimestamp(int(content[k]), UTC) for k in ("iat", "exp"))
        role, statement = said["role"], said["statement"]
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    if not isinstance(role, str) or not isinstance(statement, str) or signed.tzinfo is None:
        return None
    return Verdict("valid", "", role, statement, signed, until) if until.tzinfo else None
