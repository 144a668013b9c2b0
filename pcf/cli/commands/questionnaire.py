"""`pcf questionnaire PACK FILE`: the workbook that decides a pack and asks nothing idle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.options import EditionOption, LanguageOption, spoken
from pcf.cli.packs import RulesEditionOption, open_pack
from pcf.cli.results import open_study, solve_study
from pcf.rules.facts import facts_of
from pcf.rules.questionnaire import questionnaire as write_questionnaire
from pcf.rules.questionnaire import questions_of


def questionnaire(
    pack: Annotated[str, typer.Argument(help="A category or a folder. 产品种类或文件夹。")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write. 工作簿。")],
    study: Annotated[
        Path | None,
        typer.Option(help="A study: only what it leaves open is asked. 只问该研究未回答的。"),
    ] = None,
    edition: RulesEditionOption = "",
    background: EditionOption = "",
    language: LanguageOption = None,
) -> None:
    """Write a questionnaire (问卷) for a pack of rules; `pcf judge` reads the filled workbook."""
    tongue = spoken(language)
    rules = open_pack(pack, edition)
    asked, facts = None, None
    if study is not None:
        asked, opened = open_study(study, background, language=tongue)
        footprint = solve_study(asked, opened, tongue)
        facts = facts_of(asked, footprint, background=opened, pack=rules)
    write_questionnaire(rules, path, facts=facts, study=asked)
    count = len(questions_of(rules, facts))
    told = {"en": f"{path}: {count} questions", "zh": f"{path}：{count} 个问题"}
    typer.echo(told[tongue])
