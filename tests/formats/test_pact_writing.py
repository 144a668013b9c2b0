"""What is written as PACT holds by our own rules, by the published schema, and by arithmetic."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

import pcf
from pcf.declare import Capture, Company, Product, declare_footprint
from pcf.errors import DeclareError
from pcf.formats.pact import check_pact, read_pact, received, write_pact
from pcf.formats.pact.fields import EXCLUDING
from pcf.model.amounts import Amount
from pcf.model.coverage import Period
from pcf.rules.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.declare import Declaration


def written(declaration: Declaration) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(write_pact(declaration))
    return document


def test_the_total_is_that_of_the_footprint_per_kilogram(declaration: Declaration) -> None:
    pcf = written(declaration)["pcf"]
    assert pcf["declaredUnitOfMeasurement"] == "kilogram"
    assert float(pcf["pcfExcludingBiogenicUptake"]) == pytest.approx(
        declaration.footprint.total / 1000, rel=1e-11
    )
    assert pcf["productMassPerDeclaredUnit"] == pcf["declaredUnitAmount"] == "1"


def test_a_piece_is_declared_by_its_mass(declaration: Declaration) -> None:
    product = replace(declaration.product, mass_per_piece="20 kg")
    pcf = written(replace(declaration, product=product))["pcf"]
    assert (pcf["declaredUnitOfMeasurement"], pcf["productMassPerDeclaredUnit"]) == ("piece", "20")
    assert float(pcf["fossilGhgEmissions"]) == pytest.approx(
        declaration.footprint.total / 50, rel=1e-11
    )


def test_the_parts_add_up_in_the_digits_that_are_written(declaration: Declaration) -> None:
    pcf = written(declaration)["pcf"]
    parts = sum((Decimal(pcf[name]) for name in EXCLUDING if name in pcf), Decimal(0))
    assert parts == Decimal(pcf["pcfExcludingBiogenicUptake"])
    assert "e" not in json.dumps([v for v in pcf.values() if str(v)[:1].isdigit()]).lower()


def test_what_is_written_has_no_fault_and_reads_back(declaration: Declaration) -> None:
    data = write_pact(declaration)
    (read,) = read_pact(data)
    assert read.findings == ()
    assert read.as_json() == data
    assert check_pact(read.fields) == ()


def test_metal_contained_is_converted_or_refused(
    declaration: Declaration, footprint: Footprint
) -> None:
    asked = replace(footprint.declared_unit, basis="metal contained")
    contained = replace(declaration, footprint=replace(footprint, declared_unit=asked))
    with pytest.raises(DeclareError, match="declare-basis"):
        write_pact(contained)
    half = replace(contained, product=replace(declaration.product, content="50 %"))
    pcf = written(half)["pcf"]
    assert float(pcf["pcfExcludingBiogenicUptake"]) == pytest.approx(
        footprint.total / 2000, rel=1e-11
    )
    assert "50 %" in written(half)["comment"]


def test_capture_is_shown_before_and_after(declaration: Declaration) -> None:
    captured = replace(declaration, capture=Capture("120 kg", "kiln 1, store A"))
    before, after = written(declaration)["pcf"], written(captured)["pcf"]
    gross, net = Decimal(after["fossilGhgEmissions"]), Decimal(before["fossilGhgEmissions"])
    assert gross == net - Decimal(after["ccsTechnologicalCO2Capture"]) == net + Decimal("0.12")
    assert after["pcfExcludingBiogenicUptake"] == before["pcfExcludingBiogenicUptake"]
    assert after["ccsTechnologicalCO2CaptureIncluded"] is True


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"product": Product("ingot")}, "pact-carbon-unknown"),
        ({"valid": Period.read("2025-01-01/2029-12-31")}, "pact-valid-long"),
        ({"id": "1"}, "pact-uuid"),
        ({"preceding": ("3b1f6c0e-5a0d-4c39-9f7e-0a6f2f6f1c11",)}, "pact-own-predecessor"),
    ],
)
def test_what_a_reader_would_weigh_a_writer_refuses(
    declaration: Declaration, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(DeclareError) as caught:
        write_pact(replace(declaration, **change))
    assert code in {each.code for each in caught.value.problems}


def test_an_unknown_share_of_exclusions_is_not_written_as_zero(
    declaration: Declaration, footprint: Footprint
) -> None:
    gap = replace(footprint.gaps[0], bound=None, share=None)
    unknown = replace(declaration, footprint=replace(footprint, gaps=(gap,)))
    with pytest.raises(DeclareError, match="exemptedEmissionsPercent"):
        write_pact(unknown)


def test_uptake_without_stored_carbon_is_refused(
    declaration: Declaration, footprint: Footprint
) -> None:
    taken = replace(footprint.biogenic, taken_up=5.0, stored=None)
    with pytest.raises(DeclareError, match="pact-stored-unknown"):
        write_pact(replace(declaration, footprint=replace(footprint, biogenic=taken)))


def test_saving_refuses_whole_and_leaves_nothing(declaration: Declaration, tmp_path: Path) -> None:
    target = tmp_path / "客户.json"
    with pytest.raises(DeclareError):
        replace(declaration, product=Product("ingot")).save(target, format="PACT 3.0")
    assert list(tmp_path.iterdir()) == []
    declaration.save(target)
    assert read_pact(target)[0].findings == ()


@pytest.mark.parametrize("basis", ["wet", "gross mass", "bare", "as received"])
def test_a_mass_as_sold_is_converted_by_nothing(
    declaration: Declaration, footprint: Footprint, basis: str
) -> None:
    asked = replace(footprint.declared_unit, basis=basis)
    potato = replace(declaration.product, content="22 %")
    sold = replace(declaration, footprint=replace(footprint, declared_unit=asked), product=potato)
    found = written(sold)
    total = float(found["pcf"]["pcfExcludingBiogenicUptake"])
    assert total == pytest.approx(footprint.total / 1000, rel=1e-11)
    assert "22 %" not in found["comment"]


def test_a_mass_with_packaging_is_refused(declaration: Declaration, footprint: Footprint) -> None:
    asked = replace(footprint.declared_unit, basis="packed")
    packed = replace(declaration, footprint=replace(footprint, declared_unit=asked))
    with pytest.raises(DeclareError, match="declare-packed"):
        write_pact(replace(packed, product=replace(declaration.product, content="98 %")))


def test_a_received_total_above_its_parts_is_kept(declaration: Declaration) -> None:
    document = written(declaration)
    stated = Decimal(document["pcf"]["pcfExcludingBiogenicUptake"]) + 3
    for name in ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"):
        document["pcf"][name] = str(stated)
    (read,) = read_pact(json.dumps(document).encode())
    assert {each.code for each in read.findings} == {"pact-sum"}
    amounts = [each.amount.value for each in received(read, "ingot").row.process.exchanges]
    assert sum(amounts) == pytest.approx(float(stated))


def test_the_last_year_of_the_calendar_is_read(declaration: Declaration) -> None:
    document = written(declaration)
    document["pcf"]["referencePeriodEnd"] = "9999-12-31T23:59:59Z"
    (read,) = read_pact(json.dumps(document).encode())
    assert "pact-valid-early" in {each.code for each in read.findings}


def test_a_deprecated_footprint_is_written_and_told_to_its_reader(
    declaration: Declaration,
) -> None:
    (read,) = read_pact(write_pact(replace(declaration, deprecated=True)))
    assert read.deprecated
    assert {each.code for each in read.findings} == {"pact-deprecated"}


def test_a_rule_without_a_name_is_refused_in_words(declaration: Declaration) -> None:
    with pytest.raises(DeclareError, match="ruleNames"):
        write_pact(replace(declaration, rules=(" ",)))


@pytest.mark.parametrize(("stored", "origin"), [("-5 kg", "kiln"), ("0 kg", "kiln"), ("5 kg", " ")])
def test_a_capture_that_is_none_is_refused(stored: str, origin: str) -> None:
    with pytest.raises(DeclareError):
        Capture(stored, origin)


def test_a_time_without_offset_is_universal_time(footprint: Footprint) -> None:
    made = declare_footprint(
        footprint,
        product=Product("ingot", fossil_carbon="0 %"),
        company=Company("示例"),
        valid="2025",
        created=datetime(2026, 1, 1, 8),  # noqa: DTZ001 - what the test is about
    )
    assert written(made)["created"] == "2026-01-01T08:00:00Z"


def test_a_received_footprint_gives_its_total_again(declaration: Declaration) -> None:
    (read,) = read_pact(write_pact(declaration))
    found = received(read, "aluminium ingot")
    amounts = {each.flow: each.amount.value for each in found.row.process.exchanges}
    assert amounts == {"CO2e, not split": pytest.approx(declaration.footprint.total / 1000)}
    codes = {each.code for each in found.findings(Period.read("2025"), "AR6 (0/0)")}
    assert "received-unverified" in codes
    late = {each.code for each in found.findings(Period.read("2028"), "AR6 (0/0)")}
    assert "received-expired" in late
    in_time = {each.code for each in found.findings(Period.read("2027"), "AR6 (0/0)")}
    assert "received-expired" not in in_time


def test_the_published_schema_accepts_what_is_written(
    declaration: Declaration, peer_data: Callable[[str], Path]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    path = peer_data("formats/pact/pact-3.0.4-productfootprint.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(written(declaration))


def test_a_declaration_needs_a_period_that_has_ended(footprint: Footprint) -> None:
    with pytest.raises(DeclareError, match="declare-early"):
        declare_footprint(footprint, product=Product("ingot"), company=Company("a"), valid="2024")


def test_primary_share_counts_absolute_contributions(declaration: Declaration) -> None:
    footprint = declaration.footprint
    sizes: dict[bool, float] = {True: 0.0, False: 0.0}
    rows = zip(
        footprint.contributions.value,
        footprint.contributions.in_total,
        footprint.confidences(),
        strict=True,
    )
    for value, counts, word in rows:
        sizes[word == "primary"] += abs(float(value)) * bool(counts)
    share = 100 * sizes[True] / (sizes[True] + sizes[False])
    assert float(written(declaration)["pcf"]["primaryDataShare"]) == pytest.approx(share, abs=1e-4)


def test_a_declared_unit_that_pact_lacks_is_refused(
    declaration: Declaration, footprint: Footprint
) -> None:
    asked = replace(footprint.declared_unit, amount=Amount(1.0, "ha"))
    with pytest.raises(DeclareError):
        write_pact(replace(declaration, footprint=replace(footprint, declared_unit=asked)))


def test_ratings_are_the_mean_scores_of_the_factors(declaration: Declaration) -> None:
    background = pcf.open_background("cn-public", edition="2026.1")
    study = pcf.reference_study("aluminium")
    rated = written(replace(declaration, study=study, background=background))["pcf"]
    assert "dqi" not in written(declaration)["pcf"]
    facts = facts_of(study, declaration.footprint, background=background)
    worst = facts["quality.worst_indicator"].value
    if worst is None:
        assert "dqi" not in rated
        return
    ratings = {name: float(value) for name, value in rated["dqi"].items()}
    assert set(ratings) == {"technologicalDQR", "geographicalDQR", "temporalDQR"}
    assert all(1 <= value <= float(str(worst)) + 0.005 for value in ratings.values())


def test_every_violated_shall_refuses_and_says_what_it_says(footprint: Footprint) -> None:
    study = pcf.reference_study("aluminium")
    opinion = pcf.rule_pack("nickel").judge(study, footprint)
    with pytest.raises(DeclareError) as told:
        declare_footprint(
            footprint,
            product=Product("ingot"),
            company=Company("示例"),
            valid="2025-01-01/2027-12-31",
            opinion=opinion,
        )
    shall = [e for e in opinion.unmet if (e.verdict, e.rule.force) == ("violated", "shall")]
    assert [str(each.where) for each in told.value.problems] == [each.rule.id for each in shall]
    for language in ("en", "zh"):
        assert shall[0].says(language) in told.value.problems[0].says(language)


@pytest.mark.parametrize("text", ["ingot\x00", "\ud800"])
def test_a_text_that_no_file_can_hold_is_refused(text: str, footprint: Footprint) -> None:
    with pytest.raises(DeclareError) as told:
        declare_footprint(
            footprint,
            product=Product(text),
            company=Company(f"示例{text}", address="line 1\nline 2"),
            valid="2025-01-01/2027-12-31",
            note=text,
        )
    places = [str(each.where) for each in told.value.problems]
    assert places == ["note", "product.name", "company.name"]
