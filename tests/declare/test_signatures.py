"""Signatures over bundles: five verdicts, and nothing that counts as valid by accident."""

from __future__ import annotations

import base64
import json
import os
import stat
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from pcf.declare.archive import pack_parts, read_parts
from pcf.declare.bundle import Case
from pcf.declare.keys import new_key, read_cards, read_key, write_card
from pcf.declare.revoking import Revocation, Revocations, read_revocations, sign_revocations
from pcf.declare.signatures import (
    read_signatures,
    sign,
    signed_content,
    verify,
    write_signatures,
)
from pcf.digest import canonical
from pcf.errors import DeclareError, FileError, problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.declare.keys import Card, SigningKey

pytest.importorskip("joserfc", reason="the extra 'sign' is not installed")
pytest.importorskip("cryptography", reason="the extra 'sign' is not installed")

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
WORDS = "correct horse battery staple"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SigningKey]:
    """Return a key of a declarer, of a verifier, of a certification body."""
    folder, found = tmp_path_factory.mktemp("keys"), {}
    for role in ("declarer", "verifier", "certification body"):
        path = folder / f"{role}.key"
        new_key(path, WORDS, holder=f"示例 {role}", roles=[role], start=NOW, until=NOW + 3 * YEAR)
        found[role] = read_key(path, WORDS)
    return found


@pytest.fixture(scope="module")
def cards(keys: dict[str, SigningKey]) -> tuple[Card, ...]:
    """Return their cards."""
    return tuple(key.card for key in keys.values())


def findings(case: Case, token: str, cards: tuple[Card, ...], **more: object) -> str:
    (verdict,) = verify(case, [token], cards, **({"at": NOW + timedelta(days=30)} | more))
    return verdict.finding


@pytest.mark.parametrize("as_credential", [False, True])
@pytest.mark.parametrize("role", ["declarer", "verifier", "certification body"])
def test_each_role_signs_and_is_believed(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...], role: str, as_credential: bool
) -> None:
    token = sign(case, keys[role], role=role, signed=NOW, as_credential=as_credential)
    (verdict,) = verify(case, [token], cards, at=NOW + timedelta(days=30))
    assert (verdict.finding, verdict.role, verdict.holder) == ("valid", role, f"示例 {role}")
    assert verdict.signed == NOW
    assert "有效" in verdict.says("zh")
    assert "valid" in verdict.says("en")


def test_a_statement_in_ones_own_words_is_shown_as_it_is(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...]
) -> None:
    words = "复算一致，无保留意见。"
    token = sign(case, keys["verifier"], role="verifier", statement=words, signed=NOW)
    (verdict,) = verify(case, [token], cards, at=NOW)
    assert verdict.statement == words
    assert words in verdict.says("en")


def test_the_header_says_ed25519_and_what_kind_it_is(
    case: Case, keys: dict[str, SigningKey]
) -> None:
    for as_credential, kind in ((False, "pcf-statement+jwt"), (True, "vc+jwt")):
        token = sign(
            case, keys["declarer"], role="declarer", signed=NOW, as_credential=as_credential
        )
        header = json.loads(_decoded(token.split(".")[0]))
        assert header == {"alg": "Ed25519", "kid": keys["declarer"].card.kid, "typ": kind}


def test_a_credential_has_what_the_data_model_asks_for(
    case: Case, keys: dict[str, SigningKey]
) -> None:
    body = keys["certification body"]
    token = sign(case, body, role="certification body", signed=NOW, as_credential=True)
    content = json.loads(_decoded(token.split(".")[1]))
    assert content["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert content["type"][0] == "VerifiableCredential"
    assert content["issuer"]["id"].endswith(body.card.kid)
    assert content["credentialSubject"]["bundle"] == case.digest
    assert content["credentialSubject"]["total"] == case.declared.total
    assert content["credentialSubject"]["marks"] == ["fictional"]


def test_the_older_name_of_the_algorithm_is_read(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...]
) -> None:
    token = _signed_otherwise(case, keys["declarer"], "EdDSA")
    assert findings(case, token, cards) == "valid"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", "ES256", "Ed448", ""])
