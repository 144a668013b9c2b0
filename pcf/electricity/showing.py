"""How does a plan look? Coverage by hour and month, certificates to lines, all in one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf import charts
from pcf.electricity.coverage import consumption, coverage, per_reading, rows_of
from pcf.electricity.intervals import CHINA, HOUR
from pcf.electricity.matching.kinds import certificates
from pcf.electricity.matching.periods import interval_of, periods_of
from pcf.electricity.matching.refusals import kwh
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.columns import DemandColumns
    from pcf.electricity.coverage import Claimed, Coverage
    from pcf.electricity.ledger.matched import Matched
    from pcf.electricity.matching.plans import Plan
    from pcf.text import Language

    Flow = tuple[str, str]

_INSTRUMENTS = {
    "on-site": Name("on site", "自发自用"),
    "direct line": Name("direct line", "绿电直连"),
    "green-power trade": Name("green-power trade", "绿电交易"),
    "certificate alone": Name("certificate alone", "单独绿证"),
    "own power": Name("own power without certificate", "无证书的自有电力"),
    "nothing": Name("nothing claimed", "未主张"),
}
_WORDS = {
    "heat": Name("Covered share, %", "覆盖率（%）"),
    "hours": Name("Covered share by hour of the day, %", "分时覆盖率（%）"),
    "bands": Name("From certificates to lines", "从证书到产线"),
    "covered": Name("covered, kWh", "已覆盖（千瓦时）"),
    "consumed": Name("consumed, kWh", "用电量（千瓦时）"),
    "left": Name("left over, kWh", "剩余（千瓦时）"),
    "stranded": Name("stranded, kWh", "零头（千瓦时）"),
    "gap": Name("short of the optimum, kWh", "与最优相差（千瓦时）"),
    "tier": Name("tier", "匹配层级"),
    "status": Name("status", "状态"),
    "planned": Name("plan, not certifiable", "计划，不可认证"),
    "claimed": Name("claimed, certificates cancelled", "已登记，证书已核销"),
    "refused": Name("refused, or not covered, and why", "拒绝或未覆盖的原因"),
    "weigh": Name("to be weighed", "须注意"),
}


def heat_map(plan: Plan | Claimed, *, language: Language = "en") -> charts.Drawing:
    """Return the covered share of each line by month; with hourly readings, by hour of the day.

    Hours and months are those of China (+08:00).

    No example: `pcf.electricity.ledger.Matched.heat_map` shows it.
    """
    by_hour = coverage(plan, "hour")
    if by_hour.unplaced or not len(by_hour.periods):
        return charts.Drawing(_by_line(plan, language))
    return charts.Drawing(_by_hour(by_hour, language))


def _by_line(plan: Plan | Claimed, language: Language) -> str:
    lines = _lines(plan.legs.demand_columns)
    tables = {line: coverage(plan, "month", of=line) for line in lines}
    months = sorted({number for each in tables.values() for number in each.periods.tolist()})
    shares = []
    for each in tables.values():
        found = dict(zip(each.periods.tolist(), _shares(each), strict=True))
        shares.append([found.get(month) for month in months])
    captions = [str(interval_of(month, "month")) for month in months]
    title = _WORDS["heat"].says(language)
    return charts.heat_map(lines, captions, shares, title=title, language=language)


def _by_hour(found: Coverage, language: Language) -> str:
    """Return hours of the Chinese day by months."""
    offset = CHINA.utcoffset(None).seconds // HOUR
    clock = (found.periods.astype(np.int64) + offset) % 24
    month = periods_of(found.periods.astype(np.int64) * HOUR, "month")
    months, place = np.unique(month, return_inverse=True)
    sums = np.zeros((2, 24, len(months)), dtype=np.int64)
    for row, energy in zip(sums, (found.certified + found.own, found.consumed), strict=True):
        np.add.at(row, (clock, place), energy)
    shares = [
        [c / u if u else None for c, u in zip(covered, used, strict=True)]
        for covered, used in zip(sums[0].tolist(), sums[1].tolist(), strict=True)
    ]
    return charts.heat_map(
        [f"{hour:02}:00" for hour in range(24)],
        [str(interval_of(each, "month")) for each in months.tolist()],
        shares,
        title=_WORDS["hours"].says(language),
        language=language,
    )


def _shares(found: Coverage) -> list[float | None]:
    covered = (found.certified + found.own).tolist()
    return [c / u if u else None for c, u in zip(covered, found.consumed.tolist(), strict=True)]


def flows(plan: Plan | Claimed, *, language: Language = "en") -> charts.Drawing:
    """Return bands from plants over the way their power is claimed to lines, in kWh.

    No example: `pcf.electricity.ledger.Matched.flows` shows it.
    """
    first, second = _amounts(plan, language)
    columns = [
        list(dict.fromkeys(source for source, _ in first)),
        list(dict.fromkeys(way for way, _ in second)),
        _lines(plan.legs.demand_columns),
    ]
    found = [
        charts.Band(source, target, energy / 1000)
        for (source, target), energy in (*first.items(), *second.items())
        if energy
    ]
    title = _WORDS["bands"].says(language)
    return charts.Drawing(charts.bands(columns, found, title=title, language=language))


def _amounts(plan: Plan | Claimed, language: Language) -> tuple[dict[Flow, int], dict[Flow, int]]:
    """Return watt-hours from plants to ways of claiming, and from these to lines."""
    legs, demand = plan.legs, plan.legs.demand_columns
    first: dict[Flow, int] = {}
    second: dict[Flow, int] = {}
    kind, kinds = certificates(legs.supply_columns, plan.circumstances)
    rest = consumption(demand) - sum(per_reading(plan)[:2])

    def add(plant: str, way: str, line: str, energy: int) -> None:
        told = _INSTRUMENTS[way].says(language)
        if plant:
            first[plant, told] = first.get((plant, told), 0) + energy
        second[told, line] = second.get((told, line), 0) + energy

    served = legs.demand[plan.of_own :]
    used, energy = kind[legs.supply[plan.of_own :]], legs.energy[plan.of_own :]
    for line in _lines(demand):
        mine = rows_of(demand, line)
        here = mine[served]
        for number in np.unique(used[here]).tolist():
            each = kinds[number]
            name = (
                each.device_id if each.device is None else _plant(each.device.name, each.device_id)
            )
            add(name, each.instrument, line, int(energy[here & (used == number)].sum()))
        if plan.own is not None:
            chosen = mine[plan.own.demand]
            for number in np.unique(plan.own.device[chosen]).tolist():
                device = plan.own.devices[plan.own.names[number]]
                given = plan.own.claimable[chosen & (plan.own.device == number)]
                add(_plant(device.name, device.id), "own power", line, int(given.sum()))
        add("", "nothing", line, int(rest[mine].sum()))
    return first, {each: energy for each, energy in second.items() if energy}


def _plant(name: str, id_: str) -> str:
    return name or id_


def _lines(demand: DemandColumns) -> list[str]:
    """Return the names of lines, or of meters that name none, in the order of meters."""
    names = {demand.line[row] or demand.meter[row]: None for row in range(len(demand))}
    return list(names)


def as_html(matched: Matched, language: Language) -> str:
    """Return a plan for Jupyter: figures, heat map, bands, refusals, findings.

    No example: a plan shows itself by it.
    """
    plan = matched.seen
    parts = [charts.html_table((matched.profile.name, ""), _figures(matched, language), align="lr")]
    if len(plan.legs.demand_columns):
        parts += [heat_map(plan, language=language).svg, flows(plan, language=language).svg]
    for key, rows in _told(matched, language).items():
        if rows:
            parts.append(charts.html_table((_WORDS[key].says(language),), [(row,) for row in rows]))
    return "<div>" + "".join(parts) + "</div>"


def _figures(matched: Matched, language: Language) -> list[tuple[str, str]]:
    status = "claimed" if matched.certifiable else "planned"
    figures: Mapping[str, str] = {
        "covered": kwh(matched.covered),
        "consumed": kwh(matched.consumed),
        "left": kwh(matched.left_over.energy),
        "stranded": kwh(matched.stranded.energy),
        "gap": kwh(matched.gap),
        "tier": matched.tier or "-",
        "status": _WORDS[status].says(language),
    }
    return [(_WORDS[key].says(language), value) for key, value in figures.items()]


def _told(matched: Matched, language: Language) -> dict[str, list[str]]:
    return {
        "refused": [each.says(language) for each in (*matched.refused, *matched.unmet)],
        "weigh": [each.says(language) for each in matched.findings],
    }
