"""Why does a row of background data fall short of what is wanted? One criterion, one reason.

The criteria stand in the order in which they are asked: what it is (a product, not a treatment),
unit, basis, family, boundary, where in the electricity chain, place, period, whether it is an
alternative, and whether it was verified. A row that meets more of them ranks nearer among the
candidates of an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import UnitError, Where, problem
from pcf.model.coverage import widening

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.background.values import At, BackgroundProcess, Family
    from pcf.errors import Problem
    from pcf.model.coverage import Period


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an input asks of its provider.

    `place` is a code; `at` are the places in the electricity chain that will do; `named` says that
    the provider was chosen by its id, so that place, age and boundary are findings. `unverified`
    are the ids of rows that the study names although they lean on an unverified source.
    """

    flow: str
    unit: str
    place: str
    period: Period
    family: Family = "life cycle"
    basis: str = ""
    treats: bool = False
    at: tuple[At, ...] = ("", "delivered")
    named: bool = False
    unverified: frozenset[str] = frozenset()
    where: Where = field(default_factory=Where)


def shortfall(row: BackgroundProcess, wanted: Wanted) -> tuple[int, Problem] | None:
    """Return the position of the first criterion that `row` does not meet and why, or None."""
    for position, criterion in enumerate(_CRITERIA):
        reason = criterion(row, wanted)
        if reason is not None:
            return position, reason
    return None


def distance(row: BackgroundProcess, wanted: Wanted) -> int | None:
    """Return how many steps of widening lead from the wanted place to that of the row."""
    chain = widening(wanted.place)
    return chain.index(row.place) if row.place in chain else None


def is_electricity(row: BackgroundProcess) -> bool:
    """Return whether the row is a factor of electricity, of either family."""
    return bool(row.at) or row.family == "combustion"


def unnamed(row: BackgroundProcess, named: frozenset[str]) -> tuple[str, ...]:
    """Return the unverified rows of a process that a study would have to name."""
    return () if row.id in named else tuple(each for each in row.unverified if each not in named)


def _treats(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if row.process.treats == wanted.treats:
        return None
    return problem("candidate-treatment" if row.process.treats else "candidate-maker", row.id)


def _unit(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if units.same_dimension(row.unit, wanted.unit):
        return None
    try:
        units.factor(wanted.unit, row.unit)
    except UnitError as error:
        gas = error.problems[0].code == "unit-gas-volume"
        code = "candidate-gas-volume" if gas else "candidate-unit"
    return problem(code, row.id, unit=row.unit, wanted=wanted.unit)


def _basis(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if not wanted.basis or not row.process.basis or wanted.basis == row.process.basis:
        return None
    return problem("candidate-basis", row.id, basis=row.process.basis, wanted=wanted.basis)


def _family(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if row.family == wanted.family:
        return None
    code = "candidate-combustion" if row.family == "combustion" else "candidate-life-cycle"
    return problem(code, row.id)


def _boundary(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if row.boundary != "combustion only" or wanted.named or wanted.family == "combustion":
        return None
    return problem("candidate-no-upstream", row.id)


def _at(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if row.at in wanted.at:
        return None
    code = "candidate-at-transmission" if row.at == "transmission" else "candidate-at-generator"
    return problem(code if row.at in ("transmission", "generator") else "candidate-at", row.id)


def _place(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if wanted.named or distance(row, wanted) is not None:
        return None
    inside = wanted.place in widening(row.place)
    code = "candidate-narrower" if inside else "candidate-elsewhere"
    return problem(code, row.id, place=row.place, wanted=wanted.place)


def _period(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    if is_electricity(row):
        if row.period is not None and row.period.days <= 366 and row.period.holds(wanted.period):
            return None
        said = "?" if row.period is None else row.period
        return problem("candidate-year", row.id, period=said, wanted=wanted.period)
    if wanted.named or row.year is None or row.year <= wanted.period.last_year:
        return None
    return problem("candidate-later", row.id, period=row.period, wanted=wanted.period)


def _verified(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    missing = unnamed(row, wanted.unverified)
    return problem("candidate-unverified", row.id, rows=", ".join(missing)) if missing else None


def _alternative(row: BackgroundProcess, wanted: Wanted) -> Problem | None:
    return (
        problem("candidate-alternative", row.id) if row.alternative and not wanted.named else None
    )


_CRITERIA: tuple[Callable[[BackgroundProcess, Wanted], Problem | None], ...] = (
    _treats,
    _unit,
    _basis,
    _family,
    _boundary,
    _at,
    _place,
    _period,
    _alternative,
    _verified,
)
