"""Which materials cross the boundary? Precursors, inputs that bring nothing, what is left out.

An input is a precursor by its own code. What is a CBAM good and has no value is refused, and so is
one whose code is a heading with goods among others until the operator says what it is. What the
study leaves out is named with its upper bound, and counted with it where it may arise inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import DeclareError, Problem, problem
from pcf.formats.cbam.goods import GOODS_TABLE, find_good, goods, made_by
from pcf.formats.cbam.own import fuel_of
from pcf.model.systems import ELEMENTARY, INTERNAL, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcf.background import Background
    from pcf.formats.cbam.answers import Stated
    from pcf.formats.cbam.boundary import Boundary
    from pcf.formats.cbam.details import CbamDetails, Precursor
    from pcf.formats.cbam.goods import Good

_MOBILE = ("vehicle", "mobile", "truck", "forklift", "loader", "locomotive", "车", "移动")
_HYDROGEN = "Hydrogen"
"""A precursor of goods of every sector."""


@dataclass(frozen=True, slots=True)
class Used:
    """A precursor used, in t per t of good, with its specific emissions in t CO2e per t."""

    precursor: Precursor
    tonnes: float
    direct: float
    indirect: float | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An exclusion inside the boundary: its bound in kg CO2e per t of good, and why.

    It is `counted` where it may arise inside: a fuel, energy, or carbon by its name, unless the
    operator says that it arises elsewhere. Materials are made outside; they are named, no more.
    """

    flow: str
    home: str
    bound: float
    counted: bool
    reason: str

    @property
    def why(self) -> str:
        """Why it counts or not, in both languages."""
        if self.counted:
            return "may arise inside: counted with its bound 可能在边界内产生，按上限计入"
        said = "made outside the boundary, or mobile machinery 在边界外生产，或为移动机械"
        return self.reason or said


def precursors_used(
    boundary: Boundary, details: CbamDetails, handled: set[int], problems: list[Problem]
) -> tuple[tuple[Used, ...], dict[str, str]]:
    """Return the precursors used, and the inputs that bring nothing with why; '' where not told.

    `handled` are exchanges that are energy or fuels.

    No example: `embedded_emissions` shows it at work.
    """
    given: dict[str, Precursor] = {}
    for each in details.precursors:
        if text.fold(each.flow) in given:
            problems.append(problem("cbam-precursor-twice", each.flow, flow=each.flow))
        given[text.fold(each.flow)] = each
    amounts: dict[str, float] = {}
    outside: dict[str, str] = {}
    for flow, tonnes, why in _brought_in(boundary, handled):
        if text.fold(flow) in given and tonnes is not None:
            amounts[text.fold(flow)] = amounts.get(text.fold(flow), 0.0) + tonnes
        else:
            outside.setdefault(flow, why)
    for name, precursor in given.items():
        if name not in amounts:
            near = text.nearest(precursor.flow, outside)
            problems.append(problem("cbam-precursor", precursor.flow, near, flow=precursor.flow))
    used = [_used(given[name], tonnes, problems) for name, tonnes in amounts.items()]
    return tuple(each for each in used if each), outside


def told(
    outside: Mapping[str, str],
    details: CbamDetails,
    background: Background | None,
    good: Good,
    problems: list[Problem],
) -> dict[str, str]:
    """Return why each input brings nothing; refuse what is a CBAM good, and what may be one.

    No example: `embedded_emissions` shows it at work.
    """
    stated = {text.fold(each.flow): each for each in details.inputs}
    found: dict[str, str] = {}
    for flow, why in outside.items():
        answer = stated.get(text.fold(flow))
        if why:
            found[flow] = why
        elif answer is not None:
            found[flow] = _by_answer(flow, answer, background, good, problems)
        else:
            found[flow] = _by_row(flow, background, good, problems)
    return found


def left_out(
    boundary: Boundary, details: CbamDetails, background: Background | None
) -> tuple[LeftOut, ...]:
    """Return the exclusions of processes inside.

    No example: `embedded_emissions` shows it at work.
    """
    column, found = boundary.system.exchanges, []
    stated = {text.fold(each.flow): each for each in details.inputs}
    for at in boundary.own:
        e = int(at)
        if column.kind[e] not in (PRODUCT, WASTE, ELEMENTARY):
            continue
        flow, bound = str(column.flows[e]), None
        if column.kind[e] == ELEMENTARY:
            row = boundary.system.elementary[column.target[e]]
            if row.role != "bound":
                continue
            flow, bound = row.id.removeprefix("upper bound of "), 1.0
        else:
            bound = boundary.bound(e)
            if bound is None:
                continue
        home = boundary.process_of(e)
        flow = flow.removeprefix(f"{home}: ")
        answer = stated.get(text.fold(flow))
        kg = boundary.run_of(e) * float(column.amount[e]) * bound
        reason = "" if answer is None else answer.reason
        inside = answer is None and _may_arise(boundary, e, flow, background)
        found.append(LeftOut(flow, home, kg, inside, reason))
    return tuple(found)


