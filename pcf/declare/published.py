"""Are rows and rules those that were published under their name? Held against what is at hand.

What the reader's own library does not have, an edition of a later day or a set of somebody's own,
cannot be held against anything: it is named as a finding, never passed over in silence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf import files, resources
from pcf.background.editions import editions, open_background
from pcf.background.locking import read_lock
from pcf.background.writing import row_fingerprint, set_files
from pcf.declare.judged import SHIPPED
from pcf.declare.leaves import leaves_of
from pcf.declare.licences import restricted_rows
from pcf.declare.parts import BACKGROUND, RULES, WITHHELD
from pcf.declare.selecting import subset
from pcf.digest import fingerprint_bytes
from pcf.files.paths import is_safe_name
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.background import Background
    from pcf.background.values import Edition
    from pcf.declare.bundle import Case
    from pcf.findings import Finding

Pairs = dict[str, tuple[object, object]]
"""What is declared and what follows, by place; None where there is nothing."""


def apart(declared: Mapping[str, object], found: Mapping[str, object]) -> Pairs:
    """Return the places where two tables differ, with both sides.

    >>> apart({"a": 1, "b": 2}, {"a": 1, "c": None})
    {'b': (2, None), 'c': (None, None)}
    """
    return {
        place: (declared.get(place), found.get(place))
        for place in dict.fromkeys((*declared, *found))
        if (place in declared, declared.get(place)) != (place in found, found.get(place))
    }


def rows_apart(case: Case) -> Pairs:
    """Return where rows, products and gas tables are not those of the published edition.

    No example: `Case.recompute` shows it.
    """
    known = _known_editions()
    found: Pairs = {}
    for at, edition in enumerate(case.background.editions):
        published = known.get(edition.name)
        if published is not None:
            whole = open_background(published.set, edition=published.id)
            told = _withheld_apart(case, whole)
            hidden = {str(e["id"]) for e in case.withheld} - {p.partition("#")[2] for p in told}
            here = _as_files(case.background, case.background, at, hidden, edition)
            there = _as_files(whole, case.background, at, hidden, published)
            prefix = f"{BACKGROUND}{at + 1}/"
            sides = ({prefix + k: v.encode() for k, v in each.items()} for each in (here, there))
            found |= told | _values_apart(*sides)
    return found


def rules_apart(case: Case) -> Pairs:
    """Return where the rules are not those that were published as the same edition.

    No example: `Case.recompute` shows it.
    """
    root = resources.folder(SHIPPED)
    found: Pairs = {}
    for name in sorted(_editions_asked(case) & read_lock(root).keys()):
        pack, edition = name.split("/")
        paths = {
            f"{RULES}{path.relative_to(root).as_posix()}": path
            for path in (root / pack).glob("*/*.toml")
        } | {f"{RULES}{pack}/pack.toml": root / pack / "pack.toml"}
        published = {place: path.read_bytes() for place, path in paths.items()}
        mine = _of_edition(case.archive.parts, pack, edition, published)
        theirs = _of_edition(published, pack, edition, published)
        prints = ({k: fingerprint_bytes(v) for k, v in each.items()} for each in (mine, theirs))
        found |= {k: pair for k, pair in apart(*prints).items() if None in pair}
        both = mine.keys() & theirs.keys()
        found |= _values_apart({k: mine[k] for k in both}, {k: theirs[k] for k in both})
    return found


def unknown_editions(case: Case) -> list[Finding]:
    """Return the editions of rows and of rules that are not at hand, so that none was held to them.

    No example: `Case.findings` names them.
    """
    known, locked = _known_editions(), read_lock(resources.folder(SHIPPED))
    rows = [each.name for each in case.background.editions if each.name not in known]
    rules = sorted(_editions_asked(case) - locked.keys())
    return [finding("case-edition-unknown", name) for name in rows] + [
        finding("case-rules-unknown", name.replace("/", " ")) for name in rules
    ]


def _known_editions() -> dict[str, Edition]:
    return {each.name: each for each in editions() if not each.draft}


def _withheld_apart(case: Case, whole: Background) -> Pairs:
    """Return the rows that the list of withheld rows has no ground for, of those published."""
    found: Pairs = {}
    for each in case.withheld:
        id_, handling = str(each["id"]), str(each["handling"])
        row = whole.row(id_)
        held = case.background.row(id_) is not None
        if row is not None and not _is_restricted(whole, id_):
            found[f"{WITHHELD}#{id_}"] = (handling, None)
        elif row is not None and row_fingerprint(row) != each["fingerprint"]:
            found[f"{WITHHELD}#{id_}"] = (each["fingerprint"], row_fingerprint(row))
        elif held != (handling == "aggregated"):
            found[f"{WITHHELD}#{id_}"] = (handling, f"{BACKGROUND}*" if held else None)
    return found


def _is_restricted(whole: Background, id_: str) -> bool:
    """Return whether a row, or one that it stands on, may not be passed on."""
    waiting, seen = [id_], set()
    while waiting:
        row = whole.row(waiting.pop())
        if row is not None and row.id not in seen:
            seen.add(row.id)
            waiting += [each.provider for each in row.process.exchanges if each.provider]
    return bool(restricted_rows(whole, seen))


def _as_files(
    background: Background,
    bundled: Background,
    at: int,
    hidden: set[str],
    edition: Edition,
) -> dict[str, str]:
    """Return what `background` says of the rows of one bundled set, as files; gas tables too."""
    ids = [
        row.id
        for row in bundled.processes
        if bundled.homes.get(row.id, 0) == at and row.id not in hidden
    ]
    rows = [row for row in map(background.row, ids) if row is not None]
    tables = () if at else background.characterisations
    chosen = subset(replace(background, characterisations=tables), rows, every_product=False)
    return set_files(chosen, edition)


def _values_apart(one: Mapping[str, bytes], two: Mapping[str, bytes]) -> Pairs:
    """Return the values that differ between two sets of parts, without their fingerprints."""
    sides = ({k: v for k, v in leaves_of(each).items() if "#" in k} for each in (one, two))
    return apart(*sides)


def _editions_asked(case: Case) -> set[str]:
    """Return the editions of rules that the bundle holds or that its opinions name, 'pack/2026'."""
    named = {f"{each['pack']['id']}/{each['pack']['edition']}" for each in case.opinions}
    named |= {
        str(parent).replace(" ", "/", 1)
        for each in case.opinions
        for parent in each["pack"].get("extends", ())
    }
    held = (name.removeprefix(RULES).split("/") for name in case.archive.parts)
    named |= {f"{way[0]}/{way[2][:-5]}" for way in held if len(way) == 3 and way[1] == "editions"}
    return {name for name in named if is_safe_name(name) and name.count("/") == 1}


def _of_edition(
    parts: Mapping[str, bytes], pack: str, edition: str, published: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the parts that make an edition: the pack, the edition, the rules that it lists."""
    own = (f"{RULES}{pack}/pack.toml", f"{RULES}{pack}/editions/{edition}.toml")
    asked = set(_toml(published, own[1]).get("rules", ()))
    rules = [name for name in parts if name.startswith(f"{RULES}{pack}/rules/")]
    listed = [name for name in rules if str(_toml(parts, name).get("id")) in asked]
    return {name: parts[name] for name in (*own, *listed) if name in parts}


def _toml(parts: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    return files.parse_toml(parts[name], name, [])