def test_no_other_algorithm_is_read(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...], algorithm: str
) -> None:
    """An HMAC with the public key as its secret is the classical forgery."""
    token = sign(case, keys["declarer"], role="declarer", signed=NOW)
    header = {"alg": algorithm, "kid": keys["declarer"].card.kid, "typ": "pcf-statement+jwt"}
    signature = token.split(".")[2]
    if algorithm == "HS256":
        jwk, jws = import_module("joserfc.jwk"), import_module("joserfc.jws")
        secret = jwk.OctKey.import_key(keys["declarer"].card.public.encode())
        forged = jws.serialize_compact(
            header, _decoded(token.split(".")[1]), secret, algorithms=["HS256"]
        )
    else:
        forged = ".".join([_encoded(canonical(header)), token.split(".")[1], signature])
    assert findings(case, forged, cards) == "wrong content"


def test_a_changed_bundle_makes_every_signature_wrong(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...]
) -> None:
    token = sign(case, keys["declarer"], role="declarer", signed=NOW)
    facts = {k: v for k, v in case.manifest.items() if k not in ("parts", "format")}
    parts = dict(case.archive.parts) | {"versions.json": b"{}"}
    other = Case(read_parts(pack_parts(facts, parts), "other.pcf"))
    other.require_intact()
    assert findings(other, token, cards) == "wrong content"
    damaged = Case(replace(case.archive, problems=(*Case(read_parts(b"", "a")).problems,)))
    assert findings(damaged, token, cards) == "wrong content"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_part_of_a_signature_may_change(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...], part: int
) -> None:
    token = sign(case, keys["declarer"], role="declarer", signed=NOW)
    pieces = token.split(".")
    for at in range(0, len(pieces[part]) - 2, 7):
        other = "A" if pieces[part][at] != "A" else "B"
        changed = pieces[part][:at] + other + pieces[part][at + 1 :]
        forged = ".".join([*pieces[:part], changed, *pieces[part + 1 :]])
        assert findings(case, forged, cards) in ("wrong content", "unknown key"), at


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "...", "镍.镍.镍", "\0", "e30.e30.e30"])
def test_what_is_no_signature_is_not_valid(case: Case, cards: tuple[Card, ...], token: str) -> None:
    assert findings(case, token, cards) in ("unknown key", "wrong content")


def test_a_key_that_nobody_trusts_is_unknown_and_says_nothing(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...]
) -> None:
    token = sign(case, keys["verifier"], role="verifier", signed=NOW)
    trusted = tuple(card for card in cards if "verifier" not in card.roles)
    (verdict,) = verify(case, [token], trusted, at=NOW)
    assert (verdict.finding, verdict.holder, verdict.statement) == ("unknown key", "", "")


def test_a_declarer_cannot_pass_for_a_certification_body(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...]
) -> None:
    with pytest.raises(DeclareError) as told:
        sign(case, keys["declarer"], role="certification body", signed=NOW)
    assert told.value.problems[0].code == "sign-role"
    content = {"kind": "pcf-statement+jwt", "role": "certification body", "statement": "Certified."}
    content |= {"bundle": case.digest, "iat": int(NOW.timestamp())}
    content |= {"exp": int((NOW + YEAR).timestamp())}
    forged = signed_content(content, "pcf-statement+jwt", keys["declarer"])
    assert findings(case, forged, cards) == "unknown key"


def test_a_signature_ends_and_a_key_ends(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...]
) -> None:
    until = NOW + timedelta(days=100)
    token = sign(case, keys["declarer"], role="declarer", signed=NOW, until=until)
    for at, finding in (
        (NOW - timedelta(seconds=1), "expired"),
        (NOW, "valid"),
        (until - timedelta(seconds=1), "valid"),
        (until, "expired"),
    ):
        assert findings(case, token, cards, at=at) == finding
    ended = tuple(replace(card, end=NOW + timedelta(days=50)) for card in cards)
    assert findings(case, token, ended, at=NOW + timedelta(days=60)) == "expired"
    later = tuple(replace(card, start=NOW + timedelta(days=1)) for card in cards)
    assert findings(case, token, later, at=NOW + timedelta(days=60)) == "expired"
    with pytest.raises(DeclareError) as told:
        sign(case, keys["declarer"], role="declarer", signed=NOW, until=NOW + 4 * YEAR)
    assert told.value.problems[0].code == "sign-period"


