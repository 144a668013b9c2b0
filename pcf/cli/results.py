"""What several commands do: open the study with its background, write a result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from pcf import files
from pcf.background import open_background
from pcf.cli.progress import step
from pcf.errors import StudyProblems, problem
from pcf.study import read_study

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study
    from pcf.text import Language


def open_study(
    path: Path,
    background: str = "",
    electricity: str = "",
    alternatives: list[str] | None = None,
    *,
    language: Language = "en",
) -> tuple[Study, Background]:
    """Return the study under what the call asks for, and the background it stands on."""
    with step("reading", language):
        study = read_study(path)
    if electricity:
        study = study.varying(electricity=electricity)
    if alternatives:
        study = study.varying(alternative=alternatives)
    with step("background", language):
        return study, background_of(study, background)


def solve_study(study: Study, background: Background, language: Language) -> Footprint:
    """Return the footprint, with a word for those who wait."""
    with step("solving", language):
        return study.footprint(background)


def background_of(study: Study, named: str = "") -> Background:
    """Return the background named as `set@edition`, else the one that the study names."""
    name, _, edition = (named or study.background.replace(" ", "@", 1)).partition("@")
    if not name:
        raise StudyProblems(*study.check(), problem("background-unnamed", study.id))
    return open_background(name, edition=edition or None)


def deliver(content: str, output: Path | None) -> None:
    """Print a result, or write it whole to a file."""
    if output is None:
        typer.echo(content)
    else:
        files.write(output, content if content.endswith("\n") else content + "\n")
        typer.echo(str(output), err=True)


def as_json(value: object) -> str:
    """Return plain values as readable JSON; Chinese stays Chinese."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
