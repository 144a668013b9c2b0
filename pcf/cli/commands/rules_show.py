"""`pcf rules show PACK [RULE]`: what a pack or one of its rules demands, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pcf.cli.options import LanguageOption, spoken
from pcf.cli.packs import RulesEditionOption, open_pack
from pcf.rules.showing import pack_text, rule_text

if TYPE_CHECKING:
    from pcf.rules import Rule


def rules_show(
    pack: Annotated[str, typer.Argument(help="A category or a folder. 产品种类或文件夹。")],
    rule: Annotated[str, typer.Argument(help="Id or name of a rule. 规则编号或名称。")] = "",
    edition: RulesEditionOption = "",
    language: LanguageOption = None,
) -> None:
    """Show a pack of rules (规则包), or one of its rules with facts, limits and examples."""
    opened, tongue = open_pack(pack, edition), spoken(language)
    if not rule:
        typer.echo(pack_text(opened, tongue))
        return
    found: Rule = opened.rule(rule)
    typer.echo(rule_text(found, opened, tongue))
