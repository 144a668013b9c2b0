"""When may each certificate be used? From a first period to a last one, rule by rule.

Whole are numbered hours, months or years (see `periods`). Each rule on time narrows the windows
of all rows of supply at once; their order tells which rule leaves a certificate without use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.intervals import day_start
from pcf.electricity.matching.criteria import oldest_second
from pcf.electricity.matching.periods import (
    last_whole,
    periods_of,
    starts_of,
    within_one,
    year_bounds,
    years_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcf.electricity.columns import SupplyColumns
    from pcf.electricity.intervals import Interval
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.circumstances import Circumstances
    from pcf.electricity.matching.kinds import Certificate
    from pcf.electricity.profiles import Profile, Unit


NEVER, ALWAYS = -(2**30), 2**30
"""Whole before and after all that are met."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """When certificates were made and until when they are usable, and their kind."""

    start: Whole
    end: Whole
    until: Whole
    kind: Whole
    kinds: tuple[Certificate, ...]

    @classmethod
    def of(cls, supply: SupplyColumns, kind: Whole, kinds: tuple[Certificate, ...]) -> Made:
        """Return the times of every row of supply."""
        return cls(supply.start, supply.end, supply.usable_until, kind, kinds)

    def take(self, rows: Whole) -> Made:
        """Return the times of some rows."""
        return Made(self.start[rows], self.end[rows], self.until[rows], self.kind[rows], self.kinds)


def refused_by_time(
    made: Made, profile: Profile, circumstances: Circumstances
) -> list[tuple[str, Flags]]:
    """Return the tests that look at a certificate's own time, and which rows fail them.

    No example: `match` shows it.
    """
    found = []
    rule = profile.rules.get("age")
    if rule is not None:
        limits = [oldest_second(kind, rule) for kind in made.kinds]
        until = np.array([2**62 if each is None else each for each in limits], dtype=np.int64)
        found.append(("age", made.start >= until[made.kind]))
    if "resolution" in profile.rules:
        found.append(("resolution", ~within_one(made.start, made.end, profile.unit)[1]))
    day = circumstances.cancelled_on
    if day is not None and "validity" in profile.rules:
        done = np.array([kind.state == "cancelled" for kind in made.kinds], dtype=np.bool_)
        found.append(("validity", (made.until <= day_start(day)) & ~done[made.kind]))
    return found


def windows(made: Made, profile: Profile) -> Iterator[tuple[str, Whole, Whole]]:
    """Yield each rule on time with first and last period under it and the rules before it.

    First and last are one and the same array where the rules give one period to each row.

    No example: `match` shows it.
    """
    unit, rule = profile.unit, profile.rules["period"].parameters
    own = periods_of(made.start, unit)
    first = own if rule["from"] == "same" else year_bounds(years_of(own, unit), unit)[0]
    last = own if rule["until"] == "same" else np.full(len(own), ALWAYS, dtype=np.int32)
    yield "period", first, last
    if "same-year" in profile.rules:
        since = profile.rules["same-year"].number("since")
        first, last = _same_year(first, last, years_of(own, unit), (since, unit))
        yield "same-year", first, last
    mine = np.array([kind.is_own for kind in made.kinds], dtype=np.bool_)
    if first is not last and "own-use" in profile.rules and mine.any():
        here = mine[made.kind]
        first = np.where(here, np.maximum(first, own), first)
        last = np.where(here, np.minimum(last, own), last)
        yield "own-use", first, last
    for test in ("binding", "cancellation"):
        spans = [_span(kind, test, profile) for kind in made.kinds]
        if any(span is not None for span in spans):
            starts, ends = _bounds(spans, unit, whole=test == "cancellation")
            first, last = (
                np.maximum(first, starts[made.kind]),
                np.minimum(last, ends[made.kind]),
            )
            yield test, first, last
    if "validity" in profile.rules and rule["until"] == "validity":
        yield "validity", first, np.minimum(last, last_whole(made.until, unit))


def trade_windows(made: Made, profile: Profile) -> tuple[Whole, Whole]:
    """Return the periods for which green-power trades were settled.

    No example: `match` shows it.
    """
    spans = [kind.settlement.interval if kind.settlement else None for kind in made.kinds]
    starts, ends = _bounds(spans, profile.unit, whole=False)
    return starts[made.kind], ends[made.kind]


def _same_year(
    first: Whole, last: Whole, years: Whole, rule: tuple[int, Unit]
) -> tuple[Whole, Whole]:
    """Narrow windows: what is made from a year on serves its own year, and only that does."""
    since, unit = rule
    starts, ends = year_bounds(years, unit)
    before = int(year_bounds(np.array([since - 1], dtype=np.int32), unit)[1][0])
    newer = years >= since
    return (
        np.where(newer, np.maximum(first, starts), first),
        np.where(newer, np.minimum(last, ends), np.minimum(last, before)),
    )


def _span(kind: Certificate, test: str, profile: Profile) -> Interval | None:
    """Return the interval to which a strict trade, or a cancellation record, limits the use."""
    rule = profile.rules.get(test)
    if rule is None:
        return None
    if test == "binding":
        strict = rule.parameters["strict"] and kind.settlement is not None
        return kind.settlement.interval if strict and kind.settlement else None
    return kind.record.period if kind.record else None


def _bounds(spans: Sequence[Interval | None], unit: Unit, *, whole: bool) -> tuple[Whole, Whole]:
    """Return first and last period of each interval: those wholly in it, or all that it touches.

    Where no period lies wholly in it, it is those that it touches.
    """
    found = []
    for span in spans:
        if span is None:
            found.append((NEVER, ALWAYS))
            continue
        edges = np.array([span.start, span.end - 1], dtype=np.int64)
        low, high = periods_of(edges, unit).tolist()
        edges = starts_of(np.array([low, high + 1], dtype=np.int32), unit)
        inner = (low + (int(edges[0]) < span.start), high - (int(edges[1]) > span.end))
        found.append(inner if whole and inner[0] <= inner[1] else (low, high))
    columns = np.array(found, dtype=np.int32).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]
