"""Which parts may a bundle have? Their names, and what contradicts itself among them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import files
from pcf.declare.archive import MANIFEST, Archive
from pcf.declare.forms import has_form
from pcf.digest import canonical, fingerprint
from pcf.errors import Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.errors import Problem

RESULTS, WITHHELD, EVIDENCE = "results.json", "withheld.json", "evidence.json"
VERSIONS, KEY, SHOWN = "versions.json", "disclosure.key", "disclosure.json"
STUDY, BACKGROUND, RULES = "study/", "background/", "rules/"
CLAIMS, OPINIONS = "claims/", "opinions/"
STUDY_FILE = f"{STUDY}study.toml"
KEY_BYTES = 32
_NEEDED = {
    "full": (
        RESULTS,
        EVIDENCE,
        WITHHELD,
        VERSIONS,
        KEY,
        "study/study.toml",
        "background/1/set.toml",
    ),
    "buyer": (SHOWN,),
}
_KNOWN = {
    "full": re.compile(
        r"(?:results|evidence|withheld|versions)\.json|disclosure\.key|study/.+|rules/.+"
        r"|background/[1-9][0-9]{0,2}/[^/]+|(?:claims|opinions)/[0-9]{3,6}\.json"
    ),
    "buyer": re.compile(r"disclosure\.json"),
}


def part_problems(archive: Archive) -> Iterator[Problem]:
    """Yield what contradicts itself within an archive whose bytes are whole.

    A part that no bundle has is told too: a stowaway would be signed with the rest.
    No example: `Case.problems` asks it.
    """
    where, manifest = Where(file=archive.name), archive.manifest
    if not has_form(MANIFEST, canonical(dict(manifest))):
        yield problem("bundle-part-form", where, (), part=MANIFEST)
        return
    kind = manifest["kind"]
    for part in _NEEDED[kind]:
        if part not in archive.parts:
            yield problem("bundle-part-missing", where, (), part=part)
    for name, content in archive.parts.items():
        if not _KNOWN[kind].fullmatch(name):
            yield problem("bundle-part-unknown", replace(where, item=name))
        elif not _has_form(name, content):
            yield problem("bundle-part-form", where, (), part=name)
        elif name.startswith(CLAIMS) and not _claim_holds(content):
            yield problem("bundle-claim-digest", replace(where, item=name))
    if (kind == "full") != ("study" in manifest and "leaves" in manifest["commitment"]):
        yield problem("bundle-part-form", where, (), part=MANIFEST)


def _has_form(name: str, content: bytes) -> bool:
    if name == KEY:
        return len(content) == KEY_BYTES
    folder = next((each for each in (OPINIONS, CLAIMS) if name.startswith(each)), "")
    return has_form(folder or name, content)


def _claim_holds(content: bytes) -> bool:
    """Return whether the statement of a claim, which has its form, has the digest it states."""
    claim = files.parse_json(content, CLAIMS, [])
    try:
        return bool(claim.pop("digest") == fingerprint(claim))
    except ValueError:  # an integer that no canonical JSON holds
        return False
