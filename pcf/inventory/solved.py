"""Is this system solved already, or one nearly like it? Factorised once, as long as it lives.

What was factorised for a system is kept beside it and goes when the system goes; its columns are
read-only from then on. A system that differs little from a kept one is solved through that
(`tearing.changed`), where it is large enough for that to pay.
"""

from __future__ import annotations

import weakref
from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pcf.errors import SolveError
from pcf.inventory.diagnosis import diagnose, loop_problems
from pcf.inventory.engine import factorise
from pcf.inventory.matrices import technosphere_of
from pcf.inventory.tearing.solver import Factorised
from pcf.model.systems import CREDIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.inventory.tearing.changed import Changed
    from pcf.model.systems import ProductSystem

PAYS = 20_000
"""Entries from which on a changed system is cheaper to update than to factorise anew."""


Solver: TypeAlias = "Factorised | Changed"
"""A technosphere ready to be solved for any right-hand sides, checked and refined."""
_Solvers = dict[bool, Solver]
_KEPT: dict[int, tuple[weakref.ref[ProductSystem], _Solvers]] = {}
"""By the identity of each living system that was solved: a cache, and nothing but one."""


def solver_of(
    system: ProductSystem,
    *,
    credits: bool = True,  # noqa: A002 - the word users write
    near: ProductSystem | None = None,
) -> Solver:
    """Return `system` ready to be solved; the second time, what the first time made.

    `near` is a system that was solved and differs in few processes or products: where that is
    cheaper, answers come by an update of its own, which agree with a fresh solve to rounding.
    Without `credits`, what is avoided is left out.

    Raises SolveError when the system has no answer; a failure names the loops that cause it.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("power", "2 kWh")])
    >>> solver_of(system).forward(np.array([3.0])).values, solver_of(system) is solver_of(system)
    (array([1.5]), True)
    """
    solvers = _kept(system)
    with_credits = credits and bool((system.exchanges.kind == CREDIT).any())
    if with_credits not in solvers:
        solvers[with_credits] = _made(system, with_credits, near)
    return solvers[with_credits]


def _kept(system: ProductSystem) -> _Solvers:
    key = id(system)
    found = _KEPT.get(key)
    if found is None or found[0]() is not system:
        _freeze(system)
        found = weakref.ref(system, lambda _: _KEPT.pop(key, None)), {}
        _KEPT[key] = found
    return found[1]


def _freeze(system: ProductSystem) -> None:
    """Make the columns read-only: a number changed in place would leave the solver behind."""
    for columns in (system.processes, system.exchanges):
        for field in fields(columns):
            getattr(columns, field.name).setflags(write=False)


def _made(system: ProductSystem, with_credits: bool, near: ProductSystem | None) -> Solver:
    diagnose(system)
    technosphere = technosphere_of(system, credits=with_credits)
    base = _base(near, with_credits) if len(technosphere.data) >= PAYS else None
    try:
        if near is None or base is None:
            return factorise(technosphere)
        from pcf.inventory.tearing.changed import changed  # noqa: PLC0415 - SciPy is large

        return changed(base, technosphere.csc(), _places(system, near))
    except SolveError as error:
        raise SolveError(*(loop_problems(system) or error.problems)) from None


def _base(near: ProductSystem | None, with_credits: bool) -> Factorised | None:
    """Return what was factorised for `near`, or what that itself was updated from."""
    if near is None or id(near) not in _KEPT:
        return None
    found = _kept(near).get(with_credits)
    return found if isinstance(found, Factorised) else None


def _places(system: ProductSystem, near: ProductSystem) -> NDArray[np.int64]:
    """Return (n): where each process stands in `near`, the new ones numbered on from its end."""
    ids, others = system.processes.ids, near.processes.ids
    if np.array_equal(ids, others):
        return np.arange(len(ids))
    known = {id_: i for i, id_ in enumerate(others.tolist())}
    places = np.array([known.get(id_, -1) for id_ in ids.tolist()], dtype=np.int64)
    new = places < 0
    places[new] = len(others) + np.arange(int(new.sum()))
    return places
