"""How is a case sealed? Study, rows, claims and results become one archive that proves itself.

Before anything is written the archive is opened again and recomputed: a bundle whose numbers do not
follow from what it holds is not sealed.
"""

from __future__ import annotations

import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pcf import files
from pcf.declare.archive import LIMITS, pack_parts, read_parts
from pcf.declare.bundle import Case
from pcf.declare.disclosure import committed
from pcf.declare.judged import against_opinions, as_tables, rule_parts
from pcf.declare.parts import (
    BACKGROUND,
    CLAIMS,
    EVIDENCE,
    KEY,
    KEY_BYTES,
    OPINIONS,
    RESULTS,
    STUDY,
    VERSIONS,
    WITHHELD,
)
from pcf.declare.published import rules_apart
from pcf.declare.recomputing import Deviation, as_problems, differences
from pcf.declare.rejudging import opinions_apart
from pcf.declare.results import results_of
from pcf.declare.selecting import background_files, select
from pcf.declare.versions import versions
from pcf.digest import canonical, fingerprint, fingerprint_bytes
from pcf.errors import DeclareError, problem
from pcf.files.raw import MEGABYTE
from pcf.study import write_study
from pcf.study.marks import TWICE
from pcf.study.reading import OWN_BACKGROUND, SETTINGS
from pcf.study.sheets import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.declare.judged import Judged
    from pcf.declare.withholding import Handling, Withheld
    from pcf.errors import Problem
    from pcf.study import Study

Purpose = Literal["review", "disclosure", "label"]
Evidence = Literal["included", "fingerprints"]
_OF_INPUTS = ("interval_95", "by_data", "findings")


def seal_bundle(  # noqa: PLR0913 - each word is an input that decides the bytes
    path: Path | str,
    study: Study,
    footprint: Footprint,
    background: Background,
    *,
    sealed: datetime | None = None,
    key: bytes | None = None,
    purpose: Purpose = "review",
    evidence: Evidence = "included",
    restricted: Handling = "aggregated",
    claims: Iterable[Mapping[str, Any]] = (),
    opinions: Iterable[Judged | Mapping[str, Any]] = (),
) -> Case:
    """Seal a study with its footprint and all that it stands on into one file, and return the case.

    The same inputs give the same bytes: `sealed` is the time of sealing (now, unless given), `key`
    the 32 bytes that salt what a buyer's copy commits to (drawn, unless given; it stays in this,
    the verifier's copy). `evidence` files are included, or only their fingerprints. Rows of
    background data that a licence keeps from being passed on are aggregated or left out
    (`restricted`), and the bundle says so. `claims` are statements of a ledger
    (`ledger.statement`); `opinions` are of rule packs, whose rules travel with them.

    Raises DeclareError: a background that is still a draft; a footprint that is not the one of this
    study on this background; for the purpose 'label' a study that may allocate twice, or planned
    electricity; a claim whose digest does not hold; an opinion that is not what its rules say, or
    that is by rules which were published otherwise under the same name. Raises FileError where it
    cannot be written.

    No example: it needs a published edition; tests/declare and examples/ show it.
    """
    claims, opinions = list(claims), list(opinions)
    judged = as_tables(opinions)
    _require_sealable(study, footprint, background, purpose, claims)
    if unfit := against_opinions(judged, study, footprint):
        raise DeclareError(*unfit)
    moment, salt = _moment(sealed), _salt(key)
    chosen = select(study, background, restricted)
    parts = _study_parts(study, evidence, chosen.own)
    shared = background_files(chosen.shared)
    parts |= {f"{BACKGROUND}{name}": said.encode() for name, said in shared.items()}
    parts[WITHHELD] = canonical([each.as_dict() for each in chosen.withheld])
    parts |= _numbered(CLAIMS, claims) | _numbered(OPINIONS, judged) | rule_parts(opinions)
    parts[VERSIONS] = canonical(versions())
    facts: dict[str, object] = {
        "kind": "full",
        "sealed": moment.isoformat(timespec="seconds"),
        "purpose": purpose,
        "marks": list(study.marks),
        "study": {"id": study.id, "title": {"en": study.title.en, "zh": study.title.zh}},
        "background": [each.name for each in background.editions],
    }
    parts[RESULTS] = canonical(_proved_results(facts, parts, footprint, chosen.withheld))
    commitment = committed(salt, parts)
    facts["commitment"] = {"root": commitment.root.hex(), "leaves": commitment.size}
    data = pack_parts(facts, {**parts, KEY: salt})
    if len(data) > LIMITS.bytes:
        size, limit = (round(each / MEGABYTE) for each in (len(data), LIMITS.bytes))
        raise DeclareError(problem("seal-large", study.id, (), size=size, limit=limit))
    case = Case(read_parts(data, Path(path).name))
    if judged:
        _require_following(case, footprint, background)
    files.write(Path(path), data)
    return case


