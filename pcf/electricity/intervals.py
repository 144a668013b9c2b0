"""When was it made or used? Half-open UTC intervals, Chinese months and days at +08:00.

An interval is two whole numbers of seconds since 1970-01-01T00:00Z, so that it compares, sorts and
fits into columns. What is written without a clock time is a Chinese calendar day, month or year; a
clock time needs its offset.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from pcf.errors import ModelError, problem
from pcf.model.coverage import Period
from pcf.text import fold_form

CHINA = timezone(timedelta(hours=8))
"""The offset of Chinese months and days; China keeps no summer time."""

HOUR = 3600
_CLOCK = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::(\d{2}))?(?::(\d{2}))?(Z|[+-]\d{2}:?\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Seconds since 1970-01-01T00:00Z from `start` up to but without `end`.

    >>> march = Interval.read("2025-03")
    >>> march.start_time.isoformat(), march.seconds // HOUR
    ('2025-02-28T16:00:00+00:00', 744)
    >>> str(march), str(Interval.read("2025-03-01T00Z/2025-03-01T01Z"))
    ('2025-03', '2025-03-01T00:00Z/2025-03-01T01:00Z')
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse an interval that ends before it begins."""
        if self.end <= self.start:
            raise ModelError(problem("interval-empty", start=self.start, end=self.end))

    @classmethod
    def read(cls, written: str) -> Interval:
        """Read a Chinese year, month or day, days with the last included, or two clock times.

        `2025`, `2025-03`, `2025年3月`, `2025-03-05`, `2025-01/2025-03`, and
        `2025-03-01T00:00+08:00/2025-03-01T01:00+08:00`. Raises ModelError.
        """
        first, slash, last = fold_form(written).strip().partition("/")
        if slash and "T" in first:
            return cls(read_moment(first), read_moment(last))
        period = Period.read(written)
        return cls(day_start(period.start), day_start(period.end))

    @classmethod
    def of_month(cls, year: int, month: int) -> Interval:
        """Return a Chinese month.

        >>> Interval.of_month(2025, 12) == Interval.read("2025-12")
        True
        """
        return cls(
            day_start(date(year, month, 1)),
            day_start(date(year + month // 12, month % 12 + 1, 1)),
        )

    @property
    def seconds(self) -> int:
        """The length in seconds."""
        return self.end - self.start

    @property
    def start_time(self) -> datetime:
        """The start as a time in UTC."""
        return datetime.fromtimestamp(self.start, UTC)

    @property
    def first_day(self) -> date:
        """The Chinese day in which it starts."""
        return chinese_day(self.start)

    @property
    def last_day(self) -> date:
        """The Chinese day of its last second."""
        return chinese_day(self.end - 1)

    def holds(self, other: Interval) -> bool:
        """Return whether the other interval lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Interval) -> bool:
        """Return whether the two share a second."""
        return self.start < other.end and other.start < self.end

    def __str__(self) -> str:
        """Return the Chinese year, month or days where it is whole days, else two UTC times."""
        if day_start(self.first_day) == self.start and day_start(chinese_day(self.end)) == self.end:
            return str(Period(self.first_day, chinese_day(self.end)))
        return f"{_clock(self.start)}/{_clock(self.end)}"


def read_moment(written: str) -> int:
    """Return the seconds since 1970-01-01T00:00Z of a clock time with its offset.

    >>> read_moment("2025-03-01T08:00+08:00") == read_moment("2025-03-01T00Z")
    True
    """
    match = _CLOCK.fullmatch(fold_form(written).strip())
    if match is None:
        raise ModelError(problem("moment-unreadable", written=written[:60]))
    day, hour, minute, second, offset = match.groups()
    text = f"{day}T{hour}:{minute or '00'}:{second or '00'}{offset}"
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise ModelError(problem("moment-unreadable", written=written[:60])) from None


def day_start(day: date) -> int:
    """Return the second in which a Chinese day begins.

    >>> day_start(date(1970, 1, 1))
    -28800
    """
    return (day - date(1970, 1, 1)).days * 86400 - 8 * HOUR


def chinese_day(second: int) -> date:
    """Return the Chinese day of a second.

    >>> chinese_day(-1)
    datetime.date(1970, 1, 1)
    """
    return date(1970, 1, 1) + timedelta(days=(second + 8 * HOUR) // 86400)


def _clock(second: int) -> str:
    moment = datetime.fromtimestamp(second, UTC)
    return moment.strftime("%Y-%m-%dT%H:%MZ" if not second % 60 else "%Y-%m-%dT%H:%M:%SZ")