def _may_arise(boundary: Boundary, e: int, flow: str, background: Background | None) -> bool:
    """Tell whether what is left out may be emitted inside: carbon, a fuel, or energy.

    Mobile machinery is outside by the rules.
    """
    folded = text.fold(flow)
    if any(word in folded for word in _MOBILE):
        return False
    by_name = any(word in folded for word in ("carbon", "co2", "fuel", "pfc", "碳", "燃"))
    by_unit = boundary.measured(e, "TJ") is not None
    return by_name or by_unit or fuel_of(flow, background) is not None


def unused_answers(details: CbamDetails, flows: Iterable[str], problems: list[Problem]) -> None:
    """Add a problem for each answer about a flow that does not cross the boundary.

    No example: `embedded_emissions` shows it at work.
    """
    known = {text.fold(flow): flow for flow in flows}
    for each in details.inputs:
        if text.fold(each.flow) not in known:
            near = text.nearest(each.flow, known.values())
            problems.append(problem("cbam-precursor", each.flow, near, flow=each.flow))


def _brought_in(boundary: Boundary, handled: set[int]) -> Iterator[tuple[str, float | None, str]]:
    """Yield what crosses the boundary but energy and fuels: flow, tonnes, and why it is nothing."""
    column = boundary.system.exchanges
    for at in boundary.own:
        e, kind, provider = int(at), column.kind[at], int(column.target[at])
        flow = str(column.flows[e])
        if e in handled or (kind != ELEMENTARY and boundary.bound(e) is not None):
            continue
        if kind == INTERNAL and column.direction[e] != OUTPUT:
            yield flow, None, "returned within the works 厂内返料"
        if kind not in (PRODUCT, WASTE) or provider in boundary.homes:
            continue
        if kind == PRODUCT and boundary.is_direct(provider):
            continue
        if kind == WASTE or column.direction[e] == OUTPUT:
            yield flow, None, "waste that leaves 排出废物"
            continue
        is_service = boundary.measured(e, "tkm") is not None
        why = "transport, a service 运输服务" if is_service else ""
        yield flow, boundary.measured(e, "t"), why


def _by_answer(
    flow: str, answer: Stated, background: Background | None, good: Good, problems: list[Problem]
) -> str:
    """Return what the operator says; refuse a code that is a CBAM good, or a no against the row."""
    if answer.cn_code:
        try:
            if find_good(answer.cn_code).sector in {good.sector, _HYDROGEN}:
                problems.append(problem("cbam-precursor-missing", flow, flow=flow))
        except DeclareError as error:
            problems += [each for each in error.problems if each.code != "cbam-not-a-good"]
        return f"CN {answer.cn_code}: {answer.reason}"
    if text.fold(flow) in made_by() or _row_is_good(flow, background, good):
        problems.append(problem("cbam-stated-good", flow, flow=flow))
    return f"not a CBAM good 非 CBAM 商品: {answer.reason}"


def _by_row(flow: str, background: Background | None, good: Good, problems: list[Problem]) -> str:
    """Return what its name and the codes of its row say; refuse a good, and what may be one."""
    if text.fold(flow) in made_by() or _row_is_good(flow, background, good):
        problems.append(problem("cbam-precursor-missing", flow, flow=flow))
        return ""
    codes = _codes(flow, background)
    short = [code for code in codes if _is_heading(code, good)]
    row = None if background is None else background.product(flow)
    if short and (row is None or row.cbam != "no"):
        within = sorted({g.code for g in goods() if g.code.startswith(short[0])})
        problems.append(problem("cbam-input", flow, within, flow=flow, heading=short[0]))
        return ""
    if codes:
        other = _sector(codes[0])
        said = f"a good of another sector 属其他行业 ({other})" if other else "no row 未列入"
        return f"{codes[0]}: {said}, {GOODS_TABLE}"
    return "by its name no CBAM good; its code is not told 按名称非 CBAM 商品，编码未给出"


def _is_heading(code: str, good: Good) -> bool:
    """Tell whether a code covers goods of the sector without being one."""
    beneath = (each for each in goods() if each.code.startswith(code) and each.code != code)
    return any(each.sector == good.sector for each in beneath)


def _row_is_good(flow: str, background: Background | None, good: Good) -> bool:
    row = None if background is None else background.product(flow)
    if row is None or row.cbam not in {"direct", "direct and indirect"}:
        return False
    return any(_sector(code) in {good.sector, _HYDROGEN} for code in _codes(flow, background))


def _codes(flow: str, background: Background | None) -> list[str]:
    row = None if background is None else background.product(flow)
    written = () if row is None else (row.cn, row.hs)
    return [re.sub(r"\s", "", code) for code in written if code]


def _sector(code: str) -> str:
    rows = (good for good in goods() if good.code.startswith(code) or code.startswith(good.code))
    return next((good.sector for good in rows), "")


def _used(precursor: Precursor, tonnes: float, problems: list[Problem]) -> Used | None:
    direct, indirect = precursor.embedded
    if direct is None:
        problems.append(problem("cbam-precursor-value", precursor.flow, flow=precursor.flow))
        return None
    return Used(precursor, tonnes, direct, indirect)
