"""Each way to spoil a PACT footprint, and what its reader must say: nothing, weigh, or refuse."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import DeclareError
from pcf.formats.pact import check_pact, read_pact
from tests.formats.samples import SOUND

SPOILT: list[tuple[str, Any, str]] = [
    # the numbers: every one of these passes a published schema
    ("pcf.fossilGhgEmissions", "abc", "pact-number"),
    ("pcf.fossilGhgEmissions", "NaN", "pact-number"),
    ("pcf.fossilGhgEmissions", "1,5", "pact-number"),
    ("pcf.fossilGhgEmissions", "1e3", "pact-number"),
    ("pcf.fossilGhgEmissions", " 4.78", "pact-number"),
    ("pcf.fossilGhgEmissions", "4.78\n", "pact-number"),
    ("pcf.fossilGhgEmissions", "４.78", "pact-number"),
    ("pcf.fossilGhgEmissions", "1_000", "pact-number"),
    ("pcf.fossilGhgEmissions", ".5", "pact-number"),
    ("pcf.fossilGhgEmissions", "9" * 60, "pact-number"),
    ("pcf.fossilGhgEmissions", None, "pact-number"),
    ("pcf.fossilGhgEmissions", "-4.78", "pact-sign"),
    ("pcf.fossilGhgEmissions", 4.78, "pact-number-bare"),
    ("pcf.declaredUnitAmount", "-0.5", "pact-sign"),
    ("pcf.declaredUnitAmount", "0", "pact-sign"),
    ("pcf.declaredUnitAmount", "1abc", "pact-number"),
    ("pcf.biogenicCO2Uptake", "10", "pact-sign"),
    ("pcf.biogenicCO2Uptake", "-3kg", "pact-number"),
    ("pcf.primaryDataShare", "130", "pact-range"),
    ("pcf.exemptedEmissionsPercent", "-1", "pact-range"),
    ("pcf.dqi.temporalDQR", "0.5", "pact-range"),
    ("pcf.dqi.temporalDQR", ..., "pact-missing"),
    # sums
    ("pcf.pcfExcludingBiogenicUptake", "4.9", "pact-sum"),
    ("pcf.pcfIncludingBiogenicUptake", "-14.2", "pact-sum"),
    ("pcf.landManagementBiogenicCO2Removals", "-0.4", "pact-sum"),
    ("pcf.biogenicCarbonContent", "5.0", "pact-uptake-content"),
    ("pcf.aircraftGhgEmissions", "5", "pact-of-which"),
    ("pcf.packagingGhgEmissions", "6", "pact-of-which"),
    # what must be there
    ("pcf.fossilGhgEmissions", ..., "pact-missing"),
    ("companyIds", ..., "pact-missing"),
    ("pcf", ..., "pact-missing"),
    ("pcf.primaryDataShare", ..., "pact-missing-shall"),
    ("pcf.packagingEmissionsIncluded", ..., "pact-missing-shall"),
    ("companyIds", [], "pact-empty"),
    ("companyName", "  ", "pact-empty"),
    ("precedingPfIds", [], "pact-empty-list"),
    ("pcf.verification.providerName", "", "pact-empty-text"),
    # kinds and words
    ("companyName", ["a"], "pact-type"),
    ("pcf.verification", "yes", "pact-type"),
    ("pcf.packagingEmissionsIncluded", "true", "pact-type"),
    ("status", "active", "pact-word"),
    ("pcf.declaredUnitOfMeasurement", "litre", "pact-word"),
    ("pcf.declaredUnitOfMeasurement", "ton kilometre", "pact-word"),
    ("pcf.ipccCharacterizationFactors", ["IPCC 2021"], "pact-assessment"),
    ("pcf.ipccCharacterizationFactors", ["AR5"], "pact-assessment-old"),
    ("pcf.ipccCharacterizationFactors", ["AR6", "AR6"], "pact-twice"),
    ("pcf.productOrSectorSpecificRules", [{"operator": "TfS", "ruleNames": ["a"]}], "pact-word"),
    ("pcf.productOrSectorSpecificRules", [{"operator": "Other", "ruleNames": ["a"]}],
     "pact-operator"),
    ("pcf.productOrSectorSpecificRules",
     [{"operator": "PEF", "ruleNames": ["a"], "otherOperatorName": "b"}], "pact-operator"),
    # identity and dates
    ("id", "1", "pact-uuid"),
    ("id", "12345678-9abc-def0-1234-567812345678", "pact-uuid-version"),
    ("precedingPfIds", [SELF := "3b1f6c0e-5a0d-4c39-9f7e-0a6f2f6f1c11"], "pact-own-predecessor"),
    ("productIds", ["gtin:4712345060507"], "pact-urn"),
    ("productIds", ["urn:uuid:69585GB6"], "pact-urn"),
    ("specVersion", "3.0", "pact-version"),
    ("created", "2026-02-01", "pact-time"),
    ("created", "2026-02-30T00:00:00Z", "pact-time"),
    ("created", "2026-02-01T08:00:00+08:00", "pact-not-utc"),
    ("pcf.referencePeriodEnd", "2025-01-01T00:00:00Z", "pact-period"),
    ("validityPeriodStart", "2025-06-01T00:00:00Z", "pact-valid-early"),
    ("validityPeriodEnd", "2029-01-02T00:00:00Z", "pact-valid-long"),
    ("status", "Deprecated", "pact-deprecated"),
    # places, mass, switches, strangers
    ("pcf.geographyCountry", "CN", "pact-geography"),
    ("pcf.geographyCountrySubdivision", "Gansu", "pact-place"),
    ("pcf.productMassPerDeclaredUnit", "0", "pact-mass-unit"),
    ("pcf.packagingEmissionsIncluded", False, "pact-switch"),
    ("pcf.packagingGhgEmissions", ..., "pact-switch-silent"),
    ("pcf.technologicalCO2Removals", "-1", "pact-switch"),
    ("pcf.otherOperatorName", "TfS", "pact-misplaced"),
    ("pcf.biogenicCO2Withdrawal", "-1.5", "pact-unknown"),
    ("version", 1, "pact-removed"),
    ("pcf.secondaryEmissionFactorSources", [{"name": "x", "version": ""}], "pact-empty"),
]  # fmt: skip

SOUND_TOO: list[tuple[str, Any]] = [
    ("pcf.crossSectoralStandards", ["ISO14067", "A standard of 2029"]),
    ("created", "2026-02-01T08:00:00.123Z"),
    ("created", "2026-02-01T08:00:00+00:00"),
    ("pcf.fossilCarbonContent", "+0.16"),
    ("pcf.fossilCarbonContent", "0.1600000000000000000000000001"),
    ("validityPeriodEnd", "2029-01-01T00:00:00Z"),
    ("pcf.geographyCountrySubdivision", ...),
    ("productIds", ["URN:gtin:4712345060507", "urn:pact:example.com:product-id:1"]),
    ("pcf.pcfExcludingBiogenicUptake", "4.82"),
]


def spoil(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Set what stands at a path, or take it away (...)."""
    *way, last = path.split(".")
    inner = document
    for each in way:
        inner = inner[each]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return document


