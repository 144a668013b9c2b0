"""Which of the rows found are of use, which of them is best, and why? In SQL and across sets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.background.layout import BOUNDARIES, BOUNDARY_NAMES, CONFIDENCE_NAMES
from pcf.errors import BackgroundError, problem
from pcf.findings import finding
from pcf.model.amounts import CONFIDENCES
from pcf.model.coverage import WORLD, find_place, widening
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.background.search_entries import Entry
    from pcf.findings import Finding
    from pcf.model.coverage import Period

_WHOLE_CHAIN, _ONE_STEP = "cradle to gate", "gate to gate"
_CALLED = ("hit-called", "hit-head", "hit-begins", "hit-contains")
"""How a row goes by the words asked for, the nearest first; a part may also be the end of it."""
_PART = 2
_BY_NAME = 2
"""The standing of rows that are taken by their name only."""
_HEADING = re.compile(r"\d{4,8}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a search asks besides words, as conditions and an order of SQL with their facts.

    `readings` are the ways in which the words asked for are read, the words themselves first.
    """

    readings: tuple[str, ...]
    places: tuple[str, ...]
    conditions: tuple[str, ...]
    order: tuple[str, ...]
    facts: dict[str, object]


def wish(
    *readings: str, place: str = "", period: Period | None = None, boundary: str, confidence: str
) -> Wish:
    """Return what rows must be, and what goes first among them.

    A row is of use in a place when it speaks for it or for one around it, and in a period when its
    data are not later (electricity: when they are of its last year); rows of unknown year stay.
    Raises ModelError or BackgroundError for a word that does not exist.

    >>> wish("coal", place="Gansu", boundary="", confidence="secondary").places
    ('CN-GS', 'CN-GRID-NW', 'CN', 'GLO')
    """
    if boundary and boundary not in BOUNDARIES:
        known = sorted(set(BOUNDARIES.values()))
        raise BackgroundError(problem("search-boundary", boundary, known, boundary=boundary))
    if confidence and confidence not in CONFIDENCES:
        facts = {"confidence": confidence}
        raise BackgroundError(problem("search-confidence", confidence, CONFIDENCES, **facts))
    places = widening(find_place(place)) if place else ()
    conditions, told = ["1"], dict[str, object](chain=_WHOLE_CHAIN, step=_ONE_STEP, world=WORLD)
    patterns = _patterns(readings)
    told |= {
        f"called{n}_{m}": each for n, level in enumerate(patterns) for m, each in enumerate(level)
    }
    if places:
        holes = ", ".join(f":place{n}" for n, _ in enumerate(places))
        conditions.append(f"place IN ({holes})")
        told |= {f"place{n}": each for n, each in enumerate(places)}
    if period is not None:
        electric = "(at != '' OR family = 'combustion')"
        conditions.append(f"(year IS NULL OR year = :year OR (year < :year AND NOT {electric}))")
        told["year"] = period.last_year
    if boundary:
        conditions.append("boundary = :boundary")
        told["boundary"] = BOUNDARIES[boundary]
    if confidence:
        sure = CONFIDENCES[: CONFIDENCES.index(confidence) + 1]
        conditions.append(f"confidence IN ({', '.join(f':sure{n}' for n, _ in enumerate(sure))})")
        told |= {f"sure{n}": each for n, each in enumerate(sure)}
    return Wish(readings, places, tuple(conditions), _order(places, patterns), told)


