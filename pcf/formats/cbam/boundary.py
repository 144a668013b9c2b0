"""Which processes are inside? And how often each runs for one tonne of good.

A process is inside when what it makes is a CBAM good (`tables/boundaries.csv`) or the details say
so; upstream processes that make none (mining, alumina, anodes) are outside. Where the study divides
a process between a good and by-products, the by-products' part is inside too: by-products of a
production process carry no embedded emissions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from pcf import text, units
from pcf.errors import Problem, problem
from pcf.formats.cbam.goods import goods, made_by, table
from pcf.model.systems import ELEMENTARY, OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from pcf.formats.cbam.details import CbamDetails
    from pcf.model.systems import ProductSystem
    from pcf.study import Study


@cache
def _direct() -> tuple[str, ...]:
    """Return the words of products that are emissions of whoever takes them (DESIGN 10)."""
    return tuple(row["words"] for row in table("direct"))


@dataclass(frozen=True, eq=False)
class Boundary:
    """The processes inside: `goods` by process, `homes` and `runs` by position in the system.

    `runs` is how often a process runs per tonne of good; a part that carries by-products runs as
    often as the part that carries the good. `homes` names the process that a part belongs to,
    `rows` the units of the rows of the study: a returned stream has no provider to tell its unit.
    """

    system: ProductSystem
    goods: Mapping[str, str] = field(hash=False)
    homes: Mapping[int, str] = field(hash=False)
    runs: Mapping[int, float] = field(hash=False)
    rows: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def own(self) -> NDArray[np.intp]:
        """Positions of the exchanges of the processes inside, in order."""
        return np.flatnonzero(np.isin(self.system.exchanges.process, list(self.homes)))

    def process_of(self, e: int) -> str:
        """Return the process inside that an exchange belongs to."""
        return self.homes[int(self.system.exchanges.process[e])]

    def run_of(self, e: int) -> float:
        """Return how often the process of an exchange runs per tonne of good."""
        return self.runs[int(self.system.exchanges.process[e])]

    def measured(self, e: int, unit: str) -> float | None:
        """Return an exchange in `unit` per tonne of good; None where it is of another kind."""
        exchange = self.system.exchange(e)
        written = exchange.amount.unit or self.rows.get(exchange.id, "")
        if not written or exchange.amount.value is None:
            return None
        if not units.same_dimension(written, unit):
            return None
        return self.run_of(e) * units.convert(exchange.amount.value, written, unit)

    def is_measured(self, e: int) -> bool:
        """Tell whether an exchange has a unit; a returned stream of no study has none."""
        exchange = self.system.exchange(e)
        return bool(exchange.amount.unit or self.rows.get(exchange.id, ""))

    def is_direct(self, p: int) -> bool:
        """Tell whether a provider is a row of background data of what arises where it is used."""
        column = self.system.processes
        return not column.foreground[p] and any(w in f" {column.products[p]}" for w in _direct())

    def bound(self, e: int) -> float | None:
        """Return the upper bound behind an exclusion, kg CO2e per unit of it; None for no bound."""
        column, provider = self.system.exchanges, int(self.system.exchanges.target[e])
        behind = np.flatnonzero((column.process == provider) & (column.kind == ELEMENTARY))
        found = [k for k in behind if self.system.elementary[column.target[k]].role == "bound"]
        if not found:
            return None
        return float(column.amount[found].sum() / self.system.processes.amounts[provider])

    def metered(self, *, out: bool) -> float:
        """Return the electricity taken (or sent out) by processes inside, MWh per t of good."""
        column, system = self.system.exchanges, self.system
        total = 0.0
        for e in self.own:
            if column.kind[e] != ELEMENTARY or bool(column.direction[e] == OUTPUT) is not out:
                continue
            if system.elementary[column.target[e]].role == "meter":
                total += self.run_of(int(e)) * float(column.amount[e]) / 1000
        return total


def drawn(
    system: ProductSystem,
    scaling: NDArray[np.float64],
    details: CbamDetails,
    study: Study | None,
    problems: list[Problem],
) -> Boundary:
    """Return the boundary; `scaling` is runs per tonne of good. Problems are added.

    No example: `embedded_emissions` shows it at work.
    """
    inside = _inside(system, details, problems)
    at = {system.index(process): process for process in inside}
    runs = {p: float(scaling[p]) for p in at}
    homes = dict(at)
    for q, siblings in _by_products(system, at):
        homes[q] = at[siblings[0]]
        runs[q] = sum(runs[p] for p in siblings) / len(siblings)
    rows = {} if study is None else {row.id: row.amount.unit for row in study.activity}
    return Boundary(system, inside, homes, runs, rows)


def _by_products(system: ProductSystem, at: Mapping[int, str]) -> Iterator[tuple[int, list[int]]]:
    """Yield the parts of divided processes that make no good, with those that do."""
    wholes = system.processes.wholes
    for q in np.flatnonzero(wholes != ""):
        siblings = [p for p in at if wholes[p] == wholes[q]]
        if int(q) not in at and siblings:
            yield int(q), siblings


def _inside(system: ProductSystem, details: CbamDetails, problems: list[Problem]) -> dict[str, str]:
    """Return the CBAM good of each foreground process that is inside."""
    known, names = made_by(), {good.name for good in goods()}
    column, found = system.processes, {}
    foreground = [str(column.ids[p]) for p in np.flatnonzero(column.foreground)]
    for process, named in details.processes.items():
        if process not in foreground:
            near = text.nearest(process, foreground)
            problems.append(problem("cbam-process", process, near, process=process))
        if named and named not in names:
            near = text.nearest(named, names)
            problems.append(problem("cbam-good", process, near, good=named))
    for p in np.flatnonzero(column.foreground):
        process = str(column.ids[p])
        made = known.get(text.fold(str(column.products[p])), "")
        good = details.processes.get(process, made)
        if good:
            found[process] = good
    if not found:
        problems.append(problem("cbam-nothing-inside", "", foreground))
    return found