def test_revoked_keys_are_told_and_a_compromised_one_falls_with_all_it_signed(
    case: Case, keys: dict[str, SigningKey], cards: tuple[Card, ...], tmp_path: Path
) -> None:
    declarer, body = keys["declarer"], keys["certification body"]
    token = sign(case, declarer, role="declarer", signed=NOW)
    at, since = NOW + timedelta(days=60), NOW + timedelta(days=30)
    path = tmp_path / "revoked.json"
    for reason, finding in (("superseded", "valid"), ("compromised", "revoked")):
        rows = [Revocation(declarer.card.kid, since, reason)]
        sign_revocations(path, rows, body, until=at + YEAR, signed=NOW)
        lists = read_revocations(path, cards, at=at)
        assert findings(case, token, cards, revocations=lists, at=at) == finding
        late = sign(case, declarer, role="declarer", signed=since + timedelta(days=1))
        assert findings(case, late, cards, revocations=lists, at=at) == "revoked"
    assert findings(case, token, cards, revocations=Revocations(), at=at) == "valid"


def test_only_a_certification_body_or_the_key_itself_withdraws_a_key(
    keys: dict[str, SigningKey], cards: tuple[Card, ...], tmp_path: Path
) -> None:
    path, ends = tmp_path / "revoked.json", NOW + YEAR
    victim, other = keys["declarer"], keys["verifier"]
    rows = [Revocation(victim.card.kid, NOW, "compromised")]
    sign_revocations(path, rows, other, until=ends, signed=NOW)
    with pytest.raises(DeclareError) as told:
        read_revocations(path, cards, at=NOW)
    assert told.value.problems[0].code == "revocations-unknown"
    sign_revocations(path, rows, victim, until=ends, signed=NOW)
    assert read_revocations(path, cards, at=NOW).rows == tuple(rows)
    with pytest.raises(DeclareError) as told:
        read_revocations(path, cards, at=ends)
    assert told.value.problems[0].code == "revocations-old"
    with pytest.raises(DeclareError) as told:
        read_revocations(path, (), at=NOW)
    assert told.value.problems[0].code == "revocations-unknown"