def _patterns(readings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return what stands in the lines of a row called so, so with an addition, begins, ends so.

    A code is called as its heading is; of letters a whole word begins a name ('pe' no 'pesticide').
    """
    whole = tuple(f"\n{each}" if _HEADING.fullmatch(each) else f"\n{each}\n" for each in readings)
    heads = tuple(f"\n{each}{mark}" for each in readings for mark in _after(each))
    begins = tuple(f"\n{each} " if each[-1:].isascii() else f"\n{each}" for each in readings)
    ends = tuple(end for each in readings for end in _ends(each))
    return whole, heads, begins, ends


def _after(reading: str) -> tuple[str, str]:
    """Return what may follow the name itself in a line of names: a comma or a bracket."""
    return (",", " (") if reading[-1:].isascii() else (",", "(")


def _ends(reading: str) -> tuple[str, ...]:
    """Return what ends a name with a reading: at the end of a line, in English before an addition.

    English names end with what they are made of or for: 'hydrogen, from coal' is no coal.
    """
    if reading[:1].isascii():
        return tuple(f" {reading}{mark}" for mark in _after(reading))
    return tuple(f"{reading}{mark}" for mark in ("\n", *_after(reading)))


def _order(places: tuple[str, ...], patterns: Sequence[Sequence[str]]) -> tuple[str, ...]:
    whole, heads, begins, ends = (
        " OR ".join(f"instr(lines, :called{n}_{m})" for m, _ in enumerate(each))
        for n, each in enumerate(patterns)
    )
    heading = f"({heads}) AND boundary != :step"
    parts = f"{heads} OR {begins} OR {ends}"
    levels = f"WHEN {whole} THEN 0 WHEN {heading} THEN 1 WHEN {parts} THEN {_PART}"
    called = f"CASE {levels} ELSE {_PART + 1} END"
    near = " ".join(f"WHEN :place{n} THEN {n}" for n, _ in enumerate(places))
    sure = " ".join(f"WHEN '{each}' THEN {n}" for n, each in enumerate(CONFIDENCES))
    steps = (f"CASE place {near} END",) if places else ()
    use = (f"standing = {_BY_NAME}", "boundary != :chain", "standing", "place = :world")
    return (
        called,
        "family = 'combustion'",
        *steps,
        *use,
        f"CASE confidence {sure} END",
        "-ifnull(year, 0)",
        "id",
    )


def rank(entry: Entry, wanted: Wish) -> tuple[object, ...]:
    """Return the place of an entry among others: the order of SQL once more, across sets.

    No example: `search` shows it at work.
    """
    return (
        _called(entry, wanted.readings),
        entry.family == "combustion",
        wanted.places.index(entry.place) if wanted.places else 0,
        entry.standing == _BY_NAME,
        entry.boundary != _WHOLE_CHAIN,
        entry.standing,
        entry.place == WORLD,
        CONFIDENCES.index(entry.confidence),
        0 if entry.year is None else -entry.year,
        entry.id,
    )


def _called(entry: Entry, readings: Sequence[str]) -> int:
    """Return how nearly an entry is called so; what comes of one step is no whole product."""
    patterns = _patterns(readings)
    held = [n for n, level in enumerate(patterns) if any(each in entry.lines for each in level)]
    if not held:
        return _PART + 1
    return _PART if held[0] == 1 and entry.boundary == _ONE_STEP else min(held[0], _PART)


def _reading(entry: Entry, wanted: Wish) -> str:
    """Return the reading by which an entry was found: the one that it goes by most nearly."""

    def near(reading: str) -> tuple[int, bool]:
        missing = not all(each in entry.lines for each in reading.split())
        return _called(entry, (reading,)), missing

    return min(wanted.readings, key=near)


def reasons(
    entry: Entry, wanted: Wish, asked: str = "", why: str = "", told: Sequence[Finding] = ()
) -> tuple[Finding, ...]:
    """Return why an entry stands where it stands, in the order in which it counted.

    `why` is the code that says that another reading than the words `asked` was found; `told` holds
    of every hit. No example: `search` shows it at work.
    """
    reading = _reading(entry, wanted)
    level = _called(entry, (reading,))
    ends = level == _PART and f"\n{reading}" not in entry.lines
    found = [finding("hit-ends" if ends else _CALLED[level], words=reading)]
    if why and reading != asked:
        corrected = why == "hit-spelling"
        read = wanted.readings[0] if corrected else reading
        found.append(finding(why, words=asked, read=read))
    found += told
    if wanted.places:
        steps = wanted.places.index(entry.place)
        code = "hit-place-wider" if steps else "hit-place"
        found.append(finding(code, place=entry.place))
    if entry.family == "combustion":
        found.append(finding("hit-accounts"))
    boundary = BOUNDARY_NAMES.get(entry.boundary, Name(entry.boundary, entry.boundary))
    found.append(finding("hit-boundary", boundary=boundary.en, chinese=boundary.zh))
    if entry.standing != 1:
        found.append(finding("hit-alternative" if entry.standing else "hit-default"))
    sure = CONFIDENCE_NAMES[entry.confidence]
    found.append(finding("hit-confidence", confidence=sure.en, chinese=sure.zh))
    year = "hit-year-unknown" if entry.year is None else "hit-year"
    found.append(finding(year, year="?" if entry.year is None else entry.year))
    return tuple(found)
