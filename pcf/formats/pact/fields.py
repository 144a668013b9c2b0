"""What may stand in a PACT footprint? The fields of version 3.0 as data.

Source: WBCSD, PACT Technical Specifications 3.0.x, data model (openapi), read November 2026; the
needs 'shall' that the schema does not require are those of the PACT Methodology 3.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal[
    "text", "word", "uuid", "uuids", "urns", "time", "decimal", "truth", "texts", "assessments",
    "object", "list", "uri", "version",
]  # fmt: skip
Need = Literal["required", "shall", "optional"]
Sign = Literal["", ">0", ">=0", "<=0"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, what it holds, whether it must, and what its number may be.

    `filled`: the text may not be empty. `low` and `high` bound a number, both included.
    """

    name: str
    kind: Kind
    need: Need = "optional"
    sign: Sign = ""
    words: tuple[str, ...] = ()
    filled: bool = False
    low: str = ""
    high: str = ""


UNITS = (
    "liter", "kilogram", "cubic meter", "kilowatt hour", "megajoule", "ton kilometer",
    "square meter", "piece", "hour", "megabit second",
)  # fmt: skip
MASSLESS = frozenset({"kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second"})
"""Declared units of energy, transport and services, whose product mass is 0."""

REGIONS = (
    "Africa", "Americas", "Asia", "Europe", "Oceania", "Australia and New Zealand",
    "Central Asia", "Eastern Asia", "Eastern Europe", "Latin America and the Caribbean",
    "Melanesia", "Micronesia", "Northern Africa", "Northern America", "Northern Europe",
    "Polynesia", "South-eastern Asia", "Southern Asia", "Southern Europe", "Sub-Saharan Africa",
    "Western Asia", "Western Europe",
)  # fmt: skip


def _table(*fields: Field) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


