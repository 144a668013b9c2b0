"""What of a PACT footprint of version 2 can be said in version 3, and what is lost.

Version 2 states amounts per one declared unit, version 3 per amount x unit: values are multiplied
by `unitaryProductAmount`, exactly. Its 'excluding biogenic' leaves out biogenic CO2 only, which is
not what version 3 calls excluding uptake; the reader is told.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pcf.declare.rounding import plain
from pcf.formats.pact import spelling
from pcf.formats.pact.faults import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.formats.pact.faults import Fault

_SAME = (
    "id", "precedingPfIds", "created", "status", "validityPeriodStart", "validityPeriodEnd",
    "companyName", "companyIds", "productDescription", "productIds", "productClassifications",
    "productNameCompany", "comment", "extensions",
)  # fmt: skip
_SAME_PCF = (
    "referencePeriodStart", "referencePeriodEnd", "geographyRegionOrSubregion",
    "geographyCountry", "geographyCountrySubdivision", "boundaryProcessesDescription",
    "packagingEmissionsIncluded", "productOrSectorSpecificRules", "exemptedEmissionsDescription",
    "allocationRulesDescription", "secondaryEmissionFactorSources",
)  # fmt: skip
_PER_UNIT = {
    "productMassPerDeclaredUnit": "productMassPerDeclaredUnit",
    "pCfExcludingBiogenic": "pcfExcludingBiogenicUptake",
    "pCfIncludingBiogenic": "pcfIncludingBiogenicUptake",
    "fossilGhgEmissions": "fossilGhgEmissions",
    "fossilCarbonContent": "fossilCarbonContent",
    "biogenicCarbonContent": "biogenicCarbonContent",
    "dLucGhgEmissions": "landUseChangeGhgEmissions",
    "biogenicCarbonWithdrawal": "biogenicCO2Uptake",
    "aircraftGhgEmissions": "aircraftGhgEmissions",
    "packagingGhgEmissions": "packagingGhgEmissions",
}
_STANDARDS = {
    "GHG Protocol Product standard": "GHGP-Product",
    "ISO Standard 14067": "ISO14067",
    "ISO Standard 14044": "ISO14040-44",
}
_COVERAGES = {"PCF system": "PCF calculation model", "product level": "product level"}
_LOST_PCF = (
    "landManagementGhgEmissions", "otherBiogenicGhgEmissions", "iLucGhgEmissions",
    "biogenicAccountingMethodology", "uncertaintyAssessmentDescription",
)  # fmt: skip
_LOST = ("version", "updated", "statusComment", "productCategoryCpc")


def modernised(document: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Return a footprint of version 2 in the words of version 3, and what was lost on the way.

    >>> old = {"specVersion": "2.0.0", "version": 1, "pcf": {"declaredUnit": "liter",
    ...     "unitaryProductAmount": "12", "pCfExcludingBiogenic": "1.5"}}
    >>> new, lost = modernised(old)
    >>> new["pcf"]["pcfExcludingBiogenicUptake"], lost[0].code
    ('18', 'pact-v2')
    """
    lost = [fault("pact-v2", "specVersion", value=document.get("specVersion", ""))]
    made: dict[str, Any] = {key: document[key] for key in _SAME if key in document}
    made["specVersion"] = "3.0.0"
    cpc = document.get("productCategoryCpc")
    if cpc and "productClassifications" not in made:
        made["productClassifications"] = [f"urn:pact:productclassification:un-cpc:{cpc}"]
    lost += [fault("pact-v2-lost", key, field=key) for key in _LOST[:3] if document.get(key)]
    old = document.get("pcf")
    if isinstance(old, dict):
        made["pcf"] = _footprint(old, lost)
    return made, tuple(lost)


def _footprint(old: Mapping[str, Any], lost: list[Fault]) -> dict[str, Any]:
    made: dict[str, Any] = {key: old[key] for key in _SAME_PCF if key in old}
    if "declaredUnit" in old:
        made["declaredUnitOfMeasurement"] = old["declaredUnit"]
    if "unitaryProductAmount" in old:
        made["declaredUnitAmount"] = old["unitaryProductAmount"]
    amount = spelling.decimal(_text(old.get("unitaryProductAmount")))
    for name, now in _PER_UNIT.items():
        if name in old:
            made[now] = _times(old[name], amount)
    if "productMassPerDeclaredUnit" not in made and old.get("declaredUnit") == "kilogram":
        made["productMassPerDeclaredUnit"] = made.get("declaredUnitAmount")
    if "pCfExcludingBiogenic" in old:
        lost.append(fault("pact-v2-excluding", "pcf.pCfExcludingBiogenic"))
    lost += [
        fault("pact-v2-lost", f"pcf.{name}", field=name)
        for name in _LOST_PCF
        if old.get(name) not in (None, "", "0", "0.0")
    ]
    if "dqi" in old:  # rated from 1 to 3 there, from 1 to 5 here: no number carries over
        lost.append(fault("pact-v2-quality", "pcf.dqi"))
    made |= _texts(old)
    made |= _verified(old, lost)
    return made


def _texts(old: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    sources = old.get("ipccCharacterizationFactorsSources") or (
        [old["characterizationFactors"]] if "characterizationFactors" in old else None
    )
    if sources is not None:
        made["ipccCharacterizationFactors"] = sources
    standards = old.get("crossSectoralStandards") or old.get("crossSectoralStandardsUsed")
    if isinstance(standards, list):
        made["crossSectoralStandards"] = [_STANDARDS.get(str(each), each) for each in standards]
    for name in ("exemptedEmissionsPercent", "primaryDataShare"):
        if name in old:
            made[name] = _text(old[name])
    return made


def _verified(old: Mapping[str, Any], lost: list[Fault]) -> dict[str, Any]:
    found = old.get("assurance")
    if not isinstance(found, dict) or not found.get("assurance"):
        return {}
    kept = {
        key: found[key]
        for key in ("providerName", "completedAt", "standardName", "comments")
        if found.get(key)
    }
    coverage = found.get("coverage")
    if coverage in _COVERAGES:
        kept["coverage"] = _COVERAGES[coverage]
    dropped = [key for key in ("level", "boundary") if key in found]
    dropped += ["coverage"] if coverage and coverage not in _COVERAGES else []
    lost += [fault("pact-v2-lost", f"pcf.assurance.{key}", field=key) for key in dropped]
    return {"verification": kept}


def _times(value: object, amount: Decimal | None) -> object:
    """Return a value per one declared unit as that of the whole amount; as it is if unreadable."""
    number = spelling.decimal(_text(value))
    return value if number is None or amount is None else plain(number * amount)


def _text(value: object) -> object:
    is_bare = isinstance(value, int | float) and not isinstance(value, bool)
    return format(Decimal(repr(value)), "f") if is_bare else value
