"""`pcf assess BUNDLE --pack aluminium --record assessment.toml`: whether a label may be given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import files
from pcf.background import open_background
from pcf.cli.options import EditionOption, LanguageOption, spoken
from pcf.cli.packs import RulesEditionOption, open_pack
from pcf.cli.results import as_json
from pcf.declare.assessment import as_dict, as_html, as_text, read_record
from pcf.declare.assessment import assess as assessed
from pcf.declare.bundle import open_bundle
from pcf.rules.grading import grade, read_grades
from pcf.rules.log import read_log

if TYPE_CHECKING:
    from pcf.declare.bundle import Case
    from pcf.rules.opinion import Opinion


def assess(
    bundle: Annotated[Path, typer.Argument(help="The sealed case (.pcf). 封存文件。")],
    record: Annotated[
        Path, typer.Option("--record", "-r", help="What the body recorded (TOML). 评审记录。")
    ],
    pack: Annotated[
        str,
        typer.Option("--pack", "-p", help="A category or a folder of rules. 产品种类或规则包。"),
    ],
    edition: RulesEditionOption = "",
    profile: Annotated[
        Path | None, typer.Option(help="Own limits upon the pack's (TOML). 附加限值文件。")
    ] = None,
    grades: Annotated[Path | None, typer.Option(help="A table of grades (TOML). 分级表。")] = None,
    log: Annotated[
        Path | None, typer.Option(help="The findings log with its corrections. 发现记录。")
    ] = None,
    background: EditionOption = "",
    html: Annotated[Path | None, typer.Option("--html", help="Write a page. 写成网页。")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON. 输出 JSON。")] = False,
    language: LanguageOption = None,
) -> None:
    """Assess (标识评审) a sealed case. Exit 0 approved, 1 refused, 2 open."""
    tongue = spoken(language)
    case = open_bundle(bundle)
    case.require_intact()
    written = read_record(record)
    opinion = _judged(case, pack, edition, profile, grades)
    own = None
    if background:
        name, _, pinned = background.partition("@")
        own = open_background(name, edition=pinned or None)
    found = assessed(
        case, opinion, written, log=None if log is None else read_log(log), background=own
    )
    if html is not None:
        files.write(html, as_html(found, tongue))
        typer.echo(str(html), err=True)
    typer.echo(as_json(as_dict(found)) if json else as_text(found, tongue))
    raise SystemExit(found.exit_code)


def _judged(
    case: Case, pack: str, edition: str, profile: Path | None, grades: Path | None
) -> Opinion:
    rules = open_pack(pack, edition, profile)
    opinion = rules.judge(case.study, case.footprint, background=case.background)
    if grades is None:
        return opinion
    return opinion.graded(grade(case.footprint, read_grades(grades)))
