"""Does an opinion follow from its rules? Each is judged again, from what the bundle holds alone.

An opinion may have been made without the background data: then facts are unknown, as they are when
it is judged so again. Facts that stand on ledgers or evidence which the bundle does not hold are
taken on trust, and named; what the rules say of them must follow all the same.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf.declare.parts import OPINIONS, RULES
from pcf.declare.published import apart
from pcf.declare.results import equal, places
from pcf.digest import canonical
from pcf.errors import PcfError
from pcf.files.paths import is_safe_name
from pcf.findings import finding
from pcf.rules.facts import LedgerEvidence, facts_of
from pcf.rules.judging import judge_facts
from pcf.rules.opinion import Opinion
from pcf.rules.profiles import overlay
from pcf.rules.values import MATERIALITY, Profile
from pcf.text import Name, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.declare.bundle import Case
    from pcf.declare.published import Pairs
    from pcf.findings import Finding
    from pcf.rules import Pack
    from pcf.rules.values import FactValue

    _Opinion = Mapping[str, Any]

_OF_LEDGERS = "certificates."
"""Facts that the ledgers tell; a bundle holds statements of claims, not the ledgers' audit."""
_OF_ROUNDING = ("total.checks",)
_STATED = ("study", "footprint", "pack", "profile")
"""Blocks of an opinion that say what was judged, and by what."""
_BY_RULE = ("name", "pack", "topic", "force", "clause")
_OF_ANOTHER_MACHINE = "footprint/fingerprint"
"""Over unrounded numbers, whose last digits differ between machines."""


def opinions_apart(
    case: Case, footprint: Footprint, background: Background
) -> tuple[Pairs, list[Finding]]:
    """Return where opinions are not what their rules say, and what of them was taken on trust.

    No example: `Case.recompute` shows it.
    """
    found: Pairs = {}
    told: list[Finding] = []
    for name, opinion in _named(case):
        if _can_be_judged(case, opinion):
            places_apart, trusted = _judged_again(case, opinion, footprint, background)
            found |= {f"{name}#{place}": pair for place, pair in places_apart.items()}
            if trusted:
                told.append(finding("case-facts-trusted", name, facts=listed(trusted)))
    return found, told


def unchecked_opinions(case: Case) -> list[Finding]:
    """Return the opinions that cannot be judged again, and the grades, whose tables do not travel.

    No example: `Case.findings` names them.
    """
    unjudged = [name for name, each in _named(case) if not _can_be_judged(case, each)]
    graded = [name for name, each in _named(case) if each.get("grade") is not None]
    return [finding("case-opinion-unchecked", name) for name in unjudged] + [
        finding("case-grade-unchecked", name) for name in graded
    ]


def _named(case: Case) -> Iterator[tuple[str, _Opinion]]:
    names = [name for name in case.archive.parts if name.startswith(OPINIONS)]
    return zip(names, case.opinions, strict=True)


def _can_be_judged(case: Case, opinion: _Opinion) -> bool:
    """Return whether all is here that the opinion was made from: its rules, all its rows."""
    pack, edition = str(opinion["pack"]["id"]), str(opinion["pack"]["edition"])
    ruled = is_safe_name(pack) and f"{RULES}{pack}/editions/{edition}.toml" in case.archive.parts
    return ruled and all(each["handling"] != "aggregated" for each in case.withheld)


def _judged_again(
    case: Case, opinion: _Opinion, footprint: Footprint, background: Background
) -> tuple[Pairs, list[str]]:
    """Return the fewest places apart, judged with the background data or without it; and trust."""
    best: tuple[Pairs, list[str]] | None = None
    try:
        pack = _pack_of(case, opinion)
        for data in (background, None):
            again, trusted = _again(case, pack, footprint, data, opinion)
            found = _apart(opinion, json.loads(canonical(again.as_dict()))), trusted
            best = found if best is None or len(found[0]) < len(best[0]) else best
            if not best[0]:
                break
    except PcfError as error:
        return {"judgements": ("judged", error.problems[0].code)}, []
    return best or ({}, [])


