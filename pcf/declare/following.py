"""What else must follow from what a bundle holds, beside its numbers? Lists and opinions too.

Whoever packs a bundle anew can change any part and make every fingerprint fit. So its manifest is
held against its study, its rows and rules against those that were published under the same name
(where they are at hand), and its opinions are judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.declare.disclosure import committed
from pcf.declare.leaves import is_evidence
from pcf.declare.parts import EVIDENCE, KEY, STUDY
from pcf.declare.published import apart, rows_apart, rules_apart, unknown_editions
from pcf.declare.rejudging import opinions_apart, unchecked_opinions
from pcf.declare.results import places
from pcf.digest import fingerprint_bytes
from pcf.study.marks import TWICE

if TYPE_CHECKING:
    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.declare.bundle import Case
    from pcf.declare.published import Pairs
    from pcf.findings import Finding


def followed(
    case: Case, footprint: Footprint, background: Background
) -> tuple[Pairs, tuple[Finding, ...]]:
    """Return every place of a full bundle, but for its results, that is not what follows.

    And what could not be held against anything: no published edition, no rules, no ledgers.
    No example: `Case.recompute` shows it.
    """
    opinions, trusted = opinions_apart(case, footprint, background)
    found = {
        **apart(_manifest_of(case), _as_computed(case, footprint)),
        **apart(_evidence_listed(case), _evidence_held(case)),
        **rows_apart(case),
        **rules_apart(case),
        **opinions,
    }
    return found, (*not_held(case), *trusted)


def not_held(case: Case) -> tuple[Finding, ...]:
    """Return what of a full bundle nobody can hold against anything here.

    No example: `Case.findings` names it.
    """
    return (*unknown_editions(case), *unchecked_opinions(case))


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
    found: dict[str, object] = {}
    for each in case.evidence:
        if each["included"]:
            found[f"{EVIDENCE}#{each['file']}"] = each["sha256"]
            found[f"{EVIDENCE}#{each['file']}/size"] = each["size"]
        elif each["file"] in _stated_evidence(case):
            found[f"{EVIDENCE}#{each['file']}"] = each["sha256"]
    return found


def _evidence_held(case: Case) -> dict[str, object]:
    """Return the fingerprints of files that are there, and of those apart as rows state them."""
    named = {each["file"] for each in case.evidence if not each["included"]}
    found: dict[str, object] = {
        f"{EVIDENCE}#{file}": said for file, said in _stated_evidence(case).items() if file in named
    }
    for name, content in case.archive.parts.items():
        if is_evidence(name):
            place = f"{EVIDENCE}#{name.removeprefix(STUDY)}"
            found |= {place: fingerprint_bytes(content), f"{place}/size": len(content)}
    return found


def _stated_evidence(case: Case) -> dict[str, str]:
    """Return the fingerprint of every evidence file of which a row of the study states one."""
    rows = [row.evidence for row in case.study.activity]
    rows += [row.evidence for row in case.study.methods]
    named = (each for each in rows if each.file and each.sha256)
    return {each.file: each.sha256.casefold() for each in named}
