"""What if scrap carried another burden? Computed wherever scrap is bought.

A study in which scrap carries only its preparation (cut-off, 100:0) is set beside one in which it
counts as the primary metal that it stands for (0:100, the benefit goes to the end of life), half
and half (50:50), and one in which it carries nothing. Gate to gate the credit at the end of life is
outside, whatever the formula.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pcf import resources, text, units
from pcf.analysis import footprint as footprint_of
from pcf.background import closure, link
from pcf.errors import PcfError
from pcf.model.building import product_system
from pcf.model.coverage import WORLD, Period
from pcf.model.systems import OUTPUT, PRODUCT
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.model.systems import ProductSystem
    from pcf.study import Study


@dataclass(frozen=True, slots=True)
class Bought:
    """Scrap bought: its flow and metal, kg per declared unit, kg CO2e per kg as the study has it.

    `by` is the position of the process that takes it.
    """

    flow: str
    metal: Mapping[str, str]
    kg: float
    carries: float
    by: int


def bought_scrap(footprint: Footprint, background: Background | None) -> tuple[Bought, ...]:
    """Return the scrap that processes of the study buy; returned scrap of their own is none.

    No example: a report shows it.
    """
    system, column = footprint.system, footprint.system.exchanges
    found = []
    own = np.flatnonzero(system.processes.foreground)
    for at in np.flatnonzero(np.isin(column.process, own) & (column.kind == PRODUCT)):
        e, provider = int(at), int(column.target[at])
        metal = metal_of(str(column.flows[e]), background)
        is_own = bool(system.processes.foreground[provider])
        if metal is None or is_own or column.direction[e] == OUTPUT:
            continue
        unit = str(system.processes.units[provider])
        if units.same_dimension(unit, "kg"):
            runs = footprint.scaling.get(str(system.processes.ids[column.process[e]]), 0.0)
            kg = runs * units.convert(float(column.amount[e]), unit, "kg")
            carries = float(footprint.intensity[provider]) / units.convert(1.0, unit, "kg")
            by = int(column.process[e])
            found.append(Bought(str(column.flows[e]), metal, kg, carries, by))
    return tuple(found)


def metal_of(flow: str, background: Background | None) -> Mapping[str, str] | None:
    """Return the row of the metal that a flow is scrap of: by its name, or by the code of its row.

    >>> metal_of("steel scrap, processed", None)["metal"], metal_of("scrapping", None)
    ('steel', None)
    """
    folded = text.fold(flow)
    head = re.split(r"[,，（(]", folded)[0].strip()
    row = None if background is None else background.product(flow)
    codes = [] if row is None else [re.sub(r"\s", "", code)[:4] for code in (row.cn, row.hs)]
    for metal in _metals():
        words = {text.fold(word) for word in metal["words"].split("|")}
        if folded in words or head in words or metal["codes"] in codes:
            return metal
    return None


def primary_metal(
    footprint: Footprint, study: Study, background: Background, bought: Bought
) -> tuple[Name, float]:
    """Return the primary metal that scrap stands for, and its kg CO2e per kg.

    It is the metal that the same process takes beside the scrap, else that of the background data.
    Raises PcfError where there is none.

    No example: a report shows it.
    """
    own = _beside(footprint.system, bought)
    if own is not None:
        unit = str(footprint.system.processes.units[own])
        per_kg = float(footprint.intensity[own]) / units.convert(1.0, unit, "kg")
        product = str(footprint.system.processes.products[own])
        return Name(f"{product} of this study", f"本研究的{product}"), per_kg
    return _of_record(footprint, study, background, bought.metal["record"])


def _beside(system: ProductSystem, bought: Bought) -> int | None:
    """Return the provider of the primary metal that the same process takes, or None."""
    column = system.exchanges
    at = (column.process == bought.by) & (column.kind == PRODUCT) & (column.direction != OUTPUT)
    named = {text.fold(str(system.processes.products[p])): int(p) for p in column.target[at]}
    for word in bought.metal["primary"].split("|"):
        p = named.get(text.fold(word))
        if p is not None and units.same_dimension(str(system.processes.units[p]), "kg"):
            return p
    return None


def _of_record(
    footprint: Footprint, study: Study, background: Background, product: str
) -> tuple[Name, float]:
    period, place = study.period or Period.read(footprint.context["period"]), study.place or WORLD
    head = link(product, unit="kg", background=background, place=place, period=period)
    rows = closure([head], background, period=period).processes
    system = product_system(rows, sources=background.sources)
    made = footprint_of(system, ("1 kg", product), footprint.gases)
    row = background.product(product)
    return Name(product, product if row is None else row.name.zh or product), made.total


def scrap_choices(
    footprint: Footprint, study: Study, background: Background
) -> Iterator[tuple[Name, float | None, Name]]:
    """Yield other choices for scrap: what is chosen, the total, and why there is none.

    No example: a report shows it.
    """
    bought = bought_scrap(footprint, background)
    if not bought:
        yield _NONE, None, Name("not applicable: no scrap is bought", "不适用：没有外购废料")
        return
    total = footprint.total
    free = sum(each.kg * each.carries for each in bought)
    yield _FREE, total - free, Name()
    change, named = 0.0, dict.fromkeys(each.flow for each in bought)
    stands: list[Name] = []
    try:
        for each in bought:
            primary, per_kg = primary_metal(footprint, study, background, each)
            change += each.kg * (per_kg - each.carries)
            stands.append(primary)
    except PcfError as error:
        first = error.problems[0]
        why = Name(f"not computed: {first.says('en')}", f"未计算：{first.says('zh')}")
        yield Name("scrap as primary metal", "废料按原生金属计"), None, why
        return
    kinds = dict.fromkeys(stands)
    said = Name(
        f"{', '.join(named)} as {', '.join(each.en for each in kinds)}",
        f"{'、'.join(named)}按{'、'.join(each.zh for each in kinds)}计",
    )
    yield Name(f"0:100: {said.en}", f"0:100：{said.zh}"), total + change, Name()
    yield Name(f"50:50: half of {said.en}", f"50:50：一半{said.zh}"), total + change / 2, Name()


_NONE = Name("–", "–")
_FREE = Name("scrap free of burden, its preparation too", "废料不带负荷，连同其加工")


@cache
def _metals() -> tuple[Mapping[str, str], ...]:
    written = resources.text_of("declare", "report", "scrap.csv")
    return tuple(csv.DictReader(written.splitlines()))
