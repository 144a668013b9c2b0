"""What does a report say of the result? Declaration, scope, lines, stages, gases, electricity."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pcf import charts
from pcf.analysis.labels import label
from pcf.declare.naming import boundary_said
from pcf.declare.report.blocks import Block, Cell, Figure, Heading, Paragraph, Table, facts
from pcf.declare.report.words import treatment_word, word
from pcf.declare.rounding import declared_value
from pcf.electricity.supply import technology_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.analysis import Footprint
    from pcf.declare.report.blocks import Scope
    from pcf.declare.report.material import Material
    from pcf.electricity import Share
    from pcf.text import Language

_DIGITS = 7
_MOST_FLOWS = 0.002
"""Bands thinner than this share of the total are summed up in a Sankey."""


def what_is_declared(material: Material, language: Language) -> Iterator[Block]:
    """Yield the number, of what, by whom, for how long.

    No example: `report` shows it.
    """
    footprint, said = material.footprint, material.declaration
    context = footprint.context
    yield Heading(word("declared", language), anchor="declared")
    rows = [
        (word("unit", language), footprint.declared_unit.says(language)),
        (word("value", language), f"{Decimal(declared_value(footprint.total)):,} kg CO2e"),
        (word("computed", language), f"{charts.number(footprint.total, digits=_DIGITS)} kg CO2e"),
        (word("interval", language), _interval(footprint, language)),
        (word("period", language), context.get("period", "")),
        (word("place", language), context.get("place", "")),
    ]
    if said is not None:
        last = said.valid.end - timedelta(days=1)
        rows = [
            (word("product", language), said.product.name),
            (word("company", language), f"{said.company.name} {said.company.registration}".strip()),
            *rows,
            (word("valid", language), f"{said.valid.start} – {last}"),
        ]
    yield facts(rows, name=word("declared", language), key="declared")


def goal_and_scope(material: Material, language: Language) -> Iterator[Block]:
    """Yield goal, boundary, method, data, gas table.

    No example: `report` shows it.
    """
    footprint, study = material.footprint, material.study
    context = footprint.context
    yield Heading(word("goal", language), anchor="goal")
    rows = [
        (word("goal of", language), "" if study is None else study.goal.says(language)),
        (word("boundary", language), boundary_said(context.get("boundary", ""), language)),
        (word("method", language), word("method says", language)),
        (word("total of", language), word("total", language)),
        (word("characterisation", language), footprint.characterisation),
        (word("electricity", language), treatment_word(footprint.electricity, language)),
        (word("background", language), context.get("background", "")),
    ]
    yield facts(rows, name=word("goal", language), key="scope")


def results(material: Material, language: Language, scope: Scope) -> Iterator[Block]:
    """Yield lines, stages and gases, each as a table and a chart.

    No example: `report` shows it.
    """
    footprint = material.footprint
    yield Heading(word("results", language), anchor="results")
    yield _lines(footprint, language)
    for kind, breakdown in (("stage", footprint.by_stage()), ("gas", footprint.by_gas())):
        segments = tuple(charts.Segment(label(p.name, language), p.value) for p in breakdown)
        ends = None
        if footprint.interval is not None:
            ends = (footprint.interval.low, footprint.interval.high)
        bar = charts.Bar(word("total word", language), segments, ends)
        caption = word("stages chart" if kind == "stage" else "gases chart", language)
        yield Figure(charts.stacked_bar([bar], unit="kg CO2e", language=language), caption)
        rows = tuple(
            (
                Cell(label(part.name, language), to=_leads(scope, kind, part.name)),
                _number(part.value),
                Cell(_share(part.value, footprint.total)),
            )
            for part in breakdown
        )
        total = (
            Cell(word("total word", language)), _number(footprint.total), Cell("100.0 %"),
        )  # fmt: skip
        heads = (word(kind, language), "kg CO2e", word("share", language))
        yield Table(heads, (*rows, total), "lrr", caption, key=f"by_{kind}")
    flows = _flows(footprint, language)
    if flows:
        yield Figure(flows, word("flows chart", language))


def electricity(material: Material, language: Language) -> Iterator[Block]:
    """Yield every treatment, and where the electricity of each meter came from.

    No example: `report` shows it.
    """
    footprint, study = material.footprint, material.study
    if not footprint.treatments:
        return
    yield Heading(word("supplied", language), anchor="electricity")
    if footprint.planned:
        yield Paragraph(word("plan", language), strong=True)
    rows = tuple(
        (
            Cell(treatment_word(name, language)),
            _number(total),
            Cell("; ".join(_remarks(name, material, language))),
        )
        for name, total in footprint.treatments.items()
    )
    heads = (word("treatment", language), "kg CO2e", "")
    yield Table(heads, rows, "lrl", word("treatments", language), key="treatments")
    supplies = () if study is None else study.electricity.supplies
    if supplies:
        yield Figure(_coverage(material, language), word("supplies", language))
        yield _supplies(material, language)


def _remarks(name: str, material: Material, language: Language) -> Iterator[str]:
    """Yield what must be said of a treatment: the headline, and a claim without its record."""
    if name == material.footprint.electricity:
        yield word("headline", language)
    if name.startswith("market:") and material.plan is not False:
        yield word("plan" if material.plan else "plan unknown", language)


def _supplies(material: Material, language: Language) -> Table:
    assert material.study is not None  # noqa: S101 - the caller looked
    rows = tuple(
        (
            Cell(each.meter),
            Cell("; ".join(_share_of(share, language) for share in each.supply.shares)),
            Cell(each.supply.evidence or word("plan", language)),
        )
        for each in material.study.electricity.supplies
    )
    heads = (word("meter", language), word("source of power", language), word("evidence", language))
    return Table(heads, rows, "lll", word("supplies", language), key="supplies")


def _share_of(share: Share, language: Language) -> str:
    connection = word(share.connection, language)
    return f"{technology_name(share.technology).says(language)} {share.share:.1%}, {connection}"


def _coverage(material: Material, language: Language) -> str:
    assert material.study is not None  # noqa: S101 - the caller looked
    bars = [
        charts.Bar(
            each.meter,
            tuple(
                charts.Segment(technology_name(s.technology).says(language), 100 * s.share)
                for s in each.supply.shares
            ),
        )
        for each in material.study.electricity.supplies
    ]
    return charts.stacked_bar(bars, unit="%", language=language)


def _lines(footprint: Footprint, language: Language) -> Table:
    rows = [
        (
            Cell(label(part.name, language)),
            _number(part.value),
            Cell("" if part.counted else word("outside", language)),
        )
        for part in footprint.by_line()
    ]
    rows.append((Cell(word("total word", language)), _number(footprint.total), Cell("")))
    including = footprint.total_including_uptake
    rows.append((Cell(word("including", language)), _number(including), Cell("")))
    if footprint.credits is not None:
        rows.append((Cell(word("credits", language)), _number(footprint.credits), Cell("")))
        rows.append((Cell(word("net", language)), _number(footprint.net), Cell("")))
    stored = footprint.biogenic.stored
    said = word("unknown", language) if stored is None else charts.number(stored)
    rows.append((Cell(word("biogenic", language)), Cell(said, value=stored), Cell("")))
    heads = (word("line", language), "kg CO2e", "")
    return Table(heads, tuple(rows), "lrl", word("line", language), key="lines")


def _flows(footprint: Footprint, language: Language) -> str:
    """Return a Sankey from gases through stages to the total, of what is emitted.

    Thin bands go together, so that every stage and the total keep their numbers.
    """
    found = footprint.contributions
    sums: dict[tuple[str, str], float] = {}
    gases = [label(group.gas, language) for group in found.groups]
    stages = [label(stage, language) or "–" for stage in found.stages()]
    for g, stage, value, counted in zip(
        found.group, stages, found.value, found.in_total, strict=True
    ):
        if counted:
            key = (f"{gases[g]} ", stage)
            sums[key] = sums.get(key, 0.0) + float(value)
    least = _MOST_FLOWS * abs(footprint.total)
    kept: dict[tuple[str, str], float] = {}
    for (gas, stage), value in sums.items():
        if value > 0:
            key = (gas if value > least else f"{word('rest', language)} ", stage)
            kept[key] = kept.get(key, 0.0) + value
    if len(kept) < 2:
        return ""
    whole = "emitted" if any(value < 0 for value in sums.values()) else "total word"
    total = f" {word(whole, language)} "
    by_stage: dict[str, float] = {}
    for (_, stage), value in kept.items():
        by_stage[stage] = by_stage.get(stage, 0.0) + value
    bands = [charts.Band(gas, stage, value) for (gas, stage), value in kept.items()]
    bands += [charts.Band(stage, total, value) for stage, value in by_stage.items()]
    columns = [list(dict.fromkeys(gas for gas, _ in kept)), list(by_stage), [total]]
    return charts.bands(columns, bands, unit="kg CO2e", language=language)


def _leads(scope: Scope, kind: str, name: str) -> str:
    return f"derivation-{name}" if kind == "stage" and scope == "full" else ""


def _interval(footprint: Footprint, language: Language) -> str:
    found = footprint.interval
    if found is None:
        return word("none", language)
    low, high = charts.number(found.low, digits=5), charts.number(found.high, digits=5)
    return f"{low} – {high} kg CO2e"


def _number(value: float | None) -> Cell:
    return Cell(charts.number(value, digits=_DIGITS), value=value)


def _share(value: float, total: float) -> str:
    return f"{100 * value / total:.1f} %" if total else ""
