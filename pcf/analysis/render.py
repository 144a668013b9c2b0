"""How a footprint is shown: text for a terminal, HTML for Jupyter, plain values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.analysis.labels import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.analysis.values import Checks, Footprint
    from pcf.findings import Finding

_WORDS = {
    "total": text.Name("total", "总量"),
    "including": text.Name("total including uptake", "含吸收的总量"),
    "interval": text.Name("95 % interval (first order)", "95 % 区间（一阶）"),
    "not computed": text.Name("not computed", "未计算"),
    "unsplit": text.Name("share not split by gas", "未按气体拆分的份额"),
    "excluded": text.Name("share excluded (upper bounds)", "排除份额（上限）"),
    "credits": text.Name("credits", "抵扣"),
    "net": text.Name("net of credits", "扣除抵扣后"),
    "set": text.Name("characterisation", "特征化"),
    "electricity": text.Name("electricity", "电力"),
    "headline": text.Name("headline", "主结果"),
    "checks": text.Name("own checks", "自检"),
    "findings": text.Name("findings", "发现"),
    "also": text.Name("also", "另有"),
    "remedy": text.Name("remedy", "措施"),
    "unknown": text.Name("unknown", "未知"),
    "per": text.Name("kg CO2e per", "kg CO2e，每"),
    "planned": text.Name("planned electricity, not certifiable", "计划电力，不可认证"),
    "numbers": text.Name("numbers with a stated spread", "个数字给出离散度"),
}


def word(key: str, language: text.Language) -> str:
    """Return a caption of the footprint in `language`."""
    return _WORDS[key].says(language)


def heading(footprint: Footprint, language: text.Language) -> str:
    """Return title, declared unit and what the number is, on one line each."""
    named = footprint.title.says(language)
    unit = footprint.declared_unit.says(language)
    planned = f" – {word('planned', language)}" if footprint.planned else ""
    total = charts.number(footprint.total, digits=7, language=language)
    return f"{named}\n{word('total', language)}: {total} {word('per', language)} {unit}{planned}"


def summary(footprint: Footprint, language: text.Language) -> list[tuple[str, str]]:
    """Return caption and value of what stands above the breakdowns.

    No example: a footprint shows itself by it.
    """
    interval, shown = footprint.interval, charts.number
    rows = [
        (word("total", language), shown(footprint.total, digits=7)),
        (word("including", language), shown(footprint.total_including_uptake, digits=7)),
    ]
    if interval is None:
        rows.append((word("interval", language), word("not computed", language)))
    else:
        ends = f"{shown(interval.low, digits=5)} – {shown(interval.high, digits=5)}"
        basis = f"{interval.with_spread}/{interval.numbers} {word('numbers', language)}"
        rows.append((word("interval", language), f"{ends} ({basis})"))
    if footprint.credits is not None:
        rows.append((word("credits", language), shown(footprint.credits, digits=7)))
        rows.append((word("net", language), shown(footprint.net, digits=7)))
    rows += [
        (word("unsplit", language), _share(footprint.unsplit_share, language)),
        (word("excluded", language), _share(footprint.share_excluded, language)),
        (word("set", language), footprint.characterisation),
    ]
    for name, total in footprint.treatments.items():
        mark = f" ({word('headline', language)})" if name == footprint.electricity else ""
        rows.append((f"{word('electricity', language)}: {name}{mark}", shown(total, digits=7)))
    return rows


def _figures(checks: Checks) -> str:
    return ", ".join(f"{each:.0e}" for each in (checks.residual, checks.parts, checks.adjoint))


def _share(share: float | None, language: text.Language) -> str:
    return word("unknown", language) if share is None else f"{share:.2%}"


def as_text(footprint: Footprint, language: text.Language = "en") -> str:
    """Return the footprint for a terminal.

    No example: a footprint shows itself by it.
    """
    lines = [row for row in footprint.by_line() if row.value]
    shown = [
        (label(row.name, language), charts.number(row.value, digits=7, language=language))
        for row in lines
    ]
    checks = footprint.checks
    parts = [
        heading(footprint, language),
        charts.text_table(("", "kg CO2e"), summary(footprint, language), align="lr"),
        footprint.by_stage().says(language),
        charts.text_table((label("line", language), "kg CO2e"), shown, align="lr"),
        f"{word('checks', language)}: {_figures(checks)}",
    ]
    if footprint.findings:
        parts.append(findings_text(footprint, language))
    return "\n\n".join(parts)


def findings_text(footprint: Footprint, language: text.Language) -> str:
    """Return the findings for a terminal: of each kind the first whole, the places of the rest."""
    rows = [f"{word('findings', language)} ({len(footprint.findings)}):"]
    for code, says, _ in _kinds(footprint.findings, language):
        rows.append(f"- [{code}] {says}")
    return "\n".join(rows)


def _kinds(findings: Sequence[Finding], language: text.Language) -> list[tuple[str, str, str]]:
    """Return code, text and remedy of each kind: its first finding, then where else it stands."""
    kinds: dict[str, list[Finding]] = {}
    for each in findings:
        kinds.setdefault(each.code, []).append(each)
    rows = []
    for code, found in kinds.items():
        others = text.listed((each.where.item or str(each.where) for each in found[1:]), most=6)
        also = f" ({word('also', language)}: {others})" if others else ""
        rows.append((code, found[0].says(language) + also, found[0].remedy(language)))
    return rows


def as_html(footprint: Footprint, language: text.Language = "en") -> str:
    """Return the footprint for Jupyter: summary, stacked bar, stages, findings.

    No example: a footprint shows itself by it.
    """
    unit = footprint.declared_unit.says(language)
    bar = stage_bar({word("total", language): footprint}, language)
    findings = charts.html_table(
        (word("findings", language), word("remedy", language)),
        [(says, remedy) for _, says, remedy in _kinds(footprint.findings, language)],
    )
    named = footprint.title.says(language)
    caption = (
        f"{named} – {word('per', language)} {unit}" if named else f"{word('per', language)} {unit}"
    )
    tables = (
        charts.html_table((caption, "kg CO2e"), summary(footprint, language), align="lr"),
        bar,
        charts.html_table(*_stages(footprint, language)),
        findings if footprint.findings else "",
    )
    return "<div>" + "".join(tables) + "</div>"


def _stages(
    footprint: Footprint, language: text.Language
) -> tuple[tuple[str, ...], list[tuple[str, str, str]]]:
    stages = footprint.by_stage()
    return stages.headers(language), stages.rows(language)


def stage_bar(footprints: dict[str, Footprint], language: text.Language = "en") -> str:
    """Return one stacked bar a footprint, its stages as segments, as SVG.

    No example: a footprint shows itself by it.
    """
    bars = [
        charts.Bar(
            label=name,
            segments=tuple(
                charts.Segment(label(part.name, language), part.value) for part in each.by_stage()
            ),
        )
        for name, each in footprints.items()
    ]
    return charts.stacked_bar(bars, unit="kg CO2e", language=language)


def as_dict(footprint: Footprint) -> dict[str, object]:
    """Return the footprint as plain JSON values; unknown is null.

    No example: a footprint shows itself by it.
    """
    interval, checks = footprint.interval, footprint.checks
    unit = footprint.declared_unit
    return {
        "title": {"en": footprint.title.en, "zh": footprint.title.zh},
        "declared_unit": {
            "amount": unit.amount.value,
            "unit": unit.amount.unit,
            "product": unit.product,
            "basis": unit.basis,
        },
        "characterisation": footprint.characterisation,
        "electricity": footprint.electricity,
        "planned": footprint.planned,
        "total": footprint.total,
        "total_including_uptake": footprint.total_including_uptake,
        "credits": footprint.credits,
        "net": footprint.net,
        "interval_95": None if interval is None else [interval.low, interval.high],
        "unsplit": footprint.unsplit,
        "unsplit_share": footprint.unsplit_share,
        "share_excluded": footprint.share_excluded,
        "lines": dict(footprint.lines),
        "treatments": dict(footprint.treatments),
        "by_stage": {part.name: part.value for part in footprint.by_stage()},
        "by_gas": {part.name: part.value for part in footprint.by_gas()},
        "by_process": {part.name: part.value for part in footprint.by_process()},
        "by_data": {part.name: part.value for part in footprint.by_data()},
        "biogenic": {
            "emitted_kg": footprint.biogenic.emitted,
            "taken_up_kg": footprint.biogenic.taken_up,
            "stored_carbon_kg": footprint.biogenic.stored,
        },
        "gaps": [
            {"name": gap.name, "bound": gap.bound, "share": gap.share, "reason": gap.reason}
            for gap in footprint.gaps
        ],
        "findings": [
            {
                "code": each.code,
                "where": str(each.where),
                "en": each.says("en"),
                "zh": each.says("zh"),
            }
            for each in footprint.findings
        ],
        "checks": {
            "residual": checks.residual,
            "parts": checks.parts,
            "adjoint": checks.adjoint,
        },
        "context": dict(footprint.context),
    }
