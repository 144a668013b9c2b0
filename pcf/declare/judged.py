"""Which opinions travel with a case? Those on it, with the rules that they judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pcf import resources
from pcf.declare.parts import RULES
from pcf.declare.results import equal
from pcf.errors import problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.errors import Problem
    from pcf.study import Study

_LOCK = "editions.lock"
_REFERENCE = "reference_study"


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


def rule_parts(opinions: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files of every shipped pack that the opinions judged by, its parents included.

    No example: `seal_bundle` writes them.
    """
    judgements = [each for opinion in opinions for each in opinion["judgements"]]
    names = {str(each["pack"]) for each in judgements}
    names |= {str(opinion["pack"]["id"]) for opinion in opinions}
    root = resources.folder("product_rules")
    folders = [root / name for name in sorted(names) if (root / name / "pack.toml").is_file()]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.toml"))]
    parts = {
        f"{RULES}{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in paths
        if not path.relative_to(root).parts[1].startswith(_REFERENCE)
    }
    if parts and (root / _LOCK).is_file():
        parts[RULES + _LOCK] = _lock_of(root / _LOCK, names)
    return parts


def _lock_of(path: Path, names: set[str]) -> bytes:
    """Return the lines of the lock that speak of these packs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.rpartition("  ")[2].partition("/")[0] in names]
    return "".join(f"{line}\n" for line in kept).encode()
