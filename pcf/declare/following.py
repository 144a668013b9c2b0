"""What else must follow from what a bundle holds, beside its numbers? Lists and opinions too.

Whoever packs a bundle anew can change any part and make every fingerprint fit. So its manifest is
held against its study, its rows and rules against those that were published under the same name
(where they are at hand), and its opinions are judged again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf import resources
from pcf.background.editions import editions, open_background
from pcf.background.locking import read_lock
from pcf.background.writing import set_files
from pcf.declare.disclosure import committed
from pcf.declare.leaves import is_evidence, leaves_of
from pcf.declare.parts import BACKGROUND, EVIDENCE, KEY, OPINIONS, RULES, STUDY
from pcf.declare.results import equal, places
from pcf.declare.selecting import subset
from pcf.digest import fingerprint_bytes
from pcf.errors import PcfError
from pcf.files.paths import is_safe_name
from pcf.rules.facts import LedgerEvidence
from pcf.study.marks import TWICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.background.values import Edition
    from pcf.declare.bundle import Case
    from pcf.declare.recomputing import Deviation
    from pcf.rules.opinion import Opinion

_OF_LEDGERS = "certificates."
"""Facts that only the ledgers tell; a bundle holds their statements, not the ledgers."""
_OF_ROUNDING = ("total.checks",)


def deviations_beside(
    case: Case, footprint: Footprint, background: Background
) -> tuple[Deviation, ...]:
    """Return every place of a full bundle, but for its results, that is not what follows.

    No example: `Case.recompute` shows it.
    """
    from pcf.declare.recomputing import Deviation  # noqa: PLC0415 - it holds what is found here

    found = {
        **_apart(_manifest_of(case), _as_computed(case, footprint)),
        **_apart(_evidence_listed(case), _evidence_held(case)),
        **_of_rows(case),
        **_of_rules(case),
        **_of_opinions(case, footprint, background),
    }
    return tuple(Deviation(place, one, two) for place, (one, two) in found.items())


def unchecked_opinions(case: Case) -> list[str]:
    """Return the opinions that cannot be judged again: by a profile, by rules or on rows not here.

    No example: `Case.findings` names them.
    """
    names = [name for name in case.archive.parts if name.startswith(OPINIONS)]
    pairs = zip(names, case.opinions, strict=True)
    return [name for name, opinion in pairs if not _can_be_judged(case, opinion)]


_Pairs = dict[str, tuple[object, object]]


def _apart(declared: Mapping[str, object], found: Mapping[str, object]) -> _Pairs:
    """Return the places where two tables differ, with both sides; None where there is nothing."""
    return {
        place: (declared.get(place), found.get(place))
        for place in dict.fromkeys((*declared, *found))
        if declared.get(place) != found.get(place) or (place in declared) != (place in found)
    }


def _manifest_of(case: Case) -> dict[str, object]:
    shown = ("marks", "study", "background", "commitment", "purpose")
    return _located("manifest.json", {key: case.manifest[key] for key in shown})


def _as_computed(case: Case, footprint: Footprint) -> dict[str, object]:
    """Return what the manifest would say of this study, its rows and its parts."""
    study = case.study
    unfit = TWICE in study.marks or footprint.planned
    tree = committed(case.archive.parts[KEY], case.archive.parts)
    purpose = case.manifest["purpose"]
    told = {
        "marks": list(study.marks),
        "study": {"id": study.id, "title": {"en": study.title.en, "zh": study.title.zh}},
        "background": [each.name for each in case.background.editions],
        "commitment": {"root": tree.root.hex(), "leaves": tree.size},
        "purpose": "review" if purpose == "label" and unfit else purpose,
    }
    return _located("manifest.json", told)


def _located(part: str, table: object) -> dict[str, object]:
    return {f"{part}#{place}": value for place, value in places(table)}


def _evidence_listed(case: Case) -> dict[str, object]:
    return {
        f"{EVIDENCE}#{each['file']}": each["sha256"] for each in case.evidence if each["included"]
    }


def _evidence_held(case: Case) -> dict[str, object]:
    held = {name: said for name, said in case.archive.parts.items() if is_evidence(name)}
    return {
        f"{EVIDENCE}#{name.removeprefix(STUDY)}": fingerprint_bytes(said)
        for name, said in held.items()
    }


def _of_rows(case: Case) -> _Pairs:
    """Return where rows and gas tables are not those of the published edition of that name."""
    apart = {str(each["id"]) for each in case.withheld}
    known = {each.name: each for each in editions() if not each.draft}
    found: _Pairs = {}
    for at, edition in enumerate(case.background.editions):
        published = known.get(edition.name)
        if published is not None:
            whole = open_background(published.set, edition=published.id)
            here = _rows_as_files(case.background, at, apart, edition)
            there = _rows_as_files(whole, 0, apart, published, like=(case.background, at))
            prefix = f"{BACKGROUND}{at + 1}/"
            sides = ({prefix + k: v.encode() for k, v in each.items()} for each in (here, there))
            found |= _values_apart(*sides)
    return found


def _rows_as_files(
    background: Background,
    at: int,
    apart: set[str],
    edition: Edition,
    *,
    like: tuple[Background, int] | None = None,
) -> dict[str, str]:
    """Return the rows of one set as its files, of those that `like` holds, its gas tables too."""
    model, place = (background, at) if like is None else like
    ids = [
        row.id
        for row in model.processes
        if model.homes.get(row.id, 0) == place and row.id not in apart
    ]
    rows = [row for row in map(background.row, ids) if row is not None]
    tables = background.characterisations if place == 0 else ()
    chosen = subset(replace(background, characterisations=tables), rows, every_product=False)
    return set_files(chosen, edition)


def _values_apart(one: Mapping[str, bytes], two: Mapping[str, bytes]) -> _Pairs:
    """Return the values that differ between two sets of parts, without their fingerprints."""
    sides = ({k: v for k, v in leaves_of(each).items() if "#" in k} for each in (one, two))
    return _apart(*sides)


def _of_rules(case: Case) -> _Pairs:
    """Return where the rules are not those that were published as the same edition."""
    root = resources.folder("product_rules")
    held = {name: said for name, said in case.archive.parts.items() if name.startswith(RULES)}
    packs = {name.split("/")[1] for name in held if name.count("/") > 1}
    published = read_lock(root)
    found: _Pairs = {}
    for pack in sorted(packs):
        mine = {name: said for name, said in held.items() if name.startswith(f"{RULES}{pack}/")}
        folder = f"{RULES}{pack}/editions/"
        asked = [name for name in mine if name.startswith(folder)]
        if any(f"{pack}/{name[len(folder) : -5]}" not in published for name in asked):
            continue  # of no edition that is at hand
        paths = {name: root / name.removeprefix(RULES) for name in mine}
        theirs = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
        found |= _values_apart(mine, theirs)
    return found


def _of_opinions(case: Case, footprint: Footprint, background: Background) -> _Pairs:
    """Return where an opinion is not what its rules say of the study.

    It may have been judged without the background data, or without the ledgers: then facts are
    unknown, as they are when it is judged so again.
    """
    evidence = LedgerEvidence(case.claims) if case.claims else None
    ways = {(data, ledgers): None for data in (background, None) for ledgers in (evidence, None)}
    found: _Pairs = {}
    names = [name for name in case.archive.parts if name.startswith(OPINIONS)]
    for name, opinion in zip(names, case.opinions, strict=True):
        least: _Pairs | None = None
        for data, ledgers in ways if _can_be_judged(case, opinion) else ():
            apart = _judged_again(case, opinion, footprint, data, ledgers)
            least = apart if least is None or len(apart) < len(least) else least
            if not least:
                break
        found |= {f"{name}#{place}": pair for place, pair in (least or {}).items()}
    return found


def _judged_again(
    case: Case,
    opinion: Mapping[str, Any],
    footprint: Footprint,
    background: Background | None,
    evidence: LedgerEvidence | None,
) -> _Pairs:
    try:
        pack = case.rule_pack(opinion["pack"]["id"])
        again = pack.judge(case.study, footprint, background=background, evidence=evidence)
    except PcfError as error:
        return {"judgements": ("judged", error.problems[0].code)}
    if evidence is not None:
        again = _with_ledgers(again, opinion)
    return _unequal(_said(opinion), _said(again.as_dict()))


def _can_be_judged(case: Case, opinion: Mapping[str, Any]) -> bool:
    """Return whether all is here that the opinion was made from: rules, limits, rows."""
    name = str(opinion["pack"]["id"])
    ruled = is_safe_name(name) and f"{RULES}{name}/pack.toml" in case.archive.parts
    whole = all(each["handling"] != "aggregated" for each in case.withheld)
    return ruled and whole and opinion["profile"] is None


def _with_ledgers(again: Opinion, opinion: Mapping[str, Any]) -> Opinion:
    """Return an opinion with the declared verdicts where only the audit of ledgers could tell."""
    declared = {each["rule"]: each["verdict"] for each in opinion["judgements"]}
    judgements = tuple(
        replace(each, verdict=declared.get(each.rule.id, each.verdict))
        if each.missing and all(kind.name.startswith(_OF_LEDGERS) for kind in each.missing)
        else each
        for each in again.judgements
    )
    return replace(again, judgements=judgements)


def _said(opinion: Mapping[str, Any]) -> dict[str, object]:
    """Return what an opinion says that must follow: verdicts, facts, rules, what it is on."""
    facts = {
        f"facts/{fact['name']}": fact["value"]
        for each in opinion["judgements"]
        for fact in each.get("facts", ())
        if not fact["name"].startswith(_OF_LEDGERS) and fact["name"] not in _OF_ROUNDING
    }
    return {
        "opinion/verdict": opinion["opinion"]["verdict"],
        "pack/fingerprint": opinion["pack"]["fingerprint"],
        "study/id": opinion["study"]["id"],
        "footprint/total": opinion["footprint"]["total"],
        **{each["rule"]: each["verdict"] for each in opinion["judgements"]},
        **facts,
    }


def _unequal(declared: Mapping[str, object], found: Mapping[str, object]) -> _Pairs:
    return {place: pair for place, pair in _apart(declared, found).items() if not _near(*pair)}


def _near(one: object, two: object) -> bool:
    """Return whether two facts are numbers that only rounding parts."""
    if isinstance(one, bool) or isinstance(two, bool):
        return False
    if not isinstance(one, int | float) or not isinstance(two, int | float):
        return False
    return equal(float(one), float(two), max(1.0, abs(one), abs(two)))
