"""Who, what, where and when: the fields of a PACT footprint that are not amounts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from pcf import units
from pcf.declare.sold import AS_SOLD
from pcf.formats.pact import spelling
from pcf.model.coverage import WORLD, widening
from pcf.study.marks import MARKS

if TYPE_CHECKING:
    from datetime import date

    from pcf import text
    from pcf.declare.values import Declaration

VERSION = "3.0.3"
"""The version of the specification that is written."""

_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def identity(declaration: Declaration, language: text.Language) -> dict[str, Any]:
    """Return the fields of the ProductFootprint itself, `pcf` apart.

    No example: `write_pact` shows it whole.
    """
    product, company = declaration.product, declaration.company
    made: dict[str, Any] = {
        "id": declaration.id,
        "specVersion": VERSION,
        "precedingPfIds": list(declaration.preceding),
        "created": spelling.utc(declaration.created),
        "status": "Deprecated" if declaration.deprecated else "Active",
        "validityPeriodStart": _midnight(declaration.valid.start),
        "validityPeriodEnd": _midnight(declaration.valid.end),
        "companyName": company.name,
        "companyIds": list(company.urns),
        "productDescription": product.description
        or declaration.footprint.declared_unit.name.says(language)
        or product.name,
        "productIds": list(declaration.product_urns),
        "productClassifications": [*product.classifications, *_codes(product.cn_code)],
        "productNameCompany": product.name,
        "comment": _comment(declaration, language),
    }
    return {key: value for key, value in made.items() if value not in ([], "")}


def dates(declaration: Declaration) -> dict[str, Any]:
    """Return period and place: calendar days as midnights of universal time, one place at most.

    No example: `write_pact` shows it whole.
    """
    made = {
        "referencePeriodStart": _midnight(declaration.period.start),
        "referencePeriodEnd": _midnight(declaration.period.end),
    }
    for place in widening(declaration.place) if declaration.place != WORLD else ():
        if _SUBDIVISION.fullmatch(place):
            return {**made, "geographyCountrySubdivision": place}
        if _COUNTRY.fullmatch(place):
            return {**made, "geographyCountry": place}
    return made


def texts(declaration: Declaration) -> dict[str, Any]:
    """Return gas table, standards, rules, sources, exclusions, verification, as they were written.

    No example: `write_pact` shows it whole.
    """
    footprint, context = declaration.footprint, declaration.context
    reasons = "; ".join(f"{gap.name}: {gap.reason}" for gap in footprint.gaps if gap.reason)
    made: dict[str, Any] = {
        "boundaryProcessesDescription": context.get("boundary", ""),
        "ipccCharacterizationFactors": [footprint.gases.id],
        "crossSectoralStandards": list(declaration.standards),
        "productOrSectorSpecificRules": _sector_rules(declaration),
        "exemptedEmissionsDescription": reasons,
        "allocationRulesDescription": context.get("allocation", ""),
        "secondaryEmissionFactorSources": _sources(context.get("background", "")),
        "verification": _verification(declaration),
    }
    return {key: value for key, value in made.items() if value not in ([], "", {})}


def _sector_rules(declaration: Declaration) -> list[dict[str, Any]]:
    return [
        {"operator": "Other", "ruleNames": [name], "otherOperatorName": "".join(name.split()[:1])}
        for name in declaration.rules
    ]


def _sources(background: str) -> list[dict[str, str]]:
    """Return the sets of background data by name and edition, 'cn-public 2026.1' or several."""
    made = []
    for each in re.split(r"\s*[+;,]\s*", background):
        name, _, version = each.strip().rpartition(" ")
        if each.strip():
            made.append({"name": name or each.strip(), "version": version or "unversioned"})
    return made


def _verification(declaration: Declaration) -> dict[str, str]:
    found = declaration.verification
    if found is None:
        return {}
    made = {
        "coverage": found.coverage,
        "providerName": found.provider,
        "completedAt": _completed(found.completed),
        "standardName": found.standard,
        "comments": found.comments,
    }
    return {key: value for key, value in made.items() if value}


def _completed(day: str) -> str:
    return f"{day}T00:00:00Z" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else day


def _codes(cn_code: str) -> list[str]:
    return [f"urn:pact:productclassification:cn-code:{cn_code}"] if cn_code else []


def _comment(declaration: Declaration, language: text.Language) -> str:
    """Return what a reader must know besides: electricity, conversion, findings of the result."""
    footprint = declaration.footprint
    asked = footprint.declared_unit
    says = [MARKS[mark].says(language) for mark in declaration.marks]
    says += [declaration.note] if declaration.note else []
    says.append(
        {
            "en": f"Electricity: {footprint.electricity}.",
            "zh": f"电力：{footprint.electricity}。",
        }[language]
    )
    content = declaration.product.amount("content")
    if asked.basis not in AS_SOLD and content is not None:
        basis = units.basis_name(asked.basis).says(language)
        says.append(
            {
                "en": f"The study counts per {asked}; of the product as sold "
                f"{declaration.product.content} is that ({basis}); amounts are converted by it.",
                "zh": f"研究按{asked.says('zh')}计算；所售产品含 {declaration.product.content}"
                f"（{basis}），数值据此换算。",
            }[language]
        )
    unsplit = footprint.unsplit_share
    if unsplit is not None and unsplit > 0:
        share = f"{100 * unsplit:.3g} %"
        says.append(
            {
                "en": f"Of the total, {share} comes from records that give CO2e without its gases.",
                "zh": f"总量中 {share} 来自只给出二氧化碳当量、未拆分气体的数据。",
            }[language]
        )
    says += [each.says(language) for each in footprint.findings if each.code in _TOLD]
    return "\n".join(says)


_TOLD = frozenset({"proxy-used", "residual-missing"})
"""Findings of electricity that a buyer must read."""


def _midnight(day: date) -> str:
    return spelling.utc(datetime.combine(day, time(), UTC))
