"""How are certificates matched where a corridor carries only so much? By a linear program.

Maximise the energy, then the policy's order, over classes of certificates and readings, each
corridor within its limit in each period (HiGHS). Where several companies share a corridor the
program may have no whole-number corner; then it is solved in whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pcf.electricity.matching.amounts import cell_sums
from pcf.electricity.matching.classes import class_pairs
from pcf.electricity.matching.laying import Flows, givers, lay, takers
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.matching.arrays import Flags, Whole, Wide
    from pcf.electricity.matching.classes import Asked, Offered
    from pcf.electricity.matching.laying import Work

    Numbers = NDArray[np.float64]

MOST_VARIABLES = 60_000
"""The most pairs of classes in a linear program."""
_EXACT = 2**53
"""Whole numbers up to here are exact in floating point."""


class Limits(NamedTuple):
    """For offers by needs the number of the corridor that a pair takes, or -1; and their limits."""

    corridor: Whole
    most: Whole


class _Program(NamedTuple):
    """Rows of `matrix` (sparse) are classes of certificates, of readings, corridors in periods."""

    matrix: Any
    most: Whole


def fill_corridors(work: Work, given: Offered, got: Asked, allowed: Flags, limits: Limits) -> None:
    """Match classes within the limits of corridors.

    Raises ModelError where the program is larger than `MOST_VARIABLES`, where its sums are too
    large to be exact, and where it is not solved.

    No example: `match` shows it.
    """
    keys = [given.offer, given.first, given.last, work.order[given.rows]]
    supply, classes = givers(work, given.rows, keys)
    weight = [] if work.weight is None else [work.weight[got.rows]]
    demand, asked = takers(work, got.rows, [got.need, got.period, *weight])
    if not len(supply.rows) or not len(demand.rows):
        return
    pairs = class_pairs(classes, asked, allowed)
    if not len(pairs[0]):
        return
    if len(pairs[0]) > MOST_VARIABLES:
        size = {"size": f"{len(pairs[0]):,}", "most": f"{MOST_VARIABLES:,}"}
        raise ModelError(problem("match-program", "", (), **size))
    offered = cell_sums(work.free[supply.rows], supply.starts)
    wanted = cell_sums(work.open[demand.rows], demand.starts)
    if max(int(offered.sum()), int(wanted.sum())) >= _EXACT:
        raise ModelError(problem("match-inexact"))
    used = _corridors_used(pairs, classes[0], asked, limits)
    order = asked[2][pairs[1]] if weight else classes[3][pairs[0]]
    energy = _solved(_program(pairs, offered, wanted, used), order)
    keep = energy > 0
    if keep.any():
        work.so_far()
        lay(work, supply, demand, Flows(*(each[keep] for each in (*pairs, energy))), "corridor")


def _corridors_used(
    pairs: tuple[Whole, Whole], offer: Whole, asked: Whole, limits: Limits
) -> tuple[Whole, Whole]:
    """Return for each pair its corridor in its period, numbered, or -1; and the limit of each."""
    corridor = limits.corridor[offer[pairs[0]], asked[0][pairs[1]]]
    period = asked[1][pairs[1]]
    found = np.full(len(corridor), -1, dtype=np.int64)
    rows = np.flatnonzero(corridor >= 0)
    both = np.stack([corridor[rows], period[rows]], axis=1)
    each, number = np.unique(both, axis=0, return_inverse=True)
    found[rows] = number.reshape(-1)
    return found, limits.most[each[:, 0]] if len(rows) else limits.most[:0]


def _program(
    pairs: tuple[Whole, Whole], offered: Whole, wanted: Whole, used: tuple[Whole, Whole]
) -> _Program:
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - loads slowly, and few ask

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