def test_a_list_that_was_changed_is_not_believed(
    keys: dict[str, SigningKey], cards: tuple[Card, ...], tmp_path: Path
) -> None:
    path = tmp_path / "revoked.json"
    body = keys["certification body"]
    sign_revocations(path, [], body, until=NOW + YEAR, signed=NOW)
    whole = json.loads(path.read_text(encoding="utf-8"))
    pieces = whole["list"].split(".")
    more = canonical({"revoked": [], "iat": 0, "exp": 2**40})
    pieces[1] = _encoded(more)
    for content in (whole | {"list": ".".join(pieces)}, {"list": 1}, [], {"list": "a.b.c"}):
        path.write_bytes(canonical(content))
        with pytest.raises(DeclareError):
            read_revocations(path, cards, at=NOW)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    new_key(path, WORDS, holder="示例", roles=["declarer"], until=NOW + YEAR, start=NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(DeclareError) as told:
        read_key(path, WORDS)
    assert told.value.problems[0].code == "key-open"


def test_a_key_file_says_nothing_without_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    card = new_key(path, WORDS, holder="示例", roles=["declarer"], until=NOW + YEAR, start=NOW)
    key = read_key(path, WORDS)
    content = path.read_text(encoding="utf-8")
    assert key.card == card
    assert key.secret not in content
    assert WORDS not in content
    assert key.secret not in repr(key)
    with pytest.raises(DeclareError) as told:
        read_key(path, WORDS + "!")
    assert told.value.problems[0].code == "key-passphrase"
    with pytest.raises(FileError):
        new_key(path, WORDS, holder="示例", roles=["declarer"], until=NOW + YEAR, start=NOW)
    header = json.loads(_decoded(json.loads(content)["jwe"].split(".")[0]))
    assert header["alg"] == "PBES2-HS512+A256KW"
    assert header["p2c"] >= 210_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"passphrase": "short"}, "key-passphrase-short"),
        ({"holder": " "}, "key-holder"),
        ({"roles": []}, "key-holder"),
        ({"roles": ["auditor"]}, "key-role"),
        ({"until": NOW}, "key-period"),
        ({"until": datetime(2030, 1, 1)}, "key-period"),  # noqa: DTZ001 - that is the fault
    ],
)
def test_a_key_that_cannot_be_is_refused_and_no_file_left(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    wanted = {"passphrase": WORDS, "holder": "示例", "roles": ["declarer"], "until": NOW + YEAR}
    wanted |= {"start": NOW} | change
    with pytest.raises(DeclareError) as told:
        new_key(tmp_path / "a.key", wanted.pop("passphrase"), **wanted)
    assert code in [each.code for each in told.value.problems]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda card: card | {"kid": "another"},
        lambda card: card | {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}},
        lambda card: card | {"jwk": card["jwk"] | {"crv": "X25519"}},
        lambda card: card | {"from": "2026"},
        lambda card: card | {"roles": ["auditor"]},
        lambda card: card | {"more": 1},
        lambda card: {key: said for key, said in card.items() if key != "holder"},
        lambda _: [],
    ],
)
def test_a_card_that_was_changed_is_none(
    tmp_path: Path,
    cards: tuple[Card, ...],
    change: Callable[[dict[str, object]], object],
) -> None:
    path = tmp_path / "card.json"
    write_card(cards[0], path)
    assert read_cards([path]) == (cards[0],)
    path.write_bytes(canonical(change(json.loads(path.read_text(encoding="utf-8")))))
    with pytest.raises(DeclareError) as told:
        read_cards([path])
    assert told.value.problems[0].code == "key-form"


def test_signatures_are_read_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "a.pcf.sig.json"
    write_signatures(path, ["a.b.c", "d.e.f"])
    assert read_signatures(path) == ("a.b.c", "d.e.f")
    for content in (b"[]", b"{}", b'{"signatures":[1]}', b"nonsense"):
        path.write_bytes(content)
        with pytest.raises(DeclareError):
            read_signatures(path)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signed_otherwise(case: Case, key: SigningKey, algorithm: str) -> str:
    """Return a statement signed with the same key under another name of its algorithm."""
    content = {"kind": "pcf-statement+jwt", "role": "declarer", "statement": "Ours."}
    content |= {"bundle": case.digest, "iat": int(NOW.timestamp())}
    content |= {"exp": int((NOW + YEAR).timestamp())}
    jwk, jws = import_module("joserfc.jwk"), import_module("joserfc.jws")
    private = {"kty": "OKP", "crv": "Ed25519", "x": key.card.public, "d": key.secret}
    header = {"alg": algorithm, "kid": key.card.kid, "typ": "pcf-statement+jwt"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(
            jws.serialize_compact(
                header,
                canonical(content),
                jwk.OKPKey.import_key(private),
                algorithms=[algorithm],
            )
        )


def test_a_key_that_could_not_be_written_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise FileError(problem("file-not-written", "key", (), reason="No space left on device"))

    path, until = tmp_path / "key", datetime(2099, 1, 1, tzinfo=UTC)
    with monkeypatch.context() as patched:
        patched.setattr("pcf.declare.keys.files.write", full)
        with pytest.raises(FileError):
            new_key(path, WORDS, holder="示例认证", roles=["verifier"], until=until)
    assert not path.exists()
    new_key(path, WORDS, holder="示例认证", roles=["verifier"], until=until)
    assert path.stat().st_size > 0
