"""What does a bundle say of a footprint? Its numbers unrounded, every contribution, every place.

The results are plain JSON. A place names one number of them, such as `total`, `by_stage/casting` or
`contributions/potroom/ingot/...`, so that two results can be laid side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf.analysis.contributions import REFERENCE
from pcf.model.systems import NONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pcf.analysis import Footprint

TOLERANCE = 1e-9
"""How far two numbers may lie apart, relative to the larger of them."""
_FLOOR = 1e-12
"""And relative to the largest number of all, for those that cancel to nearly nothing."""
LEFT_OUT = "rows left out by their licence"
_OWN_ERROR = ("checks",)
"""What a solve says of its own rounding; another machine rounds otherwise."""


def results_of(footprint: Footprint, left_out: Collection[str] = ()) -> dict[str, Any]:
    """Return a footprint as the JSON that a bundle holds: its own summary, each contribution.

    What comes from rows that are `left out` by their licence stands as one sum, since a
    contribution over its amount is the row's own number.

    No example: `seal_bundle` writes it.
    """
    found = _plain(footprint.as_dict())
    if not isinstance(found, dict):
        raise TypeError("a footprint is a table")
    return found | {"contributions": _contributions(footprint, frozenset(left_out))}


def places(results: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every single value of plain JSON with its place; keys are parted by '/'.

    A '/' within a key is written '~1', '~' is '~0', as in JSON pointers (RFC 6901).

    >>> dict(places({"a": {"b/c": 1.0}, "d": [2, None]}))
    {'a/b~1c': 1.0, 'd/0': 2, 'd/1': None}
    """
    if isinstance(results, dict):
        children = [(str(key), value) for key, value in results.items()]
    elif isinstance(results, list):
        children = [(str(at), value) for at, value in enumerate(results)]
    else:
        yield path, results
        return
    for key, value in children:
        step = key.replace("~", "~0").replace("/", "~1")
        yield from places(value, f"{path}/{step}" if path else step)


def numbers(results: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the numbers of results by place, None for unknown, without what rounding leaves.

    >>> numbers({"total": 2.0, "net": None, "title": "a", "checks": {"parts": 1e-17}})
    {'total': 2.0, 'net': None}
    """
    return {
        place: None if value is None else float(value)
        for place, value in places(dict(results))
        if place.split("/")[0] not in _OWN_ERROR
        and (value is None or (isinstance(value, int | float) and not isinstance(value, bool)))
    }


def printable(said: str) -> str:
    r"""Return text from outside as a terminal may print it: no control, no direction mark.

    >>> printable("a\x1b[2J\u202eb")
    'a�[2J�b'
    """
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in said)


def equal(one: float | None, two: float | None, largest: float) -> bool:
    """Return whether two numbers are the same: 1e-9 of the larger, 1e-12 of the largest of all.

    >>> equal(1.0, 1.0 + 1e-10, 1.0), equal(1.0, 1.000001, 1.0), equal(None, 0.0, 1.0)
    (True, False, False)
    """
    if one is None or two is None:
        return one is two
    return abs(one - two) <= TOLERANCE * max(abs(one), abs(two)) + _FLOOR * largest


def _contributions(footprint: Footprint, left_out: frozenset[str]) -> dict[str, float]:
    """Return kg CO2e per declared unit by process, exchange, provider, line and gas."""
    table, system = footprint.contributions, footprint.system
    found: dict[str, float] = {LEFT_OUT: 0.0} if left_out else {}
    rows = zip(
        table.exchange.tolist(),
        table.process.tolist(),
        table.group.tolist(),
        table.providers(),
        table.value.tolist(),
        strict=True,
    )
    for exchange, process, group, provider, value in rows:
        parts = (
            str(system.processes.ids[process]),
            "" if exchange == REFERENCE else str(system.exchanges.ids[exchange]),
            footprint.declared_unit.product
            if exchange == REFERENCE
            else str(system.exchanges.flows[exchange]),
            "" if provider == NONE else str(system.processes.ids[provider]),
            table.groups[group].line,
            table.groups[group].gas,
        )
        if left_out & {parts[0], parts[3]}:
            found[LEFT_OUT] += float(value)
            continue
        place = " | ".join(parts)
        again = 2
        while place in found:
            place = f"{' | '.join(parts)} ({again})"
            again += 1
        found[place] = float(value)
    return found


def _plain(value: object) -> object:
    """Return a value as plain JSON: numbers of arrays become plain ones."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(value)
    return value