def _again(
    case: Case, pack: Pack, footprint: Footprint, background: Background | None, opinion: _Opinion
) -> tuple[Opinion, list[str]]:
    """Return the opinion made again, and the facts of the declared one that it takes on trust.

    Those are facts that nobody finds here: of ledgers, and of evidence that does not travel.
    """
    declared = _facts_of(opinion)
    audited = any(name.startswith(_OF_LEDGERS) for name in declared)
    ledgers = LedgerEvidence(case.claims) if case.claims and audited else None
    try:
        found = facts_of(case.study, footprint, background=background, evidence=ledgers, pack=pack)
    except (KeyError, TypeError, ValueError, IndexError):  # a claim that is no ledger's statement
        found = facts_of(case.study, footprint, background=background, pack=pack)
    untold = any(not each["included"] for each in case.evidence)
    trusted = {
        name: value
        for name, value in declared.items()
        if (untold or name.startswith(_OF_LEDGERS))
        and name in found
        and found[name].value is None
        and found[name].kind.fits(value)
    }
    facts = found.changed(trusted)
    judgements = judge_facts(pack, facts)
    return Opinion.of(pack, facts, judgements, case.study, footprint), sorted(trusted)


def _facts_of(opinion: _Opinion) -> dict[str, FactValue]:
    """Return the facts that an opinion states as known, as conditions read them."""
    stated = (fact for each in opinion["judgements"] for fact in each.get("facts", ()))
    known = ((str(fact["name"]), fact["value"]) for fact in stated if fact["value"] is not None)
    return {
        name: frozenset(map(str, value)) if isinstance(value, list) else value
        for name, value in known
        if not isinstance(value, dict)
    }


def _pack_of(case: Case, opinion: _Opinion) -> Pack:
    """Return the rules of an opinion, under its profile; raise RuleError."""
    pack = case.rule_pack(opinion["pack"]["id"], opinion["pack"]["edition"])
    said = opinion["profile"]
    if said is None:
        return pack
    known = {MATERIALITY.name: MATERIALITY, **pack.numbers}
    numbers = {
        name: replace(known.get(name, MATERIALITY), name=name, value=value)
        for name, value in said["numbers"].items()
    }
    title = Name(said["title"]["en"], said["title"]["zh"])
    return overlay(pack, Profile(said["id"], title, numbers))


def _apart(declared: _Opinion, found: _Opinion) -> Pairs:
    """Return the places that differ: what must follow, and what is stated of it and known here."""
    stated, known = (dict(_stated(each)) for each in (declared, found))
    both = {place: said for place, said in known.items() if place in stated}
    followed = (dict(_following(each)) for each in (declared, found))
    pairs = apart(*followed) | apart({k: stated[k] for k in both}, both)
    return {place: pair for place, pair in pairs.items() if not _near(*pair)}


def _following(opinion: _Opinion) -> Iterator[tuple[str, object]]:
    """Yield what must be the same: verdicts, counts, which rules in which order, facts."""
    judgements = opinion["judgements"]
    rules = [each["rule"] for each in judgements]
    sums = {key: opinion.get(key) for key in ("opinion", "counts", "unmet")}
    yield from places({**sums, "rules": rules})
    yield "pack/extends", listed(opinion["pack"].get("extends", ()), most=99)
    for each in judgements:
        yield f"{each['rule']}/verdict", each["verdict"]
        for fact in each.get("facts", ()):
            if fact["name"] not in _OF_ROUNDING:
                yield from places(fact["value"], f"{each['rule']}/facts/{fact['name']}")


def _stated(opinion: _Opinion) -> Iterator[tuple[str, object]]:
    """Yield what the opinion says of study, footprint, pack and rules; texts are of the rules."""
    blocks = places({key: opinion.get(key) for key in _STATED})
    yield from ((place, said) for place, said in blocks if place != _OF_ANOTHER_MACHINE)
    for each in opinion["judgements"]:
        yield from places({key: each.get(key) for key in _BY_RULE}, each["rule"])
        limits = places(each.get("limits", {}), f"{each['rule']}/limits")
        yield from ((place, said) for place, said in limits if not place.endswith("/source"))


def _near(one: object, two: object) -> bool:
    """Return whether two facts are numbers that only rounding parts."""
    if isinstance(one, bool) or isinstance(two, bool):
        return False
    if not isinstance(one, int | float) or not isinstance(two, int | float):
        return False
    return equal(float(one), float(two), max(1.0, abs(one), abs(two)))
