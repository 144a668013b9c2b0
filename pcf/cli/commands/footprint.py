"""`pcf footprint FOLDER`: the footprint of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import files
from pcf.cli.options import (
    AlternativeOption,
    EditionOption,
    ElectricityOption,
    LanguageOption,
    OutputOption,
    Shape,
    ShapeOption,
    StudyPath,
    spoken,
)
from pcf.cli.results import as_json, deliver, open_study, solve_study

if TYPE_CHECKING:
    from pcf.analysis import Footprint
    from pcf.text import Language


def footprint(
    study: StudyPath,
    background: EditionOption = "",
    electricity: ElectricityOption = "",
    alternative: AlternativeOption = [],  # noqa: B006 - typer reads the default, nobody changes it
    language: LanguageOption = None,
    shape: ShapeOption = Shape.text,
    output: OutputOption = None,
) -> None:
    """Compute the footprint (产品碳足迹) of a study folder or workbook."""
    tongue = spoken(language)
    asked, opened = open_study(study, background, electricity, alternative, language=tongue)
    deliver(_shaped(solve_study(asked, opened, tongue), shape, tongue), output)


def _shaped(result: Footprint, shape: Shape, language: Language) -> str:
    if shape is Shape.json:
        return as_json(result.as_dict())
    if shape is Shape.csv:
        table = result.table()
        rows = [[str(cell) for cell in row] for row in table.itertuples(index=False)]
        return files.csv_text(list(table.columns), rows)
    return result.says(language)
