"""What does the report of a footprint say? One content in two languages, as page, paper, workbook.

`material` what it may show, `results` and `grounds` its sections, `composing` their order, `html`,
`paper` and `sheets` how it looks; `sensitivity` computes what other choices would have given.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pcf import files
from pcf.declare.registry import Format
from pcf.declare.report.blocks import Report, Scope
from pcf.declare.report.composing import composed
from pcf.declare.report.html import as_html
from pcf.declare.report.material import Material, gathered
from pcf.declare.report.paper import as_pdf
from pcf.declare.report.sheets import as_workbook
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from pcf.declare.values import Declaration
    from pcf.text import Language

_WRITERS = {".html": lambda report: as_html(report).encode(), ".pdf": as_pdf, ".xlsx": as_workbook}


def save_report(
    path: Path | str, material: Material, *, language: Language = "en", scope: Scope = "full"
) -> None:
    """Write a report as HTML, PDF or Excel, by the ending of the path.

    Raises DeclareError for another ending, and where what the ending needs is not installed.

    No example: tests/declare/test_report.py shows it.
    """
    place = Path(path)
    if place.suffix.lower() not in _WRITERS:
        found = place.suffix or place.name
        raise DeclareError(problem("format-unknown", "", tuple(_WRITERS), format=found))
    report = composed(material, language, scope)
    files.write(place, _WRITERS[place.suffix.lower()](report))


def _report(declaration: Declaration, language: Language) -> Report:
    material = gathered(
        declaration.footprint,
        study=declaration.study,
        background=declaration.background,
        declaration=declaration,
        opinion=declaration.opinion,  # type: ignore[arg-type] # an opinion of ours, if any
        previous=declaration.previous,
    )
    return composed(material, language, "full" if declaration.study is not None else "public")


def _html(declaration: Declaration, language: Language) -> bytes:
    return as_html(_report(declaration, language)).encode()


def _pdf(declaration: Declaration, language: Language) -> bytes:
    return as_pdf(_report(declaration, language))


def _xlsx(declaration: Declaration, language: Language) -> bytes:
    return as_workbook(_report(declaration, language))


FORMATS = (
    Format("HTML report", (".html",), _html),
    Format("PDF report", (".pdf",), _pdf),
    Format("XLSX report", (".xlsx",), _xlsx),
)

__all__ = [
    "FORMATS",
    "Material",
    "Report",
    "Scope",
    "as_html",
    "as_pdf",
    "as_workbook",
    "composed",
    "gathered",
    "save_report",
]
