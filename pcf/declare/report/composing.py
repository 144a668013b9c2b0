"""How does a report come together? The same sections in the same order, in either language.

After ISO 14067:2018, clause 7 (recalled) and the report template that GB/T 24067-2024 adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.declare.report import grounds
from pcf.declare.report.blocks import Report
from pcf.declare.report.results import electricity, goal_and_scope, results, what_is_declared
from pcf.declare.report.words import word
from pcf.study.marks import MARKS

if TYPE_CHECKING:
    from pcf.declare.report.blocks import Block, Scope
    from pcf.declare.report.material import Material
    from pcf.text import Language


def composed(material: Material, language: Language = "en", scope: Scope = "full") -> Report:
    """Return the report in a language; a public one holds no activity data and no derivation.

    No example: tests/declare/test_report.py shows it whole.
    """
    sources, given = grounds.Sources(), material
    if scope == "public":
        material = given.for_public()
    sections = [what_is_declared(material, language), goal_and_scope(material, language)]
    sections += [results(material, language, scope), electricity(material, language)]
    if scope == "full":
        sections.append(grounds.derivations(material, sources, language))
    sections += [
        grounds.sensitivity_of(material, language),
        grounds.quality(material, language),
        grounds.exclusions(given, language, scope),
    ]
    if scope == "full":
        sections.append(grounds.allocation(material, language))
        sections.append(grounds.findings(material, language))
    sections += [grounds.compared(material, language), grounds.judged(given, language, scope)]
    blocks: list[Block] = [block for section in sections for block in section]
    blocks += [*sources.table(language), *grounds.computed_by(material, language)]
    marks = tuple(MARKS[mark].says(language) for mark in given.marks if mark in MARKS)
    footprint = material.footprint
    title = footprint.title.says(language) or footprint.declared_unit.says(language)
    subtitle = word("report" if scope == "full" else "public", language)
    return Report(title, subtitle, language, scope, marks, tuple(blocks))
