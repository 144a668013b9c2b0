"""`pcf declare STUDY OUTPUT --details declaration.toml`: a declaration in a format of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pcf import files
from pcf.cli.options import (
    AlternativeOption,
    EditionOption,
    ElectricityOption,
    LanguageOption,
    StudyPath,
    spoken,
)
from pcf.cli.packs import RulesEditionOption, open_pack
from pcf.cli.results import open_study, solve_study
from pcf.declare import declare_footprint
from pcf.declare.bundle import open_bundle
from pcf.declare.document import read_declaration
from pcf.declare.register import issue, open_register
from pcf.declare.registry import rendered
from pcf.formats.cbam import read_defaults, read_defaults_asked, read_details

if TYPE_CHECKING:
    from pcf.declare.document import Asked


def declare(
    study: StudyPath,
    output: Annotated[Path, typer.Argument(help="The file to write. 要写入的文件。")],
    details: Annotated[
        Path, typer.Option("--details", "-d", help="Product, company, validity (TOML). 声明信息。")
    ],
    format: Annotated[  # noqa: A002 - the word that users say
        str, typer.Option("--format", "-f", help="pact, cbam, html, pdf, xlsx. 格式。")
    ] = "",
    pack: Annotated[
        str, typer.Option("--pack", "-p", help="Judge by this pack first. 先按此规则评审。")
    ] = "",
    edition: RulesEditionOption = "",
    register: Annotated[
        Path | None, typer.Option(help="Enter it in this register. 录入登记簿。")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="The sealed case behind it. 封存文件。")
    ] = None,
    defaults: Annotated[
        Path | None, typer.Option(help="CBAM default values (CSV). CBAM 默认值表。")
    ] = None,
    background: EditionOption = "",
    electricity: ElectricityOption = "",
    alternative: AlternativeOption = [],  # noqa: B006 - typer reads the default, nobody changes it
    language: LanguageOption = None,
) -> None:
    """Declare (声明) a study's footprint; refused with the list while any 'shall' is violated."""
    tongue = spoken(language)
    asked = read_declaration(details, annexes=("cbam",))
    said = dict(asked.said)
    if "cbam" in asked.annexes:
        said["annexes"] = (_cbam(asked, details.name, defaults),)
    found, opened = open_study(study, background, electricity, alternative, language=tongue)
    footprint = solve_study(found, opened, tongue)
    if pack:
        rules = open_pack(pack, edition)
        said["opinion"] = rules.judge(found, footprint, background=opened)
    declaration = declare_footprint(footprint, study=found, background=opened, **said)
    case = None if bundle is None else open_bundle(bundle)
    written = rendered(declaration, output, format=format, language=tongue)
    if register is None:
        files.write(output, written)
    else:
        with open_register(register) as book:
            issue(declaration, written, output, book, case=case, reason=asked.reason)
    unit = footprint.declared_unit.says(tongue)
    typer.echo(f"{output}: {declaration.declared_value} kg CO2e / {unit}")


def _cbam(asked: Asked, name: str, defaults: Path | None) -> Any:  # noqa: ANN401 - an annex
    said = asked.annexes["cbam"]
    if defaults is None:
        return read_details(said, name)
    which = read_defaults_asked(said, name)
    table = read_defaults(defaults, instrument=which.instrument, date=which.date)
    return read_details(said, name, defaults=table, year=which.year)
