"""How is an uncertain footprint shown? Its value first, and beside it what the draws say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import charts, text

if TYPE_CHECKING:
    from pcf.analysis.uncertainty import DrawnTotal, Uncertainty

_WORDS = {
    "value": text.Name("value (deterministic)", "结果（确定值）"),
    "interval": text.Name("95 % of the draws", "95 % 的抽样结果"),
    "mean": text.Name("mean of the draws", "抽样均值"),
    "median": text.Name("median of the draws", "抽样中位数"),
    "sd": text.Name("standard deviation", "标准差"),
    "numbers": text.Name("numbers that vary", "变动的数字"),
    "draws": text.Name("draws", "抽样次数"),
    "seed": text.Name("seed", "随机种子"),
    "error": text.Name("largest relative error of a draw", "单次抽样最大相对误差"),
    "rounding": text.Name("rounding only", "仅有舍入误差"),
    "to": text.Name("to", "至"),
    "of": text.Name("of", "/"),
    "per": text.Name("kg CO2e per", "kg CO2e，每"),
    "definition": text.Name("definition of draws", "抽样定义"),
    "net": text.Name("net of credits", "扣除抵减后"),
    "credits": text.Name("credits", "抵减"),
    "including uptake": text.Name("including uptake", "含产品碳储存"),
}
_UNDER = text.Name("electricity", "电力")


def rows(found: Uncertainty, language: text.Language) -> list[tuple[str, str]]:
    """Return caption and value of each line; the deterministic value stands first.

    No example: `as_text` shows it.
    """
    words = {key: name.says(language) for key, name in _WORDS.items()}
    told = found.statistics

    def shown(value: float | None) -> str:
        return charts.number(value, digits=5, language=language)

    return [
        (words["value"], charts.number(found.value, digits=7, language=language)),
        (words["interval"], f"{shown(told.p2_5)} {words['to']} {shown(told.p97_5)}"),
        (words["mean"], shown(told.mean)),
        (words["median"], shown(told.median)),
        (words["sd"], shown(told.sd)),
        (words["numbers"], f"{found.with_spread} {words['of']} {found.numbers}"),
        (words["draws"], f"{told.count}"),
        (words["seed"], f"{found.seed} ({words['definition']} {found.definition})"),
        (words["error"], f"{found.error:.1e}" if found.error else words["rounding"]),
        *(_total(name, each, language) for name, each in found.totals.items()),
    ]


def _total(name: str, total: DrawnTotal, language: text.Language) -> tuple[str, str]:
    """Return caption and value of another total, with 95 % of its draws."""
    told = total.statistics
    caption = _WORDS[name].says(language) if name in _WORDS else f"{_UNDER.says(language)}: {name}"
    low, high = (
        charts.number(each, digits=5, language=language) for each in (told.p2_5, told.p97_5)
    )
    value = charts.number(total.value, digits=7, language=language)
    return caption, f"{value} ({low} {_WORDS['to'].says(language)} {high})"


def as_text(found: Uncertainty, language: text.Language = "en") -> str:
    """Return the result for a terminal."""
    unit = found.unit.says(language)
    heading = f"{found.title.says(language)}\n{_WORDS['per'].says(language)} {unit}"
    table = charts.text_table(("", "kg CO2e"), rows(found, language), align="lr")
    remarks = [f"- [{each.code}] {each.says(language)}" for each in found.findings]
    return "\n".join([heading.strip(), "", table, *remarks])


def as_html(found: Uncertainty, language: text.Language = "en") -> str:
    """Return the result for Jupyter."""
    unit = found.unit.says(language)
    caption = f"{found.title.says(language)} – {_WORDS['per'].says(language)} {unit}"
    table = charts.html_table((caption, "kg CO2e"), rows(found, language), align="lr")
    remarks = [(each.says(language), each.remedy(language)) for each in found.findings]
    return f"<div>{table}{charts.html_table(('', ''), remarks) if remarks else ''}</div>"


def as_dict(found: Uncertainty) -> dict[str, object]:
    """Return everything but the draws as plain JSON values; unknown is null.

    No example: `Uncertainty.as_dict` is this.
    """
    told = found.statistics
    return {
        "title": {"en": found.title.en, "zh": found.title.zh},
        "unit": {"en": found.unit.en, "zh": found.unit.zh},
        "value": found.value,
        "mean": told.mean,
        "median": told.median,
        "sd": told.sd,
        "p2_5": told.p2_5,
        "p97_5": told.p97_5,
        "draws": told.count,
        "asked": found.asked,
        "stopped": found.stopped,
        "seed": found.seed,
        "definition": found.definition,
        "with_spread": found.with_spread,
        "numbers": found.numbers,
        "direct": found.direct,
        "flipped": found.flipped,
        "negative": found.negative,
        "largest_error": found.error,
        "totals": {
            name: {"value": each.value, "p2_5": told.p2_5, "p97_5": told.p97_5, "mean": told.mean}
            for name, each, told in (
                (name, each, each.statistics) for name, each in found.totals.items()
            )
        },
    }
