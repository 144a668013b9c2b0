"""The arithmetic of a footprint: one solve, every line, every gas, every meter, every bound.

With A the technosphere, Q the characterised elementary exchanges of each process by (line, gas), M
its metered kilowatt-hours and U its upper bounds, one factorisation of A gives the scaling vector x
(A x = f) and the intensities of every product (A' L = [Q M U]). A treatment of electricity is a
matrix of factors over the meters, so treatments differ only there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.errors import ModelError, problem
from pcf.inventory import exchange_factors, require_productive, signed_amounts, solver_of
from pcf.inventory.tearing.precision import relative_errors, unsure
from pcf.model.flows import IN_TOTAL, Line
from pcf.model.systems import CREDIT, ELEMENTARY, WASTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pcf.findings import Finding
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.systems import ProductSystem


class Group(NamedTuple):
    """What contributions are told apart by: the line of the footprint and the gas."""

    line: Line
    gas: str


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """A solved system, gross (without credits), before electricity has its factors.

    `scaling` (n): how often each process runs for the reference flow `reference` (n).
    `characterised` (m): what each exchange emits, kg CO2e per run of its process; zero unless it is
    elementary. `group` (m): index into `groups`, -1 where there is none; the first g of them count
    something. `intensity` (n, g), kg CO2e per unit of each product without its metered electricity;
    `metered` (n, meters), kWh; `bounded` (n, bounds), kg CO2e. `residual`: the worst normwise
    backward error of the solves.
    """

    system: ProductSystem
    reference: NDArray[np.float64]
    scaling: NDArray[np.float64]
    groups: tuple[Group, ...]
    group: NDArray[np.int64]
    characterised: NDArray[np.float64]
    intensity: NDArray[np.float64]
    metered: NDArray[np.float64]
    bounded: NDArray[np.float64]
    bounds: tuple[str, ...]
    residual: float

    @property
    def in_total(self) -> NDArray[np.bool_]:
        """Which groups are part of the total."""
        return np.array([group.line in IN_TOTAL for group in self.groups], dtype=np.bool_)

    @property
    def priced(self) -> NDArray[np.bool_]:
        """Which of the groups that count something are part of the total (g)."""
        return self.in_total[: self.intensity.shape[1]]

    @property
    def emitted(self) -> NDArray[np.float64]:
        """What each exchange emits in the total, kg CO2e per run of its process (m)."""
        counts = np.append(self.in_total, False)[self.group]
        return np.where(counts, self.characterised, 0.0)

    def own(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the reference flow times `values` (n, k): the sum for the declared unit (k)."""
        return summed(self.reference, values)


