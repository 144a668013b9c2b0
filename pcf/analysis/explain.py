"""The arithmetic on paper: amount x factor = product, each with where it is written.

A line is an exchange of the foreground; its factor is what one unit of it counts: a
characterisation factor, the factor of a meter's electricity, or a provider's intensity. Numbers are
printed to twelve digits, so that the printed lines multiply and add up to what was computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf import charts, text
from pcf.analysis.contributions import REFERENCE
from pcf.errors import ModelError, problem
from pcf.model.declared import DeclaredUnit
from pcf.model.systems import ELEMENTARY, NONE, PRODUCT, WASTE

if TYPE_CHECKING:
    from pcf.analysis.values import Footprint
    from pcf.model.systems import ProductSystem


_COLON = {"en": ": ", "zh": "："}


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One product: `amount` (per declared unit) x `factor` (kg CO2e per unit) = `value` (kg CO2e).

    `name` is process, flow and row in both languages, `by` what the factor is and `parts` what it
    is made of where a provider has several exchanges (combustion and upstream apart);
    `amount_source` and `factor_source` say where they are written, empty where nothing is stated.
    """

    name: text.Name
    stage: str
    amount: float
    unit: str
    factor: float
    by: str
    value: float
    amount_source: str
    factor_source: str
    parts: tuple[tuple[str, float], ...] = ()

    @property
    def made_of(self) -> str:
        """What the factor is, with its parts where it has several."""
        parts = " + ".join(f"{value:.6g} {name}" for name, value in self.parts)
        return f"{self.by}: {parts}" if parts else self.by

    @property
    def what(self) -> str:
        """Process, flow and row, as the study writes them."""
        return self.name.en

    def says(self, language: text.Language = "en") -> str:
        """Return the line as `what: amount x factor = product (made of) [source] [source]`."""
        sources = "".join(f" [{each}]" for each in (self.amount_source, self.factor_source) if each)
        product = f"{self.amount:.12g} {self.unit} x {self.factor:.12g} kg CO2e/{self.unit}"
        named = f"{self.name.says(language)}{_COLON[language]}"
        return f"{named}{product} = {self.value:.12g} kg CO2e ({self.made_of}){sources}"

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines and their sum, kg CO2e per declared unit."""

    topic: str
    lines: tuple[ExplainedLine, ...]

    @property
    def total(self) -> float:
        """The sum of the lines."""
        return sum(line.value for line in self.lines)

    def says(self, language: text.Language = "en") -> str:
        """Return one line a product, and the sum."""
        total = {"en": "sum", "zh": "合计"}[language]
        return "\n".join(
            [
                *(line.says(language) for line in self.lines),
                f"{total}{_COLON[language]}{self.total:.12g} kg CO2e",
            ]
        )

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        headers = ("", "amount", "factor", "kg CO2e", "source of amount", "source of factor")
        rows = [
            (
                line.what,
                f"{line.amount:,.7g} {line.unit}",
                f"{line.factor:,.7g} ({line.made_of})",
                charts.number(line.value, digits=7),
                line.amount_source,
                line.factor_source,
            )
            for line in self.lines
        ]
        return charts.html_table(
            headers, [*rows, ("sum", "", "", charts.number(self.total, digits=7), "", "")]
        )


def explain(footprint: Footprint, topic: str) -> Explanation:
    """Return the lines whose process, stage, flow, meter or provider holds `topic` (folded).

    Raises ModelError with candidates when nothing does.

    No example: it is `footprint.because_of(topic)`.
    """
    table = footprint.contributions
    counted = np.flatnonzero(table.in_total)
    stages, providers = table.stages(), table.providers()
    sums: dict[tuple[int, int], float] = {}
    at: dict[tuple[int, int], int] = {}
    for row in counted.tolist():
        key = (int(table.exchange[row]), int(table.process[row]))
        sums[key] = sums.get(key, 0.0) + float(table.value[row])
        at[key] = row
    lines: list[ExplainedLine] = []
    words: set[str] = set()
    wanted = text.fold(topic)
    for key, value in sums.items():
        place = (stages[at[key]], providers[at[key]])
        line, names = _line(footprint, key, value, place)
        words.update(name for name in names if name)
        if any(wanted in text.fold(name) for name in names):
            lines.append(line)
    if not lines:
        near = text.nearest(topic, words) or tuple(sorted(words)[:8])
        raise ModelError(problem("topic-unknown", "", near, topic=topic))
    return Explanation(topic, tuple(lines))


def _line(
    footprint: Footprint, key: tuple[int, int], value: float, place: tuple[str, int]
) -> tuple[ExplainedLine, list[str]]:
    """Return the line of an exchange and the names by which a topic finds it."""
    system, (exchange, process), (stage, provider) = footprint.system, key, place
    heads = system.processes
    flow, unit, amount, source = _amount(footprint, exchange, process)
    by, factor_source, more = _factor(footprint, exchange, provider)
    line = ExplainedLine(
        name=_name(footprint, exchange, process, provider),
        stage=stage,
        amount=amount,
        unit=unit,
        factor=value / amount,
        by=by,
        value=value,
        amount_source=source,
        factor_source=factor_source,
        parts=_parts(footprint, provider) if provider != NONE else (),
    )
    own = [str(heads.ids[process]), str(heads.names_en[process]), str(heads.names_zh[process])]
    row = "" if exchange == REFERENCE else str(system.exchanges.ids[exchange])
    return line, [*own, stage, flow, row, by, *more]


def _name(footprint: Footprint, exchange: int, process: int, provider: int) -> text.Name:
    """Return process, flow and row: as written, and in Chinese as far as names are known."""
    system = footprint.system
    heads, row = system.processes, _row_id(system, exchange)
    flow = _amount(footprint, exchange, process)[0]
    chinese = str(heads.names_zh[provider]) if provider != NONE else ""
    if exchange == REFERENCE:
        chinese = footprint.declared_unit.name.zh
    elif provider == NONE:
        emitted = system.elementary[int(system.exchanges.target[exchange])]
        meter = emitted.id.removeprefix("kWh at ") if emitted.role == "meter" else ""
        chinese = f"电表“{meter}”的电量" if meter else emitted.name.zh
    own = str(heads.names_zh[process]) or heads.ids[process]
    return text.Name(f"{heads.ids[process]}: {flow}{row}", f"{own}：{chinese or flow}{row}")


def _row_id(system: ProductSystem, exchange: int) -> str:
    """Return the id of the study's row in brackets, or nothing."""
    row = "" if exchange == REFERENCE else str(system.exchanges.ids[exchange])
    return f" ({row})" if row else ""