@pytest.mark.parametrize(("path", "value", "code"), SPOILT)
def test_a_spoilt_footprint_is_weighed_or_refused(
    sound: dict[str, Any], path: str, value: object, code: str
) -> None:
    spoilt = spoil(sound, path, value)
    found = {each.code: each.grade for each in check_pact(spoilt)}
    assert code in found
    data = json.dumps(spoilt).encode()
    if "refused" in found.values():
        with pytest.raises(DeclareError) as caught:
            read_pact(data)
        codes = {each.code for each in caught.value.problems}
        assert codes == {each for each, grade in found.items() if grade == "refused"}
    else:
        (read,) = read_pact(data)
        assert code in {each.code for each in read.findings}


def test_there_are_more_than_forty_ways_and_both_ends() -> None:
    grades = [faults_of for _, _, faults_of in SPOILT]
    assert len(SPOILT) >= 40
    assert len(set(grades)) >= 25


@pytest.mark.parametrize(("path", "value"), SOUND_TOO)
def test_what_is_allowed_is_no_finding(sound: dict[str, Any], path: str, value: object) -> None:
    assert check_pact(spoil(sound, path, value)) == ()


def test_a_sound_footprint_has_no_fault(sound: dict[str, Any]) -> None:
    assert check_pact(sound) == ()
    (read,) = read_pact(json.dumps({"data": sound}).encode())
    assert read.findings == ()


def test_two_of_a_kind_in_one_file_are_told_apart(sound: dict[str, Any]) -> None:
    broken = spoil(json.loads(json.dumps(sound)), "id", "1")
    with pytest.raises(DeclareError) as caught:
        read_pact(json.dumps({"data": [sound, broken]}).encode())
    assert [each.where.file for each in caught.value.problems] == ["footprint.json[1]"]


@given(st.decimals(min_value=0, max_value=10**9, places=30, allow_nan=False))
def test_every_digit_of_a_long_decimal_survives(value: Any) -> None:
    written = format(value, "f")
    document = json.loads(json.dumps(SOUND))
    document["pcf"]["recycledCarbonContent"] = written
    (read,) = read_pact(json.dumps(document).encode())
    (again,) = read_pact(read.as_json())
    assert again.fields["pcf"]["recycledCarbonContent"] == written
    assert format(again.number("recycledCarbonContent"), "f") == written


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted({path for path, _, _ in SPOILT})), json_values)
def test_no_value_anywhere_breaks_the_reader(path: str, value: object) -> None:
    document = spoil(json.loads(json.dumps(SOUND)), path, value)
    with suppress(DeclareError):
        read_pact(json.dumps(document).encode())


@given(st.binary(max_size=200))
def test_noise_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(DeclareError):
        read_pact(data)
