"""Options that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pcf.text import Language


class Tongue(StrEnum):
    """The languages of every output."""

    zh = "zh"
    en = "en"


class Shape(StrEnum):
    """The forms of a result."""

    text = "text"
    json = "json"
    csv = "csv"


def spoken(language: Tongue | None) -> Language:
    """Return the language asked for, else zh where the environment speaks Chinese, else en."""
    if language is not None:
        return "zh" if language is Tongue.zh else "en"
    asked = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, asked), "").lower().startswith("zh") else "en"


def chosen_language(arguments: list[str]) -> Language:
    """Return the language that a call asks for, even where the call failed before it was read."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--language", "-l"):
            value = value or next(iter(arguments[position + 1 :]), "")
            return "zh" if value == "zh" else "en"
    named = os.environ.get("PCF_LANGUAGE")
    return spoken(None) if named is None else ("zh" if named == "zh" else "en")


StudyPath = Annotated[
    Path, typer.Argument(help="A study folder or workbook (.xlsx). 研究文件夹或工作簿。")
]
LanguageOption = Annotated[
    Tongue | None,
    typer.Option(
        "--language", "-l", envvar="PCF_LANGUAGE",
        help="Language of the output; else that of the environment. 输出语言。",
    ),
]  # fmt: skip
ShapeOption = Annotated[
    Shape, typer.Option("--format", "-f", help="Form of the output. 输出格式。")
]
EditionOption = Annotated[
    str,
    typer.Option(
        "--background",
        help="Background set and edition, such as cn-public@2026.1; else the study's own."
        " 背景数据集与版本。",
    ),
]
ElectricityOption = Annotated[
    str,
    typer.Option(help="Treatment: location, physical, market:<profile>. 电力处理方式。"),
]
AlternativeOption = Annotated[
    list[str], typer.Option("--alternative", help="A named alternative of the study. 命名的备选。")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file instead. 写入文件。")
]