def summed(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `left @ right`, added in the order of the columns of `left`.

    A library's product adds in an order that depends on where in memory its arrays happen to lie;
    a footprint computed twice has the same bits.

    >>> summed(np.array([2.0, 0.0, 1.0]), np.array([[1.0, 2.0], [9.0, 9.0], [3.0, 4.0]]))
    array([5., 8.])
    """
    total = np.zeros((*left.shape[:-1], *right.shape[1:]))
    for k in np.flatnonzero(left.any(axis=tuple(range(left.ndim - 1)))).tolist():
        total += np.multiply.outer(left[..., k], right[k])
    return total


def solve_account(
    system: ProductSystem,
    reference: NDArray[np.float64],
    characterisation: CharacterisationSet,
    *,
    near: ProductSystem | None = None,
) -> Account:
    """Return the gross account of `reference` (n, in the unit of each product).

    `near` is a solved system that differs little (`pcf.inventory.solver_of`).

    Raises SolveError when the system has no answer and ModelError for a gas without a factor.

    No example: `footprint` shows it at work.
    """
    columns = system.exchanges
    factors = exchange_factors(system, characterisation)
    characterised = np.where(columns.kind == ELEMENTARY, signed_amounts(columns) * factors, 0.0)
    groups, group, count = _groups(system, characterised)
    metered = _role_matrix(system, "meter")
    bounded = _role_matrix(system, "bound")
    q = np.zeros((len(system.processes), count))
    counted = (group >= 0) & (group < count)
    np.add.at(q, (columns.process[counted], group[counted]), characterised[counted])
    solver = solver_of(system, credits=False, near=near)
    forward = solver.forward(reference)
    require_productive(system, forward.values)
    adjoint = solver.adjoint(np.hstack([q, metered, bounded]))
    intensity, kwh, bound = np.split(adjoint.values, [count, count + metered.shape[1]], axis=1)
    names = [flow.id for flow in system.elementary if flow.role == "bound"]
    return Account(
        system=system,
        reference=reference,
        scaling=forward.values,
        groups=groups,
        group=group,
        characterised=characterised,
        intensity=intensity,
        metered=kwh,
        bounded=bound,
        bounds=tuple(name.removeprefix("upper bound of ") for name in names),
        residual=max(forward.residual, adjoint.residual),
    )


def _groups(
    system: ProductSystem, characterised: NDArray[np.float64]
) -> tuple[tuple[Group, ...], NDArray[np.int64], int]:
    """Return the (line, gas) pairs, which each exchange belongs to (-1: none), and how many count.

    Those that count something come first: of the others, thousands in a large database, every
    intensity is zero and need not be solved for.
    """
    columns = system.exchanges
    elementary = columns.kind == ELEMENTARY
    counting = np.zeros(len(system.elementary), dtype=np.bool_)
    counting[columns.target[elementary & (characterised != 0)]] = True
    positions: dict[Group, int] = {}
    of_row = np.full(len(system.elementary) + 1, -1, dtype=np.int64)
    keys = {
        k: Group(flow.line, flow.gas or flow.id)
        for k, flow in enumerate(system.elementary)
        if flow.role in ("emission", "resource")
    }
    counted = dict.fromkeys(key for k, key in keys.items() if counting[k])
    for key in (*counted, *keys.values()):
        positions.setdefault(key, len(positions))
    for k, key in keys.items():
        of_row[k] = positions[key]
    return tuple(positions), of_row[np.where(elementary, columns.target, -1)], len(counted)


def _role_matrix(system: ProductSystem, role: str) -> NDArray[np.float64]:
    """Return (n, rows of this role): the amount of each such row per run of each process."""
    columns = system.exchanges
    rows = role_rows(system, role)
    matrix = np.zeros((len(system.processes), len(rows)))
    for position, (k, sign) in enumerate(rows):
        here = (columns.kind == ELEMENTARY) & (columns.target == k)
        np.add.at(matrix[:, position], columns.process[here], sign * columns.amount[here])
    return matrix


def role_rows(system: ProductSystem, role: str) -> list[tuple[int, float]]:
    """Return the rows of `system.elementary` with a role, and the sign with which they count.

    Electricity is metered where it enters and a bound where it leaves; a row that a credit turned
    round, as in a sub-system, counts the other way.
    """
    counted = "input" if role == "meter" else "output"
    return [
        (k, 1.0 if flow.direction == counted else -1.0)
        for k, flow in enumerate(system.elementary)
        if flow.role == role
    ]


def meter_factors(
    account: Account, meters: Mapping[str, tuple[tuple[str, float], ...]]
) -> NDArray[np.float64]:
    """Return (meters, g): kg CO2e per kWh at each meter, from weights on processes of the system.

    What a provider itself takes from a meter counts too: with W the weights (meters, n), L the
    intensities without metered electricity and M the metered kWh, F = W (L + M F).

    Raises ModelError listing every meter that the treatment leaves without a factor.

    No example: `footprint` shows it at work.
    """
    return _counted_by(meter_weights(account.system, meters), account.intensity, account.metered)


def meter_weights(
    system: ProductSystem, meters: Mapping[str, tuple[tuple[str, float], ...]]
) -> NDArray[np.float64]:
    """Return (meters, n): how much of each product a kWh at each meter counts by.

    Raises ModelError as `meter_factors` does. No example: `footprint` shows it at work.
    """
    missing = [meter for meter in system.meters if meter not in meters]
    if missing:
        raise ModelError(*(problem("meter-untreated", m, tuple(meters), meter=m) for m in missing))
    weights = np.zeros((len(system.meters), len(system.processes)))
    for row, meter in enumerate(system.meters):
        for process, weight in meters[meter]:
            weights[row, system.index(process)] += weight
    return weights


def link_signs(system: ProductSystem) -> NDArray[np.float64]:
    """Return (m): +1 where an exchange buys its provider's intensity, -1 where it sells it.

    In matrix form a product input is negative and a waste output positive; the intensity of a
    treatment is negative per unit of its row, so both buy. Credits are no part of a gross account.
    """
    kind = system.exchanges.kind
    return np.where(kind == WASTE, -1.0, np.where(kind <= WASTE, 1.0, 0.0))


def solve_credits(
    account: Account,
    meters: Mapping[str, tuple[tuple[str, float], ...]],
    *,
    near: ProductSystem | None = None,
) -> float | None:
    """Return net minus gross of the total, kg CO2e; None without credits.

    In the net system whatever is avoided counts, behind the meters' electricity too.

    No example: `footprint` shows it at work.
    """
    system, columns = account.system, account.system.exchanges
    if not (columns.kind == CREDIT).any():
        return None
    total = np.zeros(len(system.processes))
    np.add.at(total, columns.process, account.emitted)
    weights = meter_weights(system, meters)
    q = np.hstack([total[:, None], _role_matrix(system, "meter")])
    net = solver_of(system, near=near).adjoint(q).values
    gross = np.hstack([account.intensity[:, account.priced].sum(axis=1)[:, None], account.metered])
    one, other = (
        price[:, 0] + summed(price[:, 1:], _counted_by(weights, price[:, 0], price[:, 1:]))
        for price in (net, gross)
    )
    return float(account.own(one - other))


def cancelling(account: Account, per_run: NDArray[np.float64]) -> tuple[Finding, ...]:
    """Return a finding where less than ten digits of the total, gross or net, are sure.

    `per_run` (n): what one run of each process emits in the total, its electricity included.

    No example: `footprint` shows it at work.
    """
    system = account.system
    makers = np.flatnonzero(account.reference)
    names = system.processes.products[makers].tolist()
    found: list[Finding] = []
    gross, net = (solver_of(system, credits=credited) for credited in (False, True))
    for solver in (gross,) if net is gross else (gross, net):
        values = solver.adjoint(per_run).values
        found += unsure(names, relative_errors(solver, per_run, values)[makers])
    return tuple(dict.fromkeys(found))


def _counted_by(
    weights: NDArray[np.float64], intensity: NDArray[np.float64], metered: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return F of F = W (L + M F): what a kWh counts that providers behind the meters buy too."""
    behind = np.eye(len(weights)) - summed(weights, metered)
    return np.asarray(np.linalg.solve(behind, summed(weights, intensity)))
