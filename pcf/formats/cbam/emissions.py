"""What does a good embed? Rebuilt from direct elementary flows, never from the footprint.

    direct   = own elementary flows of the processes inside, and of fuels burnt in them, in CBAM's
               gases and potentials (`own`)
               + heat and waste gases in - heat, waste gases and electricity out (`energy`)
               - CO2 captured and stored, or bound for good
               + bounds of what the study leaves out and may arise inside
               + precursors x their own specific emissions (`inputs`)
    indirect = electricity consumed inside x combustion factor of the grid, + precursors'
    per tonne of good as sold

Which processes are inside `boundary` says. Source: Implementing Regulation (EU) 2025/2547, as
described in the project's notes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf.declare.sold import kilograms_as_sold
from pcf.errors import DeclareError, problem
from pcf.formats.cbam.boundary import drawn
from pcf.formats.cbam.energy import as_direct, crossings
from pcf.formats.cbam.goods import find_good
from pcf.formats.cbam.inputs import left_out, precursors_used, told, unused_answers
from pcf.formats.cbam.own import Direct, biogenic, bought_fuels, counted, emissions, unsplit
from pcf.formats.cbam.own import fuel_rows as rows_of_fuels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcf.declare.values import Declaration
    from pcf.errors import Problem
    from pcf.formats.cbam.boundary import Boundary
    from pcf.formats.cbam.details import CbamDetails
    from pcf.formats.cbam.energy import Crossing
    from pcf.formats.cbam.goods import Good
    from pcf.formats.cbam.inputs import LeftOut, Used
    from pcf.formats.cbam.own import Emission

_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Embedded:
    """The specific embedded emissions of a good, t CO2e per t as sold.

    `electricity` is MWh per t consumed inside, `factor` its combustion factor in t CO2e per MWh.
    `inside` gives the CBAM good of each process inside; `outside` the inputs of these processes
    that bring nothing, each with why: to be read by whoever signs. `crossing` is energy in and out,
    `left_out` the exclusions with their bounds, `biogenic` and `captured` kg CO2 per t of good,
    `totals` the direct emissions in t CO2e of each process for its own output in the period.
    """

    good: Good
    own: tuple[Direct, ...]
    used: tuple[Used, ...]
    electricity: float
    factor: float | None
    inside: Mapping[str, str] = field(hash=False)
    outside: Mapping[str, str] = field(hash=False)
    crossing: tuple[Crossing, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    biogenic: float = 0.0
    captured: float = 0.0
    totals: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def direct(self) -> float:
        """Direct emissions, those of precursors included."""
        own = sum(each.kg_co2e for each in self.own) / 1000
        return own + sum(each.tonnes * each.direct for each in self.used)

    @property
    def indirect(self) -> float | None:
        """Indirect emissions, those of precursors included; None where a part is unknown."""
        own, bought = self._power, _bought(self.used)
        return None if own is None or bought is None else own + bought

    @property
    def basis(self) -> float | None:
        """What CBAM prices: of a good or a precursor of Annex II only the direct emissions.

        Each precursor is treated by its own code: sinter bought for pig iron brings its indirect
        emissions, although those of the pig iron itself do not count.
        """
        own = 0.0 if self.good.direct_only else self._power
        bought = _bought([u for u in self.used if not u.precursor.direct_only])
        return None if own is None or bought is None else self.direct + own + bought

    @property
    def information(self) -> float | None:
        """Direct and indirect together, whatever is priced; None where indirect is unknown."""
        return None if self.indirect is None else self.direct + self.indirect

    @property
    def share_default(self) -> float:
        """The share of the direct emissions that rests on default values, 0 to 1."""
        by_default = sum(u.tonnes * u.direct for u in self.used if u.precursor.default is not None)
        return by_default / self.direct if self.direct else 0.0

    @property
    def _power(self) -> float | None:
        """Indirect emissions of the electricity consumed inside; None without its factor."""
        if self.factor is None:
            return None if self.electricity else 0.0
        return self.electricity * self.factor


def _bought(used: Iterable[Used]) -> float | None:
    """Return the indirect emissions of precursors; None where one does not say its own."""
    parts = [None if each.indirect is None else each.tonnes * each.indirect for each in used]
    return None if None in parts else sum(part for part in parts if part is not None)


def embedded_emissions(declaration: Declaration, details: CbamDetails) -> Embedded:
    """Return what the declared good embeds.

    Raises DeclareError with every problem: no CBAM good, no process inside, a precursor that is a
    CBAM good and has no value, or two, names that the study does not have, emissions that are not
    split by gas, a fuel whose combustion is nowhere, heat, gas or power that crosses the boundary
    without a factor, captured CO2 without its destination, a good whose indirect emissions count
    and that consumes electricity without a factor, direct emissions below zero.

    No example: `docs/declarations.md` shows it whole.
    """
    good = find_good(declaration.product.cn_code or "")
    footprint, system = declaration.footprint, declaration.footprint.system
    study, background = declaration.study, declaration.background
    problems: list[Problem] = []
    tonnes = kilograms_as_sold(declaration) / 1000
    scaling = np.array([footprint.scaling.get(str(each), 0.0) for each in system.processes.ids])
    boundary = drawn(system, scaling / tonnes, details, study, problems)
    emitted = list(emissions(boundary))
    problems += unsplit(emitted)
    own = [*counted(emitted, boundary, good)]
    burnt, held = bought_fuels(boundary, details, emitted, (study, background), problems)
    own += burnt
    fuels = rows_of_fuels(boundary, details, background)
    crossing = crossings(boundary, details, fuels, problems)
    own += as_direct(crossing, boundary)
    stored = _captured(declaration, emitted, tonnes)
    own += _deducted(boundary, details, stored, problems)
    own += _of_biomass(boundary, details, emitted, good, problems)
    gaps = left_out(boundary, details, background)
    own += _bounds(boundary, gaps)
    energy = _energy_rows(boundary, crossing)
    used, brought = precursors_used(boundary, details, {*fuels, *energy}, problems)
    outside = held | told(brought, details, background, good, problems)
    unused_answers(details, [*brought, *(gap.flow for gap in gaps)], problems)
    electricity = boundary.metered(out=False)
    if details.electricity is None and electricity and not good.direct_only:
        problems.append(problem("cbam-electricity", good.name, mwh=f"{electricity:.4g}"))
    if sum(each.kg_co2e for each in own) < -_NOISE:
        problems.append(problem("cbam-negative", good.name, good=good.name))
    if problems:
        raise DeclareError(*problems)
    return Embedded(
        good=good,
        own=tuple(own),
        used=used,
        electricity=electricity,
        factor=None if details.electricity is None else details.electricity.value,
        inside=boundary.goods,
        outside=outside,
        crossing=crossing,
        left_out=gaps,
        biogenic=biogenic(emitted),
        captured=sum(stored),
        totals=_totals(boundary, own),
    )


def _captured(
    declaration: Declaration, emitted: list[Emission], tonnes: float
) -> tuple[float, float]:
    """Return captured CO2, kg per t of good: not yet deducted by the study, and deducted already.

    A removal is its own flow; a capture of the declaration is deducted in the fossil line.
    """
    removed = sum(each.kg for each in emitted if each.flow.line == "technical removals")
    capture = declaration.capture
    return removed, 0.0 if capture is None else capture.kg / tonnes


def _deducted(
    boundary: Boundary,
    details: CbamDetails,
    stored: tuple[float, float],
    problems: list[Problem],
) -> Iterator[Direct]:
    """Yield what captured CO2 takes off, or adds again where the rules do not let it go."""
    answer, (removed, deducted) = details.captured, stored
    if not removed and not deducted:
        if answer is not None:
            problems.append(problem("cbam-captured-none", "captured"))
        return
    if answer is None:
        problems.append(problem("cbam-captured", "", kg=f"{removed + deducted:.4g}"))
        return
    kg = -removed if answer.deducts else deducted
    if kg and boundary.goods:
        home = next(iter(boundary.goods))
        shown = f"{home}: captured CO2"
        yield Direct(shown, boundary.goods[home], answer.where, "CO2", kg, kg, home)


def _of_biomass(
    boundary: Boundary,
    details: CbamDetails,
    emitted: list[Emission],
    good: Good,
    problems: list[Problem],
) -> Iterator[Direct]:
    """Yield biogenic CO2 that is said not to be sustainable; else it is zero, and item 8 asks."""
    total, answer = biogenic(emitted), details.biomass
    if not total or "CO2" not in good.gases:
        if answer is not None:
            problems.append(problem("cbam-biomass-none", "biomass"))
        return
    if answer is None or answer.zero_rated:
        return
    for each in emitted:
        is_one = each.flow.gas == "CO2" and each.flow.origin == "biogenic"
        if is_one and each.flow.direction == "output":
            named = (each.shown, boundary.goods[each.home], each.flow.id, "CO2")
            yield Direct(*named, each.kg, each.kg, each.home)


def _bounds(boundary: Boundary, gaps: Iterable[LeftOut]) -> Iterator[Direct]:
    for each in gaps:
        if each.counted and each.bound:
            named = (f"{each.home}: upper bound", boundary.goods[each.home], each.flow, "CO2")
            yield Direct(*named, each.bound, each.bound, each.home)


def _energy_rows(boundary: Boundary, crossing: tuple[Crossing, ...]) -> set[int]:
    """Return the exchanges that are energy, whether they cross or stay."""
    flows = {each.flow for each in crossing}
    found = set()
    for at in boundary.own:
        e = int(at)
        if str(boundary.system.exchanges.flows[e]) in flows or boundary.measured(e, "TJ"):
            found.add(e)
    return found


def _totals(boundary: Boundary, own: list[Direct]) -> dict[str, float]:
    """Return t CO2e of each process for the output that the study states for it."""
    runs = {home: boundary.runs[boundary.system.index(home)] for home in boundary.goods}
    found: dict[str, float] = {}
    for each in own:
        if runs[each.home]:
            found[each.home] = found.get(each.home, 0.0) + each.kg_co2e / runs[each.home] / 1000
    return found
