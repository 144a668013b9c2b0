"""Which opinions travel with a case? Those on it, with the rules that they judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pcf import resources
from pcf.background.locking import LOCK
from pcf.declare.parts import RULES
from pcf.declare.results import equal
from pcf.errors import problem
from pcf.files.paths import is_safe_name
from pcf.rules.packs import PACK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.errors import Problem
    from pcf.study import Study

SHIPPED = "product_rules"
"""Where the packs that come with the library stand."""


class Judged(Protocol):
    """Whatever gives an opinion as plain JSON: an `Opinion` of a rule pack."""

    def as_dict(self) -> dict[str, object]:
        """Return the opinion as plain JSON."""


def as_tables(opinions: Iterable[Judged | Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return opinions as plain JSON, whether they come as values or as their JSON.

    >>> as_tables([{"opinion": {"verdict": "satisfied"}}])
    [{'opinion': {'verdict': 'satisfied'}}]
    """
    return [each if not hasattr(each, "as_dict") else each.as_dict() for each in opinions]


def against_opinions(
    opinions: Iterable[Mapping[str, Any]], study: Study, footprint: Footprint
) -> list[Problem]:
    """Return the opinions that are on another study or another footprint than the one sealed.

    No example: `seal_bundle` asks it.
    """
    found = []
    for at, opinion in enumerate(opinions, 1):
        try:
            said, total = opinion["study"]["id"], opinion["footprint"]["total"]
            fits = said == study.id and equal(total, footprint.total, abs(footprint.total))
            _ = opinion["pack"]["id"], opinion["opinion"]["verdict"], opinion["judgements"]
        except (KeyError, TypeError):
            fits = False
        if not fits:
            found.append(problem("seal-opinion", f"{at}"))
    return found


def rule_parts(opinions: Iterable[Judged | Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files of every pack that the opinions judged by, the packs it extends included.

    Packs of somebody's own travel where the opinion comes as a value, which knows its folder;
    opinions that come as JSON name theirs only.

    No example: `seal_bundle` writes them.
    """
    given = list(opinions)
    folders: dict[str, Path] = {}
    for opinion, table in zip(given, as_tables(given), strict=True):
        names = {str(each["pack"]) for each in table["judgements"]} | {str(table["pack"]["id"])}
        beside = _beside(opinion)
        for name in sorted(filter(is_safe_name, names)):
            found = (root / name for root in (beside, resources.folder(SHIPPED)) if root)
            place = next((each for each in found if (each / PACK_FILE).is_file()), None)
            if place is not None:
                folders.setdefault(name, place)
    parts = {
        f"{RULES}{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in sorted(folders.items())
        for path in _of_pack(folder)
    }
    locked = "".join(sorted(line for folder in folders.values() for line in _lock_of(folder)))
    return parts | ({RULES + LOCK: locked.encode()} if locked else {})


def _beside(opinion: Judged | Mapping[str, Any]) -> Path | None:
    """Return the folder that holds an opinion's pack and its neighbours, where it knows one."""
    folder: Path | None = getattr(getattr(opinion, "pack", None), "folder", None)
    return None if folder is None else folder.resolve().parent


def _of_pack(folder: Path) -> list[Path]:
    """Return the files that make a pack, in order."""
    inner = (path for each in ("editions", "rules") for path in folder.glob(f"{each}/*.toml"))
    return sorted((folder / PACK_FILE, *inner))


def _lock_of(folder: Path) -> set[str]:
    """Return the lines of the lock above a pack that speak of it."""
    path = folder.parent / LOCK
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {f"{line}\n" for line in lines if line.partition("  ")[2].startswith(f"{folder.name}/")}
