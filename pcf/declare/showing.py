"""How does a case look in a terminal? What it is, what is marked, what is withheld, its total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import charts
from pcf.declare.results import printable
from pcf.study.marks import MARKS
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.declare.bundle import Case
    from pcf.text import Language

_WORDS = {
    "full": Name("verifier's copy: everything", "核查方副本：全部内容"),
    "buyer": Name("buyer's copy: totals, stages, verdicts", "买方副本：总量、阶段、结论"),
    "intact": Name("intact", "完好"),
    "file": Name("bundle", "封存包"),
    "kind": Name("kind", "类型"),
    "mark": Name("mark", "标记"),
    "study": Name("study", "研究"),
    "product": Name("declared unit", "声明单位"),
    "sealed": Name("sealed", "封存时间"),
    "purpose": Name("purpose", "用途"),
    "background": Name("background data", "背景数据"),
    "total": Name("total, kg CO2e", "总量，kg CO2e"),
    "digest": Name("digest (what is signed)", "摘要（签名对象）"),
    "root": Name("root of what is hidden", "隐藏内容的根"),
    "withheld": Name("rows withheld by licence", "因许可未收录的数据行"),
    "evidence": Name("evidence files (in the bundle)", "证据文件（包内）"),
    "claims": Name("certificate claims", "证书主张"),
}


def case_text(case: Case, language: Language = "en") -> str:
    """Return what a case is, line by line; raise DeclareError where it is not intact.

    No example: `Case.says` shows it.
    """
    case.require_intact()
    rows = [(_word("mark", language), MARKS[mark].says(language)) for mark in case.marks]
    rows += [(_word(key, language), said) for key, said in _facts(case, language) if said]
    if case.kind == "buyer":
        rows += _shown(case)
    caption = (_word("file", language), case.archive.name)
    found = case.findings if case.kind == "full" else ()
    plain = [(printable(name), printable(said)) for name, said in rows]
    told = [printable(each.says(language)) for each in found]
    return "\n".join([charts.text_table(caption, plain), *told])


def _word(key: str, language: Language) -> str:
    return _WORDS[key].says(language)


def _facts(case: Case, language: Language) -> list[tuple[str, str]]:
    manifest, full = case.manifest, case.kind == "full"
    results = case.declared.results if full else case.shown
    unit = results["declared_unit"]
    title = manifest.get("study", {}).get("title", {})
    held = sum(bool(each["included"]) for each in case.evidence) if full else 0
    return [
        ("kind", _word(case.kind, language)),
        ("study", str(title.get(language) or title.get("en") or title.get("zh") or "")),
        ("product", f"{unit['amount']:g} {unit['unit']} {unit['product']}"),
        ("total", repr(results["total"])),
        ("sealed", str(manifest.get("sealed", ""))),
        ("purpose", str(manifest.get("purpose", ""))),
        ("background", " + ".join(manifest.get("background", ()))),
        ("evidence", f"{len(case.evidence)} ({held})" if full else ""),
        ("claims", str(len(case.claims)) if full else ""),
        ("withheld", ", ".join(f"{e['id']} ({e['handling']})" for e in case.withheld)),
        ("root", str(manifest.get("commitment", {}).get("root", ""))),
        ("digest", case.digest),
    ]


def _shown(case: Case) -> list[tuple[str, str]]:
    shown = case.shown
    rows = [(str(stage), repr(value)) for stage, value in shown["by_stage"].items()]
    return rows + [
        (str(opinion.get("pack", "")), str(opinion.get("verdict", "")))
        for opinion in shown["verdicts"]
    ]
