"""Which datum, if it were better known, would change a verdict? From the derivatives of the facts.

A computed number moves with each datum by its driver's effect. The datum is moved, down and up,
until the rule says something else; what it takes is told as a share of the datum and in its own
standard deviations. To first order: near a limit that is enough, far from it nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.rules.verdicts import verdict_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pcf.errors import Where
    from pcf.rules.values import Driver, Fact, Rule, Verdict

STEPS = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""How far a datum is moved, relative to itself; beyond half of it first order says nothing."""
DEVIATIONS = 3.0
"""A datum whose spread is known is told when so many of its standard deviations would do."""
MOST_DATA = 50
"""So many data of a rule are moved."""
NEAR = 0.2
"""A datum whose spread is not stated is told when so small a share of it would do."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A datum whose change would turn a verdict.

    `change` is what it takes, relative to the datum (-0.12: 12 % less); `deviations` the same in
    its own standard deviations, None where no spread is stated; `verdict` what the rule then says.
    """

    name: str
    change: float
    deviations: float | None
    verdict: Verdict
    where: Where


def turns_of(
    rule: Rule, facts: Sequence[Fact], values: Mapping[str, object], *, most: int = 5
) -> tuple[Turn, ...]:
    """Return the data whose change would turn the verdict on `values`, the nearest first.

    No example: `Judgement.turns` shows it at work.
    """
    now = verdict_on(rule, values)
    moving: dict[str, list[tuple[Fact, Driver]]] = {}
    for fact in facts:
        for driver in fact.drivers:
            moving.setdefault(driver.name, []).append((fact, driver))
    found = []
    for name, pairs in list(moving.items())[:MOST_DATA]:
        change = _least_change(rule, pairs, values, now)
        if change is not None:
            found.append(_turn(rule, name, pairs, values, change))
    return tuple(sorted(filter(_is_near, found), key=_nearness)[:most])


def _is_near(turn: Turn) -> bool:
    if turn.deviations is None:
        return abs(turn.change) <= NEAR
    return turn.deviations <= DEVIATIONS


def _nearness(turn: Turn) -> tuple[bool, float, str]:
    known = turn.deviations is not None
    return not known, abs(turn.change) if turn.deviations is None else turn.deviations, turn.name


def _turn(
    rule: Rule,
    name: str,
    pairs: Sequence[tuple[Fact, Driver]],
    values: Mapping[str, object],
    change: float,
) -> Turn:
    driver = pairs[0][1]
    deviations = abs(change) / driver.spread if driver.spread else None
    return Turn(
        name, change, deviations, verdict_on(rule, _moved(pairs, values, change)), driver.where
    )


def _moved(
    pairs: Sequence[tuple[Fact, Driver]], values: Mapping[str, object], change: float
) -> dict[str, object]:
    moved = dict(values)
    for fact, driver in pairs:
        if isinstance(fact.value, int | float):
            moved[fact.name] = fact.kind.plain(fact.value + driver.effect * change)
    return moved


def _least_change(
    rule: Rule,
    pairs: Sequence[tuple[Fact, Driver]],
    values: Mapping[str, object],
    now: Verdict,
) -> float | None:
    """Return the least change of a datum that turns the verdict, within half of the datum."""

    def turned(change: float) -> bool:
        return verdict_on(rule, _moved(pairs, values, change)) != now

    before = 0.0
    for step in STEPS:
        hits = [sign * step for sign in (-1, 1) if turned(sign * step)]
        if hits:
            ends = [_narrowed(turned, before if each > 0 else -before, each) for each in hits]
            return min(ends, key=abs)
        before = step
    return None


def _narrowed(turned: Callable[[float], bool], near: float, far: float) -> float:
    """Return the change between two at which the verdict turns, on the side where it has turned."""
    for _ in range(24):
        middle = (near + far) / 2
        near, far = (near, middle) if turned(middle) else (middle, far)
    return far
