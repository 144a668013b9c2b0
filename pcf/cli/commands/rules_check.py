"""`pcf rules check [PACK]`: run the examples of the rules, then break each rule on purpose."""

from __future__ import annotations

from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, Shape, ShapeOption, spoken
from pcf.cli.packs import PackArgument, RulesEditionOption, open_packs
from pcf.cli.results import as_json
from pcf.rules.checking import check


def rules_check(
    pack: PackArgument = "",
    edition: RulesEditionOption = "",
    mutants: Annotated[
        bool, typer.Option("--mutants", help="List every mutant. 列出每个变异。")
    ] = False,
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
) -> None:
    """Check the rules (检查规则): examples, and a mutant for every plausible slip."""
    found = [check(each) for each in open_packs(pack, edition)]
    if shape is Shape.json:
        typer.echo(as_json([each.as_dict() for each in found]))
    else:
        tongue = spoken(language)
        typer.echo("\n\n".join(each.says(tongue, listing=mutants) for each in found))
    if not all(each.holds for each in found):
        raise SystemExit(1)
