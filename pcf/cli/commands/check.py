"""`pcf check FOLDER`: everything that is wrong with a study, and nothing written."""

from __future__ import annotations

import typer

from pcf import files
from pcf.cli.options import EditionOption, LanguageOption, Shape, ShapeOption, StudyPath, spoken
from pcf.cli.results import as_json, open_study
from pcf.errors import PcfError, StudyProblems

_COLUMNS = ("code", "where", "en", "zh")


def check(
    study: StudyPath,
    background: EditionOption = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Say everything that is wrong with a study (检查研究), each with its place and cure."""
    tongue = spoken(language)
    asked, opened = open_study(study, background, language=tongue)
    problems = asked.check(opened)
    rows = [
        {"code": each.code, "where": str(each.where), "en": each.says("en"), "zh": each.says("zh")}
        for each in problems
    ]
    if shape is Shape.json:
        typer.echo(as_json(rows))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(_COLUMNS, [list(row.values()) for row in rows]), nl=False)
    elif problems:
        error: PcfError = StudyProblems(*problems)
        typer.echo(error.says(tongue), err=True)
    else:
        typer.echo({"en": "No problems.", "zh": "没有问题。"}[tongue])
    if problems:
        raise SystemExit(1)
