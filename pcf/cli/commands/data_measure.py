"""`pcf data measure`: fuel analyses, meters and stacks become a factor with its uncertainty."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts
from pcf.background.measurement.documents import read_agreement, read_measurement
from pcf.cli.options import LanguageOption, spoken
from pcf.cli.sets import MoreOption, keep
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background.measurement import MeasuredFactor, PairedAgreement
    from pcf.text import Language

_HEADERS = (
    Name("input", "输入量"),
    Name("value", "数值"),
    Name("standard uncertainty", "标准不确定度"),
    Name("degrees of freedom", "自由度"),
    Name("type", "类别"),
    Name("basis", "依据"),
    Name("part of the result", "对结果的贡献"),
)
_LEVEL = Name("{:.0%} confidence, k = {:.3g}", "置信水平 {:.0%}，k = {:.3g}")

_BESIDE = Name(
    "Measured beside calculated, {pairs} pairs ({missing} with a gap, {independent:.4g} count as"
    " independent): bias {bias:.4g}{share},"
    " 95 % interval {interval[0]:.4g} to {interval[1]:.4g}; 95 % of single differences between"
    " {limits[0]:.4g} and {limits[1]:.4g}. {verdict} (paired t test, p = {chance:.3g}).",
    "实测与计算对比，{pairs} 对（{missing} 对有缺测，相当于 {independent:.4g} 对独立数据）："
    "偏差 {bias:.4g}{share}，95 % 区间"
    " {interval[0]:.4g} 至 {interval[1]:.4g}；95 % 的单次差值在 {limits[0]:.4g} 与"
    " {limits[1]:.4g} 之间。{verdict}（配对 t 检验，p = {chance:.3g}）。",
)
_INPUTS = {
    "oxidised": Name("oxidised", "碳氧化率"),
    "carbon": Name("carbon", "含碳量"),
    "heat": Name("heat", "低位发热量"),
    "method of carbon": Name("method of carbon", "含碳量测定方法"),
    "method of heat": Name("method of heat", "发热量测定方法"),
    "emission": Name("emission", "排放量"),
    "made": Name("made", "产量"),
}
_BASES = (
    (r"^(\d+) readings$", r"\1 次读数"),
    (r"^rectangular ± ", "矩形分布 ± "),
    (r"^laboratory$", "实验室"),
    (r"^class (\S+) of (.+)$", r"\2 的仪器等级 \1"),
)
_TOGETHER = Name(
    "{one} and {other} were read together and correlate by {value:.3f}: their parts do not add up"
    " in squares.",
    "“{one}”与“{other}”同时读取，相关系数 {value:.3f}：两者的贡献不能按平方和相加。",
)
_DIFFER = Name("They differ", "两者有差异")
_ALIKE = Name("No difference is shown", "未显示差异")


def data_measure(
    path: Annotated[Path, typer.Argument(help="A measurement (.toml). 实测文件。")],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Keep it as a set in this folder. 写入数据集文件夹。"),
    ] = None,
    more: MoreOption = False,
    language: LanguageOption = None,
) -> None:
    """Turn measurements (实测) into a factor: its uncertainty by the GUM, and what stands out."""
    tongue = spoken(language)
    factor, background = read_measurement(path)
    typer.echo("\n".join(_told(factor, tongue)))
    beside = read_agreement(path)
    if beside is not None:
        typer.echo(_compared(beside, tongue))
    if to is not None:
        keep(background, to, more=more)
        typer.echo(str(to), err=True)


def _compared(found: PairedAgreement, language: Language) -> str:
    share = "" if found.relative is None else f" ({found.relative:+.2%})"
    verdict = (_DIFFER if found.differ else _ALIKE).says(language)
    keys = ("pairs", "missing", "independent", "bias", "interval", "limits", "chance")
    told = {key: getattr(found, key) for key in keys}
    return _BESIDE.says(language).format(**told, share=share, verdict=verdict)


def _told(factor: MeasuredFactor, language: Language) -> list[str]:
    result = factor.result
    unit = f"{factor.unit}/{factor.per}"
    level = _LEVEL.says(language).format(result.level, result.factor)
    head = (
        f"{factor.product}, {factor.gas}: {result.value:.6g} ± {result.expanded:.3g} {unit}"
        f" ({level})"
    )
    rows = [
        [
            _called(each.name, language),
            f"{each.value:.6g}",
            f"{each.uncertainty:.3g}",
            f"{each.freedom:.3g}",
            each.type,
            _based(each.basis, language),
            f"{result.contributions.get(each.name, 0.0):.3g}",
        ]
        for each in factor.inputs
    ]
    table = charts.text_table([each.says(language) for each in _HEADERS], rows)
    together = [
        _TOGETHER.says(language).format(
            one=_called(one, language), other=_called(other, language), value=value
        )
        for (one, other), value in sorted(result.correlations.items())
        if value
    ]
    return [head, "", table, *together, *(f"- {each.says(language)}" for each in factor.findings)]


def _called(name: str, language: Language) -> str:
    return _INPUTS.get(name, Name(name, name)).says(language)


def _based(basis: str, language: Language) -> str:
    """Return what stands behind an input in the reader's language."""
    if language == "en":
        return basis
    for written, read in _BASES:
        basis = re.sub(written, read, basis)
    return basis