def _amount(footprint: Footprint, exchange: int, process: int) -> tuple[str, str, float, str]:
    system = footprint.system
    if exchange == REFERENCE:
        declared = footprint.declared_unit
        unit = str(system.processes.units[process])
        amount = DeclaredUnit(declared.amount.to(unit), declared.product).quantity
        return declared.product, unit, amount, ""
    columns = system.exchanges
    target = int(columns.target[exchange])
    elementary = columns.kind[exchange] == ELEMENTARY
    unit = system.elementary[target].unit if elementary else str(system.processes.units[target])
    runs = footprint.scaling.get(str(system.processes.ids[process]), 0.0)
    source = int(columns.source[exchange])
    written = "" if source == NONE else str(system.sources[source])
    return str(columns.flows[exchange]), unit, runs * float(columns.amount[exchange]), written


def _factor(footprint: Footprint, exchange: int, provider: int) -> tuple[str, str, list[str]]:
    """Return what the factor is, where it is written, and further names."""
    system = footprint.system
    if provider != NONE:
        heads = system.processes
        names = [str(heads.names_en[provider]), str(heads.names_zh[provider])]
        return str(heads.ids[provider]), "; ".join(provider_sources(system, provider)), names
    flow = system.elementary[int(system.exchanges.target[exchange])]
    if flow.role == "meter":
        meter = flow.id.removeprefix("kWh at ")
        counts = footprint.meters[meter]
        by = " + ".join(
            f"{weight:g} x {process}" if weight != 1 else process for process, weight in counts
        )
        sources = [
            each
            for process, _ in counts
            for each in provider_sources(system, system.index(process))
        ]
        return by, "; ".join(dict.fromkeys(sources)), ["electricity", "电力", "电", meter]
    return footprint.characterisation, "", [flow.gas, flow.name.en, flow.name.zh]


def _parts(footprint: Footprint, provider: int) -> tuple[tuple[str, float], ...]:
    """Return what one unit of a provider counts, exchange by exchange; empty if it has one only."""
    columns, price = footprint.system.exchanges, footprint.intensity
    first, last = np.searchsorted(columns.process, [provider, provider + 1])
    made = float(footprint.system.processes.amounts[provider])
    parts = []
    for e in range(int(first), int(last)):
        linked = columns.kind[e] in (PRODUCT, WASTE)
        bought = float(columns.amount[e] * price[columns.target[e]]) if linked else 0.0
        parts.append((str(columns.flows[e]), (bought + float(footprint.emitted[e])) / made))
    return tuple(part for part in parts if part[1]) if len(parts) > 1 else ()


def provider_sources(system: ProductSystem, process: int) -> list[str]:
    """Return where the numbers of a background process are written, each document once."""
    columns = system.exchanges
    first, last = np.searchsorted(columns.process, [process, process + 1])
    own = [int(system.processes.sources[process]), *map(int, columns.source[first:last])]
    return list(dict.fromkeys(str(system.sources[each]) for each in own if each != NONE))
