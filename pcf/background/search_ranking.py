"""Which of the rows found are of use, which of them is best, and why? In SQL and across sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.background.layout import BOUNDARIES
from pcf.errors import BackgroundError, problem
from pcf.findings import finding
from pcf.model.amounts import CONFIDENCES
from pcf.model.coverage import find_place, widening

if TYPE_CHECKING:
    from pcf.background.search_entries import Entry
    from pcf.findings import Finding
    from pcf.model.coverage import Period

_WHOLE_CHAIN = "cradle to gate"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a search asks besides words, as conditions and an order of SQL with their facts."""

    phrase: str
    places: tuple[str, ...]
    conditions: tuple[str, ...]
    order: tuple[str, ...]
    facts: dict[str, object]


def wish(
    phrase: str, *, place: str = "", period: Period | None = None, boundary: str, confidence: str
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
    conditions, facts_ = ["1"], {"phrase": f"\n{phrase}", "whole": f"\n{phrase}\n"}
    told: dict[str, object] = {**facts_, "chain": _WHOLE_CHAIN}
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
    return Wish(phrase, places, tuple(conditions), _order(places), told)


def _order(places: tuple[str, ...]) -> tuple[str, ...]:
    called = "CASE WHEN instr(lines, :whole) THEN 0 WHEN instr(lines, :phrase) THEN 1 ELSE 2 END"
    near = " ".join(f"WHEN :place{n} THEN {n}" for n, _ in enumerate(places))
    sure = " ".join(f"WHEN '{each}' THEN {n}" for n, each in enumerate(CONFIDENCES))
    steps = (f"CASE place {near} END",) if places else ()
    rest = ("boundary != :chain", "standing", f"CASE confidence {sure} END", "-ifnull(year, 0)")
    return (called, *steps, *rest, "id")


def rank(entry: Entry, wanted: Wish) -> tuple[object, ...]:
    """Return the place of an entry among others: the order of SQL once more, across sets.

    No example: `search` shows it at work.
    """
    return (
        _called(entry, wanted),
        wanted.places.index(entry.place) if wanted.places else 0,
        entry.boundary != _WHOLE_CHAIN,
        entry.standing,
        CONFIDENCES.index(entry.confidence),
        0 if entry.year is None else -entry.year,
        entry.id,
    )


def _called(entry: Entry, wanted: Wish) -> int:
    if wanted.facts["whole"] in entry.lines:  # type: ignore[operator]
        return 0
    return 1 if wanted.facts["phrase"] in entry.lines else 2  # type: ignore[operator]


def reasons(entry: Entry, wanted: Wish, corrected: str = "") -> tuple[Finding, ...]:
    """Return why an entry stands where it stands, in the order in which it counted.

    No example: `search` shows it at work.
    """
    codes = ("hit-called", "hit-begins", "hit-contains")
    found = [finding(codes[_called(entry, wanted)], words=wanted.phrase)]
    if corrected:
        found.append(finding("hit-spelling", words=corrected, read=wanted.phrase))
    if wanted.places:
        steps = wanted.places.index(entry.place)
        code = "hit-place-wider" if steps else "hit-place"
        found.append(finding(code, place=entry.place))
    found.append(finding("hit-boundary", boundary=entry.boundary))
    if entry.standing != 1:
        found.append(finding("hit-alternative" if entry.standing else "hit-default"))
    found.append(finding("hit-confidence", confidence=entry.confidence))
    year = "hit-year-unknown" if entry.year is None else "hit-year"
    found.append(finding(year, year="?" if entry.year is None else entry.year))
    return tuple(found)
