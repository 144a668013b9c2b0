"""A perennial crop: establishment, productive years and clearing, divided over the total yield."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange, UnitProcess
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

Phase = Literal["establishment", "productive", "clearing"]
PHASES: tuple[Phase, ...] = get_args(Phase)

METHOD = Method(
    "perennial crop",
    Name("perennial crop over its whole life", "多年生作物全周期"),
    (
        Need("phase", Name("phase", "阶段"), words=PHASES),
        Need("years", Name("years of the phase", "阶段年数"), "year", usual=(0.0, 60.0)),
        Need("harvest", Name("harvest of the whole phase", "阶段总产量"), "kg", optional=True),
    ),
    Name("one unit process for the total harvest", "对应总产量的单元过程"),
    "burden per kg = sum over phases / sum of harvests",
    "ISO 14067:2018, 6.3.5 (time boundary: representative cycle); accounting identity",
    ("2018",),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase of a perennial: its years, its exchanges and its harvest, all for the whole phase.

    Clearing without work is a phase with zero years and no exchanges: it must be stated.
    """

    phase: Phase
    years: Amount
    exchanges: tuple[Exchange, ...] = ()
    harvest: Amount | None = None


def perennial(product: str, stages: Sequence[Stage]) -> UnitProcess:
    """Return the unit process of a perennial's total harvest, with the exchanges of all phases.

    Exchanges carry their phase as stage. Raises ModelError with all problems: a phase that is not
    stated, no harvest, a harvest outside the productive years.

    >>> lime = Exchange("lime", Amount(2.0, "t"))
    >>> found = perennial("wolfberry", [
    ...     Stage("establishment", Amount(2.0, "year"), (lime,)),
    ...     Stage("productive", Amount(10.0, "year"), harvest=Amount(30.0, "t")),
    ...     Stage("clearing", Amount(0.0, "year")),
    ... ])
    >>> str(found.amount), [(row.flow, row.stage) for row in found.exchanges]
    ('30,000 kg', [('lime', 'establishment')])
    """
    problems: list[Problem] = []
    harvests = []
    for each in stages:
        words = {"phase": each.phase, "years": each.years, "harvest": each.harvest}
        given = check(METHOD, problems, words, where=str(each.phase))
        harvest = given.get("harvest")
        if harvest is not None and each.phase != "productive":
            problems.append(problem("perennial-harvest", product, phase=each.phase))
        if harvest is None and each.phase == "productive":
            problems.append(problem("perennial-no-harvest", product))
        harvests.append(0.0 if harvest is None else harvest)
    stated = {each.phase for each in stages}
    problems += [
        problem("perennial-phase", product, phase=phase) for phase in PHASES if phase not in stated
    ]
    total = math.fsum(harvests)
    if not problems and total <= 0:
        problems.append(problem("perennial-no-harvest", product))
    if problems:
        raise ModelError(*problems)
    rows = tuple(replace(row, stage=each.phase) for each in stages for row in each.exchanges)
    return UnitProcess(product, product, Amount(total, "kg"), rows)
