"""How are certificates matched where a corridor carries only so much? By a linear program.

Maximise the energy, then the policy's order, over classes of certificates and readings, each
corridor within its limit in each period (HiGHS). Where several companies share a corridor the
program may have no whole-number corner; then it is solved in whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pcf.electricity.matching.classes import in_classes
from pcf.electricity.matching.parts import CORRIDOR
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.matching.arrays import Whole, Wide
    from pcf.electricity.matching.classes import Asked, Classed, Offered, Users
    from pcf.electricity.matching.laying import Work

    Numbers = NDArray[np.float64]

MOST_VARIABLES = 60_000
"""The most pairs of classes in a linear program."""
EXACT = 2**53
"""Whole numbers up to here are exact in floating point."""


class Limits(NamedTuple):
    """For offers by needs the number of the corridor that a pair takes, or -1; and their limits."""

    corridor: Whole
    most: Whole


class _Program(NamedTuple):
    """Rows of `matrix` (sparse) are classes of certificates, of readings, corridors in periods."""

    matrix: Any
    most: Whole


def fill_corridors(work: Work, given: Offered, got: Asked, users: Users, limits: Limits) -> None:
    """Match classes within the limits of corridors.

    Raises ModelError where the program is larger than `MOST_VARIABLES`, where its sums are too
    large to be exact, and where it is not solved.

    No example: `match` shows it.
    """
    for classed in in_classes(work, given, got, users):
        size = len(classed.pairs[0])
        if size > MOST_VARIABLES:
            told = {"size": f"{size:,}", "most": f"{MOST_VARIABLES:,}"}
            raise ModelError(problem("match-program", "", (), **told))
        if max(int(classed.offered.sum()), int(classed.wanted.sum())) >= EXACT:
            raise ModelError(problem("match-inexact"))
        order = classed.order[classed.pairs[0]]
        if classed.weight is not None:
            order = classed.weight[classed.pairs[1]]
        program = _program(classed, _corridors_used(classed, limits))
        classed.lay(work, _solved(program, order), CORRIDOR)


def _corridors_used(classed: Classed, limits: Limits) -> tuple[Whole, Whole]:
    """Return for each pair its corridor in its period, numbered, or -1; and the limit of each."""
    giver, taker = classed.pairs
    corridor = limits.corridor[classed.offer[giver], classed.need[taker]]
    period = classed.period[taker]
    found = np.full(len(corridor), -1, dtype=np.int64)
    rows = np.flatnonzero(corridor >= 0)
    both = np.stack([corridor[rows], period[rows]], axis=1)
    each, number = np.unique(both, axis=0, return_inverse=True)
    found[rows] = number.reshape(-1)
    return found, limits.most[each[:, 0]] if len(rows) else limits.most[:0]


def _program(classed: Classed, used: tuple[Whole, Whole]) -> _Program:
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - loads slowly, and few ask

    pairs, offered, wanted = classed.pairs, classed.offered, classed.wanted
    corridor, most = used
    columns = np.arange(len(pairs[0]), dtype=np.int64)
    limited = corridor >= 0
    rows = np.concatenate(
        (
            pairs[0],
            pairs[1] + len(offered),
            corridor[limited] + len(offered) + len(wanted),
        )
    )
    places = (rows, np.concatenate((columns, columns, columns[limited])))
    shape = (len(offered) + len(wanted) + len(most), len(columns))
    matrix = csr_array(coo_array((np.ones(len(rows)), places), shape=shape))
    return _Program(matrix, np.concatenate((offered, wanted, most)))


def _solved(program: _Program, order: Whole) -> Whole:
    """Return the energy of each pair: the most there can be, by the least sum of orders."""
    everything = np.ones(program.matrix.shape[1])
    energy = _whole_solution(program, -everything, None)
    _, rank = np.unique(order, return_inverse=True)
    rank = rank.reshape(-1)
    if not rank.any():
        return energy
    return _whole_solution(program, rank / rank.max(), int(energy.sum()))


def _whole_solution(program: _Program, cost: Numbers, total: int | None) -> Whole:
    """Return a solution in whole numbers, with a stated total where there is one."""
    from scipy.optimize import linprog  # noqa: PLC0415 - loads slowly, and few ask

    scale = max(float(program.most.max()), 1.0)
    sums = None if total is None else (np.ones((1, len(cost))), np.array([total / scale]))
    found = linprog(
        cost,
        A_ub=program.matrix,
        b_ub=program.most / scale,
        A_eq=None if sums is None else sums[0],
        b_eq=None if sums is None else sums[1],
        method="highs-ds",
    )
    if found.status != 0:
        raise ModelError(problem("match-unsolved", "", (), why=found.message))
    amounts = np.asarray(found.x) * scale
    energy: Wide = np.rint(amounts).astype(np.int64)
    if _holds(program, energy, total) and float(np.abs(amounts - energy).max()) < 0.25:
        return energy
    return _integer_solution(program, cost, total)


def _integer_solution(program: _Program, cost: Numbers, total: int | None) -> Whole:
    from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415 - as above

    constraints = [LinearConstraint(program.matrix, ub=program.most)]
    if total is not None:
        constraints.append(LinearConstraint(np.ones((1, len(cost))), lb=total, ub=total))
    found = milp(
        cost,
        integrality=np.ones(len(cost), dtype=np.int64),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    energy = np.zeros(0, dtype=np.int64) if found.x is None else np.rint(found.x).astype(np.int64)
    if found.status != 0 or not _holds(program, energy, total):
        raise ModelError(problem("match-unsolved", "", (), why=found.message))
    return energy


def _holds(program: _Program, energy: Whole, total: int | None) -> bool:
    """Tell, in whole numbers, whether a solution keeps every limit and its total."""
    sums = program.matrix.astype(np.int64) @ energy
    kept = bool((energy >= 0).all() and (sums <= program.most).all())
    return kept and (total is None or int(energy.sum()) == total)
