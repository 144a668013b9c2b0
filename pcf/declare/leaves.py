"""What is hidden, value by value? Every cell, every setting, every result of a full bundle."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from pcf import files
from pcf.declare.parts import STUDY
from pcf.declare.results import places
from pcf.digest import fingerprint_bytes
from pcf.errors import DeclareError, problem
from pcf.study.reading import OWN_BACKGROUND, SETTINGS
from pcf.study.sheets import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.errors import Problem

_NAMING = ("row", "id", "process", "set", "flow")
"""The columns by which a row is called, the first of these that a table has."""
_BESIDE = {"set": ("gas", "origin", "direction", "place")}
"""What else names a row of a table that is called by this column."""
_MOST = 2**19
"""So many values are committed to: more would take gigabytes to open."""
_MOST_IN_EVIDENCE = 50_000
"""An evidence file with more values is committed to as a whole."""
_EXACT = 2**53
_STUDY_FILES = {f"{STUDY}{SETTINGS}", *(f"{STUDY}{table}.csv" for table in TABLES)}


def leaves_of(parts: Mapping[str, bytes]) -> dict[str, Any]:
    r"""Return what a full bundle commits to: each part by its fingerprint, each value by its place.

    A place is a part, '#', and the way inside: `results.json#by_stage/casting`,
    `study/study.toml#study/place`, `study/activity.csv#cf4/amount`. No two values have one place:
    the second gets ' (2)'. Raises DeclareError for more than half a million values.

    >>> leaves_of({"study/activity.csv": b"row,amount\ncf4,3\n"})["study/activity.csv#cf4/amount"]
    '3'
    """
    found: dict[str, Any] = {}
    for name in sorted(parts):
        found[_free(name, found)] = fingerprint_bytes(parts[name])
        for place, value in _inside(name, parts[name]):
            found[_free(f"{name}#{place}", found)] = value
            if len(found) > _MOST:
                raise DeclareError(problem("bundle-values", name, (), limit=_MOST))
    return found


def is_evidence(name: str) -> bool:
    """Return whether a part of a full bundle is an evidence file of the study.

    >>> is_evidence("study/电费 1.csv"), is_evidence("study/activity.csv")
    (True, False)
    """
    own = name in _STUDY_FILES or name.startswith(f"{STUDY}{OWN_BACKGROUND}/")
    return name.startswith(STUDY) and not own


def _free(place: str, taken: Mapping[str, Any]) -> str:
    """Return the place, with a number where it is taken."""
    found, again = place, 2
    while found in taken:
        found, again = f"{place} ({again})", again + 1
    return found


def _inside(name: str, content: bytes) -> Iterator[tuple[str, object]]:
    values = _values(name, content)
    if not is_evidence(name):
        return values
    some = list(islice(values, _MOST_IN_EVIDENCE + 1))
    return iter(some if len(some) <= _MOST_IN_EVIDENCE else ())


def _values(name: str, content: bytes) -> Iterator[tuple[str, object]]:
    problems: list[Problem] = []
    if name.endswith(".json"):
        for place, value in places(files.parse_json(content, name, problems)):
            yield place, _exact(value)
    elif name.endswith(".toml"):
        for place, value in places(files.parse_toml(content, name, problems)):
            yield place, value if isinstance(value, str | bool | float) else str(value)
    elif name.endswith(".csv"):
        yield from _cells(files.parse_csv(content, name, problems))


def _exact(value: object) -> object:
    """Return a number that canonical JSON cannot hold, such as a long serial number, as text."""
    return str(value) if isinstance(value, int) and abs(value) > _EXACT else value


def _cells(table: files.Table) -> Iterator[tuple[str, str]]:
    """Yield the cells that say something; rows of one name are told apart by their number."""
    seen: dict[str, int] = {}
    for row in table.rows:
        cells = dict(zip(table.heading.captions, row.cells, strict=False))
        naming = next((each for each in _NAMING if cells.get(each) is not None), "")
        parts = (cells.get(each) for each in (naming, *_BESIDE.get(naming, ())))
        name = _escaped(" ".join(said for said in parts if said is not None))
        seen[name] = seen.get(name, 0) + 1
        place = name if seen[name] == 1 else f"{name} ({seen[name]})"
        for column, said in cells.items():
            if said is not None:
                yield f"{place}/{_escaped(column)}", said


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
