"""`pcf rules list [PACK]`: the packs there are, or the rules of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from pcf import charts, files
from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.packs import PackArgument, RulesEditionOption, open_pack, open_packs
from pcf.cli.results import as_json

if TYPE_CHECKING:
    from pcf.text import Language


def rules_list(
    pack: PackArgument = "",
    edition: RulesEditionOption = "",
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """List packs of rules (规则包), or the rules of one with their clauses."""
    tongue = spoken(language)
    headers, rows = _rules(pack, edition) if pack else _packs(tongue)
    if shape is Shape.json:
        typer.echo(as_json([dict(zip(headers, row, strict=True)) for row in rows]))
    elif shape is Shape.csv:
        typer.echo(files.csv_text(headers, rows), nl=False)
    else:
        typer.echo(charts.text_table(headers, rows))


def _packs(language: Language) -> tuple[list[str], list[list[str]]]:
    rows = [
        [
            each.id,
            each.edition,
            "draft" if each.draft else "",
            str(len(each.rules)),
            "; ".join(each.extends),
            each.title.says(language),
        ]
        for each in open_packs("")
    ]
    return ["pack", "edition", "status", "rules", "extends", "title"], rows


def _rules(named: str, edition: str) -> tuple[list[str], list[list[str]]]:
    rows = [
        [each.id, each.name, each.topic, each.force, each.pack, str(each.clause), each.clause.known]
        for each in open_pack(named, edition).rules
    ]
    return ["rule", "name", "topic", "force", "pack", "clause", "known"], rows
