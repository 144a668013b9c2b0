"""What does a buyer learn? Totals, stages, verdicts, and one root that holds the rest to its word.

The buyer's copy is a bundle of its own. All that is hidden is behind the root; whoever has the full
copy can prove that it is what the root commits to, and reveal chosen values one by one.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any

from pcf import files
from pcf.declare.archive import pack_parts, read_parts
from pcf.declare.leaves import leaves_of
from pcf.declare.merkle import Proof, Tree, commit, holds
from pcf.declare.parts import KEY, OPINIONS, SHOWN, STUDY_FILE
from pcf.declare.results import places
from pcf.digest import canonical, fingerprint_bytes
from pcf.errors import DeclareError, Where, problem
from pcf.text import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.declare.archive import Archive

_SETTINGS = ("declared_unit", "characterisation", "electricity", "planned")
_TOTALS = ("total", "total_including_uptake", "credits", "net", "unsplit_share", "share_excluded")
_CONTEXT = ("place", "period", "marks")
_KIND = re.compile(r"[^:;,.(：；，。（]*")
"""The kind of a boundary, such as 'cradle to gate'; what follows names processes."""


def buyer_bundle(full: Archive, results: Mapping[str, Any], digits: int) -> bytes:
    """Return the buyer's copy of a full bundle, its numbers rounded to `digits` digits.

    Neither the study's name, nor its findings, nor any length or number of what is hidden is in it;
    of background sets only the one that the study names, of its boundary only the kind.
    No example: `Case.for_buyer` shows it.
    """
    if not 1 <= digits <= 15:
        raise DeclareError(problem("disclosure-digits", "", (), digits=digits))
    sets = _named_sets(full)
    facts = {key: full.manifest[key] for key in ("sealed", "purpose", "marks")}
    facts["background"] = sets
    root = full.manifest["commitment"]["root"]
    opinions = [
        files.parse_json(content, name, [])
        for name, content in full.parts.items()
        if name.startswith(OPINIONS)
    ]
    shown = {
        "digits": digits,
        **{key: results.get(key) for key in _SETTINGS},
        **{key: _rounded(results.get(key), digits) for key in _TOTALS},
        **{key: _rounded(results.get(key), digits) for key in ("by_stage", "lines")},
        "context": _context(results["context"], sets),
        "verdicts": [_verdicts(each) for each in opinions],
    }
    return pack_parts(
        {**facts, "kind": "buyer", "commitment": {"root": root}}, {SHOWN: canonical(shown)}
    )


def committed(key: bytes, parts: Mapping[str, bytes]) -> Tree:
    """Return the commitment to all parts but the key itself.

    The salts are drawn from the key and from what is hidden: a key that seals many bundles gives
    none of them the salts of another, so that what is revealed of one helps nobody to guess at the
    next. Raises DeclareError for more values than can be committed to.

    No example: `seal_bundle` and `Case.reveal` show it.
    """
    hidden = {name: content for name, content in parts.items() if name != KEY}
    listed = canonical({name: fingerprint_bytes(content) for name, content in hidden.items()})
    return commit(hmac.digest(key, b"pcf bundle 1\x00" + listed, "sha256"), leaves_of(hidden))


def tree_of(full: Archive) -> Tree:
    """Return what a full bundle commits to; raise DeclareError where its own root is another.

    No example: `Case.reveal` shows it.
    """
    tree = committed(full.parts[KEY], full.parts)
    if tree.root.hex() != full.manifest.get("commitment", {}).get("root"):
        raise DeclareError(problem("commitment-differs", Where(file=full.name)))
    return tree


def confirm(full: Archive, tree: Tree, results: Mapping[str, Any], buyer: Archive) -> None:
    """Raise DeclareError with everything in a buyer's copy that the full one does not bear out.

    No example: `Case.confirm` shows it.
    """
    where = Where(file=buyer.name)
    root = buyer.manifest.get("commitment", {}).get("root")
    if tree.root.hex() != root:
        raise DeclareError(problem("commitment-other", where))
    shown = files.parse_json(buyer.parts[SHOWN], SHOWN, [])
    digits = shown.get("digits") if isinstance(shown, dict) else None
    if not isinstance(digits, int):
        raise DeclareError(problem("disclosure-differs", where, (), place="digits"))
    wanted = read_parts(buyer_bundle(full, results, digits), buyer.name)
    if wanted.digest == buyer.digest:
        return
    pairs = (
        (dict(places(dict(wanted.manifest))), dict(places(dict(buyer.manifest)))),
        (_places_of(wanted), _places_of(buyer)),
    )
    differing = [
        place
        for one, two in pairs
        for place in dict.fromkeys((*one, *two))
        if (place in one, one.get(place)) != (place in two, two.get(place))
        and not place.startswith("parts/")
    ]
    raise DeclareError(*(problem("disclosure-differs", where, (), place=p) for p in differing))


def reveal(tree: Tree, wanted: Iterable[str]) -> tuple[Proof, ...]:
    """Return the proofs of chosen places; raise DeclareError with candidates for unknown ones.

    No example: `Case.reveal` shows it.
    """
    asked = tuple(wanted)
    unknown = [place for place in asked if place not in tree.positions]
    if unknown:
        raise DeclareError(
            *(
                problem("place-none", place, nearest(place, tree.positions), place=place)
                for place in unknown
            )
        )
    return tuple(tree.prove(place) for place in asked)


def read_proof(found: object, name: str) -> Proof:
    """Return a proof from its JSON; raise DeclareError where it has not the form of one.

    >>> tree = commit(bytes(32), {"total": 12.5}, least=4)
    >>> read_proof(tree.prove("total").as_dict(), "proof.json") == tree.prove("total")
    True
    """
    try:
        return _proof(found)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DeclareError(problem("proof-form", Where(file=name))) from None


def require_proved(buyer: Archive, proof: Proof) -> None:
    """Raise DeclareError unless a proof leads to the root of the buyer's copy.

    No example: `Case.require_proved` shows it.
    """
    root = str(buyer.manifest.get("commitment", {}).get("root", ""))
    try:
        proved = holds(bytes.fromhex(root), proof)
    except (ValueError, TypeError):
        proved = False
    if not proved:
        where = Where(file=buyer.name)
        raise DeclareError(problem("proof-none", where, (), place=proof.place[:200]))


def _proof(found: Any) -> Proof:  # noqa: ANN401 - JSON from outside, of any shape
    siblings = tuple(bytes.fromhex(each) for each in found["siblings"])
    position, place = found["position"], found["place"]
    if not isinstance(place, str) or type(position) is not int or len(siblings) > 64:
        raise TypeError
    if isinstance(found["value"], dict | list) or any(len(each) != 32 for each in siblings):
        raise TypeError
    return Proof(place, found["value"], bytes.fromhex(found["salt"]), position, siblings)


def _named_sets(full: Archive) -> list[str]:
    """Return the background set that the study names, not those of its own beside it."""
    settings = files.parse_toml(full.parts[STUDY_FILE], STUDY_FILE, []).get("study", {})
    named = fold(str(settings.get("background", "")))
    return [each for each in full.manifest["background"] if fold(each) == named]


def _context(context: Mapping[str, str], sets: list[str]) -> dict[str, str]:
    found = {key: said for key, said in context.items() if key in _CONTEXT}
    if boundary := _KIND.match(context.get("boundary", "")):
        found["boundary"] = boundary[0].strip()
    return found | {"background": " + ".join(sets)}


def _places_of(archive: Archive) -> dict[str, object]:
    return dict(places(files.parse_json(archive.parts[SHOWN], SHOWN, [])))


def _rounded(value: object, digits: int) -> object:
    """Round numbers to so many significant digits; the full ones are behind the root."""
    if isinstance(value, dict):
        return {key: _rounded(each, digits) for key, each in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(f"{value:.{digits}g}")
    return value


def _verdicts(opinion: Mapping[str, Any]) -> dict[str, Any]:
    """Return pack, edition, verdict and the verdict of each rule: no reason, no fact."""
    pack = opinion["pack"]
    return {
        "pack": pack["id"],
        "edition": pack["edition"],
        "fingerprint": pack["fingerprint"],
        "profile": None if opinion["profile"] is None else opinion["profile"]["id"],
        "verdict": opinion["opinion"]["verdict"],
        "rules": {str(each["rule"]): each["verdict"] for each in opinion["judgements"]},
    }
