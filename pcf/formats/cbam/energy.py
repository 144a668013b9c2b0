"""What does energy bring that crosses the boundary? Heat, waste gases, electricity, in and out.

    + heat taken in x its factor            - heat sent out x its factor
    + waste gas taken in x natural gas      - waste gas sent out x natural gas x 0.667
    - electricity sent out x the factor of the power made

A waste gas taken in counts as natural gas, whatever its carbon; one sent out leaves its carbon with
the process that made it, less what natural gas would have emitted for the same use. What the study
states of the gas's own carbon is brought to this (`WasteGas.counted`).

Source: Implementing Regulation (EU) 2023/1773, Annex III, F.1, recalled, as 2025/2547 keeps it by
the project's notes; factor of natural gas: the Commission's template, 'CONST_EFNatGas'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pcf import text
from pcf.errors import Problem, problem
from pcf.formats.cbam.own import Direct
from pcf.model.systems import CREDIT, INTERNAL, OUTPUT, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.formats.cbam.boundary import Boundary
    from pcf.formats.cbam.details import CbamDetails

NATURAL_GAS = 56.1
"""t CO2 per TJ, lower heating value."""
EFFICIENCY = 0.667
"""How well a waste gas does what natural gas would do."""
_SAME = 1e-9
Kind = Literal["heat", "waste gas", "electricity"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Energy that crosses the boundary, per tonne of good: TJ, or MWh of electricity.

    `amount` is below zero where it leaves. `factor` is in t CO2 per TJ or per MWh, `kg` what it
    brings (or takes off) in kg CO2.
    """

    kind: Kind
    flow: str
    home: str
    amount: float
    factor: float
    kg: float

    @property
    def unit(self) -> str:
        """TJ or MWh."""
        return "MWh" if self.kind == "electricity" else "TJ"


def crossings(
    boundary: Boundary, details: CbamDetails, fuels: list[int], problems: list[Problem]
) -> tuple[Crossing, ...]:
    """Return what energy brings and takes off; `fuels` are rows that are answered as fuels.

    Problems are added: heat in or out without a factor, electricity that leaves without one,
    answers about what does not cross.

    No example: `embedded_emissions` shows it at work.
    """
    amounts: dict[tuple[str, str], float] = {}
    for flow, home, energy in _energy(boundary, fuels, problems):
        amounts[flow, home] = amounts.get((flow, home), 0.0) + energy
    known = {flow for flow, _ in amounts}
    _drop_what_stays(amounts)
    found: list[Crossing] = []
    gases = {text.fold(each.flow): each for each in details.waste_gases}
    heats = {text.fold(flow): factor for flow, factor in details.heat.items()}
    for (flow, home), energy in amounts.items():
        gas, factor = gases.get(text.fold(flow)), heats.get(text.fold(flow))
        if gas is not None:
            own = -energy * gas.factor if gas.counted == (energy > 0) else 0.0
            share = NATURAL_GAS if energy > 0 else NATURAL_GAS * EFFICIENCY
            kg = 1000 * (own + energy * share)
            found.append(Crossing("waste gas", flow, home, energy, share, kg))
        elif factor is not None:
            found.append(Crossing("heat", flow, home, energy, factor, 1000 * energy * factor))
        else:
            problems.append(
                problem("cbam-heat" if energy > 0 else "cbam-heat-out", home, flow=flow)
            )
    found += _power_out(boundary, details, problems)
    crossed = {text.fold(flow) for flow in known}
    for named in (*details.heat, *(each.flow for each in details.waste_gases)):
        if text.fold(named) not in crossed:
            near = text.nearest(named, known)
            problems.append(problem("cbam-precursor", named, near, flow=named))
    return tuple(found)


def as_direct(found: tuple[Crossing, ...], boundary: Boundary) -> Iterator[Direct]:
    """Yield the crossings as direct emissions, those that leave below zero.

    No example: `embedded_emissions` shows it at work.
    """
    for each in found:
        if each.kg:
            shown = f"{each.home}: {each.kind}"
            good = boundary.goods[each.home]
            yield Direct(shown, good, each.flow, "CO2", each.kg, each.kg, each.home)


def _energy(
    boundary: Boundary, fuels: list[int], problems: list[Problem]
) -> Iterator[tuple[str, str, float]]:
    """Yield flow, process and TJ per tonne of good of energy that is not a fuel burnt inside."""
    column = boundary.system.exchanges
    for at in boundary.own:
        e = int(at)
        kind, target, is_out = column.kind[e], int(column.target[e]), column.direction[e] == OUTPUT
        if kind not in (PRODUCT, CREDIT, INTERNAL) or e in fuels:
            continue
        if kind == PRODUCT and (is_out or target in boundary.homes or boundary.is_direct(target)):
            continue
        if kind == CREDIT and not is_out:
            continue
        energy = boundary.measured(e, "TJ")
        if kind == INTERNAL and not boundary.is_measured(e) and _sounds(str(column.flows[e])):
            problems.append(
                problem("cbam-energy-unit", boundary.process_of(e), flow=column.flows[e])
            )
        if energy is None or boundary.bound(e) is not None:
            continue
        yield str(column.flows[e]), boundary.process_of(e), -energy if is_out else energy


def _sounds(flow: str) -> bool:
    """Tell whether a returned stream without a unit is energy by its name."""
    folded = text.fold(flow)
    return any(word in folded for word in ("steam", "heat", " gas", "蒸汽", "热", "煤气"))


def _drop_what_stays(amounts: dict[tuple[str, str], float]) -> None:
    """Forget what one process inside sends to another: it does not cross."""
    flows = {flow for flow, _ in amounts}
    for flow in flows:
        mine = {key: energy for key, energy in amounts.items() if key[0] == flow}
        size = sum(abs(energy) for energy in mine.values())
        if abs(sum(mine.values())) <= _SAME * size:
            for key in mine:
                del amounts[key]


def _power_out(
    boundary: Boundary, details: CbamDetails, problems: list[Problem]
) -> Iterator[Crossing]:
    """Yield the electricity that meters of processes inside send out."""
    mwh = boundary.metered(out=True)
    answer = details.electricity_out
    if not mwh:
        if answer is not None:
            problems.append(problem("cbam-precursor", "electricity_out", flow="electricity_out"))
        return
    if answer is None:
        problems.append(problem("cbam-electricity-out", "", mwh=f"{mwh:.4g}"))
        return
    home = next(iter(boundary.goods))
    yield Crossing("electricity", "electricity", home, -mwh, answer.value,
                   -1000 * mwh * answer.value)  # fmt: skip
