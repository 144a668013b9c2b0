"""A PACT footprint in which nothing is wrong, to be spoilt."""

from __future__ import annotations

from typing import Any

SOUND: dict[str, Any] = {
    "id": "3b1f6c0e-5a0d-4c39-9f7e-0a6f2f6f1c11",
    "specVersion": "3.0.3",
    "precedingPfIds": ["079e425a-464f-428d-941d-4a944a1dfd70"],
    "created": "2026-02-01T08:00:00Z",
    "status": "Active",
    "validityPeriodStart": "2026-01-01T00:00:00Z",
    "validityPeriodEnd": "2028-12-31T00:00:00Z",
    "companyName": "示例化工",
    "companyIds": ["urn:uuid:91715e5e-fd0b-4d1c-8fab-76290c46e6ed"],
    "productDescription": "bioethanol in drums",
    "productIds": ["urn:gtin:4712345060507"],
    "productClassifications": ["urn:pact:productclassification:un-cpc:34131"],
    "productNameCompany": "Ethanol",
    "comment": "",
    "pcf": {
        "declaredUnitOfMeasurement": "liter",
        "declaredUnitAmount": "12",
        "productMassPerDeclaredUnit": "9.468",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "geographyCountrySubdivision": "CN-GS",
        "pcfExcludingBiogenicUptake": "4.824",
        "pcfIncludingBiogenicUptake": "-14.536",
        "fossilCarbonContent": "0.16",
        "biogenicCarbonContent": "5.28",
        "recycledCarbonContent": "0",
        "fossilGhgEmissions": "4.78",
        "landUseChangeGhgEmissions": "0.02",
        "landManagementFossilGhgEmissions": "0.36",
        "biogenicCO2Uptake": "-19.36",
        "biogenicNonCO2Emissions": "0.024",
        "aircraftGhgEmissions": "0",
        "packagingEmissionsIncluded": True,
        "packagingGhgEmissions": "0.58",
        "ccsTechnologicalCO2CaptureIncluded": False,
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067", "PACT-3.0"],
        "productOrSectorSpecificRules": [
            {"operator": "Other", "ruleNames": ["TfS 3"], "otherOperatorName": "TfS"}
        ],
        "exemptedEmissionsPercent": "0.8",
        "secondaryEmissionFactorSources": [{"name": "cn-public", "version": "2026.1"}],
        "primaryDataShare": "16.8",
        "dqi": {"technologicalDQR": "2.5", "geographicalDQR": "4.1", "temporalDQR": "1.3"},
        "verification": {
            "coverage": "product level",
            "providerName": "示例认证",
            "completedAt": "2026-01-20T00:00:00Z",
        },
    },
}
