"""What do the processes inside emit themselves? And what the fuels do that burn in them.

A fuel that is bought as such, by mass or by volume, must not vanish: its CO2 stands in the process
(by a carbon balance of the study, by what the operator says, or because the process states at least
as much as the fuel could make), or is counted by the factor given, or the declaration is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.errors import PcfError, Problem, problem
from pcf.formats.cbam.goods import potentials, table
from pcf.model.flows import UNSPLIT
from pcf.model.systems import ELEMENTARY, OUTPUT, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.background import Background
    from pcf.formats.cbam.answers import Fuel
    from pcf.formats.cbam.boundary import Boundary
    from pcf.formats.cbam.details import CbamDetails
    from pcf.formats.cbam.goods import Good
    from pcf.model.flows import ElementaryFlow
    from pcf.study import Study

_LEAST = 1e-9
"""kg CO2 per t of good: below it nothing is emitted."""


@dataclass(frozen=True, slots=True)
class Direct:
    """Direct emissions of one process in one gas: kg per tonne of good, and kg CO2e.

    `home` is the process inside, `process` may name the fuel too. What is deducted is below zero.
    """

    process: str
    good: str
    flow: str
    gas: str
    kg: float
    kg_co2e: float
    home: str = ""


@dataclass(frozen=True, slots=True)
class Emission:
    """An amount of an elementary flow that arises inside, kg per tonne of good."""

    flow: ElementaryFlow
    kg: float
    shown: str
    home: str


def emissions(boundary: Boundary) -> Iterator[Emission]:
    """Yield what processes inside emit themselves, and what their fuels emit when burnt.

    No example: `embedded_emissions` shows it at work.
    """
    for p, home in boundary.homes.items():
        yield from _behind(boundary, p, boundary.runs[p], (home, home))


def _behind(boundary: Boundary, p: int, runs: float, named: tuple[str, str]) -> Iterator[Emission]:
    """Yield the elementary flows of a process and of the direct rows that it takes, all the way."""
    system, column = boundary.system, boundary.system.exchanges
    for e in np.flatnonzero(column.process == p):
        target, amount = int(column.target[e]), float(column.amount[e])
        if column.kind[e] == ELEMENTARY:
            yield Emission(system.elementary[target], runs * amount, *named)
        elif column.kind[e] == PRODUCT and boundary.is_direct(target):
            inner = runs * amount / float(system.processes.amounts[target])
            shown = f"{named[1]}: {system.processes.ids[target]}"
            yield from _behind(boundary, target, inner, (shown, named[1]))


def counted(found: list[Emission], boundary: Boundary, good: Good) -> Iterator[Direct]:
    """Yield those emissions that count: gases of the good, none of biogenic origin.

    No example: `embedded_emissions` shows it at work.
    """
    for each in found:
        flow = each.flow
        is_emission = flow.role == "emission" and flow.direction == "output"
        if is_emission and each.kg and flow.gas in good.gases and flow.origin != "biogenic":
            kg_co2e = each.kg * potentials()[flow.gas]
            named = (each.shown, boundary.goods[each.home], flow.id, flow.gas)
            yield Direct(*named, each.kg, kg_co2e, each.home)


def unsplit(found: list[Emission]) -> list[Problem]:
    """Return what is emitted inside as CO2e without its gases: CBAM counts gas by gas.

    Of a fuel that states its CO2 what is not split is its supply, which is outside.

    No example: `embedded_emissions` shows it at work.
    """
    named = dict.fromkeys(each.shown for each in found if each.flow.id == UNSPLIT and each.kg)
    split = {each.shown for each in found if each.flow.gas == "CO2" and each.shown != each.home}
    return [problem("cbam-unsplit", shown, process=shown) for shown in named if shown not in split]


def biogenic(found: list[Emission]) -> float:
    """Return the biogenic CO2 that is emitted inside, kg per tonne of good.

    No example: `embedded_emissions` shows it at work.
    """
    return sum(
        each.kg
        for each in found
        if each.flow.gas == "CO2" and each.flow.origin == "biogenic"
        and each.flow.direction == "output"
    )  # fmt: skip


def bought_fuels(
    boundary: Boundary,
    details: CbamDetails,
    emitted: list[Emission],
    behind: tuple[Study | None, Background | None],
    problems: list[Problem],
) -> tuple[list[Direct], dict[str, str]]:
    """Return what fuels bought as such emit by the factors given, and where the others are held.

    Those that would vanish are refused.

    No example: `embedded_emissions` shows it at work.
    """
    study, background = behind
    answers = _answers(details.fuels, problems)
    own: list[Direct] = []
    held: dict[str, str] = {}
    used: set[int] = set()
    open_: dict[str, list[int]] = {}
    for e in fuel_rows(boundary, details, background):
        flow, home = str(boundary.system.exchanges.flows[e]), boundary.process_of(e)
        answer = answers.get((text.fold(flow), home)) or answers.get((text.fold(flow), ""))
        if answer is None and not _balanced(study, boundary, e):
            open_.setdefault(home, []).append(e)
        elif answer is None:
            held[flow] = f"carbon balance of {home} 碳平衡: its CO2 stands there"
        elif answer.factor:
            own += _by_factor(boundary, e, answer, problems)
        else:
            held[flow] = answer.counted
        used.add(id(answer))
    for home, rows in open_.items():
        flows = [str(boundary.system.exchanges.flows[e]) for e in rows]
        if _vanishes(boundary, home, rows, emitted, background):
            problems += [
                problem("cbam-fuel", home, flow=f, process=home) for f in dict.fromkeys(flows)
            ]
        held |= dict.fromkeys(flows, f"within the CO2 that {home} states 已含于该过程所填 CO2")
    for answer in details.fuels:
        if id(answer) not in used:
            problems.append(problem("cbam-fuel-unused", answer.flow, flow=answer.flow))
    return own, held


def fuel_rows(boundary: Boundary, details: CbamDetails, background: Background | None) -> list[int]:
    """Return the inputs of processes inside that are fuels bought as such, by position.

    What the details call a waste gas or heat is answered there.

    No example: `embedded_emissions` shows it at work.
    """
    column = boundary.system.exchanges
    elsewhere = {text.fold(each.flow) for each in details.waste_gases}
    elsewhere |= {text.fold(flow) for flow in details.heat}
    named = {text.fold(each.flow) for each in details.fuels}
    found = []
    for e in boundary.own:
        target, folded = int(column.target[e]), text.fold(str(column.flows[e]))
        if column.kind[e] != PRODUCT or column.direction[e] == OUTPUT:
            continue
        if target in boundary.homes or boundary.is_direct(target) or folded in elsewhere:
            continue
        if boundary.bound(int(e)) is not None:
            continue
        if folded in named or fuel_of(str(column.flows[e]), background) is not None:
            found.append(int(e))
    return found


def fuel_of(flow: str, background: Background | None) -> Mapping[str, str] | None:
    """Return the row of the table of fuels that a flow is one of: by name, or by its row's code.

    >>> fuel_of("raw coal, with mine methane", None)["codes"], fuel_of("coal ash", None)
    ('2701|2702|2703', None)
    """
    folded = text.fold(flow)
    head = re.split(r"[,，（(]", folded)[0].strip()
    by_name = _fuels().get(folded) or _fuels().get(head)
    if by_name is not None:
        return by_name
    row = None if background is None else background.product(flow)
    if row is None:
        return None
    codes = [re.sub(r"\s", "", code)[:4] for code in (row.cn, row.hs) if code]
    return next((each for code in codes for each in table("fuels")
                 if code in each["codes"].split("|")), None)  # fmt: skip


@cache
def _fuels() -> Mapping[str, Mapping[str, str]]:
    return {text.fold(word): row for row in table("fuels") for word in row["words"].split("|")}


def _answers(fuels: tuple[Fuel, ...], problems: list[Problem]) -> dict[tuple[str, str], Fuel]:
    found: dict[tuple[str, str], Fuel] = {}
    for each in fuels:
        key = (text.fold(each.flow), each.process)
        if key in found:
            problems.append(problem("cbam-precursor-twice", each.flow, flow=each.flow))
        found[key] = each
    return found


def _by_factor(
    boundary: Boundary, e: int, answer: Fuel, problems: list[Problem]
) -> Iterator[Direct]:
    amount, home = boundary.system.exchange(e).amount, boundary.process_of(e)
    if amount.value is None:
        return
    try:
        kg = boundary.run_of(e) * amount.value * answer.per(amount.unit)
    except PcfError as error:
        problems.extend(error.problems)
        return
    shown = f"{home}: {answer.flow}"
    yield Direct(shown, boundary.goods[home], answer.flow, "CO2", kg, kg, home)


def _balanced(study: Study | None, boundary: Boundary, e: int) -> bool:
    """Tell whether a carbon balance of the study leads this fuel into CO2 of its process."""
    if study is None:
        return False
    flow, home = text.fold(str(boundary.system.exchanges.flows[e])), boundary.process_of(e)
    return any(
        each.element == "C"
        and home.partition(": ")[0] == each.process
        and flow in {text.fold(name) for name, _ in each.inputs}
        and any(name.startswith("CO2") for name, _ in each.outputs)
        for each in study.balances
    )


def _vanishes(
    boundary: Boundary,
    home: str,
    rows: list[int],
    emitted: list[Emission],
    background: Background | None,
) -> bool:
    """Tell whether a process states less CO2 of its own than its fuels could make."""
    own = sum(each.kg for each in emitted if each.shown == home and each.flow.gas == "CO2"
              and each.flow.direction == "output")  # fmt: skip
    most = [_most(boundary, e, background) for e in rows]
    known = [each for each in most if each is not None]
    return own <= _LEAST or len(known) < len(most) or own < sum(known)


def _most(boundary: Boundary, e: int, background: Background | None) -> float | None:
    """Return the most CO2 that a fuel makes, kg per t of good; None where no unit tells."""
    row = fuel_of(str(boundary.system.exchanges.flows[e]), background)
    if row is None:
        return None
    if not float(row["kg_co2_per_kg"]):
        return 0.0
    for unit, key in (("kg", "kg_co2_per_kg"), ("Nm3", "kg_co2_per_m3")):
        amount = boundary.measured(e, unit)
        if amount is not None and row[key]:
            return amount * float(row[key])
    energy = boundary.measured(e, "GJ")
    return None if energy is None else energy * 110.0
