"""`pcf explain FOLDER TOPIC`: the arithmetic on paper, with sources."""

from __future__ import annotations

from typing import Annotated

import typer

from pcf.cli.options import (
    AlternativeOption,
    EditionOption,
    ElectricityOption,
    LanguageOption,
    OutputOption,
    StudyPath,
    spoken,
)
from pcf.cli.results import deliver, open_study, solve_study


def explain(
    study: StudyPath,
    topic: Annotated[
        str,
        typer.Argument(help="A stage, process, flow, meter or provider. 阶段、过程、流或电表。"),
    ],
    background: EditionOption = "",
    electricity: ElectricityOption = "",
    alternative: AlternativeOption = [],  # noqa: B006 - typer reads the default, nobody changes it
    language: LanguageOption = None,
    output: OutputOption = None,
) -> None:
    """Print the arithmetic (算式) of everything that TOPIC names, with its sources."""
    tongue = spoken(language)
    asked, opened = open_study(study, background, electricity, alternative, language=tongue)
    deliver(solve_study(asked, opened, tongue).because_of(topic).says(tongue), output)
