"""Is one meter covered in two places? Readings of ledgers and statements, set side by side.

The same reading may stand in several ledgers, or a month in one and its days in another, a meter in
one and its lines in another: what covers a part covers the whole. Names are compared as they are
folded, since two ledgers may spell one meter differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Covered(NamedTuple):
    """What a reading measured and what claims cover of it, in watt-hours."""

    start: int
    end: int
    line: str
    product: str
    site: str
    metered: int
    claimed: int


def over_covered(
    sources: Sequence[Mapping[tuple[str, ...], tuple[int, int]]],
) -> Iterator[str]:
    """Yield each meter of which more is claimed than it measured, all sources together.

    Each source gives metered and claimed watt-hours by meter, line, product, consumer, site, start
    and end. Where sources differ in what was metered, the least counts.

    >>> march = ("M1", "", "", "firm", "", "0", "100")
    >>> day = ("Ｍ1", "", "", "firm", "", "10", "20")
    >>> list(over_covered([{march: (50, 45)}, {day: (8, 8)}]))
    ['M1']
    """
    for (meter, _), rows in _by_meter(sources).items():
        found = sorted(rows, key=lambda row: (row.start, -row.end, bool(row.line), row.product))
        claimed = [row.claimed for row in found]
        wrong = False
        for outer, inner in _sharing(found):
            if _holds(found[outer], found[inner]):
                claimed[outer] += found[inner].claimed
            elif _holds(found[inner], found[outer]):
                claimed[inner] += found[outer].claimed
            else:  # they share a part that nobody can tell apart
                one, other = found[outer], found[inner]
                wrong |= one.claimed + other.claimed > max(one.metered, other.metered)
        if wrong or any(used > row.metered for used, row in zip(claimed, found, strict=True)):
            yield meter


def _by_meter(
    sources: Sequence[Mapping[tuple[str, ...], tuple[int, int]]],
) -> dict[tuple[str, str], list[Covered]]:
    """Return the readings of each meter of a consumer, those of one name and time once."""
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    called: dict[str, str] = {}
    for source in sources:
        for key, (metered, claimed) in source.items():
            called.setdefault(fold(key[0]), key[0])
            folded = (*(fold(each) for each in key[:5]), *key[5:])
            before = found.get(folded, (metered, 0))
            found[folded] = (min(before[0], metered), before[1] + claimed)
    rows: dict[tuple[str, str], list[Covered]] = {}
    for (meter, line, product, consumer, site, start, end), (metered, claimed) in found.items():
        row = Covered(int(start), int(end), line, product, site, metered, claimed)
        rows.setdefault((called[meter], consumer), []).append(row)
    return rows


def _sharing(rows: Sequence[Covered]) -> Iterator[tuple[int, int]]:
    """Yield pairs of readings that may be of the same power, the one that begins first first."""
    open_: list[int] = []
    for number, row in enumerate(rows):
        open_ = [each for each in open_ if rows[each].end > row.start]
        yield from ((each, number) for each in open_ if _related(rows[each], row))
        open_.append(number)


def _related(one: Covered, other: Covered) -> bool:
    names = ((one.line, other.line), (one.product, other.product), (one.site, other.site))
    return all(a == b or not a or not b for a, b in names)


def _holds(outer: Covered, inner: Covered) -> bool:
    """Return whether a reading has the time of another, and the lines of it too."""
    names = zip((outer.line, outer.product), (inner.line, inner.product), strict=True)
    wider = all(a in ("", b) for a, b in names)
    return wider and outer.start <= inner.start and inner.end <= outer.end