PRODUCT = _table(
    Field("id", "uuid", "required"),
    Field("specVersion", "version", "required"),
    Field("precedingPfIds", "uuids"),
    Field("created", "time", "required"),
    Field("status", "word", "required", words=("Active", "Deprecated")),
    Field("validityPeriodStart", "time"),
    Field("validityPeriodEnd", "time"),
    Field("companyName", "text", "required", filled=True),
    Field("companyIds", "urns", "required"),
    Field("productDescription", "text", "required"),
    Field("productIds", "urns", "required"),
    Field("productClassifications", "urns"),
    Field("productNameCompany", "text", "required", filled=True),
    Field("comment", "text"),
    Field("pcf", "object", "required"),
    Field("extensions", "list"),
)
FOOTPRINT = _table(
    Field("declaredUnitOfMeasurement", "word", "required", words=UNITS),
    Field("declaredUnitAmount", "decimal", "required", ">0"),
    Field("productMassPerDeclaredUnit", "decimal", "required", ">=0"),
    Field("referencePeriodStart", "time", "required"),
    Field("referencePeriodEnd", "time", "required"),
    Field("geographyRegionOrSubregion", "word", words=REGIONS),
    Field("geographyCountry", "text", filled=True),
    Field("geographyCountrySubdivision", "text", filled=True),
    Field("boundaryProcessesDescription", "text"),
    Field("pcfExcludingBiogenicUptake", "decimal", "required"),
    Field("pcfIncludingBiogenicUptake", "decimal", "required"),
    Field("fossilCarbonContent", "decimal", "required", ">=0"),
    Field("biogenicCarbonContent", "decimal", sign=">=0"),
    Field("recycledCarbonContent", "decimal", sign=">=0"),
    Field("fossilGhgEmissions", "decimal", "required", ">=0"),
    Field("landUseChangeGhgEmissions", "decimal", sign=">=0"),
    Field("landCarbonLeakage", "decimal", sign=">=0"),
    Field("landManagementFossilGhgEmissions", "decimal", sign=">=0"),
    Field("landManagementBiogenicCO2Emissions", "decimal", sign=">=0"),
    Field("landManagementBiogenicCO2Removals", "decimal", sign="<=0"),
    Field("biogenicCO2Uptake", "decimal", sign="<=0"),
    Field("biogenicNonCO2Emissions", "decimal", sign=">=0"),
    Field("landAreaOccupation", "decimal", sign=">=0"),
    Field("aircraftGhgEmissions", "decimal", sign=">=0"),
    Field("packagingEmissionsIncluded", "truth", "shall"),
    Field("packagingGhgEmissions", "decimal", sign=">=0"),
    Field("packagingBiogenicCarbonContent", "decimal", sign=">=0"),
    Field("outboundLogisticsGhgEmissions", "decimal", sign=">=0"),
    Field("ccsTechnologicalCO2CaptureIncluded", "truth", "shall"),
    Field("ccsTechnologicalCO2Capture", "decimal", sign="<=0"),
    Field("technologicalCO2CaptureOrigin", "text"),
    Field("technologicalCO2Removals", "decimal", sign="<=0"),
    Field("ccuCarbonContent", "decimal", sign=">=0"),
    Field("ccuCalculationApproach", "word", words=("Cut-off", "Credit")),
    Field("ccuCreditCertification", "uri"),
    Field("ipccCharacterizationFactors", "assessments", "required"),
    Field("crossSectoralStandards", "texts", "required"),
    Field("productOrSectorSpecificRules", "list"),
    Field("exemptedEmissionsPercent", "decimal", "required", low="0", high="100"),
    Field("exemptedEmissionsDescription", "text"),
    Field("allocationRulesDescription", "text"),
    Field("secondaryEmissionFactorSources", "list"),
    Field("primaryDataShare", "decimal", "shall", low="0", high="100"),
    Field("dqi", "object"),
    Field("verification", "object"),
)
SECTOR_RULE = _table(
    Field("operator", "word", "required", words=("PEF", "EPD International", "Other")),
    Field("ruleNames", "texts", "required"),
    Field("otherOperatorName", "text", filled=True),
)
FACTOR_SOURCE = _table(
    Field("name", "text", "required", filled=True),
    Field("version", "text", "required", filled=True),
)
QUALITY = _table(
    *(
        Field(f"{what}DQR", "decimal", "required", low="1", high="5")
        for what in ("technological", "geographical", "temporal")
    )
)
VERIFICATION = _table(
    Field(
        "coverage",
        "word",
        words=("PCF calculation model", "PCF program", "product level"),
    ),
    Field("providerName", "text", filled=True),
    Field("completedAt", "time"),
    Field("standardName", "text"),
    Field("comments", "text"),
)
EXTENSION = _table(
    Field("specVersion", "version", "required"),
    Field("dataSchema", "uri", "required"),
    Field("data", "object", "required"),
    Field("documentation", "uri"),
)
PARTS: Mapping[str, Mapping[str, Field]] = {
    "": PRODUCT,
    "pcf": FOOTPRINT,
    "pcf.productOrSectorSpecificRules": SECTOR_RULE,
    "pcf.secondaryEmissionFactorSources": FACTOR_SOURCE,
    "pcf.dqi": QUALITY,
    "pcf.verification": VERIFICATION,
    "extensions": EXTENSION,
}
"""The fields of each object by its path; of a list, those of each of its entries."""

REMOVED = {
    "version": "precedingPfIds", "updated": "created", "statusComment": "comment",
    "productCategoryCpc": "productClassifications",
}  # fmt: skip
"""Fields of version 2 that version 3 has taken out, and what says the same now."""

EXCLUDING = (
    "fossilGhgEmissions", "landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals", "technologicalCO2Removals", "ccsTechnologicalCO2Capture",
    "biogenicNonCO2Emissions",
)  # fmt: skip
"""What adds up to `pcfExcludingBiogenicUptake`; `biogenicCO2Uptake` more gives the other total."""

OF_WHICH = (
    ("aircraftGhgEmissions", "fossilGhgEmissions"),
    ("landManagementFossilGhgEmissions", "fossilGhgEmissions"),
    ("packagingGhgEmissions", "pcfExcludingBiogenicUptake"),
)
"""Parts that the first name is of the second."""