def _require_following(case: Case, footprint: Footprint, background: Background) -> None:
    """Raise where an opinion is not what its rules say, or they are not those of their name."""
    found, _ = opinions_apart(case, footprint, background)
    places_apart = rules_apart(case) | found
    if places_apart:
        told = [Deviation(place, *pair) for place, pair in places_apart.items()]
        count = len(told)
        raise DeclareError(problem("seal-opinion-other", "", (), count=count), *as_problems(told))


def _moment(sealed: datetime | None) -> datetime:
    moment = datetime.now(UTC) if sealed is None else sealed
    if moment.tzinfo is None:
        raise DeclareError(problem("seal-time", "", (), time=moment.isoformat()))
    return moment


def _salt(key: bytes | None) -> bytes:
    salt = secrets.token_bytes(KEY_BYTES) if key is None else key
    if len(salt) != KEY_BYTES:
        raise DeclareError(problem("seal-key", "", (), count=len(salt)))
    return salt


def _require_sealable(
    study: Study,
    footprint: Footprint,
    background: Background,
    purpose: str,
    claims: list[Mapping[str, Any]],
) -> None:
    problems: list[Problem] = list(study.problems)
    drafts = [each.name for each in background.editions if each.draft]
    problems += [problem("seal-draft", name, (), edition=name) for name in drafts]
    if purpose == "label" and TWICE in study.marks:
        problems.append(problem("seal-twice", study.id))
    if purpose == "label" and footprint.planned:
        problems.append(problem("seal-planned", study.id))
    for at, claim in enumerate(claims, 1):
        said = {name: value for name, value in claim.items() if name != "digest"}
        if claim.get("digest") != fingerprint(said):
            problems.append(problem("bundle-claim-digest", f"{at}"))
    if problems:
        raise DeclareError(*problems)


def _study_parts(study: Study, evidence: Evidence, own: Background | None) -> dict[str, bytes]:
    """Return the study's folder as it is written, and the list of its evidence."""
    written = _written(study)
    inner = {SETTINGS, *(f"{table}.csv" for table in TABLES)}
    names = [
        name
        for name in sorted(written)
        if name not in inner and not name.startswith(f"{OWN_BACKGROUND}/")
    ]
    listed = [
        {
            "file": name,
            "sha256": fingerprint_bytes(written[name]),
            "size": len(written[name]),
            "included": evidence == "included",
        }
        for name in names
    ]
    if evidence == "fingerprints":
        written = {name: content for name, content in written.items() if name not in names}
    if own is not None:
        written = {k: v for k, v in written.items() if not k.startswith(f"{OWN_BACKGROUND}/")}
        written |= {
            f"{OWN_BACKGROUND}/{name.partition('/')[2]}": said.encode()
            for name, said in background_files(own).items()
        }
    parts = {f"{STUDY}{name}": content for name, content in written.items()}
    return parts | {EVIDENCE: canonical(listed)}


def _written(study: Study) -> dict[str, bytes]:
    """Return the files that `write_study` writes."""
    with tempfile.TemporaryDirectory(prefix="pcf-") as place:
        folder = Path(place, "study")
        write_study(study, folder)
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _numbered(folder: str, rows: list[Mapping[str, Any]]) -> dict[str, bytes]:
    return {f"{folder}{at:03}.json": canonical(dict(row)) for at, row in enumerate(rows, 1)}


def _proved_results(
    facts: Mapping[str, object],
    parts: Mapping[str, bytes],
    footprint: Footprint,
    withheld: Sequence[Withheld],
) -> dict[str, Any]:
    """Return the results as the bundle itself gives them; raise where they are not the footprint's.

    Where rows are left out the bundle cannot be computed alone: then those of the footprint. An
    aggregated row says nothing of the spread, the quality and the findings of what it stands for.
    """
    if left_out := {each.id for each in withheld if each.handling == "left out"}:
        return results_of(footprint, left_out)
    given = results_of(footprint)
    trial = {**parts, RESULTS: canonical(given), KEY: bytes(KEY_BYTES)}
    nothing = {"commitment": {"root": "0" * 64, "leaves": 0}}
    case = Case(read_parts(pack_parts({**facts, **nothing}, trial), "bundle"))
    found = results_of(case.footprint)
    hidden = _OF_INPUTS if any(each.handling == "aggregated" for each in withheld) else ()
    apart = [e for e in differences(given, found) if e.place.split("/")[0] not in hidden]
    if apart:
        raise DeclareError(
            problem("seal-other", "", (), count=len(apart)),
            *as_problems(apart),
        )
    return found
