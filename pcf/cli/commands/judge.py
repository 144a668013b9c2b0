"""`pcf judge STUDY...`: what a pack of rules says of one study or of many."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts
from pcf.cli.options import EditionOption, ElectricityOption, LanguageOption, spoken
from pcf.cli.packs import RulesEditionOption, open_pack
from pcf.cli.results import as_json
from pcf.electricity.ledger import open_ledger
from pcf.rules.batch import Circumstances, exit_code_of, judge_studies
from pcf.rules.grading import read_grades
from pcf.rules.ledgers import ledger_evidence
from pcf.rules.showing import VERDICTS

if TYPE_CHECKING:
    from pcf.rules import Pack
    from pcf.rules.batch import Judged
    from pcf.text import Language


def judge(
    studies: Annotated[
        list[Path],
        typer.Argument(metavar="STUDY...", help="Study folders or workbooks. 研究文件夹或工作簿。"),
    ],
    pack: Annotated[
        str,
        typer.Option("--pack", "-p", help="A category or a folder of rules. 产品种类或规则包。"),
    ],
    edition: RulesEditionOption = "",
    profile: Annotated[
        Path | None,
        typer.Option(help="Own limits upon the pack's (TOML). 附加限值文件。"),
    ] = None,
    grades: Annotated[Path | None, typer.Option(help="A table of grades (TOML). 分级表。")] = None,
    ledger: Annotated[
        list[str],
        typer.Option(help="A ledger of certificates, several to audit together. 绿证台账。"),
    ] = [],  # noqa: B006 - typer reads the default, nobody changes it
    background: EditionOption = "",
    electricity: ElectricityOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON. 输出 JSON。")] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page; of several studies, a folder. 写成网页。"),
    ] = None,
    papers: Annotated[
        Path | None,
        typer.Option(
            help="A folder for the findings log and the sampling plan (CSV). 发现日志与抽样计划。"
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Studies at a time. 并行数量。")
    ] = 1,
    language: LanguageOption = None,
) -> None:
    """Judge studies by a pack of rules (评审). Exit 0 satisfied, 1 violated, 2 cannot tell."""
    tongue = spoken(language)
    rules = open_pack(pack, edition, profile)
    table = None if grades is None else read_grades(grades)
    typer.echo(_named(rules, tongue), err=True)
    with ExitStack() as stack:
        count = min(jobs, len(studies), os.cpu_count() or 1)
        pool = stack.enter_context(ProcessPoolExecutor(count)) if count > 1 else None
        opened = [stack.enter_context(open_ledger(each, read_only=True)) for each in ledger]
        evidence = ledger_evidence(opened) if opened else None
        under = Circumstances(background, electricity, table, evidence, papers is not None)
        found = []
        judged = judge_studies(studies, rules, under, executor=pool)
        for each, name in zip(judged, _names(studies), strict=True):
            found.append(each)
            _deliver(each, _page(html, name, len(studies)), tongue)
            _hand_out(each, papers, name)
            if not json:
                _print(each, tongue)
    if json:
        typer.echo(as_json(_plain(found)))
    elif len(found) > 1:
        typer.echo(_summary(found, tongue))
    raise SystemExit(exit_code_of(found))


def _named(pack: Pack, language: Language) -> str:
    draft = {"en": " (draft)", "zh": "（草案）"}[language] if pack.draft else ""
    return f"{pack.title.says(language)}: {pack.name}{draft}"


def _print(judged: Judged, language: Language) -> None:
    typer.echo(judged.says(language) + "\n", err=judged.opinion is None)


def _names(studies: list[Path]) -> list[str]:
    """Return a name for each study's files: its own, with a number where it is taken."""
    found: list[str] = []
    for study in studies:
        name = study.resolve().name.removesuffix(".xlsx")
        numbers = (f"{name}-{count}" for count in range(2, len(studies) + 2))
        found.append(next(each for each in (name, *numbers) if each not in found))
    return found


def _page(html: Path | None, name: str, count: int) -> Path | None:
    """Return where a page goes: one study's to the file, several's into the folder."""
    if html is None or count == 1:
        return html
    html.mkdir(parents=True, exist_ok=True)
    return html / f"{name}.html"


def _hand_out(judged: Judged, folder: Path | None, name: str) -> None:
    """Write the log of findings and the sampling plan of a study."""
    if folder is None or judged.papers is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    log, plan = judged.papers
    log.save(folder / f"{name}-findings.csv")
    plan.save(folder / f"{name}-sampling.csv")


def _deliver(judged: Judged, page: Path | None, language: Language) -> None:
    if page is not None and judged.opinion is not None:
        judged.opinion.save(page, language=language)
        typer.echo(str(page), err=True)


def _plain(found: list[Judged]) -> object:
    rows: list[dict[str, object]] = [
        {
            "path": str(each.path),
            "exit_code": each.exit_code,
            "opinion": None if each.opinion is None else each.opinion.as_dict(),
            "problems": [
                {"code": one.code, "en": one.says("en"), "zh": one.says("zh")}
                for one in each.problems
            ],
        }
        for each in found
    ]
    return rows


def _summary(found: list[Judged], language: Language) -> str:
    heads = {"en": ("study", "opinion"), "zh": ("研究", "意见")}[language]
    unread = {"en": "not judged", "zh": "未能评审"}[language]
    rows = [
        (
            str(each.path) if each.opinion is None else each.opinion.study,
            unread if each.opinion is None else VERDICTS[each.opinion.verdict].says(language),
        )
        for each in found
    ]
    return charts.text_table(heads, rows)
